"""A seat that becomes free is offered to those who wait, in their order, for a time in their waking hours."""

import asyncio

import pytest

from handlers.events.card import Attend, Decline, OpenEvent, SayMaybe
from handlers.events.organising import ChangeEvent
from handlers.privacy import TIME_TO_THINK
from tests.actors import Actor
from tests.events import answer_of, answers, event
from tests.marks import on_both_databases
from tests.people import member
from tests.stage import Stage


def a_full_house(stage: Stage, *waiting: str, capacity: int = 1, **columns: object) -> tuple[int, Actor, list[Actor]]:
    """Bernd has the seat(s), the others wait in their order."""
    meetup = event(stage, capacity=capacity, guests_allowed=3, **columns)  # type: ignore[arg-type]
    bernd = member(stage, "Bernd Sommer")
    answers(stage, "Bernd Sommer", meetup, guests=capacity - 1)
    people = []
    for name in waiting:
        people.append(member(stage, name))
        answers(stage, name, meetup, "waiting")
    return meetup, bernd, people


@pytest.mark.everywhere
async def test_who_cancels_makes_room_for_the_next(stage: Stage) -> None:
    meetup, bernd, (anna, clara) = a_full_house(stage, "Anna Weber", "Clara Vogel")
    await bernd.presses(Decline(meetup).pack(), None)
    await anna.catch_up()
    anna.reads("There is a seat for you at <b>{event}</b>")
    assert answer_of(stage, "Anna Weber", meetup) == ("offered", 0)
    assert answer_of(stage, "Clara Vogel", meetup) == ("waiting", 0)
    await anna.taps("Take the seat")
    anna.reads("You attend.")
    await clara.presses(OpenEvent(meetup).pack(), None)
    clara.reads("You are number {n} on the waiting list.", n=1)


async def test_an_offer_counts_as_a_seat(stage: Stage) -> None:
    meetup, bernd, _people = a_full_house(stage, "Anna Weber")
    dora = member(stage, "Dora Lang")
    await bernd.presses(Decline(meetup).pack(), None)
    await dora.presses(Attend(meetup).pack(), None)
    assert answer_of(stage, "Dora Lang", meetup) == ("waiting", 0)


async def test_an_offer_declined_goes_on(stage: Stage) -> None:
    meetup, bernd, (anna, _clara) = a_full_house(stage, "Anna Weber", "Clara Vogel")
    await bernd.presses(Decline(meetup).pack(), None)
    await anna.catch_up()
    await anna.taps("Decline")
    assert answer_of(stage, "Clara Vogel", meetup) == ("offered", 0)


async def test_an_offer_not_answered_lapses_and_goes_on(stage: Stage) -> None:
    meetup, bernd, (anna, _clara) = a_full_house(stage, "Anna Weber", "Clara Vogel", in_hours=24 * 7)
    await bernd.presses(Decline(meetup).pack(), None)
    await stage.passes(hours=5)
    anna.reads("The seat we kept for you at <b>{event}</b> has gone on to the next person.")
    assert answer_of(stage, "Anna Weber", meetup) == ("lapsed", 0)
    assert answer_of(stage, "Clara Vogel", meetup) == ("offered", 0)


async def test_an_offer_tapped_after_it_lapsed_takes_no_seat_of_others(stage: Stage) -> None:
    meetup, bernd, (anna, _clara) = a_full_house(stage, "Anna Weber", "Clara Vogel", in_hours=24 * 7)
    await bernd.presses(Decline(meetup).pack(), None)
    await stage.passes(hours=5)
    await anna.presses(Attend(meetup).pack(), None)
    anna.reads("All seats are taken. You are on the waiting list now")
    assert answer_of(stage, "Anna Weber", meetup) == ("waiting", 0)


async def test_an_offer_tapped_twice_takes_one_seat(stage: Stage) -> None:
    meetup, bernd, (anna,) = a_full_house(stage, "Anna Weber", capacity=2)
    await bernd.presses(SayMaybe(meetup).pack(), None)
    await asyncio.gather(*(anna.presses(Attend(meetup).pack(), None) for _ in range(2)))
    anna.reads("Free seats: {free} of {all}", free=1, all=2)


async def test_an_offer_tapped_by_somebody_else_is_only_their_own_answer(stage: Stage) -> None:
    meetup, bernd, _people = a_full_house(stage, "Anna Weber")
    dora = member(stage, "Dora Lang")
    await bernd.presses(Decline(meetup).pack(), None)
    await dora.presses(Attend(meetup).pack(), None)
    assert answer_of(stage, "Anna Weber", meetup) == ("offered", 0)
    assert answer_of(stage, "Dora Lang", meetup) == ("waiting", 0)


async def test_the_clock_of_an_offer_rests_at_night(stage: Stage) -> None:
    """10:00 UTC is 18:00 in Taiyuan: three waking hours are left before the quiet ones, the rest is for the morning."""
    meetup = event(stage, capacity=1, in_hours=24 * 7)
    bernd = member(stage, "Bernd Sommer")
    answers(stage, "Bernd Sommer", meetup)
    chen = member(stage, "Chen Shibo", city="Taiyuan")
    answers(stage, "Chen Shibo", meetup, "waiting")
    await bernd.presses(Decline(meetup).pack(), None)
    await stage.passes(hours=12)
    assert answer_of(stage, "Chen Shibo", meetup) == ("offered", 0)
    await chen.presses(Attend(meetup).pack(), None)
    assert answer_of(stage, "Chen Shibo", meetup) == ("yes", 0)


async def test_fewer_guests_free_seats(stage: Stage) -> None:
    meetup, bernd, _people = a_full_house(stage, "Anna Weber", capacity=3)
    await bernd.presses(Attend(meetup, 1).pack(), None)
    assert answer_of(stage, "Anna Weber", meetup) == ("offered", 0)


async def test_a_party_moves_up_only_when_all_of_it_fits(stage: Stage) -> None:
    meetup = event(stage, capacity=3, guests_allowed=3)
    bernd = member(stage, "Bernd Sommer")
    answers(stage, "Bernd Sommer", meetup, guests=2)
    for name, guests in (("Anna Weber", 2), ("Clara Vogel", 0)):
        member(stage, name)
        answers(stage, name, meetup, "waiting", guests)
    await bernd.presses(Attend(meetup, 1).pack(), None)
    assert answer_of(stage, "Anna Weber", meetup) == ("waiting", 2)
    assert answer_of(stage, "Clara Vogel", meetup) == ("offered", 0)


async def test_an_erased_member_makes_room(stage: Stage) -> None:
    meetup, bernd, _people = a_full_house(stage, "Anna Weber", in_hours=24 * 7)
    await bernd.says("/forget")
    await bernd.says({"de": "LÖSCHEN", "zh_Hans": "删除", "en": "ERASE"}[bernd.language])
    await bernd.says("ERASE")
    await stage.passes(seconds=TIME_TO_THINK.total_seconds() + 60)
    state = answer_of(stage, "Anna Weber", meetup)
    assert state is not None and state[0] in ("offered", "lapsed")


async def test_shortly_before_the_start_nothing_is_offered(stage: Stage) -> None:
    """A free seat then goes to whoever taps."""
    meetup, bernd, (anna,) = a_full_house(stage, "Anna Weber", in_hours=1.5)
    await bernd.presses(Decline(meetup).pack(), None)
    assert answer_of(stage, "Anna Weber", meetup) == ("waiting", 0)
    await anna.presses(Attend(meetup).pack(), None)
    assert answer_of(stage, "Anna Weber", meetup) == ("yes", 0)


@on_both_databases
async def test_many_leave_and_many_wait_at_the_same_instant(stage: Stage) -> None:
    meetup = event(stage, capacity=3)
    going = [member(stage, f"Person {letter}") for letter in "abc"]
    for letter in "abc":
        answers(stage, f"Person {letter}", meetup)
    for letter in "uvwxy":
        member(stage, f"Person {letter}")
        answers(stage, f"Person {letter}", meetup, "waiting")
    await asyncio.gather(*(each.presses(Decline(meetup).pack(), None) for each in going))
    states = [answer_of(stage, f"Person {letter}", meetup) for letter in "uvwxy"]
    assert states == [("offered", 0)] * 3 + [("waiting", 0)] * 2


async def test_a_raised_capacity_makes_room(stage: Stage) -> None:
    meetup, _bernd, _people = a_full_house(stage, "Anna Weber", "Clara Vogel")
    chief = member(stage, "Karin Chef", coordinator=True)

    await chief.presses(ChangeEvent(meetup).pack(), None)
    await chief.taps("Seats")
    await chief.says("2")
    await chief.taps("Save")
    assert answer_of(stage, "Anna Weber", meetup) == ("offered", 0)
    assert answer_of(stage, "Clara Vogel", meetup) == ("waiting", 0)
