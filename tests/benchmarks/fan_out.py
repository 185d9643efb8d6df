"""Planning an announcement to everybody, and counting segments, with a hundred thousand and a million members.

The planner runs in a process of its own, so that its memory is nobody else's:

    python -m tests.benchmarks.fan_out DATABASE
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.app import App
from bot.domain.audience import Audience
from bot.settings import Settings
from db import audience
from db.engine import in_session, open_engine
from db.models.delivery import Outbox
from db.outbox import ANNOUNCED
from tests.benchmarks.broadcast_ours import announce
from tests.benchmarks.nation import populate
from tests.benchmarks.processes import read_line, running
from tests.databases import Databases, Postgres

RUNS = (("sqlite", "SQLite", 100_000), ("postgresql", "PostgreSQL", 100_000), ("postgresql", "PostgreSQL", 1_000_000))
COUNTS = 5
RENEWED_S = 3.0
SEGMENTS: dict[str, dict[str, Any]] = {
    "everybody": {},
    "a club": {"club": [1]},
    "a country": {"country": ["CN"]},
    "a programme": {"programme": [1]},
    "years 2010 to 2015": {"cohort": [2010, 2015]},
    "country, relation, topic": {"country": ["CN"], "relation": ["graduate", "staff"], "topic": [1, 2, 3, 4]},
}


def measure(out: Console) -> None:
    """Print two tables."""
    planned: dict[str, list[str]] = {}
    counted: dict[str, list[str]] = {}
    with TemporaryDirectory() as name:
        postgres = Postgres(Path(name) / "postgres", durable=True)
        databases = Databases(Path(name), postgres)
        for kind, title, size in RUNS:
            address = databases.fresh(kind)
            populate(address, size)
            counted[f"{title}, {size:,}"] = list(_count(address))
            planned[f"{title}, {size:,}"] = list(_plan(address))
        postgres.stop()
    _print_planned(out, planned)
    _print_counted(out, counted)


def _print_planned(out: Console, planned: dict[str, list[str]]) -> None:
    table = Table(title="Planning an announcement to everybody: a notice for each; memory (RSS)")
    for name in ("", "notices", "seconds", "a second", "MB before", "at most"):
        table.add_column(name, justify="right" if name else "left", no_wrap=not name)
    for name, figures in planned.items():
        table.add_row(name, *figures)
    out.print(table)


def _print_counted(out: Console, counted: dict[str, list[str]]) -> None:
    table = Table(title=f"Counting who belongs to a segment, ms, median of {COUNTS} (members found)")
    for name in ("", *counted):
        table.add_column(name, justify="right" if name else "left", no_wrap=not name)
    for segment, figures in zip(SEGMENTS, zip(*counted.values(), strict=True), strict=True):
        table.add_row(segment, *figures)
    out.print(table)


def _count(address: str) -> Iterator[str]:
    engine = open_engine(address)
    for stored in SEGMENTS.values():
        condition = audience.belongs(Audience.from_json(stored))
        times = []
        for _one in range(COUNTS):
            began = time.perf_counter()
            found = in_session(engine, lambda session: audience.count(session, condition))  # noqa: B023
            times.append(time.perf_counter() - began)
        yield f"{median(times) * 1000:,.0f} ({found:,})"
    engine.dispose()


def _plan(address: str) -> Iterator[str]:
    announce(address)
    with running("tests.benchmarks.fan_out", address, output=subprocess.PIPE) as planner:
        found = json.loads(read_line(planner))
    yield f"{found['notices']:,}"
    yield f"{found['seconds']:.1f}"
    yield f"{found['notices'] / found['seconds']:,.0f}"
    yield f"{found['before']:.0f}"
    yield f"{found['peak']:.0f}"


# -- in the planner's process


async def _work(address: str) -> dict[str, Any]:
    given = {"secret_key": "only for benchmarks, only for benchmarks", "bot_token": "1:BENCH"}
    app = App(Settings(_env_file=None, database_url=address, **given))  # type: ignore[call-arg,arg-type]
    await app.lease.renew()
    keeping = asyncio.create_task(_keep_lease(app))
    _forget_peak()
    before, began = _peak_mb(), time.perf_counter()
    await app.planning.plan()
    seconds, peak = time.perf_counter() - began, _peak_mb()
    keeping.cancel()
    notices = in_session(app.engine, _count_notices)
    app.workers.close()
    app.engine.dispose()
    return {"seconds": seconds, "before": before, "peak": peak, "notices": notices}


async def _keep_lease(app: App) -> None:
    while True:
        await asyncio.sleep(RENEWED_S)
        await app.lease.renew()


def _count_notices(session: Session) -> int:
    return session.scalar(select(func.count()).where(Outbox.kind == ANNOUNCED)) or 0


def _forget_peak() -> None:
    """The kernel's mark of the most memory ever used begins anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_mb() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1e3


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_work(sys.argv[1]))), flush=True)
