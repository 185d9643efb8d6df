"""Long work: a row, done in a child process, again if that one died, three times at most."""

import asyncio
import signal

import psutil
from sqlalchemy import func, select, update

from db.jobs import TRIES, queue
from db.models.delivery import Job
from db.models.places import Gazetteer, Place
from tests.stage import Stage


def ask_for(stage: Stage, kind: str, **params: object) -> None:
    stage.looks_up(lambda session: queue(session, kind, stage.clock.now(), **params))


def job(stage: Stage) -> Job:
    return stage.looks_up(lambda session: session.scalars(select(Job)).one())


def find_child() -> psutil.Process | None:
    """The child that works on a job."""
    children = psutil.Process().children()
    return next((child for child in children if "job" in child.cmdline()), None)


async def kill_child() -> None:
    while (child := find_child()) is None:  # noqa: ASYNC110 - a process rings no bell
        await asyncio.sleep(0.01)
    child.send_signal(signal.SIGKILL)


async def test_a_job_is_done_in_a_child_and_its_result_recorded(house: Stage) -> None:
    house.looks_up(lambda session: session.execute(update(Gazetteer).values(loaded_at=None)))
    ask_for(house, "gazetteer", population_over=3_000_000)
    await house.app.jobs.run_waiting()
    places = house.looks_up(lambda session: session.scalar(select(func.count()).select_from(Place)))
    done = job(house)
    assert (done.attempts, done.error, done.done_at is not None) == (1, None, True)
    assert 0 < (done.result or {})["places"] <= (places or 0)


async def test_the_same_job_is_asked_for_once(house: Stage) -> None:
    ask_for(house, "gazetteer")
    ask_for(house, "gazetteer")
    assert house.looks_up(lambda session: session.scalar(select(func.count()).select_from(Job))) == 1


async def test_a_job_that_fails_is_recorded_by_the_kind_of_its_fault(house: Stage) -> None:
    ask_for(house, "nothing like this")
    await house.app.jobs.run_waiting()
    assert (job(house).error, job(house).attempts) == ("KeyError", 1)


async def test_a_job_whose_process_died_runs_again(house: Stage) -> None:
    ask_for(house, "nothing like this")
    await asyncio.gather(house.app.jobs.run_waiting(), kill_child())
    assert (job(house).attempts, job(house).error) == (2, "KeyError")


async def test_a_job_whose_process_always_dies_is_given_up(house: Stage) -> None:
    ask_for(house, "nothing like this")
    house.looks_up(lambda session: session.execute(update(Job).values(attempts=TRIES - 1)))
    await asyncio.gather(house.app.jobs.run_waiting(), kill_child())
    assert (job(house).attempts, job(house).error, job(house).done_at is not None) == (TRIES, "died", True)


async def test_a_job_of_a_dead_parent_runs_again(house: Stage) -> None:
    ask_for(house, "nothing like this")
    house.looks_up(lambda session: session.execute(update(Job).values(attempts=1, epoch=0)))
    await house.app.jobs.run_waiting()
    assert (job(house).attempts, job(house).error) == (2, "KeyError")


async def test_without_the_lease_no_job_is_begun(house: Stage) -> None:
    ask_for(house, "nothing like this")
    await house.app.lease.release()
    await house.app.jobs.run_waiting()
    assert job(house).attempts == 0
