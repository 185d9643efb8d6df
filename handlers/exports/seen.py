"""In which exports I am: for /mydata."""

from markupsafe import Markup

from bot.conversation.i18n import _
from bot.conversation.times import long_day
from bot.conversation.turn import Turn
from db import exports
from db.exports import Taken
from handlers.exports.members import purpose_names

SHOWN = 10


def export_lines(turn: Turn) -> list[Markup]:
    """When my data left the house, and what for: the day and the alumni office; a name only of who agreed to it."""
    taken = exports.of_member(turn.session, turn.me.id, SHOWN)
    if not taken:
        return []
    return [
        _("Your data were in an export by the alumni office:"),
        *(Markup("· {}").format(_line(each)) for each in taken),
    ]


def _line(taken: Taken) -> Markup:
    day, purpose = long_day(taken.day), purpose_names()[taken.purpose]
    if taken.name is None:
        return _("{day}: {purpose}").format(day=day, purpose=purpose)
    return _("{day}: {purpose}, by {name}").format(day=day, purpose=purpose, name=taken.name)
