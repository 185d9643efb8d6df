"""Rounds of matching as long work: computed in a child process, whole or not at all."""

import asyncio
import subprocess
import sys
from dataclasses import asdict
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.matching import Weights
from db import jobs, rounds
from db.jobs import TRIES
from db.models.delivery import Job, Outbox
from db.models.mentoring import MatchRound, RoundPair
from tests.delivery.test_jobs import kill_child
from tests.mentoring import mentor, search
from tests.people import find, member
from tests.stage import Stage


def people(house: Stage) -> None:
    """A coordinator, two mentees and two mentors with one place each."""
    member(house, "Katrin Koch", coordinator=True)
    for name in ("Anna Weber", "Bo Chen"):
        member(house, name)
        search(house, name)
    mentor(house, "Bernd Vogel", capacity=1)
    mentor(house, "Li Na", city="Shanghai", capacity=1)


def make(house: Stage, **columns: Any) -> int:
    """A round that waits to be computed; its id."""
    author = find(house, "Katrin Koch").id

    def work(session: Any) -> int:
        row = rounds.create(session, "Spring", columns.get("pool"), columns.get("format"), author, house.clock.now())
        given = {"round": row.id, "weights": asdict(Weights()), "at": house.clock.now().isoformat()}
        jobs.queue(session, "round", house.clock.now(), given)
        return row.id

    return house.looks_up(work)


def state(house: Stage, number: int) -> MatchRound:
    return house.looks_up(lambda session: session.get_one(MatchRound, number))


def pairs(house: Stage) -> list[RoundPair]:
    return house.looks_up(lambda session: list(session.scalars(select(RoundPair).order_by(RoundPair.search_id))))


def told(house: Stage) -> list[dict[str, Any]]:
    query = select(Outbox.params).where(Outbox.kind == "round_ready", Outbox.done_at.is_(None))
    return house.looks_up(lambda session: list(session.scalars(query)))


async def test_a_round_is_computed_and_its_author_told(house: Stage) -> None:
    people(house)
    number = make(house)
    await house.app.jobs.run_waiting()
    found = state(house, number)
    assert found.state == "ready"
    assert found.figures is not None
    assert (found.figures["ours"]["pairs"], found.figures["first_come"]["pairs"]) == (2, 2)
    assert {pair.mentor_id for pair in pairs(house)} == {find(house, "Bernd Vogel").id, find(house, "Li Na").id}
    assert all(0 < pair.worth < 1 and not pair.by_hand for pair in pairs(house))
    assert told(house) == [{"round": number}]


async def test_a_round_whose_child_was_killed_runs_again_and_leaves_no_half_pairs(house: Stage) -> None:
    people(house)
    number = make(house)
    anna, bo = (find(house, name).id for name in ("Anna Weber", "Bo Chen"))
    koch = find(house, "Katrin Koch").id
    left = {"round_id": number, "mentor_id": koch, "worth": 0.1, "by_hand": False}
    first = house.looks_up(lambda session: rounds.left_over(session, session.get_one(MatchRound, number), limit=9))
    house.looks_up(lambda session: session.add(RoundPair(search_id=first[0].id, **left)))
    await asyncio.gather(house.app.jobs.run_waiting(), kill_child())
    job = house.looks_up(lambda session: session.scalars(select(Job)).one())
    assert (job.attempts, job.error) == (2, None)
    assert state(house, number).state == "ready"
    assert koch not in {pair.mentor_id for pair in pairs(house)}
    assert len(pairs(house)) == len({anna, bo})
    assert told(house) == [{"round": number}]


async def test_a_round_whose_child_always_dies_has_failed(house: Stage) -> None:
    people(house)
    number = make(house)
    house.looks_up(lambda session: session.execute(update(Job).values(attempts=TRIES - 1)))
    await asyncio.gather(house.app.jobs.run_waiting(), kill_child())
    assert (state(house, number).state, pairs(house), told(house)) == ("failed", [], [{"round": number}])


async def test_a_round_that_cannot_be_read_has_failed(house: Stage) -> None:
    people(house)
    number = make(house, pool={"of a later version": [1]})
    await house.app.jobs.run_waiting()
    assert (state(house, number).state, pairs(house), told(house)) == ("failed", [], [{"round": number}])


async def test_a_round_that_was_dropped_meanwhile_stays_dropped(house: Stage) -> None:
    people(house)
    number = make(house)
    house.looks_up(lambda session: session.execute(update(MatchRound).values(state="dropped")))
    await house.app.jobs.run_waiting()
    assert (state(house, number).state, pairs(house), told(house)) == ("dropped", [], [])


async def test_two_rounds_wait_side_by_side(house: Stage) -> None:
    people(house)
    both = [make(house), make(house)]
    await house.app.jobs.run_waiting()
    assert [state(house, number).state for number in both] == ["ready", "ready"]


async def test_the_pool_and_the_format_choose_who_takes_part(house: Stage) -> None:
    people(house)
    member(house, "Chen Li", city="Shanghai")
    other = search(house, "Chen Li", format="year")
    search(house, "Li Na", format="call")
    make(house, pool={"country": ["CN"]}, format="year")
    await house.app.jobs.run_waiting()
    assert [pair.search_id for pair in pairs(house)] == [other]


@pytest.mark.parametrize("what", ["bot.app", "bot.__main__"])
def test_the_bot_itself_never_loads_what_computes(what: str) -> None:
    names = "'numpy', 'scipy', 'bot.domain.rounds', 'bot.delivery.match_round'"
    code = f"import sys, {what}; print([name for name in ({names}) if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
