"""Mentors, searches and mentorships made directly in the database, so that a dialogue begins where its story does."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.domain.matching import Format, topic_keys
from db import members
from db.models.lists import Programme, Topic
from db.models.members import Affiliation
from db.models.mentoring import Mentor, MentorRequest, MentorSearch, Mentorship, MentorTopic
from tests.actors import Actor
from tests.people import find, member
from tests.stage import Stage

# A topic of the example lists.
MOBILITY = "smartcity"


def topic_id(stage: Stage, slug: str = MOBILITY) -> int:
    return stage.looks_up(lambda session: session.scalars(select(Topic.id).where(Topic.slug == slug)).one())


def mentor(
    stage: Stage,
    name: str = "Bernd Koch",
    *,
    topics: Sequence[str] = (MOBILITY,),
    free: Sequence[str] = (),
    languages: Sequence[str] = ("de", "en", "zh_Hans"),
    opens: Sequence[str] = ("studies", "city", "topics"),
    city: str = "Chemnitz",
    door: str | None = None,
    language: str | None = None,
    **columns: Any,
) -> Actor:
    """A member of the network who offers to be a mentor."""
    actor = member(stage, name, city=city, door=door, language=language)
    offers(stage, name, topics=topics, free=free, languages=languages, **columns)
    opens_to_all(stage, name, *opens)
    return actor


def offers(
    stage: Stage,
    name: str,
    *,
    topics: Sequence[str] = (MOBILITY,),
    free: Sequence[str] = (),
    languages: Sequence[str] = ("de", "en", "zh_Hans"),
    **columns: Any,
) -> None:
    """Let somebody be a mentor."""
    ids, now, who = [topic_id(stage, slug) for slug in topics], stage.clock.now(), find(stage, name).id

    def make(session: Session) -> None:
        given = {"capacity": 2, "formats": [each.value for each in Format], "offered_at": now, "changed_at": now}
        row = Mentor(member_id=who, languages=list(languages), free_topics=list(free), **{**given, **columns})
        session.add(row)
        session.flush()
        session.add_all(MentorTopic(key=key, member_id=who) for key in topic_keys(ids, free))

    stage.looks_up(make)


def opens_to_all(stage: Stage, name: str, *fields: str) -> None:
    """Let somebody show these fields to all alumni."""
    who = find(stage, name).id
    stage.looks_up(lambda session: members.set_visibility(session, who, dict.fromkeys(fields, "alumni")))


def search(stage: Stage, name: str, goal: str = "Founding a company", **columns: Any) -> int:
    """Somebody looks for a mentor; the id of the search."""
    now, who, topics = stage.clock.now(), find(stage, name).id, [str(topic_id(stage))]
    given = {"topics": topics, "languages": ["de", "en", "zh_Hans"], "format": Format.QUARTER.value}
    row = MentorSearch(member_id=who, goal=goal, created_at=now, looked_at=now, **{**given, **columns})
    return _added(stage, row)


def request(stage: Stage, search_id: int, mentee: str, mentor_name: str, **columns: Any) -> int:
    """A mentor was asked (or is to be, with `state`); the id of the request."""
    given = {"state": "asked", "asked_at": stage.clock.now(), "position": 1}
    ids = {"search_id": search_id, "mentee_id": find(stage, mentee).id, "mentor_id": find(stage, mentor_name).id}
    return _added(stage, MentorRequest(**ids, **{**given, **columns}))


def mentorship(stage: Stage, mentee: str, mentor_name: str, **columns: Any) -> int:
    """Two who are together since now; the id of the mentorship."""
    now = stage.clock.now()
    given = {"goal": "Founding a company", "format": Format.QUARTER.value, "check_at": now + timedelta(days=30)}
    ids = {"mentee_id": find(stage, mentee).id, "mentor_id": find(stage, mentor_name).id}
    return _added(stage, Mentorship(**ids, began_at=now, **{**given, **columns}))


def _added(stage: Stage, row: Any) -> int:
    def add(session: Session) -> int:
        session.add(row)
        session.flush()
        return int(row.id)

    return stage.looks_up(add)


def studied(stage: Stage, name: str, programme: str, year: int | None) -> None:
    """Somebody was in this programme, and in no other, until this year."""
    who = find(stage, name).id

    def replace(session: Session) -> None:
        row = session.scalars(select(Programme).where(Programme.slug == programme)).one()
        session.execute(delete(Affiliation).where(Affiliation.member_id == who))
        where = {"institution_id": row.institution_id, "programme_id": row.id}
        session.add(Affiliation(member_id=who, **where, to_year=year))

    stage.looks_up(replace)
