"""The morning after, those who were there tell how it was; organisers see all answers together, from five on."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.conversation.notices import Switch
from db import surveys
from db.models.events import Attendance
from db.models.members import Member
from db.models.surveys import Ballot, Participation, Survey
from db.models.web import Entry
from handlers.events.organising import ShowResults
from handlers.events.surveying import TakeSurvey
from handlers.settings import Toggle
from tests.actors import Actor
from tests.events import answers, event
from tests.people import find, member
from tests.stage import Stage

INVITED = "How was <b>{event}</b>?"


async def tells(actor: Actor, score: str = "9", keep: str | None = None) -> None:
    """Take the survey that has arrived, to its end."""
    await actor.taps("Tell how it was")
    await actor.taps(score)
    for _statement in range(3):
        await actor.taps("4")
    if keep is None:
        await actor.taps("Skip")
    else:
        await actor.says(keep)
    await actor.taps("Skip")
    await actor.taps("2")
    await actor.taps("Send anonymously")


def survey_of(stage: Stage, event_id: int) -> Survey:
    found = stage.looks_up(lambda session: surveys.of_event(session, event_id))
    assert found is not None
    return found


def ballots(stage: Stage) -> list[dict[str, str]]:
    return stage.looks_up(lambda session: list(session.scalars(select(Ballot.content))))


def cast_for(stage: Stage, survey: int, names: list[str], score: str = "8") -> None:
    """Let these members have answered."""
    for name in names:
        row = find(stage, name).id
        content = {"recommend": score, "people": "4"}
        assert stage.looks_up(lambda session, row=row, content=content: surveys.cast(session, survey, row, content))


def a_survey(stage: Stage, people: int) -> tuple[int, list[str]]:
    """An event that is over, with so many people asked; its id and their names."""
    meetup = event(stage, in_hours=-30)
    names = [f"Person {letter}" for letter in "abcdefghijklmnop"[:people]]
    for name in names:
        member(stage, name)
    rows = [find(stage, name).id for name in names]
    stage.looks_up(
        lambda session: surveys.ask(session, surveys.open_for_event(session, meetup, stage.clock.now()).id, rows)
    )
    return meetup, names


@pytest.mark.everywhere
async def test_the_morning_after_one_tells_how_it_was(stage: Stage) -> None:
    meetup = event(stage, in_hours=6)
    anna = member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup)
    await stage.passes(hours=21.9)
    anna.reads_not(INVITED)
    await stage.passes(hours=0.2)
    anna.reads(INVITED, event="Stammtisch")
    await tells(anna, "9", keep="Das gute Essen")
    anna.reads("Thank you! Your answers are in, without your name.")
    assert ballots(stage) == [
        {"recommend": "9", "people": "4", "topic": "4", "organised": "4", "keep": "Das gute Essen", "met": "2"}
    ]


async def test_each_is_asked_at_nine_by_their_own_clock(stage: Stage) -> None:
    """It ends at 18:00 UTC, at two in the morning in Taiyuan, which still is the evening before: nine o'clock comes
    at 01:00 UTC there, at 08:00 in Chemnitz."""
    meetup = event(stage, in_hours=6)
    chen, anna = member(stage, "Chen Shibo", city="Taiyuan"), member(stage, "Anna Weber")
    for name in ("Chen Shibo", "Anna Weber"):
        answers(stage, name, meetup)
    await stage.passes(hours=14.9)
    chen.reads_not(INVITED)
    await stage.passes(hours=0.2)
    chen.reads(INVITED)
    anna.reads_not(INVITED)
    await stage.passes(hours=7)
    anna.reads(INVITED)


async def test_only_those_who_were_there_are_asked(stage: Stage) -> None:
    meetup = event(stage, in_hours=1)
    anna, bernd, clara = (member(stage, name) for name in ("Anna Weber", "Bernd Vogel", "Clara Lang"))
    answers(stage, "Anna Weber", meetup)
    answers(stage, "Bernd Vogel", meetup)
    answers(stage, "Clara Lang", meetup, "no")
    here = {"checked_in_at": stage.clock.now()}
    row = find(stage, "Anna Weber").id
    stage.looks_up(lambda session: session.execute(update(Attendance).where(Attendance.member_id == row).values(here)))
    await stage.passes(hours=24)
    anna.reads(INVITED)
    bernd.reads_not(INVITED)
    clara.reads_not(INVITED)


@pytest.mark.parametrize("how", ["objects", "switches surveys off"])
async def test_who_does_not_wish_it_is_not_asked(stage: Stage, how: str) -> None:
    meetup = event(stage, in_hours=1)
    anna = member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup)
    if how == "objects":
        await anna.says("/stop")
    else:
        await anna.presses(Toggle(Switch.SURVEYS, False).pack(), None)
    await stage.passes(hours=24 * 6)
    anna.reads_not(INVITED)


async def test_whatever_roles_one_holds_one_is_asked_once(stage: Stage) -> None:
    meetup = event(stage, in_hours=1)
    anna = member(stage, "Anna Weber", coordinator=True)
    answers(stage, "Anna Weber", meetup)
    await stage.passes(hours=30)
    assert sum("Stammtisch" in message.text for message in anna.messages()) == 1


async def test_one_reminder_after_three_days_to_the_silent(stage: Stage) -> None:
    meetup = event(stage, in_hours=1)
    anna, bernd = member(stage, "Anna Weber"), member(stage, "Bernd Vogel")
    for name in ("Anna Weber", "Bernd Vogel"):
        answers(stage, name, meetup)
    await stage.passes(hours=24)
    await tells(anna)
    await stage.passes(hours=24 * 4)
    bernd.reads("A last question about <b>{event}</b>: would you tell us how it was?")
    anna.reads_not("A last question about <b>{event}</b>: would you tell us how it was?")
    before = len(bernd.messages())
    await stage.passes(hours=24 * 5)
    assert len(bernd.messages()) == before


async def test_after_two_weeks_it_is_closed(stage: Stage) -> None:
    meetup = event(stage, in_hours=1)
    anna = member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup)
    await stage.passes(hours=24)
    await anna.taps("Tell how it was")
    await anna.taps("9")
    await stage.passes(hours=24 * 14)
    assert survey_of(stage, meetup).closed_at is not None
    await anna.presses(TakeSurvey(survey_of(stage, meetup).id).pack(), None)
    anna.reads("This survey is closed.")
    assert ballots(stage) == []


async def test_nobody_answers_twice(stage: Stage) -> None:
    meetup = event(stage, in_hours=1)
    anna = member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup)
    await stage.passes(hours=24)
    await tells(anna)
    await anna.presses(TakeSurvey(survey_of(stage, meetup).id).pack(), None)
    anna.reads("You have answered this survey already. Thank you!")
    assert len(ballots(stage)) == 1


async def test_somebody_who_was_not_asked_has_no_ballot(stage: Stage) -> None:
    meetup, _names = a_survey(stage, 1)
    dora = member(stage, "Dora Lang")
    await dora.presses(TakeSurvey(survey_of(stage, meetup).id).pack(), None)
    dora.reads("This survey is closed.")


@pytest.mark.door("web")
async def test_the_pages_history_keeps_nothing_of_the_answers(stage: Stage) -> None:
    meetup = event(stage, in_hours=1)
    anna = member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup)
    await stage.passes(hours=24)
    await tells(anna, "3", keep="Zitronenkuchen mit Sahne")
    bodies = stage.looks_up(lambda session: [str(body) for body in session.scalars(select(Entry.body))])
    assert not any("Zitronenkuchen" in body for body in bodies)
    assert any("••••" in body for body in bodies)


@pytest.mark.parametrize(("there_are", "shown"), [(4, None), (5, 5), (7, 7), (10, 10)])
async def test_results_from_five_answers_on(stage: Stage, there_are: int, shown: int | None) -> None:
    meetup, names = a_survey(stage, 12)
    chief = member(stage, "Karin Chef", coordinator=True)
    cast_for(stage, survey_of(stage, meetup).id, names[:there_are])
    await chief.presses(ShowResults(meetup).pack(), None)
    if shown is None:
        chief.reads("Results are shown from five answers on.")
    else:
        chief.reads("The results grow in steps of at least five answers.")
    assert survey_of(stage, meetup).shown == shown


async def test_results_grow_in_steps_so_that_two_pictures_betray_nobody(stage: Stage) -> None:
    meetup, names = a_survey(stage, 14)
    chief = member(stage, "Karin Chef", coordinator=True)
    survey = survey_of(stage, meetup).id
    cast_for(stage, survey, names[:6], "9")
    await chief.presses(ShowResults(meetup).pack(), None)
    for upto, shown in ((10, 6), (11, 11)):
        done = len(ballots(stage))
        cast_for(stage, survey, names[done:upto], "0")
        await chief.presses(ShowResults(meetup).pack(), None)
        published = stage.looks_up(lambda session: surveys.published(session, survey))
        assert len(published) == shown
        assert sum(ballot["recommend"] == "9" for ballot in published) == 6


async def test_two_weeks_later_what_was_never_shown_alone_is_not(stage: Stage) -> None:
    meetup, names = a_survey(stage, 8)
    chief = member(stage, "Karin Chef", coordinator=True)
    survey = survey_of(stage, meetup).id
    cast_for(stage, survey, names[:6])
    await chief.presses(ShowResults(meetup).pack(), None)
    cast_for(stage, survey, names[6:])
    now = stage.clock.now()
    stage.looks_up(lambda session: surveys.close(session, session.get_one(Survey, survey), now + timedelta(days=14)))
    await chief.presses(ShowResults(meetup).pack(), None)
    assert len(stage.looks_up(lambda session: surveys.published(session, survey))) == 6


async def test_the_organiser_of_another_club_sees_no_results(stage: Stage) -> None:
    meetup, names = a_survey(stage, 6)
    cast_for(stage, survey_of(stage, meetup).id, names)
    dora = member(stage, "Dora Lang")
    await dora.presses(ShowResults(meetup).pack(), None)
    dora.reads("This is for the ambassadors of clubs.")


async def test_an_erased_member_leaves_only_what_nobody_can_find(stage: Stage) -> None:
    meetup, names = a_survey(stage, 2)
    survey = survey_of(stage, meetup).id
    cast_for(stage, survey, names[:1])
    gone = find(stage, names[0]).id
    stage.looks_up(lambda session: session.delete(session.get_one(Member, gone)))
    left = stage.looks_up(lambda session: list(session.scalars(select(Participation.member_id))))
    assert left == [find(stage, names[1]).id]
    assert len(ballots(stage)) == 1
