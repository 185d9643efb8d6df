"""Coordinators build a survey on its card; it begins when each of its readers has all of it, or knowingly."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.conversation.questions import Move, Step
from bot.domain.scope import Scope
from db.models.members import Role
from db.models.surveys import Questionnaire, Survey
from handlers.surveys.buttons import (
    AddQuestion,
    BeginSurvey,
    ChangeSurvey,
    DiscardSurvey,
    OpenSurvey,
    PlaceQuestion,
    TrySurvey,
)
from tests.actors import Actor
from tests.clubs import club, enters
from tests.people import find, member
from tests.stage import Stage
from tests.surveys import EVERY_KIND, WHICH, WORDS, in_all, row_of, survey

BEGIN = "Begin to ask"


def coordinator(stage: Stage, name: str = "Cora Ordner") -> Actor:
    return member(stage, name, coordinator=True)


def of_institution(stage: Stage, name: str, institution: int) -> Actor:
    """A coordinator of one institution."""
    actor = coordinator(stage, name)
    row, scope = find(stage, name).id, Scope(institutions=frozenset({institution})).to_json()
    stage.looks_up(lambda session: session.execute(update(Role).where(Role.member_id == row).values(scope=scope)))
    return actor


async def frames(actor: Actor, title: str, to: str = "Everybody") -> None:
    """A draft in one language, up to its card."""
    await actor.says("/survey")
    await actor.taps("New survey")
    await actor.says(title)
    await actor.taps(to)
    await actor.taps("Save as a draft")


async def test_a_survey_is_built_and_begins_to_ask(stage: Stage) -> None:
    cora = coordinator(stage)
    anna = member(stage)
    await frames(cora, "T-Fest")
    cora.reads("Saved as a draft. Now add the first question.")
    await cora.taps("+ Question")
    await cora.taps("One of several options")
    await cora.says("Q-Wann")
    await cora.says("Mai\nJuni\nJuli")
    cora.reads("<b>The question so far</b>\nTap a line below to change it.")
    await cora.taps("Save the question")
    cora.reads("The question is saved.")
    await cora.taps("+ Question")
    await cora.taps("Own words")
    await cora.says("Q-Warum")
    await cora.taps("Save the question")
    await cora.taps("Begin to ask …")
    cora.reads("<b>This asks {n} people.</b>", n=2)
    cora.reads("Fewer than five are asked, so there will be no results: they are shown from five answers on.")
    await cora.taps(BEGIN)
    cora.reads("It has begun: the invitations go out now, to each outside their quiet hours.")
    await stage.passes(minutes=1)
    anna.reads("T-Fest")
    await anna.taps("Answer the survey")
    anna.reads("Q-Wann")


async def test_a_scale_asks_what_its_ends_mean_and_a_number_for_its_bounds(stage: Stage) -> None:
    cora = coordinator(stage)
    draft = survey(stage, begun=False, questions=[], keys=0, languages=[cora.language])
    await cora.presses(AddQuestion(draft).pack(), None)
    await cora.taps("A scale")
    await cora.says("Q-Wie")
    await cora.taps("1–7")
    await cora.says("nur eine Zeile")
    cora.reads("Please write two lines: what the lowest number means, and what the highest one means.")
    await cora.says("gar nicht\nsehr")
    await cora.taps("Save the question")
    await cora.taps("+ Question")
    await cora.taps("A number")
    await cora.says("Q-Wieviel")
    await cora.says("10")
    await cora.says("3")
    cora.reads("The largest number must be larger than the smallest.")
    await cora.says("20")
    await cora.taps("Answer")
    await cora.taps("Must be answered")
    await cora.taps("Save the question")
    scale, number = row_of(stage, draft).questions
    assert (scale["least"], scale["most"], len(scale["ends"])) == (1, 7, 2)
    assert (number["least"], number["most"], number["required"]) == (10, 20, True)


@pytest.mark.language("en")
async def test_the_other_languages_are_asked_for_line_by_line(stage: Stage) -> None:
    cora = coordinator(stage)
    draft = survey(stage, begun=False, questions=[], keys=0, languages=["en", "de"])
    await cora.presses(AddQuestion(draft).pack(), None)
    await cora.taps("One of several options")
    await cora.says("When?")
    await cora.says("May")
    cora.reads("Please write {least} to {most} options, each on a line of its own.", least=2, most=12)
    await cora.says("May\nMAY")
    cora.reads("Two lines say the same. Please make each a different one.")
    await cora.says("May\n" + "J" * 49)
    cora.reads("One line is too long for a button: please use at most {n} characters.", n=48)
    await cora.says("May\nJune")
    await cora.says("Wann?")
    await cora.says("Mai\nJuni\nJuli")
    cora.reads("There must be {n} lines, in the same order as in the other language.", n=2)
    await cora.says("Mai\nJuni")
    await cora.taps("Save the question")
    assert row_of(stage, draft).questions[0]["options"] == [{"en": "May", "de": "Mai"}, {"en": "June", "de": "Juni"}]


@pytest.mark.language("en")
async def test_the_language_gate_holds_until_it_is_opened_knowingly(stage: Stage) -> None:
    cora, lin = coordinator(stage), member(stage, "Lin Yue", language="zh_Hans")
    lin.reads_one_language = False
    draft = survey(stage, begun=False, languages=["en", "zh_Hans"], titles={"en": "Summer", "zh_Hans": "夏天"},
                   questions=[{**WHICH.to_json(), "words": {"en": "Which?"}}])  # fmt: skip
    await cora.presses(OpenSurvey(draft).pack(), None)
    cora.reads("Still without a text in {language}: {parts}.", language="Chinese", parts="question 1")
    await cora.taps("Begin to ask …")
    cora.reads("{n} reader of {language} would get it in {instead}.", n=1, language="Chinese", instead="English")
    await cora.taps("Ask in another language")
    await cora.taps(BEGIN)
    await stage.passes(minutes=1)
    assert any("Summer" in message.text for message in lin.messages())
    assert not any("夏天" in message.text for message in lin.messages())


async def test_what_cannot_begin_says_why(stage: Stage) -> None:
    cora, today = coordinator(stage), stage.clock.now().date()
    for columns, why in (
        ({"questions": []}, "There is no question yet. Please add one first."),
        ({"audience": {"club": [99]}}, "There is nobody in this group who may be asked. Please choose another."),
        ({"last_day": today - timedelta(days=1)}, "Its last day, {day}, has passed. Please choose a later one."),
        ({"last_day": today + timedelta(days=3)}, "The reminder would come after the last day."),
        ({"languages": ["en"], "titles": {}}, "There is no language yet in which nothing is missing."),
    ):
        draft = survey(stage, begun=False, **columns)  # type: ignore[arg-type]
        await cora.presses(BeginSurvey(draft, 9).pack(), None)
        cora.reads(why)
        assert row_of(stage, draft).survey_id is None
    draft = survey(stage, begun=False)
    await cora.presses(BeginSurvey(draft, -7).pack(), None)
    cora.reads("Once it has begun, neither its questions can be changed")
    assert row_of(stage, draft).survey_id is None


async def test_two_coordinators_begin_it_once_and_nobody_changes_it_then(stage: Stage) -> None:
    cora, dora = coordinator(stage), coordinator(stage, "Dora Lang")
    draft = survey(stage, begun=False)
    await cora.presses(BeginSurvey(draft, 9).pack(), None)
    await dora.presses(BeginSurvey(draft, 9).pack(), None)
    dora.reads("It has begun already.")
    for tap in (ChangeSurvey(draft), AddQuestion(draft), DiscardSurvey(draft, True), PlaceQuestion(draft, 1, 1)):
        await dora.presses(tap.pack(), None)
        dora.reads("This survey has been opened, so it can no longer be changed.")
    assert len(stage.looks_up(lambda session: session.scalars(select(Survey)).all())) == 1


async def test_many_people_need_a_second_coordinator(stage: Stage) -> None:
    await stage.restart(confirmed_above=1)
    cora = coordinator(stage)
    member(stage)
    draft = survey(stage, begun=False)
    await cora.presses(BeginSurvey(draft, 9).pack(), None)
    cora.reads("More than {n} people would be asked, so a second coordinator must agree, and there is none yet.", n=1)
    second = coordinator(stage, "Kofi Ordner")
    await cora.presses(BeginSurvey(draft, 9).pack(), None)
    cora.reads("More than {n} people would be asked, so a second coordinator must begin it. They have been told.", n=1)
    await cora.presses(BeginSurvey(draft, 9).pack(), None)
    assert row_of(stage, draft).survey_id is None
    await stage.passes(minutes=1)
    second.reads("A survey to many people needs a second coordinator.")
    await second.taps("Look at it")
    await second.taps("Begin to ask …")
    await second.taps(BEGIN)
    second.reads("It has begun: the invitations go out now, to each outside their quiet hours.")


async def test_the_database_itself_keeps_what_has_begun(stage: Stage) -> None:
    coordinator(stage)
    begun = survey(stage)
    changes: list[dict[str, object]] = [{"anonymous": False}, {"questions": []}, {"survey_id": None, "opened_by": None}]
    for change in changes:
        altered = update(Questionnaire).where(Questionnaire.id == begun).values(change)
        with pytest.raises(Exception, match="an open survey is fixed"):
            stage.looks_up(lambda session, altered=altered: session.execute(altered))
    with pytest.raises(Exception, match="anonymity is fixed"):
        stage.looks_up(lambda session: session.execute(update(Survey).values(anonymous=False)))


async def test_questions_change_places_and_go(stage: Stage) -> None:
    cora = coordinator(stage)
    draft = survey(stage, *EVERY_KIND, begun=False)
    await cora.presses(OpenSurvey(draft).pack(), None)
    await cora.taps("2")
    await cora.taps("Up")
    assert [each["key"] for each in row_of(stage, draft).questions[:3]] == ["q2", "q1", "q3"]
    await cora.taps("Down")
    await cora.taps("Delete")
    await cora.taps("Delete")
    cora.reads("The question is deleted.")
    assert [each["key"] for each in row_of(stage, draft).questions] == ["q1", "q3", "q4", "q5", "q6"]


async def test_a_question_is_worded_anew(stage: Stage) -> None:
    cora = coordinator(stage)
    draft = survey(stage, WHICH, begun=False, languages=[cora.language])
    await cora.presses(OpenSurvey(draft).pack(), None)
    await cora.taps("1")
    await cora.taps("Change")
    await cora.taps("Question")
    await cora.says("Q-Neu")
    await cora.taps("Save the question")
    assert [(each["key"], each["words"]) for each in row_of(stage, draft).questions] == [
        ("q1", {cora.language: "Q-Neu"})
    ]


@pytest.mark.language("en")
async def test_an_older_button_asks_nothing_before_its_turn(stage: Stage) -> None:
    """Options in German are asked for, with none in English yet to go by."""
    cora = coordinator(stage)
    draft = survey(stage, begun=False, questions=[], keys=0)
    await cora.presses(AddQuestion(draft).pack(), None)
    await cora.taps("One of several options")
    await cora.presses(Move("surveyquestion", Step.CHANGE, "options_de").pack(), None)
    cora.reads("How is the question worded in this language: {language}?")
    await cora.says("Q-Which")
    cora.reads("Which options are there?")


async def test_twenty_questions_are_the_most(stage: Stage) -> None:
    cora = coordinator(stage)
    many = [{**WORDS.to_json(), "key": f"q{n}"} for n in range(1, 21)]
    draft = survey(stage, begun=False, questions=many, keys=20)
    await cora.presses(AddQuestion(draft).pack(), None)
    cora.reads("A survey has at most {n} questions: more are seldom answered.", n=20)


@pytest.mark.language("de")
async def test_it_is_tried_in_another_language_and_nothing_is_kept(stage: Stage) -> None:
    cora = coordinator(stage)
    cora.reads_one_language = False
    draft = survey(stage, WHICH, begun=False)
    await cora.presses(TrySurvey(draft, "en").pack(), None)
    assert cora.screen.labels()[-1] == "Cancel"
    await cora.taps("Apfel")
    assert cora.screen.labels()[0] == "Send anonymously"
    await cora.presses(cora.screen.buttons[0][0][1], cora.screen.ident)
    cora.reads("That was the whole survey as its readers see it. Nothing of what you entered was stored.")
    assert stage.looks_up(lambda session: session.scalars(select(Survey)).all()) == []


async def test_another_scopes_survey_is_not_opened_by_a_guessed_button(stage: Stage) -> None:
    coordinator(stage)
    stranger = of_institution(stage, "Ina Fremd", 2)
    draft = survey(stage, begun=False, title="T-Geheim")
    for tap in (OpenSurvey(draft), BeginSurvey(draft, 9), AddQuestion(draft), TrySurvey(draft, "en")):
        await stranger.presses(tap.pack(), None)
        stranger.reads("This survey is in the hands of other coordinators.")
    await stranger.says("/survey")
    stranger.reads_not("T-Geheim")
    assert row_of(stage, draft).survey_id is None


async def test_a_scoped_coordinator_asks_nobody_outside(stage: Stage) -> None:
    """To the members of a club, of whom only one studied there."""
    home = club(stage, "Chemnitz")
    ina = of_institution(stage, "Ina Fremd", 10**6)
    member(stage)
    for name in ("Anna Weber", "Ina Fremd"):
        enters(stage, name, home)
    await ina.says("/survey")
    await ina.taps("New survey")
    await ina.says("T-Club")
    await ina.taps("Members: {club}", club="Club Chemnitz")
    ina.reads("<b>This asks {n} people.</b> Tap a line below to change it.", n=0)
    await ina.taps("Save as a draft")
    row = stage.looks_up(lambda session: session.scalars(select(Questionnaire)).one())
    assert row.scope == {"institutions": [10**6]}
    await ina.presses(BeginSurvey(row.id, 9).pack(), None)
    ina.reads("There is no question yet. Please add one first.")


async def test_a_draft_is_discarded(stage: Stage) -> None:
    cora = coordinator(stage)
    draft = survey(stage, begun=False)
    await cora.presses(DiscardSurvey(draft).pack(), None)
    await cora.taps("Discard")
    cora.reads("Discarded.")
    await cora.presses(OpenSurvey(draft).pack(), None)
    cora.reads("This survey no longer exists.")


async def test_the_frame_is_changed_on_its_card(stage: Stage) -> None:
    cora = coordinator(stage)
    draft = survey(stage, begun=False, intros=in_all("I-Wozu"), languages=[cora.language], segment=None)
    await cora.presses(ChangeSurvey(draft).pack(), None)
    await cora.taps("Names")
    await cora.taps("With names")
    await cora.taps("Reminder")
    await cora.taps("No reminder")
    await cora.taps("Save as a draft")
    cora.reads("Nobody is reminded.")
    row = row_of(stage, draft)
    assert (row.anonymous, row.remind_after, list(row.intros)) == (False, 0, [cora.language])


async def test_a_segment_that_is_gone_is_asked_for_again(stage: Stage) -> None:
    cora = coordinator(stage)
    draft = survey(stage, begun=False, languages=[cora.language], segment="S-Weg", audience={"club": [99]})
    await cora.presses(ChangeSurvey(draft).pack(), None)
    cora.reads("Whom shall it ask?")
    await cora.taps("Everybody")
    await cora.taps("Save as a draft")
    assert (row_of(stage, draft).segment, row_of(stage, draft).audience) == (None, {})
