"""Members taken away as a file: who is in it, written down before anything leaves; and then piece by piece, so that a
million need no more memory than a thousand."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, literal, select
from sqlalchemy.orm import Session

from bot.domain.audience import Audience
from bot.domain.exports import Part, Purpose
from bot.domain.scope import Scope
from db import audience as audiences
from db.directory import names_of
from db.models.exports import Export, ExportedPerson
from db.models.lists import Cohort, Entry, Institution, Names, Programme, Topic
from db.models.members import Affiliation, Member, MemberRelation, MemberTopic
from db.models.places import Place
from db.scopes import within

AT_ONCE = 20_000
PIECE = 1_000


class Studied(NamedTuple):
    """A time at an institution."""

    institution: Names
    programme: Names | None
    cohort: Names | None
    from_year: int | None
    to_year: int | None


class Person(NamedTuple):
    """A member as they may be taken away; what was not asked for is empty."""

    id: int
    name: str | None
    other_name: str | None
    addressed_as: str | None
    place: Place | None
    function: str | None
    employer: str | None
    language: str | None
    studies: Sequence[Studied]
    relations: Sequence[str]
    topics: Sequence[Names]


def meant(audience: Audience, scope: Scope, purpose: Purpose) -> ColumnElement[bool]:
    """True for the members somebody with this scope may take away for a purpose. Letters go to nobody who objected."""
    condition = and_(audiences.belongs(audience), within(scope))
    return and_(condition, Member.objected_at.is_(None)) if purpose is Purpose.LETTERS else condition


def count(session: Session, condition: ColumnElement[bool]) -> int:
    return audiences.count(session, condition)


def record(session: Session, export: Export, condition: ColumnElement[bool]) -> None:
    """Write down that this is taken away, and who is in it, in pieces of one transaction."""
    session.add(export)
    session.flush()
    cursor = 0
    while True:
        next_ones = select(Member.id).where(Member.id > cursor, condition).order_by(Member.id).limit(AT_ONCE).subquery()
        last = session.scalar(select(func.max(next_ones.c.id)))
        if last is None:
            break
        rows = select(literal(export.id), Member.id).where(Member.id > cursor, Member.id <= last, condition)
        session.execute(insert(ExportedPerson).from_select(["export_id", "member_id"], rows))
        cursor = last
    # PostgreSQL does not say how many rows such an insert made.
    written = select(func.count()).select_from(ExportedPerson).where(ExportedPerson.export_id == export.id)
    export.people = session.scalar(written) or 0


def take_back(session: Session, export: int) -> None:
    """It was never made: nobody's data left the house."""
    session.execute(delete(Export).where(Export.id == export))


def piece(session: Session, export: int, cursor: int, parts: Sequence[Part]) -> list[Person]:
    """The next members in an export, in the order of their ids. Whoever was erased meanwhile is not among them."""
    query = (
        _PERSON.join(ExportedPerson, ExportedPerson.member_id == Member.id)
        .outerjoin(Place, Place.id == Member.place_id)
        .where(ExportedPerson.export_id == export, ExportedPerson.member_id > cursor)
    )
    return _people(session, query.order_by(ExportedPerson.member_id).limit(PIECE), parts)


def people(session: Session, ids: Sequence[int], parts: Sequence[Part]) -> list[Person]:
    """These members, in the order of their ids."""
    pieces = [ids[start : start + PIECE] for start in range(0, len(ids), PIECE)]
    living = _PERSON.outerjoin(Place, Place.id == Member.place_id)
    queries = [living.where(Member.id.in_(piece)) for piece in pieces]
    found = [person for query in queries for person in _people(session, query, parts)]
    return sorted(found, key=lambda person: person.id)


_PERSON = select(
    Member.id,
    Member.full_name,
    Member.other_name,
    Member.addressed_as,
    Member.function,
    Member.employer,
    Member.language,
    Place,
)


def _people(session: Session, query: Select[*tuple[Any, ...]], parts: Sequence[Part]) -> list[Person]:
    rows = session.execute(query).all()
    ids = [row.id for row in rows]
    studies = _studies(session, ids) if Part.STUDIES in parts else {}
    relations = _relations(session, ids) if Part.RELATION in parts else {}
    topics = _topics(session, ids) if Part.TOPICS in parts else {}
    named, works, lives, speaks = (part in parts for part in (Part.NAME, Part.WORK, Part.PLACE, Part.LANGUAGE))
    return [
        Person(
            id=row.id,
            name=row.full_name if named else None,
            other_name=row.other_name if named else None,
            addressed_as=row.addressed_as if named else None,
            place=row.Place if lives else None,
            function=row.function if works else None,
            employer=row.employer if works else None,
            language=row.language if speaks else None,
            studies=studies.get(row.id, ()),
            relations=relations.get(row.id, ()),
            topics=topics.get(row.id, ()),
        )
        for row in rows
    ]


def _studies(session: Session, ids: Sequence[int]) -> dict[int, list[Studied]]:
    """The lists are short: their names are read once and not for everybody."""
    houses, programmes, cohorts = (_names(session, listed) for listed in (Institution, Programme, Cohort))
    query = select(Affiliation).where(Affiliation.member_id.in_(ids)).order_by(Affiliation.id)
    found: dict[int, list[Studied]] = defaultdict(list)
    for row in session.scalars(query):
        # Nothing has the id 0.
        programme, cohort = programmes.get(row.programme_id or 0), cohorts.get(row.cohort_id or 0)
        where = Studied(houses[row.institution_id], programme, cohort, row.from_year, row.to_year)
        found[row.member_id].append(where)
    return found


def _topics(session: Session, ids: Sequence[int]) -> dict[int, list[Names]]:
    topics = _names(session, Topic)
    query = select(MemberTopic.member_id, MemberTopic.topic_id).where(MemberTopic.member_id.in_(ids))
    return _gathered((member, topics[topic]) for member, topic in session.execute(query.order_by(MemberTopic.topic_id)))


def _names(session: Session, listed: type[Entry]) -> dict[int, Names]:
    return {row.id: row.names for row in session.execute(select(listed.id, listed.names))}


def _relations(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    query = select(MemberRelation.member_id, MemberRelation.relation).where(MemberRelation.member_id.in_(ids))
    return _gathered(session.execute(query.order_by(MemberRelation.relation)))


def _gathered(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for member, value in rows:
        found[member].append(value)
    return found


class Taken(NamedTuple):
    """Somebody's data were in an export: on which day, for what and why; the name of who agreed that it is told."""

    day: date
    purpose: Purpose
    reason: str
    name: str | None


def of_member(session: Session, member: int, limit: int) -> list[Taken]:
    """Exports by others that a member is in, the last ones first. A name is told while its bearer is in the network,
    agreed to it then and agrees still."""
    query = (
        select(Export, Member.looks_named)
        .join(ExportedPerson, ExportedPerson.export_id == Export.id)
        .outerjoin(Member, Member.id == Export.actor_id)
        .where(ExportedPerson.member_id == member, Export.actor_id.is_distinct_from(member))
    )
    rows = session.execute(query.order_by(Export.id.desc()).limit(limit)).all()
    agreeing = {row.id: row.actor_id for row, agrees in rows if row.named and agrees}
    told = names_of(session, filter(None, agreeing.values()))
    return [
        Taken(row.at.date(), Purpose(row.purpose), row.reason, told.get(agreeing.get(row.id) or 0)) for row, _ in rows
    ]
