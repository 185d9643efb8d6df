"""Numbers of members for the statistics of the alumni office: one statement a topic, added up in the database.

Counted are verified members who do not leave, within the scope of whoever asks; what they studied and when, by their
time at institutions and programmes in the scope. What comes out is exact, and for `bot.domain.small_cells` to make fit
to be shown.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from bot.domain.attendance import State
from bot.domain.audience import EVERYONE
from bot.domain.scope import Scope
from db.audience import belongs
from db.audience_conditions import UNCHOSEN
from db.models.clubs import Club, Membership
from db.models.conversation import Door
from db.models.events import Attendance, Event, EventState
from db.models.members import Affiliation, Member
from db.models.mentoring import UNFINISHED, Mentor, MentorRequest, MentorSearch, Mentorship
from db.models.places import Place
from db.models.surveys import Ballot, Participation, Survey
from db.plans import Scanned
from db.scopes import ids_within, within

Month = tuple[int, int]


class Way(NamedTuple):
    """How somebody can be reached. Whoever objected must not be written to, whatever doors they have."""

    telegram: bool
    web: bool
    objected: bool


def by_programme(session: Session, scope: Scope) -> dict[int, int]:
    """Programme id -> people. Whoever was in several counts in each."""
    people = func.count(Affiliation.member_id.distinct())
    query = _studied(scope, Affiliation.programme_id, people).where(Affiliation.programme_id.is_not(None))
    return _by_group(session, query.group_by(Affiliation.programme_id))


def by_year(session: Session, scope: Scope) -> dict[int, int]:
    """The year in which people left last -> people; those whose years are not known are not in it."""
    left = func.max(func.coalesce(Affiliation.to_year, Affiliation.from_year))
    each = _studied(scope, left.label("year")).group_by(Affiliation.member_id).subquery()
    query = select(each.c.year, func.count()).where(each.c.year.is_not(None))
    return _by_group(session, query.group_by(each.c.year))


def by_place(session: Session, scope: Scope) -> dict[tuple[str | None, str | None], int]:
    """Country and its province or state -> people; None where no place is known."""
    lives = select(Member.place_id, func.count().label("people")).where(*_counted(scope)).group_by(Member.place_id)
    each = lives.subquery()
    query = select(Place.country, Place.region, func.sum(each.c.people)).select_from(each)
    found = query.outerjoin(Place, Place.id == each.c.place_id).group_by(Place.country, Place.region)
    return {(country, region): int(people) for country, region, people in session.execute(found)}


def by_club(session: Session, scope: Scope) -> dict[int, int]:
    """Club id -> people in it. Whoever is in several counts in each."""
    query = (
        select(Membership.club_id, func.count())
        .join(Member, Member.id == Membership.member_id)
        .join(Club, Club.id == Membership.club_id)
        .where(*_counted(scope), Membership.state == "in", Club.closed_at.is_(None))
    )
    return _by_group(session, query.group_by(Membership.club_id))


def by_language(session: Session, scope: Scope) -> dict[str, int]:
    """Language tag -> people."""
    query = select(Member.language, func.count()).where(*_counted(scope)).group_by(Member.language)
    found: dict[str, int] = {}
    for language, people in session.execute(query):
        found[language or UNCHOSEN] = found.get(language or UNCHOSEN, 0) + people
    return found


def by_way(session: Session, scope: Scope) -> dict[Way, int]:
    """How people can be reached -> people."""
    opens = and_(Door.member_id == Member.id, Door.unreachable_since.is_(None))
    each = (
        select(
            Member.objected_at.is_not(None).label("objected"),
            func.max(case((Door.channel == "telegram", 1), else_=0)).label("telegram"),
            func.max(case((Door.channel == "web", 1), else_=0)).label("web"),
        )
        .join_from(Member, Door, opens, isouter=True)
        .where(*_counted(scope))
        .group_by(Member.id)
        .subquery()
    )
    query = select(each.c.telegram, each.c.web, each.c.objected, func.count())
    found = session.execute(query.group_by(each.c.telegram, each.c.web, each.c.objected))
    return {Way(bool(telegram), bool(web), bool(objected)): people for telegram, web, objected, people in found}


def joined(session: Session, scope: Scope, since: datetime) -> dict[Month, int]:
    """Year and month (of UTC) in which people were verified, since an instant -> people."""
    when = extract("year", Member.verified_at), extract("month", Member.verified_at)
    query = select(*when, func.count()).where(*_counted(scope), Member.verified_at >= since).group_by(*when)
    return {(int(year), int(month)): people for year, month, people in session.execute(query)}


class Answered(NamedTuple):
    """Of events that began in the same month: how many these are, and how people answered them. `missed`: had a seat
    and did not come, where anybody was checked in; `said_yes`: where nobody was, so that it is not known."""

    events: int
    came: int
    missed: int
    said_yes: int
    maybe: int
    declined: int


def answers(session: Session, scope: Scope, since: datetime, now: datetime) -> dict[Month, Answered]:
    """Year and month (of UTC) -> answers to events that began since then and are over. In a scope, events are those its
    people answered."""
    each = _answered_each(scope, since, now).subquery()
    anybody = Attendance.__table__.alias("anybody")
    used = exists().where(anybody.c.event_id == each.c.id, anybody.c.checked_in_at.is_not(None))
    known = select(each, used.label("door_used")).subquery()
    when = extract("year", known.c.starts_at), extract("month", known.c.starts_at)
    query = select(
        *when,
        func.count(),
        func.sum(known.c.came),
        func.sum(case((known.c.door_used, known.c.yes), else_=0)),
        func.sum(case((known.c.door_used, 0), else_=known.c.yes)),
        func.sum(known.c.maybe),
        func.sum(known.c.declined),
    ).group_by(*when)
    return {
        (int(year), int(month)): Answered(*(int(people) for people in row))
        for year, month, *row in session.execute(query)
    }


def _answered_each(scope: Scope, since: datetime, now: datetime) -> Select[Any]:
    """For each event how it was answered by those in the scope."""
    here, state = Attendance.checked_in_at.is_not(None), Attendance.state

    def people(*conditions: ColumnElement[bool]) -> Any:
        return func.sum(case((and_(*conditions), 1), else_=0))

    query = (
        select(
            Event.id,
            Event.starts_at,
            people(here).label("came"),
            people(~here, state == State.YES).label("yes"),
            people(~here, state == State.MAYBE).label("maybe"),
            people(~here, state == State.NO).label("declined"),
        )
        .join(Attendance, Attendance.event_id == Event.id)
        .where(Event.state == EventState.PUBLISHED, Event.starts_at >= since, Event.ends_at <= now)
        .group_by(Event.id, Event.starts_at)
    )
    if scope.central:
        return query
    return query.where(Scanned(Attendance.__table__.c.member_id).in_(ids_within(scope)))


class Mentored(NamedTuple):
    """Mentors, people who look for one, mentorships that go on and that came to their end; of requests asked since an
    instant those accepted, and those declined or not answered in time."""

    mentors: int
    seeking: int
    together: int
    finished: int
    accepted: int
    not_accepted: int


def mentoring(session: Session, scope: Scope, since: datetime) -> Mentored:
    """In a scope, pairs count of which at least one is in it, and requests by the mentee."""
    counted = select(Member.id).where(*_counted(scope))
    pairs = _pairs_of(scope, counted)
    asked = select(func.count()).where(MentorRequest.asked_at >= since)
    requests = asked if scope.central else asked.where(MentorRequest.mentee_id.in_(counted))
    searching = select(func.count()).where(MentorSearch.state.in_(UNFINISHED), MentorSearch.member_id.in_(counted))
    parts = (
        select(func.count()).where(Mentor.member_id.in_(counted)),
        searching,
        select(func.count()).where(pairs.c.state == "active"),
        select(func.count()).where(pairs.c.state == "finished"),
        requests.where(MentorRequest.state == "accepted"),
        requests.where(MentorRequest.state.in_(("declined", "lapsed"))),
    )
    return Mentored(*session.execute(select(*(part.scalar_subquery() for part in parts))).one())


def _pairs_of(scope: Scope, counted: Select[int]) -> Subquery:
    """Put together and not by OR, which takes PostgreSQL minutes."""
    pairs = select(Mentorship.id, Mentorship.state)
    if scope.central:
        return pairs.subquery()
    return union(
        pairs.where(Mentorship.mentor_id.in_(counted)), pairs.where(Mentorship.mentee_id.in_(counted))
    ).subquery()


class Said(NamedTuple):
    """How many gave a value to a question of a survey."""

    survey: int
    question: str
    value: str
    ballots: int


def survey_answers(session: Session, questions: Sequence[str], since: datetime) -> list[Said]:
    """Published answers to surveys about events, opened since then. Anonymous, so nobody can tell whose they are."""
    recent = and_(Survey.id == Ballot.survey_id, Survey.event_id.is_not(None), Survey.opened_at >= since)
    each = union_all(
        *(
            select(Ballot.survey_id, literal(question).label("question"), _value(question).label("value"))
            .join(Survey, recent)
            .where(Ballot.shown.is_(True))
            for question in questions
        )
    ).subquery()
    groups = each.c.survey_id, each.c.question, each.c.value
    query = select(*groups, func.count()).where(each.c.value.is_not(None)).group_by(*groups)
    return [Said(*row) for row in session.execute(query)]


def _value(question: str) -> Any:
    return Ballot.content[question].as_string()


def survey_returns(session: Session, since: datetime) -> tuple[int, int, int]:
    """How many surveys about events were opened since then that have published answers, how many answers those are, and
    how many people were asked for them."""
    shown = select(func.count()).where(Ballot.survey_id == Survey.id, Ballot.shown.is_(True)).scalar_subquery()
    asked = select(func.count()).where(Participation.survey_id == Survey.id).scalar_subquery()
    each = select(shown.label("shown"), asked.label("asked")).where(
        Survey.event_id.is_not(None), Survey.opened_at >= since
    )
    rows = [row for row in session.execute(each) if row.shown]
    return len(rows), sum(row.shown for row in rows), sum(row.asked for row in rows)


def _counted(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return belongs(EVERYONE), within(scope)


def _studied(scope: Scope, *columns: Any) -> Select[Any]:
    """Of times at institutions and programmes in the scope. Whose they are is in the scope by that."""
    named = or_(Affiliation.institution_id.in_(scope.institutions), Affiliation.programme_id.in_(scope.programmes))
    query = select(*columns).join(Member, Member.id == Affiliation.member_id).where(belongs(EVERYONE))
    return query if scope.central else query.where(named)


def _by_group(session: Session, query: Select[Any, int]) -> dict[Any, int]:
    return {group: int(people) for group, people in session.execute(query)}
