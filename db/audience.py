"""Who belongs to an audience: as a condition in SQL for many, as facts for one. Both say the same of anybody.

What is to hold for all is a semi-join, what is to hold for nobody an anti-join; what any may hold for is one join with
all who match, put together. A million members are counted in tenths of a second, which neither OR between subqueries
nor NOT IN would do. Who is in a closed club or chose a topic no longer listed counts as not having it.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

from bot.domain.audience import ANSWER_OF, ANSWERS, Audience, By, Condition, Facts, Value, answer_value, read_answers
from db.models.clubs import Club, Membership
from db.models.events import Attendance
from db.models.lists import Topic
from db.models.members import Affiliation, Member, MemberRelation, MemberTopic, Role, Status
from db.models.mentoring import Mentor, Mentorship
from db.models.places import Place

# The language of who chose none: what the bot speaks to them.
UNCHOSEN = "en"


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


# --- one member ------------------------------------------------------------------------------------------------


# The year in which somebody left, as far as we know.
_LEFT = func.coalesce(Affiliation.to_year, Affiliation.from_year)
_ME = bindparam("member", type_=Integer)
_NO_NUMBER, _NO_WORD = cast(null(), Integer), cast(null(), String)
_KNOWN = union_all(
    select(literal(By.CLUB.value), Membership.club_id, _NO_WORD)
    .join(Club, Club.id == Membership.club_id)
    .where(Membership.member_id == _ME, Membership.state == "in", Club.closed_at.is_(None)),
    select(literal(By.RELATION.value), _NO_NUMBER, MemberRelation.relation).where(MemberRelation.member_id == _ME),
    select(literal(By.TOPIC.value), MemberTopic.topic_id, _NO_WORD)
    .join(Topic, Topic.id == MemberTopic.topic_id)
    .where(MemberTopic.member_id == _ME, Topic.closed.is_(False)),
    select(literal(By.ROLE.value), _NO_NUMBER, Role.kind).where(Role.member_id == _ME),
    select(literal(By.MENTORING.value), _NO_NUMBER, literal("mentor")).where(Mentor.member_id == _ME),
    select(literal(By.MENTORING.value), _NO_NUMBER, literal("mentee")).where(
        Mentorship.mentee_id == _ME, Mentorship.state == "active"
    ),
    select(literal(By.ANSWERED.value), Attendance.event_id, Attendance.state).where(Attendance.member_id == _ME),
)


def facts_of(session: Session, member: Member) -> Facts:
    """What an audience may ask about one member."""
    values: dict[By, set[Value]] = {by: set() for by in By}
    for kind, number, word in session.execute(_KNOWN, {"member": member.id}):
        values[By(kind)].add(_value(number, word))
    place = session.get(Place, member.place_id) if member.place_id else None
    if place is not None:
        values |= {
            By.CITY: {place.id},
            By.COUNTRY: {place.country},
            By.REGION: {place.region} if place.region else set(),
        }
    values[By.LANGUAGE] = {member.language or UNCHOSEN}
    years = _studied(session, member.id, values)
    return Facts({by: frozenset(held) for by, held in values.items()}, years, member.seen_at.date())


def _value(number: int | None, word: str | None) -> Value:
    if number is None or word is None:
        return number if word is None and number is not None else str(word)
    return answer_value(number, ANSWER_OF[word])


def _studied(session: Session, member: int, values: dict[By, set[Value]]) -> frozenset[int]:
    """Adds where a member studied; the years in which they left."""
    query = select(Affiliation.institution_id, Affiliation.programme_id, _LEFT).where(Affiliation.member_id == member)
    years = set()
    for institution, programme, year in session.execute(query):
        values[By.INSTITUTION].add(institution)
        values[By.PROGRAMME] |= {programme} if programme is not None else set()
        years |= {year} if year is not None else set()
    return frozenset(years)


# --- many ------------------------------------------------------------------------------------------------------


class Matching(NamedTuple):
    """Rows that match a condition: of another table, `whose` saying to whom they belong (`key` of the member); or,
    without `whose`, of the member itself."""

    where: ColumnElement[bool]
    whose: SQLColumnExpression[int] | None = None
    key: str = "id"


def _all_of(condition: Condition) -> ColumnElement[bool]:
    return _told(Member, _matching(condition, Member))


def _none_of(condition: Condition) -> ColumnElement[bool]:
    found = _matching(condition, Member)
    if found.whose is None:
        return ~found.where
    return ~exists(select(literal(1)).where(found.whose == _key(Member, found), found.where).correlate(Member))


def _any_of(conditions: tuple[Condition, ...]) -> ColumnElement[bool]:
    """What the row of a member itself tells in one go; with other tables, by a union, whose size the planner of
    PostgreSQL can guess (of UNION ALL it takes 200)."""
    other = aliased(Member)
    theirs = [found for found in (_matching(each, other) for each in conditions) if _is_of_member(found)]
    elsewhere = [found for found in (_matching(each, other) for each in conditions) if not _is_of_member(found)]
    if not elsewhere:
        return or_(*(_told(Member, _matching(each, Member)) for each in conditions))
    any_theirs = or_(false(), *(_told(other, found) for found in theirs))
    own = [select(other.id).where(_is_one_of_us(other), any_theirs).correlate(None)] if theirs else []
    return Member.id.in_(union(*own, *(_rows(found) for found in elsewhere)))


def _is_of_member(found: Matching) -> bool:
    return found.whose is None or found.key != "id"


def _told(member: type[Member], found: Matching) -> ColumnElement[bool]:
    return found.where if found.whose is None else _Scanned(_key(member, found)).in_(_rows(found))


class _Scanned(ColumnElement[int]):
    """A column that SQLite shall not look up in an index: with several conditions it would loop over every pair of
    what they match. PostgreSQL chooses well by itself."""

    inherit_cache = True
    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012

    def __init__(self, column: ColumnElement[int]) -> None:
        self.column = column
        self.type = column.type


@compiles(_Scanned)
def _write_plainly(element: _Scanned, compiler: SQLCompiler, **given: Any) -> str:
    return compiler.process(element.column, **given)


@compiles(_Scanned, "sqlite")
def _write_with_plus(element: _Scanned, compiler: SQLCompiler, **given: Any) -> str:
    return f"+{compiler.process(element.column, **given)}"


def _rows(found: Matching) -> Select[int]:
    """A query of its own, whatever tables the query around it has."""
    assert found.whose is not None
    return select(found.whose).where(found.where).correlate(None)


def _key(member: type[Member], found: Matching) -> ColumnElement[int]:
    column: ColumnElement[int] = getattr(member, found.key)
    return column


def _matching(condition: Condition, member: type[Member]) -> Matching:
    return _MATCHING[condition.by](condition, member)


def _club(condition: Condition, _member: type[Member]) -> Matching:
    still = select(Club.id).where(Club.id.in_(condition.values), Club.closed_at.is_(None))
    return Matching(and_(Membership.state == "in", Membership.club_id.in_(still)), Membership.member_id)


def _country(condition: Condition, _member: type[Member]) -> Matching:
    return Matching(Place.country.in_(condition.values), Place.id, "place_id")


def _region(condition: Condition, _member: type[Member]) -> Matching:
    return Matching(Place.region.in_(condition.values), Place.id, "place_id")


def _city(condition: Condition, member: type[Member]) -> Matching:
    return Matching(and_(member.place_id.is_not(None), member.place_id.in_(condition.values)))


def _institution(condition: Condition, _member: type[Member]) -> Matching:
    return Matching(Affiliation.institution_id.in_(condition.values), Affiliation.member_id)


def _programme(condition: Condition, _member: type[Member]) -> Matching:
    return Matching(Affiliation.programme_id.in_(condition.values), Affiliation.member_id)


def _cohort(condition: Condition, _member: type[Member]) -> Matching:
    """Not by `_LEFT`: of an expression the planner of PostgreSQL has no statistics."""
    first, last = condition.values
    by_start = and_(Affiliation.to_year.is_(None), Affiliation.from_year.between(first, last))
    return Matching(or_(Affiliation.to_year.between(first, last), by_start), Affiliation.member_id)


def _relation(condition: Condition, _member: type[Member]) -> Matching:
    return Matching(MemberRelation.relation.in_(condition.values), MemberRelation.member_id)


def _topic(condition: Condition, _member: type[Member]) -> Matching:
    still = select(Topic.id).where(Topic.id.in_(condition.values), Topic.closed.is_(False))
    return Matching(MemberTopic.topic_id.in_(still), MemberTopic.member_id)


def _language(condition: Condition, member: type[Member]) -> Matching:
    return Matching(func.coalesce(member.language, UNCHOSEN).in_(condition.values))


def _role(condition: Condition, _member: type[Member]) -> Matching:
    return Matching(Role.kind.in_(condition.values), Role.member_id)


_PARTS = union_all(
    select(literal("mentor").label("part"), Mentor.member_id.label("member_id")),
    select(literal("mentee"), Mentorship.mentee_id).where(Mentorship.state == "active"),
).subquery("parts")


def _mentoring(condition: Condition, _member: type[Member]) -> Matching:
    return Matching(_PARTS.c.part.in_(condition.values), _PARTS.c.member_id)


def _answered(condition: Condition, _member: type[Member]) -> Matching:
    asked = [
        and_(Attendance.event_id == event, Attendance.state.in_([state for each in said for state in ANSWERS[each]]))
        for event, said in read_answers(condition.values).items()
    ]
    return Matching(or_(false(), *asked), Attendance.member_id)


def _silent(condition: Condition, member: type[Member]) -> Matching:
    day = date.fromisoformat(str(condition.values[0]))
    return Matching(member.seen_at < datetime.combine(day, time(), UTC))


_MATCHING: dict[By, Callable[[Condition, type[Member]], Matching]] = {
    By.CLUB: _club,
    By.COUNTRY: _country,
    By.REGION: _region,
    By.CITY: _city,
    By.INSTITUTION: _institution,
    By.PROGRAMME: _programme,
    By.COHORT: _cohort,
    By.RELATION: _relation,
    By.TOPIC: _topic,
    By.LANGUAGE: _language,
    By.ROLE: _role,
    By.MENTORING: _mentoring,
    By.ANSWERED: _answered,
    By.SILENT: _silent,
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
