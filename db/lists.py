"""Institutions, programmes and topics people choose from."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.lists import Faculty, Institution, Programme, Topic


def institutions(session: Session) -> list[Institution]:
    """Those that can be chosen, in the order of the lists file."""
    query = select(Institution).where(Institution.closed.is_(False))
    return list(session.scalars(query.order_by(Institution.position, Institution.id)))


def programmes(session: Session, institution: int) -> list[Programme]:
    query = select(Programme).where(Programme.institution_id == institution, Programme.closed.is_(False))
    return list(session.scalars(query.order_by(Programme.position, Programme.id)))


def faculties(session: Session, institution: int | None = None) -> list[Faculty]:
    """Those that can be chosen: of one institution, or all."""
    query = select(Faculty).where(Faculty.closed.is_(False))
    if institution is not None:
        query = query.where(Faculty.institution_id == institution)
    return list(session.scalars(query.order_by(Faculty.institution_id, Faculty.position, Faculty.id)))


def topics(session: Session) -> list[Topic]:
    query = select(Topic).where(Topic.closed.is_(False))
    return list(session.scalars(query.order_by(Topic.position, Topic.id)))


def take_lists(session: Session, lists: dict[str, Any]) -> None:
    """Bring the tables in line with a lists file: entries are known by their slug; one no longer listed is
    closed, never deleted, so that what members chose keeps its meaning."""
    for position, entry in enumerate(lists.get("institutions", ())):
        institution = _take(session, Institution, entry, position)
        contact = entry.get("contact", {})
        institution.contact_name = contact.get("name")
        institution.contact_email = contact.get("email")
        institution.contact_phone = contact.get("phone")
        session.flush()
        for place, item in enumerate(entry.get("faculties", ())):
            _take_faculty(session, institution, item, place)
        for place, item in enumerate(entry.get("programmes", ())):
            _take_programme(session, institution, item, place)
    for position, entry in enumerate(lists.get("topics", ())):
        _take(session, Topic, entry, position)
    _close_missing(session, lists)


def _take(session: Session, kind: Any, entry: dict[str, Any], position: int) -> Any:
    row = session.scalar(select(kind).where(kind.slug == entry["slug"])) or kind(slug=entry["slug"])
    row.names, row.position, row.closed = _names(entry), position, False
    session.add(row)
    return row


def _take_faculty(session: Session, institution: Institution, entry: dict[str, Any], position: int) -> None:
    row = session.scalar(select(Faculty).where(Faculty.slug == entry["slug"])) or Faculty(slug=entry["slug"])
    row.institution_id, row.names, row.position, row.closed = institution.id, _names(entry), position, False
    session.add(row)
    session.flush()


def _take_programme(session: Session, institution: Institution, entry: dict[str, Any], position: int) -> None:
    row = session.scalar(select(Programme).where(Programme.slug == entry["slug"])) or Programme(slug=entry["slug"])
    row.institution_id, row.names, row.position, row.closed = institution.id, _names(entry), position, False
    row.province, row.direction = entry.get("province"), entry.get("direction")
    faculty = select(Faculty.id).where(Faculty.slug == entry.get("faculty"), Faculty.institution_id == institution.id)
    row.faculty_id = session.scalar(faculty)
    session.add(row)


def _names(entry: dict[str, Any]) -> dict[str, str]:
    return {"en": entry["en"], "de": entry.get("de", entry["en"]), "zh_Hans": entry.get("zh", entry["en"])}


def _close_missing(session: Session, lists: dict[str, Any]) -> None:
    listed: Sequence[tuple[Any, set[str]]] = (
        (Institution, {entry["slug"] for entry in lists.get("institutions", ())}),
        (Faculty, {item["slug"] for entry in lists.get("institutions", ()) for item in entry.get("faculties", ())}),
        (
            Programme,
            {item["slug"] for entry in lists.get("institutions", ()) for item in entry.get("programmes", ())},
        ),
        (Topic, {entry["slug"] for entry in lists.get("topics", ())}),
    )
    for kind, slugs in listed:
        for row in session.scalars(select(kind).where(kind.closed.is_(False))):
            if row.slug not in slugs:
                row.closed = True
