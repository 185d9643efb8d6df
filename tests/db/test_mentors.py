"""Whom a mentee may be brought together with, read in a few statements."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.matching import Mentee, Mentor
from db import list_keeping, mentors
from db.mentors import FEW, Away
from db.models.lists import Topic
from db.models.members import Member
from db.models.mentoring import MentorSearch
from tests.marks import on_both_databases
from tests.mentoring import mentor, mentorship, request, search, studied, topic_id
from tests.people import find, member
from tests.stage import Stage

ANNA, BERND = "Anna Weber", "Bernd Koch"


def mentee(stage: Stage, **columns: Any) -> Mentee:
    """Anna, who looks for a mentor."""
    member(stage, ANNA)
    ident = search(stage, ANNA, **columns)
    return stage.looks_up(lambda session: mentors.mentee_of(session, session.get_one(MentorSearch, ident)))


def away(stage: Stage, name: str = BERND) -> Away | None:
    who, now = find(stage, name).id, stage.clock.now()
    return stage.looks_up(lambda session: mentors.why_away(session, who, now))


def change(stage: Stage, name: str, **values: Any) -> None:
    query = update(Member).where(Member.full_name == name).values(**values)
    stage.looks_up(lambda session: session.execute(query))


@on_both_databases
async def test_a_mentor_is_read_with_all_that_matching_asks_for(stage: Stage) -> None:
    mentor(stage, BERND, city="Stuttgart", topics=("smartcity", "energy"), languages=("de", "fr"), capacity=3)
    studied(stage, BERND, "nrw-shanxi", 1998)
    member(stage, "Dora Klein")
    mentorship(stage, "Dora Klein", BERND)
    request(stage, search(stage, "Dora Klein"), "Dora Klein", BERND)
    anna = mentee(stage)
    found = stage.looks_up(lambda session: mentors.candidates(session, anna, stage.clock.now()))
    assert [(each.id, each.capacity, each.busy) for each in found] == [(find(stage, BERND).id, 3, 2)]
    bernd = found[0]
    assert bernd.topics == {f"t:{topic_id(stage)}"}
    assert bernd.languages == {"de", "fr"}
    assert bernd.formats == {"call", "quarter", "year"}
    assert (bernd.cohort, bernd.country, bernd.region) == (1998, "DE", "DE-BW")
    assert (anna.cohort, anna.country, anna.region) == (2012, "DE", "DE-SN")


@on_both_databases
async def test_a_mentor_of_a_topic_that_was_replaced_is_found_by_its_successor(stage: Stage) -> None:
    mentor(stage, BERND, topics=("energy",))
    anna = mentee(stage, topics=[str(topic_id(stage, "hydrogen"))])

    def found() -> list[Mentor]:
        return stage.looks_up(lambda session: mentors.candidates(session, anna, stage.clock.now()))

    assert found() == []
    old, new = (topic_id(stage, slug) for slug in ("energy", "hydrogen"))
    stage.looks_up(
        lambda session: list_keeping.close(session, session.get_one(Topic, old), session.get_one(Topic, new))
    )
    assert [each.topics for each in found()] == [anna.topics]


@on_both_databases
async def test_only_some_are_looked_at_however_many_are_named(stage: Stage) -> None:
    mentor(stage, BERND)
    mentor(stage, "Carl Maier")
    anna, carl = mentee(stage), find(stage, "Carl Maier").id
    for only in ([carl], [carl, *range(10_000, 10_000 + FEW)], []):
        found = stage.looks_up(lambda session: mentors.candidates(session, anna, stage.clock.now(), only))  # noqa: B023
        assert [each.id for each in found] == only[:1]


@on_both_databases
async def test_why_somebody_cannot_be_asked(stage: Stage) -> None:
    mentor(stage, BERND, capacity=1)
    member(stage, ANNA)
    assert away(stage) is None
    assert away(stage, ANNA) is Away.GONE
    change(stage, BERND, switched_off=["news", "mentoring"])
    assert away(stage) is Away.SILENT
    change(stage, BERND, switched_off=["news"], objected_at=stage.clock.now())
    assert away(stage) is Away.SILENT
    change(stage, BERND, objected_at=None)
    mentorship(stage, ANNA, BERND)
    assert away(stage) is Away.FULL
    change(stage, BERND, erase_at=stage.clock.now())
    assert away(stage) is Away.GONE


@pytest.mark.parametrize(("city", "paused"), [("Shanghai", False), ("Chemnitz", True)])
async def test_a_pause_ends_by_the_mentors_own_clock(stage: Stage, city: str, paused: bool) -> None:
    """At 20:00 in Chemnitz the next day has begun in Shanghai."""
    mentor(stage, BERND, city=city, paused_until=date(2026, 3, 11))
    stage.clock.offset = timedelta(hours=9)
    anna = mentee(stage)
    found = stage.looks_up(lambda session: mentors.candidates(session, anna, stage.clock.now()))
    assert bool(found) is not paused
    assert away(stage) is (Away.PAUSED if paused else None)


async def test_topics_are_named_in_the_readers_language_and_free_ones_as_written(stage: Stage) -> None:
    keys = {f"t:{topic_id(stage)}", f"t:{topic_id(stage, 'energy')}", "w:greentea"}
    words = stage.looks_up(lambda session: mentors.topic_words(session, keys, ["Green Tea", "Porcelain"], "de"))
    assert words == ["Energiewende", "Smart City und Mobilität", "Green Tea"]
