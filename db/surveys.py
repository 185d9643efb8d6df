"""Anonymous surveys: who was asked and has answered, and ballots that nobody can join to them.

Casting a ballot writes it anew together with up to a hundred others, in random order and under random keys, in the
transaction that marks the participation: neither the order of rows nor the transaction that wrote them tells whose
it is. There are no times anywhere.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import SystemRandom
from secrets import token_hex
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models.base import table_of
from db.models.conversation import Draft
from db.models.events import Attendance
from db.models.surveys import Ballot, Participation, Survey

OPEN_FOR = timedelta(days=14)
REWRITTEN = 100
_dice = SystemRandom()


def of_event(session: Session, event: int) -> Survey | None:
    return session.scalar(select(Survey).where(Survey.event_id == event))


def open_for_event(session: Session, event: int, now: datetime) -> Survey:
    """The survey of an event, opened when it is first asked for; it closes two weeks later."""
    survey = of_event(session, event)
    if survey is None:
        survey = Survey(event_id=event, anonymous=True, opened_at=now, closes_at=now + OPEN_FOR)
        session.add(survey)
        session.flush()
    return survey


def is_open(survey: Survey, now: datetime) -> bool:
    return survey.closed_at is None and now < survey.closes_at


def was_anybody_checked_in(session: Session, event: int) -> bool:
    query = select(Attendance.id).where(Attendance.event_id == event, Attendance.checked_in_at.is_not(None))
    return session.scalar(query.limit(1)) is not None


def ask(session: Session, survey: int, members: Sequence[int]) -> None:
    """Remember who is asked; again changes nothing."""
    if members:
        make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        rows = [{"survey_id": survey, "member_id": member, "state": "asked"} for member in members]
        session.execute(make(Participation).on_conflict_do_nothing(), rows)


def silent_after(session: Session, survey: int, cursor: int, limit: int) -> list[int]:
    """The next of those who were asked and have not answered, by their ids."""
    query = select(Participation.member_id).where(
        Participation.survey_id == survey, Participation.state == "asked", Participation.member_id > cursor
    )
    return list(session.scalars(query.order_by(Participation.member_id).limit(limit)))


def participation(session: Session, survey: int, member: int) -> str | None:
    """ "asked" or "answered"; None for somebody who was not asked."""
    row = session.get(Participation, (survey, member))
    return row.state if row is not None else None


def asked(session: Session, survey: int) -> int:
    """How many people were asked."""
    return session.scalar(select(func.count()).where(Participation.survey_id == survey)) or 0


def cast(session: Session, survey: int, member: int, content: dict[str, Any]) -> bool:
    """Put a ballot into the urn and mark that its member has answered. False if they had already, or the survey is
    closed. Holds the survey's lock, so that two ballots are not shuffled at once."""
    row = session.get(Survey, survey, with_for_update={"key_share": True}, populate_existing=True)
    mark = update(Participation).where(
        Participation.survey_id == survey, Participation.member_id == member, Participation.state == "asked"
    )
    if row is None or row.closed_at is not None:
        return False
    if not session.execute(mark.values(state="answered")).rowcount:  # type: ignore[attr-defined]
        return False
    _shuffle(session, survey, [{"content": content, "shown": False}])
    return True


def _shuffle(session: Session, survey: int, fresh: Sequence[dict[str, Any]]) -> None:
    """Write new ballots, and with them others anew, in random order."""
    found = session.execute(select(Ballot.key, Ballot.content, Ballot.shown).where(Ballot.survey_id == survey)).all()
    chosen = found if len(found) <= REWRITTEN else _dice.sample(found, REWRITTEN)
    if chosen:
        session.execute(delete(Ballot).where(Ballot.key.in_([row.key for row in chosen])))
    rows = [*fresh, *({"content": row.content, "shown": row.shown} for row in chosen)]
    _dice.shuffle(rows)
    if rows:
        session.execute(insert(table_of(Ballot)), [{"key": token_hex(16), "survey_id": survey, **row} for row in rows])


def close(session: Session, survey: Survey, now: datetime) -> None:
    """No more ballots; those there are get their last order, and half-filled forms go."""
    session.get(Survey, survey.id, with_for_update={"key_share": True}, populate_existing=True)
    survey.closed_at = now
    _shuffle(session, survey.id, ())
    for draft in session.scalars(select(Draft).where(Draft.form == "survey")):
        if draft.answers.get("_survey") == survey.id:
            session.delete(draft)


def count(session: Session, survey: int) -> int:
    """How many ballots there are."""
    return session.scalar(select(func.count()).where(Ballot.survey_id == survey)) or 0


def publish(session: Session, survey: Survey, shown: int) -> None:
    """From now on the results are those of all ballots there are (`shown` of them), until the next five."""
    survey.shown = shown
    session.execute(update(Ballot).where(Ballot.survey_id == survey.id).values(shown=True))


def published(session: Session, survey: int) -> list[dict[str, Any]]:
    """The ballots the results are made of, in random order."""
    query = select(Ballot.content).where(Ballot.survey_id == survey, Ballot.shown.is_(True))
    contents = list(session.scalars(query))
    _dice.shuffle(contents)
    return contents
