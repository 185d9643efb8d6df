"""What those who organise an event read of its answers, whom they write to and invite, and what they take away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, insert, literal, select
from sqlalchemy.orm import Session

from bot.domain.attendance import State
from bot.domain.folding import fold
from db.models.events import Attendance, Errand
from db.models.members import Member
from db.models.privacy import Audit

# Those who come first, those who wait in their order, those who do not come last.
_ORDER = [State.YES, State.MAYBE, State.OFFERED, State.WAITING, State.NO, State.LAPSED]


class Answer(NamedTuple):
    """Somebody's answer to an event, by its id. `number` is the member's own; `replies` are what they said to the
    questions of the organiser, by the number of the question."""

    id: int
    number: str
    name: str
    other: str | None
    state: State
    guests: int
    line: int | None
    offer_until: datetime | None
    replies: dict[str, str]
    answered_at: datetime
    here_since: datetime | None


def of_event(session: Session, event: int, states: Sequence[State] = tuple(State)) -> list[Answer]:
    """The answers to an event that are one of these: by kind, those who wait in their order, all others by name."""
    query = (
        select(
            Attendance.id,
            Member.number,
            func.coalesce(Member.full_name, "–"),
            Member.other_name,
            Attendance.state,
            Attendance.guests,
            Attendance.line,
            Attendance.offer_until,
            Attendance.replies,
            Attendance.answered_at,
            Attendance.checked_in_at,
        )
        .join(Member, Member.id == Attendance.member_id)
        .where(Attendance.event_id == event, Attendance.state.in_([state.value for state in states]))
    )
    found = [Answer(*row)._replace(state=State(row[4])) for row in session.execute(query)]
    return sorted(found, key=lambda one: (_ORDER.index(one.state), one.line or 0, fold(one.name), one.id))


def count_listeners(session: Session, event: int, states: Sequence[State]) -> tuple[int, int]:
    """How many of those who answered so may be written to, and how many objected to it."""
    query = (
        select(func.count(), func.count(Member.objected_at))
        .join(Attendance, Attendance.member_id == Member.id)
        .where(Attendance.event_id == event, Attendance.state.in_([state.value for state in states]))
    )
    everybody, objected = session.execute(query).one()
    return everybody - objected, objected


def count_messages(session: Session, event: int, since: datetime) -> int:
    """How many messages its organisers have sent since then."""
    query = select(func.count()).where(Errand.event_id == event, Errand.kind == "message", Errand.due_at > since)
    return session.scalar(query) or 0


def find_member(session: Session, member: int, *conditions: ColumnElement[bool]) -> Member | None:
    """The member of this id, if they fulfil all of these."""
    return session.scalar(select(Member).where(Member.id == member, *conditions))


def note_exported(session: Session, event: int, last: int, actor: str, now: datetime, details: dict[str, Any]) -> None:
    """One line in the log for everybody on a list that was taken away, up to the answer of id `last`: it is theirs to
    see under /mydata."""
    columns = Audit.__table__.columns
    rows = (
        select(
            literal(now, columns.at.type),
            literal(actor, columns.actor.type),
            literal("exported", columns.action.type),
            Member.number,
            literal(details, columns.details.type),
        )
        .join(Attendance, Attendance.member_id == Member.id)
        .where(Attendance.event_id == event, Attendance.id <= last, Member.number != actor)
    )
    session.execute(insert(Audit).from_select(["at", "actor", "action", "subject", "details"], rows))
