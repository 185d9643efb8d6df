"""Members look for a mentor, and change what they look for."""

from db.models.mentoring import MentorSearch
from handlers.mentoring.suggesting import ChangeWishes
from tests.actors import Actor
from tests.mentoring import mentor, search, topic_id
from tests.people import find, member
from tests.stage import Stage
from tests.wording import another_language, line, said, several, spoken, topic

ANNA = "Anna Weber"
OVER = "This search is over, or is not yours. You can begin a new one at any time."


def found(stage: Stage, ident: int = 1) -> MentorSearch:
    return stage.looks_up(lambda session: session.get_one(MentorSearch, ident))


async def answers_everything(stage: Stage, anna: Actor, other: str) -> None:
    """From the first question to the card that sums up; `other` is a second language."""
    await anna.taps(spoken(anna, other))
    await anna.taps("Done")
    await anna.says("I would like to found a company")
    await anna.taps(topic(stage, anna))
    await anna.taps("Done")
    await anna.says("Charging stations")
    await anna.taps("Three months")
    await anna.taps("Another region")


async def test_somebody_looks_for_a_mentor(stage: Stage) -> None:
    mentor(stage, "Bernd Koch")
    anna = member(stage, ANNA)
    own, other = anna.language, another_language(anna)
    await anna.says("/mentors")
    anna.reads("A few questions, and we suggest people who could be your mentor, with the reasons.")
    assert f"✓ {spoken(anna, own)}" in anna.screen.labels()
    await answers_everything(stage, anna, other)
    anna.reads(line(anna, "Goal", "I would like to found a company"))
    anna.reads(line(anna, "Languages", spoken(anna, own, other)))
    anna.reads(line(anna, "Another view", said(anna, "Another region")))
    await anna.taps("Show suggestions")
    anna.reads("These people could be your mentor.")
    anna.reads("Bernd Koch")
    row = found(stage)
    assert (row.member_id, row.goal, row.state) == (find(stage, ANNA).id, "I would like to found a company", "open")
    assert (row.topics, row.free_topics) == ([str(topic_id(stage))], ["Charging stations"])
    assert (row.languages, row.format, row.far) == ([own, other], "quarter", "region")


async def test_who_looks_already_sees_how_it_stands(stage: Stage) -> None:
    anna = member(stage, ANNA)
    search(stage, ANNA, "Founding a company")
    await anna.says("/mentors")
    anna.reads("<b>Goal:</b> {goal}", goal="Founding a company")
    assert anna.sees_button("Suggestions")


async def test_wishes_are_changed_one_by_one(stage: Stage) -> None:
    mentor(stage, "Bernd Koch", topics=("energy",))
    anna = member(stage, ANNA)
    ident = search(stage, ANNA)
    await anna.says("/mentors")
    await anna.taps("Suggestions")
    anna.reads("At present nobody offers these topics: {topics}.", topics=topic(stage, anna))
    await anna.taps("Change my wishes")
    anna.reads("<b>What you look for</b>")
    await anna.taps("Topics")
    await anna.taps(topic(stage, anna, "energy"))
    await anna.taps("Done")
    anna.reads(line(anna, "Topics", several(anna, topic(stage, anna), topic(stage, anna, "energy"))))
    await anna.taps("Show suggestions")
    anna.reads("Bernd Koch")
    row = found(stage, ident)
    assert row.topics == [str(topic_id(stage)), str(topic_id(stage, "energy"))]
    assert row.goal == "Founding a company"


async def test_the_form_goes_on_where_it_was_left(stage: Stage) -> None:
    anna = member(stage, ANNA)
    await anna.says("/mentors")
    await anna.taps("Done")
    await anna.says("/menu")
    await anna.says("/mentors")
    anna.reads("What would you like to achieve with a mentor?")


async def test_other_peoples_searches_and_those_that_are_over_are_not_changed(stage: Stage) -> None:
    anna = member(stage, ANNA)
    member(stage, "Dora Klein")
    for ident in (search(stage, "Dora Klein"), search(stage, ANNA, state="closed"), 999):
        await anna.presses(ChangeWishes(ident).pack(), None)
        anna.reads(OVER)


async def test_without_consent_to_contact_among_alumni_nobody_looks(stage: Stage) -> None:
    anna = member(stage, ANNA, in_network=False)
    ident = search(stage, ANNA)
    await anna.says("/mentors")
    anna.reads("This needs your consent to contact among alumni.")
    await anna.presses(ChangeWishes(ident).pack(), None)
    anna.reads("This needs your consent to contact among alumni.")
