"""Members taken away as a file: who is in it, written down before anything leaves; and then piece by piece, so that a
million need no more memory than a thousand."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, func, insert, literal, select
from sqlalchemy.orm import Session

from bot.domain.audience import Audience
from bot.domain.exports import Part, Purpose
from bot.domain.scope import Scope
from db import audience as audiences
from db.directory import names_of
from db.models.exports import Export, ExportedPerson
from db.models.lists import Institution, Names, Programme, Topic
from db.models.members import Affiliation, Member, MemberRelation, MemberTopic
from db.models.places import Place
from db.scopes import within

AT_ONCE = 20_000
PIECE = 1_000
# As long as somebody may claim that it should not have been: three years (§ 195 BGB).


class Studied(NamedTuple):
    """A time at an institution."""

    institution: Names
    programme: Names | None
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
            return
        rows = select(literal(export.id), Member.id).where(Member.id > cursor, Member.id <= last, condition)
        done = session.execute(insert(ExportedPerson).from_select(["export_id", "member_id"], rows))
        export.people += done.rowcount  # type: ignore[attr-defined]
        cursor = last


def take_back(session: Session, export: int) -> None:
    """It was never made: nobody's data left the house."""
    session.execute(delete(Export).where(Export.id == export))


def piece(session: Session, export: int, cursor: int, parts: Sequence[Part]) -> list[Person]:
    """The next members in an export, in the order of their ids. Whoever was erased meanwhile is not among them."""
    query = (
        select(Member, Place)
        .join(ExportedPerson, ExportedPerson.member_id == Member.id)
        .outerjoin(Place, Place.id == Member.place_id)
        .where(ExportedPerson.export_id == export, ExportedPerson.member_id > cursor)
    )
    rows = session.execute(query.order_by(ExportedPerson.member_id).limit(PIECE)).all()
    ids = [member.id for member, _place in rows]
    studies = _studies(session, ids) if Part.STUDIES in parts else {}
    relations = _relations(session, ids) if Part.RELATION in parts else {}
    topics = _topics(session, ids) if Part.TOPICS in parts else {}
    return [_person(member, place, parts, studies, relations, topics) for member, place in rows]


def _person(
    member: Member, place: Place | None, parts: Sequence[Part], studies: Any, relations: Any, topics: Any
) -> Person:
    named, works = Part.NAME in parts, Part.WORK in parts
    return Person(
        id=member.id,
        name=member.full_name if named else None,
        other_name=member.other_name if named else None,
        addressed_as=member.addressed_as if named else None,
        place=place if Part.PLACE in parts else None,
        function=member.function if works else None,
        employer=member.employer if works else None,
        language=member.language if Part.LANGUAGE in parts else None,
        studies=studies.get(member.id, ()),
        relations=relations.get(member.id, ()),
        topics=topics.get(member.id, ()),
    )


def _studies(session: Session, ids: Sequence[int]) -> dict[int, list[Studied]]:
    query = (
        select(Affiliation.member_id, Institution.names, Programme.names, Affiliation.from_year, Affiliation.to_year)
        .join(Institution, Institution.id == Affiliation.institution_id)
        .outerjoin(Programme, Programme.id == Affiliation.programme_id)
        .where(Affiliation.member_id.in_(ids))
    )
    found: dict[int, list[Studied]] = defaultdict(list)
    for member, institution, programme, first, last in session.execute(query.order_by(Affiliation.id)):
        found[member].append(Studied(institution, programme, first, last))
    return found


def _topics(session: Session, ids: Sequence[int]) -> dict[int, list[Names]]:
    query = select(MemberTopic.member_id, Topic.names).join(Topic).where(MemberTopic.member_id.in_(ids))
    return _gathered(session.execute(query.order_by(Topic.position, Topic.id)))


def _relations(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    query = select(MemberRelation.member_id, MemberRelation.relation).where(MemberRelation.member_id.in_(ids))
    return _gathered(session.execute(query.order_by(MemberRelation.relation)))


def _gathered(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for member, value in rows:
        found[member].append(value)
    return found


def made_by(session: Session, member: int) -> list[Export]:
    """What somebody exported, the oldest first."""
    return list(session.scalars(select(Export).where(Export.actor_id == member).order_by(Export.id)))


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
