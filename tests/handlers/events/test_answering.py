"""People answer an event with one tap, bring guests, change their mind, and wait for a seat."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from db.models.clubs import Club
from db.models.events import Attendance, Event, EventState
from handlers.events.card import Attend, Decline, OpenEvent, SayMaybe
from handlers.privacy import TIME_TO_THINK
from tests.clubs import club, enters
from tests.events import answer_of, answers, event
from tests.marks import on_both_databases
from tests.people import find, guest, member
from tests.stage import Stage


@pytest.mark.everywhere
async def test_a_member_answers_in_three_taps(stage: Stage) -> None:
    chemnitz = club(stage, "Chemnitz")
    meetup = event(stage, club=chemnitz)
    anna = member(stage, "Anna Weber")
    enters(stage, "Anna Weber", chemnitz)
    await anna.says("/events")
    await anna.taps("{when} · Stammtisch")
    anna.reads("{n} people attend", n=0)
    await anna.taps("Attend")
    anna.reads("You attend.")
    anna.reads("{n} person attends", n=1)
    assert answer_of(stage, "Anna Weber", meetup) == ("yes", 0)


async def test_the_card_says_when_by_both_clocks(stage: Stage) -> None:
    event(stage, in_hours=9, city="Chemnitz")  # 19:00 UTC: 20:00 in Chemnitz
    anna = member(stage, "Anna Weber", city="Taiyuan")
    await anna.says("/events")
    await anna.taps("{when} · Stammtisch")
    anna.reads("At the venue: {time}")
    card = anna.screen.text
    assert card.index("03:00–05:00") < card.index("20:00–22:00")


async def test_at_the_venue_itself_one_clock_is_enough(stage: Stage) -> None:
    event(stage, in_hours=9)
    anna = member(stage, "Anna Weber")
    await anna.says("/events")
    await anna.taps("{when} · Stammtisch")
    assert "20:00–22:00" in anna.screen.text
    anna.reads_not("At the venue: {time}")


async def test_maybe_and_no_hold_no_seat(stage: Stage) -> None:
    meetup = event(stage, capacity=1)
    anna = member(stage, "Anna Weber")
    await anna.presses(OpenEvent(meetup).pack(), None)
    await anna.taps("Maybe")
    anna.reads("You said maybe.")
    anna.reads("Free seats: {free} of {all}", free=1, all=1)
    await anna.taps("Decline")
    anna.reads("You do not attend.")
    assert answer_of(stage, "Anna Weber", meetup) == ("no", 0)


async def test_a_no_is_undone_by_one_tap(stage: Stage) -> None:
    meetup = event(stage)
    anna = member(stage, "Anna Weber")
    await anna.presses(Decline(meetup).pack(), None)
    await anna.taps("Attend")
    assert answer_of(stage, "Anna Weber", meetup) == ("yes", 0)


@pytest.mark.everywhere
async def test_guests_come_and_go_one_by_one(stage: Stage) -> None:
    meetup = event(stage, guests_allowed=2, capacity=10)
    anna = member(stage, "Anna Weber")
    await anna.presses(OpenEvent(meetup).pack(), None)
    await anna.taps("Attend")
    await anna.taps("+ guest")
    anna.reads("You attend with {n} guest.", n=1)
    await anna.taps("+ guest")
    anna.reads("You attend with {n} guests.", n=2)
    anna.reads("Free seats: {free} of {all}", free=7, all=10)
    assert not anna.sees_button("+ guest")
    await anna.taps("− guest")
    assert answer_of(stage, "Anna Weber", meetup) == ("yes", 1)


@pytest.mark.parametrize(("allowed", "guests"), [(2, -1), (2, 3), (2, 500)])
async def test_an_impossible_number_of_guests_is_refused(stage: Stage, allowed: int, guests: int) -> None:
    meetup = event(stage, guests_allowed=allowed)
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(meetup).pack(), None)
    await anna.presses(Attend(meetup, guests).pack(), None)
    anna.reads("You may bring {n} guests at most.", n=allowed)
    assert answer_of(stage, "Anna Weber", meetup) == ("yes", 0)


async def test_an_event_without_guests_says_so(stage: Stage) -> None:
    meetup = event(stage)
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(meetup, 1).pack(), None)
    anna.reads("This event is without guests; you are welcome yourself.")
    assert answer_of(stage, "Anna Weber", meetup) is None


async def test_a_party_that_no_longer_fits_keeps_its_seat(stage: Stage) -> None:
    meetup = event(stage, capacity=2, guests_allowed=3)
    member(stage, "Bernd Sommer")
    answers(stage, "Bernd Sommer", meetup)
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(meetup).pack(), None)
    await anna.presses(Attend(meetup, 1).pack(), None)
    anna.reads("There is no further seat; yours is kept.")
    assert answer_of(stage, "Anna Weber", meetup) == ("yes", 0)


@pytest.mark.everywhere
async def test_a_full_house_has_a_waiting_list(stage: Stage) -> None:
    meetup = event(stage, capacity=1)
    member(stage, "Bernd Sommer")
    answers(stage, "Bernd Sommer", meetup)
    anna = member(stage, "Anna Weber")
    await anna.presses(OpenEvent(meetup).pack(), None)
    await anna.taps("Attend")
    anna.reads("All seats are taken. You are on the waiting list now")
    anna.reads("You are number {n} on the waiting list.", n=1)
    assert answer_of(stage, "Anna Weber", meetup) == ("waiting", 0)


async def test_no_and_maybe_are_never_blocked_by_a_full_house(stage: Stage) -> None:
    meetup = event(stage, capacity=1)
    member(stage, "Bernd Sommer")
    answers(stage, "Bernd Sommer", meetup)
    anna = member(stage, "Anna Weber")
    await anna.presses(SayMaybe(meetup).pack(), None)
    anna.reads("You said maybe.")


@pytest.mark.parametrize("state", [EventState.CANCELLED, EventState.DRAFT])
async def test_what_does_not_take_place_cannot_be_answered(stage: Stage, state: EventState) -> None:
    meetup = event(stage, state=state)
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(meetup).pack(), None)
    anna.reads(
        "This event was cancelled; nothing needs to be answered."
        if state is EventState.CANCELLED
        else "This event no longer exists."
    )
    assert answer_of(stage, "Anna Weber", meetup) is None


async def test_what_has_begun_cannot_be_answered(stage: Stage) -> None:
    meetup = event(stage, in_hours=1)
    anna = member(stage, "Anna Weber")
    await stage.passes(hours=1)
    await anna.presses(Attend(meetup).pack(), None)
    anna.reads("This event has begun; answers can no longer be changed.")
    assert answer_of(stage, "Anna Weber", meetup) is None


async def test_after_the_last_day_nobody_new_can_answer(stage: Stage) -> None:
    meetup = event(stage, answer_by=stage.clock.now() + timedelta(hours=1), guests_allowed=1)
    anna, bernd = member(stage, "Anna Weber"), member(stage, "Bernd Sommer")
    await anna.presses(Attend(meetup, 1).pack(), None)
    await stage.passes(hours=2)
    await bernd.presses(Attend(meetup).pack(), None)
    bernd.reads("The last day for answers is over.")
    await anna.presses(Attend(meetup, 0).pack(), None)
    assert answer_of(stage, "Anna Weber", meetup) == ("yes", 0)
    await anna.presses(Decline(meetup).pack(), None)
    assert answer_of(stage, "Anna Weber", meetup) == ("no", 0)


async def test_the_online_link_is_for_those_who_attend(stage: Stage) -> None:
    meetup = event(stage, online_url="https://meet.example/room")
    anna = member(stage, "Anna Weber")
    await anna.presses(OpenEvent(meetup).pack(), None)
    anna.reads("Online; those who attend receive the link.")
    assert "meet.example" not in anna.screen.text
    await anna.taps("Attend")
    assert "https://meet.example/room" in anna.screen.text


async def test_names_are_shown_among_those_who_agreed(stage: Stage) -> None:
    meetup = event(stage)
    for name, agreed in (("Bernd Sommer", True), ("Clara Vogel", False)):
        member(stage, name, in_network=agreed)
        answers(stage, name, meetup)
    anna, dora = member(stage, "Anna Weber"), member(stage, "Dora Lang", in_network=False)
    await anna.presses(OpenEvent(meetup).pack(), None)
    anna.reads("Among them: {names}", names="Bernd Sommer")
    assert "Clara" not in anna.screen.text
    await dora.presses(OpenEvent(meetup).pack(), None)
    dora.reads("{n} people attend", n=2)
    assert "Bernd" not in dora.screen.text


async def test_an_event_by_invitation_is_nothing_to_others(stage: Stage) -> None:
    meetup = event(stage, invited_only=True)
    anna = member(stage, "Anna Weber")
    await anna.presses(OpenEvent(meetup).pack(), None)
    anna.reads("This event no longer exists.")
    await anna.presses(Attend(meetup).pack(), None)
    assert answer_of(stage, "Anna Weber", meetup) is None
    await anna.says("/events")
    assert not anna.sees_button("{when} · Stammtisch")


async def test_somebody_who_follows_a_shared_link_is_led_back_after_joining(stage: Stage) -> None:
    meetup = event(stage)
    anna = guest(stage, "Anna")
    await anna.presses(OpenEvent(meetup).pack(), None)
    await anna.taps("Attend")
    anna.reads("For this you need to be registered.")


@on_both_databases
async def test_two_people_and_one_seat(stage: Stage) -> None:
    meetup = event(stage, capacity=1)
    people = [member(stage, f"Person {letter}") for letter in "abcdef"]
    await asyncio.gather(*(each.presses(Attend(meetup).pack(), None) for each in people))
    query = select(Attendance.state, func.count()).where(Attendance.event_id == meetup).group_by(Attendance.state)
    found = {row[0]: row[1] for row in stage.looks_up(lambda session: session.execute(query).all())}
    assert found == {"yes": 1, "waiting": 5}


async def test_a_double_tap_takes_one_seat(stage: Stage) -> None:
    meetup = event(stage, capacity=5, guests_allowed=1)
    anna = member(stage, "Anna Weber")
    await asyncio.gather(*(anna.presses(Attend(meetup, 1).pack(), None) for _ in range(3)))
    await stage.settle()
    anna.reads("Free seats: {free} of {all}", free=3, all=5)


async def test_an_event_is_told_in_ones_own_language_or_the_nearest(stage: Stage) -> None:
    meetup = event(stage, titles={"fr": "Rencontre", "de": "Treffen"}, descriptions={"de": "Bei Kaffee."})
    anna = member(stage, "Anna Weber", language="zh_Hans")
    await anna.presses(OpenEvent(meetup).pack(), None)
    anna.reads("(Described in {language}.)")
    assert "Treffen" in anna.screen.text


async def test_an_event_whose_club_was_closed(stage: Stage) -> None:
    """It takes place all the same: whoever has the card answers, and reads who is in charge now."""
    chemnitz = club(stage, "Chemnitz")
    meetup = event(stage, club=chemnitz)
    anna, bernd = member(stage, "Anna Weber"), member(stage, "Bernd Vogel")
    enters(stage, "Anna Weber", chemnitz)
    enters(stage, "Bernd Vogel", chemnitz)
    await anna.presses(Attend(meetup).pack(), None)
    stage.looks_up(lambda session: session.execute(update(Club).values(closed_at=stage.clock.now())))
    await bernd.presses(Attend(meetup).pack(), None)
    bernd.reads("This club has been closed. The alumni office is in charge of the event.")
    await anna.presses(Decline(meetup).pack(), None)
    anna.reads("You do not attend.")
    assert answer_of(stage, "Anna Weber", meetup) == ("no", 0)
    assert answer_of(stage, "Bernd Vogel", meetup) == ("yes", 0)


async def test_an_event_whose_organiser_has_left(stage: Stage) -> None:
    """What somebody made for all outlives them."""
    anna, bernd = member(stage, "Anna Weber"), member(stage, "Bernd Vogel")
    meetup = event(stage, organiser_id=find(stage, "Bernd Vogel").id)
    await bernd.says("/forget")
    await bernd.says("ERASE")
    await stage.passes(seconds=TIME_TO_THINK.total_seconds() + 60)
    assert stage.looks_up(lambda session: session.get_one(Event, meetup).organiser_id) is None
    await anna.presses(Attend(meetup).pack(), None)
    anna.reads("You attend.")
    assert answer_of(stage, "Anna Weber", meetup) == ("yes", 0)
