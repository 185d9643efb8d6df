"""One person, one member: joining a second door, and merging when somebody had registered twice."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.doors import repoint
from db.models.clubs import Membership
from db.models.conversation import Door
from db.models.delivery import Outbox
from db.models.members import (
    Affiliation,
    Code,
    FieldVisibility,
    Member,
    MemberRelation,
    MemberTopic,
    Role,
    Status,
    Verification,
)
from db.models.privacy import Consent

_FILLED = ("other_name", "function", "employer")


def join(session: Session, *, here: int, there: int, door: int, now: datetime) -> Member:
    """Let `door` of member `here` lead to member `there`; both proved to be the same person by a code.

    A guest gives way to the member. Of two registered members the verified one stays (else the one who
    registered first) and keeps everything of both. Locks both rows in the order of their ids; the caller
    holds `here`.
    """
    pair = session.scalars(
        select(Member).where(Member.id.in_((here, there))).order_by(Member.id).with_for_update(key_share=True)
    ).all()
    rows = {member.id: member for member in pair}
    keep, drop = _which(rows[here], rows[there])
    if drop.status == Status.GUEST:
        keep.language = keep.language or drop.language
        _move_missing(session, Role, ("kind", "club_id"), keep.id, drop.id)
    else:
        _take_over(session, keep, drop)
    session.execute(update(Door).where(Door.member_id == drop.id).values(member_id=keep.id, menu=None))
    repoint(session, door, keep.id, now)
    session.flush()
    session.execute(delete(Member).where(Member.id == drop.id))
    return keep


def _which(one: Member, other: Member) -> tuple[Member, Member]:
    rank = {Status.VERIFIED: 0, Status.PENDING: 1, Status.DECLINED: 2, Status.GUEST: 3}
    first, second = sorted((one, other), key=lambda member: (rank[Status(member.status)], member.created_at, member.id))
    return first, second


def _take_over(session: Session, keep: Member, drop: Member) -> None:
    for name in _FILLED:
        if getattr(keep, name) is None:
            setattr(keep, name, getattr(drop, name))
    for kind in (Consent, Affiliation, Code, Verification):
        session.execute(update(kind).where(kind.member_id == drop.id).values(member_id=keep.id))
    for table, keys in _KEYED:
        _move_missing(session, table, keys, keep.id, drop.id)


_KEYED: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Membership, ("club_id",)),
    (MemberTopic, ("topic_id",)),
    (MemberRelation, ("relation",)),
    (FieldVisibility, ("field",)),
    (Role, ("kind", "club_id")),
    (Outbox, ("kind", "ref")),
)


def _move_missing(session: Session, table: Any, keys: tuple[str, ...], keep: int, drop: int) -> None:
    """Rows of `drop` that `keep` has no counterpart of change hands; the rest goes with the dropped member."""
    columns = [getattr(table, key) for key in keys]
    held = {tuple(row) for row in session.execute(select(*columns).where(table.member_id == keep))}
    for row in session.execute(select(*columns).where(table.member_id == drop)).all():
        if tuple(row) not in held:
            same = [column.is_not_distinct_from(value) for column, value in zip(columns, row, strict=True)]
            session.execute(update(table).where(table.member_id == drop, *same).values(member_id=keep))
