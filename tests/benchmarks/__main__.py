"""python -m tests.benchmarks [NAME …]: prints figures, writes nothing. The names are those of BENCHMARKS."""

import argparse
from collections.abc import Callable
from functools import partial

from rich.console import Console

from tests.benchmarks import (
    backup,
    broadcast,
    cities,
    events,
    exporting,
    fan_out,
    finding,
    growth,
    importing,
    matching,
    memory,
    registration,
    rounds,
    statistics,
    suggesting,
)
from tests.benchmarks.processes import name_machine

BENCHMARKS: dict[str, Callable[[Console], None]] = {
    "registration": registration.measure,
    "memory": memory.measure,
    "growth": growth.measure,
    "events": events.measure,
    "broadcast": broadcast.measure,
    "flat_out": broadcast.measure_flat_out,
    "fan_out": fan_out.measure,
    "suggesting": suggesting.measure,
    "finding": finding.measure,
    "cities": cities.measure,
    "statistics": statistics.measure,
    "exporting": exporting.measure,
    "rounds": rounds.measure,
    "importing": importing.measure,
    "matching": matching.measure,
    "backup": backup.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    parser.add_argument("which", nargs="*", help=", ".join(BENCHMARKS) + "; all of them where none is named")
    parser.add_argument("--recipients", type=int, default=9_000, help="of the broadcast; 9,000 take half an hour")
    given = parser.parse_args()
    chosen = given.which or list(BENCHMARKS)
    benchmarks = BENCHMARKS | {"broadcast": partial(broadcast.measure, recipients=given.recipients)}
    out = Console(highlight=False, width=140)
    out.print(name_machine())
    for name in chosen:
        benchmarks[name](out)


if __name__ == "__main__":
    main()
