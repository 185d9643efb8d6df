"""python -m tests.crash [--kills 20] [--seed 1]: everything, in about four minutes; fails if anything was lost."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ["PTB_TIMEDELTA"] = "true"

from tests.crash.ledger import Figures
from tests.crash.scenarios import (
    Setting,
    kill_at_random,
    lock_sqlite,
    stop_postgres,
    take_database_away,
)
from tests.databases import Databases, Postgres

SETTINGS = (
    Setting("sqlite", 1, webhook=False),
    Setting("sqlite", 1, webhook=True),
    Setting("postgresql", 2, webhook=False),
    Setting("postgresql", 2, webhook=True),
)
AWAY_S = 20.0


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="over all settings together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="settings whose name contains this")
    parser.add_argument("--no-outages", action="store_true", help="kills only")
    return parser.parse_args()


async def run_all(given: argparse.Namespace, databases: Databases, postgres: Postgres) -> list[tuple[str, Figures]]:
    chosen = [setting for setting in SETTINGS if given.only in setting.name]
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
    chosen = {name: way for name, way in ways.items() if given.only in way[0].name}
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


def main() -> None:
    given = options()
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        (Path(folder) / "databases").mkdir()
        postgres = Postgres(Path(folder) / "postgres", durable=True)
        databases = Databases(Path(folder) / "databases", postgres)
        start = time.monotonic()
        try:
            results = asyncio.run(run_all(given, databases, postgres))
        finally:
            postgres.stop()
    sys.exit(not report(results, time.monotonic() - start))


if __name__ == "__main__":
    main()
