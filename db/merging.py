"""One person, one member: joining a second door, and merging when somebody had registered twice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from db import names, threads
from db.doors import repoint
from db.merging_answers import join_answers, join_surveys
from db.merging_stays import join_affiliations
from db.merging_ties import join_ties
from db.models.announcements import Announcement, Attachment, Segment
from db.models.breaches import BreachMessage, BreachUnreached
from db.models.clubs import Membership, Proposal
from db.models.contact import Desk
from db.models.conversation import Door, Draft
from db.models.delivery import Job, Outbox
from db.models.events import Attendance, Event, Invitation
from db.models.members import (
    Code,
    Member,
    MemberRelation,
    MemberTopic,
    Role,
    Status,
    Suspension,
    Verification,
)
from db.models.privacy import Consent, NotedObjection
from db.models.records import Import, Record
from db.models.surveys import NamedAnswer, Participation
from db.models.web import Entry

# What the kept record lacks is filled in from the other; who may see it stays as the kept record says.
_FILLED = ("language", "other_name", "function", "employer", "contact", "wanted")
# Rows that only change hands: what somebody made, and what is theirs.
MADE_BY = (
    Event.organiser_id,
    Announcement.author_id,
    Attachment.given_by,
    Segment.made_by,
    Import.made_by,
    BreachMessage.author_id,
)
OWNED: tuple[Any, ...] = (Consent, Code, Verification, Suspension, Job, Desk, Record, NotedObjection)
# Of two membership states of one club the one that says more stays.
_RANK = {"in": 0, "asked": 1, "declined": 2, "left": 2}


def join(session: Session, *, here: int, there: int, door: int, now: datetime, outgrown: Sequence[str] = ()) -> Member:
    """Let `door` of member `here` lead to member `there`; both proved to be the same person by a code. See `merge`;
    the caller holds `here`."""
    keep = merge(session, here, there, now, outgrown)
    repoint(session, door, keep.id, now)
    return keep


def lock(session: Session, *people: int) -> dict[int, Member]:
    """Those of these members who still exist, locked in the order of their ids."""
    query = select(Member).where(Member.id.in_(people)).order_by(Member.id).with_for_update(key_share=True)
    return {member.id: member for member in session.scalars(query.execution_options(populate_existing=True))}


def merge(session: Session, one: int, other: int, now: datetime, outgrown: Sequence[str] = ()) -> Member:
    """Make one member of two who are one person: the one who stays.

    A guest gives way to the member. Of two registered members the verified one stays (else the one who registered
    first; who is suspended always) and keeps everything of both, but for drafts of the forms `outgrown`; the doors of
    both lead there. Locks both rows in the order of their ids.
    """
    rows = lock(session, one, other)
    keep, drop = which(rows[one], rows[other])
    _take_over(session, keep, drop, now)
    names.index(session, keep)
    _take_drafts(session, keep.id, drop.id, outgrown)
    if drop.status != Status.GUEST:
        _take_history(session, keep.id, drop.id)
    session.execute(update(Door).where(Door.member_id == drop.id).values(member_id=keep.id, menu=None))
    session.flush()
    session.execute(delete(Member).where(Member.id == drop.id))
    return keep


def which(one: Member, other: Member) -> tuple[Member, Member]:
    """Which of two stays, and which gives way."""
    # Whoever is suspended stays so, by whatever door they come.
    order = (Status.SUSPENDED, Status.VERIFIED, Status.PENDING, Status.DECLINED, Status.GUEST)
    rank = {status: place for place, status in enumerate(order)}
    first, second = sorted((one, other), key=lambda member: (rank[Status(member.status)], member.created_at, member.id))
    return first, second


def _take_over(session: Session, keep: Member, drop: Member, now: datetime) -> None:
    for name in _FILLED:
        if getattr(keep, name) is None:
            setattr(keep, name, getattr(drop, name))
    for name in ("objected_at", "erase_at"):
        # An objection or a wish to be erased holds, whichever record it was said to.
        setattr(keep, name, min(filter(None, (getattr(keep, name), getattr(drop, name))), default=None))
    _close_registration(session, keep, drop, now)
    _join_clubs(session, keep.id, drop.id)
    join_answers(session, keep.id, drop.id)
    join_surveys(session, keep.id, drop.id)
    join_affiliations(session, keep.id, drop.id)
    for made_by in MADE_BY:
        session.execute(update(made_by.class_).where(made_by == drop.id).values({made_by: keep.id}))
    for kind in OWNED:
        session.execute(update(kind).where(kind.member_id == drop.id).values(member_id=keep.id))
    for table, keys in KEYED:
        _move_missing(session, table, keys, keep.id, drop.id)
    join_ties(session, keep.id, drop.id)
    threads.join(session, keep, drop)


def _close_registration(session: Session, keep: Member, drop: Member, now: datetime) -> None:
    """One person waits for one decision at most."""
    session.execute(
        update(Verification)
        .where(Verification.member_id == drop.id, Verification.state.in_(("open", "asked_back")))
        .values(state="merged", decided_at=now, decided_by=keep.number)
    )


def _join_clubs(session: Session, keep: int, drop: int) -> None:
    """A club both records know: whoever is in by one of them is in."""
    mine = {row.club_id: row for row in session.scalars(select(Membership).where(Membership.member_id == keep))}
    for row in session.scalars(select(Membership).where(Membership.member_id == drop)):
        held = mine.get(row.club_id)
        if held is not None and _RANK[row.state] < _RANK[held.state]:
            held.state, held.muted, held.changed_at = row.state, row.muted, row.changed_at
            held.times_asked += row.times_asked
    session.flush()


def _take_drafts(session: Session, keep: int, drop: int, outgrown: Sequence[str]) -> None:
    """Half-filled forms come along, parked: at most one is active."""
    session.execute(delete(Draft).where(Draft.member_id == drop, or_(Draft.form.in_(outgrown), Draft.question == "")))
    session.execute(update(Draft).where(Draft.member_id == drop).values(active=False))
    _move_missing(session, Draft, ("form",), keep, drop)


def _take_history(session: Session, keep: int, drop: int) -> None:
    """What the web page showed goes on being shown; pages of the kept member see it as news."""
    last = session.scalar(select(func.max(Entry.seq)).where(Entry.member_id == keep)) or 0
    session.execute(update(Entry).where(Entry.member_id == drop).values(member_id=keep, seq=Entry.seq + last))


KEYED: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Membership, ("club_id",)),
    (MemberTopic, ("topic_id",)),
    (MemberRelation, ("relation",)),
    (Role, ("kind", "club_id", "deputy_for")),
    (Outbox, ("kind", "ref")),
    (Attendance, ("event_id",)),
    (Invitation, ("event_id",)),
    (Participation, ("survey_id",)),
    (Proposal, ("kind", "place_id", "club_id", "state")),
    (NamedAnswer, ("survey_id",)),
    (BreachUnreached, ("message_id",)),
)


def _move_missing(session: Session, table: Any, keys: tuple[str, ...], keep: int, drop: int) -> None:
    """Rows of `drop` that `keep` has no counterpart of change hands; the rest goes with the dropped member."""
    columns = [getattr(table, key) for key in keys]
    held = {tuple(row) for row in session.execute(select(*columns).where(table.member_id == keep))}
    for row in session.execute(select(*columns).where(table.member_id == drop)).all():
        if tuple(row) not in held:
            same = [column.is_not_distinct_from(value) for column, value in zip(columns, row, strict=True)]
            session.execute(update(table).where(table.member_id == drop, *same).values(member_id=keep))
