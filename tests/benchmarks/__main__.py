"""python -m tests.benchmarks [registration|memory|growth|events]: prints figures, writes nothing."""

import argparse

from rich.console import Console

from tests.benchmarks import events, growth, memory, registration
from tests.benchmarks.processes import name_machine

BENCHMARKS = {
    "registration": registration.measure,
    "memory": memory.measure,
    "growth": growth.measure,
    "events": events.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    parser.add_argument("which", nargs="*", help=", ".join(BENCHMARKS) + "; all of them where none is named")
    chosen = parser.parse_args().which or list(BENCHMARKS)
    out = Console(highlight=False)
    out.print(name_machine())
    for name in chosen:
        BENCHMARKS[name](out)


if __name__ == "__main__":
    main()
