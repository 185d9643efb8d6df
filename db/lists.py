"""Institutions, programmes, cohorts and topics people choose from, and what those mean that were replaced."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from db.models.lists import Cohort, Entry, Faculty, Institution, Programme, Topic
from db.models.members import Affiliation


def institutions(session: Session) -> list[Institution]:
    """Those that can be chosen, in their order."""
    query = select(Institution).where(Institution.closed.is_(False))
    return list(session.scalars(query.order_by(Institution.position, Institution.id)))


def institutions_of(session: Session, programmes: Collection[int]) -> set[int]:
    """Ids of the institutions that have one of these programmes."""
    return set(session.scalars(select(Programme.institution_id).where(Programme.id.in_(programmes))))


def programmes(session: Session, institution: int) -> list[Programme]:
    query = select(Programme).where(Programme.institution_id == institution, Programme.closed.is_(False))
    return list(session.scalars(query.order_by(Programme.position, Programme.id)))


def cohorts(session: Session, programme: int) -> list[Cohort]:
    query = select(Cohort).where(Cohort.programme_id == programme, Cohort.closed.is_(False))
    return list(session.scalars(query.order_by(Cohort.position, Cohort.id)))


def years_of(cohort: Cohort) -> tuple[int | None, int]:
    """(from, to), as a member's years are kept: a single year is the one of leaving."""
    return (cohort.from_year, cohort.to_year) if cohort.to_year is not None else (None, cohort.from_year)


def follow_years(session: Session, cohort: Cohort) -> None:
    """Whoever chose this cohort has its years, also when those are corrected."""
    first, last = years_of(cohort)
    others = or_(Affiliation.from_year.is_distinct_from(first), Affiliation.to_year.is_distinct_from(last))
    chose = update(Affiliation).where(Affiliation.cohort_id == cohort.id, others)
    session.execute(chose.values(from_year=first, to_year=last))


def faculties(session: Session, institution: int | None = None) -> list[Faculty]:
    """Those that can be chosen: of one institution, or all."""
    query = select(Faculty).where(Faculty.closed.is_(False))
    if institution is not None:
        query = query.where(Faculty.institution_id == institution)
    return list(session.scalars(query.order_by(Faculty.institution_id, Faculty.position, Faculty.id)))


def topics(session: Session) -> list[Topic]:
    query = select(Topic).where(Topic.closed.is_(False))
    return list(session.scalars(query.order_by(Topic.position, Topic.id)))


# --- what was replaced -----------------------------------------------------------------------------------------


def head_of(table: type[Entry] | Any) -> ColumnElement[int]:
    """What an entry stands for now: the one it was replaced by, or itself."""
    return func.coalesce(table.merged_into, table.id)


def meaning_the_same(table: type[Entry], ids: Iterable[Any], *, open_only: bool = False) -> Select[int]:
    """The ids of all entries that stand for the same as one of these: an entry, what it was replaced by, and what else
    was replaced by that. `open_only`: only as far as that can still be chosen."""
    every, now, asked = aliased(table), aliased(table), aliased(table)
    meant = select(head_of(asked)).where(asked.id.in_(list(ids)))
    query = select(every.id).join(now, now.id == head_of(every)).where(now.id.in_(meant))
    return query.where(now.closed.is_(False)) if open_only else query


def same(session: Session, table: type[Entry], entry: int) -> list[int]:
    """The same for one, looked up."""
    return list(session.scalars(meaning_the_same(table, [entry]))) or [entry]


def stand_for_now(session: Session, table: type[Entry], ids: Iterable[int]) -> list[int]:
    """The same entries, each that was replaced as what stands for it now, none twice."""
    rows = (session.get(table, entry) for entry in ids)
    return list({row.merged_into or row.id: None for row in rows if row is not None})


# --- the lists file --------------------------------------------------------------------------------------------


def has_institutions(session: Session) -> bool:
    """Whether there is any, open or closed: a new installation has none."""
    return session.scalar(select(Institution.id).limit(1)) is not None


def take_lists(session: Session, lists: dict[str, Any]) -> None:
    """Bring the tables in line with a lists file: entries are known by their slug; one no longer listed is closed,
    never deleted, so that what members chose keeps its meaning. What was changed in the chat stays as it is there: of
    it the file only fills in names in languages that have none."""
    for position, entry in enumerate(lists.get("institutions", ())):
        institution = _take(session, Institution, entry, position)
        if not institution.by_hand:
            _take_contact(institution, entry.get("contact", {}))
        session.flush()
        for place, item in enumerate(entry.get("faculties", ())):
            _take(session, Faculty, item, place, institution_id=institution.id)
        session.flush()
        for place, item in enumerate(entry.get("programmes", ())):
            faculty = _faculty_of(session, institution, item)
            kept = {"province": item.get("province"), "direction": item.get("direction"), "faculty_id": faculty}
            programme = _take(session, Programme, item, place, institution_id=institution.id, **kept)
            _take_cohorts(session, programme, item.get("cohorts", ()))
    for position, entry in enumerate(lists.get("topics", ())):
        _take(session, Topic, entry, position)
    session.flush()
    _close_missing(session, lists)


def _take(session: Session, kind: Any, entry: dict[str, Any], position: int, **columns: Any) -> Any:
    row = session.scalar(select(kind).where(kind.slug == entry["slug"]))
    if row is not None and row.by_hand:
        row.names = {**_names(entry), **row.names}
        return row
    row = row or kind(slug=entry["slug"], by_hand=False)
    for name, value in {"names": _names(entry), "position": position, "closed": False, **columns}.items():
        setattr(row, name, value)
    session.add(row)
    return row


def _take_cohorts(session: Session, programme: Programme, items: Iterable[dict[str, Any]]) -> None:
    session.flush()
    for place, item in enumerate(items):
        years = {"from_year": item["from"], "to_year": item.get("to")}
        cohort = _take(session, Cohort, item, place, programme_id=programme.id, **years)
        session.flush()
        follow_years(session, cohort)


def _take_contact(institution: Institution, contact: dict[str, str]) -> None:
    institution.contact_name = contact.get("name")
    institution.contact_email = contact.get("email")
    institution.contact_phone = contact.get("phone")


def _faculty_of(session: Session, institution: Institution, item: dict[str, Any]) -> int | None:
    known = and_(Faculty.slug == item.get("faculty"), Faculty.institution_id == institution.id)
    return session.scalar(select(Faculty.id).where(known))


def _names(entry: dict[str, Any]) -> dict[str, str]:
    """In the languages it is named in; the reader of another reads the English one."""
    given = {"en": entry["en"], "de": entry.get("de"), "zh_Hans": entry.get("zh")}
    return {tag: name for tag, name in given.items() if name}


def _close_missing(session: Session, lists: dict[str, Any]) -> None:
    programmes = [item for entry in lists.get("institutions", ()) for item in entry.get("programmes", ())]
    listed: Sequence[tuple[Any, set[str]]] = (
        (Institution, {entry["slug"] for entry in lists.get("institutions", ())}),
        (Faculty, {item["slug"] for entry in lists.get("institutions", ()) for item in entry.get("faculties", ())}),
        (Programme, {item["slug"] for item in programmes}),
        (Cohort, {cohort["slug"] for item in programmes for cohort in item.get("cohorts", ())}),
        (Topic, {entry["slug"] for entry in lists.get("topics", ())}),
    )
    for kind, slugs in listed:
        for row in session.scalars(select(kind).where(kind.closed.is_(False), kind.by_hand.is_(False))):
            if row.slug not in slugs:
                row.closed = True
