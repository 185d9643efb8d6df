"""The gazetteer: loading every city, for how long that holds SQLite's writer, and finding a city as it is typed."""

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from db.engine import open_engine
from db.gazetteer.load import load_gazetteer
from db.models.base import Base
from db.places import find_places

TYPED = ("Suzhou", "s", "sa", "南", "Springfield Illinois", "qqzz qqzz", "安徽宿州")
RUNS = 40


def measure(out: Console) -> None:
    """Print one table."""
    table = Table(title=f"Finding a city, SQLite, {RUNS} times each, ms")
    for name in ("typed", "median", "longest"):
        table.add_column(name, justify="left" if name == "typed" else "right")
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'places.db'}")
        Base.metadata.create_all(engine)
        out.print(_load(engine))
        with Session(engine) as session:
            for typed in TYPED:
                taken = [_find(session, typed) for _time in range(RUNS)]
                table.add_row(typed, f"{median(taken):.1f}", f"{max(taken):.1f}")
        engine.dispose()
    out.print(table)


def _load(engine: Engine) -> str:
    began, held = [0.0], [0.0]
    event.listen(engine, "begin", lambda _connection: began.append(time.perf_counter()))
    event.listen(engine, "commit", lambda _connection: held.append(time.perf_counter() - began[-1]))
    start = time.perf_counter()
    number = load_gazetteer(engine)
    whole = time.perf_counter() - start
    return (
        f"{number:,} cities loaded in {whole:.1f} s; a transaction took {median(held) * 1000:.1f} ms, "
        f"the longest {max(held) * 1000:.1f} ms"
    )


def _find(session: Session, typed: str) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    find_places(session, typed, limit=10)
    return (time.perf_counter() - start) * 1000
