"""Rounds of matching and the pairs in them, until they are proposed to the mentees."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from bot.domain.audience import Audience
from db import round_pool
from db.models.members import Member
from db.models.mentoring import MatchRound, MentorRequest, MentorSearch, RoundPair

LONGEST_NAME = 80
_BEST_FIRST = (RoundPair.worth.desc(), RoundPair.search_id)


class State(StrEnum):
    """How far a round is; values of MatchRound.state."""

    COMPUTING = "computing"
    READY = "ready"
    PUBLISHED = "published"
    DROPPED = "dropped"
    FAILED = "failed"


class Named(NamedTuple):
    """A pair with the names of both."""

    search: int
    mentee: str
    mentor: str
    worth: float


# --- rounds --------------------------------------------------------------------------------------------------------


def create(
    session: Session, name: str, pool: dict[str, Any] | None, format: str | None, by: int, now: datetime
) -> MatchRound:
    """A round that is to be computed; asking for the job is left to the caller."""
    row = MatchRound(name=name, pool=pool, format=format, made_by=by, state=State.COMPUTING, created_at=now)
    session.add(row)
    session.flush()
    return row


def load(session: Session, round_id: int) -> MatchRound | None:
    return session.get(MatchRound, round_id)


def lock(session: Session, round_id: int) -> MatchRound | None:
    """The round, read anew and held: two coordinators who change it, and the job, wait for each other."""
    return session.get(MatchRound, round_id, with_for_update=True, populate_existing=True)


def newest(session: Session, *, limit: int, offset: int = 0) -> Sequence[MatchRound]:
    """All but those that were dropped, the newest first."""
    query = select(MatchRound).where(MatchRound.state != State.DROPPED).order_by(MatchRound.id.desc())
    return session.scalars(query.limit(limit).offset(offset)).all()


def pool_of(row: MatchRound) -> Audience | None:
    """Raises ValueError where a later version wrote what this one does not know."""
    return Audience.from_json(row.pool) if row.pool is not None else None


def count_seeking(session: Session, pool: Audience | None, format: str | None) -> int:
    """How many of a pool a round could bring somebody for."""
    query = select(func.count()).select_from(MentorSearch).join(Member, Member.id == MentorSearch.member_id)
    return session.scalar(query.where(*round_pool.seeking(pool, format))) or 0


def settle(session: Session, round_id: int, state: State, figures: dict[str, Any] | None = None) -> bool:
    """A round that was being computed is ready, or has failed; False where it no longer is (somebody dropped it)."""
    computing = update(MatchRound).where(MatchRound.id == round_id, MatchRound.state == State.COMPUTING)
    done = session.execute(computing.values(state=state, figures=figures).returning(MatchRound.id))
    return done.scalar() is not None


# --- pairs ---------------------------------------------------------------------------------------------------------


def clear(session: Session, round_id: int) -> None:
    """Forget all pairs of a round."""
    session.execute(delete(RoundPair).where(RoundPair.round_id == round_id))


def add_pairs(session: Session, round_id: int, pairs: Sequence[tuple[int, int, float]]) -> bool:
    """Write down computed pairs (search, mentor, worth), of people who are still there; False where the round is no
    longer being computed."""
    row = lock(session, round_id)
    if row is None or row.state != State.COMPUTING:
        return False
    searches = _still_there(session, select(MentorSearch.id).where(MentorSearch.id.in_([each[0] for each in pairs])))
    people = _still_there(session, select(Member.id).where(Member.id.in_({each[1] for each in pairs})))
    rows = [
        {"round_id": round_id, "search_id": search, "mentor_id": mentor, "worth": worth, "by_hand": False}
        for search, mentor, worth in pairs
        if search in searches and mentor in people
    ]
    if rows:
        session.execute(insert(RoundPair), rows)
    return True


def _still_there(session: Session, ids: Select[int]) -> set[int]:
    """Held until the transaction ends, so that nobody of them is erased in between."""
    return set(session.scalars(ids.order_by(*ids.selected_columns).with_for_update(read=True, key_share=True)))


def find_pair(session: Session, round_id: int, search: int) -> RoundPair | None:
    return session.get(RoundPair, (round_id, search))


def set_pair(session: Session, round_id: int, search: int, mentor: int, worth: float) -> RoundPair:
    """By hand: this mentor for this search, whoever it was before."""
    row = find_pair(session, round_id, search) or RoundPair(round_id=round_id, search_id=search)
    row.mentor_id, row.worth, row.by_hand = mentor, worth, True
    session.add(row)
    session.flush()
    return row


def drop_pairs(session: Session, round_id: int, searches: Collection[int]) -> None:
    if searches:
        session.execute(delete(RoundPair).where(RoundPair.round_id == round_id, RoundPair.search_id.in_(searches)))


def pairs_of(session: Session, round_id: int) -> list[tuple[int, int]]:
    """(search, mentor) of every pair, the best first."""
    query = select(RoundPair.search_id, RoundPair.mentor_id).where(RoundPair.round_id == round_id)
    return [(search, mentor) for search, mentor in session.execute(query.order_by(*_BEST_FIRST))]


def named_pairs(session: Session, round_id: int, *, limit: int, offset: int = 0) -> list[Named]:
    """The pairs of a round with their names, the best first."""
    mentee, mentor = aliased(Member), aliased(Member)
    query = (
        select(RoundPair.search_id, mentee.full_name, mentor.full_name, RoundPair.worth)
        .join(MentorSearch, MentorSearch.id == RoundPair.search_id)
        .join(mentee, mentee.id == MentorSearch.member_id)
        .join(mentor, mentor.id == RoundPair.mentor_id)
        .where(RoundPair.round_id == round_id)
    )
    found = session.execute(query.order_by(*_BEST_FIRST).limit(limit).offset(offset))
    return [Named(search, one or "–", other or "–", worth) for search, one, other, worth in found]


def tally(session: Session, round_id: int) -> tuple[int, float, int]:
    """How many pairs there are now, their mean worth, and how many were made by hand."""
    hand = func.count().filter(RoundPair.by_hand.is_(True))
    query = select(func.count(), func.coalesce(func.avg(RoundPair.worth), 0.0), hand)
    count, mean, by_hand = session.execute(query.where(RoundPair.round_id == round_id)).one()
    return count, float(mean), by_hand


def loads(session: Session, round_id: int, *, without: int) -> dict[int, int]:
    """How many mentees of a round each mentor has there, one search not counted."""
    query = select(RoundPair.mentor_id, func.count()).where(
        RoundPair.round_id == round_id, RoundPair.search_id != without
    )
    return dict(session.execute(query.group_by(RoundPair.mentor_id)).all())


def left_over(session: Session, row: MatchRound, *, limit: int, offset: int = 0) -> list[Row[Any]]:
    """Searches of the pool (`id`, `full_name`) that have nobody in this round, the longest waiting first. Raises
    ValueError for a pool of a later version."""
    paired = exists().where(RoundPair.round_id == row.id, RoundPair.search_id == MentorSearch.id)
    query = (
        select(MentorSearch.id, Member.full_name)
        .join(Member, Member.id == MentorSearch.member_id)
        .where(*round_pool.seeking(pool_of(row), row.format), ~paired)
    )
    return list(session.execute(query.order_by(MentorSearch.id).limit(limit).offset(offset)))


def asked_before(session: Session, search: int) -> set[int]:
    """The mentors who were asked, or proposed, for a search already."""
    query = select(MentorRequest.mentor_id)
    return set(session.scalars(query.where(MentorRequest.search_id == search, MentorRequest.asked_at.is_not(None))))


# --- published -----------------------------------------------------------------------------------------------------


def publish(row: MatchRound, left: dict[str, int], now: datetime) -> None:
    """From now on its pairs are proposed, piece by piece; `left` says how many were left out, by the reason."""
    row.state, row.published_at, row.figures = State.PUBLISHED, now, {**(row.figures or {}), "left": left}


def leave_out(session: Session, round_id: int, why: str) -> None:
    """One more pair of a published round could not be suggested after all."""
    row = lock(session, round_id)
    if row is not None:
        figures = row.figures or {}
        left = figures.get("left", {})
        row.figures = {**figures, "left": {**left, str(why): left.get(str(why), 0) + 1}}


def to_propose(session: Session, limit: int) -> list[RoundPair]:
    """The next pairs of published rounds that no mentee has heard of yet."""
    published = select(MatchRound.id).where(MatchRound.state == State.PUBLISHED)
    query = select(RoundPair).where(RoundPair.round_id.in_(published))
    return list(session.scalars(query.order_by(RoundPair.round_id, RoundPair.search_id).limit(limit)))


def answers(session: Session, round_id: int) -> dict[str, int]:
    """State of the request -> how many, of the pairs that were proposed."""
    query = select(MentorRequest.state, func.count()).where(MentorRequest.round_id == round_id)
    return dict(session.execute(query.group_by(MentorRequest.state)).all())
