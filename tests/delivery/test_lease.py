"""Several processes on one PostgreSQL: one ticks, polls and sends; when it goes, another takes over."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.app import App
from bot.delivery.lease import Lease
from bot.delivery.workers import Workers
from db import leases
from db.engine import in_session, open_engine
from db.models.delivery import Lease as LeaseRow
from tests.databases import Databases
from tests.delivery.test_outbox import Told, tell, texts
from tests.people import member
from tests.stage import Stage


@pytest.fixture
async def first(databases: Databases, tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(databases.fresh("postgresql"), "en", "telegram", tmp_path)
    await stage.open()
    stage.app.router.notice(Told)
    yield stage
    await stage.close()


@pytest.fixture
async def second(first: Stage) -> AsyncIterator[App]:
    app = App(first.settings(), clock=first.clock)
    app.router.notice(Told)
    await app.start(tick=False)
    yield app
    await app.stop()


async def test_only_one_of_two_holds_the_lease(first: Stage, second: App) -> None:
    await second.ticks.hold_lease()
    assert (first.app.lease.epoch, second.lease.epoch) == (1, None)


async def test_the_other_sends_nothing(first: Stage, second: App) -> None:
    anna = member(first)
    tell(first, "Anna Weber", "By one of us.")
    await second.ticks.all_at_once()
    assert texts(anna) == []
    await first.settle()
    assert texts(anna) == ["By one of us."]


async def test_who_goes_in_peace_is_succeeded_at_once(first: Stage, second: App) -> None:
    anna = member(first)
    await first.app.lease.release()
    tell(first, "Anna Weber", "By the other.")
    await second.ticks.all_at_once()
    assert (second.lease.epoch, texts(anna)) == (2, ["By the other."])


async def test_who_died_is_succeeded_when_the_lease_runs_out(first: Stage, second: App) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    first.looks_up(lambda session: session.execute(update(LeaseRow).values(until=past)))
    await second.ticks.hold_lease()
    assert second.lease.epoch == 2


async def test_both_act_on_what_people_say(first: Stage, second: App) -> None:
    anna = member(first)
    await anna.says("/menu")
    await second.receiving.store_updates([("9001", str(anna.number), _says(anna.number, "/myclubs"))])
    await second.settle()
    assert texts(anna) == ["What would you like to do?", "You are not in a club yet."]


def _says(number: int, text: str) -> dict[str, object]:
    person = {"id": number, "is_bot": False, "first_name": "Anna"}
    chat = {"id": number, "type": "private", "first_name": "Anna"}
    return {"update_id": 9001, "message": {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": text}}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_lease_is_kept_by_its_holder_and_changes_hands_with_a_higher_epoch(databases: Databases, kind: str) -> None:
    engine, now, lasting = open_engine(databases.fresh(kind)), datetime.now(UTC), timedelta(seconds=15)

    def take(holder: str, seconds: float) -> int | None:
        moment = now + timedelta(seconds=seconds)
        return in_session(engine, lambda session: leases.take(session, "test", holder, moment, lasting))

    moves = [("a", 0), ("b", 1), ("a", 10), ("b", 20), ("b", 26), ("a", 27), ("b", 50)]
    epochs = [take(*move) for move in moves]
    engine.dispose()
    assert epochs == [1, None, 1, None, 2, None, 3]


async def test_a_lease_that_is_not_renewed_lapses(databases: Databases) -> None:
    engine, workers = open_engine(databases.fresh("sqlite")), Workers(1)
    lease = Lease("test", engine, workers, lasting=timedelta(seconds=0.2))
    await lease.renew()
    held = lease.epoch
    await asyncio.sleep(0.2)
    workers.close()
    engine.dispose()
    assert (held, lease.epoch) == (1, None)


async def test_a_lease_of_a_process_that_died_on_this_machine_is_taken_at_once(tmp_path: Path) -> None:
    """SQLite's file is used by one machine: whoever held it there and runs no more is not waited for."""
    engine = open_engine(f"sqlite:///{tmp_path}/lease.db")
    LeaseRow.metadata.create_all(engine, tables=[LeaseRow.__table__])  # type: ignore[list-item]
    gone = await asyncio.create_subprocess_exec("true")
    await gone.wait()
    workers = Workers(1)
    dead, living = Lease("sender", engine, workers), Lease("sender", engine, workers)
    dead.holder = dead.holder.replace(f"-{os.getpid()}-", f"-{gone.pid}-")
    await dead.renew()
    assert (await living.renew(), await dead.renew()) == (2, None)
    workers.close()
    engine.dispose()
