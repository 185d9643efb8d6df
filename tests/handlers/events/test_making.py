"""Ambassadors make a meetup in two minutes, publish it, and decide whom to tell; what changes is told."""

from datetime import UTC, datetime, timedelta

import pytest

from db import events
from db.models.events import Event, EventState
from handlers.events.card import OpenEvent, Organise
from handlers.events.making import NewEvent
from handlers.events.organising import AskWhomToTell, CancelEvent, ChangeEvent, CloneEvent, RepeatEvent
from handlers.events.publishing import Publish, Tell
from tests.actors import Actor
from tests.clubs import club, enters
from tests.events import answer_of, answers, event
from tests.people import member
from tests.stage import Stage


def only_event(stage: Stage) -> Event:
    """The one event there is."""
    found = stage.looks_up(lambda session: session.query(Event).order_by(Event.id).all())
    assert len(found) == 1
    return found[0]


async def makes(ambassador: Actor, title: str = "Kaffee am Schloßteich") -> None:
    """The shortest way through the form: a meetup in the club's own city, with the defaults."""
    await ambassador.says("/event")
    await ambassador.says(title)
    await ambassador.taps("Skip")
    await ambassador.taps("At a place")
    await ambassador.says("Chemnitz")
    await ambassador.taps("Skip")
    await ambassador.taps("Skip")
    await ambassador.says("2026-04-09")
    await ambassador.says("19:00")
    await ambassador.says("120 min")
    await ambassador.taps("No limit")
    await ambassador.taps("No guests")
    await ambassador.taps("Save")


@pytest.mark.everywhere
async def test_an_ambassador_makes_a_meetup_and_tells_the_club(stage: Stage) -> None:
    chemnitz = club(stage, "Chemnitz")
    karin = member(stage, "Karin Sommer", ambassador_of=chemnitz)
    anna, bernd = member(stage, "Anna Weber"), member(stage, "Bernd Vogel")
    enters(stage, "Anna Weber", chemnitz)
    await makes(karin)
    karin.reads("Draft: nobody sees it yet.")
    made = only_event(stage)
    assert (made.club_id, made.state, made.starts_at) == (chemnitz, "draft", datetime(2026, 4, 9, 17, tzinfo=UTC))
    assert made.ends_at - made.starts_at == timedelta(hours=2)
    await karin.taps("Publish")
    karin.reads("<b>Publish {event}?</b> It is for {n} person who may be told.", n=1)
    await karin.taps("Tell {n} person now", n=1)
    karin.reads("<b>{event}</b> is published; the invitations are on their way.")
    await stage.passes(seconds=10)
    anna.reads("You are invited:")
    assert "Kaffee am Schloßteich" in anna.screen.text
    await anna.taps("Attend")
    assert answer_of(stage, "Anna Weber", made.id) == ("yes", 0)
    bernd.reads_not("You are invited:")


async def test_nobody_is_told_unless_one_says_so(stage: Stage) -> None:
    chemnitz = club(stage, "Chemnitz")
    karin, anna = member(stage, "Karin Sommer", ambassador_of=chemnitz), member(stage, "Anna Weber")
    enters(stage, "Anna Weber", chemnitz)
    await makes(karin)
    await karin.taps("Publish")
    await karin.taps("Publish, tell nobody")
    await stage.passes(hours=48)
    anna.reads_not("You are invited:")
    await anna.says("/events")
    assert anna.sees_button("{when} · Kaffee am Schloßteich")


async def test_each_is_told_in_their_own_morning(stage: Stage) -> None:
    """It is 10:00 UTC on a Tuesday: nine o'clock comes at 01:00 UTC in Taiyuan, at 08:00 in Chemnitz."""
    meetup = event(stage, state=EventState.DRAFT, in_hours=24 * 20)
    chief = member(stage, "Karin Chef", coordinator=True)
    chen, anna = member(stage, "Chen Shibo", city="Taiyuan"), member(stage, "Anna Weber")
    await chief.presses(Publish(meetup, Tell.MORNING).pack(), None)
    await stage.passes(hours=14.9)
    chen.reads_not("You are invited:")
    await stage.passes(hours=0.2)
    chen.reads("You are invited:")
    anna.reads_not("You are invited:")
    await stage.passes(hours=7)
    anna.reads("You are invited:")


@pytest.mark.parametrize("how", ["objects", "switches events off", "mutes the club"])
async def test_who_does_not_wish_it_is_not_told(stage: Stage, how: str) -> None:
    from bot.conversation.notices import Switch
    from handlers.clubs import MuteClub
    from handlers.settings import Toggle

    chemnitz = club(stage, "Chemnitz")
    karin, anna = member(stage, "Karin Sommer", ambassador_of=chemnitz), member(stage, "Anna Weber")
    enters(stage, "Anna Weber", chemnitz)
    if how == "objects":
        await anna.says("/stop")
    elif how == "switches events off":
        await anna.presses(Toggle(Switch.EVENTS, False).pack(), None)
    else:
        await anna.presses(MuteClub(chemnitz, True).pack(), None)
    meetup = event(stage, club=chemnitz, state=EventState.DRAFT)
    await karin.presses(AskWhomToTell(meetup).pack(), None)
    karin.reads("<b>Publish {event}?</b> It is for {n} people who may be told.", n=0)
    await karin.presses(Publish(meetup, Tell.NOW).pack(), None)
    await stage.passes(seconds=10)
    anna.reads_not("You are invited:")


async def test_who_has_not_answered_is_reminded_once(stage: Stage) -> None:
    chemnitz = club(stage, "Chemnitz")
    karin = member(stage, "Karin Sommer", ambassador_of=chemnitz)
    anna, bernd = member(stage, "Anna Weber"), member(stage, "Bernd Vogel")
    for name in ("Anna Weber", "Bernd Vogel"):
        enters(stage, name, chemnitz)
    meetup = event(stage, club=chemnitz, state=EventState.DRAFT, in_hours=24 * 10)
    await karin.presses(Publish(meetup, Tell.NOW).pack(), None)
    await stage.passes(seconds=10)
    await bernd.taps("Decline")
    await stage.passes(hours=24 * 7 + 1)
    anna.reads("A reminder: may we count on you? One tap is enough.")
    bernd.reads_not("A reminder: may we count on you? One tap is enough.")
    before = len(anna.messages())
    await stage.passes(hours=24 * 3)
    assert len(anna.messages()) == before


@pytest.mark.everywhere
async def test_a_changed_time_asks_whether_one_still_comes(stage: Stage) -> None:
    meetup = event(stage, in_hours=24 * 14)
    chief, anna = member(stage, "Karin Chef", coordinator=True), member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup)
    await chief.presses(ChangeEvent(meetup).pack(), None)
    await chief.taps("Time")
    await chief.says("18:30")
    await chief.taps("Save")
    chief.reads("Saved. Those who answered are told what has changed.")
    await stage.passes(seconds=10)
    anna.reads("<b>{event}</b> has changed.", event="Stammtisch")
    anna.reads("The time is another one.")
    await anna.taps("I am coming")
    anna.reads("Thank you, we are looking forward to seeing you.")


async def test_a_moved_event_reminds_of_the_new_time_only(stage: Stage) -> None:
    meetup = event(stage, in_hours=48)
    chief, anna = member(stage, "Karin Chef", coordinator=True), member(stage, "Anna Weber")
    await anna.presses(OpenEvent(meetup).pack(), None)
    await anna.taps("Attend")
    await chief.presses(ChangeEvent(meetup).pack(), None)
    await chief.taps("Day")
    await chief.says("2026-03-20")
    await chief.taps("Save")
    await stage.passes(seconds=20)
    before = len(anna.messages())
    await stage.passes(hours=47)
    assert len(anna.messages()) == before
    await stage.passes(hours=24 * 7 + 2)
    anna.reads("Are you still coming? If not, somebody else will be glad of the seat.")


async def test_what_only_the_organiser_cares_for_tells_nobody(stage: Stage) -> None:
    meetup = event(stage, in_hours=24 * 14)
    chief, anna = member(stage, "Karin Chef", coordinator=True), member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup)
    await chief.presses(ChangeEvent(meetup).pack(), None)
    await chief.taps("Guests")
    await chief.taps("2")
    await chief.taps("Save")
    chief.reads("Saved.")
    await stage.passes(seconds=10)
    anna.reads_not("<b>{event}</b> has changed.")


@pytest.mark.everywhere
async def test_a_cancelled_event_is_told_to_everybody_who_answered(stage: Stage) -> None:
    meetup = event(stage, in_hours=48, capacity=1)
    chief = member(stage, "Karin Chef", coordinator=True)
    anna, bernd, clara = (member(stage, name) for name in ("Anna Weber", "Bernd Vogel", "Clara Lang"))
    for name, state in (("Anna Weber", "yes"), ("Bernd Vogel", "waiting"), ("Clara Lang", "no")):
        answers(stage, name, meetup, state)
    await anna.says("/stop")  # the cancellation of what one attends arrives all the same
    await chief.presses(CancelEvent(meetup).pack(), None)
    await chief.says("Der Saal steht unter Wasser.")
    await chief.taps("Cancel the event")
    await stage.passes(seconds=10)
    for person in (anna, bernd):
        person.reads("<b>{event}</b> is cancelled.", event="Stammtisch")
        assert "Der Saal steht unter Wasser." in person.screen.text
    clara.reads_not("<b>{event}</b> is cancelled.")
    await stage.passes(hours=48)
    anna.reads_not("Are you still coming? If not, somebody else will be glad of the seat.")


async def test_a_cancelled_event_is_cancelled_once(stage: Stage) -> None:
    meetup = event(stage, in_hours=48, state=EventState.CANCELLED)
    chief = member(stage, "Karin Chef", coordinator=True)
    await chief.presses(CancelEvent(meetup).pack(), None)
    chief.reads("This event can no longer be cancelled.")


async def test_the_same_once_more_takes_everything_over_but_the_day(stage: Stage) -> None:
    chemnitz = club(stage, "Chemnitz")
    karin = member(stage, "Karin Sommer", ambassador_of=chemnitz)
    meetup = event(stage, "Stammtisch", club=chemnitz, in_hours=9, capacity=17)
    await karin.presses(CloneEvent(meetup).pack(), None)
    karin.reads("On which day?")
    await karin.says("2026-05-07")
    await karin.taps("Save")
    copy = stage.looks_up(lambda session: session.get(Event, meetup + 1))
    assert copy is not None
    assert (copy.titles, copy.capacity, copy.state) == (
        dict.fromkeys(("de", "zh_Hans", "en"), "Stammtisch"),
        17,
        "draft",
    )
    assert copy.starts_at == datetime(2026, 5, 7, 18, tzinfo=UTC)  # 20:00 in Chemnitz, in summer time


async def test_a_regular_table_repeats_without_the_days_taken_out(stage: Stage) -> None:
    """Thursday, 12 March, 20:00 in Chemnitz: the second Thursday of each month, by the clock there."""
    chemnitz = club(stage, "Chemnitz")
    karin, anna = member(stage, "Karin Sommer", ambassador_of=chemnitz), member(stage, "Anna Weber")
    enters(stage, "Anna Weber", chemnitz)
    meetup = event(stage, "Stammtisch", club=chemnitz, in_hours=57)
    await karin.presses(RepeatEvent(meetup).pack(), None)
    await karin.taps("Every month, on the same weekday of the month")
    await karin.says("3")
    await karin.taps("Days")
    day = next(label for label in karin.screen.labels() if "14" in label)
    await karin.taps(day.removeprefix("✓ "))
    await karin.taps("Done")
    await karin.taps("Set these dates")
    karin.reads("{n} further dates are set.", n=2)
    starts = stage.looks_up(
        lambda session: [one.starts_at for one in session.query(Event).filter(Event.id > meetup).order_by(Event.id)]
    )
    assert starts == [datetime(2026, 4, 9, 18, tzinfo=UTC), datetime(2026, 6, 11, 18, tzinfo=UTC)]
    await stage.passes(hours=24 * 18)
    anna.reads("You are invited:")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31.02.2027", "There is no such day in the calendar."),
        ("2026-03-09", "{day} has passed already. Please choose a later day."),
        ("2033-11-27", "{day} is more than three years ahead. Please check the year."),
        ("<b>bald</b>", "This is not a date. Please tap a day, or write it like this: {example}"),
    ],
)
async def test_an_implausible_day_is_asked_again(stage: Stage, typed: str, sentence: str) -> None:
    chemnitz = club(stage, "Chemnitz")
    karin = member(stage, "Karin Sommer", ambassador_of=chemnitz, language="de")
    await karin.says("/event")
    await karin.says("Treffen")
    await karin.taps("Skip")
    await karin.taps("Online")
    await karin.says("https://meet.example/x")
    await karin.says(typed)
    karin.reads(sentence)
    await karin.says("2026-04-09")
    karin.reads("At what time does it begin, by the clock there?")


async def test_a_time_that_the_clock_change_leaves_out(stage: Stage) -> None:
    chemnitz = club(stage, "Chemnitz")
    karin = member(stage, "Karin Sommer", ambassador_of=chemnitz)
    await karin.says("/event")
    for words in ("Nachtwanderung",):
        await karin.says(words)
    await karin.taps("Skip")
    await karin.taps("At a place")
    await karin.says("Chemnitz")
    await karin.taps("Skip")
    await karin.taps("Skip")
    await karin.says("2026-03-29")
    await karin.says("02:30")
    karin.reads("The clocks change that night, and this time does not exist.")
    await karin.says("03:30")
    karin.reads("How long does it last?")


async def test_the_capacity_never_falls_below_those_already_in(stage: Stage) -> None:
    meetup = event(stage, capacity=5, guests_allowed=3)
    chief = member(stage, "Karin Chef", coordinator=True)
    member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup, guests=2)
    await chief.presses(ChangeEvent(meetup).pack(), None)
    await chief.taps("Seats")
    await chief.says("2")
    chief.reads("{n} seats are taken already, so there must be at least as many.", n=3)
    await chief.says("3")
    await chief.taps("Save")
    row = stage.looks_up(lambda session: events.load(session, meetup))
    assert row is not None and row.capacity == 3


async def test_an_ambassador_of_another_club_is_kept_out(stage: Stage) -> None:
    chemnitz, leipzig = club(stage, "Chemnitz"), club(stage, "Leipzig")
    meetup = event(stage, club=chemnitz)
    karin = member(stage, "Karin Sommer", ambassador_of=leipzig)
    for button in (Organise(meetup), ChangeEvent(meetup), CancelEvent(meetup), AskWhomToTell(meetup)):
        await karin.presses(button.pack(), None)
        karin.reads("This is for those who organise the event.")
    await karin.presses(NewEvent(chemnitz).pack(), None)
    karin.reads("This is for the club's ambassador.")


async def test_warnings_come_before_anything_leaves(stage: Stage) -> None:
    """Good Friday 2026 at 20:00 in Chemnitz is four in the morning of the next day in Taiyuan."""
    start = (datetime(2026, 4, 3, 18, tzinfo=UTC) - stage.clock.now()).total_seconds() / 3600
    meetup = event(stage, state=EventState.DRAFT, in_hours=start, online_url="https://meet.example/x")
    chief = member(stage, "Karin Chef", coordinator=True)
    member(stage, "Chen Shibo", city="Taiyuan")
    await chief.presses(AskWhomToTell(meetup).pack(), None)
    chief.reads("{day} is a holiday in {country}: {name}.")
    chief.reads("For {n} person of the audience this is at night.", n=1)


async def test_a_preview_shows_each_language(stage: Stage) -> None:
    meetup = event(stage, state=EventState.DRAFT, titles={"de": "Treffen", "zh_Hans": "聚会"})
    chief = member(stage, "Karin Chef", coordinator=True, language="de")
    await chief.presses(Organise(meetup).pack(), None)
    await chief.taps("Preview")
    assert "Treffen" in chief.screen.text
    chief.reads_one_language = False
    await chief.taps("中文")
    assert "聚会" in chief.screen.text
    assert "人参加" in chief.screen.text


async def test_published_twice_by_a_double_tap_is_published_once(stage: Stage) -> None:
    meetup = event(stage, state=EventState.DRAFT)
    chief = member(stage, "Karin Chef", coordinator=True)
    await chief.presses(Publish(meetup, Tell.NOBODY).pack(), None)
    await chief.presses(Publish(meetup, Tell.NOW).pack(), None)
    chief.reads("This event is published already.")


async def test_who_gives_up_cancelling_and_begins_again_is_asked_which_event(stage: Stage) -> None:
    meetup = event(stage, in_hours=48)
    chief = member(stage, "Karin Chef", coordinator=True)
    await chief.presses(CancelEvent(meetup).pack(), None)
    await chief.taps("Cancel")
    await chief.taps("Start again")
    await chief.taps("{when} · Stammtisch")
    await chief.taps("Skip")
    await chief.taps("Cancel the event")
    row = stage.looks_up(lambda session: events.load(session, meetup))
    assert row is not None and row.state == EventState.CANCELLED
