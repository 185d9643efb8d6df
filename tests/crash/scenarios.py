"""The scenarios: processes killed at random moments, and the database taken away and given back."""

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from db.engine import open_engine
from tests.botapi import BotApi
from tests.crash.cast import LEADER, Cast, gather_cast
from tests.crash.crowd import Crowd
from tests.crash.forwarder import Forwarder
from tests.crash.ledger import Figures, settle_accounts, until_calm
from tests.crash.program import Program, environment_for
from tests.databases import Postgres

MEMBERS, NEWCOMERS = 60, 6
TAPS_LAST_S = 150.0


@dataclass(frozen=True)
class Setting:
    """How the program runs: on which database, in how many processes, how it hears from Telegram."""

    database: str
    processes: int
    webhook: bool

    @property
    def name(self) -> str:
        how = "webhook" if self.webhook else "polling"
        return f"{self.database}, {how}, {self.processes} process{'es' if self.processes > 1 else ''}"


@dataclass
class Running:
    """A program that runs, with everything around it."""

    telegram: BotApi
    engine: Engine
    cast: Cast
    programs: list[Program]
    crowd: Crowd


@asynccontextmanager
async def running(setting: Setting, database: str, seed: int) -> AsyncIterator[Running]:
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(BotApi(token=f"{seed + 4242}:CRASH"))
        telegram.world.query_lifetime = TAPS_LAST_S
        telegram.person(LEADER, known=True)
        engine = open_engine(database)
        stack.callback(engine.dispose)
        cast = await asyncio.to_thread(gather_cast, engine, MEMBERS)
        programs = [Program({}) for _one in range(setting.processes)]
        forwarder = await stack.enter_async_context(Forwarder([program.port for program in programs]))
        for program in programs:
            webhook = forwarder.url if setting.webhook else None
            program.environment |= environment_for(database, telegram.url, telegram.token, webhook)
            program.start()
            stack.callback(program.end)
        for program in programs:
            await program.until_open()
        yield Running(telegram, engine, cast, programs, Crowd(telegram, cast, NEWCOMERS, seed))


async def kill_at_random(setting: Setting, database: str, kills: int, seed: int) -> Figures:
    """SIGKILL one of the processes, start it again, wait until answers flow, and so on."""
    chance = random.Random(seed)
    async with running(setting, database, seed) as here:
        living = asyncio.create_task(here.crowd.live())
        recovered = []
        for _kill in range(kills):
            await asyncio.sleep(chance.uniform(1.0, 4.0))
            program = chance.choice(here.programs)
            program.kill()
            start = time.monotonic()
            before = here.telegram.stats.accepted + here.telegram.stats.edited
            await asyncio.sleep(chance.uniform(0.0, 1.0))
            program.start()
            await program.until_open()
            await _until_answers_flow(here.telegram, before)
            recovered.append(time.monotonic() - start)
        figures = await _finish(here, living)
    figures.kills, figures.recovered = kills, recovered
    return figures


async def _until_answers_flow(telegram: BotApi, before: int, seconds: float = 90) -> None:
    """More than the last few that were under way."""
    deadline = time.monotonic() + seconds
    while telegram.stats.accepted + telegram.stats.edited < before + 20:
        assert time.monotonic() < deadline, "no answers flow"
        await asyncio.sleep(0.05)


async def _finish(here: Running, living: asyncio.Task[None]) -> Figures:
    await asyncio.sleep(2)
    here.crowd.go_home()
    await living
    calm = await until_calm(here.engine)
    figures = await asyncio.to_thread(settle_accounts, here.engine, here.telegram, here.cast, here.crowd.tally)
    if not calm:
        figures.faults.append("not calm after two minutes")
    return figures


async def take_database_away(setting: Setting, database: str, away: Callable[[str], object], seed: int) -> Figures:
    """In the middle of the load the database goes, and comes back."""
    async with running(setting, database, seed) as here:
        living = asyncio.create_task(here.crowd.live())
        await asyncio.sleep(5)
        before = here.telegram.stats.accepted + here.telegram.stats.edited
        await asyncio.to_thread(away, here.engine.url.database or "")
        start = time.monotonic()
        await _until_answers_flow(here.telegram, before)
        recovered = time.monotonic() - start
        await asyncio.sleep(5)
        figures = await _finish(here, living)
    figures.recovered = [recovered]
    return figures


def lock_sqlite(seconds: float) -> Callable[[str], object]:
    """Another writer that does not let go. In a thread: SQLite's locks are the connection's, not the process's."""

    def lock(path: str) -> None:
        connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        time.sleep(seconds)
        connection.execute("ROLLBACK")
        connection.close()

    return lock


def stop_postgres(postgres: Postgres, seconds: float) -> Callable[[str], object]:
    def stop(_database: str) -> None:
        postgres.pause(seconds)

    return stop
