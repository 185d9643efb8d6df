"""Retention: which rows are kept for a time only, how many there are, and forgetting them in pieces.

Which rows each kind is about stands in `db.held`. A piece is small enough for one short transaction; nothing is
forgotten anywhere else, but for what people erase themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import (
    ColumnElement,
    delete,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from bot.domain.retention import LATE, Keep, Kind, last_night, span
from db import erasure
from db.held import HELD, Held
from db.models.announcements import Announcement
from db.models.base import table_of
from db.models.delivery import Outbox
from db.models.privacy import Clearing
from db.outbox import ANNOUNCED

PIECE = 500
# Erasing a person looks through the histories of others: a few at a time.
PEOPLE_AT_ONCE = 5
# Gone through every hour, and first: a receipt promises an end, and is known by its notice.
PROMPT = (Kind.GUESTS,)


def _due(held: Held, before: datetime) -> list[ColumnElement[bool]]:
    """The rows of a kind whose span was over before an instant."""
    since = before + held.ahead
    return [*held.which, held.since < (since.date() if held.by_day else since)]


# --- forgetting ----------------------------------------------------------------------------------------------


def tonight(session: Session, now: datetime, keep: Keep) -> tuple[list[Kind], list[Kind]]:
    """What is to be gone through: once since the last night began, or every hour; and what of it may have anything to
    forget."""
    ran = {row.kind: row.ran_at for row in session.scalars(select(Clearing))}
    night = last_night(now)
    nightly = [kind for kind in Kind if kind not in PROMPT and (kind not in ran or ran[kind] < night)]
    open_kinds = [*PROMPT, *nightly]
    return open_kinds, [kind for kind in open_kinds if kind in PROMPT or _any_due(session, kind, now, keep)]


def _any_due(session: Session, kind: Kind, now: datetime, keep: Keep) -> bool:
    held = HELD[kind]
    key = table_of(held.table).primary_key.columns[0]
    return session.scalar(select(key).where(*_due(held, now - span(kind, keep))).limit(1)) is not None


def forget_some(session: Session, kind: Kind, now: datetime, keep: Keep) -> int:
    """One piece of what has been kept long enough; how many rows went. 0: nothing is left to do."""
    before = now - span(kind, keep)
    return _SPECIAL[kind](session, now, before) if kind in _SPECIAL else _forget_rows(session, HELD[kind], before)


def _forget_rows(session: Session, held: Held, before: datetime) -> int:
    keys = list(table_of(held.table).primary_key.columns)
    found = session.execute(select(*keys).where(*_due(held, before)).limit(PIECE)).all()
    if not found:
        return 0
    if len(keys) == 1:
        these = keys[0].in_([row[0] for row in found])
    else:
        these = tuple_(*keys).in_([tuple(row) for row in found])
    act = delete(held.table) if held.emptied is None else update(held.table).values(**held.emptied)
    session.execute(act.where(these).execution_options(synchronize_session=False))
    return len(found)


def _forget_announcements(session: Session, _now: datetime, before: datetime) -> int:
    """The ledger first, a piece at a time, then the announcement itself."""
    oldest = session.scalar(select(Announcement.id).where(Announcement.changed_at < before).limit(1))
    if oldest is None:
        return 0
    ledger = select(Outbox.id).where(Outbox.kind == ANNOUNCED, Outbox.ref == str(oldest)).limit(PIECE)
    rows = session.scalars(ledger).all()
    if rows:
        session.execute(delete(Outbox).where(Outbox.id.in_(rows)))
    else:
        session.execute(delete(Announcement).where(Announcement.id == oldest))
    return len(rows) or 1


def _forget_guests(session: Session, now: datetime, _before: datetime) -> int:
    return erasure.forget_guests(session, now)


def _forget_registrations(session: Session, now: datetime, before: datetime) -> int:
    """Only who was told a month ago and has not come back since."""
    return erasure.forget_registrations(session, now, before, PEOPLE_AT_ONCE)


_SPECIAL: dict[Kind, Callable[[Session, datetime, datetime], int]] = {
    Kind.ANNOUNCEMENTS: _forget_announcements,
    Kind.GUESTS: _forget_guests,
    Kind.REGISTRATIONS: _forget_registrations,
}


def note(session: Session, gone: dict[Kind, int], now: datetime) -> None:
    """These kinds were gone through, and so many rows went."""
    for kind, rows in gone.items():
        session.merge(Clearing(kind=kind, ran_at=now, gone=rows))


# --- looking -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """How a kind stands: its rows, since when the oldest counts, how many should have gone by now, the last run."""

    kind: Kind
    rows: int
    oldest: datetime | None
    overdue: int
    ran_at: datetime | None
    gone: int


def standings(session: Session, now: datetime, keep: Keep) -> list[Standing]:
    """Every kind, in the order of `Kind`."""
    runs = {row.kind: row for row in session.scalars(select(Clearing))}
    return [_standing(session, kind, runs.get(kind), now, keep) for kind in Kind]


def _standing(session: Session, kind: Kind, run: Clearing | None, now: datetime, keep: Keep) -> Standing:
    held = HELD[kind]
    count = select(func.count(), func.min(held.since)).select_from(held.table)
    rows, oldest = session.execute(count.where(*held.which)).one()
    late = _due(held, now - span(kind, keep) - LATE)
    overdue = session.scalar(select(func.count()).select_from(held.table).where(*late)) or 0
    since = _instant(oldest) - held.ahead if oldest is not None else None
    return Standing(kind, rows, since, overdue, run.ran_at if run else None, run.gone if run else 0)


def _instant(value: date) -> datetime:
    """A day begins at midnight UTC."""
    return value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)
