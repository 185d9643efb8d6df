"""The chat itself changes: somebody blocks the bot, or comes back."""

from bot.conversation.incoming import Kind
from bot.conversation.routing import Router
from bot.conversation.turn import Outcome, Turn
from db import doors


def note_blocked(turn: Turn) -> Outcome:
    """Blocking is a state of a door, not an error; nothing is sent there until the next message."""
    doors.mark_unreachable(turn.session, turn.me.door_id, turn.now)
    return None


def note_returned(turn: Turn) -> Outcome:
    """The door leads somewhere again; nobody is written to unasked because of it."""
    doors.mark_reachable(turn.session, turn.me.door_id)
    return None


def register(router: Router) -> None:
    router.event(Kind.BLOCKED, note_blocked)
    router.event(Kind.RETURNED, note_returned)
