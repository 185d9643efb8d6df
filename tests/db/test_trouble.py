"""Telling what the database cannot just now from what is our fault."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, ProgrammingError

from db.engine import in_session, open_engine
from db.trouble import Trouble, classify, is_lasting
from tests.databases import Databases


def sqlite_error(code: int) -> DBAPIError:
    orig = sqlite3.OperationalError("…")
    orig.sqlite_errorcode = code
    return OperationalError("SELECT", {}, orig)


def postgres_error(state: str | None) -> DBAPIError:
    orig = psycopg.OperationalError("…")
    orig.sqlstate = state  # type: ignore[misc]
    return OperationalError("SELECT", {}, orig)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (sqlite_error(sqlite3.SQLITE_BUSY), Trouble.AWAY),
        (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), Trouble.AWAY),
        (sqlite_error(sqlite3.SQLITE_LOCKED), Trouble.AWAY),
        (sqlite_error(sqlite3.SQLITE_FULL), Trouble.AWAY),
        (sqlite_error(sqlite3.SQLITE_READONLY), Trouble.AWAY),
        (sqlite_error(sqlite3.SQLITE_IOERR), Trouble.AWAY),
        (sqlite_error(sqlite3.SQLITE_CANTOPEN), Trouble.AWAY),
        (sqlite_error(sqlite3.SQLITE_ERROR), Trouble.FAULT),
        (postgres_error(None), Trouble.AWAY),
        (postgres_error("08006"), Trouble.AWAY),
        (postgres_error("53100"), Trouble.AWAY),
        (postgres_error("53300"), Trouble.AWAY),
        (postgres_error("55P03"), Trouble.AWAY),
        (postgres_error("57014"), Trouble.AWAY),
        (postgres_error("57P01"), Trouble.AWAY),
        (postgres_error("40001"), Trouble.RACE),
        (postgres_error("40P01"), Trouble.RACE),
        (postgres_error("42P01"), Trouble.FAULT),
        (postgres_error("22001"), Trouble.FAULT),
        (IntegrityError("INSERT", {}, sqlite3.IntegrityError("…")), Trouble.RACE),
        (InterfaceError("SELECT", {}, psycopg.InterfaceError("…")), Trouble.AWAY),
        (ProgrammingError("SELECT", {}, psycopg.ProgrammingError("…")), Trouble.FAULT),
        (ValueError("…"), Trouble.FAULT),
    ],
)
def test_an_error_is_classified(error: BaseException, trouble: Trouble) -> None:
    assert classify(error) is trouble


def test_a_deadlock_goes_by_and_a_broken_rule_does_not() -> None:
    broken = IntegrityError("INSERT", {}, sqlite3.IntegrityError("…"))
    assert [is_lasting(error) for error in (postgres_error("40P01"), broken, KeyError())] == [False, True, True]


def _raised(work: Callable[[], object]) -> BaseException:
    with pytest.raises(DBAPIError) as caught:
        work()
    return caught.value


def test_a_server_that_is_not_there_is_away() -> None:
    engine = open_engine("postgresql://nobody@127.0.0.1:1/nothing")
    assert classify(_raised(engine.connect)) is Trouble.AWAY


def test_a_folder_that_is_not_there_is_away(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/none/of/this.db")
    assert classify(_raised(engine.connect)) is Trouble.AWAY


def test_a_read_only_file_is_away(databases: Databases) -> None:
    engine = open_engine(databases.fresh("sqlite"))
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
        trouble = classify(_raised(lambda: connection.exec_driver_sql("DELETE FROM draft WHERE form = 'none'")))
    engine.dispose()
    assert trouble is Trouble.AWAY


def test_a_statement_that_takes_too_long_is_ended_and_away(databases: Databases) -> None:
    engine = open_engine(databases.fresh("postgresql"))

    def sleep() -> None:
        in_session(engine, lambda session: session.execute(text("SET LOCAL statement_timeout = 50")))
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 50"))
            connection.execute(text("SELECT pg_sleep(1)"))

    trouble = classify(_raised(sleep))
    engine.dispose()
    assert trouble is Trouble.AWAY


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_missing_table_is_our_fault(databases: Databases, kind: str) -> None:
    engine = open_engine(databases.fresh(kind))
    trouble = classify(_raised(lambda: in_session(engine, lambda session: session.execute(text("TABLE_ OF nothing")))))
    engine.dispose()
    assert trouble is Trouble.FAULT
