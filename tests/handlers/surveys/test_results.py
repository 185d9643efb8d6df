"""Results of anonymous surveys from five answers on, in steps; of others also by name; a table to take away."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.conversation.i18n import speaking
from bot.conversation.notices import Composing
from bot.conversation.routing import ToDraw
from db import surveys
from db.models.members import Member
from db.models.surveys import NamedAnswer, Questionnaire
from handlers.surveys.buttons import ReadAnswers, ShowAnswers
from handlers.surveys.exporting import AnswerTable, make_table
from handlers.surveys.results import draw
from tests.actors import Actor
from tests.people import find, member
from tests.stage import Stage
from tests.surveys import EVERY_KIND, row_of, says, survey

FEW = "Results are shown from five answers on."
NAMES = [f"Person {letter}" for letter in "abcdefghijkl"]


def a_survey(stage: Stage, people: int, **more: Any) -> tuple[int, Actor]:
    """One that has begun, so many people, and its coordinator: on the web, where no picture is drawn unlooked at."""
    cora = member(stage, "Cora Ordner", coordinator=True, door="web")
    for name in NAMES[:people]:
        member(stage, name)
    return survey(stage, *EVERY_KIND, **more), cora


def drawn(stage: Stage, made: int) -> Any:
    """What a picture of the first four questions is drawn from, for a reader of English."""

    def make(session: Session) -> ToDraw:
        reader = session.get_one(Member, find(stage, "Cora Ordner").id)
        with speaking("en", "Europe/Berlin"):
            found = draw(
                Composing(session, reader, stage.app.house, stage.clock.now()), {"survey": made, "places": [0, 1, 2, 3]}
            )
        assert isinstance(found, ToDraw)
        return found

    return stage.looks_up(make).data


def table(stage: Stage, made: int) -> AnswerTable:
    with speaking("en", "Europe/Berlin"):
        return stage.looks_up(lambda session: make_table(session, session.get_one(Questionnaire, made)))


async def test_anonymous_results_from_five_answers_on_in_steps(stage: Stage) -> None:
    made, cora = a_survey(stage, 11)
    number = row_of(stage, made).survey_id
    assert number is not None
    for upto, shown in ((4, 0), (5, 5), (9, 5), (10, 10)):
        done = stage.looks_up(lambda session: surveys.count(session, number))
        for name in NAMES[done:upto]:
            says(stage, made, name, q1="1")
        await cora.presses(ShowAnswers(made).pack(), None)
        cora.reads("The results are updated in steps of at least five answers." if shown else FEW)
        assert len(stage.looks_up(lambda session: surveys.published(session, number))) == shown


async def test_small_groups_are_kept_back_and_so_is_what_would_betray_them(stage: Stage) -> None:
    """Two chose the pear: with the total, the apples would tell. Of the words nobody sees who chose what."""
    made, _cora = a_survey(stage, 8)
    for place, name in enumerate(NAMES[:8]):
        more = {"q4": place} if place < 4 else {}
        says(stage, made, name, q1="2" if place < 2 else "1", q2=["1"], q3="5" if place else "1", **more)
    number = row_of(stage, made).survey_id
    assert number is not None
    stage.looks_up(lambda session: surveys.publish(session, number))
    which, several, scale, a_number = drawn(stage, made)["sections"]
    assert [bar["value"] for bar in which["bars"]] == [None, None]
    assert [bar["value"] for bar in several["bars"]] == [8, 0, 0]
    assert [bar["value"] for bar in scale["bars"]] == [1, 0, 0, 0, 7]
    assert scale["notes"][:2] == ["8 answers", "Mean: 4.5"]
    assert (a_number["bars"], a_number["notes"]) == ([], ["Fewer than five answered this question."])


async def test_answers_with_names_are_counted_and_read_one_by_one(stage: Stage) -> None:
    made, cora = a_survey(stage, 3, anonymous=False)
    for place, name in enumerate(NAMES[:3]):
        says(stage, made, name, q1=str(place % 2 + 1), q4=place * 10, q6="2026-03-01")
    await cora.presses(ShowAnswers(made).pack(), None)
    which, _several, _scale, a_number = drawn(stage, made)["sections"]
    assert [bar["value"] for bar in which["bars"]] == [2, 1]
    assert a_number["notes"][1:] == ["Mean: 10", "The middle half: 5 to 15 · median: 10"]
    await cora.taps("Answer by answer")
    cora.reads("<b>{name}</b> ({n} of {all})", name="Person a", n=1, all=3)
    await cora.taps("›")
    assert "Q-Which\nBirne" in cora.screen.text
    await cora.presses(ReadAnswers(made, -7).pack(), None)
    cora.reads("<b>{name}</b> ({n} of {all})", name="Person a", n=1, all=3)


async def test_nobody_reads_an_anonymous_survey_by_name(stage: Stage) -> None:
    made, cora = a_survey(stage, 1)
    await cora.presses(ReadAnswers(made).pack(), None)
    cora.reads("This survey is anonymous: nobody knows who answered what.")


async def test_the_database_takes_no_name_for_an_anonymous_survey(stage: Stage) -> None:
    made, _cora = a_survey(stage, 1)
    number, who, now = row_of(stage, made).survey_id, find(stage, NAMES[0]).id, stage.clock.now()
    row = NamedAnswer(survey_id=number, member_id=who, content={}, answered_at=now)
    with pytest.raises(Exception, match="an anonymous survey has no names"):
        stage.looks_up(lambda session: session.add(row))


@pytest.mark.parametrize("begun", [True, False])
async def test_where_there_is_nothing_to_see_it_says_so(stage: Stage, begun: bool) -> None:
    made, cora = a_survey(stage, 0, anonymous=False, begun=begun)
    await cora.presses(ShowAnswers(made).pack(), None)
    cora.reads("Nobody has answered yet." if begun else "This survey has not begun, so there are no answers.")


async def test_the_table_of_an_anonymous_survey_has_the_figures_of_its_pictures_and_no_ballots(stage: Stage) -> None:
    """Two chose the pear, one of them also gold, and wrote how many: none of that can be told, nor by whom."""
    made, _cora = a_survey(stage, 9)
    for place, name in enumerate(NAMES[:8]):
        one_of_two = {"q4": 42, "q6": "2026-03-01"} if not place else {}
        several = ["1", "3"] if not place else ["1"]
        says(stage, made, name, q1="2" if place < 2 else "1", q2=several, q5=f"Words of {name}", **one_of_two)
    number = row_of(stage, made).survey_id
    assert number is not None
    stage.looks_up(lambda session: surveys.publish(session, number))
    says(stage, made, NAMES[8], q1="2", q5="Too late")
    found = table(stage, made)
    assert (found.header, found.subjects) == (["Question", "Answer", "People"], [])
    told = {question: [row[1:] for row in found.rows if row[0] == question] for question, *_rest in found.rows}
    assert told["Q-Which"] == [["Apfel", "not shown"], ["Birne", "not shown"], ["8 answers", None]]
    assert told["Q-Several"] == [["Rot", 8], ["Blau", 0], ["Gold", "not shown"], ["8 answers", None]]
    assert told["Q-Number"] == told["Q-Day"] == [["Fewer than five answered this question.", None]]
    assert sorted(str(words) for words, _people in told["Q-Text"][1:]) == [f"Words of {name}" for name in NAMES[:8]]


async def test_the_table_with_names_names_whom_to_tell(stage: Stage) -> None:
    made, _cora = a_survey(stage, 1, anonymous=False)
    says(stage, made, NAMES[0], q1="2", q4=7)
    found = table(stage, made)
    assert found.rows == [["Person a", "Birne", None, None, 7, None, None]]
    assert found.subjects == [find(stage, NAMES[0]).number]
