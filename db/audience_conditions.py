"""What each condition of an audience means in SQL."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, false, func, literal, or_, select, union_all

from bot.domain.audience import ANSWERS, By, Condition, read_answers
from db.lists import meaning_the_same
from db.models.clubs import Club, Membership
from db.models.events import Attendance
from db.models.lists import Faculty, Institution, Programme, Topic
from db.models.members import Affiliation, Member, MemberRelation, MemberTopic, Role
from db.models.mentoring import Mentor, Mentorship
from db.models.places import Place

# The language of who chose none: what the bot speaks to them.
UNCHOSEN = "en"


class Matching(NamedTuple):
    """Rows that match a condition: of another table, `whose` saying to whom they belong (`key` of the member); or,
    without `whose`, of the member itself."""

    where: ColumnElement[bool]
    whose: SQLColumnExpression[int] | None = None
    key: str = "id"


def matching(condition: Condition, member: type[Member]) -> Matching:
    """The rows that match, where `member` is the table, or the alias, in which members are looked for."""
    return _MATCHING[condition.by](condition, member)


def _club(condition: Condition, _member: type[Member]) -> Matching:
    meant = select(func.coalesce(Club.merged_into, Club.id)).where(Club.id.in_(condition.values))
    still = select(Club.id).where(Club.id.in_(meant), Club.closed_at.is_(None))
    return Matching(and_(Membership.state == "in", Membership.club_id.in_(still)), Membership.member_id)


def _country(condition: Condition, _member: type[Member]) -> Matching:
    return Matching(Place.country.in_(condition.values), Place.id, "place_id")


def _region(condition: Condition, _member: type[Member]) -> Matching:
    return Matching(Place.region.in_(condition.values), Place.id, "place_id")


def _city(condition: Condition, member: type[Member]) -> Matching:
    return Matching(and_(member.place_id.is_not(None), member.place_id.in_(condition.values)))


def _institution(condition: Condition, _member: type[Member]) -> Matching:
    meant = meaning_the_same(Institution, condition.values)
    return Matching(Affiliation.institution_id.in_(meant), Affiliation.member_id)


def _faculty(condition: Condition, _member: type[Member]) -> Matching:
    """By the programme: who named none is of no faculty."""
    meant = meaning_the_same(Faculty, condition.values)
    programmes = select(Programme.id).where(Programme.faculty_id.in_(meant))
    return Matching(Affiliation.programme_id.in_(programmes), Affiliation.member_id)


def _programme(condition: Condition, _member: type[Member]) -> Matching:
    meant = meaning_the_same(Programme, condition.values)
    return Matching(Affiliation.programme_id.in_(meant), Affiliation.member_id)


def _cohort(condition: Condition, _member: type[Member]) -> Matching:
    """Not by one expression for the year of leaving: of an expression the planner of PostgreSQL has no statistics."""
    first, last = condition.values
    by_start = and_(Affiliation.to_year.is_(None), Affiliation.from_year.between(first, last))
    return Matching(or_(Affiliation.to_year.between(first, last), by_start), Affiliation.member_id)


def _relation(condition: Condition, _member: type[Member]) -> Matching:
    return Matching(MemberRelation.relation.in_(condition.values), MemberRelation.member_id)


def _topic(condition: Condition, _member: type[Member]) -> Matching:
    meant = meaning_the_same(Topic, condition.values, open_only=True)
    return Matching(MemberTopic.topic_id.in_(meant), MemberTopic.member_id)


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
    By.FACULTY: _faculty,
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
