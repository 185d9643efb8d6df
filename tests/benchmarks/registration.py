"""The same registration three ways, side by side on one core, in turn, five times over; medians."""

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from db.engine import open_engine
from tests.benchmarks.processes import BOT_CORE, OTHER_CORE, cpu_seconds, read_line, running
from tests.benchmarks.registered import SYNCHRONOUS
from tests.databases import fill

WAYS = {"ours": "this product", "ptb": "python-telegram-bot", "aiogram": "aiogram"}
LATENCIES = (0.0, 0.05)
CAPTION = (
    "Medians of the rounds (slowest to fastest). This product: every update durable before it is confirmed, state "
    "in the database. The others as they are usually written: state in memory, one commit at the end."
)
PEOPLE = 240  # python-telegram-bot's own pool has 256 connections


@dataclass(frozen=True, slots=True)
class Round:
    """What one round gave: updates a second, milliseconds of processor an update, how busy the crowd was."""

    rate: float
    cpu: float
    crowd: float
    batch: float
    lost: int


def measure(out: Console, rounds: int = 5, people: int = PEOPLE, ways: tuple[str, ...] = tuple(WAYS)) -> None:
    """Print a table of medians."""
    found: dict[tuple[str, float], list[Round]] = {}
    with TemporaryDirectory() as folder:
        template = _make_template(Path(folder))
        for number in range(rounds):
            for latency in LATENCIES:
                for way in ways:
                    fresh = Path(folder) / f"{way}{number}.db"
                    if way == "ours":
                        shutil.copyfile(template, fresh)
                    one = _play(way, fresh, latency, people)
                    found.setdefault((way, latency), []).append(one)
                    out.print(f"round {number + 1}, {way}, {latency * 1000:.0f} ms: {one.rate:.0f}/s", style="dim")
                    for left in Path(folder).glob(f"{fresh.name}*"):
                        left.unlink()
    _print(out, found, people)


def _make_template(folder: Path) -> Path:
    path = folder / "template.db"
    engine = open_engine(f"sqlite:///{path}")
    fill(engine)
    engine.dispose()
    return path


def _play(way: str, database: Path, latency: float, people: int) -> Round:
    """One round; the database must hold every registration whose people read that it was stored."""
    given = ("--people", str(people), "--latency", str(latency))
    with running("tests.benchmarks.crowd", *given, core=OTHER_CORE, output=subprocess.PIPE) as crowd:
        url = read_line(crowd)
        with running(f"tests.benchmarks.registration_{way}", url, str(database), core=BOT_CORE) as bot:
            read_line(crowd)
            before = cpu_seconds(bot)
            figures = json.loads(read_line(crowd))
            used = cpu_seconds(bot) - before
    updates = max(figures["updates"], 1)
    return Round(
        rate=figures["updates"] / figures["seconds"],
        cpu=used / updates * 1000,
        crowd=figures["busy"],
        batch=updates / max(figures["polls"], 1),
        lost=max(0, figures["registrations"] - _count_rows(database)),
    )


def _count_rows(database: Path) -> int:
    connection = sqlite3.connect(database)
    try:
        return int(connection.execute("SELECT count(*) FROM registered").fetchone()[0])
    finally:
        connection.close()


def _print(out: Console, found: dict[tuple[str, float], list[Round]], people: int) -> None:
    title = f"Registration in five steps: {people} people at once, SQLite, synchronous={SYNCHRONOUS}, one core"
    table = Table(title=title, caption=CAPTION)
    for name in ("", "latency", "updates/s", "CPU ms each", "stand-in busy", "ours / this"):
        table.add_column(name, justify="left" if not name else "right")
    for row in _rows(found):
        table.add_row(*row)
    out.print(table)


def _rows(found: dict[tuple[str, float], list[Round]]) -> Iterator[tuple[str, ...]]:
    for (way, latency), rounds in sorted(found.items(), key=lambda item: item[0][1]):
        rates = [one.rate for one in rounds]
        ours = median(one.rate for one in found.get(("ours", latency), rounds))
        lost = sum(one.lost for one in rounds)
        yield (
            WAYS[way] + (f" ({lost} rows missing)" if lost else ""),
            f"{latency * 1000:.0f} ms" if latency else "at once",
            f"{median(rates):,.0f} ({min(rates):,.0f} to {max(rates):,.0f})",
            f"{median(one.cpu for one in rounds):.2f}",
            f"{median(one.crowd for one in rounds):.0%}",
            f"{ours / max(median(rates), 0.1):.1f}",
        )
