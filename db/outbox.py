"""Notices waiting to go out: queued once an occasion, claimed by the sender that holds the lease."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models.base import table_of
from db.models.delivery import Lease, Outbox

KEPT = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice one sender has taken on."""

    id: int
    member_id: int
    kind: str
    ref: str
    params: dict[str, Any]
    lane: int
    attempts: int


def queue(session: Session, **row: Any) -> None:
    """Add a notice (member_id, kind, ref, params, lane, due_at) unless this occasion is already there."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(Outbox).values(attempts=0, maybe_doubled=0, **row).on_conflict_do_nothing())


def queue_many(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """The same for many notices, in one statement."""
    if rows:
        connection = session.connection()
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        full = [{"attempts": 0, "maybe_doubled": 0, **row} for row in rows]
        connection.execute(insert(table_of(Outbox)).on_conflict_do_nothing(), full)


def claim(session: Session, holder: str, epoch: int, now: datetime, limit: int) -> list[Claimed]:
    """Take up to `limit` due notices, answers before announcements, for a sender with a valid lease.

    Also those it claimed before without ever learning of it, when the connection broke at the commit: so it
    must have dealt with all it knows of.
    """
    free = or_(Outbox.holder.is_(None), and_(Outbox.holder == holder, Outbox.epoch == epoch))
    due = (
        select(Outbox.id)
        .where(Outbox.done_at.is_(None), free, Outbox.due_at <= now)
        .order_by(Outbox.lane, Outbox.due_at, Outbox.id)
        .limit(limit)
    )
    rows = session.execute(
        update(Outbox)
        .where(Outbox.id.in_(due), free, _holds(holder, epoch))
        .values(holder=holder, epoch=epoch, attempts=Outbox.attempts + 1)
        .returning(
            Outbox.id,
            Outbox.member_id,
            Outbox.kind,
            Outbox.ref,
            Outbox.params,
            Outbox.lane,
            Outbox.attempts,
            Outbox.due_at,
        )
        .execution_options(synchronize_session=False)
    ).all()
    ordered = sorted(rows, key=lambda row: (row.lane, row.due_at, row.id))
    return [Claimed(*row[:7]) for row in ordered]


def finish(session: Session, row: int, epoch: int, now: datetime, outcome: str, error: str | None = None) -> bool:
    """Record how sending ended. False, and nothing written, when a newer sender has taken over."""
    done = session.execute(
        update(Outbox)
        .where(Outbox.id == row, Outbox.epoch == epoch, Outbox.done_at.is_(None))
        .values(done_at=now, outcome=outcome, error=error, holder=None, params={})
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def postpone(session: Session, rows: Sequence[int], epoch: int, until: datetime) -> None:
    """Give notices back, not to be tried before `until`."""
    session.execute(
        update(Outbox)
        .where(Outbox.id.in_(rows), Outbox.epoch == epoch, Outbox.done_at.is_(None))
        .values(holder=None, due_at=until)
    )


def free_stale(session: Session, epoch: int) -> int:
    """Free what a dead sender had claimed; each of those may have arrived already, and is counted."""
    freed = session.execute(
        update(Outbox)
        .where(Outbox.done_at.is_(None), Outbox.holder.is_not(None), Outbox.epoch < epoch)
        .values(holder=None, maybe_doubled=Outbox.maybe_doubled + 1)
    )
    return int(freed.rowcount)  # type: ignore[attr-defined]


def next_due(session: Session, now: datetime) -> datetime | None:
    """When, after now, the next notice wants to go out."""
    return session.scalar(select(func.min(Outbox.due_at)).where(Outbox.done_at.is_(None), Outbox.due_at > now))


def clear_old(session: Session, now: datetime) -> None:
    """Forget notices that were done with three days ago."""
    session.execute(delete(Outbox).where(Outbox.done_at < now - KEPT))


def _holds(holder: str, epoch: int) -> Any:
    return select(Lease.name).where(Lease.name == "sender", Lease.holder == holder, Lease.epoch == epoch).exists()
