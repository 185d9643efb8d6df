"""Notices waiting to go out: queued once an occasion, claimed by the sender that holds the lease."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, exists, false, func, literal, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models.base import table_of
from db.models.conversation import Door
from db.models.delivery import Lease, Outbox

ANNOUNCED = "announced"
ASKED = "questionnaire_asked"
# What counts against the weekly budget of a person: what others wanted to tell them.
BUDGETED = (ANNOUNCED, "event_invited", ASKED)


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
    parts: int


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


def queue_to(session: Session, members: Select[int], **row: Any) -> None:
    """The same notice (kind, ref, params, lane, due_at) for each of these members, in one statement inside the
    database."""
    full = {"attempts": 0, "maybe_doubled": 0, "parts": 0, **row}
    columns = table_of(Outbox).c
    values = [literal(value, columns[name].type) for name, value in full.items()]
    found = members.subquery()
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    query = select(*found.c, *values).where(true())
    names = ["member_id", *full]
    session.execute(insert(table_of(Outbox)).from_select(names, query).on_conflict_do_nothing())


def reached(kind: str, ref: str) -> Select[int]:
    """Member ids of those to whom this occasion was sent."""
    arrived = Outbox.outcome.in_(("sent", "kept"))
    return select(Outbox.member_id).where(Outbox.kind == kind, Outbox.ref == ref, arrived)


def claim(
    session: Session, holder: str, epoch: int, now: datetime, limit: int, *, orphans: bool = True, by: str | None = None
) -> list[Claimed]:
    """Take up to `limit` due notices, answers before announcements, for a sender with a valid lease.

    What a dead or overtaken sender had claimed is free again: it may have arrived already, and is counted. With
    `orphans` also those this one claimed before without ever learning of it, when the connection broke at the commit:
    so it must have dealt with all it knows of. `by` leaves out people who can be reached through that channel.
    """
    dead = and_(Outbox.holder.is_not(None), Outbox.epoch < epoch)
    ours = and_(Outbox.holder == holder, Outbox.epoch == epoch) if orphans else false()
    free = or_(Outbox.holder.is_(None), dead, ours)
    wanted = [Outbox.done_at.is_(None), free, Outbox.due_at <= now]
    if by is not None:
        wanted.append(
            ~exists().where(Door.member_id == Outbox.member_id, Door.channel == by, Door.unreachable_since.is_(None))
        )
    due = select(Outbox.id).where(*wanted).order_by(Outbox.lane, Outbox.due_at, Outbox.id).limit(limit)
    rows = session.execute(
        update(Outbox)
        .where(Outbox.id.in_(due), free, _holds(holder, epoch))
        .values(
            holder=holder,
            epoch=epoch,
            attempts=Outbox.attempts + 1,
            maybe_doubled=Outbox.maybe_doubled + case((dead, 1), else_=0),
        )
        .returning(
            Outbox.id,
            Outbox.member_id,
            Outbox.kind,
            Outbox.ref,
            Outbox.params,
            Outbox.lane,
            Outbox.attempts,
            Outbox.parts,
            Outbox.due_at,
        )
        .execution_options(synchronize_session=False)
    ).all()
    ordered = sorted(rows, key=lambda row: (row.lane, row.due_at, row.id))
    return [Claimed(*row[:8]) for row in ordered]


def finish(
    session: Session, rows: Sequence[int], epoch: int, now: datetime, outcome: str, error: str | None = None
) -> int:
    """Record how sending ended; how many were written: none when a newer sender has taken over."""
    done = session.execute(
        update(Outbox)
        .where(Outbox.id.in_(rows), Outbox.epoch == epoch, Outbox.done_at.is_(None))
        .values(done_at=now, outcome=outcome, error=error, holder=None, params={})
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def postpone(
    session: Session, row: int, epoch: int, until: datetime, *, arrived: int = 0, doubtful: bool = False
) -> None:
    """Give a notice back, not to be tried before `until`; so many of its messages have `arrived` just now, and the
    next may have."""
    session.execute(
        update(Outbox)
        .where(Outbox.id == row, Outbox.epoch == epoch, Outbox.done_at.is_(None))
        .values(
            holder=None, due_at=until, parts=Outbox.parts + arrived, maybe_doubled=Outbox.maybe_doubled + int(doubtful)
        )
        .execution_options(synchronize_session=False)
    )


def next_due(session: Session, now: datetime) -> datetime | None:
    """When, after now, the next notice wants to go out."""
    return session.scalar(select(func.min(Outbox.due_at)).where(Outbox.done_at.is_(None), Outbox.due_at > now))


def note_seen(session: Session, member: int, now: datetime) -> None:
    """What lay in the history of this member's page was looked at: it has arrived."""
    waiting = select(Outbox.id).where(Outbox.member_id == member, Outbox.outcome == "kept")
    if session.scalar(waiting.limit(1)) is not None:
        session.execute(
            update(Outbox)
            .where(Outbox.member_id == member, Outbox.outcome == "kept")
            .values(outcome="sent", done_at=now)
        )


def told_lately(session: Session, members: Sequence[int], since: datetime) -> dict[int, list[datetime]]:
    """When each of these members was sent announcements and invitations since then, the oldest first."""
    query = (
        select(Outbox.member_id, Outbox.done_at)
        .where(Outbox.member_id.in_(members), Outbox.kind.in_(BUDGETED))
        .where(Outbox.outcome.in_(("sent", "kept")), Outbox.done_at > since)
        .order_by(Outbox.done_at)
    )
    found: dict[int, list[datetime]] = {}
    for member, at in session.execute(query):
        found.setdefault(member, []).append(at or since)
    return found


def _holds(holder: str, epoch: int) -> Any:
    return select(Lease.name).where(Lease.name == "sender", Lease.holder == holder, Lease.epoch == epoch).exists()
