"""python -m tests.crash [--kills 20] [--seed 1] [--minutes 0.5]: everything, in about ten minutes; fails if anything
was lost. With --minutes 10 Telegram says 429 for ten minutes."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from statistics import median

os.environ["PTB_TIMEDELTA"] = "true"

from tests.crash.broadcast import Sending, end_in_mid_broadcast, kill_in_mid_broadcast
from tests.crash.faults import announce_in_trouble
from tests.crash.ledger import Figures
from tests.crash.scenarios import (
    Setting,
    kill_at_random,
    lock_sqlite,
    stop_postgres,
    take_database_away,
)
from tests.crash.senders import run_two_senders
from tests.databases import Databases, Postgres

SETTINGS = (
    Setting("sqlite", 1, webhook=False),
    Setting("sqlite", 1, webhook=True),
    Setting("postgresql", 2, webhook=False),
    Setting("postgresql", 2, webhook=True),
)
AWAY_S = 20.0
SLEEPS = 3
ENDS = 3
AT_ONCE = 2


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="over all settings together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="settings whose name contains this")
    parser.add_argument("--no-outages", action="store_true", help="kills only")
    parser.add_argument("--sender-kills", type=int, default=10, help="in mid-broadcast, on each database")
    parser.add_argument("--minutes", type=float, default=0.5, help="how long Telegram says 429, in real time")
    parser.add_argument("--broadcasts-only", action="store_true", help="announcements only")
    parser.add_argument("--no-broadcasts", action="store_true", help="everything but announcements")
    given = parser.parse_args()
    given.only = given.only.lower()
    if not given.broadcasts_only and not any(given.only in setting.name.lower() for setting in SETTINGS):
        parser.error(f"no setting is called {given.only!r}; there are {[setting.name for setting in SETTINGS]}")
    return given


async def run_all(given: argparse.Namespace, databases: Databases, postgres: Postgres) -> list[tuple[str, Figures]]:
    chosen = [setting for setting in SETTINGS if given.only in setting.name.lower()]
    shares = [given.kills // len(chosen) + (place < given.kills % len(chosen)) for place in range(len(chosen))]
    killed = await asyncio.gather(
        *(
            kill_at_random(setting, databases.fresh(setting.database), share, given.seed + place)
            for place, (setting, share) in enumerate(zip(chosen, shares, strict=True))
        )
    )
    results = [(setting.name, figures) for setting, figures in zip(chosen, killed, strict=True)]
    return results if given.no_outages else [*results, *await _outages(given, databases, postgres)]


async def _outages(given: argparse.Namespace, databases: Databases, postgres: Postgres) -> list[tuple[str, Figures]]:
    ways = {
        "SQLite file locked for 20 s": (Setting("sqlite", 1, webhook=False), lock_sqlite(AWAY_S)),
        "PostgreSQL stopped for 20 s": (Setting("postgresql", 2, webhook=True), stop_postgres(postgres, AWAY_S)),
    }
    chosen = {name: way for name, way in ways.items() if given.only in way[0].name.lower()}
    results = await asyncio.gather(
        *(
            take_database_away(setting, databases.fresh(setting.database), away, given.seed)
            for setting, away in chosen.values()
        )
    )
    return list(zip(chosen, results, strict=True))


def report(results: list[tuple[str, Figures]], seconds: float) -> bool:
    """Print the figures; whether nothing was lost."""
    for name, figures in results:
        recovered = ", ".join(f"{span:.1f}" for span in figures.recovered)
        print(f"\n{name}")
        print(f"  kills {figures.kills}, messages sent {figures.messages}, actions counted {figures.actions}")
        print(f"  replies checked {figures.replies}, missing {figures.replies_missing}, "
              f"doubled (in flight at the kill) {figures.replies_doubled}")  # fmt: skip
        print(f"  notices {figures.notices}, missing {figures.notices_missing}, doubled {figures.notices_doubled}")
        print(
            f"  seconds until answers flowed again: {recovered}; longest wait of anybody {figures.longest_wait:.1f} s"
        )
        for fault in figures.faults:
            print(f"  FAULT {fault}")
    kills = sum(figures.kills for _name, figures in results)
    lost = sum(len(f.faults) + f.replies_missing + f.notices_missing for _name, f in results)
    print(f"\n{kills} kills in {seconds:.0f} s: " + ("nothing lost" if not lost else f"{lost} faults"))
    return not lost


async def broadcast_all(given: argparse.Namespace, databases: Databases) -> list[tuple[str, Sending]]:
    """Announcements: two at a time, since each keeps processes of its own busy."""
    kills, seed, minutes = given.sender_kills, given.seed, given.minutes
    postgres, sqlite = (partial(databases.fresh, kind) for kind in ("postgresql", "sqlite"))
    ways: dict[str, Callable[[], Awaitable[Sending]]] = {
        "sqlite, announcement, the sender is killed": lambda: kill_in_mid_broadcast(sqlite(), 1, kills, seed),
        "postgresql, announcement, the sender of two is killed": lambda: kill_in_mid_broadcast(
            postgres(), 2, kills, seed + 1
        ),
        "sqlite, announcement, ended in peace": lambda: end_in_mid_broadcast(sqlite(), ENDS, seed),
        "postgresql, announcement, ended in peace": lambda: end_in_mid_broadcast(postgres(), ENDS, seed + 1),
        "sqlite, announcement, 429, 502, resets, 403": lambda: announce_in_trouble(sqlite(), minutes, seed),
        "postgresql, announcement, two senders": lambda: run_two_senders(postgres(), SLEEPS, seed),
        "sqlite, announcement, resets after acceptance": lambda: announce_in_trouble(sqlite(), 0, seed, accepted=True),
        "postgresql, announcement, 429, 502, resets, 403": lambda: announce_in_trouble(postgres(), minutes, seed + 2),
    }
    free = asyncio.Semaphore(AT_ONCE)

    async def in_turn(way: Callable[[], Awaitable[Sending]]) -> Sending:
        async with free:
            return await way()

    chosen = {name: way for name, way in ways.items() if given.only in name.lower()}
    return list(zip(chosen, await asyncio.gather(*map(in_turn, chosen.values())), strict=True))


def report_broadcasts(results: list[tuple[str, Sending]]) -> bool:
    """Print the figures; whether nothing was lost, and nothing doubled that was not under way."""
    for name, found in results:
        print(f"\n{name}")
        print(f"  recipients {found.recipients}, unreachable {found.unreachable}, kills {found.kills}")
        print(
            f"  doubled {found.doubled}, maybe doubled by the ledger {found.maybe_doubled}, "
            f"under way when it was killed or stopped {found.claimed}"
        )
        if found.resumed:
            print(
                f"  seconds until sending went on: median {median(found.resumed):.1f}, longest {max(found.resumed):.1f}"
            )
        for note in found.notes:
            print(f"  {note}")
        for fault in found.faults[:20]:
            print(f"  FAULT {fault}")
    print(f"\n{sum(len(found.faults) for _name, found in results)} faults in announcements")
    return not any(found.faults for _name, found in results)


def main() -> None:
    given = options()
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        (Path(folder) / "databases").mkdir()
        postgres = Postgres(Path(folder) / "postgres", durable=True)
        databases = Databases(Path(folder) / "databases", postgres)
        try:
            passed = _run(given, databases, postgres)
        finally:
            postgres.stop()
    sys.exit(not passed)


def _run(given: argparse.Namespace, databases: Databases, postgres: Postgres) -> bool:
    start, passed = time.monotonic(), True
    if not given.broadcasts_only:
        results = asyncio.run(run_all(given, databases, postgres))
        passed = report(results, time.monotonic() - start)
    if not given.no_broadcasts:
        passed = report_broadcasts(asyncio.run(broadcast_all(given, databases))) and passed
    return passed


if __name__ == "__main__":
    main()
