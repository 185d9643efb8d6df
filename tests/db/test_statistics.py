"""Numbers for the statistics, on both databases: who counts, once or in several groups, and who is in a scope."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.scope import CENTRAL, Scope
from db import scopes, statistics
from db.engine import open_engine
from db.models.clubs import Club, Membership
from db.models.conversation import Door
from db.models.events import Attendance, Event
from db.models.lists import Programme
from db.models.members import Affiliation, Member
from db.models.mentoring import Mentor, MentorRequest, MentorSearch, Mentorship
from db.models.places import Place
from db.models.surveys import Ballot, Participation, Survey
from db.statistics import Answered, Mentored, Said, Way
from tests.databases import Databases, kept_open

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
A_YEAR_AGO = NOW - timedelta(days=365)


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def session(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Session]:
    engine = open_engine(databases.fresh(request.param))
    with Session(engine, expire_on_commit=False) as opened:
        populate(kept_open(opened))
        yield opened
    engine.dispose()


def programme(session: Session, slug: str) -> Programme:
    return session.scalars(select(Programme).where(Programme.slug == slug)).one()


def city(session: Session, name: str) -> int:
    return session.scalars(select(Place.id).where(Place.name == name).order_by(Place.population.desc())).first() or 0


def somebody(session: Session, number: int, **columns: Any) -> Member:
    row = Member(
        **{
            "id": number,
            "number": f"N{number}",
            "status": "verified",
            "full_name": f"N{number}",
            "created_at": NOW,
            "verified_at": NOW,
            "seen_at": NOW,
            **columns,
        }
    )
    session.add(row)
    session.flush()
    return row


def add(session: Session, *rows: Any) -> None:
    session.add_all(rows)
    session.flush()


def studied(session: Session, member: int, slug: str, *years: int | None) -> None:
    row = programme(session, slug)
    first, last = years or (None, None)
    where = {"institution_id": row.institution_id, "programme_id": row.id}
    add(session, Affiliation(member_id=member, from_year=first, to_year=last, **where))


def populate(session: Session) -> None:
    """1 and 2 are of Chemnitz, 2 of Jiangsu as well, 3 of nothing; 4 is not verified, 5 leaves."""
    beijing, chemnitz = city(session, "Beijing"), city(session, "Chemnitz")
    somebody(session, 1, language="de", place_id=chemnitz, verified_at=datetime(2026, 2, 28, 23, 59, tzinfo=UTC))
    somebody(session, 2, language="zh_Hans", place_id=beijing, objected_at=NOW)
    somebody(session, 3, verified_at=datetime(2020, 1, 1, tzinfo=UTC))
    somebody(session, 4, status="pending", language="de", place_id=beijing)
    somebody(session, 5, erase_at=NOW, language="de", place_id=beijing)
    for member in (1, 2, 4, 5):
        studied(session, member, "tuc-computing", 2005, 2010)
    studied(session, 1, "tuc-computing", 2011, None)
    studied(session, 2, "nrw-jiangsu", 2019, 2020)
    _clubs(session, chemnitz)
    _doors(session)
    _events(session)
    _mentoring(session)
    _surveys(session)


def _clubs(session: Session, place: int) -> None:
    for number, closed in ((1, None), (2, None), (3, NOW)):
        add(
            session,
            Club(id=number, slug=f"c{number}", names={"en": "C"}, place_id=place, founded_at=NOW, closed_at=closed),
        )
    joined = [(1, 1, "in"), (1, 2, "in"), (1, 3, "in"), (2, 1, "left"), (3, 1, "in"), (4, 1, "in")]
    add(session, *(Membership(member_id=m, club_id=c, state=state, changed_at=NOW) for m, c, state in joined))


def _doors(session: Session) -> None:
    doors = [(1, "telegram", None), (1, "web", None), (1, "web", NOW), (2, "telegram", None), (3, "web", NOW)]
    add(
        session,
        *(
            Door(channel=channel, external_id=str(place), member_id=member, used_at=NOW, unreachable_since=gone)
            for place, (member, channel, gone) in enumerate(doors)
        ),
    )


def _event(number: int, starts_at: datetime, **columns: Any) -> Event:
    given = {"slug": f"e{number}", "kind": "meetup", "state": "published", "titles": {"en": "E"}, "zone": "UTC"}
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), "created_at": NOW, "changed_at": NOW}
    return Event(id=number, **{**given, **times, **columns})


def _events(session: Session) -> None:
    """1: the door was used. 2: it was not. 3 was cancelled, 4 is not over, 5 was long ago, 6 nobody answered."""
    february = datetime(2026, 2, 1, 18, 0, tzinfo=UTC)
    add(
        session,
        _event(1, february),
        _event(2, february + timedelta(days=10)),
        _event(3, february, state="cancelled"),
        _event(4, NOW - timedelta(hours=1)),
        _event(5, NOW - timedelta(days=900)),
        _event(6, february),
    )
    said = [(1, 1, "yes", NOW), (1, 2, "yes", None), (1, 3, "maybe", None), (2, 1, "yes", None), (2, 2, "no", None)]
    said += [(event, 1, "yes", None) for event in (3, 4, 5)]
    add(
        session,
        *(
            Attendance(event_id=event, member_id=member, state=state, answered_at=NOW, checked_in_at=here)
            for event, member, state, here in said
        ),
    )


def _mentoring(session: Session) -> None:
    offered = {"formats": [], "languages": [], "offered_at": NOW, "changed_at": NOW}
    add(session, *(Mentor(member_id=member, **offered) for member in (1, 3, 5)))
    wished = {"goal": "g", "topics": [], "languages": [], "format": "quarter", "created_at": NOW, "looked_at": NOW}
    add(
        session, *(MentorSearch(id=m, member_id=m, state=state, **wished) for m, state in ((2, "open"), (3, "matched")))
    )
    for number, (search, mentor, mentee, state) in enumerate(((2, 1, 2, "lapsed"), (3, 1, 3, "accepted")), 1):
        asked = NOW - timedelta(days=number)
        add(session, MentorRequest(search_id=search, mentor_id=mentor, mentee_id=mentee, state=state, asked_at=asked))
    common = {"goal": "g", "format": "quarter", "began_at": NOW}
    add(
        session,
        Mentorship(mentor_id=1, mentee_id=3, **common),
        Mentorship(mentor_id=3, mentee_id=2, state="finished", **common),
    )


def _surveys(session: Session) -> None:
    """The one of event 1 has seven answers, six of them published; one about no event, and an old one, are left out."""
    times = {"closes_at": NOW}
    add(
        session,
        Survey(id=1, event_id=1, opened_at=NOW, **times),
        Survey(id=2, occasion="mentoring:2026", opened_at=NOW, **times),
        Survey(id=3, event_id=5, opened_at=NOW - timedelta(days=900), **times),
    )
    add(session, *(Participation(survey_id=1, member_id=member) for member in (1, 2, 3)))
    contents = [{"recommend": "9", "people": "4"}] * 4 + [{"recommend": "3"}] * 2
    ballots = [(1, content, True) for content in contents] + [(1, contents[0], False), (2, contents[0], True)]
    ballots += [(3, contents[0], True)]
    add(
        session,
        *(
            Ballot(key=f"{place:032}", survey_id=survey, content=content, shown=shown)
            for place, (survey, content, shown) in enumerate(ballots)
        ),
    )


def chemnitz(session: Session) -> Scope:
    institution = programme(session, "tuc-computing").institution_id
    return scopes.widened(session, Scope(institutions=frozenset({institution})))


def test_whoever_was_in_several_programmes_counts_in_each_once(session: Session) -> None:
    computing, jiangsu = programme(session, "tuc-computing").id, programme(session, "nrw-jiangsu").id
    assert statistics.by_programme(session, CENTRAL) == {computing: 2, jiangsu: 1}
    assert statistics.by_programme(session, chemnitz(session)) == {computing: 2}


def test_everybody_counts_by_the_last_year_in_the_scope(session: Session) -> None:
    assert statistics.by_year(session, CENTRAL) == {2011: 1, 2020: 1}
    assert statistics.by_year(session, chemnitz(session)) == {2011: 1, 2010: 1}


def test_where_people_live(session: Session) -> None:
    found = {("DE", "DE-SN"): 1, ("CN", "CN-BJ"): 1}
    assert statistics.by_place(session, CENTRAL) == {**found, (None, None): 1}
    assert statistics.by_place(session, chemnitz(session)) == found


def test_clubs_that_are_open_and_who_is_in_them(session: Session) -> None:
    assert statistics.by_club(session, CENTRAL) == {1: 2, 2: 1}
    assert statistics.by_club(session, chemnitz(session)) == {1: 1, 2: 1}


def test_whoever_chose_no_language_reads_english(session: Session) -> None:
    assert statistics.by_language(session, CENTRAL) == {"de": 1, "zh_Hans": 1, "en": 1}
    assert statistics.by_language(session, chemnitz(session)) == {"de": 1, "zh_Hans": 1}


def test_everybody_has_one_way(session: Session) -> None:
    both, objected, none = Way(True, True, False), Way(True, False, True), Way(False, False, False)
    assert statistics.by_way(session, CENTRAL) == {both: 1, objected: 1, none: 1}
    assert statistics.by_way(session, chemnitz(session)) == {both: 1, objected: 1}


def test_when_people_joined(session: Session) -> None:
    assert statistics.joined(session, CENTRAL, A_YEAR_AGO) == {(2026, 2): 1, (2026, 3): 1}
    assert statistics.joined(session, Scope(), A_YEAR_AGO) == {}


def test_answers_to_events_that_are_over(session: Session) -> None:
    found = statistics.answers(session, CENTRAL, A_YEAR_AGO, NOW)
    assert found == {(2026, 2): Answered(events=2, came=1, missed=1, said_yes=1, maybe=1, declined=1)}


def test_in_a_scope_only_its_people_count_and_the_door_was_used_by_anybody(session: Session) -> None:
    jiangsu = Scope(programmes=frozenset({programme(session, "nrw-jiangsu").id}))
    found = statistics.answers(session, jiangsu, A_YEAR_AGO, NOW)
    assert found == {(2026, 2): Answered(events=2, came=0, missed=1, said_yes=0, maybe=0, declined=1)}
    assert statistics.answers(session, Scope(), A_YEAR_AGO, NOW) == {}


def test_mentoring(session: Session) -> None:
    assert statistics.mentoring(session, CENTRAL, A_YEAR_AGO) == Mentored(2, 1, 1, 1, 1, 1)
    assert statistics.mentoring(session, chemnitz(session), A_YEAR_AGO) == Mentored(1, 1, 1, 1, 0, 1)


def test_only_published_answers_to_recent_surveys_about_events(session: Session) -> None:
    found = statistics.survey_answers(session, ("recommend", "people"), A_YEAR_AGO)
    expected = [Said(1, "recommend", "9", 4), Said(1, "recommend", "3", 2), Said(1, "people", "4", 4)]
    assert sorted(found) == sorted(expected)
    assert statistics.survey_returns(session, A_YEAR_AGO) == (1, 6, 3)
