"""Who takes part in a round of matching: everybody of a pool who looks for a mentor, every mentor who can be asked now.

Read in pieces of a few milliseconds, each in a transaction of its own where a job reads them: nobody waits for it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from bot.domain.audience import EVERYONE, Audience
from bot.domain.matching import Mentee, Mentor
from db import audience, mentors
from db.directory import in_network
from db.models.members import Member
from db.models.mentoring import LIVE, UNFINISHED, MentorRequest, MentorSearch, MentorTopic
from db.models.mentoring import Mentor as MentorRow
from db.models.places import Place

PIECE = 500

T = TypeVar("T")
Pairs = set[frozenset[int]]


class Reading(Protocol):
    """Does a piece of work with a session: that of a turn, or one of its own."""

    def __call__(self, work: Callable[[Session], T], /) -> T: ...


@dataclass(slots=True)
class Pool:
    """`mentees` in the order in which they began to look, `searches` what each (by member id) looks for; `apart` the
    pairs that are not to be made: together before, kept apart by a wish, or asked already for this search."""

    mentees: list[Mentee] = field(default_factory=list)
    searches: dict[int, int] = field(default_factory=dict)
    mentors: list[Mentor] = field(default_factory=list)
    apart: Pairs = field(default_factory=set)


def seeking(pool: Audience | None, format: str | None) -> tuple[ColumnElement[bool], ...]:
    """True for the searches of a pool that a round could bring somebody for: nobody is being asked, the mentee is in
    the network and may be written to. For queries of MentorSearch with its Member."""
    live = exists().where(MentorRequest.search_id == MentorSearch.id, MentorRequest.state.in_(LIVE))
    return (
        MentorSearch.state.in_(UNFINISHED),
        *([MentorSearch.format == format] if format is not None else []),
        in_network(),
        audience.may_be_told(mentors.SWITCH),
        audience.belongs(pool or EVERYONE),
        ~live,
    )


def read_pool(reading: Reading, pool: Audience | None, format: str | None, now: datetime) -> Pool:
    """Everybody of a round: `pool` says which mentees, a `format` also which mentors."""
    found = Pool()
    for piece in _pieces(reading, partial(_searches, where=seeking(pool, format))):
        _take_mentees(reading, found, piece)
    for piece in _pieces(reading, partial(_offers, where=_available())):
        _take_mentors(reading, found, piece, format, now)
    return found


def read_again(reading: Reading, pairs: Sequence[tuple[int, int]], format: str | None, now: datetime) -> Pool:
    """The same for the people of some pairs (search, mentor) only, whatever pool they came from: as things are now."""
    found = Pool()
    for some in in_pieces(sorted({search for search, _mentor in pairs})):
        where = (*seeking(None, format), MentorSearch.id.in_(some))
        _take_mentees(reading, found, reading(partial(_searches, after=0, where=where)))
    for some in in_pieces(sorted({mentor for _search, mentor in pairs})):
        where = (*_available(), MentorRow.member_id.in_(some))
        _take_mentors(reading, found, reading(partial(_offers, after=0, where=where)), format, now)
    return found


def _pieces(reading: Reading, read: Callable[..., Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """By id, one piece after the other."""
    after = 0
    while piece := reading(partial(read, after=after)):
        yield piece
        after = piece[-1][0]


def in_pieces(all_of_them: Sequence[T]) -> Iterator[Sequence[T]]:
    return (all_of_them[first : first + PIECE] for first in range(0, len(all_of_them), PIECE))


# --- mentees -------------------------------------------------------------------------------------------------------


def _searches(session: Session, after: int, where: tuple[ColumnElement[bool], ...]) -> Sequence[Any]:
    query = (
        select(
            MentorSearch.id,
            MentorSearch.member_id,
            MentorSearch.topics,
            MentorSearch.free_topics,
            MentorSearch.languages,
            MentorSearch.format,
            MentorSearch.far,
            Place.country,
            Place.region,
            mentors.LEFT.label("year"),
        )
        .join(Member, Member.id == MentorSearch.member_id)
        .outerjoin(Place, Place.id == Member.place_id)
        .where(MentorSearch.id > after, *where)
    )
    return session.execute(query.order_by(MentorSearch.id).limit(PIECE)).all()


def _take_mentees(reading: Reading, found: Pool, rows: Sequence[Any]) -> None:
    ids, searches = [row.member_id for row in rows], [row.id for row in rows]
    replaced = reading(mentors.replaced_topics)
    found.mentees += [mentors.as_mentee(row, row.year, row.country, row.region, replaced) for row in rows]
    found.searches |= dict(zip(ids, searches, strict=True))
    found.apart |= reading(lambda session: mentors.apart_of(session, *ids))
    found.apart |= reading(partial(_asked, searches=searches))


def _asked(session: Session, searches: Collection[int]) -> Pairs:
    """Who was asked already for these searches."""
    pairs = select(MentorRequest.mentor_id, MentorRequest.mentee_id)
    before = pairs.where(MentorRequest.search_id.in_(searches), MentorRequest.asked_at.is_not(None))
    return {frozenset(pair) for pair in session.execute(before)}


# --- mentors -------------------------------------------------------------------------------------------------------


def _available() -> tuple[ColumnElement[bool], ...]:
    return (in_network(), audience.may_be_told(mentors.SWITCH))


def _offers(session: Session, after: int, where: tuple[ColumnElement[bool], ...]) -> Sequence[Any]:
    ids = (
        select(MentorRow.member_id)
        .join(Member, Member.id == MentorRow.member_id)
        .where(MentorRow.member_id > after, *where)
        .order_by(MentorRow.member_id)
        .limit(PIECE)
    )
    topics = select(MentorTopic.member_id).where(MentorTopic.member_id.in_(session.scalars(ids).all()))
    return session.execute(mentors.offers(topics).order_by(MentorRow.member_id)).all()


def _take_mentors(reading: Reading, found: Pool, rows: Iterable[Any], format: str | None, now: datetime) -> None:
    awake = [row for row in rows if not mentors.is_paused(row.paused_until, row.zone, now)]
    busy = reading(partial(mentors.busy, ids=[row.member_id for row in awake]))
    replaced = reading(mentors.replaced_topics)
    offering = (mentors.as_mentor(row, busy.get(row.member_id, 0), replaced) for row in awake)
    found.mentors += [one for one in offering if format is None or format in one.formats]
