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
from handlers.coordination import codes, letters, reaching, verifying
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
from handlers.segments import cards as segments
from handlers.segments import choosing as conditions
from handlers.segments import writing as naming

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
    letters,
    composing,
    announcing,
    card,
    sending,
    ledger,
    planning,
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
