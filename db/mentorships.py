"""Mentorships: who is together, what they let each other have, and how it ends."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from db.models.mentoring import Mentor, MentorRequest, MentorSearch, Mentorship

FIRST_CHECK = timedelta(days=30)
ACTIVE = "active"


def begin(session: Session, request: MentorRequest, search: MentorSearch, now: datetime) -> Mentorship:
    """Two people are together from now on; they are asked how it is going a month later."""
    mentorship = Mentorship(
        mentor_id=request.mentor_id,
        mentee_id=request.mentee_id,
        goal=search.goal,
        format=search.format,
        state=ACTIVE,
        began_at=now,
        check_at=now + FIRST_CHECK,
    )
    session.add(mentorship)
    session.flush()
    return mentorship


def load(session: Session, mentorship: int) -> Mentorship | None:
    return session.get(Mentorship, mentorship)


def of_both(session: Session, mentorship: int, member: int, *, lock: bool = False) -> Mentorship | None:
    """A mentorship, for one of the two; None for anybody else. Under `lock` the two act one after the other."""
    query = select(Mentorship).where(Mentorship.id == mentorship, _is_of(member))
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalar(query)


def _is_of(member: int) -> ColumnElement[bool]:
    return or_(Mentorship.mentor_id == member, Mentorship.mentee_id == member)


def other_of(mentorship: Mentorship, member: int) -> int:
    """The id of the other one of the two."""
    return mentorship.mentee_id if mentorship.mentor_id == member else mentorship.mentor_id


def of_member(session: Session, member: int, states: Sequence[str] = (ACTIVE,)) -> list[Mentorship]:
    """Those of a member, as a mentor and as a mentee, the newest first."""
    query = select(Mentorship).where(_is_of(member), Mentorship.state.in_(states))
    return list(session.scalars(query.order_by(Mentorship.id.desc())))


def shares(mentorship: Mentorship, member: int) -> bool:
    """Whether this one of the two lets the other have their contact line."""
    return mentorship.mentor_shares if mentorship.mentor_id == member else mentorship.mentee_shares


def set_shares(mentorship: Mentorship, member: int, on: bool) -> None:
    if mentorship.mentor_id == member:
        mentorship.mentor_shares = on
    else:
        mentorship.mentee_shares = on


def end(mentorship: Mentorship, state: str, now: datetime) -> None:
    """They are together no longer: "finished" or "ended"."""
    mentorship.state, mentorship.ended_at, mentorship.check_at = state, now, None


def end_of(session: Session, member: int, now: datetime) -> list[tuple[Mentorship, int]]:
    """Somebody leaves: theirs end. Returns each with the other one, who is to be told."""
    found = of_member(session, member)
    for mentorship in found:
        end(mentorship, "ended", now)
    session.flush()
    return [(mentorship, other_of(mentorship, member)) for mentorship in found]


def search_of(session: Session, mentorship: Mentorship) -> int | None:
    """The search by which they found each other, if it is still kept."""
    query = select(MentorRequest.search_id).where(
        MentorRequest.mentor_id == mentorship.mentor_id,
        MentorRequest.mentee_id == mentorship.mentee_id,
        MentorRequest.state == "accepted",
    )
    return session.scalar(query.order_by(MentorRequest.id.desc()).limit(1))


def count_active(session: Session) -> int:
    return session.scalar(select(func.count()).where(Mentorship.state == ACTIVE)) or 0


def count_searches(session: Session) -> int:
    """How many look for a mentor and have found none yet."""
    return session.scalar(select(func.count()).where(MentorSearch.state.in_(("open", "waiting")))) or 0


def count_mentors(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Mentor)) or 0
