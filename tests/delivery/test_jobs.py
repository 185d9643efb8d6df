"""Long work: a row, done in a child process, again if that one died, three times at most."""

import asyncio
import signal

import psutil
from sqlalchemy import func, select, update

from db.jobs import TRIES, queue
from db.models.delivery import Job
from db.models.places import Gazetteer, Place
from tests.people import find, member
from tests.stage import Stage

SECONDS = 60


def ask_for(stage: Stage, kind: str, **params: object) -> None:
    stage.looks_up(lambda session: queue(session, kind, stage.clock.now(), params))


def job(stage: Stage) -> Job:
    return stage.looks_up(lambda session: session.scalars(select(Job)).one())


def find_child() -> psutil.Process | None:
    """The child that works on a job."""
    children = psutil.Process().children()
    return next((child for child in children if "job" in child.cmdline()), None)


async def kill_child() -> None:
    """Fails where none comes, instead of waiting for ever."""
    async with asyncio.timeout(SECONDS):
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


async def test_counting_does_not_stand_behind_long_work(house: Stage) -> None:
    """The thread that counts leaves long work to children, and the other way round."""
    koch = member(house, "Katrin Koch", coordinator=True)
    params = {"member": find(house, koch.name).id, "topic": None, "at": house.clock.now().isoformat()}
    ask_for(house, "nothing like this")
    ask_for(house, "statistics", **params)
    await house.app.counting.run_waiting()
    done = {
        each.kind: each.done_at is not None
        for each in house.looks_up(lambda session: session.scalars(select(Job)).all())
    }
    assert done == {"nothing like this": False, "statistics": True}


async def test_numbers_that_could_not_be_counted_are_told(house: Stage) -> None:
    koch = member(house, "Katrin Koch", coordinator=True)
    ask_for(
        house,
        "statistics",
        member=find(house, koch.name).id,
        topic="nothing like this",
        at=house.clock.now().isoformat(),
    )
    await house.app.counting.run_waiting()
    await house.settle()
    await koch.catch_up()
    koch.reads("The numbers could not be counted. Please try again; if it happens twice, see /health.")
