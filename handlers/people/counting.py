"""How many names of others somebody is shown in a day, so that nobody copies the directory."""

from collections.abc import Collection, Sequence

from markupsafe import Markup

from bot.conversation.i18n import ngettext, number
from bot.conversation.turn import Turn
from db import looks, members


def names_left(turn: Turn) -> int | None:
    """How many more names this reader may be shown today (of UTC); None for coordinators, who may see all."""
    if members.is_coordinator(turn.session, turn.me.id):
        return None
    return max(turn.house.names_per_day - looks.names_shown(turn.session, turn.me.id, turn.now.date()), 0)


def let_see(turn: Turn, people: Sequence[int], known: Collection[int]) -> list[int]:
    """Those of these people whose names may be shown now. They are counted, but for the `known`, whose names the
    reader was shown today already. What coordinators are shown is noted down."""
    left = names_left(turn)
    new = [each for each in people if each not in known][:left]
    looks.count_names(turn.session, turn.me.id, turn.now.date(), len(new))
    if left is None and new:
        turn.record("names_shown", names=len(new))
    return [each for each in people if each in known or each in new]


def enough_for_today(turn: Turn) -> Markup:
    """Why there are no more names."""
    sentence = ngettext(
        "So that nobody can copy the directory, {n} name is shown in a day. Tomorrow you can go on; if it cannot wait, "
        "the alumni office is glad to help.",
        "So that nobody can copy the directory, {n} names are shown in a day. Tomorrow you can go on; if it cannot "
        "wait, the alumni office is glad to help.",
        turn.house.names_per_day,
    )
    return sentence.format(n=number(turn.house.names_per_day))
