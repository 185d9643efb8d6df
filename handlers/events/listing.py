"""People see what is on: their own events, those of their clubs, online ones, all."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from markupsafe import Markup

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import N_, _
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, pairs
from bot.conversation.routing import Router
from bot.conversation.turn import Turn
from db import events, members
from db.audience_facts import facts_of
from db.models.events import Event
from handlers.events.card import OpenEvent, label_of, my_club_ids

PAGE = 6


class Which(StrEnum):
    MINE = "m"
    CLUBS = "c"
    ONLINE = "o"
    ALL = "a"


@dataclass(frozen=True, slots=True)
class ListEvents(Callback, prefix="el"):
    which: Which
    page: int = 0


def show_events(turn: Turn) -> Reply:
    """/events: one's own first, where there are any."""
    own = events.mine(turn.session, turn.me.id, turn.now, limit=1)
    return list_events(turn, ListEvents(Which.MINE if own else Which.ALL))


def list_events(turn: Turn, tap: ListEvents) -> Reply:
    page = max(tap.page, 0)
    found = _FINDERS[tap.which](turn, page)
    shown = found[:PAGE]
    text = _heads()[tap.which] if shown else _nothing()[tap.which]
    rows = (
        *column(*(Button(label_of(event), OpenEvent(event.id)) for event in shown)),
        *leaves(partial(ListEvents, tap.which), page, more=len(found) > PAGE),
    )
    return Reply(text, (*rows, *_tabs(turn, tap.which)))


def _mine(turn: Turn, page: int) -> list[Event]:
    return events.mine(turn.session, turn.me.id, turn.now, limit=PAGE + 1, offset=page * PAGE)


def _of_clubs(turn: Turn, page: int) -> list[Event]:
    clubs = my_club_ids(turn.session, turn.me.id)
    return events.of_clubs(turn.session, clubs, turn.now, limit=PAGE + 1, offset=page * PAGE) if clubs else []


def _online(turn: Turn, page: int) -> list[Event]:
    return _for_reader(turn, page, online=True)


def _all(turn: Turn, page: int) -> list[Event]:
    return _for_reader(turn, page, online=False)


def _for_reader(turn: Turn, page: int, online: bool) -> list[Event]:
    facts = facts_of(turn.session, turn.member)
    return events.for_reader(
        turn.session, turn.me.id, facts, turn.now, limit=PAGE + 1, offset=page * PAGE, online=online
    )


_FINDERS: dict[Which, Callable[[Turn, int], list[Event]]] = {
    Which.MINE: _mine,
    Which.CLUBS: _of_clubs,
    Which.ONLINE: _online,
    Which.ALL: _all,
}


def _heads() -> dict[Which, Markup]:
    return {
        Which.MINE: _("<b>Your events</b>"),
        Which.CLUBS: _("<b>Events of your clubs</b>"),
        Which.ONLINE: _("<b>Online events</b>"),
        Which.ALL: _("<b>All events for you</b>"),
    }


def _nothing() -> dict[Which, Markup]:
    return {
        Which.MINE: _("You have not answered any coming event yet."),
        Which.CLUBS: _("Your clubs have planned nothing yet. Clubs are found under /clubs."),
        Which.ONLINE: _("No online event is planned at present."),
        Which.ALL: _("No event is planned at present."),
    }


def _tabs(turn: Turn, here: Which) -> Rows:
    names = {
        Which.MINE: _("Mine"),
        Which.CLUBS: _("My clubs"),
        Which.ONLINE: _("Online"),
        Which.ALL: _("All"),
    }
    tabs = [Button(name, ListEvents(which)) for which, name in names.items() if which is not here]
    last = [Button(_("Menu"), Go("menu"))]
    if members.led_clubs(turn.session, turn.me.id) or members.is_coordinator(turn.session, turn.me.id):
        last.insert(0, Button(_("New event"), Go("event")))
    return pairs(*tabs, *last)


def register(router: Router) -> None:
    router.command("events", show_events, about=N_("What is on, and what you attend"))
    router.tap(ListEvents, list_events)
