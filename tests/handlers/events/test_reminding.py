"""Whoever attends is reminded at a human hour, never of what has changed, and never late."""

from datetime import UTC, datetime

import pytest

from bot.domain.reminders import Lead
from handlers.events.card import Attend, Decline, SayMaybe
from handlers.events.reminding import SetLead
from tests.events import answer_of, event
from tests.people import member
from tests.stage import START, Stage


def hours_to(year: int, month: int, day: int, hour: int) -> float:
    """From the stage's start to an instant in UTC."""
    return (datetime(year, month, day, hour, tzinfo=UTC) - START).total_seconds() / 3600


@pytest.mark.everywhere
async def test_a_day_and_an_hour_before(stage: Stage) -> None:
    meetup = event(stage, in_hours=72)
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(meetup).pack(), None)
    await stage.passes(hours=47)
    anna.reads_not("Are you still coming? If not, somebody else will be glad of the seat.")
    await stage.passes(hours=2)
    anna.reads("<b>{event}</b> begins in {time}.", event="Stammtisch")
    anna.reads("Are you still coming?")
    before = len(anna.messages())
    await stage.passes(hours=21.5)
    assert len(anna.messages()) == before
    await stage.passes(hours=1)
    assert len(anna.messages()) == before + 1
    anna.reads("<b>{event}</b> begins in {time}.", event="Stammtisch")


async def test_still_coming_is_one_tap(stage: Stage) -> None:
    meetup = event(stage, in_hours=30, capacity=5)
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(meetup).pack(), None)
    await stage.passes(hours=7)
    await anna.taps("I am coming")
    anna.reads("Thank you, we are looking forward to seeing you.")


async def test_the_day_before_one_tap_frees_the_seat(stage: Stage) -> None:
    meetup = event(stage, in_hours=30, capacity=1)
    anna, bernd = member(stage, "Anna Weber"), member(stage, "Bernd Sommer")
    await anna.presses(Attend(meetup).pack(), None)
    await bernd.presses(Attend(meetup).pack(), None)
    await stage.passes(hours=7)
    await anna.taps("I cannot come")
    assert answer_of(stage, "Anna Weber", meetup) == ("no", 0)
    assert answer_of(stage, "Bernd Sommer", meetup) == ("offered", 0)


@pytest.mark.parametrize("answer", [Decline, SayMaybe])
async def test_who_does_not_come_is_not_reminded(stage: Stage, answer: type[Decline] | type[SayMaybe]) -> None:
    meetup = event(stage, in_hours=30)
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(meetup).pack(), None)
    await anna.presses(answer(meetup).pack(), None)
    before = len(anna.messages())
    await stage.passes(hours=31)
    assert len(anna.messages()) == before


async def test_who_left_and_came_back_is_reminded_once(stage: Stage) -> None:
    meetup = event(stage, in_hours=30)
    anna = member(stage, "Anna Weber")
    for button in (Attend(meetup), Decline(meetup), Attend(meetup)):
        await anna.presses(button.pack(), None)
    before = len(anna.messages())
    await stage.passes(hours=7)
    assert len(anna.messages()) == before + 1


async def test_after_an_objection_nobody_is_reminded(stage: Stage) -> None:
    meetup = event(stage, in_hours=30)
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(meetup).pack(), None)
    await anna.says("/stop")
    before = len(anna.messages())
    await stage.passes(hours=31)
    assert len(anna.messages()) == before


async def test_one_chooses_how_long_before(stage: Stage) -> None:
    meetup = event(stage, in_hours=80)
    anna = member(stage, "Anna Weber")
    await anna.says("/settings")
    await anna.taps("Reminders")
    await anna.presses(SetLead(int(Lead.DAY), False).pack(), anna.screen.ident)
    await anna.presses(SetLead(int(Lead.TWO_DAYS), True).pack(), anna.screen.ident)
    await anna.presses(Attend(meetup).pack(), None)
    before = len(anna.messages())
    await stage.passes(hours=33)
    assert len(anna.messages()) == before + 1
    await stage.passes(hours=26)
    assert len(anna.messages()) == before + 1


async def test_a_changed_choice_holds_for_what_one_attends_already(stage: Stage) -> None:
    meetup = event(stage, in_hours=30)
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(meetup).pack(), None)
    await anna.says("/settings")
    await anna.taps("Reminders")
    await anna.presses(SetLead(int(Lead.DAY), False).pack(), anna.screen.ident)
    before = len(anna.messages())
    await stage.passes(hours=20)
    assert len(anna.messages()) == before


async def test_an_hour_before_at_night_is_dropped_not_late(stage: Stage) -> None:
    """Starts at 08:30 in Chemnitz: an hour before is in the quiet hours."""
    meetup = event(stage, in_hours=hours_to(2026, 3, 12, 7) + 0.5)
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(meetup).pack(), None)
    await stage.passes(hours=30)
    before = len(anna.messages())
    await stage.passes(hours=24)
    assert len(anna.messages()) == before


async def test_the_day_before_keeps_the_hour_across_the_clock_change(stage: Stage) -> None:
    """29 March 2026, 19:00 in Chemnitz; the night before, the clocks go forward."""
    meetup = event(stage, in_hours=hours_to(2026, 3, 29, 17))
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(meetup).pack(), None)
    before = len(anna.messages())
    await stage.passes(hours=hours_to(2026, 3, 28, 18) - 0.1)
    assert len(anna.messages()) == before
    await stage.passes(hours=0.2)
    assert len(anna.messages()) == before + 1


@pytest.mark.door("telegram")  # a browser's session would be over by then
async def test_nobody_is_reminded_on_the_morning_of_spring_festival(stage: Stage) -> None:
    """7 February 2027, 10:00 in Taiyuan; a day before is the morning of Spring Festival, and so is the eve a
    holiday: the reminder comes on the evening of the last working day."""
    meetup = event(stage, in_hours=hours_to(2027, 2, 7, 2), city="Taiyuan")
    chen = member(stage, "Chen Shibo", city="Taiyuan")
    await chen.presses(Attend(meetup).pack(), None)
    before = len(chen.messages())
    await stage.passes(hours=hours_to(2027, 2, 4, 9))
    assert len(chen.messages()) == before
    await stage.passes(hours=1.5)
    assert len(chen.messages()) == before + 1
    await stage.passes(hours=48)
    assert len(chen.messages()) == before + 1
