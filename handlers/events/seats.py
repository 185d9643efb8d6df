"""Seats that become free are offered at once to those who wait: on every path that frees one.

A seat is offered for a time and kept meanwhile; the clock of an offer runs in its reader's waking hours only.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import _
from bot.conversation.notices import Composing, Notice, queue
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Router
from bot.conversation.times import dual
from bot.domain.attendance import State
from bot.domain.waitlist import next_up, offer_until
from db import attendances, events
from db.models.events import Attendance, Event, EventState
from db.models.members import Member
from handlers.events.card import OpenEvent, answer_rows, is_open, title_of


@dataclass(frozen=True, slots=True)
class SeatOffered(Notice, kind="seat_offered"):
    """A seat is kept for somebody who waits. `until` (seconds) tells one offer from the next."""

    event: int
    until: int

    def compose(self, at: Composing) -> Reply | None:
        event = events.load(at.session, self.event)
        mine = attendances.find(at.session, self.event, at.member.id)
        if event is None or mine is None or mine.offer_until is None or int(mine.offer_until.timestamp()) != self.until:
            return None
        text = _(
            "There is a seat for you at <b>{event}</b> ({start}). We keep it until {time}; then it goes on to the "
            "next person."
        ).format(
            event=title_of(event),
            start=dual(event.starts_at, event.zone),
            time=dual(mine.offer_until, event.zone),
        )
        return Reply(text, (*answer_rows(event, mine), (Button(_("Open the event"), OpenEvent(event.id)),)))


@dataclass(frozen=True, slots=True)
class OfferLapsed(Notice, kind="offer_lapsed"):
    """The time of an offer is over; said kindly, with the way back into the line."""

    event: int
    until: int

    def compose(self, at: Composing) -> Reply | None:
        event = events.load(at.session, self.event)
        mine = attendances.find(at.session, self.event, at.member.id)
        if event is None or mine is None or mine.state != State.LAPSED or not is_open(event, at.now):
            return None
        text = _(
            "The seat we kept for you at <b>{event}</b> has gone on to the next person. If you would still like to "
            "come, please answer again: you then take a free seat, or join the end of the waiting list."
        ).format(event=title_of(event))
        return Reply(text, column(Button(_("Open the event"), OpenEvent(event.id)), Button(_("Events"), Go("events"))))


def settle(session: Session, event: Event, now: datetime) -> None:
    """Offer what is free to those who wait, in their order. Call it holding the event's lock."""
    if event.state != EventState.PUBLISHED or event.capacity is None:
        return
    session.flush()
    free = attendances.seats(session, event).free
    line = attendances.line(session, event.id) if free else []
    until = {row.id: _stands_until(event, member, now) for row, member in line}
    # Nothing is kept for somebody who could not answer in time: asleep until shortly before the start.
    awake = [row for row, _member in line if until[row.id] is not None]
    chosen = set(next_up(free, attendances.as_waiting(awake)))
    for row in awake:
        limit = until[row.id]
        if row.id in chosen and limit is not None:
            _offer(session, event, row, limit, now)


def _stands_until(event: Event, member: Member, now: datetime) -> datetime | None:
    return offer_until(now, event.starts_at, member.zone, member.quiet_from, member.quiet_to)


def _offer(session: Session, event: Event, row: Attendance, until: datetime, now: datetime) -> None:
    row.state, row.line, row.offer_until = State.OFFERED, None, until
    queue(session, row.member_id, SeatOffered(event.id, int(until.timestamp())), now)


def seats_freed_by(session: Session, member: int, now: datetime) -> None:
    """A member goes (is erased): what they held goes on. Their rows are still there; they are declined first."""
    for event in events.lock_many(session, attendances.events_with_seats_of(session, member)):
        row = attendances.find(session, event.id, member)
        if row is not None:
            row.state, row.line, row.offer_until = State.NO, None, None
        settle(session, event, now)


def lapse_offers(session: Session, now: datetime, _house: House) -> None:
    """The planner: offers whose time is over go on to the next."""
    found = attendances.lapsed(session, now)
    for event in events.lock_many(session, sorted({row.event_id for row in found})):
        for row in found:
            if row.event_id == event.id:
                session.refresh(row)
                _lapse(session, event, row, now)
        settle(session, event, now)


def _lapse(session: Session, event: Event, row: Attendance, now: datetime) -> None:
    if row.state != State.OFFERED or row.offer_until is None or row.offer_until > now:
        return
    ended = int(row.offer_until.timestamp())
    row.state, row.offer_until = State.LAPSED, None
    queue(session, row.member_id, OfferLapsed(event.id, ended), now)


def register(router: Router) -> None:
    router.notice(SeatOffered)
    router.notice(OfferLapsed)
    router.planner(lapse_offers, attendances.next_lapse)
