"""Coordinators see the network in numbers: as pictures and in words, of whom they answer for, and of no few people."""

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.scope import Scope
from db.doors import new_number
from db.models.clubs import Membership
from db.models.events import Attendance
from db.models.lists import Programme
from db.models.members import Affiliation, Member, Role
from db.models.surveys import Ballot, Survey
from handlers.statistics.buttons import ShowTopic, Topic
from tests.actors import Actor, TelegramActor, WebActor
from tests.clubs import club
from tests.events import event
from tests.people import find, member
from tests.stage import Stage

CHEMNITZ, JIANGSU = "tuc-mechanical", "nrw-jiangsu"
OTHERS = (
    *("tuc-mathematics", "tuc-sciences", "tuc-electrical", "tuc-computing", "tuc-economics", "tuc-humanities"),
    *("tuc-behavioural", "tuc-teachers", "nrw-shanxi", "nrw-sichuan", "nrw-other", "nrw-young"),
)


def crowd(stage: Stage, count: int, programme: str = CHEMNITZ, **columns: Any) -> list[int]:
    """So many more verified members who were in a programme; their ids."""
    now = stage.clock.now()
    given = {"status": "verified", "full_name": "N", "created_at": now, "verified_at": now, "seen_at": now, **columns}

    def make(session: Session) -> list[int]:
        row = session.scalars(select(Programme).where(Programme.slug == programme)).one()
        people = [Member(number=new_number(), **given) for _one in range(count)]
        session.add_all(people)
        session.flush()
        where = {"institution_id": row.institution_id, "programme_id": row.id, "to_year": 2012}
        session.add_all(Affiliation(member_id=each.id, **where) for each in people)
        return [each.id for each in people]

    return stage.looks_up(make)


def answers_for(stage: Stage, name: str, programme: str) -> None:
    """The coordinator of this name answers for one programme from now on."""
    who = find(stage, name).id

    def narrow(session: Session) -> None:
        row = session.scalars(select(Programme.id).where(Programme.slug == programme)).one()
        scope = Scope(programmes=frozenset({row})).to_json()
        session.execute(update(Role).where(Role.member_id == who).values(scope=scope))

    stage.looks_up(narrow)


async def asks_for(koch: Actor, topic: Topic) -> None:
    await koch.presses(ShowTopic(topic).pack(), None)
    await counted(koch)


async def counted(koch: Actor) -> None:
    """What was asked for is counted, and comes."""
    await koch.stage.app.counting.run_waiting()
    await koch.stage.settle()
    await koch.catch_up()


async def looks_at(koch: Actor, topic: Topic) -> str:
    """The words under a picture, with its sentence in front."""
    await asks_for(koch, topic)
    picture, words = koch.messages()[-2:]
    return f"{picture.text}\n{words.text}"


@pytest.mark.everywhere
@pytest.mark.door("web")
async def test_every_topic_has_its_picture_and_its_words(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    people, leipzig, now = crowd(stage, 30, language="zh_Hans"), club(stage, "Leipzig"), stage.clock.now()
    joined = [Membership(member_id=each, club_id=leipzig, state="in", changed_at=now) for each in people]
    stage.looks_up(lambda session: session.add_all(joined))
    answered(stage, event(stage, in_hours=-100), people)
    surveyed(stage, event(stage, in_hours=-90), 6)
    await koch.says("/stats")
    koch.reads("<b>The network in numbers</b>")
    for topic in Topic:
        before = len(koch.messages())
        await koch.presses(ShowTopic(topic).pack(), None)
        koch.reads("I am counting. The picture comes in a moment.")
        await counted(koch)
        _counting, picture, words = koch.messages()[before:]
        assert isinstance(koch, WebActor) and picture.raw["picture"]["url"].startswith("/files/")
        assert picture.text and picture.text in picture.raw["picture"]["alt"]
        assert len(words.text.splitlines()) > 1
        assert len(words.labels()) == len(Topic) + 2


def answered(stage: Stage, event_id: int, people: list[int]) -> None:
    """Ten came, nine said maybe, six did not come, three declined."""
    now = stage.clock.now()
    said_so = [("yes", now)] * 10 + [("maybe", None)] * 9 + [("yes", None)] * 6 + [("no", None)] * 3
    rows = [
        Attendance(event_id=event_id, member_id=each, state=state, answered_at=now, checked_in_at=here)
        for each, (state, here) in zip(people, said_so, strict=False)
    ]
    stage.looks_up(lambda session: session.add_all(rows))


def surveyed(stage: Stage, event_id: int, ballots: int, **content: str) -> None:
    now = stage.clock.now()
    given = {"recommend": "9", "people": "5", "topic": "4", "organised": "2", **content}

    def make(session: Session) -> None:
        survey = Survey(event_id=event_id, opened_at=now, closes_at=now, shown=ballots)
        session.add(survey)
        session.flush()
        keys = (f"{event_id:016}{place:016}" for place in range(ballots))
        session.add_all(Ballot(key=key, survey_id=survey.id, content=given, shown=True) for key in keys)

    stage.looks_up(make)


@pytest.mark.door("telegram")
@pytest.mark.language("zh_Hans")
async def test_the_picture_comes_with_what_is_essential_and_small_groups_are_put_together(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    for programme, count in ((CHEMNITZ, 22), (JIANGSU, 11), ("nrw-shanxi", 3), ("nrw-sichuan", 2)):
        crowd(stage, count, programme)
    words = await looks_at(koch, Topic.PROGRAMMES)
    picture = koch.messages()[-2]
    assert isinstance(koch, TelegramActor) and picture.raw.photo.startswith(b"\x89PNG")
    assert words.splitlines() == [
        "成员最多的项目：机械工程（20 人）。",
        "各项目成员人数",
        "机械工程：20",
        "江苏项目：10",
        "其他合计：5",
    ]


@pytest.mark.door("telegram")
@pytest.mark.language("de")
async def test_all_figures_come_as_one_table(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    for count, programme in enumerate(OTHERS, 5):
        crowd(stage, count, programme)
    crowd(stage, 16)
    await koch.says("/stats")
    await koch.taps("All figures (Excel)")
    await counted(koch)
    name, content = koch.screen.raw.document
    assert name == "Statistik 2026-03-10.xlsx"
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert sheet[0] == ["Thema", "Gruppe", "Teil", "Personen"]
    # More than a picture has room for.
    assert [row[3] for row in sheet if row[0] == "Programme"] == [15.0] * 3 + [10.0] * 5 + [5.0] * 5
    assert {row[0] for row in sheet[1:]} >= {"Sprachen", "Beitritte", "Mentoring"}


@pytest.mark.door("web")
@pytest.mark.language("en")
async def test_what_must_not_be_shown_is_kept_back_in_rows(stage: Stage) -> None:
    """Three declined; the six who did not come cover them."""
    koch = member(stage, "Katrin Koch", coordinator=True)
    answered(stage, event(stage, in_hours=-100), crowd(stage, 30))
    assert (await looks_at(koch, Topic.EVENTS)).splitlines() == [
        "1 event within four quarters; members came at least 10 times.",
        "Events, answers, attendance",
        "Q1 2026: 1 event",
        "· Came: 10",
        "· Said yes, nobody checked in: 0",
        "· Maybe: 5",
        "· Declined: not shown",
        "· Expected, did not come: not shown",
    ]


@pytest.mark.door("web")
async def test_a_scoped_coordinator_sees_their_own_people_and_no_surveys(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True, language="en")
    crowd(stage, 20, language="de")
    crowd(stage, 7, JIANGSU, language="zh_Hans")
    surveyed(stage, event(stage, in_hours=-90), 6)
    answers_for(stage, koch.name, JIANGSU)
    await koch.says("/stats")
    koch.reads("Verified members you answer for. Each button sends a picture.")
    assert not koch.sees_button("Surveys")
    assert await looks_at(koch, Topic.LANGUAGES) == ("Most members read Chinese (5).\nMembers by language\nChinese: 5")
    await koch.presses(ShowTopic(Topic.SURVEYS).pack(), None)
    koch.reads("Answers to surveys are anonymous, so nobody can tell which of them are from members you answer for.")


async def test_of_fewer_than_five_there_is_no_picture(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    crowd(stage, 3)
    await asks_for(koch, Topic.LANGUAGES)
    koch.reads("There is nothing here yet, or only of fewer than five people: a picture would tell who they are.")
    assert koch.sees_button("Languages")


@pytest.mark.door("web")
@pytest.mark.language("en")
async def test_answers_count_only_where_their_survey_shows_them_by_itself(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    surveyed(stage, event(stage, in_hours=-90), 7)
    surveyed(stage, event(stage, in_hours=-80), 4, recommend="1")
    words = await looks_at(koch, Topic.SURVEYS)
    assert "Net promoter score: +100." in words
    assert "Agrees (4–5; would recommend: 9–10): 5" in words
    assert "Does not agree (1–2; 0–6): 0" in words
