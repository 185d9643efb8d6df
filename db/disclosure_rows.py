"""How a section of what we hold about somebody is made of a table: for /mydata."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.models.members import Member

# What a section says, as plain JSON.
Section = Callable[[Session, Member], Any]


def rows(whose: InstrumentedAttribute[Any], *leave_out: str, by: InstrumentedAttribute[Any] | None = None) -> Section:
    """The rows in which the column `whose` is this member, without their numbers and what else is left out; in their
    order, or by a column."""
    table = whose.class_
    hidden = ("id", whose.key, *leave_out)

    def section(session: Session, member: Member) -> list[dict[str, Any]]:
        query = select(table).where(whose == member.id)
        query = query.order_by(*table.__table__.primary_key) if by is None else query.order_by(by)
        return [columns_of(row, hidden) for row in session.scalars(query)]

    return section


def values(what: InstrumentedAttribute[Any], whose: InstrumentedAttribute[Any]) -> Section:
    """One column of those rows."""

    def section(session: Session, member: Member) -> list[Any]:
        query = select(what).where(whose == member.id).order_by(*whose.class_.__table__.primary_key)
        return list(session.scalars(query))

    return section


def columns_of(row: Any, leave_out: Sequence[str]) -> dict[str, Any]:
    """A row as plain JSON; nothing where there is none."""
    if row is None:
        return {}
    return {
        column.key: plain(getattr(row, column.key)) for column in row.__table__.columns if column.key not in leave_out
    }


def plain(value: Any) -> Any:
    """Dates and times as ISO."""
    return value.isoformat() if isinstance(value, date) else value
