"""Who belongs to an audience: as a condition in SQL for many, as facts for one. Both say the same of anybody."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, select
from sqlalchemy.orm import Session

from bot.domain.audience import Audience, By, Condition, Facts, Value
from db.models.clubs import Membership
from db.models.members import Affiliation, Member, MemberRelation, MemberTopic, Status
from db.models.places import Place


def belongs(audience: Audience) -> ColumnElement[bool]:
    """True for the members of an audience who are verified and do not leave."""
    held = [_CONDITIONS[condition.by](condition) for condition in audience.conditions]
    return and_(Member.status == Status.VERIFIED, Member.erase_at.is_(None), *held)


def may_be_told(switch: str) -> ColumnElement[bool]:
    """True for members whom the university may write to unasked: no objection, this kind not switched off."""
    return and_(Member.objected_at.is_(None), ~cast(Member.switched_off, String).contains(f'"{switch}"'))


def does_not_mute(club: int) -> ColumnElement[bool]:
    """True for members who did not mute this club."""
    return ~exists().where(Membership.member_id == Member.id, Membership.club_id == club, Membership.muted.is_(True))


def count(session: Session, *conditions: ColumnElement[bool]) -> int:
    """How many members fulfil all of these."""
    return session.scalar(select(func.count()).select_from(Member).where(*conditions)) or 0


def facts_of(session: Session, member: Member) -> Facts:
    """What an audience may ask about one member."""
    place = session.get(Place, member.place_id) if member.place_id else None
    studied = session.execute(
        select(
            Affiliation.institution_id,
            Affiliation.programme_id,
            func.coalesce(Affiliation.to_year, Affiliation.from_year),
        ).where(Affiliation.member_id == member.id)
    ).all()
    clubs = select(Membership.club_id).where(Membership.member_id == member.id, Membership.state == "in")
    values: dict[By, frozenset[Value]] = {
        By.CLUB: frozenset(session.scalars(clubs)),
        By.COUNTRY: frozenset({place.country} if place else ()),
        By.REGION: frozenset({place.region} if place and place.region else ()),
        By.INSTITUTION: frozenset(row[0] for row in studied),
        By.PROGRAMME: frozenset(row[1] for row in studied if row[1] is not None),
        By.RELATION: frozenset(
            session.scalars(select(MemberRelation.relation).where(MemberRelation.member_id == member.id))
        ),
        By.TOPIC: frozenset(session.scalars(select(MemberTopic.topic_id).where(MemberTopic.member_id == member.id))),
    }
    return Facts(values, frozenset(row[2] for row in studied if row[2] is not None))


def _row(query: Select[int]) -> ColumnElement[bool]:
    return Member.id.in_(query)


def _club(condition: Condition) -> ColumnElement[bool]:
    return _row(select(Membership.member_id).where(Membership.state == "in", Membership.club_id.in_(condition.values)))


def _country(condition: Condition) -> ColumnElement[bool]:
    return Member.place_id.in_(select(Place.id).where(Place.country.in_(condition.values)))


def _region(condition: Condition) -> ColumnElement[bool]:
    return Member.place_id.in_(select(Place.id).where(Place.region.in_(condition.values)))


def _institution(condition: Condition) -> ColumnElement[bool]:
    return _row(select(Affiliation.member_id).where(Affiliation.institution_id.in_(condition.values)))


def _programme(condition: Condition) -> ColumnElement[bool]:
    return _row(select(Affiliation.member_id).where(Affiliation.programme_id.in_(condition.values)))


def _cohort(condition: Condition) -> ColumnElement[bool]:
    first, last = condition.values
    left = func.coalesce(Affiliation.to_year, Affiliation.from_year)
    return _row(select(Affiliation.member_id).where(left.between(first, last)))


def _relation(condition: Condition) -> ColumnElement[bool]:
    return _row(select(MemberRelation.member_id).where(MemberRelation.relation.in_(condition.values)))


def _topic(condition: Condition) -> ColumnElement[bool]:
    return _row(select(MemberTopic.member_id).where(MemberTopic.topic_id.in_(condition.values)))


_CONDITIONS: dict[By, Callable[[Condition], ColumnElement[bool]]] = {
    By.CLUB: _club,
    By.COUNTRY: _country,
    By.REGION: _region,
    By.INSTITUTION: _institution,
    By.PROGRAMME: _programme,
    By.COHORT: _cohort,
    By.RELATION: _relation,
    By.TOPIC: _topic,
}


class Reached(NamedTuple):
    """Somebody of an audience, with all that decides when they may be written to."""

    id: int
    zone: str
    quiet_from: int
    quiet_to: int
    country: str | None
    region: str | None


def next_of(session: Session, cursor: int, limit: int, *conditions: ColumnElement[bool]) -> list[Reached]:
    """The next members who fulfil all conditions, in the order of their ids."""
    query = (
        select(Member.id, Member.zone, Member.quiet_from, Member.quiet_to, Place.country, Place.region)
        .outerjoin(Place, Place.id == Member.place_id)
        .where(Member.id > cursor, *conditions)
        .order_by(Member.id)
        .limit(limit)
    )
    return [Reached(*row) for row in session.execute(query)]
