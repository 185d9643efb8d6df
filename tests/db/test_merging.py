"""Two records of one person become one: nothing they have to do with others is lost, and nothing breaks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import merging
from db.doors import new_number
from db.engine import open_engine
from db.merging_ties import TIES, join_ties
from db.models import Base
from db.models.events import Attendance, Event, FormerTicket
from db.models.lists import Cohort, Institution, Programme
from db.models.members import Affiliation, Member, Status
from db.models.mentoring import CheckIn, KeptApart, Mentor, MentorRequest, MentorSearch, Mentorship, MentorTopic
from db.models.people import ContactRequest, Look, Offer
from db.models.surveys import NamedAnswer, Participation, Survey
from tests.databases import Databases, kept_open

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
# Doors, drafts, the page's history and questions to the alumni office are moved by `join` itself; what is counted by
# the day, wrong codes and names to be searched go with the dropped record.
ELSEWHERE = {
    "affiliation.member_id",
    "door.member_id",
    "draft.member_id",
    "entry.member_id",
    "attempt.member_id",
    "looked_up.member_id",
    "member_name.member_id",
    "field_visibility.member_id",
    "mentor.member_id",
    "thread.member_id",
    "thread.assigned_to",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def session(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Session]:
    engine = open_engine(databases.fresh(request.param))
    with Session(engine) as opened:
        yield kept_open(opened)
    engine.dispose()


def person(session: Session) -> int:
    row = Member(number=new_number(), status=Status.VERIFIED, full_name="Anna Weber", created_at=NOW, seen_at=NOW)
    session.add(row)
    session.flush()
    return row.id


def test_every_column_that_names_a_member_is_thought_of() -> None:
    known = {f"{tie.table.__tablename__}.{tie.column}" for tie in TIES}
    known |= {
        f"{table.__tablename__}.member_id" for table in (*merging.OWNED, *(table for table, _keys in merging.KEYED))
    }
    known |= {f"{made_by.class_.__tablename__}.{made_by.key}" for made_by in merging.MADE_BY}
    named = {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "member"
    }
    assert named == known | ELSEWHERE


def together(session: Session, mentor: int, mentee: int) -> None:
    session.add(Mentorship(mentor_id=mentor, mentee_id=mentee, goal="To learn", format="call", began_at=NOW))


def wants(session: Session, member: int) -> MentorSearch:
    row = MentorSearch(
        member_id=member, goal="To learn", topics=["1"], languages=["de"], format="call", created_at=NOW, looked_at=NOW
    )
    session.add(row)
    session.flush()
    return row


def test_mentorships_and_offers_come_along(session: Session) -> None:
    keep, drop, other = (person(session) for _n in range(3))
    session.add(Mentor(member_id=drop, formats=["call"], languages=["de"], offered_at=NOW, changed_at=NOW))
    session.flush()
    session.add_all([MentorTopic(key="t:1", member_id=drop), Offer(member_id=drop, kind="offer", words="Tea", at=NOW)])
    together(session, drop, other)
    session.flush()
    join_ties(session, keep, drop)
    session.delete(session.get_one(Member, drop))
    session.flush()
    session.expire_all()
    assert session.get(Mentor, keep) is not None
    assert list(session.scalars(select(MentorTopic.member_id))) == [keep]
    assert [(row.mentor_id, row.mentee_id) for row in session.scalars(select(Mentorship))] == [(keep, other)]
    assert [row.member_id for row in session.scalars(select(Offer))] == [keep]


def test_what_both_have_is_kept_once_and_what_they_had_with_each_other_goes(session: Session) -> None:
    keep, drop, other = (person(session) for _n in range(3))
    for mine in (keep, drop):
        together(session, other, mine)
        session.add(Look(member_id=other, viewer_id=mine, day=date(2026, 3, 9)))
        session.add(KeptApart(member_id=mine, other_id=other, since=NOW))
        session.add(ContactRequest(asker_id=mine, asked_id=other, message="Hello", asked_at=NOW))
    together(session, drop, keep)
    session.add(ContactRequest(asker_id=keep, asked_id=drop, message="Me?", asked_at=NOW))
    session.flush()
    join_ties(session, keep, drop)
    assert [(row.mentor_id, row.mentee_id) for row in session.scalars(select(Mentorship))] == [(other, keep)]
    for table in (Look, KeptApart, ContactRequest):
        assert len(session.scalars(select(table)).all()) == 1, table


def test_of_two_unfinished_searches_one_goes_on(session: Session) -> None:
    keep, drop, other = (person(session) for _n in range(3))
    wants(session, keep)
    second = wants(session, drop)
    asked = MentorRequest(search_id=second.id, mentor_id=other, mentee_id=drop, state="asked", asked_at=NOW)
    session.add(asked)
    session.flush()
    join_ties(session, keep, drop)
    session.expire_all()
    states = {row.member_id: [] for row in session.scalars(select(MentorSearch))}
    for row in session.scalars(select(MentorSearch).order_by(MentorSearch.id)):
        states[row.member_id].append(row.state)
    assert states == {keep: ["open", "closed"]}
    assert (asked.state, asked.mentee_id) == ("dropped", keep)


AN_HOUR = timedelta(hours=1)
# What the kept and the dropped record said to one event, and what is left of both: all of it.
ANSWERS: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"state": "yes", "guests": 1}, {"state": "yes", "guests": 3}, {"state": "yes", "guests": 3}),
    ({"state": "yes"}, {"state": "waiting", "guests": 2, "line": 1}, {"state": "yes", "guests": 0}),
    ({"state": "maybe"}, {"state": "yes", "guests": 1}, {"state": "yes", "guests": 1}),
    ({"state": "waiting", "line": 5}, {"state": "waiting", "line": 2, "guests": 1}, {"line": 2, "guests": 1}),
    (
        {"state": "offered", "offer_until": NOW},
        {"state": "offered", "offer_until": NOW + AN_HOUR},
        {"offer_until": NOW + AN_HOUR},
    ),
    (
        {"state": "yes"},
        {"state": "yes", "checked_in_at": NOW, "checked_in_by": "B", "confirmed_at": NOW},
        {"checked_in_at": NOW, "checked_in_by": "B", "confirmed_at": NOW},
    ),
    (
        {"state": "no", "checked_in_at": NOW, "checked_in_by": "A"},
        {"state": "yes", "checked_in_at": NOW + AN_HOUR, "checked_in_by": "B"},
        {"state": "yes", "checked_in_at": NOW, "checked_in_by": "A"},
    ),
    (
        {"state": "yes", "replies": {"0": "Nuts"}},
        {"state": "yes", "replies": {"0": "None", "1": "By train"}},
        {"replies": {"0": "Nuts", "1": "By train"}},
    ),
]


@pytest.mark.parametrize(("mine", "theirs", "left"), ANSWERS)
def test_of_two_answers_to_an_event_nothing_is_lost(
    session: Session, mine: dict[str, Any], theirs: dict[str, Any], left: dict[str, Any]
) -> None:
    keep, drop = person(session), person(session)
    span = {"starts_at": NOW, "ends_at": NOW + AN_HOUR, "created_at": NOW, "changed_at": NOW}
    row = Event(slug="x", kind="meetup", titles={}, zone="Europe/Berlin", **span)
    session.add(row)
    session.flush()
    for member, said, nonce in ((keep, mine, "mine"), (drop, theirs, "theirs")):
        session.add(Attendance(event_id=row.id, member_id=member, answered_at=NOW, nonce=nonce, **said))
    session.flush()
    merging.merge(session, keep, drop, NOW)
    session.expire_all()
    answer = session.scalars(select(Attendance)).one()
    assert answer.member_id == keep
    assert {name: getattr(answer, name) for name in left} == left
    kept = {answer.nonce, *session.scalars(select(FormerTicket.nonce).where(FormerTicket.attendance_id == answer.id))}
    assert kept == {"mine", "theirs"}


def test_a_cohort_that_only_one_record_had_is_kept_and_two_cohorts_are_two_stays(session: Session) -> None:
    keep, drop = person(session), person(session)
    house = Institution(slug="x", names={}, position=1)
    session.add(house)
    session.flush()
    programme = Programme(slug="p", names={}, position=1, institution_id=house.id)
    session.add(programme)
    session.flush()
    groups = [
        Cohort(slug=f"c{at}", names={}, position=at, programme_id=programme.id, from_year=at) for at in (2012, 2014)
    ]
    session.add_all(groups)
    session.flush()
    said = [(keep, None, None), (drop, groups[0].id, 2012), (drop, groups[1].id, 2014)]
    for member, cohort, last in said:
        given = {"institution_id": house.id, "programme_id": programme.id, "cohort_id": cohort, "to_year": last}
        session.add(Affiliation(member_id=member, **given))
        session.flush()
    merging.merge(session, keep, drop, NOW)
    session.expire_all()
    rows = session.scalars(select(Affiliation).order_by(Affiliation.id)).all()
    assert [(row.member_id, row.cohort_id, row.to_year) for row in rows] == [
        (keep, groups[0].id, 2012),
        (keep, groups[1].id, 2014),
    ]


def test_a_survey_answered_under_one_of_the_two_records_is_answered(session: Session) -> None:
    keep, drop = person(session), person(session)
    surveys = [Survey(occasion=each, anonymous=False, opened_at=NOW, closes_at=NOW + AN_HOUR) for each in "ab"]
    session.add_all(surveys)
    session.flush()
    one, two = (each.id for each in surveys)
    for member, survey, state in ((keep, one, "asked"), (drop, one, "answered"), (keep, two, "answered")):
        session.add(Participation(survey_id=survey, member_id=member, state=state))
    for member, survey, words, at in (
        (keep, one, "old", NOW),
        (drop, one, "new", NOW + AN_HOUR),
        (drop, two, "x", NOW),
    ):
        session.add(NamedAnswer(survey_id=survey, member_id=member, content={"0": words}, answered_at=at))
    session.flush()
    merging.merge(session, keep, drop, NOW)
    session.expire_all()
    states = {row.survey_id: (row.member_id, row.state) for row in session.scalars(select(Participation))}
    assert states == {one: (keep, "answered"), two: (keep, "answered")}
    given = {row.survey_id: (row.member_id, row.content["0"]) for row in session.scalars(select(NamedAnswer))}
    assert given == {one: (keep, "new"), two: (keep, "x")}


@pytest.mark.parametrize("as_mentor", [True, False])
def test_the_mentorship_that_goes_on_stays_with_what_was_said_in_both(session: Session, as_mentor: bool) -> None:
    keep, drop, other = (person(session) for _n in range(3))
    for mine, state, began in ((keep, "ended", NOW), (drop, "active", NOW + AN_HOUR)):
        pair = (mine, other) if as_mentor else (other, mine)
        row = Mentorship(mentor_id=pair[0], mentee_id=pair[1], goal=state, format="call", began_at=began, checks=1)
        row.state = state
        session.add(row)
        session.flush()
        for member in (mine, other):
            session.add(CheckIn(mentorship_id=row.id, round=1, member_id=member, asked_at=began, answer="well"))
    session.flush()
    merging.merge(session, keep, drop, NOW)
    session.expire_all()
    left = session.scalars(select(Mentorship)).one()
    assert (left.state, left.goal, left.began_at, left.checks) == ("active", "active", NOW, 1)
    assert {left.mentor_id, left.mentee_id} == {keep, other}
    said = {(row.round, row.member_id) for row in session.scalars(select(CheckIn))}
    assert said == {(0, keep), (0, other), (1, keep), (1, other)}


def test_whoever_was_asked_under_the_other_record_is_asked_still(session: Session) -> None:
    keep, drop, mentee = (person(session) for _n in range(3))
    search = wants(session, mentee)
    for place, (mentor, state) in enumerate(((drop, "asked"), (keep, "queued")), 1):
        given = {"search_id": search.id, "mentor_id": mentor, "mentee_id": mentee, "state": state, "position": place}
        session.add(MentorRequest(**given))
    session.flush()
    merging.merge(session, keep, drop, NOW)
    session.expire_all()
    assert [(row.mentor_id, row.state) for row in session.scalars(select(MentorRequest))] == [(keep, "asked")]
