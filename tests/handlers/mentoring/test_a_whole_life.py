"""The whole life of a mentorship, by what people tap and read and nothing else: from an offer and a wish to thanks."""

import pytest
from sqlalchemy import select

from db.models.mentoring import Mentorship
from tests.actors import Actor
from tests.handlers.mentoring.asking import in_a_week
from tests.handlers.mentoring.pairs import OVERVIEW, ballots, tells
from tests.people import member
from tests.stage import Stage
from tests.wording import said, topic

ANNA, BERND = "Anna Weber", "Bernd Koch"
GOAL = "A charging station in every village"
ASKED = "How is your mentorship with <b>{name}</b> going? {name} learns of your answer only if you have finished."
CLOSED = "Your mentorship with {name} is closed. Thank you for the time you gave each other!"


async def offers(stage: Stage, bernd: Actor) -> None:
    """Two mentees, for three months each; the language they read is ticked."""
    await bernd.says("/mentor")
    await bernd.taps("Done")
    await bernd.taps(topic(stage, bernd))
    await bernd.taps("Done")
    await bernd.says("Patents")
    await bernd.taps("2")
    await bernd.taps("Three months")
    await bernd.taps("Done")
    await bernd.says("Founders")
    await bernd.taps("Skip")
    await bernd.taps("Be a mentor")
    bernd.reads("Thank you: you are a mentor now.")
    bernd.reads("There is room for {n} mentees.", n=2)


async def looks(stage: Stage, anna: Actor) -> None:
    """From the first question to the suggestions."""
    await anna.says("/mentors")
    await anna.taps("Done")
    await anna.says(GOAL)
    await anna.taps(topic(stage, anna))
    await anna.taps("Done")
    await anna.taps("Skip")
    await anna.taps("Three months")
    await anna.taps("No preference")
    await anna.taps("Show suggestions")
    anna.reads("These people could be your mentor.")
    anna.reads("Your common topic: {topics}.", topics=topic(stage, anna))


async def agree(stage: Stage, anna: Actor, bernd: Actor) -> None:
    """She asks, he says yes."""
    await anna.taps(BERND)
    await anna.taps("Ask")
    anna.reads("{name} is being asked now. We tell you as soon as there is an answer.", name=BERND)
    await bernd.catch_up()
    bernd.reads("<b>{name}</b> would like to have you as a mentor.", name=ANNA)
    bernd.reads("<b>Goal:</b> {goal}", goal=GOAL)
    bernd.reads("Please answer by {day}; after that we ask somebody else.", day=in_a_week(stage, bernd))
    await stage.passes(days=1)
    await bernd.taps("Accept")
    bernd.reads("Thank you! You are now the mentor of <b>{name}</b>", name=ANNA)
    await anna.catch_up()
    anna.reads("<b>{name}</b> said yes: you have a mentor!", name=BERND)
    await anna.taps("Open the mentorship")
    anna.reads("Your mentor since {day}.")
    anna.reads("<b>Format:</b> {formats}", formats=said(anna, "Three months"))


async def go_on(stage: Stage, anna: Actor, bernd: Actor, chief: Actor) -> None:
    """A month later both are asked how it is going, and two months after that again; the office sees no case."""
    await stage.passes(days=31)
    anna.reads(ASKED, name=BERND)
    bernd.reads(ASKED, name=ANNA)
    for actor in (anna, bernd):
        await actor.taps("Going well")
        actor.reads("We are glad to hear it.")
        actor.reads_not(ASKED)
    await chief.says("/mentoring")
    chief.reads(OVERVIEW, active=1, mentors=1, searches=0, needy=0, silent=0)
    await stage.passes(days=61)
    anna.reads(ASKED, name=BERND)
    bernd.reads(ASKED, name=ANNA)


async def part(anna: Actor, bernd: Actor) -> None:
    """Now they have finished: they close it together, and are thanked."""
    await anna.taps("We have finished")
    anna.reads("How good that you got there! {name} is asked as well", name=BERND)
    await bernd.catch_up()
    bernd.reads("<b>{name}</b> says that the two of you have finished what you set out to do.", name=ANNA)
    await bernd.taps("Yes, close it")
    bernd.reads(CLOSED, name=ANNA)
    await anna.catch_up()
    anna.reads("<b>{name}</b> has closed your mentorship.", name=BERND)


async def look_back(anna: Actor, bernd: Actor) -> None:
    """Both tell how it was."""
    await tells(anna, "5", "4", "5", keep="The calls")
    await tells(bernd, "4", "4", "5", change="More time")
    for actor in (anna, bernd):
        actor.reads("Thank you! Your answers are in, without your name.")


@pytest.mark.everywhere
async def test_from_an_offer_to_thanks(stage: Stage) -> None:
    chief = member(stage, "Karin Chef", coordinator=True)
    anna, bernd = member(stage, ANNA), member(stage, BERND, city="Stuttgart")
    await offers(stage, bernd)
    await looks(stage, anna)
    await agree(stage, anna, bernd)
    await go_on(stage, anna, bernd, chief)
    await part(anna, bernd)
    await look_back(anna, bernd)
    assert stage.looks_up(lambda session: session.scalars(select(Mentorship.state)).all()) == ["finished"]
    assert sorted(ballots(stage), key=lambda ballot: ballot["helped"]) == [
        {"helped": "4", "time": "4", "again": "5", "change": "More time"},
        {"helped": "5", "time": "4", "again": "5", "keep": "The calls"},
    ]
    await bernd.says("/mentor")
    bernd.reads("There is room for {n} mentees.", n=2)
    await chief.says("/mentoring")
    chief.reads(OVERVIEW, active=0, mentors=1, searches=0)
    await chief.taps("Survey {year}", year=2026)
    chief.reads("Results are shown from five answers on.")
