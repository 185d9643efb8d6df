"""PostgreSQL: copied with pg_dump as it is at one moment, restored with pg_restore in one transaction."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, inspect, make_url, text

from bot.keeping.envelope import Progress, Sink
from bot.keeping.hindered import Hindered
from bot.keeping.snapshot import COUNTED, Snapshot
from db.engine import open_engine
from db.models.base import Base
from db.restored import MARK

PIECE = 256 * 1024
LOCKS_WAITED_FOR = "60s"


class Tools:
    """PostgreSQL's own programs, for one database."""

    def __init__(self, url: str, folder: Path | None) -> None:
        address = make_url(url)
        self._folder = folder
        self._address = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
        self._environment = {**os.environ, **({"PGPASSWORD": str(address.password)} if address.password else {})}

    def find(self, name: str, server: int) -> str:
        """The program, which must not be older than the server."""
        found = shutil.which(name, path=str(self._folder) if self._folder else None)
        where = f"in {self._folder} (POSTGRES_TOOLS)" if self._folder else "on the PATH"
        if found is None:
            raise Hindered(
                f"{name} was not found {where}; install PostgreSQL's client programs, version {server} or newer, and "
                "name their folder in POSTGRES_TOOLS."
            )
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        version = version_of(said.stdout)
        if version < server:
            raise Hindered(
                f"{found} is of version {version}, the server of version {server}; newer client programs are needed "
                "(POSTGRES_TOOLS names their folder)."
            )
        return found

    def start(self, program: str, *given: str, reads: bool = False, errors: IO[bytes]) -> subprocess.Popen[bytes]:
        """Run a program on the database: what it `reads` comes from us, else we take what it writes."""
        command = [program, *given, "--no-owner", "--no-privileges", "--no-password", f"--dbname={self._address}"]
        ways = {"stdin": subprocess.PIPE} if reads else {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE}
        return subprocess.Popen(command, env=self._environment, stderr=errors, **ways)  # type: ignore[call-overload,no-any-return]  # noqa: S603


def version_of(said: str) -> int:
    """The main version in what a program says of itself; 0 where there is none."""
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else 0


def server_version(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000


@contextmanager
def snapshot(url: str, folder: Path | None, progress: Progress) -> Iterator[Snapshot]:
    """The database as it is now: pg_dump copies the very moment at which the rows were counted."""
    engine = open_engine(url, pool_size=1)
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            take_your_time(connection)
            if not has_tables(connection):
                raise Hindered("There is nothing to back up: the database is empty.")
            moment = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
            counts = {table: _count(connection, table) for table in COUNTED}
            revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
            size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
            tools = Tools(url, folder)
            program = tools.find("pg_dump", server_version(connection))
            with _dumping(tools, program, moment) as pieces:
                yield Snapshot(revision, counts, _watched(pieces, size, progress))
    finally:
        engine.dispose()


def take_your_time(connection: Connection) -> None:
    """In this transaction only: what the bot itself must never do, a backup may."""
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


def _count(connection: Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())  # noqa: S608


@contextmanager
def _dumping(tools: Tools, program: str, moment: str) -> Iterator[Iterator[bytes]]:
    with tempfile.TemporaryFile() as errors:
        given = ("--format=custom", "--compress=0", f"--snapshot={moment}", f"--lock-wait-timeout={LOCKS_WAITED_FOR}")
        process = tools.start(program, *given, errors=errors)
        assert process.stdout is not None
        try:
            with process.stdout as output:
                yield _read(process, output, errors)
        finally:
            process.kill()
            process.wait()


def _read(process: subprocess.Popen[bytes], output: IO[bytes], errors: IO[bytes]) -> Iterator[bytes]:
    while piece := output.read(PIECE):
        yield piece
    if process.wait() != 0:
        raise Hindered(f"pg_dump gave up: {_first_line(errors)}")


def _watched(pieces: Iterator[bytes], size: int, progress: Progress) -> Iterator[bytes]:
    """What is dumped is smaller than the database with its indexes: the bar ends before its end."""
    done = 0
    for piece in pieces:
        done += len(piece)
        progress(min(done, size), size)
        yield piece


def _first_line(errors: IO[bytes]) -> str:
    """The rest of what the programs say may quote rows."""
    errors.seek(0)
    return errors.readline().decode(errors="replace").strip()


# --- restoring


def has_tables(connection: Connection) -> bool:
    return bool(_our_tables(connection))


def _our_tables(connection: Connection) -> list[str]:
    ours = {*Base.metadata.tables, "alembic_version", MARK}
    return sorted(ours & set(inspect(connection).get_table_names()))


def refuse_unless_empty(engine: Engine) -> None:
    """Only into nothing is restored: what is there may be worth more than the backup. What a restore left that was
    killed is nothing: it is cleared away."""
    with engine.begin() as connection:
        found = _our_tables(connection)
        if found and MARK not in found:
            raise Hindered(
                "The database in DATABASE_URL is not empty, and was left as it is. To restore, make a new one and name "
                "that."
            )
    clear_half_done(engine)


# Functions of triggers whose tables are gone.
_ORPHANS = text("""
    SELECT f.oid::regprocedure::text FROM pg_proc f
    WHERE f.pronamespace = current_schema()::regnamespace AND f.prorettype = 'trigger'::regtype
      AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgfoid = f.oid)
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = f.oid AND d.deptype = 'e')
""")


def clear_half_done(engine: Engine) -> None:
    """Remove what a restore has made, while its mark is there."""
    with engine.begin() as connection:
        take_your_time(connection)
        found = _our_tables(connection)
        if MARK in found:
            connection.execute(text(f"DROP TABLE {', '.join(found)} CASCADE"))
            for function in connection.execute(_ORPHANS).scalars().all():
                connection.execute(text(f"DROP FUNCTION {function}"))


def mark_half_done(engine: Engine) -> None:
    """Until the mark is gone the bot does not start on this database."""
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {MARK} ()")


@contextmanager
def filling(tools: Tools, program: str) -> Iterator[Sink]:
    """Hand the pieces of a dump to pg_restore; all of it is there at the end, or nothing."""
    with tempfile.TemporaryFile() as errors:
        process = tools.start(program, "--single-transaction", "--exit-on-error", reads=True, errors=errors)
        assert process.stdin is not None
        try:
            yield process.stdin.write
            process.stdin.close()
            done = process.wait() == 0
        except BrokenPipeError:
            done = False
        finally:
            # First killed, so that an end of its input is not taken for the end of the dump.
            process.kill()
            process.wait()
            with suppress(BrokenPipeError):
                process.stdin.close()
        if not done:
            raise Hindered(f"pg_restore gave up, and nothing was restored: {_first_line(errors)}")
