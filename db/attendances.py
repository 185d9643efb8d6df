"""Who comes: answers, seats, the waiting list. Whoever changes any of it holds the event's lock."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.domain.attendance import HOLDING, Seats, State
from bot.domain.waitlist import Waiting
from db.consents import may_be_seen
from db.models.events import Attendance, Event, EventState, FormerTicket
from db.models.members import Member
from db.models.places import Place

_HOLDING = tuple(state.value for state in HOLDING)


def find(session: Session, event: int, member: int) -> Attendance | None:
    return session.scalar(select(Attendance).where(Attendance.event_id == event, Attendance.member_id == member))


def seats(session: Session, event: Event) -> Seats:
    """Seats taken by those who come with their guests, and by open offers."""
    query = select(func.coalesce(func.sum(1 + Attendance.guests), 0)).where(
        Attendance.event_id == event.id, Attendance.state.in_(_HOLDING)
    )
    return Seats(event.capacity, int(session.scalar(query) or 0))


def counts(session: Session, event: int) -> dict[State, int]:
    """How many answers of each kind; a party counts once."""
    query = select(Attendance.state, func.count()).where(Attendance.event_id == event).group_by(Attendance.state)
    return {State(state): number for state, number in session.execute(query)}


def people_coming(session: Session, event: int) -> int:
    """Heads, guests included."""
    query = select(func.coalesce(func.sum(1 + Attendance.guests), 0)).where(
        Attendance.event_id == event, Attendance.state == State.YES
    )
    return int(session.scalar(query) or 0)


def line(session: Session, event: int) -> list[tuple[Attendance, Member]]:
    """The waiting list in its order, each with who waits."""
    query = (
        select(Attendance, Member)
        .join(Member, Member.id == Attendance.member_id)
        .where(Attendance.event_id == event, Attendance.state == State.WAITING)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Attendance.line))]


def as_waiting(rows: Sequence[Attendance]) -> list[Waiting]:
    return [Waiting(row.id, 1 + row.guests) for row in rows]


def position(session: Session, row: Attendance) -> int:
    """A place on the waiting list, counted from one."""
    query = select(func.count()).where(
        Attendance.event_id == row.event_id, Attendance.state == State.WAITING, Attendance.line <= row.line
    )
    return session.scalar(query) or 0


def next_line(session: Session, event: int) -> int:
    """The place behind everybody who waits."""
    return (session.scalar(select(func.max(Attendance.line)).where(Attendance.event_id == event)) or 0) + 1


def lapsed(session: Session, now: datetime, limit: int = 200) -> list[Attendance]:
    """Offers whose time is over, by event."""
    query = select(Attendance).where(Attendance.offer_until <= now)
    return list(session.scalars(query.order_by(Attendance.event_id, Attendance.id).limit(limit)))


def next_lapse(session: Session, now: datetime) -> datetime | None:
    return session.scalar(select(func.min(Attendance.offer_until)).where(Attendance.offer_until > now))


def shown_names(session: Session, event: int, limit: int) -> list[str]:
    """Names of those who come and agreed to be seen by other alumni, in the order of their answers."""
    query = (
        select(Member.full_name)
        .join(Attendance, Attendance.member_id == Member.id)
        .where(Attendance.event_id == event, Attendance.state == State.YES, may_be_seen())
        .order_by(Attendance.answered_at, Attendance.id)
    )
    return [name for name in session.scalars(query.limit(limit)) if name]


def events_with_seats_of(session: Session, member: int) -> list[int]:
    """Events in which a member holds seats or a place in line."""
    states = (*_HOLDING, State.WAITING.value)
    query = select(Attendance.event_id).where(Attendance.member_id == member, Attendance.state.in_(states))
    return list(session.scalars(query.order_by(Attendance.event_id)))


def codes_of(session: Session, event: int) -> set[int]:
    """The four-digit codes given out for an event, those of answers that were joined with others among them."""
    query = select(Attendance.code, FormerTicket.code).outerjoin(
        FormerTicket, FormerTicket.attendance_id == Attendance.id
    )
    found = session.execute(query.where(Attendance.event_id == event)).all()
    return {code for row in found for code in row if code is not None}


def void_former_tickets(session: Session, attendance: int) -> None:
    """Links of answers that were joined with this one open nothing any more."""
    session.execute(update(FormerTicket).where(FormerTicket.attendance_id == attendance).values(nonce=None))


class Coming(NamedTuple):
    """Somebody who comes, with all that decides when they may be reminded; by the id of their answer."""

    id: int
    member: int
    round: int
    leads: int
    zone: str
    quiet_from: int
    quiet_to: int
    country: str | None
    region: str | None


def coming_after(session: Session, event: int, cursor: int, limit: int) -> list[Coming]:
    """The next of those who come, in the order of their ids."""
    query = (
        select(
            Attendance.id,
            Member.id,
            Attendance.round,
            Member.leads,
            Member.zone,
            Member.quiet_from,
            Member.quiet_to,
            Place.country,
            Place.region,
        )
        .join(Member, Member.id == Attendance.member_id)
        .outerjoin(Place, Place.id == Member.place_id)
        .where(Attendance.event_id == event, Attendance.state == State.YES, Attendance.id > cursor)
        .order_by(Attendance.id)
        .limit(limit)
    )
    return [Coming(*row) for row in session.execute(query)]


def answered_after(session: Session, event: int, states: Sequence[State], cursor: int, limit: int) -> list[Attendance]:
    """The next of those who answered in one of these ways, in the order of their ids."""
    query = select(Attendance).where(
        Attendance.event_id == event, Attendance.state.in_([each.value for each in states]), Attendance.id > cursor
    )
    return list(session.scalars(query.order_by(Attendance.id).limit(limit)))


def unconfirm(session: Session, event: int) -> None:
    """Whoever had said that they are still coming said so of another time."""
    session.execute(update(Attendance).where(Attendance.event_id == event).values(confirmed_at=None))


def attended_by(session: Session, member: int, now: datetime) -> list[tuple[Event, Attendance]]:
    """The coming events somebody has said yes to."""
    query = (
        select(Event, Attendance)
        .join(Attendance, Attendance.event_id == Event.id)
        .where(Attendance.member_id == member, Attendance.state == State.YES)
        .where(Event.state == EventState.PUBLISHED, Event.starts_at > now)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Event.starts_at))]


def answered_by(session: Session, member: int, since: datetime) -> list[tuple[Event, Attendance, Place | None]]:
    """What somebody comes to, may come to or waits for, and what of it was cancelled, from an instant on; and where."""
    states = (State.YES, State.MAYBE, State.WAITING, State.OFFERED)
    query = (
        select(Event, Attendance, Place)
        .join(Attendance, Attendance.event_id == Event.id)
        .outerjoin(Place, Place.id == Event.place_id)
        .where(Attendance.member_id == member, Attendance.state.in_(states))
        .where(Event.state != EventState.DRAFT, Event.ends_at > since)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query.order_by(Event.starts_at, Event.id))]


def checked_in(session: Session, event: int, rows: Sequence[int]) -> set[int]:
    """Which of these answers were checked in at the door."""
    query = select(Attendance.id).where(
        Attendance.event_id == event, Attendance.id.in_(rows), Attendance.checked_in_at.is_not(None)
    )
    return set(session.scalars(query))
