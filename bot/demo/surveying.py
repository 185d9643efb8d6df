"""Surveys that a coordinator of the invented network built: whom they asked is asked of the product itself."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.demo.asked import SURVEYS, Built
from bot.demo.shoes import MEMBER_IDS
from bot.domain.questionnaires import Asked, Kind
from db import questionnaires, segments
from db.models.base import table_of
from db.models.members import Member
from db.models.privacy import Audit
from db.models.surveys import Ballot, NamedAnswer, Participation, Questionnaire
from handlers.surveys.inviting import SurveyAsked
from handlers.surveys.recipients import those_asked

Row = dict[str, Any]
ZONE = "Europe/Berlin"
REMINDED_AFTER = 5
# Of those who answer, so many leave a question out that may be left out.
LEFT_OUT = 0.1


class Asking(NamedTuple):
    """Somebody who was asked, and the language in which they answer."""

    id: int
    language: str


def build_surveys(session: Session, now: datetime) -> Iterator[tuple[str, SurveyAsked]]:
    """One is over, anonymous; one is open, by name. Who has not answered that and can be stepped into, is asked."""
    for built in SURVEYS:
        row = _open(session, built, now)
        answering = _draw(session, row, built)
        _answer(session, row, built, answering, now)
        yield from ((name, SurveyAsked(row.id)) for name in built.silent)


def _open(session: Session, built: Built, now: datetime) -> Questionnaire:
    """Built, opened and asked; over, where it is."""
    at, opener = now - timedelta(days=built.opened), session.get_one(Member, MEMBER_IDS[built.opened_by]).number
    row = Questionnaire(
        author_id=MEMBER_IDS["coordinator"],
        titles=dict(built.titles),
        intros=dict(built.intros),
        languages=list(built.titles),
        questions=[asked.to_json() for asked in built.questions],
        keys=len(built.questions),
        anonymous=built.anonymous,
        audience=_audience(session, built.segment),
        segment=built.segment,
        last_day=(now - timedelta(days=built.over)).date(),
        remind_after=REMINDED_AFTER,
        created_at=at - timedelta(days=2),
        changed_at=at,
    )
    session.add(row)
    survey = questionnaires.open_it(session, row, opener, ZONE, at)
    questionnaires.ask_members(session, survey.id, those_asked(row))
    row.planned_at = at
    details = {"questionnaire": row.id}
    session.add(Audit(at=at, actor=opener, action="questionnaire_opened", subject=None, details=details))
    if survey.closes_at < now:
        row.reminded_at, survey.closed_at, row.changed_at = row.remind_at, survey.closes_at, survey.closes_at
    session.flush()
    return row


def _audience(session: Session, segment: str | None) -> dict[str, Any]:
    found = segments.called(session, segment) if segment is not None else None
    return found.audience if found is not None else {}


def _draw(session: Session, row: Questionnaire, built: Built) -> list[Asking]:
    """Those who answer: always the same ones of those asked, in no order that means anything."""
    mine = (Participation.survey_id == row.survey_id, Member.id == Participation.member_id)
    silent = [MEMBER_IDS[name] for name in built.silent]
    query = select(Member.id, Member.language).where(*mine, Member.id.not_in(silent)).order_by(Member.id)
    found = [Asking(each.id, each.language or "en") for each in session.execute(query)]
    known = [each for each in found if each.id <= len(MEMBER_IDS)]
    others = found[len(known) :]
    return [*known, *_dice(row).sample(others, round(len(found) * built.share))]


def _dice(row: Questionnaire) -> Random:
    return Random(row.id)  # noqa: S311 - nothing here is secret


def _answer(session: Session, row: Questionnaire, built: Built, people: list[Asking], now: datetime) -> None:
    marks = (Participation.survey_id == row.survey_id, Participation.member_id.in_([each.id for each in people]))
    session.execute(update(Participation).where(*marks).values(state="answered"))
    dice, opened = _dice(row), now - timedelta(days=built.opened)
    said = {each.id: _content(dice, built, opened) for each in people}
    _write_words(dice, built, people, said)
    if row.anonymous:
        _cast(session, row, dice, list(said.values()))
    else:
        session.execute(insert(table_of(NamedAnswer)), _signed(row, said, opened, now))


def _cast(session: Session, row: Questionnaire, dice: Random, contents: list[dict[str, Any]]) -> None:
    """Ballots in the order of random keys, all of which the results show."""
    keys = (f"{dice.getrandbits(128):032x}" for _ballot in contents)
    ballots = [
        {"key": key, "survey_id": row.survey_id, "content": content, "shown": True}
        for key, content in zip(keys, contents, strict=False)
    ]
    session.execute(insert(table_of(Ballot)), ballots)
    survey = questionnaires.survey_of(session, row)
    assert survey is not None
    survey.shown = len(ballots)


def _signed(row: Questionnaire, said: dict[int, dict[str, Any]], opened: datetime, now: datetime) -> list[Row]:
    """One after the other since it is open."""
    apart = (now - opened) / (len(said) + 1)
    return [
        {"survey_id": row.survey_id, "member_id": member, "content": content, "answered_at": opened + place * apart}
        for place, (member, content) in enumerate(said.items(), 1)
    ]


def _content(dice: Random, built: Built, opened: datetime) -> dict[str, Any]:
    """What somebody answers to a survey, by the keys of its questions, but for their own words."""
    drawn = (asked for asked in built.questions if asked.key in built.drawn)
    answered = (asked for asked in drawn if asked.required or dice.random() > LEFT_OUT)
    return {asked.key: _value(dice, asked, built.drawn[asked.key], opened) for asked in answered}


def _write_words(dice: Random, built: Built, people: list[Asking], said: dict[int, dict[str, Any]]) -> None:
    """Each of the words is somebody's who speaks the language."""
    (key,) = (asked.key for asked in built.questions if asked.kind is Kind.TEXT)
    for language, words in built.words.items():
        speakers = [each.id for each in people if each.language == language]
        for member, each in zip(dice.sample(speakers, min(len(words), len(speakers))), words, strict=False):
            said[member][key] = each


def _value(dice: Random, asked: Asked, weights: Mapping[str, int], opened: datetime) -> Any:
    """An answer as the form keeps it."""
    if asked.kind is Kind.SEVERAL:
        return [each for each, percent in weights.items() if dice.random() * 100 < percent] or [_weigh(dice, weights)]
    drawn = _weigh(dice, weights)
    if asked.kind is Kind.DATE:
        return (opened + timedelta(days=int(drawn) + dice.randint(-20, 20))).date().isoformat()
    return int(drawn) if asked.kind is Kind.NUMBER else drawn


def _weigh(dice: Random, weights: Mapping[str, int]) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]
