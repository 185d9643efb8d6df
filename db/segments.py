"""Segments: audiences saved under a name, and how many people belong to them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.audience import Audience
from bot.domain.people import clean
from bot.domain.scope import Scope
from db import audience as audiences
from db.models.announcements import Segment
from db.models.events import Event, EventState
from db.models.members import Member, Status
from db.models.places import Place

LONGEST_NAME = 60


class NameTaken(ValueError):
    """Another segment is called like this."""


def find(session: Session, segment: int) -> Segment | None:
    return session.get(Segment, segment)


def lock(session: Session, segment: int) -> Segment | None:
    """The segment, read anew and locked: two coordinators who change it wait for each other."""
    return session.get(Segment, segment, with_for_update=True, populate_existing=True)


def all(session: Session) -> list[Segment]:
    """Every segment, by name."""
    return sorted(session.scalars(select(Segment)), key=lambda row: (row.name.casefold(), row.id))


def called(session: Session, name: str) -> Segment | None:
    """The segment of this name, whatever the case of its letters."""
    wanted = clean(name).casefold()
    return next((row for row in all(session) if row.name.casefold() == wanted), None)


def save(session: Session, name: str, audience: Audience, by: int, now: datetime) -> Segment:
    """A new segment. Raises NameTaken, and ValueError for a name that is empty or longer than 60 signs."""
    row = Segment(name=_free(session, name), audience=audience.to_json(), made_by=by, changed_at=now)
    session.add(row)
    session.flush()
    return row


def rename(session: Session, row: Segment, name: str, now: datetime) -> None:
    """Raises NameTaken, and ValueError for a name that is empty or longer than 60 signs."""
    row.name, row.changed_at = _free(session, name, row), now


def change(row: Segment, audience: Audience, now: datetime) -> None:
    """Other people belong to it from now on."""
    row.audience, row.changed_at = audience.to_json(), now


def delete(session: Session, row: Segment) -> None:
    """Announcements written to it keep their conditions: they hold a copy."""
    session.delete(row)
    session.flush()


def audience_of(row: Segment) -> Audience:
    """Raises ValueError where a later version wrote what this one does not know."""
    return Audience.from_json(row.audience)


def count(session: Session, audience: Audience, scope: Scope) -> int:
    """How many people in a scope belong to it."""
    return audiences.count(session, audiences.belongs(scope.narrow(audience)))


def _free(session: Session, name: str, own: Segment | None = None) -> str:
    wanted = clean(name)
    if not 1 <= len(wanted) <= LONGEST_NAME:
        raise ValueError("not the name of a segment")
    if called(session, wanted) not in (None, own):
        raise NameTaken(wanted)
    return wanted


def countries_lived_in(session: Session) -> list[str]:
    """Countries where verified members live, those with the most first."""
    query = (
        select(Place.country)
        .join(Member, Member.place_id == Place.id)
        .where(Member.status == Status.VERIFIED)
        .group_by(Place.country)
        .order_by(func.count().desc(), Place.country)
    )
    return list(session.scalars(query))


def newest_events(session: Session, *, limit: int, offset: int = 0) -> Sequence[Event]:
    """Events people could answer, the latest first."""
    query = select(Event).where(Event.state != EventState.DRAFT).order_by(Event.starts_at.desc(), Event.id.desc())
    return session.scalars(query.limit(limit).offset(offset)).all()
