"""Events in people's own calendars: a file, and a private feed that keeps up to date. Read back by another library."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import vobject
from sqlalchemy import update

from bot.domain.reminders import Lead
from db.models.members import Member
from handlers.events.card import Attend, Decline, SaveToCalendar
from handlers.events.ical import Entry, write_calendar
from handlers.events.organising import CancelEvent, ChangeEvent
from tests.actors import Actor, TelegramActor
from tests.events import answers, event
from tests.people import member
from tests.stage import START, Stage, translate


def file_of(actor: Actor) -> Any:
    """The last file somebody was given on Telegram, read by another library."""
    assert isinstance(actor, TelegramActor)
    document = next(each.raw.document for each in reversed(actor.messages()) if each.raw and each.raw.document)
    return vobject.readOne(document[1].decode())


async def fetch(url: str, **headers: str) -> tuple[int, bytes, str | None]:
    """Status, body and tag of an address, as a calendar program asks for it."""
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
        return answer.status, await answer.read(), answer.headers.get("etag")


def feed_address(stage: Stage, actor: Actor) -> str:
    """Where the feed really listens, by the link that was shown."""
    secret = actor.link("/calendar/").rpartition("/")[2]
    return f"{stage.app.web_address()}/calendar/{secret}"


async def cancels(chief: Actor, event_id: int) -> None:
    """Call an event off, as its organiser does."""
    await chief.presses(CancelEvent(event_id).pack(), None)
    await chief.says("Der Saal steht unter Wasser.")
    await chief.taps("Cancel the event")


@pytest.mark.everywhere
async def test_the_feed_has_what_one_attends(stage: Stage) -> None:
    meetup = event(stage, "Stammtisch", venue="Café, Hof 2; links")
    event(stage, "Anderes")
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(meetup).pack(), None)
    await anna.says("/calendar")
    anna.reads("Your private calendar feed:\n{webcal}")
    status, body, _tag = await fetch(feed_address(stage, anna))
    assert status == 200
    calendar = vobject.readOne(body.decode())
    assert [each.summary.value for each in calendar.vevent_list] == ["Stammtisch"]
    one = calendar.vevent
    assert one.location.value.startswith("Café, Hof 2; links")
    assert one.status.value == "CONFIRMED"
    assert one.dtstart.value.astimezone(UTC) == START + timedelta(hours=72)
    assert sorted(alarm.trigger.value for alarm in one.valarm_list) == [-timedelta(days=1), -timedelta(hours=1)]


async def test_an_event_is_saved_as_a_file(stage: Stage) -> None:
    meetup = event(stage, "Stammtisch")
    anna = member(stage, "Anna Weber", door="telegram")
    await anna.presses(Attend(meetup).pack(), None)
    await anna.taps("Calendar")
    anna.reads("Open this file to put {event} into your calendar.", event="Stammtisch")
    calendar = file_of(anna)
    assert calendar.method.value == "PUBLISH"
    assert calendar.vevent.summary.value == "Stammtisch"
    # Outlook makes a calendar of its own out of a file that has a name.
    assert not hasattr(calendar, "x_wr_calname")


async def test_the_file_of_a_cancelled_event_takes_it_out(stage: Stage) -> None:
    meetup = event(stage)
    anna, chief = member(stage, "Anna Weber", door="telegram"), member(stage, "Karin Chef", coordinator=True)
    await anna.presses(Attend(meetup).pack(), None)
    await anna.taps("Calendar")
    before = file_of(anna).vevent
    await cancels(chief, meetup)
    await anna.presses(SaveToCalendar(meetup).pack(), None)
    anna.reads("{event} is cancelled. Open this file to take it out of your calendar.", event="Stammtisch")
    after = file_of(anna)
    assert (after.method.value, after.vevent.status.value) == ("CANCEL", "CANCELLED")
    assert after.vevent.uid.value == before.uid.value
    assert int(after.vevent.sequence.value) > int(before.sequence.value)


async def test_the_file_is_for_those_who_attend(stage: Stage) -> None:
    meetup = event(stage)
    anna = member(stage, "Anna Weber")
    await anna.presses(SaveToCalendar(meetup).pack(), None)
    anna.reads("This is for those who attend: tap Attend first.")


async def test_a_change_keeps_the_identity_and_raises_the_number(stage: Stage) -> None:
    meetup = event(stage, in_hours=24 * 10)
    anna, chief = member(stage, "Anna Weber"), member(stage, "Karin Chef", coordinator=True)
    answers(stage, "Anna Weber", meetup)
    await anna.says("/calendar")
    address = feed_address(stage, anna)
    before = vobject.readOne((await fetch(address))[1].decode()).vevent
    await chief.presses(ChangeEvent(meetup).pack(), None)
    await chief.taps("Time")
    await chief.says("18:30")
    await chief.taps("Save")
    after = vobject.readOne((await fetch(address))[1].decode()).vevent
    assert after.uid.value == before.uid.value
    assert int(after.sequence.value) == int(before.sequence.value) + 1
    assert after.dtstart.value.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M") == "18:30"


async def test_a_cancelled_event_is_taken_out(stage: Stage) -> None:
    meetup = event(stage)
    anna, chief = member(stage, "Anna Weber"), member(stage, "Karin Chef", coordinator=True)
    answers(stage, "Anna Weber", meetup)
    await anna.says("/calendar")
    await cancels(chief, meetup)
    one = vobject.readOne((await fetch(feed_address(stage, anna)))[1].decode()).vevent
    assert (one.status.value, one.sequence.value) == ("CANCELLED", "1")
    assert not hasattr(one, "valarm")


@pytest.mark.parametrize("state", ["maybe", "waiting", "offered"])
async def test_what_is_not_settled_is_tentative_and_wakes_nobody(stage: Stage, state: str) -> None:
    meetup = event(stage, online_url="https://meet.example/secret")
    anna = member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup, state)
    await anna.says("/calendar")
    _status, body, _tag = await fetch(feed_address(stage, anna))
    one = vobject.readOne(body.decode()).vevent
    assert one.status.value == "TENTATIVE"
    assert not hasattr(one, "valarm")
    assert b"meet.example" not in body


async def test_who_attends_has_the_way_in_and_whom_to_ask(stage: Stage) -> None:
    meetup = event(
        stage,
        online_url="https://meet.example/?a=1&b=2",
        contact="Karin & Co.",
        descriptions=dict.fromkeys(("de", "zh_Hans", "en"), "Tee, Kuchen;\nund 校友 🎉"),
        latitude=50.83,
        longitude=12.92,
    )
    anna = member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup)
    await anna.says("/calendar")
    one = vobject.readOne((await fetch(feed_address(stage, anna)))[1].decode()).vevent
    described = one.description.value
    assert described.startswith("Tee, Kuchen;\nund 校友 🎉\n")
    assert "Karin & Co." in described and "https://meet.example/?a=1&b=2" in described
    assert one.geo.value == "50.83;12.92"
    assert not hasattr(one, "organizer")


async def test_what_is_over_stays_for_sixty_days(stage: Stage) -> None:
    meetup = event(stage, in_hours=1, lasts=1)
    anna = member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup)
    await anna.says("/calendar")
    address = feed_address(stage, anna)
    stage.clock.move(timedelta(days=60))
    assert b"VEVENT" in (await fetch(address))[1]
    stage.clock.move(timedelta(days=1))
    assert b"VEVENT" not in (await fetch(address))[1]


async def test_what_one_declines_disappears(stage: Stage) -> None:
    meetup = event(stage)
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(meetup).pack(), None)
    await anna.says("/calendar")
    address = feed_address(stage, anna)
    await anna.presses(Decline(meetup).pack(), None)
    assert not hasattr(vobject.readOne((await fetch(address))[1].decode()), "vevent")


async def test_nothing_new_is_said_in_a_word(stage: Stage) -> None:
    event(stage)
    anna = member(stage, "Anna Weber")
    await anna.says("/calendar")
    address = feed_address(stage, anna)
    _status, _body, tag = await fetch(address)
    assert tag is not None
    assert (await fetch(address, **{"If-None-Match": tag}))[:2] == (304, b"")


@pytest.mark.everywhere
async def test_a_new_link_ends_the_old_one(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/calendar")
    old = feed_address(stage, anna)
    await anna.says("/calendar")
    anna.reads("You have a calendar feed since {day}.")
    await anna.taps("New link")
    new = feed_address(stage, anna)
    assert ((await fetch(old))[0], (await fetch(new))[0]) == (404, 200)
    await anna.taps("End the feed")
    anna.reads("The feed has ended; its address opens nothing any more.")
    assert (await fetch(new))[0] == 404


async def test_an_address_nobody_was_given(stage: Stage) -> None:
    member(stage, "Anna Weber")
    assert (await fetch(f"{stage.app.web_address()}/calendar/{'B' * 22}.ics"))[0] == 404


async def test_a_feed_is_its_owners_only(stage: Stage) -> None:
    meetup = event(stage)
    anna, bernd = member(stage, "Anna Weber"), member(stage, "Bernd Vogel")
    answers(stage, "Bernd Vogel", meetup)
    await anna.says("/calendar")
    await bernd.says("/calendar")
    assert b"VEVENT" not in (await fetch(feed_address(stage, anna)))[1]
    assert b"VEVENT" in (await fetch(feed_address(stage, bernd)))[1]


async def test_the_alarms_are_the_reminders_one_chose(stage: Stage) -> None:
    meetup = event(stage)
    anna = member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup)
    stage.looks_up(lambda session: session.execute(update(Member).values(leads=int(Lead.WEEK))))
    await anna.says("/calendar")
    one = vobject.readOne((await fetch(feed_address(stage, anna)))[1].decode()).vevent
    assert [alarm.trigger.value for alarm in one.valarm_list] == [-timedelta(days=7)]


async def test_after_an_erasure_the_feed_is_gone(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/calendar")
    address = feed_address(stage, anna)
    await anna.says("/forget")
    await anna.says(translate(anna.language, "ERASE"))
    await stage.passes(hours=49)
    assert (await fetch(address))[0] == 404


def entry(start: datetime, title: str = "Treffen") -> Entry:
    return Entry(
        uid="x@alumni.example",
        sequence=0,
        start=start,
        end=start + timedelta(hours=2),
        title=title,
        description="",
        location="",
        url="https://alumni.example/go/event_x",
        status="CONFIRMED",
        changed=START,
    )


@pytest.mark.parametrize(
    ("start", "zone"),
    [
        (datetime(2026, 3, 28, 18, tzinfo=UTC), "Europe/Berlin"),
        (datetime(2026, 3, 29, 17, tzinfo=UTC), "Europe/Berlin"),
        (datetime(2026, 10, 24, 17, tzinfo=UTC), "Europe/Berlin"),
        (datetime(2026, 10, 25, 18, tzinfo=UTC), "Europe/Berlin"),
        (datetime(2026, 7, 1, 11, tzinfo=UTC), "Asia/Shanghai"),
        (datetime(2026, 12, 1, 11, tzinfo=UTC), "Asia/Shanghai"),
    ],
)
def test_seven_in_the_evening_is_that_across_both_clock_changes(start: datetime, zone: str) -> None:
    text = write_calendar([entry(start)], method="PUBLISH").decode()
    assert vobject.readOne(text).vevent.dtstart.value.astimezone(ZoneInfo(zone)).strftime("%H:%M") == "19:00"


@pytest.mark.parametrize("title", ["Kaffee, Kuchen; und mehr\\", "太原校友茶叙", "Abend 🎉\nzweite Zeile", "x" * 300])
def test_words_come_back_as_they_were(title: str) -> None:
    text = write_calendar([entry(START, title)], method="PUBLISH").decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert vobject.readOne(text).vevent.summary.value == title
