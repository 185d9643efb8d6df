"""The product's table of contents: every module of handlers, in the order of the command menu."""

from bot.conversation.routing import Router
from handlers import (
    access,
    attachments,
    chat,
    clubs,
    contact,
    finding,
    joining,
    leading,
    menu,
    pictures,
    privacy,
    profile,
    settings,
    signing_in,
)
from handlers.announcements import card, composing, ledger, planning, sending
from handlers.announcements import listing as announcing
from handlers.coordination import clubs as founding
from handlers.coordination import codes, letters, reaching, round_pairs, round_publishing, rounds, verifying
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
from handlers.relaying import writing as relaying
from handlers.segments import cards as segments
from handlers.segments import choosing as conditions
from handlers.segments import writing as naming
from handlers.statistics import showing as statistics

MODULES = (
    menu,
    listing,
    finding,
    clubs,
    profile,
    settings,
    signing_in,
    privacy,
    contact,
    joining,
    verifying,
    codes,
    founding,
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
    reaching,
    statistics,
    exporting_members,
    letters,
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
