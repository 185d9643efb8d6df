"""Requests whose time is over, and those that can no longer be answered: what the ladder of silence goes by."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.directory import in_network
from db.mentor_requests import AGREED_WITHIN, ANSWERED_WITHIN
from db.models.members import Member
from db.models.mentoring import LIVE, Mentor, MentorRequest

_WITHIN = (("asked", ANSWERED_WITHIN), ("proposed", AGREED_WITHIN))


def over(session: Session, now: datetime, limit: int) -> Sequence[MentorRequest]:
    """Those that nobody answered in time, in the order in which their searches are to be held."""
    late = or_(
        *(and_(MentorRequest.state == state, MentorRequest.asked_at <= now - within) for state, within in _WITHIN)
    )
    return session.scalars(select(MentorRequest).where(late).order_by(MentorRequest.search_id).limit(limit)).all()


def next_over(session: Session, now: datetime) -> datetime | None:
    """When, after now, the next one is over."""
    moments = []
    for state, within in _WITHIN:
        query = select(func.min(MentorRequest.asked_at))
        first = session.scalar(query.where(MentorRequest.state == state, MentorRequest.asked_at > now - within))
        moments += [first + within] if first is not None else []
    return min(moments, default=None)


def astray(session: Session, limit: int) -> Sequence[tuple[MentorRequest, bool]]:
    """Those under way one of whose two has left the network meanwhile, or whose mentor offers nothing any more; and
    whether the mentee is still there."""
    mentee_there = _is_there(MentorRequest.mentee_id)
    offers = exists(select(Mentor.member_id).where(Mentor.member_id == MentorRequest.mentor_id))
    query = select(MentorRequest, mentee_there.label("there")).where(
        MentorRequest.state.in_(LIVE), or_(~mentee_there, ~_is_there(MentorRequest.mentor_id), ~offers)
    )
    return [(row[0], bool(row[1])) for row in session.execute(query.order_by(MentorRequest.search_id).limit(limit))]


def _is_there(column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return exists(select(Member.id).where(Member.id == column, in_network()).correlate(MentorRequest))
