"""Surveys of coordinators made directly in the database, and what was answered to them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.questionnaires import Asked, Kind
from bot.domain.scope import CENTRAL, Scope
from db import questionnaires, surveys
from db.models.surveys import Ballot, NamedAnswer, Questionnaire
from tests.people import find
from tests.stage import Stage

LANGUAGES = ("de", "zh_Hans", "en")


def in_all(words: str) -> dict[str, str]:
    """The same in every language, as data is."""
    return dict.fromkeys(LANGUAGES, words)


WHICH = Asked("q1", Kind.CHOICE, in_all("Q-Which"), (in_all("Apfel"), in_all("Birne")), required=True)
WORDS = Asked("q2", Kind.TEXT, in_all("Q-Words"))
EVERY_KIND = (
    WHICH,
    Asked("q2", Kind.SEVERAL, in_all("Q-Several"), (in_all("Rot"), in_all("Blau"), in_all("Gold"))),
    Asked("q3", Kind.SCALE, in_all("Q-Scale"), (), (in_all("–"), in_all("+")), 1, 5),
    Asked("q4", Kind.NUMBER, in_all("Q-Number"), least=0, most=99),
    Asked("q5", Kind.TEXT, in_all("Q-Text")),
    Asked("q6", Kind.DATE, in_all("Q-Day")),
)


def survey(
    stage: Stage,
    *questions: Asked,
    author: str = "Cora Ordner",
    anonymous: bool = True,
    begun: bool = True,
    title: str = "T-Umfrage",
    scope: Scope = CENTRAL,
    **columns: Any,
) -> int:
    """A survey of this coordinator to everybody in their scope, in all languages; its id. Invitations go out with the
    next tick."""
    now, writer = stage.clock.now(), find(stage, author)
    asked = questions or (WHICH, WORDS)

    def make(session: Session) -> int:
        row = Questionnaire(
            **{
                "author_id": writer.id,
                "titles": in_all(title),
                "intros": {},
                "languages": list(LANGUAGES),
                "questions": [one.to_json() for one in asked],
                "keys": len(asked),
                "anonymous": anonymous,
                "audience": {},
                "scope": scope.to_json(),
                "last_day": (now + timedelta(days=14)).date(),
                "remind_after": 5,
                "created_at": now,
                "changed_at": now,
                **columns,
            }
        )
        session.add(row)
        session.flush()
        if begun:
            questionnaires.open_it(session, row, writer.number, "Europe/Berlin", now)
        return int(row.id)

    return stage.looks_up(make)


def row_of(stage: Stage, questionnaire: int) -> Questionnaire:
    return stage.looks_up(lambda session: session.get_one(Questionnaire, questionnaire))


def ballots(stage: Stage) -> list[dict[str, Any]]:
    return stage.looks_up(lambda session: list(session.scalars(select(Ballot.content))))


def named(stage: Stage) -> list[dict[str, Any]]:
    return stage.looks_up(lambda session: list(session.scalars(select(NamedAnswer.content))))


def says(stage: Stage, questionnaire: int, name: str, **content: Any) -> None:
    """Let this member have answered."""
    row, member, now = row_of(stage, questionnaire), find(stage, name).id, stage.clock.now()

    def answer(session: Session) -> None:
        assert row.survey_id is not None
        surveys.ask(session, row.survey_id, [member])
        if row.anonymous:
            assert surveys.cast(session, row.survey_id, member, content)
        else:
            assert surveys.answer(session, row.survey_id, member, content, now)

    stage.looks_up(answer)
