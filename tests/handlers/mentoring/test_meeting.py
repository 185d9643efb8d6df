"""The two of a mentorship find a time for their first meeting, far apart as they may live."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import vobject

from db.models.members import Member
from handlers.mentoring.meeting_times import from_minutes, to_minutes
from handlers.mentoring.together_buttons import AcceptTime, FindTime, ProposeTime
from tests.actors import Actor, TelegramActor
from tests.handlers.mentoring.asking import times_read
from tests.handlers.mentoring.pairs import changes, opens, queued, row_of, taps_again, together, withdraws
from tests.stage import Stage

# Three days from now in the morning, in Shanghai the afternoon.
FRIDAY = to_minutes(datetime(2026, 3, 13, 9, 0, tzinfo=UTC))
MONDAY = to_minutes(datetime(2026, 3, 16, 9, 0, tzinfo=UTC))


def file_of(actor: Actor) -> Any:
    """The last file somebody was given on Telegram, read by another library."""
    assert isinstance(actor, TelegramActor)
    document = next(each.raw.document for each in reversed(actor.messages()) if each.raw and each.raw.document)
    return vobject.readOne(document[1].decode())


async def taps_first_time(actor: Actor) -> str:
    """The first of the times shown; its label."""
    label, data = actor.screen.buttons[0][0]
    await actor.presses(data, actor.screen.ident)
    return label


@pytest.mark.everywhere
async def test_a_time_that_suits_both(stage: Stage) -> None:
    anna, chen, ref = together(stage)
    await opens(anna, ref)
    await anna.taps("Find a time")
    anna.reads("Times at which you and {name} are both awake.", name="Chen Shibo")
    lines = [line for line in anna.screen.text.splitlines() if line.startswith("•")]
    assert len(lines) == 3 and all(" · " in line for line in lines)
    await taps_first_time(anna)
    anna.reads("{name} is asked whether this suits:", name="Chen Shibo")
    await chen.catch_up()
    chen.reads("<b>{name}</b> suggests to meet for {n} minutes:", name="Anna Weber", n=45)
    assert " · " in chen.screen.text
    await chen.taps("This suits me")
    chen.reads("You meet <b>{name}</b>:", name="Anna Weber")
    await anna.catch_up()
    anna.reads("You meet <b>{name}</b>:", name="Chen Shibo")
    await opens(chen, ref)
    chen.reads("<b>You meet:</b> {time}")
    meets_at = row_of(stage, ref).meets_at
    assert meets_at is not None
    assert stage.clock.now() + timedelta(hours=12) < meets_at < stage.clock.now() + timedelta(days=14)


async def test_other_times_are_others(stage: Stage) -> None:
    anna, _chen, ref = together(stage)
    await taps_again(anna, FindTime(ref))
    first = anna.screen.labels()[:3]
    await anna.taps("Other times")
    assert len(set(first) | set(anna.screen.labels()[:3])) == 6


async def test_it_stands_in_the_calendars_of_both_and_moves_there(stage: Stage) -> None:
    anna, chen, ref = together(stage, door="telegram")
    await taps_again(anna, ProposeTime(ref, FRIDAY))
    await chen.taps("This suits me")
    before = file_of(chen)
    assert before.method.value == "PUBLISH"
    assert before.vevent.dtstart.value.astimezone(UTC) == from_minutes(FRIDAY)
    assert before.vevent.dtend.value - before.vevent.dtstart.value == timedelta(minutes=45)
    assert sorted(alarm.trigger.value for alarm in before.vevent.valarm_list) == [
        -timedelta(days=1),
        -timedelta(hours=1),
    ]
    assert file_of(anna).vevent.uid.value == before.vevent.uid.value
    await stage.passes(hours=1)
    await chen.taps("Another time")
    chen.reads("So far you have agreed on {time}. That stays until {name} agrees to another time.", name="Anna Weber")
    await taps_again(chen, ProposeTime(ref, MONDAY))
    await stage.passes(hours=14)
    await anna.taps("This suits me")
    after = file_of(anna)
    assert after.vevent.uid.value == before.vevent.uid.value
    assert int(after.vevent.sequence.value) > int(before.vevent.sequence.value)
    assert after.vevent.dtstart.value.astimezone(UTC) == from_minutes(MONDAY)
    assert "@" not in after.vevent.description.value
    assert row_of(stage, ref).meets_at == from_minutes(MONDAY)


async def test_what_does_not_do_any_more(stage: Stage) -> None:
    anna, _chen, ref = together(stage)
    past, night = FRIDAY - 7 * 24 * 60, FRIDAY + 14 * 60
    for at in (past, night, 0, 10**12, FRIDAY + 365 * 24 * 60):
        await taps_again(anna, ProposeTime(ref, at))
        anna.reads("This time is no longer possible. Here are others:")
    assert queued(stage, "meeting_proposed") == []


async def test_a_time_that_has_passed_before_it_was_accepted(stage: Stage) -> None:
    anna, chen, ref = together(stage)
    await taps_again(anna, ProposeTime(ref, FRIDAY))
    await stage.passes(days=4)
    await chen.taps("This suits me")
    chen.reads("This time has passed already. Here are others:")
    assert row_of(stage, ref).meets_at is None


async def test_accepted_twice_is_accepted_once(stage: Stage) -> None:
    anna, chen, ref = together(stage)
    await taps_again(anna, ProposeTime(ref, FRIDAY))
    await chen.catch_up()
    await chen.taps("This suits me")
    await taps_again(chen, AcceptTime(ref, FRIDAY, 0))
    chen.reads("You have agreed on this already: {time}")
    await taps_again(anna, ProposeTime(ref, FRIDAY))
    anna.reads("You have agreed on this already: {time}")
    assert queued(stage, "meeting_agreed") == ["Anna Weber"]


async def test_of_two_suggestions_the_one_accepted_first_counts(stage: Stage) -> None:
    anna, chen, ref = together(stage)
    for at in (FRIDAY, MONDAY):
        await taps_again(anna, ProposeTime(ref, at))
    await taps_again(chen, AcceptTime(ref, MONDAY, 0))
    await taps_again(chen, AcceptTime(ref, FRIDAY, 0))
    chen.reads("Meanwhile you have agreed on another time: {time}")
    assert row_of(stage, ref).meets_at == from_minutes(MONDAY)


async def test_suggested_twice_asks_once(stage: Stage) -> None:
    anna, chen, ref = together(stage)
    for _twice in range(2):
        await taps_again(anna, ProposeTime(ref, FRIDAY))
    await chen.catch_up()
    assert times_read(chen, "<b>{name}</b> suggests to meet for {n} minutes:", name="Anna Weber", n=45) == 1


async def test_never_awake_together(stage: Stage) -> None:
    anna, _chen, ref = together(stage)
    changes(stage, "Chen Shibo", _lives_by_night)
    await taps_again(anna, FindTime(ref))
    anna.reads("In the next two weeks there is no time at which you and {name} are both awake")


def _lives_by_night(row: Member) -> None:
    row.quiet_from, row.quiet_to = 7, 22


async def test_a_suggestion_of_somebody_who_withdrew_is_not_told(stage: Stage) -> None:
    """It is night in Shanghai: the suggestion waits, and meanwhile Anna's name is not to be told any more."""
    anna, chen, ref = together(stage)
    await stage.passes(hours=5)
    await taps_again(anna, ProposeTime(ref, FRIDAY))
    withdraws(stage, "Anna Weber")
    await stage.passes(hours=12)
    assert not any("Anna Weber" in message.text for message in chen.messages())
    await taps_again(chen, AcceptTime(ref, FRIDAY, 0))
    chen.reads("This person cannot be found here any more.")


async def test_with_the_end_of_the_mentorship_the_meeting_is_off(stage: Stage) -> None:
    anna, chen, ref = together(stage, door="telegram", city="Dresden")
    await taps_again(anna, ProposeTime(ref, FRIDAY))
    await opens(chen, ref)
    await chen.taps("Close the mentorship")
    await chen.taps("Yes, close it")
    await taps_again(chen, AcceptTime(ref, FRIDAY, 0))
    chen.reads("This mentorship has ended, so there is nothing more to do here.")
    assert row_of(stage, ref).meets_at is None
