"""Who looked at me: for /mydata; and whether those whose card I open are told my name."""

from markupsafe import Markup

from bot.conversation.i18n import _, pgettext
from bot.conversation.reply import Button, Go, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.times import long_day
from bot.conversation.turn import Turn
from db import looks
from db.looks import LookedAs, Seen
from handlers.people.search_buttons import NameMyself

SHOWN = 10


def look_lines(turn: Turn) -> list[Markup]:
    """Who opened my card last: the day, and what they are; a name only of who agreed to it."""
    seen = looks.of(turn.session, turn.me.id, SHOWN)
    if not seen:
        return []
    return [_("Your entry was opened by other alumni on:"), *(Markup("· {}").format(_line(each)) for each in seen)]


def _line(seen: Seen) -> Markup:
    if seen.name is not None:
        return _("{day}: {name}").format(day=long_day(seen.day), name=seen.name)
    sentences = {
        LookedAs.OFFICE: _("{day}: the alumni office"),
        LookedAs.AMBASSADOR: _("{day}: an ambassador of a club"),
        LookedAs.ALUMNI: _("{day}: an alumna or alumnus"),
    }
    return sentences[seen.role].format(day=long_day(seen.day))


def name_switch(turn: Turn) -> Button:
    """Shows how it is, and changes it."""
    on = turn.member.looks_named
    state = pgettext("switch", "on") if on else pgettext("switch", "off")
    return Button(_("Give my name when I look: {state}").format(state=state), NameMyself(not on))


def name_myself(turn: Turn, tap: NameMyself) -> Reply:
    """Said how it shall be, so that a second tap changes nothing. Off also takes back the names given so far."""
    turn.member.looks_named = tap.on
    text = (
        _("From now on people whose entry you open may see your name in “My data”, beside the day.")
        if tap.on
        else _(
            "People whose entry you open see only the day and what you are: alumna or alumnus, ambassador or office."
        )
    )
    ways = (Button(_("Find people"), Go("find")), Button(_("Menu"), Go("menu")))
    return Reply(text, ((name_switch(turn),), ways))


def register(router: Router) -> None:
    router.tap(NameMyself, name_myself, gate=Gate.NETWORK)
