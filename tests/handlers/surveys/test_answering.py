"""Those who were asked answer, anonymously or under their name; who has not is reminded once; then it closes."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.conversation.notices import Switch
from db import erasure, questionnaires
from db.disclosure import everything_about
from db.models.conversation import Draft
from db.models.members import Member
from db.models.surveys import NamedAnswer, Participation, Questionnaire, Survey
from db.models.web import Entry
from handlers.events.surveying import TakeSurvey
from handlers.mentoring.together_buttons import TakeMentoringSurvey
from handlers.settings import Toggle
from handlers.surveys.buttons import AnswerSurvey, EndSurvey
from tests.actors import Actor
from tests.people import find, member
from tests.stage import Stage
from tests.surveys import EVERY_KIND, ballots, named, row_of, says, survey

ANSWER = "Answer the survey"
THANKS = "Thank you! Your answers are in, without your name."
AGAIN = "A reminder: would you answer <b>{title}</b>? It is open until {time}."
CLOSED = "This survey is closed."


async def asked(stage: Stage, anonymous: bool = True, **columns: object) -> tuple[int, Actor]:
    """A survey that has begun, and somebody it asks."""
    member(stage, "Cora Ordner", coordinator=True)
    anna = member(stage)
    made = survey(stage, anonymous=anonymous, **columns)  # type: ignore[arg-type]
    await stage.passes(minutes=1)
    return made, anna


async def answers(actor: Actor) -> None:
    await actor.taps(ANSWER)
    await actor.taps("Apfel")
    await actor.says("Zitronenkuchen")


async def _answers_every_kind(stage: Stage) -> None:
    member(stage, "Cora Ordner", coordinator=True)
    anna = member(stage)
    survey(stage, *EVERY_KIND)
    await stage.passes(minutes=1)
    anna.reads("It is anonymous: your answers are kept without your name and without a time")
    await anna.taps(ANSWER)
    await anna.taps("Birne")
    await anna.taps("Rot")
    await anna.taps("Gold")
    await anna.taps("Done")
    await anna.taps("4")
    await anna.says("100")
    anna.reads("The number must be between {least} and {most}.", least=0, most=99)
    await anna.says("viel")
    anna.reads("This is not a whole number.")
    await anna.says("42")
    await anna.says("Zitronenkuchen")
    await anna.says("31.2.2020")
    anna.reads("There is no such day in the calendar.")
    await anna.says("2020-02-29")
    anna.reads("Ready? Once sent, your answers can no longer be changed or taken back: nobody knows which are yours.")
    await anna.taps("Send anonymously")
    anna.reads(THANKS)
    assert ballots(stage) == [
        {"q1": "2", "q2": ["1", "3"], "q3": "4", "q4": 42, "q5": "Zitronenkuchen", "q6": "2020-02-29"}
    ]
    assert named(stage) == []


@pytest.mark.language("de")
async def test_one_answers_anonymously_to_every_kind_of_question_in_german(stage: Stage) -> None:
    await _answers_every_kind(stage)


@pytest.mark.language("en")
async def test_one_answers_anonymously_to_every_kind_of_question_in_english(stage: Stage) -> None:
    await _answers_every_kind(stage)


@pytest.mark.language("zh_Hans")
async def test_one_answers_anonymously_to_every_kind_of_question_in_chinese(stage: Stage) -> None:
    await _answers_every_kind(stage)


async def _answers_and_changes(stage: Stage) -> None:
    _made, anna = await asked(stage, anonymous=False)
    anna.reads("It is not anonymous")
    await answers(anna)
    anna.reads("<b>Your answers</b>\nThey carry your name. Tap a line below to change it.")
    await anna.taps("Send with my name")
    anna.reads("Thank you! Your answers are in. You can change them until {time}.")
    await anna.taps("Change my answers")
    await anna.presses(anna.screen.buttons[1][0][1], anna.screen.ident)
    await anna.taps("Birne")
    await anna.taps("Send with my name")
    assert named(stage) == [{"q1": "2", "q2": "Zitronenkuchen"}]
    assert ballots(stage) == []


@pytest.mark.language("de")
async def test_one_answers_under_ones_name_and_changes_it_in_german(stage: Stage) -> None:
    await _answers_and_changes(stage)


@pytest.mark.language("en")
async def test_one_answers_under_ones_name_and_changes_it_in_english(stage: Stage) -> None:
    await _answers_and_changes(stage)


@pytest.mark.language("zh_Hans")
async def test_one_answers_under_ones_name_and_changes_it_in_chinese(stage: Stage) -> None:
    await _answers_and_changes(stage)


async def test_what_one_answered_under_ones_name_is_among_ones_data(stage: Stage) -> None:
    made, _anna = await asked(stage, anonymous=False)
    says(stage, made, "Anna Weber", q1="1")
    row = find(stage, "Anna Weber").id

    def told(session: Session) -> object:
        return everything_about(session, session.get_one(Member, row))["answers_to_surveys_with_names"]

    (about,) = stage.looks_up(told)  # type: ignore[misc]
    assert [each["answer"]["en"] for each in about["answers"]] == ["Apfel"]
    stage.looks_up(lambda session: erasure.erase(session, session.get_one(Member, row), stage.clock.now()))
    assert stage.looks_up(lambda session: session.scalar(select(func.count()).select_from(NamedAnswer))) == 0


async def test_nobody_answers_twice(stage: Stage) -> None:
    made, anna = await asked(stage)
    await answers(anna)
    await anna.taps("Send anonymously")
    await anna.presses(AnswerSurvey(made).pack(), None)
    anna.reads("You have answered this survey already. Thank you!")
    assert len(ballots(stage)) == 1


@pytest.mark.door("web")
async def test_nothing_of_an_anonymous_answer_stays_on_the_page(stage: Stage) -> None:
    _made, anna = await asked(stage)
    await anna.taps(ANSWER)
    await anna.says("Zitronenkuchen, zu früh")
    await anna.taps("Apfel")
    await anna.says("Zitronenkuchen " * 50)
    await anna.says("Zitronenkuchen")
    bubbles = stage.looks_up(lambda session: [str(body) for body in session.scalars(select(Entry.body))])
    assert not any("Zitronenkuchen" in body for body in bubbles)
    await anna.taps("Send anonymously")
    left = stage.looks_up(lambda session: [str(body) for body in session.scalars(select(Entry.body))])
    assert not any("Q-W" in body for body in left)


async def test_who_was_not_asked_has_no_answer(stage: Stage) -> None:
    made, _anna = await asked(stage)
    late = member(stage, "Dora Lang")
    await late.presses(AnswerSurvey(made).pack(), None)
    late.reads("This survey was sent to other people, so it is not open to you.")
    await late.presses(AnswerSurvey(99).pack(), None)
    late.reads("This survey no longer exists. Thank you for your interest!")


async def test_no_other_form_casts_a_ballot_into_it(stage: Stage) -> None:
    made, anna = await asked(stage)
    number = row_of(stage, made).survey_id
    assert number is not None
    for tap in (TakeSurvey(number), TakeMentoringSurvey(number)):
        await anna.presses(tap.pack(), None)
        anna.reads(CLOSED)


@pytest.mark.parametrize("anonymous", [True, False])
async def test_closed_while_one_was_answering(stage: Stage, anonymous: bool) -> None:
    """The half-filled form goes with it."""
    made, anna = await asked(stage, anonymous)
    await anna.taps(ANSWER)
    last = anna.screen
    stage.looks_up(
        lambda session: questionnaires.close(session, session.get_one(Questionnaire, made), stage.clock.now())
    )
    assert stage.looks_up(lambda session: session.scalars(select(Draft)).all()) == []
    await anna.presses(last.buttons[0][0][1], last.ident)
    anna.reads("This form is already closed. Everything you can do is in /menu.")
    await anna.presses(AnswerSurvey(made).pack(), None)
    anna.reads(CLOSED)


async def test_deleted_while_one_was_answering(stage: Stage) -> None:
    _made, anna = await asked(stage)
    await anna.taps(ANSWER)
    stage.looks_up(lambda session: session.execute(delete(Survey)))
    await anna.taps("Apfel")
    anna.reads("This survey no longer exists. Thank you for your interest!")


@pytest.mark.parametrize("how", ["objects", "switches surveys off"])
async def test_who_does_not_wish_it_is_not_asked(stage: Stage, how: str) -> None:
    member(stage, "Cora Ordner", coordinator=True)
    anna = member(stage)
    await (anna.says("/stop") if how == "objects" else anna.presses(Toggle(Switch.SURVEYS, False).pack(), None))
    survey(stage)
    await stage.passes(days=6)
    anna.reads_not("T-Umfrage")
    assert stage.looks_up(lambda session: session.scalar(select(func.count()).select_from(Participation))) == 1


async def test_invitations_wait_for_the_morning(stage: Stage) -> None:
    """It is 22:00 in Taiyuan."""
    await stage.passes(hours=4)
    member(stage, "Cora Ordner", coordinator=True)
    chen = member(stage, "Chen Shibo", city="Taiyuan")
    survey(stage)
    await stage.passes(hours=9)
    chen.reads_not("T-Umfrage")
    await stage.passes(hours=2)
    chen.reads("T-Umfrage")


async def test_one_reminder_to_those_who_have_not_answered(stage: Stage) -> None:
    made, anna = await asked(stage)
    bernd = member(stage, "Bernd Vogel")
    await answers(anna)
    await anna.taps("Send anonymously")
    silent = find(stage, "Bernd Vogel").id
    number = row_of(stage, made).survey_id
    stage.looks_up(lambda session: session.add(Participation(survey_id=number, member_id=silent)))
    await stage.passes(days=5, hours=1)
    bernd.reads(AGAIN)
    anna.reads_not(AGAIN)
    before = len(bernd.messages())
    await stage.passes(days=6)
    assert len(bernd.messages()) == before


async def test_after_its_last_day_it_is_closed_and_its_maker_is_told(stage: Stage) -> None:
    cora = member(stage, "Cora Ordner", coordinator=True)
    made = survey(stage, remind_after=0)
    await stage.passes(days=13)
    cora.reads_not("Your survey <b>{title}</b> has closed. Its results are final.")
    await stage.passes(days=2)
    cora.reads("Your survey <b>{title}</b> has closed. Its results are final.", title="T-Umfrage")
    await cora.presses(EndSurvey(made, True).pack(), None)
    cora.reads("Closed: {time}")


async def test_it_is_ended_early(stage: Stage) -> None:
    made, anna = await asked(stage)
    cora = member(stage, "Dora Lang", coordinator=True)
    await cora.presses(EndSurvey(made).pack(), None)
    await cora.taps("End it now")
    cora.reads("It has ended. Thank you for asking!")
    await anna.taps(ANSWER)
    anna.reads(CLOSED)


async def test_three_years_later_it_is_forgotten(stage: Stage) -> None:
    made, _anna = await asked(stage, anonymous=False)
    says(stage, made, "Anna Weber", q1="1")
    now = stage.clock.now()
    stage.looks_up(lambda session: questionnaires.close(session, session.get_one(Questionnaire, made), now))
    await stage.app.ticks.hold_lease()
    for days, left in ((1094, 1), (1097, 0)):
        stage.clock.move(now + timedelta(days=days) - stage.clock.now())
        await stage.app.planning.clear()
        assert len(named(stage)) == left
    assert named(stage) == []
    assert stage.looks_up(lambda session: session.scalars(select(Questionnaire)).all()) == []
