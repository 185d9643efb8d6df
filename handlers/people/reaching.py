"""What somebody reads who looks for a person that is not here, or cannot be reached, or is leaving themselves."""

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _
from bot.conversation.reply import Button, Go, Reply
from bot.conversation.turn import Turn
from db import directory, members
from db.doors import best_doors


def gone() -> Reply:
    """The same for outsiders, whatever happened: erased, leaving, not verified, without consent, or never there."""
    return Reply(_("This person cannot be found here any more."), _ways_on())


def leaving(turn: Turn) -> Reply | None:
    """Whoever has asked to be erased is shown to nobody, so nobody could be told who writes."""
    if directory.is_in_network(turn.session, turn.me.id):
        return None
    text = _(
        "You have asked us to erase your data, so you are not shown to other alumni any more. If you would like to "
        "stay, please tell us first."
    )
    return Reply(text, ((Button(_("Stay or leave"), Go("forget")), Button(_("Menu"), Go("menu"))),))


def is_reachable(session: Session, member: int, *, expects: bool = False) -> bool:
    """Whether words would arrive. Whoever objected (/stop) is told only what they expect: an answer."""
    if member not in best_doors(session, [member]):
        return False
    return expects or members.load(session, member).objected_at is None


def unreachable(name: str) -> Markup:
    return _(
        "{name} cannot be reached through us at present, so nothing was sent. Please try again later; the alumni "
        "office is glad to help."
    ).format(name=name)


def _ways_on() -> tuple[tuple[Button, ...], ...]:
    return ((Button(_("Find people"), Go("find")), Button(_("Menu"), Go("menu"))),)
