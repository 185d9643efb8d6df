"""The first question of a form about one event: which one. It is answered already where the form is opened from the
card of an event, and asked where somebody gave the form up and begins again."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.conversation import forms
from bot.conversation.forms import Answers, Asking, Choice, Form, Question, Unfit
from bot.conversation.i18n import _
from bot.conversation.turn import Outcome, Turn
from db import checkins, drafts, events, members
from db.models.events import Event
from handlers.events.card import label_of, title_of

NAME = "event"
MOST_OFFERED = 12


def which_event(
    offered: Callable[[Turn], Sequence[Event]], may: Callable[[Turn, Event], bool], **more: Any
) -> Question:
    """One of the events `offered`, or any other for which one `may` do it."""

    def check(asking: Asking, value: Any) -> str:
        event = _load(asking.turn, value)
        if event is None or not may(asking.turn, event):
            raise Unfit(_("Please choose one of the buttons."))
        return str(event.id)

    return Question(
        name=NAME,
        label=lambda: _("Event"),
        prompt=lambda _asking: _("Which event is it about?"),
        check=check,
        choices=lambda asking: [Choice(str(event.id), label_of(event)) for event in offered(asking.turn)],
        show=lambda asking, _value: title_of(event_of(asking)),
        typed=False,
        summed_up=False,
        **more,
    )


def _load(turn: Turn, value: Any) -> Event | None:
    known = str(value).isdecimal() and int(value) <= checkins.LARGEST_ID
    return events.load(turn.session, int(value)) if known else None


def event_of(asking: Asking) -> Event:
    """The event a form is about. Events that people have seen stay for good."""
    event = _load(asking.turn, asking.answers[NAME])
    assert event is not None
    return event


def begin_about(turn: Turn, form: Form, event: Event, **known: Any) -> Outcome:
    """Open a form about this event, and nothing of an earlier one."""
    drafts.drop(turn.connection, turn.me.id, form.name)
    answers: Answers = {NAME: str(event.id), **known}
    return forms.begin(turn, form, answers)


def _organised(turn: Turn) -> list[Event]:
    everything = members.is_coordinator(turn.session, turn.me.id)
    led = None if everything else members.led_clubs(turn.session, turn.me.id)
    return events.led(turn.session, led, turn.now, limit=MOST_OFFERED)


ORGANISED = which_event(_organised, lambda turn, event: events.may_organise(turn.session, turn.me.id, event))
