"""Mentors: what they offer, who of them can be asked now, and who is to be kept apart."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, String, cast, delete, func, or_, select, union_all, update
from sqlalchemy.orm import Session

from bot.domain import matching
from bot.domain.matching import Far, topic_keys
from db.audience import may_be_told
from db.directory import in_network
from db.models.lists import Topic
from db.models.members import Affiliation, Member
from db.models.mentoring import KeptApart, Mentor, MentorRequest, MentorSearch, Mentorship, MentorTopic
from db.models.places import Place

# The switch in /settings that silences messages about mentoring.
SWITCH = "mentoring"
# So many ids fit into a statement; of more, everybody is counted.
FEW = 500
# Stands in no key.
BETWEEN = ","
# No clock on earth is further ahead of UTC.
FURTHEST_AHEAD = timedelta(hours=14)
# The latest year a member was at an institution, as far as we know.
LEFT = (
    select(func.max(func.coalesce(Affiliation.to_year, Affiliation.from_year)))
    .where(Affiliation.member_id == Member.id)
    .correlate(Member)
    .scalar_subquery()
)


class Away(StrEnum):
    """Why a mentor cannot be asked: not a mentor (any more) or not in the network; paused; no room; or wishes no
    messages about mentoring."""

    GONE = "gone"
    PAUSED = "paused"
    FULL = "full"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody offers as a mentor. `topics` are ids of the list, `free_topics` words of their own."""

    topics: tuple[str, ...]
    free_topics: tuple[str, ...]
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    capacity: int
    helps: str | None = None
    availability: str | None = None


# --- one mentor ------------------------------------------------------------------------------------------------


def load(session: Session, member: int) -> Mentor | None:
    """The offer of a member; None for who is no mentor. Says nothing about whether a reader may see them."""
    return session.get(Mentor, member)


def keys_of(session: Session, member: int) -> frozenset[str]:
    """The topic keys of a mentor."""
    return frozenset(session.scalars(select(MentorTopic.key).where(MentorTopic.member_id == member)))


def listed_topics(keys: Iterable[str]) -> list[str]:
    """Ids of the topics of the list among these keys."""
    return sorted((key[2:] for key in keys if key.startswith("t:")), key=int)


def replaced_topics(session: Session) -> dict[str, str]:
    """Keys of topics that were replaced in the list -> the keys of what stands for them now."""
    rows = session.execute(select(Topic.id, Topic.merged_into).where(Topic.merged_into.is_not(None)))
    return {f"t:{old}": f"t:{new}" for old, new in rows}


def _as_now(keys: frozenset[str], replaced: Mapping[str, str]) -> frozenset[str]:
    return frozenset(replaced.get(key, key) for key in keys) if replaced else keys


def save(session: Session, member: int, offer: Offer, now: datetime) -> Mentor:
    """Offer this, or this instead of what was offered before; who waits for somebody may be told."""
    row = session.get(Mentor, member) or Mentor(member_id=member, offered_at=now)
    row.capacity, row.helps, row.availability = offer.capacity, offer.helps, offer.availability
    row.formats, row.languages, row.free_topics = list(offer.formats), list(offer.languages), list(offer.free_topics)
    row.changed_at = now
    session.add(row)
    session.flush()
    session.execute(delete(MentorTopic).where(MentorTopic.member_id == member))
    keys = sorted(topic_keys(offer.topics, offer.free_topics))
    session.add_all(MentorTopic(key=key, member_id=member) for key in keys)
    session.flush()
    return row


def withdraw(session: Session, member: int) -> None:
    """No mentor any more. What runs goes on; open requests are the business of `mentor_requests.drop_of`."""
    row = session.get(Mentor, member)
    if row is not None:
        session.delete(row)
        session.flush()


def touch(session: Session, mentor_id: int, now: datetime) -> None:
    """Somebody became more available: who waits for a mentor may be told."""
    session.execute(update(Mentor).where(Mentor.member_id == mentor_id).values(changed_at=now))


def why_away(session: Session, mentor_id: int, now: datetime) -> Away | None:
    """Why this mentor cannot be asked now; None: can be asked."""
    query = select(Mentor.capacity, Mentor.paused_until, Member.zone, may_be_told(SWITCH))
    found = query.join(Member, Member.id == Mentor.member_id).where(Mentor.member_id == mentor_id, in_network())
    row = session.execute(found).one_or_none()
    if row is None:
        return Away.GONE
    capacity, until, zone, may_be_asked = row
    if not may_be_asked:
        return Away.SILENT
    if is_paused(until, zone, now):
        return Away.PAUSED
    return Away.FULL if busy(session, [mentor_id]).get(mentor_id, 0) >= capacity else None


def is_paused(until: date | None, zone: str, now: datetime) -> bool:
    """Whether a pause holds: up to the day before, by the mentor's own clock."""
    return until is not None and now.astimezone(ZoneInfo(zone)).date() < until


def busy(session: Session, ids: Collection[int]) -> dict[int, int]:
    """How many places of each of these mentors are taken: active mentorships and requests that wait for an answer.
    Mentors without any are missing."""
    if not ids:
        return {}
    session.flush()
    few = ids if len(ids) <= FEW else None
    taken = union_all(
        _whose(select(Mentorship.mentor_id.label("mentor")).where(Mentorship.state == "active"), few),
        _whose(select(MentorRequest.mentor_id.label("mentor")).where(MentorRequest.state == "asked"), few),
    ).subquery()
    found = session.connection().execute(select(taken.c.mentor, func.count()).group_by(taken.c.mentor))
    wanted = set(ids)
    return {mentor: count for mentor, count in found if mentor in wanted}


def _whose(query: Select[Any], ids: Collection[int] | None) -> Select[Any]:
    return query if ids is None else query.where(query.selected_columns["mentor"].in_(ids))


# --- many ------------------------------------------------------------------------------------------------------

# The lists as text: of ten thousand mentors there are some dozens of different ones, each to be read once.
_WHAT = (
    Mentor.member_id,
    Mentor.capacity,
    Mentor.paused_until,
    Member.zone,
    cast(Mentor.languages, String),
    cast(Mentor.formats, String),
    Place.country,
    Place.region,
)


def candidates(
    session: Session, mentee: matching.Mentee, now: datetime, only: Collection[int] | None = None
) -> list[matching.Mentor]:
    """All who can be asked now and share a topic with this mentee; `only` among these mentors. Of their topics only
    the shared ones are told."""
    return [each for each in offering(session, mentee, now, only) if each.busy < each.capacity]


def offering(
    session: Session, mentee: matching.Mentee, now: datetime, only: Collection[int] | None = None
) -> list[matching.Mentor]:
    """The same with those whose places are all taken."""
    few = only if only is None or len(only) <= FEW else None
    session.flush()
    # Of the connection: ten thousand plain rows are not to be looked at by the ORM.
    replaced = replaced_topics(session)
    rows = session.connection().execute(_available(mentee, now, few, replaced)).all()
    awake = [row for row in rows if row[2] is None or not is_paused(row[2], row[3], now)]
    if only is not None and few is None:
        awake = [row for row in awake if row[0] in only]
    taken = busy(session, [row[0] for row in awake])
    return [as_mentor(row, taken.get(row[0], 0), replaced) for row in awake]


def _available(
    mentee: matching.Mentee, now: datetime, only: Collection[int] | None, replaced: Mapping[str, str]
) -> Select[*tuple[Any, ...]]:
    """Those who share a topic, are in the network and may be told; whose pause surely lasts is left out here
    already."""
    latest = (now + FURTHEST_AHEAD).date()
    return (
        offers(_sharing(mentee, only, replaced))
        .where(Mentor.member_id != mentee.id, in_network(), may_be_told(SWITCH))
        .where(or_(Mentor.paused_until.is_(None), Mentor.paused_until <= latest))
    )


def offers(topics: Select[Any]) -> Select[*tuple[Any, ...]]:
    """Rows for `as_mentor`: the mentors of these rows of MentorTopic (a query of their member ids), with those topics
    and the latest year they were at an institution."""
    keys = func.aggregate_strings(MentorTopic.key, BETWEEN).label("keys")
    shared = topics.add_columns(keys).group_by(MentorTopic.member_id).subquery()
    return (
        select(*_WHAT, shared.c["keys"], LEFT)
        .select_from(Mentor)
        .join(Member, Member.id == Mentor.member_id)
        .join(shared, shared.c.member_id == Mentor.member_id)
        .outerjoin(Place, Place.id == Member.place_id)
    )


def _sharing(mentee: matching.Mentee, only: Collection[int] | None, replaced: Mapping[str, str]) -> Select[Any]:
    """Ids of mentors with a topic of the mentee, or one that it stands for."""
    keys = mentee.topics | {old for old, new in replaced.items() if new in mentee.topics}
    query = select(MentorTopic.member_id).where(MentorTopic.key.in_(sorted(keys)))
    return query if only is None else query.where(MentorTopic.member_id.in_(only))


def as_mentor(row: Row[*tuple[Any, ...]], taken: int, replaced: Mapping[str, str]) -> matching.Mentor:
    """A row of `offers` as matching knows people; so many of their places are `taken`. A topic that was `replaced` is
    what stands for it now."""
    ident, capacity, _until, _zone, languages, formats, country, region, keys, year = row
    return matching.Mentor(
        ident, _as_now(_split(keys), replaced), _read(languages), _read(formats), year, country, region, capacity, taken
    )


@lru_cache(maxsize=4096)
def _split(keys: str) -> frozenset[str]:
    return frozenset(keys.split(BETWEEN))


@lru_cache(maxsize=4096)
def _read(words: str) -> frozenset[str]:
    return frozenset(json.loads(words))


def mentee_of(session: Session, search: MentorSearch) -> matching.Mentee:
    """Who looks for a mentor, as matching knows people."""
    known = select(LEFT, Place.country, Place.region).select_from(Member)
    where = known.outerjoin(Place, Place.id == Member.place_id).where(Member.id == search.member_id)
    year, country, region = session.execute(where).one()
    return as_mentee(search, year, country, region, replaced_topics(session))


def as_mentee(
    search: MentorSearch | Row[Any],
    year: int | None,
    country: str | None,
    region: str | None,
    replaced: Mapping[str, str],
) -> matching.Mentee:
    """A search, or a row with its columns, as matching knows people. A topic that was `replaced` is what stands for it
    now."""
    return matching.Mentee(
        id=search.member_id,
        topics=_as_now(topic_keys(search.topics, search.free_topics), replaced),
        languages=frozenset(search.languages),
        formats=frozenset({search.format}),
        cohort=year,
        country=country,
        region=region,
        far=Far(search.far),
    )


def topic_words(session: Session, keys: Iterable[str], free_topics: Sequence[str], language: str) -> list[str]:
    """The names of these topics: of the list in its order, then of the free ones as they were written."""
    wanted = set(keys)
    ids = [int(each) for each in listed_topics(wanted)]
    rows = session.scalars(select(Topic).where(Topic.id.in_(ids)).order_by(Topic.position, Topic.id)) if ids else ()
    names = [row.names.get(language) or row.names["en"] for row in rows]
    return [*names, *(words for words in free_topics if topic_keys((), [words]) <= wanted)]


# --- kept apart ------------------------------------------------------------------------------------------------


def apart_of(session: Session, *members: int) -> frozenset[frozenset[int]]:
    """The pairs of these members that are not to be suggested: kept apart by either wish, together now or before."""
    kept = select(KeptApart.member_id, KeptApart.other_id)
    together = select(Mentorship.mentor_id, Mentorship.mentee_id)
    both = union_all(
        kept.where(or_(KeptApart.member_id.in_(members), KeptApart.other_id.in_(members))),
        together.where(or_(Mentorship.mentor_id.in_(members), Mentorship.mentee_id.in_(members))),
    )
    return frozenset(frozenset(pair) for pair in session.execute(both))


def wishes_apart(session: Session, member: int, other: int) -> bool:
    """Whether this member asked not to be suggested together with the other one."""
    return session.get(KeptApart, (member, other)) is not None


def set_apart(session: Session, member: int, other: int, apart: bool, now: datetime) -> None:
    """Do not suggest these two to each other, or do again: the wish of `member`, which nobody is told."""
    row = session.get(KeptApart, (member, other))
    if apart and row is None:
        session.add(KeptApart(member_id=member, other_id=other, since=now))
    elif not apart and row is not None:
        session.delete(row)
    session.flush()
