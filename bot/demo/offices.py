"""Offices for a part of the network, one for a time and with a deputy; somebody who is suspended; data that left the
house. By the same steps as any other."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.demo.announced import HYDROGEN
from bot.demo.bystanders import somebody, was_at, was_in
from bot.demo.shoes import MEMBER_IDS
from bot.domain.exports import Part, Purpose
from bot.domain.scope import CENTRAL, Scope
from db import exports, members, offices, segments
from db.models.exports import Export
from db.models.lists import Faculty, Programme
from db.models.members import Member, Role, RoleKind, Status, Suspension
from db.models.privacy import Audit

FACULTY, PROGRAMME = "tuc-f-engineering", "nrw-shanxi"
SUSPENDED_FOR = "Wiederholte Werbung an andere Mitglieder, trotz zweier Hinweise."
EXPORTED_FOR = "Fachtagung Wasserstoff: Vortragende auswählen"


def give_offices(session: Session, now: datetime) -> None:
    """Somebody answers for a faculty; somebody for a programme, until a day, and has a deputy."""
    faculty = session.scalars(select(Faculty.id).where(Faculty.slug == FACULTY)).one()
    at_faculty = somebody(session, was_at(FACULTY), Member.language == "de")
    _give(session, at_faculty, Scope(faculties=frozenset({faculty})), now - timedelta(days=140), None)
    programme = session.scalars(select(Programme.id).where(Programme.slug == PROGRAMME)).one()
    until = now + timedelta(days=220)
    in_charge = somebody(session, was_in(PROGRAMME), Member.language == "zh_Hans")
    office = _give(session, in_charge, Scope(programmes=frozenset({programme})), now - timedelta(days=310), until)
    deputy = somebody(session, was_in(PROGRAMME), Member.language == "zh_Hans")
    standing = offices.add_deputy(session, office, deputy.id, now - timedelta(days=40), by=in_charge.number, until=None)
    assert standing is not None
    _note(session, standing, in_charge, deputy)


def _give(session: Session, person: Member, scope: Scope, at: datetime, until: datetime | None) -> Role:
    by = _coordinator(session)
    members.grant(session, person.id, RoleKind.COORDINATOR, at, scope=scope, by=by.number, until=until)
    session.flush()
    (role,) = offices.of_member(session, person.id)
    _note(session, role, by, person)
    return role


def _note(session: Session, role: Role, by: Member, person: Member) -> None:
    details = {"role": role.id}
    session.add(
        Audit(at=role.granted_at, actor=by.number, action="office_given", subject=person.number, details=details)
    )


def _coordinator(session: Session) -> Member:
    return session.get_one(Member, MEMBER_IDS["coordinator"])


def suspend_somebody(session: Session, now: datetime) -> None:
    """Somebody without seats and mentorships, so nobody else has to be told."""
    person, at = somebody(session, Member.language == "de"), now - timedelta(days=6)
    session.add(Suspension(member_id=person.id, reason=SUSPENDED_FOR, before=person.status, at=at))
    person.status = Status.SUSPENDED
    by = _coordinator(session).number
    session.add(Audit(at=at, actor=by, action="suspended", subject=person.number, details={}))


def export_some(session: Session, now: datetime) -> None:
    """A list was taken away: who is in it finds that among what was done with their data."""
    segment, coordinator = segments.called(session, HYDROGEN), _coordinator(session)
    assert segment is not None
    purpose, at = Purpose.SELECTION, now - timedelta(days=9)
    parts = [part.value for part in (Part.NAME, Part.STUDIES, Part.TOPICS, Part.PLACE, Part.WORK)]
    row = Export(at=at, actor_id=coordinator.id, purpose=purpose, reason=EXPORTED_FOR, parts=parts, format="xlsx")
    row.people, row.named = 0, coordinator.looks_named
    exports.record(session, row, exports.meant(segments.audience_of(segment), CENTRAL, purpose))
    details = {"export": row.id, "people": row.people, "purpose": row.purpose, "format": row.format}
    session.add(Audit(at=at, actor=coordinator.number, action="members_exported", subject=None, details=details))
