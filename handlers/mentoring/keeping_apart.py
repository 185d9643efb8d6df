"""Members wish that somebody is not suggested to them, nor they to that person; nobody is told."""

from bot.conversation.i18n import _, pgettext
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from db import directory, mentors
from handlers.mentoring.buttons import KeepApart


def keep_apart(turn: Turn, tap: KeepApart) -> Reply:
    """Undone by the button under it. Not even the audit log has it."""
    if tap.member == turn.me.id:
        raise Refused(Reply(_("This is you."), _on()))
    known = mentors.wishes_apart(turn.session, turn.me.id, tap.member)
    if not known and not directory.is_in_network(turn.session, tap.member):
        raise Refused(Reply(_("This person cannot be found here any more."), _on()))
    mentors.set_apart(turn.session, turn.me.id, tap.member, tap.apart, turn.now)
    if not tap.apart:
        return Reply(_("Taken back: this person may be suggested to you again."), _on())
    undo = Button(pgettext("button", "Undo"), KeepApart(tap.member, False))
    return Reply(_("We shall not suggest this person to you, and nobody is told."), ((undo,), *_on()))


def _on() -> tuple[tuple[Button, ...], ...]:
    return column(Button(_("Find a mentor"), Go("mentors")), Button(_("Menu"), Go("menu")))


def register(router: Router) -> None:
    router.tap(KeepApart, keep_apart, gate=Gate.NETWORK)
