"""Who belongs to an audience, as a condition in SQL for many; `db.audience_facts` says the same of one.

What is to hold for all is a semi-join, what is to hold for nobody an anti-join; what any may hold for is one join with
all who match, put together. A million members are counted in tenths of a second, which neither OR between subqueries
nor NOT IN would do. Who is in a closed club or chose a topic no longer listed counts as not having it; a club that
became part of another stands for the other, and an entry of a list that was replaced means the same as its successor.
"""

from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session, aliased

from bot.domain.audience import Audience, Condition
from db.audience_conditions import Matching, matching
from db.models.clubs import Membership
from db.models.members import Member, Status
from db.models.places import Place
from db.plans import Scanned


def belongs(audience: Audience) -> ColumnElement[bool]:
    """True for the members of an audience who are verified and do not leave."""
    held = [_all_of(condition) for condition in audience.conditions]
    if audience.any_of:
        held.append(_any_of(audience.any_of))
    held += [_none_of(condition) for condition in audience.none_of]
    held += [_any_of(scope) for scope in audience.within]
    return and_(_is_one_of_us(Member), *held)


def _is_one_of_us(member: type[Member]) -> ColumnElement[bool]:
    return and_(member.status == Status.VERIFIED, member.erase_at.is_(None))


def may_be_told(switch: str) -> ColumnElement[bool]:
    """True for members whom the university may write to unasked: no objection, this kind not switched off."""
    return and_(Member.objected_at.is_(None), ~cast(Member.switched_off, String).contains(f'"{switch}"'))


def does_not_mute(club: int) -> ColumnElement[bool]:
    """True for members who did not mute this club."""
    return ~exists().where(Membership.member_id == Member.id, Membership.club_id == club, Membership.muted.is_(True))


def count(session: Session, *conditions: ColumnElement[bool]) -> int:
    """How many members fulfil all of these."""
    return session.scalar(select(func.count()).select_from(Member).where(*conditions)) or 0


def _all_of(condition: Condition) -> ColumnElement[bool]:
    return _told(Member, matching(condition, Member))


def _none_of(condition: Condition) -> ColumnElement[bool]:
    found = matching(condition, Member)
    if found.whose is None:
        return ~found.where
    return ~exists(select(literal(1)).where(found.whose == _key(Member, found), found.where).correlate(Member))


def _any_of(conditions: tuple[Condition, ...]) -> ColumnElement[bool]:
    """What the row of a member itself tells in one go; with other tables, by a union, whose size the planner of
    PostgreSQL can guess (of UNION ALL it takes 200)."""
    other = aliased(Member)
    theirs = [found for found in (matching(each, other) for each in conditions) if _is_of_member(found)]
    elsewhere = [found for found in (matching(each, other) for each in conditions) if not _is_of_member(found)]
    if not elsewhere:
        return or_(*(_told(Member, matching(each, Member)) for each in conditions))
    any_theirs = or_(false(), *(_told(other, found) for found in theirs))
    own = [select(other.id).where(_is_one_of_us(other), any_theirs).correlate(None)] if theirs else []
    return Member.id.in_(union(*own, *(_rows(found) for found in elsewhere)))


def _is_of_member(found: Matching) -> bool:
    return found.whose is None or found.key != "id"


def _told(member: type[Member], found: Matching) -> ColumnElement[bool]:
    return found.where if found.whose is None else Scanned(_key(member, found)).in_(_rows(found))


def _rows(found: Matching) -> Select[int]:
    """A query of its own, whatever tables the query around it has."""
    assert found.whose is not None
    return select(found.whose).where(found.where).correlate(None)


def _key(member: type[Member], found: Matching) -> ColumnElement[int]:
    column: ColumnElement[int] = getattr(member, found.key)
    return column


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
