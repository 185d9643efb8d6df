""" "I offer" and "I seek": lines members write for each other."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from db.directory import in_network
from db.models.lists import Topic
from db.models.members import Member
from db.models.people import Offer
from db.places import LARGEST_ID

MOST = 5


class Listed(NamedTuple):
    """A line of somebody in the network, with their name and its topic, where it has one."""

    offer: Offer
    name: str
    topic: Topic | None


def has_room(session: Session, member: int, kind: str) -> bool:
    """Whether there may be one more of this kind. The caller holds `member`."""
    query = select(func.count()).select_from(Offer).where(Offer.member_id == member, Offer.kind == kind)
    return (session.scalar(query) or 0) < MOST


def add(session: Session, member: int, kind: str, topic: int | None, words: str, now: datetime) -> Offer:
    row = Offer(member_id=member, kind=kind, topic_id=topic, words=words, at=now)
    session.add(row)
    session.flush()
    return row


def remove(session: Session, member: int, offer: int) -> str | None:
    """Take back one's own line; its words, or None where this member has no such line (any more)."""
    row = session.get(Offer, offer) if 0 < offer <= LARGEST_ID else None
    if row is None or row.member_id != member:
        return None
    session.delete(row)
    session.flush()
    return row.words


def newest(
    session: Session, reader: int, kind: str, topic: int | None, limit: int, offset: int = 0
) -> Sequence[Listed]:
    """Lines of others who are in the network, the newest first."""
    query = _of_others(select(Offer, Member.full_name, Topic), reader, kind)
    query = query.outerjoin(Topic, Topic.id == Offer.topic_id)
    if topic is not None:
        query = query.where(Offer.topic_id == topic)
    rows = session.execute(query.order_by(Offer.id.desc()).limit(limit).offset(offset))
    return [Listed(offer, name or "–", theme) for offer, name, theme in rows]


def topics(session: Session, reader: int, kind: str) -> list[tuple[Topic, int]]:
    """The topics others have written lines about, and how many, in the order of the list."""
    counted = _of_others(select(Offer.topic_id, func.count().label("n")), reader, kind)
    found = counted.where(Offer.topic_id.is_not(None)).group_by(Offer.topic_id).subquery()
    query = select(Topic, found.c.n).join(found, found.c.topic_id == Topic.id)
    return [(topic, n) for topic, n in session.execute(query.order_by(Topic.position, Topic.id))]


def _of_others(query: Select, reader: int, kind: str) -> Select:  # type: ignore[type-arg]
    return query.select_from(Offer).join(Member, Member.id == Offer.member_id).where(_of(reader, kind))


def _of(reader: int, kind: str) -> ColumnElement[bool]:
    return and_(Offer.kind == kind, Offer.member_id != reader, in_network())
