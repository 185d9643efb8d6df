"""Where the planner of a database needs to be told what it cannot know."""

from typing import Any

from sqlalchemy import ColumnElement, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal


class Scanned(ColumnElement[int]):
    """A column that SQLite shall not look up in an index: with several conditions it would loop over every pair of
    what they match. PostgreSQL chooses well by itself."""

    inherit_cache = True
    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012

    def __init__(self, column: ColumnElement[int]) -> None:
        self.column = column
        self.type = column.type


@compiles(Scanned)
def _write_plainly(element: Scanned, compiler: SQLCompiler, **given: Any) -> str:
    return compiler.process(element.column, **given)


@compiles(Scanned, "sqlite")
def _write_with_plus(element: Scanned, compiler: SQLCompiler, **given: Any) -> str:
    return f"+{compiler.process(element.column, **given)}"


def plan_for_many(session: Session) -> None:
    """On PostgreSQL, for this transaction, before many rows are written: checks of foreign keys are planned once for a
    connection, and where the table was nearly empty then, each check would go on reading the whole of it."""
    session.execute(text("SET LOCAL enable_seqscan = off"))
