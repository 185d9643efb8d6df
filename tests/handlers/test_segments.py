"""Coordinators choose groups of people, save them under a name, and see at once how many these are."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from bot.domain.audience import By, Group
from db import segments
from db.models.announcements import Segment
from db.models.clubs import Club
from db.models.events import EventState
from db.models.lists import Programme, Topic
from db.models.members import Member
from handlers.segments.buttons import (
    ChooseAnswers,
    ChooseValues,
    DeleteSegment,
    OpenSegment,
    SetAnswers,
    SetValue,
    TypeValue,
)
from tests.actors import Actor
from tests.clubs import club, enters
from tests.events import answers, event
from tests.handlers.test_joining import picks
from tests.people import find, member
from tests.stage import Stage

pytestmark = pytest.mark.language("en")

COUNT = "{n} people belong to it."
ONE = "{n} person belongs to it."
NOBODY = "At present nobody belongs to it."


def koch_and_friends(stage: Stage) -> Actor:
    """A coordinator in Chemnitz, Anna in Leipzig who reads German, Bo in Shanghai who reads Chinese."""
    member(stage, "Anna Weber", city="Leipzig", language="de")
    member(stage, "Bo Chen", city="Shanghai", language="zh_Hans")
    return member(stage, "Katrin Koch", coordinator=True)


def saved(stage: Stage, name: str = "Friends", **stored: Any) -> int:
    """A segment in the database; its id."""

    def save(session: Session) -> int:
        row = Segment(name=name, audience=stored, made_by=None, changed_at=stage.clock.now())
        session.add(row)
        session.flush()
        return row.id

    return stage.looks_up(save)


def stored(stage: Stage) -> dict[str, Any]:
    """Name -> conditions of every segment."""
    return {row.name: row.audience for row in stage.looks_up(segments.all)}


async def opens(koch: Actor, segment: int) -> None:
    await koch.presses(OpenSegment(segment).pack(), None)


async def test_a_coordinator_makes_a_segment_and_sees_the_count_at_once(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    await koch.says("/segments")
    koch.reads("None is saved yet. Give the first one a name, and choose who belongs to it.")
    await koch.taps("New segment")
    koch.reads("What shall the segment be called? For example: Jiangsu scholarship holders.")
    await koch.says("  Readers of   German ")
    koch.reads("Saved. Now choose below who belongs to it.")
    koch.reads("Everybody in the network")
    koch.reads(COUNT, n=3)
    await koch.taps("+ All of")
    await koch.taps("Language")
    await koch.taps("German")
    koch.reads("All of these hold: Language: German")
    koch.reads(ONE, n=1)
    await koch.taps("Done")
    koch.reads("Readers of German\nAll of these hold:\n• Language: German")
    koch.reads(ONE, n=1)
    assert stored(stage) == {"Readers of German": {"language": ["de"]}}
    await koch.taps("Segments")
    assert "Readers of German · 1" in koch.screen.labels()


async def test_three_groups_are_combined_and_named(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    leipzig, shanghai = club(stage, "Leipzig"), club(stage, "Shanghai")
    enters(stage, "Anna Weber", leipzig)
    enters(stage, "Bo Chen", shanghai)
    await opens(koch, saved(stage))
    await koch.taps("+ Any of")
    await koch.taps("Club")
    await koch.taps("Club Leipzig")
    koch.reads(ONE, n=1)
    await koch.taps("Club Shanghai")
    koch.reads("At least one of these holds: Club: Club Leipzig or Club Shanghai")
    koch.reads(COUNT, n=2)
    await koch.taps("More conditions")
    assert "✓ Club" in koch.screen.labels()
    await koch.taps("Role")
    await koch.taps("Coordinators")
    koch.reads(COUNT, n=3)
    await koch.taps("Done")
    await koch.taps("+ None of")
    await koch.taps("Country")
    await koch.taps("China")
    await koch.taps("Done")
    koch.reads(
        "At least one of these holds:\n• Club: Club Leipzig or Club Shanghai\n• Role: Coordinators\n"
        "None of these holds:\n• Country: China"
    )
    koch.reads(COUNT, n=2)
    assert stored(stage)["Friends"] == {
        "any": {"club": [leipzig, shanghai], "role": ["coordinator"]},
        "none": {"country": ["CN"]},
    }


async def test_a_second_tap_takes_a_value_away_and_a_double_tap_does_not(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    segment = saved(stage)
    on = SetValue(segment, Group.ALL, By.LANGUAGE, "de", True).pack()
    await koch.presses(on, None)
    await koch.presses(on, None)
    assert stored(stage)["Friends"] == {"language": ["de"]}
    await koch.taps("German")
    koch.reads(COUNT, n=3)
    assert stored(stage)["Friends"] == {}


async def test_a_condition_is_taken_away_by_tapping_it(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    await opens(koch, saved(stage, language=["de"], relation=["graduate"]))
    koch.reads("• Relation: Graduate")
    await koch.taps("✕ All of · Language: German")
    koch.reads("Taken away: Language: German")
    koch.reads(COUNT, n=3)
    assert stored(stage)["Friends"] == {"relation": ["graduate"]}


async def test_cities_are_written_one_after_the_other(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    await opens(koch, saved(stage))
    await koch.taps("+ All of")
    await koch.taps("City")
    koch.reads("Which city? Write its name, or share the location.")
    await koch.says("Xyzzyx")
    koch.reads("We know no such city.")
    await koch.says("上海")
    koch.reads("Which one do you mean?")
    await picks(koch, 0)
    koch.reads("City: Shanghai, China")
    koch.reads(ONE, n=1)
    await koch.taps("Another city")
    await koch.says("Leipzig")
    koch.reads("City: Shanghai, China or Leipzig, Saxony, Germany")
    koch.reads(COUNT, n=2)
    await koch.taps("Shanghai, China")
    koch.reads("City: Leipzig, Saxony, Germany")
    koch.reads(ONE, n=1)


async def test_a_cohort_is_written_as_years(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    await opens(koch, saved(stage))
    await koch.taps("+ All of")
    await koch.taps("Cohort")
    await koch.says("2012-2008")
    koch.reads("Please give years like 2008–2012, or one year like 2012, not before 1940 and not later than next year.")
    await koch.says("2008–2012")
    koch.reads("• Cohort: 2008–2012")
    koch.reads(COUNT, n=3)
    await koch.taps("+ All of")
    await koch.taps("Cohort")
    await koch.says("2011")
    koch.reads("• Cohort: 2011")
    koch.reads(NOBODY)
    assert not koch.sees_button("Write to them")
    assert stored(stage)["Friends"] == {"cohort": [2011, 2011]}


async def test_who_was_not_heard_from_for_a_year_or_since_a_day(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    anna, long_ago = find(stage, "Anna Weber").id, stage.clock.now() - timedelta(days=500)
    stage.looks_up(lambda session: session.execute(update(Member).where(Member.id == anna).values(seen_at=long_ago)))
    await opens(koch, saved(stage))
    await koch.taps("+ All of")
    await koch.taps("Not heard from since")
    await koch.taps("A year")
    koch.reads("Not heard from since: Mon, 10 Mar 2025")
    koch.reads(ONE, n=1)
    await koch.taps("Two years")
    koch.reads("Not heard from since: Sun, 10 Mar 2024")
    koch.reads(NOBODY)
    await koch.taps("Another day")
    await koch.says("long ago")
    koch.reads("This is not a date. Please write it like this: 3 Feb 2025")
    await koch.says("1 April 2026")
    koch.reads("Wed, 1 Apr 2026 is still to come. Please write a day in the past, with its year.")
    await koch.says("1 December 2024")
    koch.reads("• Not heard from since: Sun, 1 Dec 2024")
    koch.reads(ONE, n=1)
    assert stored(stage)["Friends"] == {"silent": ["2024-12-01"]}


async def test_who_answered_an_event_and_who_did_not(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    party, old = event(stage, "Summer party"), event(stage, "Old meetup", in_hours=-500)
    event(stage, "Secret plan", state=EventState.DRAFT)
    answers(stage, "Anna Weber", party, "yes")
    answers(stage, "Bo Chen", party, "lapsed")
    await opens(koch, saved(stage))
    await koch.taps("+ All of")
    await koch.taps("Answer to an event")
    shown = [label for label in koch.screen.labels() if "·" in label]
    assert [label.split(" · ")[1] for label in shown] == ["Summer party", "Old meetup"]
    await koch.taps(shown[0])
    await koch.taps("Attending")
    await koch.taps("Declined")
    koch.reads("Answer to an event: Summer party (Fri, 13 Mar 2026): Attending or Declined")
    koch.reads(COUNT, n=2)
    await koch.taps("Any answer")
    koch.reads("Summer party (Fri, 13 Mar 2026): any answer")
    await koch.taps("Any answer")
    assert stored(stage)["Friends"] == {}
    await koch.taps("Not answered")
    koch.reads("None of these holds: Answer to an event: Summer party (Fri, 13 Mar 2026): any answer")
    koch.reads(ONE, n=1)
    every = [f"{party}:{each}" for each in ("maybe", "no", "waiting", "yes")]
    assert stored(stage)["Friends"] == {"none": {"answered": every}}
    await koch.taps("Other events")
    await koch.presses(ChooseAnswers(1, Group.NONE, old).pack(), None)
    await koch.taps("Maybe")
    koch.reads("any answer or Old meetup (Tue, 17 Feb 2026): Maybe")


@pytest.mark.parametrize("kind", ["Province", "Programme", "Institution", "Relation", "Topic", "Language"])
async def test_every_list_has_choices_that_count_at_once(stage: Stage, kind: str) -> None:
    koch = koch_and_friends(stage)
    await opens(koch, saved(stage))
    await koch.taps("+ Any of")
    await koch.taps(kind)
    first = koch.screen.labels()[0]
    await koch.taps(first)
    koch.reads(f"At least one of these holds: {kind}: {first}")
    assert koch.screen.labels()[0] == f"✓ {first}"


async def test_long_lists_have_pages(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    for n in range(8):
        saved(stage, f"Segment {n}")
    await koch.says("/segments")
    assert [label for label in koch.screen.labels() if "·" in label] == [f"Segment {n} · 3" for n in range(6)]
    await koch.taps("›")
    assert [label for label in koch.screen.labels() if "·" in label] == ["Segment 6 · 3", "Segment 7 · 3"]
    await koch.taps("Segment 7 · 3")
    await koch.taps("+ All of")
    await koch.taps("Programme")
    await koch.taps("›")
    ninth = koch.screen.labels()[2]
    await koch.taps(ninth)
    assert f"✓ {ninth}" in koch.screen.labels(), "the page stays"


async def test_a_segment_gets_another_name(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    saved(stage, "Taken")
    await opens(koch, saved(stage, "Friends", language=["de"]))
    await koch.taps("Rename")
    await koch.says("TAKEN")
    koch.reads("Another segment has this name already. Please choose another one.")
    await koch.says("x" * 61)
    koch.reads("This is too long: please use at most {n} characters.", n=60)
    await koch.says("friends")
    koch.reads("Saved.")
    assert stored(stage) == {"friends": {"language": ["de"]}, "Taken": {}}


async def test_leaving_a_question_leads_back_to_the_card(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    await opens(koch, saved(stage, language=["de"]))
    await koch.taps("Rename")
    await koch.taps("Cancel")
    koch.reads("• Language: German")
    await koch.taps("+ All of")
    await koch.taps("City")
    await koch.taps("Cancel")
    koch.reads("• Language: German")
    await koch.taps("Segments")
    await koch.taps("New segment")
    await koch.taps("Cancel")
    koch.reads("Groups of people to write to, each with the number of those who belong to it.")
    assert stored(stage) == {"Friends": {"language": ["de"]}}


async def test_a_question_left_open_is_answered_later_for_its_own_segment(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    first = saved(stage, "First")
    second = saved(stage, "Second")
    await opens(koch, first)
    await koch.presses(TypeValue(first, Group.NONE, By.COHORT).pack(), None)
    await opens(koch, second)
    await koch.taps("Continue: {form}", form="Segment")
    await koch.says("2010")
    assert stored(stage) == {"First": {"none": {"cohort": [2010, 2010]}}, "Second": {}}


async def test_a_segment_is_deleted_after_one_question(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    await opens(koch, saved(stage))
    await koch.taps("Delete")
    koch.reads("Delete “Friends”? Announcements already written to it stay as they are.")
    await koch.taps("Back")
    await koch.taps("Delete")
    await koch.taps("Delete")
    koch.reads("“{name}” is deleted.", name="Friends")
    assert stored(stage) == {}


async def test_what_is_there_no_longer_is_shown_as_gone_and_has_nobody(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    leipzig, topic = club(stage, "Leipzig"), 1
    enters(stage, "Anna Weber", leipzig)
    segment = saved(stage, any={"club": [leipzig, 999], "topic": [topic], "answered": ["77:yes"], "city": [5]})
    stage.looks_up(lambda session: session.execute(update(Club).values(closed_at=stage.clock.now())))
    stage.looks_up(lambda session: session.execute(update(Topic).where(Topic.id == topic).values(closed=True)))
    name = stage.looks_up(lambda session: session.get_one(Topic, topic).names["en"])
    await opens(koch, segment)
    koch.reads("• Club: Club Leipzig (no longer there) or no longer there")
    koch.reads(f"• Topic: {name} (no longer there)")
    koch.reads("• Answer to an event: no longer there: Attending")
    koch.reads("• City: no longer there")
    koch.reads(NOBODY)
    await koch.presses(ChooseValues(segment, Group.ANY, By.CLUB).pack(), None)
    await koch.taps("Club Leipzig (no longer there)")
    assert stored(stage)["Friends"]["any"]["club"] == [999]


async def test_a_programme_that_has_ended_keeps_its_name_and_alumni(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    row = stage.looks_up(lambda session: session.query(Programme).filter_by(slug="tuc-mechanical").one())
    stage.looks_up(lambda session: session.execute(update(Programme).values(closed=True)))
    await opens(koch, saved(stage, programme=[row.id]))
    koch.reads(f"• Programme: {row.names['en']}")
    koch.reads(COUNT, n=3)


async def test_forged_buttons_change_nothing(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    segment, draft = saved(stage, language=["de"]), event(stage, "Secret plan", state=EventState.DRAFT)
    for by, value in ((By.CLUB, "999"), (By.CLUB, "x"), (By.COHORT, "2008"), (By.CITY, "1"), (By.ANSWERED, "1")):
        await koch.presses(SetValue(segment, Group.ALL, by, value, True).pack(), None)
        koch.reads("Please choose one of the buttons.")
    await koch.presses(SetAnswers(segment, Group.ALL, draft, "yes", True).pack(), None)
    koch.reads("This event no longer exists.")
    await koch.presses(TypeValue(segment, Group.ALL, By.CLUB).pack(), None)
    koch.reads("All of these hold: Club")
    await koch.presses(f"si:{segment}:all:shoe:42:1", None)
    koch.reads("This button is from an earlier version. Please open /menu.")
    assert stored(stage) == {"Friends": {"language": ["de"]}}


async def test_buttons_of_a_deleted_segment(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    segment = saved(stage)
    await koch.presses(TypeValue(segment, Group.ALL, By.COHORT).pack(), None)
    stage.looks_up(lambda session: session.execute(delete(Segment)))
    await koch.says("2010")
    koch.reads("This segment no longer exists.")
    await koch.taps("Cancel")
    koch.reads("Groups of people to write to, each with the number of those who belong to it.")
    for tap in (OpenSegment(segment), DeleteSegment(segment, True), ChooseValues(segment, Group.ALL, By.CLUB)):
        await koch.presses(tap.pack(), None)
        koch.reads("This segment no longer exists.")


async def test_a_segment_of_a_later_version_can_only_be_deleted(stage: Stage) -> None:
    koch = koch_and_friends(stage)
    saved(stage, "Future", mentor=["yes"])
    await koch.says("/segments")
    await koch.taps("Future")
    koch.reads("A later version of this program made this segment, and this one cannot read it.")
    await koch.taps("Delete")
    await koch.taps("Delete")
    assert stored(stage) == {}


@pytest.mark.door("telegram")
@pytest.mark.everywhere
async def test_two_coordinators_at_once_lose_nothing(stage: Stage) -> None:
    segment = saved(stage)
    people = [member(stage, name, coordinator=True, language="en") for name in ("Katrin Koch", "Lars Lang")]
    taps = (
        SetValue(segment, Group.ALL, By.RELATION, "graduate", True),
        SetValue(segment, Group.NONE, By.LANGUAGE, "de", True),
    )
    await asyncio.gather(*(each.presses(tap.pack(), None) for each, tap in zip(people, taps, strict=True)))
    assert stored(stage)["Friends"] == {"all": {"relation": ["graduate"]}, "none": {"language": ["de"]}}


async def test_segments_are_for_coordinators(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    bernd = member(stage, "Bernd Sommer", ambassador_of=leipzig)
    await bernd.says("/segments")
    bernd.reads("This is for coordinators.")
    segment = saved(stage)
    await bernd.presses(DeleteSegment(segment, True).pack(), None)
    bernd.reads("This is for coordinators.")
    assert stored(stage) == {"Friends": {}}
