"""Members of the network find each other: by name, city, studies, topic, and by what others offer or seek.

Whoever is found by a field has opened it to the one who searches. The search walks along the condition that fewest
people fulfil, in pieces, and looks at the others only for these: that is quick for a million members, in whichever way
conditions are combined, and the same on both databases.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from bot.domain.folding import fold_variants
from bot.domain.people import Field
from db.directory import in_network, opens_to
from db.lists import same
from db.models.lists import Entry, Institution, Topic
from db.models.members import Affiliation, Member, MemberTopic, Status
from db.models.people import MemberName, Offer
from db.names import words_of

LAST_CHARACTER = "\U0010ffff"
MOST_WORDS = 6
# So many are counted at most to see which condition is the rarest.
COUNTED = 20_000
# Pieces are small enough for PostgreSQL to look each member up rather than to read whole tables.
FIRST_PIECE, LARGEST_PIECE = 200, 1_000
# In place of a topic: whatever it is.
ANYTHING = 0


@dataclass(frozen=True, slots=True)
class Criteria:
    """Whom somebody looks for; everything must hold. `cohort`: who left from the first to the last of these years, at
    `institution` where there is one. `offers` and `seeks` are topics, or ANYTHING."""

    words: str = ""
    city: int | None = None
    institution: int | None = None
    cohort: tuple[int, int] | None = None
    topic: int | None = None
    offers: int | None = None
    seeks: int | None = None


@dataclass(frozen=True, slots=True)
class _Way:
    """One condition as rows of a table: `who` says whose a row is. `opened`: the field it looks at."""

    who: Any
    where: ColumnElement[bool]
    order: tuple[Any, ...]
    opened: Field | None = None

    def holds_for(self, member: Any) -> ColumnElement[bool]:
        return exists().where(self.who == member, self.where)


def search(session: Session, reader: int, criteria: Criteria, limit: int, offset: int = 0) -> list[int]:
    """Ids of the members of the network who fulfil everything, but for the reader. Those whose names are as written
    come before those whose names only begin so."""
    words = words_of(criteria.words)[:MOST_WORDS]
    found = _search(session, reader, criteria, words, offset + limit)
    shorter = [min(fold_variants(word) or {word}, key=len) for word in words]
    if not found and shorter != words:
        # Somebody who writes Mueller may mean a Muller.
        found = _search(session, reader, criteria, shorter, offset + limit)
    return found[offset : offset + limit]


def _search(session: Session, reader: int, criteria: Criteria, words: list[str], wanted: int) -> list[int]:
    found: dict[int, None] = {}
    fields = list(_fields(session, criteria))
    for names in _closer_first(words):
        if names or fields:
            for member in _walk(session, reader, names, fields):
                found[member] = None
                if len(found) == wanted:
                    return list(found)
    return list(found)


def _closer_first(words: list[str]) -> list[list[_Way]]:
    """How the words are compared, one manner after the other: all as written; all together as one; as beginnings."""
    if not words:
        return [[]]
    together = [[_begins("".join(words))]] if len(words) > 1 else []
    return [[_is(word) for word in words], *together, [_begins(word) for word in words]]


def _is(word: str) -> _Way:
    row = aliased(MemberName)
    return _Way(row.member_id, row.folded == word, (row.member_id,))


def _begins(word: str) -> _Way:
    row = aliased(MemberName)
    where = and_(row.folded >= word, row.folded < word + LAST_CHARACTER)
    return _Way(row.member_id, where, (row.folded, row.member_id))


def _fields(session: Session, criteria: Criteria) -> Iterator[_Way]:
    if criteria.city is not None:
        lives = aliased(Member)
        where = and_(lives.status == Status.VERIFIED, lives.place_id == criteria.city)
        yield _Way(lives.id, where, (lives.id,), Field.CITY)
    if criteria.institution is not None or criteria.cohort is not None:
        yield _studied(session, criteria)
    if criteria.topic is not None:
        works = aliased(MemberTopic)
        chosen = _is_one_of(works.topic_id, session, Topic, criteria.topic)
        yield _Way(works.member_id, chosen, (works.member_id,), Field.TOPICS)
    for kind, topic in (("offer", criteria.offers), ("seek", criteria.seeks)):
        if topic is not None:
            row = aliased(Offer)
            named = [_is_one_of(row.topic_id, session, Topic, topic)] if topic != ANYTHING else []
            about = and_(row.kind == kind, *named)
            yield _Way(row.member_id, about, (row.id,))


def _is_one_of(column: Any, session: Session, table: type[Entry], entry: int) -> ColumnElement[bool]:
    """An entry of a list, or what stands for the same. Looked up first, and one id compared as one: the order of an
    index is kept then."""
    meant = same(session, table, entry)
    found: ColumnElement[bool] = column == meant[0] if len(meant) == 1 else column.in_(meant)
    return found


def _studied(session: Session, criteria: Criteria) -> _Way:
    row = aliased(Affiliation)
    where = criteria.institution
    conditions = [_is_one_of(row.institution_id, session, Institution, where)] if where is not None else []
    if criteria.cohort is not None:
        conditions.append(func.coalesce(row.to_year, row.from_year).between(*criteria.cohort))
    return _Way(row.member_id, and_(*conditions), (row.member_id,), Field.STUDIES)


def _walk(session: Session, reader: int, names: Sequence[_Way], fields: Sequence[_Way]) -> Iterator[int]:
    """Whom all these ways lead to, in the order of the rarest; somebody may come twice."""
    first = _rarest(session, [*names, *fields])
    near = [way.holds_for(first.who) for way in names if way is not first]
    candidates = select(first.who).where(first.where, *near).order_by(*first.order)
    fits = and_(
        in_network(),
        Member.id != reader,
        *(way.holds_for(Member.id) for way in fields if way is not first),
        *(opens_to(reader, way.opened) for way in fields if way.opened is not None),
    )
    # By their ids and no other way: SQLite would rather look through all who are verified.
    fitting = select(Member.id).where(case((fits, 1), else_=0) == 1)
    for piece in _pieces(session, candidates):
        fit = set(session.scalars(fitting.where(Member.id.in_(set(piece)))))
        yield from (member for member in piece if member in fit)


def _rarest(session: Session, ways: Sequence[_Way]) -> _Way:
    if len(ways) == 1:
        return ways[0]
    sizes = [_count(session, select(way.who).where(way.where)) for way in ways]
    return ways[sizes.index(min(sizes))]


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.limit(COUNTED).subquery())) or 0


def _pieces(session: Session, candidates: Select[Any]) -> Iterator[list[int]]:
    """Small ones first: mostly the first is enough."""
    size, offset = FIRST_PIECE, 0
    while piece := list(session.scalars(candidates.limit(size).offset(offset))):
        yield piece
        if len(piece) < size:
            return
        size, offset = min(size * 4, LARGEST_PIECE), offset + size


def offers_of(session: Session, member: int) -> list[tuple[Offer, Topic | None]]:
    """What a member offers and seeks, each with its topic, in the order they wrote it."""
    query = select(Offer, Topic).outerjoin(Topic, Topic.id == Offer.topic_id).where(Offer.member_id == member)
    return [(row[0], row[1]) for row in session.execute(query.order_by(Offer.kind, Offer.id))]
