"""The answers to a survey as a table, to be taken away as a file. Of anonymous ones only what is published, in random
order; own words stand in an order of their own, so that they are not beside the other answers of whoever wrote them."""

from dataclasses import dataclass
from random import SystemRandom
from typing import Any

from sqlalchemy.orm import Session

from bot.conversation.i18n import _, language
from bot.domain.questionnaires import Asked, Kind
from bot.drawing.data import Cell
from db import questionnaires, surveys
from db.models.surveys import Questionnaire
from handlers.surveys.asking import option_of
from handlers.surveys.naming import title_of, words_of


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """`subjects` are the numbers of the members who are named in it: that it was taken away, they are told."""

    title: str
    header: list[str]
    rows: list[list[Cell]]
    subjects: list[str]


def make_table(session: Session, row: Questionnaire) -> AnswerTable:
    """In the language entered. Whoever calls this has asked `questionnaires.may_see`. Raises ValueError for a draft."""
    if row.survey_id is None:
        raise ValueError("a draft has no answers")
    asked = questionnaires.questions_of(row)
    header = [words_of(one) for one in asked]
    if row.anonymous:
        return AnswerTable(title_of(row), header, _shuffled(asked, surveys.published(session, row.survey_id)), [])
    found = surveys.named_answers(session, row.survey_id)
    rows = [[member.full_name or "", *_cells(asked, content)] for member, content in found]
    return AnswerTable(title_of(row), [str(_("Name")), *header], rows, [member.number for member, _content in found])


def _shuffled(asked: list[Asked], ballots: list[dict[str, Any]]) -> list[list[Cell]]:
    columns = [[_cell(one, ballot.get(one.key)) for ballot in ballots] for one in asked]
    for one, column in zip(asked, columns, strict=True):
        if one.kind is Kind.TEXT:
            SystemRandom().shuffle(column)
    return [list(cells) for cells in zip(*columns, strict=True)]


def _cells(asked: list[Asked], content: dict[str, Any]) -> list[Cell]:
    return [_cell(one, content.get(one.key)) for one in asked]


def _cell(asked: Asked, value: Any) -> Cell:
    """As tables sort it."""
    if value is None:
        return None
    if asked.kind is Kind.SEVERAL:
        return "; ".join(option_of(asked, each, language()) for each in value)
    if asked.kind is Kind.CHOICE:
        return option_of(asked, value, language())
    return int(value) if asked.kind in (Kind.SCALE, Kind.NUMBER) else str(value)
