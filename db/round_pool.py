"""Who takes part in a round of matching: everybody of a pool who looks for a mentor, every mentor who can be asked now.

Read in pieces of a few milliseconds, each in a transaction of its own where a job reads them: nobody waits for it.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, String, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.audience import EVERYONE, Audience
from bot.domain.matching import Far, Mentee, Mentor, topic_keys
from db import audience, mentors
from db.directory import in_network
from db.models.members import Affiliation, Member
from db.models.mentoring import KeptApart, MentorRequest, MentorSearch, Mentorship, MentorTopic
from db.models.mentoring import Mentor as MentorRow
from db.models.places import Place

PIECE = 500
UNFINISHED = ("open", "waiting")
LIVE = ("asked", "proposed")

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
    for some in _cut(sorted({search for search, _mentor in pairs})):
        where = (*seeking(None, format), MentorSearch.id.in_(some))
        _take_mentees(reading, found, reading(partial(_searches, after=0, where=where)))
    for some in _cut(sorted({mentor for _search, mentor in pairs})):
        where = (*_available(), MentorRow.member_id.in_(some))
        _take_mentors(reading, found, reading(partial(_offers, after=0, where=where)), format, now)
    return found


def _pieces(reading: Reading, read: Callable[..., Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """By id, one piece after the other."""
    after = 0
    while piece := reading(partial(read, after=after)):
        yield piece
        after = piece[-1].id


def _cut(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[first : first + PIECE] for first in range(0, len(ids), PIECE))


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
        )
        .join(Member, Member.id == MentorSearch.member_id)
        .outerjoin(Place, Place.id == Member.place_id)
        .where(MentorSearch.id > after, *where)
    )
    return session.execute(query.order_by(MentorSearch.id).limit(PIECE)).all()


def _take_mentees(reading: Reading, found: Pool, rows: Sequence[Any]) -> None:
    ids = [row.member_id for row in rows]
    cohorts = reading(partial(_cohorts, ids=ids))
    found.mentees += [_mentee(row, cohorts.get(row.member_id)) for row in rows]
    found.searches |= {row.member_id: row.id for row in rows}
    found.apart |= reading(partial(_apart, members=ids, searches=[row.id for row in rows]))


def _mentee(row: Any, cohort: int | None) -> Mentee:
    return Mentee(
        id=row.member_id,
        topics=topic_keys(row.topics, row.free_topics),
        languages=frozenset(row.languages),
        formats=frozenset({row.format}),
        cohort=cohort,
        country=row.country,
        region=row.region,
        far=Far(row.far),
    )


def _cohorts(session: Session, ids: Collection[int]) -> dict[int, int | None]:
    """The latest year each of these was at an institution."""
    latest = func.max(func.coalesce(Affiliation.to_year, Affiliation.from_year))
    query = select(Affiliation.member_id, latest).where(Affiliation.member_id.in_(ids))
    return dict(session.execute(query.group_by(Affiliation.member_id)).all())


def _apart(session: Session, members: Collection[int], searches: Collection[int]) -> Pairs:
    kept = select(KeptApart.member_id, KeptApart.other_id)
    together = select(Mentorship.mentor_id, Mentorship.mentee_id)
    asked = select(MentorRequest.mentor_id, MentorRequest.mentee_id)
    queries: tuple[Select[int, int], ...] = (
        kept.where(or_(KeptApart.member_id.in_(members), KeptApart.other_id.in_(members))),
        together.where(or_(Mentorship.mentor_id.in_(members), Mentorship.mentee_id.in_(members))),
        asked.where(MentorRequest.search_id.in_(searches), MentorRequest.asked_at.is_not(None)),
    )
    return {frozenset(pair) for query in queries for pair in session.execute(query)}


# --- mentors -------------------------------------------------------------------------------------------------------


def _available() -> tuple[ColumnElement[bool], ...]:
    return (in_network(), audience.may_be_told(mentors.SWITCH))


def _offers(session: Session, after: int, where: tuple[ColumnElement[bool], ...]) -> Sequence[Any]:
    query = (
        select(
            MentorRow.member_id.label("id"),
            MentorRow.capacity,
            MentorRow.paused_until,
            cast(MentorRow.languages, String).label("languages"),
            cast(MentorRow.formats, String).label("formats"),
            Member.zone,
            Place.country,
            Place.region,
        )
        .join(Member, Member.id == MentorRow.member_id)
        .outerjoin(Place, Place.id == Member.place_id)
        .where(MentorRow.member_id > after, *where)
    )
    return session.execute(query.order_by(MentorRow.member_id).limit(PIECE)).all()


def _take_mentors(reading: Reading, found: Pool, rows: Iterable[Any], format: str | None, now: datetime) -> None:
    awake = [row for row in rows if not mentors.is_paused(row.paused_until, row.zone, now)]
    ids = [row.id for row in awake]
    cohorts = reading(partial(_cohorts, ids=ids))
    topics = reading(partial(_topics, ids=ids))
    busy = reading(partial(mentors.busy, ids=ids))
    for row in awake:
        formats = frozenset(json.loads(row.formats))
        if format is None or format in formats:
            found.mentors.append(
                Mentor(
                    id=row.id,
                    topics=frozenset(topics.get(row.id, ())),
                    languages=frozenset(json.loads(row.languages)),
                    formats=formats,
                    cohort=cohorts.get(row.id),
                    country=row.country,
                    region=row.region,
                    capacity=row.capacity,
                    busy=busy.get(row.id, 0),
                )
            )


def _topics(session: Session, ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for member, key in session.execute(
        select(MentorTopic.member_id, MentorTopic.key).where(MentorTopic.member_id.in_(ids))
    ):
        found.setdefault(member, []).append(key)
    return found
