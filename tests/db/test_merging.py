"""Two records of one person become one: nothing they have to do with others is lost, and nothing breaks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import merging
from db.doors import new_number
from db.engine import open_engine
from db.merging_ties import TIES, join_ties
from db.models import Base
from db.models.members import Member, Status
from db.models.mentoring import KeptApart, Mentor, MentorRequest, MentorSearch, Mentorship, MentorTopic
from db.models.people import ContactRequest, Look, Offer
from tests.databases import Databases

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
# Doors, drafts, the page's history and questions to the alumni office are moved by `join` itself; what is counted by
# the day, wrong codes and names to be searched go with the dropped record.
ELSEWHERE = {
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
        yield opened
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
