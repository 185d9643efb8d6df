"""A mentorship is closed kindly, the place is free, and both tell how it was without anybody seeing who."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.i18n import speaking
from bot.conversation.notices import Composing
from bot.conversation.routing import ToDraw
from db import surveys
from db.models.conversation import Draft
from db.models.members import Member
from db.models.mentoring import Mentor
from db.models.surveys import Survey
from handlers.events.surveying import TakeSurvey
from handlers.mentoring.closing import part_from_all
from handlers.mentoring.overview import draw_comments
from handlers.mentoring.together_buttons import AskToClose, CloseMentorship, TakeMentoringSurvey
from tests.actors import Actor
from tests.db.test_anonymity import BY_CHANCE, Voted, dump, joined_by_order
from tests.handlers.mentoring.pairs import OVERVIEW, ballots, opens, queued, row_of, taps_again, tells, together
from tests.mentoring import mentor, mentorship, request, search
from tests.people import find, member
from tests.stage import Stage, translate
from tests.wording import said


def survey_of(stage: Stage, year: int = 2026) -> Survey:
    found = stage.looks_up(lambda session: surveys.of_occasion(session, f"mentoring:{year}"))
    assert found is not None
    return found


async def closes(actor: Actor, ref: int) -> None:
    await actor.presses(AskToClose(ref).pack(), None)
    await actor.taps("Yes, close it")


@pytest.mark.everywhere
async def test_closed_without_a_reason(stage: Stage) -> None:
    anna, chen, ref = together(stage)
    await opens(anna, ref)
    await anna.taps("Close the mentorship")
    anna.reads("Close the mentorship with {name}? {name} is told kindly; no reason is needed.", name="Chen Shibo")
    await anna.taps("Yes, close it")
    anna.reads("Your mentorship with {name} is closed. Thank you for the time you gave each other!", name="Chen Shibo")
    await chen.catch_up()
    chen.reads("<b>{name}</b> has closed your mentorship.", name="Anna Weber")
    assert row_of(stage, ref).state == "ended"
    await tells(anna, "5", "4", "5", keep="The calls on Fridays")
    anna.reads("Thank you! Your answers are in, without your name.")
    await tells(chen, "4", "2", "5")
    assert sorted(ballots(stage), key=len) == [
        {"helped": "4", "time": "2", "again": "5"},
        {"helped": "5", "time": "4", "again": "5", "keep": "The calls on Fridays"},
    ]


async def test_it_is_closed_once(stage: Stage) -> None:
    anna, chen, ref = together(stage)
    await closes(anna, ref)
    for actor in (anna, chen):
        await taps_again(actor, CloseMentorship(ref))
        actor.reads("Your mentorship with {name} lasted from {began} to {ended}. Thank you for it!")
        await taps_again(actor, AskToClose(ref))
        actor.reads("This mentorship has ended, so there is nothing more to do here.")
    assert queued(stage, "mentorship_ended") == ["Chen Shibo"]


async def test_nobody_else_closes_it(stage: Stage) -> None:
    _anna, _chen, ref = together(stage)
    eva = member(stage, "Eva Lange")
    await taps_again(eva, CloseMentorship(ref))
    eva.reads("This mentorship cannot be found among yours.")
    assert row_of(stage, ref).state == "active"


async def test_the_place_is_free_and_somebody_else_can_be_found(stage: Stage) -> None:
    mentor(stage, "Chen Shibo")
    anna = member(stage, "Anna Weber")
    sought = search(stage, "Anna Weber", state="matched")
    request(stage, sought, "Anna Weber", "Chen Shibo", state="accepted")
    ref = mentorship(stage, "Anna Weber", "Chen Shibo")
    await stage.passes(hours=1)
    await closes(anna, ref)
    offered = stage.looks_up(lambda session: session.get_one(Mentor, find(stage, "Chen Shibo").id).changed_at)
    assert offered == stage.clock.now()
    assert anna.sees_button("Another mentor")


async def test_no_more_questions_after_the_end(stage: Stage) -> None:
    anna, _chen, ref = together(stage)
    await closes(anna, ref)
    await stage.passes(days=45)
    assert queued(stage, "check_in_asked") == []


async def test_whoever_leaves_takes_leave_of_all(stage: Stage) -> None:
    anna, _chen, ref = together(stage)
    who, now = find(stage, "Chen Shibo").id, stage.clock.now()
    stage.looks_up(lambda session: part_from_all(session, who, now))
    await stage.settle()
    await anna.catch_up()
    anna.reads("A mentorship of yours has ended: the other person is no longer in the network. Thank you for it!")
    assert "Chen Shibo" not in anna.screen.text
    assert row_of(stage, ref).state == "ended"
    await tells(anna, "5", "5", "5")
    assert len(ballots(stage)) == 1


async def test_one_survey_a_year_and_person(stage: Stage) -> None:
    anna, _chen, ref = together(stage)
    mentor(stage, "Bernd Koch")
    second = mentorship(stage, "Anna Weber", "Bernd Koch")
    await closes(anna, ref)
    await tells(anna, "5", "5", "5")
    await closes(anna, second)
    assert not anna.sees_button("Tell how it was")
    await taps_again(anna, TakeMentoringSurvey(survey_of(stage).id))
    anna.reads("You have answered this survey already. Thank you!")


async def test_it_is_not_answered_by_the_questions_about_events(stage: Stage) -> None:
    anna, _chen, ref = together(stage)
    await closes(anna, ref)
    await taps_again(anna, TakeSurvey(survey_of(stage).id))
    anna.reads("This survey is closed.")


async def test_only_those_who_were_together_are_asked(stage: Stage) -> None:
    anna, _chen, ref = together(stage)
    eva = member(stage, "Eva Lange")
    await closes(anna, ref)
    await taps_again(eva, TakeMentoringSurvey(survey_of(stage).id))
    eva.reads("This survey is closed.")


@pytest.mark.door("telegram")
async def test_it_closes_with_the_january_after(stage: Stage) -> None:
    anna, chen, ref = together(stage, door="telegram")
    await closes(anna, ref)
    await chen.taps("Tell how it was")
    await chen.taps("3")
    await stage.passes(days=327)  # 31 January
    await tells(anna, "5", "5", "5")
    await stage.passes(days=1)
    assert survey_of(stage).closed_at is not None
    assert stage.looks_up(lambda session: session.scalars(select(Draft)).all()) == []
    await taps_again(chen, TakeMentoringSurvey(survey_of(stage).id))
    chen.reads("This survey is closed.")


async def test_whoever_gave_up_begins_again(stage: Stage) -> None:
    anna, _chen, ref = together(stage)
    await closes(anna, ref)
    await anna.taps("Tell how it was")
    await anna.says("/cancel")
    await anna.taps("Start again")
    anna.reads("The mentoring helped me.")
    for score in ("5", "4", "3"):
        await anna.taps(score)
    for _word in range(2):
        await anna.taps("Skip")
    await anna.taps("Send anonymously")
    assert ballots(stage) == [{"helped": "5", "time": "4", "again": "3"}]


def cast(stage: Stage, people: int, **content: str) -> None:
    """Let so many more people have answered."""
    survey, have = survey_of(stage).id, len(ballots(stage))
    for number in range(have, have + people):
        name = f"Voter {'abcdefghijklmnop'[number]}"
        member(stage, name)
        row = find(stage, name).id
        stage.looks_up(lambda session, row=row: surveys.ask(session, survey, [row]))  # type: ignore[misc]
        assert stage.looks_up(lambda session, row=row: surveys.cast(session, survey, row, content))  # type: ignore[misc]


async def test_results_in_steps_of_five(stage: Stage) -> None:
    anna, _chen, ref = together(stage)
    chief = member(stage, "Karin Chef", coordinator=True)
    await chief.says("/mentoring")
    chief.reads(OVERVIEW, active=1)
    chief.reads(OVERVIEW, mentors=1)
    await closes(anna, ref)
    cast(stage, 4, helped="5", again="2")
    await chief.says("/mentoring")
    await chief.taps("Survey {year}", year=2026)
    chief.reads("Results are shown from five answers on.")
    cast(stage, 1, helped="5", again="2")
    await chief.taps("Mentoring")
    await chief.taps("Survey {year}", year=2026)
    chief.reads("{n} anonymous answers", n=5)
    chief.reads("“{statement}”: {value}", statement=translate(chief.language, "The mentoring helped me."), value="5")
    chief.reads("“{statement}”: {value}", value=translate(chief.language, "fewer than five"))
    cast(stage, 4, helped="1", again="1")
    await chief.says("/mentoring")
    await chief.taps("Survey {year}", year=2026)
    chief.reads("{n} anonymous answers", n=5)
    cast(stage, 1, helped="1", again="1")
    await chief.says("/mentoring")
    await chief.taps("Survey {year}", year=2026)
    chief.reads("{n} anonymous answers", n=10)
    chief.reads("“{statement}”: {value}", statement=translate(chief.language, "The mentoring helped me."), value="3")


async def test_what_people_wrote_is_a_picture_without_an_order(stage: Stage) -> None:
    anna, _chen, ref = together(stage)
    chief = member(stage, "Karin Chef", coordinator=True)
    await closes(anna, ref)
    cast(stage, 5, keep="The calls", change="Longer")
    await chief.says("/mentoring")
    await chief.taps("Survey {year}", year=2026)
    chief.reads("What people wrote, in random order")

    reader, survey = find(stage, "Karin Chef").id, survey_of(stage).id

    def make(session: Session) -> ToDraw:
        at = Composing(session, session.get_one(Member, reader), stage.app.house, stage.clock.now())
        with speaking(chief.language, "Europe/Berlin"):
            made = draw_comments(at, {"survey": survey})
        assert isinstance(made, ToDraw)
        return made

    words = stage.looks_up(make).data["comments"]
    kept, changed = said(chief, "Keep: {text}", text="The calls"), said(chief, "Change: {text}", text="Longer")
    assert sorted(words) == sorted([changed] * 5 + [kept] * 5)


@pytest.mark.door("web")
async def test_nothing_tells_who_said_what(stage: Stage) -> None:
    """Sixteen people tell in words, by turns on Telegram and on the page; whoever has the database joins nobody."""
    mentor(stage, "Bernd Koch", capacity=10)
    names = [f"Person {letter}" for letter in "abcdefghijklmnop"]
    people = [member(stage, name, door="telegram" if place % 2 else "web") for place, name in enumerate(names)]
    refs = [mentorship(stage, name, "Bernd Koch") for name in names]
    voted = []
    for place in (5, 0, 11, 14, 3, 8, 1, 15, 6, 12, 2, 9, 4, 13, 10, 7):
        await closes(people[place], refs[place])
        words = f"words of voter {place:03d}"
        await tells(people[place], "5", "4", "3", keep=words, change=f"as well: {words}" if place % 3 else None)
        voted.append(Voted(find(stage, names[place]).id, words, ""))
    assert joined_by_order(stage.app.engine, voted) <= BY_CHANCE
    rows = dump(stage.app.engine)
    assert len(rows.pop("ballot")) == len(voted)
    assert not [row for found in rows.values() for row in found if "words of voter" in row]
