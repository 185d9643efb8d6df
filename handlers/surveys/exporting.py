"""The answers to a survey as a table, to be taken away as a file. Of anonymous ones only the figures of their pictures,
question by question: a line for each ballot would tell small groups, and put what one person said side by side."""

from dataclasses import dataclass
from random import SystemRandom
from typing import Any

from sqlalchemy.orm import Session

from bot.conversation.i18n import _, language, pgettext
from bot.domain.questionnaires import Asked, Kind, tally
from bot.drawing.data import Cell
from db import questionnaires, surveys
from db.models.surveys import Questionnaire
from handlers.surveys.asking import option_of
from handlers.surveys.naming import title_of, words_of
from handlers.surveys.results import bars_of, notes_of


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
    if row.anonymous:
        ballots = surveys.published(session, row.survey_id)
        header = [str(_("Question")), str(pgettext("column", "Answer")), str(_("People"))]
        figures = [line for one in asked for line in _figures(one, ballots)]
        return AnswerTable(title_of(row), header, figures, [])
    header = [words_of(one) for one in asked]
    found = surveys.named_answers(session, row.survey_id)
    rows = [[member.full_name or "", *_cells(asked, content)] for member, content in found]
    return AnswerTable(title_of(row), [str(_("Name")), *header], rows, [member.number for member, _content in found])


def _figures(asked: Asked, ballots: list[dict[str, Any]]) -> list[list[Cell]]:
    """What a picture shows of one question. Words have an order of their own."""
    found, words = tally(asked, ballots, anonymous=True), words_of(asked)
    quotes = list(found.texts)
    SystemRandom().shuffle(quotes)
    kept_back = str(_("not shown"))
    counted: list[tuple[Cell, Cell]] = [
        (bar["label"], kept_back if bar["value"] is None else bar["value"]) for bar in bars_of(asked, found)
    ]
    plain = [*(note.unescape() for note in notes_of(asked, found)), *quotes]
    return [[words, *each] for each in (*counted, *((each, None) for each in plain))]


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
