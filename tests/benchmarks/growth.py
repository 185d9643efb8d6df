"""Time per turn with a hundred times the members: a menu and a club's card, on both databases.

The two sizes take turns, one turn each, so that a busy machine slows both alike. A turn is everything from the
stored message to the committed reply; the network is left out.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from bot.conversation.reply import Go
from handlers.clubs import OpenClub
from tests.benchmarks.population import CLUBS, TURNS, describe, open_with, time_turns
from tests.databases import Databases, Postgres

SIZES = (1_000, 100_000)
SAYS: dict[str, Callable[[int], str]] = {
    "menu": lambda _member: Go("menu").pack(),
    "club's card": lambda member: OpenClub(member % CLUBS + 1).pack(),
}


def measure(out: Console) -> None:
    """Print a table of medians and 99th percentiles."""
    table = Table(title=f"Time per turn, {TURNS} turns each, ms: median (99 of 100 within)")
    for name in ("", *(f"{size:,} members" for size in SIZES), "change"):
        table.add_column(name, justify="left" if not name else "right")
    with TemporaryDirectory() as folder:
        postgres = Postgres(Path(folder) / "postgres", durable=True)
        databases = Databases(Path(folder), postgres)
        for kind, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL")):
            for row in _compare(databases, kind, name):
                table.add_row(*row)
        postgres.stop()
    out.print(table)


def _compare(databases: Databases, kind: str, name: str) -> Iterator[tuple[str, ...]]:
    apps = [open_with(databases.fresh(kind), size) for size in SIZES]
    for what, say in SAYS.items():
        small, large = time_turns(apps, SIZES, say)
        change = median(large) / median(small) - 1
        yield f"{name}, {what}", describe(small), describe(large), f"{change:+.0%}"
    for app in apps:
        app.workers.close()
        app.engine.dispose()
