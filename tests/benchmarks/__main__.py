"""python -m tests.benchmarks [registration|memory|growth|events|broadcast|fan_out]: prints figures, writes nothing."""

import argparse
from collections.abc import Callable
from functools import partial

from rich.console import Console

from tests.benchmarks import broadcast, events, fan_out, growth, memory, registration
from tests.benchmarks.processes import name_machine

BENCHMARKS: dict[str, Callable[[Console], None]] = {
    "registration": registration.measure,
    "memory": memory.measure,
    "growth": growth.measure,
    "events": events.measure,
    "broadcast": broadcast.measure,
    "fan_out": fan_out.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    parser.add_argument("which", nargs="*", help=", ".join(BENCHMARKS) + "; all of them where none is named")
    parser.add_argument("--recipients", type=int, default=9_000, help="of the broadcast; 9,000 take half an hour")
    given = parser.parse_args()
    chosen = given.which or list(BENCHMARKS)
    benchmarks = BENCHMARKS | {"broadcast": partial(broadcast.measure, recipients=given.recipients)}
    out = Console(highlight=False)
    out.print(name_machine())
    for name in chosen:
        benchmarks[name](out)


if __name__ == "__main__":
    main()
