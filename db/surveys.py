"""Anonymous surveys: who was asked and has answered, and ballots that nobody can join to them.

Casting a ballot writes it together with up to a hundred others, in random order and under random keys, and the mark
that its member has answered together with up to a hundred others, too. PostgreSQL keeps the order in which rows were
written, and by which transaction: neither tells which ballot is the newest, nor who answered last. There are no times
anywhere.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import SystemRandom
from secrets import token_hex
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Select, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.domain.anonymity import publishable
from db.models.base import table_of
from db.models.conversation import Draft
from db.models.events import Attendance, Event
from db.models.members import Member
from db.models.places import Place
from db.models.surveys import Ballot, NamedAnswer, Participation, Survey

OPEN_FOR = timedelta(days=14)
REWRITTEN = 100
# Under this name the form of a survey keeps which one it is about.
ABOUT = "_survey"
# The forms by which surveys are answered.
FORMS = ("survey", "mentoring_survey", "questionnaire")
_dice = SystemRandom()
_ballot, _participation = table_of(Ballot), table_of(Participation)
Conditions = tuple[ColumnElement[bool], ...]


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


def of_occasion(session: Session, occasion: str) -> Survey | None:
    """A survey that is about no event: "mentoring:2026"."""
    return session.scalar(select(Survey).where(Survey.occasion == occasion))


def open_for_occasion(session: Session, occasion: str, now: datetime, closes_at: datetime) -> Survey:
    """The survey of an occasion, opened when it is first asked for."""
    survey = of_occasion(session, occasion)
    if survey is None:
        survey = Survey(occasion=occasion, anonymous=True, opened_at=now, closes_at=closes_at)
        session.add(survey)
        session.flush()
    return survey


def overdue(session: Session, now: datetime) -> list[Survey]:
    """Those of an occasion whose last day is over. Those of events are closed by an errand of the event."""
    over = (Survey.occasion.is_not(None), Survey.closed_at.is_(None), Survey.closes_at <= now)
    return list(session.scalars(select(Survey).where(*over)))


def next_end(session: Session, now: datetime) -> datetime | None:
    """When, after an instant, the next of them is to be closed."""
    coming = (Survey.occasion.is_not(None), Survey.closed_at.is_(None), Survey.closes_at > now)
    return session.scalar(select(func.min(Survey.closes_at)).where(*coming))


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


class Silent(NamedTuple):
    """Somebody who was asked and has not answered, with all that decides when they may be reminded."""

    member: int
    zone: str
    quiet_from: int
    quiet_to: int
    country: str | None
    region: str | None


def silent_after(session: Session, survey: int, cursor: int, limit: int) -> list[Silent]:
    """The next of those who were asked and have not answered, by their ids."""
    query = (
        select(Member.id, Member.zone, Member.quiet_from, Member.quiet_to, Place.country, Place.region)
        .join(Participation, Participation.member_id == Member.id)
        .outerjoin(Place, Place.id == Member.place_id)
        .where(Participation.survey_id == survey, Participation.state == "asked", Participation.member_id > cursor)
    )
    return [Silent(*row) for row in session.execute(query.order_by(Participation.member_id).limit(limit))]


def waiting_for(session: Session, member: int, now: datetime) -> list[tuple[int, Event]]:
    """The open surveys somebody was asked to answer and has not, the newest first, with their events."""
    query = (
        select(Survey.id, Event)
        .join(Event, Event.id == Survey.event_id)
        .join(Participation, Participation.survey_id == Survey.id)
        .where(Participation.member_id == member, Participation.state == "asked")
        .where(Survey.closed_at.is_(None), Survey.closes_at > now)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Survey.id.desc()))]


def participation(session: Session, survey: int, member: int) -> str | None:
    """ "asked" or "answered"; None for somebody who was not asked."""
    row = session.get(Participation, (survey, member))
    return row.state if row is not None else None


def asked(session: Session, survey: int) -> int:
    """How many people were asked."""
    return session.scalar(select(func.count()).where(Participation.survey_id == survey)) or 0


def cast(session: Session, survey: int, member: int, content: dict[str, Any]) -> bool:
    """Put a ballot into the urn and mark that its member has answered. False if they had already, were not asked, or
    the survey is closed. Holds the survey's lock, so that two ballots are not shuffled at once."""
    row = _lock(session, survey)
    if row is None or row.closed_at is not None or not _drop_asked(session, survey, member):
        return False
    _shuffle_marks(session, survey, [member])
    _shuffle_ballots(session, survey, [{"content": content, "shown": False}])
    return True


def answer(session: Session, survey: int, member: int, content: dict[str, Any], now: datetime) -> bool:
    """Keep what somebody answers under their name, in place of what they answered before. False if they were not
    asked, or the survey is closed."""
    row = _lock(session, survey)
    mark = session.get(Participation, (survey, member))
    if row is None or row.anonymous or not is_open(row, now) or mark is None:
        return False
    mark.state = "answered"
    session.merge(NamedAnswer(survey_id=survey, member_id=member, content=content, answered_at=now))
    session.flush()
    return True


def named_answer(session: Session, survey: int, member: int) -> NamedAnswer | None:
    """What somebody answered under their name so far."""
    return session.get(NamedAnswer, (survey, member))


def named_answers(session: Session, survey: int) -> list[tuple[Member, dict[str, Any]]]:
    """Who answered what under their name, by their names."""
    return [(member, content) for member, content in session.execute(_named(survey))]


def named_answer_at(session: Session, survey: int, place: int) -> tuple[Member, dict[str, Any]]:
    """The one at this place among them, from 0; there is one."""
    member, content = session.execute(_named(survey).offset(place).limit(1)).one()
    return member, content


def _named(survey: int) -> Select[Member, dict[str, Any]]:
    query = select(Member, NamedAnswer.content).join(NamedAnswer, NamedAnswer.member_id == Member.id)
    return query.where(NamedAnswer.survey_id == survey).order_by(Member.full_name, Member.id)


def _lock(session: Session, survey: int) -> Survey | None:
    """The survey, read anew: ballots are cast, counted and published one after the other."""
    return session.get(Survey, survey, with_for_update={"key_share": True}, populate_existing=True)


def _drop_asked(session: Session, survey: int, member: int) -> bool:
    """Take out that somebody was asked; False where they were not, or have answered."""
    mark = delete(_participation).where(_participation.c.survey_id == survey, _participation.c.member_id == member)
    return bool(session.execute(mark.where(_participation.c.state == "asked")).rowcount)  # type: ignore[attr-defined]


def _shuffle_marks(session: Session, survey: int, fresh: Sequence[int] = (), at_most: int | None = REWRITTEN) -> None:
    """Write that somebody has answered, and with them others who have, in random order."""
    key = _participation.c.member_id
    answered = (_participation.c.survey_id == survey, _participation.c.state == "answered")
    gone = delete(_participation).where(*answered, *_some(session, key, answered, at_most)).returning(key)
    members = [*fresh, *session.scalars(gone)]
    _dice.shuffle(members)
    rows = [{"survey_id": survey, "member_id": member, "state": "answered"} for member in members]
    if rows:
        session.execute(insert(_participation), rows)


def _shuffle_ballots(
    session: Session, survey: int, fresh: Sequence[dict[str, Any]] = (), at_most: int | None = REWRITTEN
) -> None:
    """Write ballots, and with them others anew, in random order."""
    ours = (_ballot.c.survey_id == survey,)
    which = delete(_ballot).where(*ours, *_some(session, _ballot.c.key, ours, at_most))
    gone = session.execute(which.returning(_ballot.c.content, _ballot.c.shown)).all()
    rows = [*fresh, *({"content": row.content, "shown": row.shown} for row in gone)]
    _dice.shuffle(rows)
    if rows:
        session.execute(insert(_ballot), [{"key": token_hex(16), "survey_id": survey, **row} for row in rows])


def _some(session: Session, key: Column[Any], rows: Conditions, at_most: int | None) -> Conditions:
    """The condition that picks some of these rows at random; none where all of them will do."""
    if at_most is None:
        return ()
    keys = session.scalars(select(key).where(*rows)).all()
    return (key.in_(_dice.sample(keys, at_most)),) if len(keys) > at_most else ()


def close(session: Session, survey: Survey, now: datetime) -> None:
    """No more ballots: the results are final, all rows get their last order, and half-filled forms go."""
    publish(session, survey.id)
    survey.closed_at = now
    _shuffle_marks(session, survey.id, at_most=None)
    _shuffle_ballots(session, survey.id, at_most=None)
    for draft in session.scalars(select(Draft).where(Draft.form.in_(FORMS))):
        if draft.answers.get(ABOUT) == survey.id:
            session.delete(draft)


def count(session: Session, survey: int) -> int:
    """How many ballots there are."""
    return session.scalar(select(func.count()).where(Ballot.survey_id == survey)) or 0


def publish(session: Session, survey: int) -> int | None:
    """How many answers the results are made of; None under five. Once there are five more than were shown so far, all
    there are become part of them. Holds the survey's lock: between counting and showing nobody casts a ballot."""
    row = _lock(session, survey)
    if row is None:
        return None
    shown = publishable(count(session, survey), row.shown)
    if shown != row.shown:
        row.shown = shown
        session.execute(update(_ballot).where(_ballot.c.survey_id == survey).values(shown=True))
    return shown


def published(session: Session, survey: int) -> list[dict[str, Any]]:
    """The ballots the results are made of, in random order."""
    query = select(Ballot.content).where(Ballot.survey_id == survey, Ballot.shown.is_(True))
    contents = list(session.scalars(query))
    _dice.shuffle(contents)
    return contents
