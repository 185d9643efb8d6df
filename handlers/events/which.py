"""The first question of a form about one event: which one. It is answered already where the form is opened from the
card of an event, and asked where somebody gave the form up and begins again."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.conversation import forms
from bot.conversation.i18n import _
from bot.conversation.questions import Asking, Choice, Form, Question
from bot.conversation.turn import Outcome, Turn
from db import checkins, events
from db.models.events import Event
from handlers.events.card import label_of, title_of
from handlers.events.organising import may_organise_or_refuse

NAME = "event"
MOST_OFFERED = 12


def which_event(
    offered: Callable[[Turn], Sequence[Event]], load: Callable[[Turn, int], Event], **more: Any
) -> Question:
    """One of the events `offered`, or any other that `load` does not refuse."""

    def check(asking: Asking, value: Any) -> str:
        return str(load(asking.turn, _id(value)).id)

    return Question(
        name=NAME,
        label=lambda: _("Event"),
        prompt=lambda _asking: _("Which event is it about?"),
        check=check,
        choices=lambda asking: [Choice(str(event.id), label_of(event)) for event in offered(asking.turn)],
        show=lambda asking, value: title_of(load(asking.turn, _id(value))),
        typed=False,
        summed_up=False,
        **more,
    )


def _id(value: Any) -> int:
    """An id from a button, which anybody can write; 0 for what is none."""
    return int(value) if str(value).isdecimal() and int(value) <= checkins.LARGEST_ID else 0


def event_id(asking: Asking) -> int:
    """The id of the event a form is about."""
    return _id(asking.answers.get(NAME))


def begin_about(turn: Turn, form: Form, event: Event, **known: Any) -> Outcome:
    """Open a form about this event, and nothing of an earlier one."""
    return forms.begin_anew(turn, form, {NAME: str(event.id), **known})


def organised(asking: Asking) -> Event:
    """The event an organiser's form is about. Whoever lost the office meanwhile is refused at the next step."""
    return may_organise_or_refuse(asking.turn, event_id(asking))


def all_organised(turn: Turn) -> list[Event]:
    """The events somebody may organise."""
    mine = events.organised_by(turn.session, turn.me.id)
    return events.planned(turn.session, mine, turn.now, limit=MOST_OFFERED)


ORGANISED = which_event(all_organised, may_organise_or_refuse)
