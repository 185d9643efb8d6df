"""Surveys that coordinators build: drafts, whom an open one asks, and when something is to be done about it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.domain.audience import Audience
from bot.domain.local_time import at_or_after
from bot.domain.questionnaires import Asked, missing, new_key
from bot.domain.scope import Scope
from db import audience, members, surveys
from db.models.base import table_of
from db.models.delivery import Outbox
from db.models.members import Member
from db.models.surveys import NamedAnswer, Participation, Questionnaire, Survey
from db.outbox import ASKED
from db.scopes import scope_of

# Whoever was asked only just now is not reminded.
SPARED = timedelta(days=2)
Conditions = Sequence[ColumnElement[bool]]


def find(session: Session, questionnaire: int) -> Questionnaire | None:
    return session.get(Questionnaire, questionnaire)


def lock(session: Session, questionnaire: int) -> Questionnaire | None:
    """Read anew and locked: two coordinators who change or open it wait for each other."""
    return session.get(Questionnaire, questionnaire, with_for_update={"key_share": True}, populate_existing=True)


def of_survey(session: Session, survey: int) -> Questionnaire | None:
    return session.scalar(select(Questionnaire).where(Questionnaire.survey_id == survey))


def survey_of(session: Session, row: Questionnaire) -> Survey | None:
    """None for a draft."""
    return session.get(Survey, row.survey_id) if row.survey_id is not None else None


def within(session: Session, scope: Scope) -> list[Questionnaire]:
    """Those that somebody of this scope may see, the newest first."""
    found = session.scalars(select(Questionnaire).order_by(Questionnaire.id.desc()))
    return [row for row in found if may_see(scope, row)]


def may_see(scope: Scope, row: Questionnaire) -> bool:
    """Only who answers for everybody it was made for."""
    return not scope.is_empty and scope.includes(Scope.from_json(row.scope))


def others_for(session: Session, row: Questionnaire, member: int) -> list[int]:
    """Other coordinators who may see it."""
    found = [each for each in members.coordinators(session) if each != member]
    return [each for each in found if may_see(scope_of(session, each), row)]


# --- questions -------------------------------------------------------------------------------------------------


def questions_of(row: Questionnaire) -> list[Asked]:
    return [Asked.from_json(stored) for stored in row.questions]


def keep(row: Questionnaire, questions: Sequence[Asked], now: datetime) -> None:
    row.questions = [asked.to_json() for asked in questions]
    touch(row, now)


def touch(row: Questionnaire, now: datetime) -> None:
    """It is another one now: whoever was asked to begin it would have to look again."""
    row.asked_by, row.changed_at = None, now


def key_for(row: Questionnaire) -> str:
    """The key of the next question; counted, so that it is never given away again."""
    key = new_key(questions_of(row), row.keys)
    row.keys += 1
    return key


def missing_in(row: Questionnaire, language: str) -> list[int]:
    """What has no text in a language: 0 for the title or the introduction, else the place of a question."""
    return missing(row.titles, row.intros, questions_of(row), language)


# --- opening and closing ---------------------------------------------------------------------------------------


def end_of(last_day: date, zone: str) -> datetime:
    """The last minute of the last day, which is told as the end."""
    return at_or_after(last_day, time(23, 59), zone)


def reminder_at(row: Questionnaire, opened_at: datetime) -> datetime:
    """When those who have not answered are reminded; without a reminder, when it opens."""
    return opened_at + timedelta(days=row.remind_after)


def open_it(session: Session, row: Questionnaire, by: str, zone: str, now: datetime) -> Survey:
    """From now on it asks; its notices are planned from the first member on."""
    survey = Survey(anonymous=row.anonymous, opened_at=now, closes_at=end_of(row.last_day, zone))
    session.add(survey)
    session.flush()
    row.survey_id, row.opened_by, row.changed_at = survey.id, by, now
    row.remind_at = reminder_at(row, now) if row.remind_after else None
    session.flush()
    return survey


def overdue(session: Session, now: datetime) -> list[Questionnaire]:
    """Those whose last day is over and that are not closed, locked."""
    query = select(Questionnaire).join(Survey, Survey.id == Questionnaire.survey_id)
    query = query.where(Survey.closed_at.is_(None), Survey.closes_at <= now).order_by(Questionnaire.id)
    return list(session.scalars(query.with_for_update(of=Questionnaire, key_share=True)))


def next_due(session: Session, now: datetime) -> datetime | None:
    """When, after an instant, one closes or reminds."""
    open_ones = select(func.min(Survey.closes_at)).join(Questionnaire, Questionnaire.survey_id == Survey.id)
    closes = session.scalar(open_ones.where(Survey.closed_at.is_(None), Survey.closes_at > now))
    waiting = select(func.min(Questionnaire.remind_at)).join(Survey, Survey.id == Questionnaire.survey_id)
    waiting = waiting.where(Survey.closed_at.is_(None), Survey.closes_at > Questionnaire.remind_at)
    reminds = session.scalar(waiting.where(Questionnaire.reminded_at.is_(None), Questionnaire.remind_at > now))
    return min((each for each in (closes, reminds) if each is not None), default=None)


# --- whom it asks ----------------------------------------------------------------------------------------------


def meant(row: Questionnaire) -> tuple[ColumnElement[bool], ...]:
    """The audience, whether or not they may be written to."""
    return (audience.belongs(Audience.from_json(row.audience)),)


def those_asked(row: Questionnaire, switch: str) -> tuple[ColumnElement[bool], ...]:
    """Of these, those who may be written to."""
    return (*meant(row), audience.may_be_told(switch))


def those_silent(row: Questionnaire, switch: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Those who were asked some days ago at least, may still be written to, and have not answered."""
    mine = (Participation.survey_id == row.survey_id, Participation.member_id == Member.id)
    lately = or_(Outbox.done_at.is_(None), Outbox.done_at > now - SPARED)
    just_asked = and_(Outbox.kind == ASKED, Outbox.ref == str(row.id), Outbox.member_id == Member.id, lately)
    silent = exists().where(*mine, Participation.state == "asked")
    return (silent, ~exists().where(just_asked), audience.may_be_told(switch))


def next_to_plan(session: Session, now: datetime) -> Questionnaire | None:
    """An open one whose invitations or reminders are to be planned now, locked."""
    asks = Questionnaire.planned_at.is_(None)
    reminds = and_(Questionnaire.remind_at <= now, Questionnaire.reminded_at.is_(None))
    query = (
        select(Questionnaire.id)
        .join(Survey, Survey.id == Questionnaire.survey_id)
        .where(Survey.closed_at.is_(None), Survey.closes_at > now, or_(asks, reminds))
    )
    found = session.scalar(query.order_by(Questionnaire.id).limit(1))
    return lock(session, found) if found is not None else None


def ask_members(session: Session, survey: int, conditions: Conditions) -> None:
    """Remember that these members are asked, in one statement; who is already stays as they are."""
    who = select(literal(survey), Member.id, literal("asked")).where(*conditions)
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    into = make(table_of(Participation)).from_select(("survey_id", "member_id", "state"), who)
    session.execute(into.on_conflict_do_nothing())


def go_on(row: Questionnaire, end: int | None, now: datetime) -> None:
    """A piece of the members was looked through, up to `end` (None: all of them)."""
    if end is not None:
        row.cursor = end
        return
    row.cursor = 0
    if row.planned_at is None:
        row.planned_at = now
    else:
        row.reminded_at = now


def count_answered(session: Session, row: Questionnaire) -> int:
    """How many answered under their name."""
    return session.scalar(select(func.count()).where(NamedAnswer.survey_id == row.survey_id)) or 0


def close(session: Session, row: Questionnaire, now: datetime) -> None:
    """Nobody answers any more."""
    survey = survey_of(session, row)
    if survey is not None and survey.closed_at is None:
        surveys.close(session, survey, now)
        row.changed_at = now
