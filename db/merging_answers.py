"""What two records that become one have both answered: events with their seats, guests and check-ins, and surveys."""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db import events
from db.models.events import Attendance, FormerTicket
from db.models.surveys import NamedAnswer, Participation

# Of two answers to one event the one that says more stays.
_RANK = {"yes": 0, "offered": 1, "waiting": 2, "maybe": 3, "no": 4, "lapsed": 5}


def join_answers(session: Session, keep: int, drop: int) -> None:
    """An event both records answered: the answer that says more stays, with the guests, replies, tickets and the
    check-in of both. Locks the events; seats held twice become free, and are for the caller to give to those who
    wait."""
    shared = set(_by_event(session, keep)) & set(_by_event(session, drop))
    events.lock_many(session, sorted(shared))
    mine, theirs = _by_event(session, keep), _by_event(session, drop)
    for event in shared:
        stronger, weaker = sorted((mine[event], theirs[event]), key=_weight)
        _take_along(stronger, weaker)
        _keep_tickets(session, stronger, weaker)
        session.delete(weaker)
    session.flush()


def _by_event(session: Session, member: int) -> dict[int, Attendance]:
    query = select(Attendance).where(Attendance.member_id == member).execution_options(populate_existing=True)
    return {row.event_id: row for row in session.scalars(query)}


def _weight(row: Attendance) -> tuple[int, float]:
    """The better answer first; of two that wait who is further ahead, of two offers the one that stands longer."""
    if row.offer_until is not None:
        return _RANK[row.state], -row.offer_until.timestamp()
    return _RANK[row.state], row.line or 0


def _take_along(stronger: Attendance, weaker: Attendance) -> None:
    """Never more seats than both held: guests come along only where both stand the same."""
    if stronger.state == weaker.state:
        stronger.guests = max(stronger.guests, weaker.guests)
    stronger.replies = {**weaker.replies, **stronger.replies}
    stronger.confirmed_at = max(filter(None, (stronger.confirmed_at, weaker.confirmed_at)), default=None)
    came = [each for each in (stronger, weaker) if each.checked_in_at is not None]
    first: Any = min(came, key=lambda each: each.checked_in_at or each.answered_at, default=stronger)
    stronger.checked_in_at, stronger.checked_in_by = first.checked_in_at, first.checked_in_by


def _keep_tickets(session: Session, stronger: Attendance, weaker: Attendance) -> None:
    """Whatever somebody shows at the door leads to the one seat they have."""
    moved = update(FormerTicket).where(FormerTicket.attendance_id == weaker.id).values(attendance_id=stronger.id)
    session.execute(moved)
    given = {"ticket": weaker.id, "nonce": weaker.nonce, "code": weaker.code}
    if weaker.nonce is not None:
        session.add(FormerTicket(attendance_id=stronger.id, **given))
        session.flush()


def join_surveys(session: Session, keep: int, drop: int) -> None:
    """Who has answered a survey under one of the two records has answered it; of two answers with a name the later
    one stays."""
    answered = select(Participation.survey_id).where(Participation.member_id == drop, Participation.state == "answered")
    known = update(Participation).where(Participation.member_id == keep, Participation.survey_id.in_(answered))
    session.execute(known.values(state="answered").execution_options(synchronize_session=False))
    theirs = select(NamedAnswer.survey_id, NamedAnswer.answered_at).where(NamedAnswer.member_id == drop)
    for survey, at in session.execute(theirs).all():
        older = (NamedAnswer.survey_id == survey, NamedAnswer.member_id == keep, NamedAnswer.answered_at < at)
        session.execute(delete(NamedAnswer).where(*older))
