"""What an audience may ask about one member: the same as its conditions say of many."""

from typing import Any

from sqlalchemy import CompoundSelect, Integer, Select, String, bindparam, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from bot.domain.audience import ANSWER_OF, By, Facts, Value, answer_value
from db.audience_conditions import UNCHOSEN
from db.lists import head_of
from db.models.clubs import Club, Membership
from db.models.events import Attendance
from db.models.lists import Entry, Faculty, Institution, Programme, Topic
from db.models.members import Affiliation, Member, MemberRelation, MemberTopic, Role
from db.models.mentoring import Mentor, Mentorship
from db.models.places import Place

# The year in which somebody left, as far as we know.
_LEFT = func.coalesce(Affiliation.to_year, Affiliation.from_year)
_ME = bindparam("member", type_=Integer)
_NO_NUMBER, _NO_WORD = cast(null(), Integer), cast(null(), String)


def _meant(by: By, table: type[Entry], chosen: Any, entry: Any, *, open_only: bool = False) -> Select[str, int, str]:
    """What a member chose of a list, and everything that stands for the same."""
    own, now, every = aliased(table), aliased(table), aliased(table)
    query = (
        select(literal(by.value), every.id, _NO_WORD)
        .select_from(chosen)
        .join(own, own.id == entry)
        .join(now, now.id == head_of(own))
        .join(every, head_of(every) == now.id)
        .where(chosen.member_id == _ME)
    )
    return query.where(now.closed.is_(False)) if open_only else query


_OldClub = aliased(Club)
# The faculty of somebody's programme, if it is in one.
_FACULTY = select(Programme.faculty_id).where(Programme.id == Affiliation.programme_id).scalar_subquery()
_KNOWN: CompoundSelect[Any] = union_all(
    select(literal(By.CLUB.value), Membership.club_id, _NO_WORD)
    .join(Club, Club.id == Membership.club_id)
    .where(Membership.member_id == _ME, Membership.state == "in", Club.closed_at.is_(None)),
    # A club that became part of one they are in: whoever means the old one means the new.
    select(literal(By.CLUB.value), _OldClub.id, _NO_WORD)
    .join(Membership, Membership.club_id == _OldClub.merged_into)
    .join(Club, Club.id == Membership.club_id)
    .where(Membership.member_id == _ME, Membership.state == "in", Club.closed_at.is_(None)),
    select(literal(By.RELATION.value), _NO_NUMBER, MemberRelation.relation).where(MemberRelation.member_id == _ME),
    _meant(By.TOPIC, Topic, MemberTopic, MemberTopic.topic_id, open_only=True),
    _meant(By.INSTITUTION, Institution, Affiliation, Affiliation.institution_id),
    _meant(By.PROGRAMME, Programme, Affiliation, Affiliation.programme_id),
    _meant(By.FACULTY, Faculty, Affiliation, _FACULTY),
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
    years = _left_in(session, member.id)
    return Facts({by: frozenset(held) for by, held in values.items()}, years, member.seen_at.date())


def _value(number: int | None, word: str | None) -> Value:
    if number is None or word is None:
        return number if word is None and number is not None else str(word)
    return answer_value(number, ANSWER_OF[word])


def _left_in(session: Session, member: int) -> frozenset[int]:
    """The years in which a member left."""
    years = session.scalars(select(_LEFT).where(Affiliation.member_id == member))
    return frozenset(year for year in years if year is not None)
