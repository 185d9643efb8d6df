"""What two records that become one have to do with other people: mentoring, requests for contact, words passed on."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from db.models.exports import Export, ExportedPerson
from db.models.mentoring import (
    UNFINISHED,
    CheckIn,
    KeptApart,
    MatchRound,
    Mentor,
    MentorRequest,
    MentorSearch,
    Mentorship,
    MentorTopic,
    RoundPair,
)
from db.models.people import ContactRequest, Look, Offer, Relayed
from db.models.surveys import Questionnaire


class Tie(NamedTuple):
    """A column that names a member; `other` the column that names the one it has to do with, who must be somebody else;
    `unique` what may not be there twice."""

    table: Any
    column: str
    other: str | None = None
    unique: Sequence[str] = ()


TIES = (
    Tie(MentorSearch, "member_id"),
    Tie(MentorRequest, "mentor_id", "mentee_id", ("search_id", "mentor_id")),
    Tie(MentorRequest, "mentee_id", "mentor_id"),
    Tie(Mentorship, "mentor_id", "mentee_id", ("mentor_id", "mentee_id")),
    Tie(Mentorship, "mentee_id", "mentor_id", ("mentor_id", "mentee_id")),
    Tie(CheckIn, "member_id", None, ("mentorship_id", "round", "member_id")),
    Tie(KeptApart, "member_id", "other_id", ("member_id", "other_id")),
    Tie(KeptApart, "other_id", "member_id", ("member_id", "other_id")),
    Tie(RoundPair, "mentor_id"),
    Tie(MatchRound, "made_by"),
    Tie(Look, "member_id", "viewer_id", ("member_id", "viewer_id", "day")),
    Tie(Look, "viewer_id", "member_id", ("member_id", "viewer_id", "day")),
    Tie(ContactRequest, "asker_id", "asked_id", ("asker_id", "asked_id", "state")),
    Tie(ContactRequest, "asked_id", "asker_id", ("asker_id", "asked_id", "state")),
    Tie(Offer, "member_id"),
    Tie(Questionnaire, "author_id"),
    Tie(Relayed, "sender_id", "receiver_id"),
    Tie(Relayed, "receiver_id", "sender_id"),
    Tie(Export, "actor_id"),
    Tie(ExportedPerson, "member_id", None, ("export_id", "member_id")),
)


def join_ties(session: Session, keep: int, drop: int) -> None:
    """Everything `drop` has to do with others is `keep`'s from now on. What both have once is kept once; what the two
    records had to do with each other goes."""
    _take_offer(session, keep, drop)
    _close_second_search(session, keep, drop)
    _prefer_live_requests(session, keep, drop)
    _join_pairs(session, keep, drop)
    for tie in TIES:
        for row in session.scalars(select(tie.table).where(getattr(tie.table, tie.column) == drop)).all():
            if _may_change(session, tie, row, keep):
                setattr(row, tie.column, keep)
            else:
                session.delete(row)
            session.flush()


def _may_change(session: Session, tie: Tie, row: Any, keep: int) -> bool:
    if tie.other is not None and getattr(row, tie.other) == keep:
        return False
    meant = {name: getattr(row, name) for name in tie.unique} | {tie.column: keep}
    same = [getattr(tie.table, name) == value for name, value in meant.items() if name in tie.unique]
    query = select(func.count()).select_from(tie.table).where(*same)
    return not same or not session.scalar(query)


def _take_offer(session: Session, keep: int, drop: int) -> None:
    """Who offers mentoring under one of the two records goes on offering it."""
    given = session.get(Mentor, drop)
    if given is None or session.get(Mentor, keep) is not None:
        return
    columns = {column.key: getattr(given, column.key) for column in Mentor.__table__.columns}
    session.add(Mentor(**{**columns, "member_id": keep}))
    session.flush()
    session.execute(update(MentorTopic).where(MentorTopic.member_id == drop).values(member_id=keep))


def _close_second_search(session: Session, keep: int, drop: int) -> None:
    """One person has one unfinished search at a time: of two the kept record's goes on."""
    unfinished = MentorSearch.state.in_(UNFINISHED)
    if session.scalar(select(MentorSearch.id).where(MentorSearch.member_id == keep, unfinished)) is not None:
        session.execute(update(MentorSearch).where(MentorSearch.member_id == drop, unfinished).values(state="closed"))
        session.execute(
            update(MentorRequest)
            .where(MentorRequest.mentee_id == drop, MentorRequest.state.in_(("queued", "proposed", "asked")))
            .values(state="dropped")
        )


def _prefer_live_requests(session: Session, keep: int, drop: int) -> None:
    """Both are in the list of one search: who was asked under the other record is asked still."""
    live = select(MentorRequest.search_id).where(
        MentorRequest.mentor_id == drop, MentorRequest.state.in_(("asked", "proposed", "accepted"))
    )
    session.execute(
        delete(MentorRequest)
        .where(MentorRequest.mentor_id == keep, MentorRequest.search_id.in_(live))
        .execution_options(synchronize_session=False)
    )


def _join_pairs(session: Session, keep: int, drop: int) -> None:
    """Both are together with one and the same person: the mentorship that goes on stays, with the answers of both."""
    for mine, other in ((Mentorship.mentor_id, Mentorship.mentee_id), (Mentorship.mentee_id, Mentorship.mentor_id)):
        held = {getattr(row, other.key): row for row in session.scalars(select(Mentorship).where(mine == keep))}
        for row in session.scalars(select(Mentorship).where(mine == drop)).all():
            if getattr(row, other.key) in held:
                _join_pair(session, *_by_life(held[getattr(row, other.key)], row))


def _by_life(one: Mentorship, other: Mentorship) -> tuple[Mentorship, Mentorship]:
    """The one that goes on, or did longer, first."""
    first, second = sorted((one, other), key=lambda pair: (pair.state != "active", -pair.began_at.timestamp()))
    return first, second


def _join_pair(session: Session, stays: Mentorship, goes: Mentorship) -> None:
    """What was answered in the one that goes counts as earlier rounds: the current one is the last."""
    first = session.scalar(select(func.min(CheckIn.round)).where(CheckIn.mentorship_id == stays.id)) or 1
    earlier = update(CheckIn).where(CheckIn.mentorship_id == goes.id)
    moved = earlier.values(mentorship_id=stays.id, round=CheckIn.round - goes.checks + first - 1)
    session.execute(moved.execution_options(synchronize_session=False))
    stays.began_at = min(stays.began_at, goes.began_at)
    stays.mentor_shares, stays.mentee_shares = (
        stays.mentor_shares or goes.mentor_shares,
        stays.mentee_shares or goes.mentee_shares,
    )
    stays.meets_at = stays.meets_at or goes.meets_at
    session.expire(goes)
    session.execute(delete(Mentorship).where(Mentorship.id == goes.id))
    session.flush()
