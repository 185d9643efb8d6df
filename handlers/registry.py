"""The product's table of contents: every module of handlers, in the order of the command menu."""

from bot.conversation.routing import Router
from handlers import (
    access,
    attachments,
    chat,
    clubs,
    finding,
    joining,
    leading,
    menu,
    pictures,
    privacy,
    profile,
    proposing,
    set_back,
    settings,
    signing_in,
)
from handlers.announcements import card, composing, ledger, planning, sending
from handlers.announcements import listing as announcing
from handlers.breaches import assessing, unreached
from handlers.breaches import messages as messages_on_breaches
from handlers.breaches import sending as telling_of_breaches
from handlers.contact import answering as answering_letters
from handlers.contact import asking, handing_over, inbox, telling
from handlers.contact import desk as contact_desk
from handlers.contact import files as files_of_letters
from handlers.contact import page as contact
from handlers.contact import waiting as waiting_letters
from handlers.coordination import (
    ambassadors,
    asking_back,
    auditing,
    club_card,
    club_closing,
    club_merging,
    club_parting,
    codes,
    correcting,
    deciding,
    desk,
    giving_offices,
    health,
    import_news,
    importing,
    lapsing,
    letters,
    list_cards,
    list_closing,
    list_writing,
    matching_records,
    offices,
    proposals,
    reaching,
    retaining,
    round_pairs,
    round_publishing,
    rounds,
    same_person,
    suspending,
    terms,
    verifying,
)
from handlers.coordination import clubs as founding
from handlers.coordination import inviting as inviting_by_code
from handlers.coordination import people as looking_up
from handlers.events import (
    answering,
    answers,
    calendars,
    changing,
    door,
    errands,
    exporting,
    guest_list,
    inviting,
    listing,
    making,
    organising,
    publishing,
    reminding,
    repeating,
    replies,
    seats,
    survey_invitations,
    survey_results,
    surveying,
    tickets,
    walk_ins,
    writing,
)
from handlers.exports import members as exporting_members
from handlers.mentoring import answering as answering_requests
from handlers.mentoring import (
    asking_ladder,
    cases,
    checking_in,
    closing,
    keeping_apart,
    meeting,
    offering,
    overview,
    request_card,
    requesting,
    search_news,
    seeking,
    suggesting,
    together,
    waiting,
)
from handlers.mentoring import sharing as sharing_contact
from handlers.mentoring import surveying as mentoring_survey
from handlers.people import card as people
from handlers.people import contact_answers, contact_page, contacting, looks, offers, own_entry, searching
from handlers.people import sharing as giving_contact
from handlers.records import taking as records
from handlers.relaying import writing as relaying
from handlers.segments import cards as segments
from handlers.segments import choosing as conditions
from handlers.segments import writing as naming
from handlers.statistics import showing as statistics
from handlers.surveys import answering as answering_surveys
from handlers.surveys import building, framing, opening, trying, wording
from handlers.surveys import inviting as asking_many
from handlers.surveys import results as survey_answers
from handlers.surveys import taking as survey_export

MODULES = (
    menu,
    listing,
    finding,
    clubs,
    proposing,
    profile,
    settings,
    signing_in,
    privacy,
    set_back,
    contact,
    asking,
    telling,
    inbox,
    answering_letters,
    files_of_letters,
    handing_over,
    waiting_letters,
    contact_desk,
    joining,
    desk,
    verifying,
    asking_back,
    matching_records,
    looking_up,
    same_person,
    correcting,
    suspending,
    codes,
    offices,
    giving_offices,
    terms,
    founding,
    ambassadors,
    club_card,
    club_closing,
    club_merging,
    club_parting,
    proposals,
    deciding,
    list_cards,
    list_writing,
    list_closing,
    leading,
    making,
    organising,
    publishing,
    repeating,
    changing,
    inviting,
    answering,
    replies,
    answers,
    writing,
    guest_list,
    exporting,
    seats,
    reminding,
    calendars,
    tickets,
    door,
    walk_ins,
    surveying,
    survey_invitations,
    survey_results,
    errands,
    attachments,
    segments,
    conditions,
    naming,
    building,
    framing,
    wording,
    trying,
    opening,
    asking_many,
    answering_surveys,
    survey_answers,
    survey_export,
    reaching,
    statistics,
    exporting_members,
    letters,
    health,
    auditing,
    retaining,
    lapsing,
    records,
    assessing,
    messages_on_breaches,
    telling_of_breaches,
    unreached,
    importing,
    import_news,
    inviting_by_code,
    rounds,
    round_pairs,
    round_publishing,
    searching,
    people,
    looks,
    contacting,
    contact_answers,
    contact_page,
    giving_contact,
    offers,
    own_entry,
    relaying,
    offering,
    seeking,
    suggesting,
    keeping_apart,
    waiting,
    together,
    sharing_contact,
    meeting,
    checking_in,
    cases,
    closing,
    mentoring_survey,
    overview,
    composing,
    announcing,
    card,
    sending,
    ledger,
    planning,
    requesting,
    search_news,
    answering_requests,
    request_card,
    asking_ladder,
    pictures,
    chat,
    access,
)


def build_router() -> Router:
    """A router with everything people can do."""
    router = Router()
    for module in MODULES:
        module.register(router)
    return router
