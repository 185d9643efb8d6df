"""Requests for contact: asking, answering, and what happens without an answer."""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.domain.retention import FIXED, Kind
from db.models.people import ContactRequest
from db.places import LARGEST_ID

REMINDED_AFTER = timedelta(days=7)
LAPSES_AFTER = timedelta(days=21)
# Whoever did not find the time is not asked by the same person again for so long; then the request is forgotten.
RESTS_FOR = timedelta(days=FIXED[Kind.CONTACTS])
LAPSED_AT_ONCE = 50


def load(session: Session, request: int) -> ContactRequest | None:
    return session.get(ContactRequest, request) if 0 < request <= LARGEST_ID else None


def lock(session: Session, request: int) -> ContactRequest | None:
    """Read anew and locked: of two answers at once one counts."""
    if not 0 < request <= LARGEST_ID:
        return None
    return session.get(ContactRequest, request, with_for_update=True, populate_existing=True)


def ask(session: Session, asker: int, asked: int, message: str, now: datetime) -> ContactRequest:
    """Raises IntegrityError where there is an open request already; see `between`."""
    row = ContactRequest(asker_id=asker, asked_id=asked, message=message, state="asked", asked_at=now)
    session.add(row)
    session.flush()
    return row


def between(session: Session, one: int, other: int) -> list[ContactRequest]:
    """What two people asked each other, the newest first."""
    query = select(ContactRequest).where(
        or_(
            (ContactRequest.asker_id == one) & (ContactRequest.asked_id == other),
            (ContactRequest.asker_id == other) & (ContactRequest.asked_id == one),
        )
    )
    return list(session.scalars(query.order_by(ContactRequest.asked_at.desc(), ContactRequest.id.desc())))


def count_asked(session: Session, asker: int, since: datetime) -> int:
    """How many people somebody has asked since then."""
    query = select(func.count()).select_from(ContactRequest)
    return session.scalar(query.where(ContactRequest.asker_id == asker, ContactRequest.asked_at > since)) or 0


def settle(row: ContactRequest, state: str, now: datetime) -> None:
    row.state, row.answered_at = state, now


def note_answer(session: Session, request: int, writer: int, now: datetime) -> None:
    """Whoever was asked wrote something: that is an answer."""
    row = lock(session, request)
    if row is not None and row.state == "asked" and row.asked_id == writer:
        settle(row, "answered", now)


def to_lapse(session: Session, now: datetime) -> list[ContactRequest]:
    """Some of those nobody answered within three weeks, locked."""
    query = select(ContactRequest).where(ContactRequest.state == "asked", ContactRequest.asked_at <= now - LAPSES_AFTER)
    query = query.order_by(ContactRequest.asked_at, ContactRequest.id).limit(LAPSED_AT_ONCE)
    return list(session.scalars(query.with_for_update()))


def next_lapse(session: Session, now: datetime) -> datetime | None:
    """When, after now, the next request lapses."""
    query = select(func.min(ContactRequest.asked_at))
    oldest = session.scalar(query.where(ContactRequest.state == "asked", ContactRequest.asked_at > now - LAPSES_AFTER))
    return oldest + LAPSES_AFTER if oldest is not None else None


def of_member(session: Session, member: int, limit: int, offset: int = 0) -> list[ContactRequest]:
    """What somebody asked and was asked, the newest first."""
    query = select(ContactRequest).where(or_(ContactRequest.asker_id == member, ContactRequest.asked_id == member))
    query = query.order_by(ContactRequest.asked_at.desc(), ContactRequest.id.desc())
    return list(session.scalars(query.limit(limit).offset(offset)))


def recently(session: Session, asker: int, asked: int, now: datetime) -> bool:
    """Whether this person was asked by that one and did not find the time, not long ago."""
    query = select(ContactRequest.id).where(
        ContactRequest.asker_id == asker,
        ContactRequest.asked_id == asked,
        ContactRequest.state.in_(("declined", "lapsed")),
        ContactRequest.answered_at > now - RESTS_FOR,
    )
    return session.scalar(query.limit(1)) is not None
