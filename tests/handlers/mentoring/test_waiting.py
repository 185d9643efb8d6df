""" "Tell me when there is someone": a new mentor, one who goes on after a pause, one who has room again."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from db import consents, mentors
from db.models.delivery import Outbox
from db.models.members import Member
from db.models.mentoring import Mentor, MentorSearch, Mentorship
from db.models.privacy import Purpose
from handlers.mentoring.request_card import DeclineRequest
from handlers.mentoring.suggesting import ShowSuggestions, WaitForMentor
from tests.actors import Actor
from tests.mentoring import mentor, mentorship, request, search
from tests.people import find, member
from tests.stage import Stage
from tests.wording import topic

ANNA, BERND = "Anna Weber", "Bernd Koch"
THERE_IS = "You are looking for a mentor: now there is somebody who could be the right one. Please have a look."
WE_TELL = "We shall tell you as soon as there is someone."


async def waits(stage: Stage, **columns: Any) -> tuple[Actor, int]:
    """Anna finds nobody, and would like to be told."""
    anna = member(stage, ANNA)
    ident = search(stage, ANNA, **columns)
    await anna.presses(ShowSuggestions(ident).pack(), None)
    await anna.taps("Tell me when there is someone")
    anna.reads(WE_TELL)
    await stage.passes(minutes=10)
    return anna, ident


def state(stage: Stage, ident: int) -> str:
    return stage.looks_up(lambda session: session.get_one(MentorSearch, ident).state)


@pytest.mark.everywhere
async def test_who_waits_is_told_of_the_first_mentor_who_fits(stage: Stage) -> None:
    anna, ident = await waits(stage)
    assert state(stage, ident) == "waiting"
    mentor(stage, BERND)
    await stage.passes(minutes=1)
    anna.reads(THERE_IS)
    assert state(stage, ident) == "open"
    await anna.taps("Show suggestions")
    anna.reads(BERND)


async def test_who_does_not_fit_is_not_told_of(stage: Stage) -> None:
    anna, ident = await waits(stage, languages=["de"])
    mentor(stage, BERND, languages=("fr",))
    mentor(stage, "Carl Maier", topics=("energy",))
    await stage.passes(minutes=1)
    anna.reads_not(THERE_IS)
    assert state(stage, ident) == "waiting"


async def test_a_mentor_who_offers_by_the_form_is_found(stage: Stage) -> None:
    anna, _search = await waits(stage)
    bernd = mentor(stage, BERND, topics=("energy",))
    await stage.passes(minutes=1)
    anna.reads_not(THERE_IS)
    await bernd.says("/mentor")
    await bernd.taps("Topics")
    await bernd.taps(topic(stage, bernd))
    await bernd.taps("Done")
    await stage.passes(minutes=1)
    anna.reads(THERE_IS)


async def test_a_pause_that_ends_by_itself_is_noticed_in_the_morning(stage: Stage) -> None:
    mentor(stage, BERND, paused_until=date(2026, 3, 12))
    anna, ident = await waits(stage)
    await stage.passes(days=1)
    anna.reads_not(THERE_IS)
    assert state(stage, ident) == "waiting"
    await stage.passes(hours=13)
    assert state(stage, ident) == "open"
    await stage.passes(hours=11)
    anna.reads(THERE_IS)


async def test_a_pause_ended_by_hand_is_noticed(stage: Stage) -> None:
    bernd = mentor(stage, BERND, paused_until=date(2026, 5, 1))
    anna, _search = await waits(stage)
    await bernd.says("/mentor")
    await bernd.taps("Go on now")
    await stage.passes(minutes=1)
    anna.reads(THERE_IS)


async def test_more_room_is_noticed(stage: Stage) -> None:
    bernd = mentor(stage, BERND, capacity=1)
    member(stage, "Dora Klein")
    mentorship(stage, "Dora Klein", BERND)
    anna, _search = await waits(stage)
    await bernd.says("/mentor")
    await bernd.taps("Mentees at a time")
    await bernd.taps("2")
    await stage.passes(minutes=1)
    anna.reads(THERE_IS)


async def test_a_place_that_becomes_free_is_noticed(stage: Stage) -> None:
    mentor(stage, BERND, capacity=1)
    member(stage, "Dora Klein")
    mentorship(stage, "Dora Klein", BERND)
    anna, _search = await waits(stage)
    who, now = find(stage, BERND).id, stage.clock.now()
    stage.looks_up(lambda session: session.execute(update(Mentorship).values(state="finished")))
    stage.looks_up(lambda session: mentors.touch(session, who, now))
    await stage.passes(minutes=1)
    anna.reads(THERE_IS)


async def test_a_mentor_who_came_meanwhile_is_shown_at_once(stage: Stage) -> None:
    anna = member(stage, ANNA)
    ident = search(stage, ANNA)
    await anna.presses(ShowSuggestions(ident).pack(), None)
    mentor(stage, BERND)
    await anna.taps("Tell me when there is someone")
    anna.reads(BERND)
    assert state(stage, ident) == "open"


async def test_a_second_tap_waits_no_longer(stage: Stage) -> None:
    anna, ident = await waits(stage)
    before = _looked_at(stage, ident)
    await anna.presses(WaitForMentor(ident).pack(), None)
    anna.reads(WE_TELL)
    assert _looked_at(stage, ident) == before


def _looked_at(stage: Stage, ident: int) -> datetime:
    return stage.looks_up(lambda session: session.get_one(MentorSearch, ident).looked_at)


async def test_who_waits_again_is_told_again(stage: Stage) -> None:
    anna, ident = await waits(stage)
    mentor(stage, BERND)
    await stage.passes(minutes=1)
    who = find(stage, BERND).id
    stage.looks_up(lambda session: mentors.withdraw(session, who))
    await anna.taps("Show suggestions")
    await anna.taps("Tell me when there is someone")
    await stage.passes(minutes=1)
    anna.reads_not(THERE_IS)
    mentor(stage, "Carl Maier")
    await stage.passes(minutes=1)
    anna.reads(THERE_IS)
    assert state(stage, ident) == "open"


async def test_who_does_not_wish_to_be_told_goes_on_waiting(stage: Stage) -> None:
    anna, ident = await waits(stage)
    _set(stage, switched_off=["mentoring"])
    mentor(stage, BERND)
    await stage.passes(minutes=1)
    anna.reads_not(THERE_IS)
    assert state(stage, ident) == "waiting"
    _set(stage, switched_off=[])
    await stage.passes(minutes=1)
    anna.reads(THERE_IS)


def _set(stage: Stage, **values: Any) -> None:
    change = update(Member).where(Member.full_name == ANNA).values(**values)
    stage.looks_up(lambda session: session.execute(change))


async def test_who_has_left_the_network_is_not_told(stage: Stage) -> None:
    anna, ident = await waits(stage)
    who, now = find(stage, ANNA).id, stage.clock.now()
    stage.looks_up(
        lambda session: consents.add(
            session, who, Purpose.ALUMNI, given=False, version="test", text="…", language="en", at=now
        )
    )
    mentor(stage, BERND)
    await stage.passes(minutes=1)
    anna.reads_not(THERE_IS)
    assert state(stage, ident) == "waiting"


async def test_whoever_is_kept_apart_is_not_told_of(stage: Stage) -> None:
    anna, ident = await waits(stage)
    mentor(stage, BERND)
    one, other, now = find(stage, BERND).id, find(stage, ANNA).id, stage.clock.now()
    stage.looks_up(lambda session: mentors.set_apart(session, one, other, True, now))
    await stage.passes(minutes=1)
    anna.reads_not(THERE_IS)
    assert state(stage, ident) == "waiting"


async def test_many_who_wait_are_all_told(stage: Stage) -> None:
    """More than are looked at in one piece."""
    people = [f"Person {chr(65 + number)}" for number in range(12)]
    for name in people:
        member(stage, name)
    searches = [search(stage, name, state="waiting") for name in people]
    await stage.passes(minutes=10)
    mentor(stage, BERND)
    await stage.passes(minutes=1)
    assert {state(stage, ident) for ident in searches} == {"open"}
    queued = select(Outbox.member_id).where(Outbox.kind == "mentor_found")
    told = stage.looks_up(lambda session: session.scalars(queued).all())
    assert sorted(told) == sorted(find(stage, name).id for name in people)


async def test_a_search_that_ended_meanwhile_is_told_nothing(stage: Stage) -> None:
    anna, ident = await waits(stage)
    stage.looks_up(lambda session: session.execute(update(MentorSearch).values(state="closed")))
    mentor(stage, BERND)
    await stage.passes(minutes=1)
    anna.reads_not(THERE_IS)
    assert state(stage, ident) == "closed"
    assert stage.looks_up(lambda session: session.get(Mentor, find(stage, BERND).id)) is not None


async def test_a_request_that_ends_without_a_yes_frees_the_place(stage: Stage) -> None:
    bernd = mentor(stage, BERND, capacity=1)
    member(stage, "Dora Lang")
    asked = request(stage, search(stage, "Dora Lang"), "Dora Lang", BERND)
    anna, ident = await waits(stage)
    await bernd.presses(DeclineRequest(asked, True).pack(), None)
    await stage.passes(minutes=5)
    anna.reads(THERE_IS)
    assert state(stage, ident) == "open"
