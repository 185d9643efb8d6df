"""What members let others see of them: the name by their consent, every other field as they opened it, one by one."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, aliased

from bot.domain.people import Audience, Field
from db import members, places
from db.consents import may_be_seen
from db.models.clubs import Club, Membership
from db.models.lists import Topic
from db.models.members import FieldVisibility, Member, Status
from db.models.places import Place


def in_network() -> ColumnElement[bool]:
    """True for members other alumni may find: verified, not leaving, and they agree to contact among alumni."""
    return and_(Member.status == Status.VERIFIED, Member.erase_at.is_(None), may_be_seen())


def is_in_network(session: Session, member: int) -> bool:
    return session.scalar(select(Member.id).where(Member.id == member, in_network())) is not None


def shares_club(reader: int) -> ColumnElement[bool]:
    """True for members who are in a club together with the reader."""
    mine, theirs = aliased(Membership), aliased(Membership)
    return exists(
        select(theirs.member_id)
        .join(mine, mine.club_id == theirs.club_id)
        .join(Club, Club.id == mine.club_id)
        .where(mine.member_id == reader, mine.state == "in", theirs.state == "in", Club.closed_at.is_(None))
        .where(theirs.member_id == Member.id)
        .correlate(Member)
    )


def opens_to(reader: int, field: Field) -> ColumnElement[bool]:
    """True for members who let this reader see the field."""
    to_all = _opened(field, Audience.ALUMNI)
    return to_all | (_opened(field, Audience.CLUBS) & shares_club(reader))


def _opened(field: Field, audience: Audience) -> ColumnElement[bool]:
    return exists().where(
        FieldVisibility.member_id == Member.id, FieldVisibility.field == field, FieldVisibility.audience == audience
    )


def opened_to(session: Session, reader: int, member: int) -> frozenset[Field]:
    """The fields this member lets the reader see. Says nothing about whether the reader may see the member at all."""
    visible = members.visibility_of(session, member)
    together = Audience.CLUBS in visible.values() and _are_in_a_club(session, reader, member)
    audiences = {Audience.ALUMNI.value} | ({Audience.CLUBS.value} if together else set())
    return frozenset(Field(field) for field, audience in visible.items() if audience in audiences)


def _are_in_a_club(session: Session, reader: int, member: int) -> bool:
    return session.scalar(select(Member.id).where(Member.id == member, shares_club(reader))) is not None


@dataclass(frozen=True, slots=True)
class Released:
    """A member as a reader may see them; what was not opened is empty."""

    id: int
    full_name: str
    other_name: str | None
    place: Place | None
    studies: list[members.Studied]
    topics: list[Topic]
    function: str | None
    employer: str | None
    opened: frozenset[Field]


def released(session: Session, reader: int, member: int) -> Released | None:
    """A member as `reader` may see them; None for somebody who is not in the network (any more)."""
    row = session.scalar(select(Member).where(Member.id == member, in_network()))
    return _as_opened(session, row, opened_to(session, reader, member)) if row is not None else None


def released_to(session: Session, audience: Audience, member: int) -> Released | None:
    """A member as any reader of this audience sees them: all alumni, or those in one of their clubs. None for somebody
    who is not in the network (any more)."""
    row = session.scalar(select(Member).where(Member.id == member, in_network()))
    seen_by = {Audience.ALUMNI, audience} - {Audience.OFFICE}
    visible = members.visibility_of(session, member).items()
    opened = frozenset(Field(field) for field, opened in visible if opened in seen_by)
    return _as_opened(session, row, opened) if row is not None else None


def _as_opened(session: Session, row: Member, opened: frozenset[Field]) -> Released:
    return Released(
        id=row.id,
        full_name=row.full_name or "–",
        other_name=row.other_name,
        place=places.load_place(session, row.place_id) if Field.CITY in opened and row.place_id else None,
        studies=members.affiliations_of(session, row.id) if Field.STUDIES in opened else [],
        topics=members.topics_of(session, row.id) if Field.TOPICS in opened else [],
        function=row.function if Field.FUNCTION in opened else None,
        employer=row.employer if Field.EMPLOYER in opened else None,
        opened=opened,
    )


def names_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Full names of those of these members who are in the network."""
    query = select(Member.id, Member.full_name).where(Member.id.in_(list(ids)), in_network())
    return {row.id: row.full_name or "–" for row in session.execute(query)}
