"""One engine for SQLite and PostgreSQL, set up so that both keep the same promises."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

# A process that froze in the middle of a transaction holds its rows no longer than this: less than a lease lasts.
FROZEN_TIMEOUT_MS = 5_000
STATEMENT_TIMEOUT_MS = 15_000
LOCK_WAIT_S = 10
# How often who waits for SQLite's lock asks for it, and for how long who does long work leaves it to them.
LOCK_ASKED_MS = 3
LOCK_LEFT_S = 0.004


class ImmediateSQLite(SQLiteDialect_pysqlite):
    """SQLite whose every transaction takes the write lock at its start.

    A dialect and not a listener for "begin": an engine with listeners looks for them at every statement, which
    costs a turn a tenth of its processor time. Who waits for the lock asks every few milliseconds: SQLite by itself
    asks ever more seldom, up to ten times a second, and misses the moments between the pieces of long work.
    """

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: DBAPIConnection) -> None:
        cursor, until = dbapi_connection.cursor(), time.monotonic() + LOCK_WAIT_S
        while True:
            try:
                cursor.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise


registry.register("sqlite.immediate", __name__, ImmediateSQLite.__name__)

T = TypeVar("T")
Synchronous = Literal["NORMAL", "FULL"]


def open_engine(url: str, *, synchronous: Synchronous = "NORMAL", pool_size: int = 4) -> Engine:
    """An engine for `url` (sqlite:///… or postgresql://…).

    SQLite runs in WAL mode and every transaction takes the write lock at its start, because SQLite has no
    row locks and a read that becomes a write would otherwise fail half-way. `synchronous` NORMAL survives
    the death of the process; FULL also survives the loss of power, at one disk flush a commit.
    PostgreSQL gets a statement timeout: a worker thread cannot be cancelled from outside.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(address.set(drivername="sqlite+immediate"), synchronous)
    address = address.set(drivername="postgresql+psycopg")
    return create_engine(
        address,
        pool_size=pool_size,
        max_overflow=2,
        pool_pre_ping=False,
        hide_parameters=True,
        connect_args={
            "connect_timeout": LOCK_WAIT_S,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC "
            f"-c idle_in_transaction_session_timeout={FROZEN_TIMEOUT_MS}",
        },
    )


def _sqlite(url: URL, synchronous: Synchronous) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": LOCK_WAIT_S, "check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine.pool, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        asks = f"busy_timeout={LOCK_ASKED_MS}"
        for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON", asks):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def in_session(engine: Engine, work: Callable[[Session], T]) -> T:
    """Do `work` in one transaction: returning commits, raising rolls back."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        return work(session)


def in_piece(engine: Engine, work: Callable[[Session], T]) -> T:
    """One piece of long work in a child process, as `in_session`; on SQLite whoever waits meanwhile has their turn
    before the next."""
    result = in_session(engine, work)
    if engine.dialect.name == "sqlite":
        time.sleep(LOCK_LEFT_S)
    return result


@contextmanager
def reading(engine: Engine) -> Iterator[Engine]:
    """An engine for long reading beside people who write. On SQLite its statements take no lock, and each sees what was
    committed when it began; on PostgreSQL it is the same engine."""
    if engine.dialect.name != "sqlite":
        yield engine
        return
    given = {"timeout": LOCK_WAIT_S, "check_same_thread": False, "isolation_level": None}
    reader = create_engine(engine.url.set(drivername="sqlite"), hide_parameters=True, connect_args=given)

    @event.listens_for(reader, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA query_only=ON")

    try:
        yield reader
    finally:
        reader.dispose()
