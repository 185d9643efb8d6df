"""Backing up and restoring a hundred thousand members, the commands as they are typed, on both databases."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from sqlalchemy import select, text

from bot.keeping.keys import make_key
from bot.settings import Settings
from db import erased
from db.engine import in_session, open_engine
from db.models.members import Member
from tests.benchmarks.finding import populate
from tests.benchmarks.population import NOW
from tests.databases import Databases, Postgres, postgres_tools

MEMBERS = 100_000
ERASED = 20
SECRET = "only for benchmarks, only for benchmarks"


def measure(out: Console) -> None:
    """Print a line for each command."""
    out.print(f"{MEMBERS:,} members, {ERASED} of them erased since; the start of the program counted in")
    with TemporaryDirectory() as name:
        folder = Path(name)
        postgres = Postgres(folder / "postgres", durable=True)
        databases = Databases(folder, postgres)
        for kind, title in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL")):
            address = databases.fresh(kind)
            populate(address, MEMBERS)
            _count_on(address)
            for row in _there_and_back(folder / kind, address, _empty(folder, postgres, kind)):
                out.print(f"{title}, {row}")
        postgres.stop()


def _empty(folder: Path, postgres: Postgres, kind: str) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / 'restored.db'}"
    postgres.run("CREATE DATABASE restored")
    return postgres.url("restored")


def _count_on(address: str) -> None:
    """Members were given their ids; the next ones come after them."""
    engine = open_engine(address)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("SELECT setval(pg_get_serial_sequence('member', 'id'), max(id)) FROM member"))
    engine.dispose()


def _there_and_back(folder: Path, address: str, empty: str) -> Iterator[str]:
    folder.mkdir()
    (backups := folder / "backups").mkdir()
    key, erasures = folder / "key.txt", folder / "erased.txt"
    environment = {
        "SECRET_KEY": SECRET,
        "ERASURE_LIST": str(erasures),
        "BACKUP_RECIPIENT": make_key(key),
        "POSTGRES_TOOLS": str(postgres_tools()),
    }
    took = _run({**environment, "DATABASE_URL": address}, "backup", str(backups))
    (file,) = backups.iterdir()
    yield f"backup: {took}, a file of {file.stat().st_size / 1e6:.1f} MB"
    _erase_some(address, erasures)
    took = _run({**environment, "DATABASE_URL": empty}, "restore", str(file), "--identity", str(key))
    yield f"restore: {took}"


def _erase_some(address: str, erasures: Path) -> None:
    """Only on the list: the database that knows of it is lost."""
    engine = open_engine(address)
    house = Settings(_env_file=None, secret_key=SECRET).house()  # type: ignore[call-arg,arg-type]
    with engine.connect() as connection:
        numbers = connection.execute(select(Member.number).order_by(Member.id).limit(ERASED)).scalars().all()
    for number in numbers:
        in_session(
            engine,
            lambda session: erased.note(
                erasures,
                lambda mark: house.digest("erasure", mark),
                session,
                session.scalars(select(Member).where(Member.number == number)).one(),  # noqa: B023
                NOW,
            ),
        )
    engine.dispose()


# The most memory since it became this program; what the system tells of a child begins with that of its parent.
TELLS = """
import atexit, pathlib, sys
peak = lambda: pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
atexit.register(lambda: print(peak()))
from bot.__main__ import cli
cli(sys.argv[1:])
"""


def _run(environment: dict[str, str], *words: str) -> str:
    """Seconds, processor time with that of PostgreSQL's programs, and the most memory of ours."""
    began = time.perf_counter()
    command = [sys.executable, "-c", TELLS, *words]
    with subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(said)
    seconds, processor, most = time.perf_counter() - began, used.ru_utime + used.ru_stime, int(said.split()[-1]) / 1e3
    return f"{seconds:.1f} s, {processor:.1f} s of processor time, {most:.0f} MB at most"
