"""Memory of an idle program, and how soon it answers: `run` with both doors against the stand-in Bot API."""

import asyncio
import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from db.engine import open_engine
from db.gazetteer.load import load_gazetteer
from tests.benchmarks.processes import resident_mb, running
from tests.botapi import BotApi
from tests.databases import fill

IDLE_S = 8.0
ROUNDS = 3
PATIENCE_S = 60.0


def measure(out: Console) -> None:
    """Print the smallest of a few starts each: a busy machine only ever makes them longer."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _load_everything(folder / "loaded.db")
        known = [asyncio.run(_start(_copy(folder, number), idle=IDLE_S)) for number in range(ROUNDS)]
        new = [asyncio.run(_start(folder / f"new{number}.db")) for number in range(ROUNDS)]
    table = Table(title="One process, both doors, SQLite, every city loaded")
    table.add_column("")
    table.add_column("", justify="right")
    table.add_row("memory (RSS), idle", f"{max(memory for _time, memory in known):.0f} MB")
    table.add_row("start to first reply, existing database", f"{min(seconds for seconds, _memory in known):.1f} s")
    table.add_row("start to first reply, brand-new database", f"{min(seconds for seconds, _memory in new):.1f} s")
    out.print(table)


def _load_everything(path: Path) -> None:
    engine = open_engine(f"sqlite:///{path}")
    fill(engine)
    load_gazetteer(engine)
    engine.dispose()


def _copy(folder: Path, number: int) -> Path:
    """A database of its own for each start: nobody else's lease, none of these messages known."""
    return Path(shutil.copyfile(folder / "loaded.db", folder / f"loaded{number}.db"))


async def _start(database: Path, idle: float = 0.0) -> tuple[float, float]:
    """Seconds to the first reply to somebody who wrote before the start, and megabytes after a while."""
    async with BotApi() as telegram:
        ada = telegram.person(1001)
        ada.says("/start")
        environment = {
            "SECRET_KEY": "only for benchmarks, only for benchmarks",
            "DATABASE_URL": f"sqlite:///{database}",
            "BOT_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram.url,
            "WEB_PORT": "0",
            "ERASURE_LIST": str(database.with_suffix(".erased")),
        }
        began = time.perf_counter()
        with running("bot", "run", environment=environment) as bot:
            while not ada.chat.shown:
                if bot.poll() is not None or time.perf_counter() - began > PATIENCE_S:
                    raise RuntimeError("the program does not answer")
                await asyncio.sleep(0.005)
            seconds = time.perf_counter() - began
            await asyncio.sleep(idle)
            return seconds, resident_mb(bot)
