"""Messages to those a breach concerns: whom they go to, what became of them, who is left to be told by letter."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, insert, or_, select
from sqlalchemy.orm import Session

from bot.domain.breach import Breach
from db import breaches
from db.announcements import OUTCOME
from db.breaches import Case
from db.inviting import OnRecord
from db.models.base import table_of
from db.models.breaches import BreachMessage, BreachUnreached, MessageState
from db.models.delivery import Outbox
from db.models.lists import Institution, Programme
from db.models.members import Member
from db.models.records import Record
from db.places import LARGEST_ID

TOLD = "breach"


def find(session: Session, message: int, *, lock: bool = False) -> BreachMessage | None:
    """The message; locked until the end of the transaction."""
    if not 0 < message <= LARGEST_ID:
        return None
    given = {"key_share": True} if lock else None
    return session.get(BreachMessage, message, with_for_update=given, populate_existing=lock)


def case_of(message: BreachMessage) -> Case:
    return Case(Breach(message.kind), message.ref, message.since, message.until)


def about(session: Session, case: Case) -> BreachMessage | None:
    """The newest message to those whom this case concerns."""
    same = (BreachMessage.kind == case.kind, BreachMessage.ref == case.ref)
    days = (BreachMessage.since == case.since, BreachMessage.until == case.until) if case.since is not None else ()
    return session.scalar(select(BreachMessage).where(*same, *days).order_by(BreachMessage.id.desc()).limit(1))


# --- on its way ------------------------------------------------------------------------------------------------


def next_to_plan(session: Session, now: datetime) -> BreachMessage | None:
    """One whose notices are to be planned now, locked."""
    due = and_(BreachMessage.state == MessageState.PLANNED, BreachMessage.due_at <= now)
    begun = and_(BreachMessage.state == MessageState.SENDING, BreachMessage.planned_at.is_(None))
    found = session.scalar(select(BreachMessage.id).where(or_(due, begun)).order_by(BreachMessage.id).limit(1))
    return find(session, found, lock=True) if found is not None else None


def next_due(session: Session, now: datetime) -> datetime | None:
    """When, after now, the next one begins."""
    query = select(func.min(BreachMessage.due_at)).where(BreachMessage.state == MessageState.PLANNED)
    return session.scalar(query.where(BreachMessage.due_at > now))


def next_piece(session: Session, message: BreachMessage, size: int) -> tuple[Select[int], int | None]:
    """A query of the next members it goes to, and the last of them; None for the last piece."""
    wanted = (Member.id > message.cursor, breaches.concerned(session, case_of(message)))
    end = session.scalar(select(Member.id).where(*wanted).order_by(Member.id).offset(size - 1).limit(1))
    piece = select(Member.id).where(*wanted)
    return (piece if end is None else piece.where(Member.id <= end)), end


def unfinished(session: Session) -> list[BreachMessage]:
    """Those all notices of which are planned, or that were stopped, and that are not known to be over."""
    states = (MessageState.SENDING, MessageState.STOPPED)
    query = select(BreachMessage).where(BreachMessage.state.in_(states), BreachMessage.done_at.is_(None))
    return list(session.scalars(query.where(BreachMessage.planned_at.is_not(None)).order_by(BreachMessage.id)))


def outcomes(session: Session, message: BreachMessage) -> Counter[str]:
    """Outcome -> people: of what is over as it was then, else as it stands now."""
    if message.counts is not None:
        return Counter(message.counts)
    query = select(OUTCOME, func.count()).where(*_of(message)).group_by(OUTCOME)
    return Counter({row[0]: row[1] for row in session.execute(query)})


def note_unreached(session: Session, message: BreachMessage, limit: int) -> int:
    """Write down so many of those it did not reach; how many. Notices are forgotten before letters are written."""
    noted = select(BreachUnreached.member_id).where(BreachUnreached.message_id == message.id)
    missed = (Outbox.done_at.is_not(None), Outbox.outcome != "sent", Outbox.member_id.not_in(noted))
    rows = session.execute(select(Outbox.member_id, Outbox.outcome).where(*_of(message), *missed).limit(limit)).all()
    if rows:
        given = [{"message_id": message.id, "member_id": row[0], "outcome": row[1]} for row in rows]
        session.execute(insert(table_of(BreachUnreached)), given)
    return len(rows)


def _of(message: BreachMessage) -> tuple[ColumnElement[bool], ...]:
    return Outbox.kind == TOLD, Outbox.ref == str(message.id)


# --- by letter -------------------------------------------------------------------------------------------------


def left(message: BreachMessage) -> ColumnElement[bool]:
    """True for the members it did not reach; who has opened the page since has read what lay there."""
    read = select(Outbox.id).where(*_of(message), Outbox.member_id == Member.id, Outbox.outcome == "sent")
    since = or_(Member.seen_at >= message.done_at, read.correlate(Member).exists())
    unseen = or_(BreachUnreached.outcome != "kept", ~since)
    missed = select(BreachUnreached.member_id).where(
        BreachUnreached.message_id == message.id, BreachUnreached.member_id == Member.id, unseen
    )
    return missed.correlate(Member).exists()


def count_left(session: Session, message: BreachMessage) -> tuple[int, int]:
    """How many members it did not reach, and how many people on record it could not go to."""
    members = session.scalar(select(func.count()).select_from(Member).where(left(message)))
    beyond = select(func.count()).select_from(Record).where(breaches.on_record(session, case_of(message)))
    return members or 0, session.scalar(beyond) or 0


class Addressed(NamedTuple):
    """A member it did not reach, and an e-mail address the university has on record."""

    id: int
    email: str | None


def left_members(session: Session, message: BreachMessage) -> list[Addressed]:
    """In the order of their names."""
    email = select(func.max(Record.email)).where(Record.member_id == Member.id).scalar_subquery()
    query = select(Member.id, email).where(left(message)).order_by(Member.full_name, Member.id)
    return [Addressed(*row) for row in session.execute(query)]


def left_on_record(session: Session, message: BreachMessage) -> Sequence[OnRecord]:
    """People on record who are concerned and not registered."""
    query = (
        select(Record, Institution, Programme)
        .join(Institution, Institution.id == Record.institution_id)
        .outerjoin(Programme, Programme.id == Record.programme_id)
        .where(breaches.on_record(session, case_of(message)))
        .order_by(Record.full_name, Record.id)
    )
    return [OnRecord(*row) for row in session.execute(query)]
