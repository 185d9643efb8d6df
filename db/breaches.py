"""Who is concerned by a breach of data, by query: ids, never a list that could get lost in turn."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from bot.domain.breach import Breach
from db import members, records
from db.models.announcements import Announcement, AnnouncementState
from db.models.delivery import Outbox
from db.models.exports import Export, ExportedPerson
from db.models.members import Code, Member, Status
from db.models.people import Look
from db.models.places import Place
from db.models.privacy import Audit
from db.models.records import Record
from db.outbox import ANNOUNCED
from db.places import LARGEST_ID

# Lists whose people each have a line of their own beside that of the export; then those of members, and people on
# record who are invited.
ANSWERS = ("attendees_exported", "survey_exported")
MEMBERS, INVITATIONS = "members_exported", "invitations_taken"


@dataclass(frozen=True, slots=True)
class Case:
    """What happened: `ref` is the member whose device or access it was, the line of the log of an export, or the
    announcement. `since` and `until` are the days in question, where there are such."""

    kind: Breach
    ref: int
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """How many people, and where they live: country codes with numbers, those with the most first; None: unknown. Of
    the people `on_record` are not registered, and `forgotten` are those who were on the list and are no longer
    known."""

    people: int
    countries: Sequence[tuple[str | None, int]]
    on_record: int = 0
    forgotten: int = 0


def extent(session: Session, case: Case) -> Extent:
    """How many are concerned, and in which countries."""
    query = (
        select(Place.country, func.count())
        .select_from(Member)
        .outerjoin(Place, Place.id == Member.place_id)
        .where(concerned(session, case))
        .group_by(Place.country)
        .order_by(func.count().desc(), Place.country)
    )
    found: Counter[str | None] = Counter({row[0]: row[1] for row in session.execute(query)})
    beyond = session.scalar(select(func.count()).select_from(Record).where(on_record(session, case))) or 0
    if beyond:
        found[None] += beyond
    return Extent(found.total(), found.most_common(), beyond, _forgotten(session, case))


def concerned(session: Session, case: Case) -> ColumnElement[bool]:
    """True for the members a case concerns; guests have told us nothing."""
    return and_(Member.status != Status.GUEST, _concerned(session, case))


def _concerned(session: Session, case: Case) -> ColumnElement[bool]:
    if case.kind is Breach.DATABASE:
        return true()
    if case.kind is Breach.ANNOUNCEMENT:
        reached = select(Outbox.member_id).where(
            Outbox.kind == ANNOUNCED, Outbox.ref == str(case.ref), Outbox.outcome.in_(("sent", "kept"))
        )
        return Member.id.in_(reached)
    if case.kind is Breach.EXPORT:
        return _on_the_list(session, case.ref)
    return _seen_by(session, case)


def _on_the_list(session: Session, line: int) -> ColumnElement[bool]:
    """Everybody on a list; whoever took it may be on it, too."""
    row = list_of(session, line)
    if row is None:
        return false()
    if row.action in ANSWERS:
        numbers = select(Audit.subject).where(Audit.at == row.at, Audit.actor == row.actor, Audit.action == "exported")
        return Member.number.in_(numbers)
    if row.action == MEMBERS:
        export = row.details["export"]
        return Member.id.in_(select(ExportedPerson.member_id).where(ExportedPerson.export_id == export))
    return Member.id.in_(select(Record.member_id).where(Record.id.in_(_invited(row)), Record.member_id.is_not(None)))


def _invited(row: Audit) -> Select[Any]:
    """The records a code left the house for, as long as their codes are kept."""
    made = select(Code.record_id).where(Code.issued_at == row.at, Code.issued_by == row.actor)
    return made.where(Code.record_id.is_not(None))


def on_record(session: Session, case: Case) -> ColumnElement[bool]:
    """True for people on record whom a case concerns and who are not registered."""
    row = list_of(session, case.ref) if case.kind is Breach.EXPORT else None
    if case.kind is Breach.DATABASE:
        return and_(Record.member_id.is_(None), records.counts())
    if row is None or row.action != INVITATIONS:
        return false()
    return and_(Record.member_id.is_(None), Record.id.in_(_invited(row)))


def _forgotten(session: Session, case: Case) -> int:
    """How many more were invited at that time than codes are known of now."""
    row = list_of(session, case.ref) if case.kind is Breach.EXPORT else None
    if row is None or row.action != INVITATIONS:
        return 0
    known = session.scalar(select(func.count()).select_from(_invited(row).subquery())) or 0
    return max(int(row.details.get("people", 0)) - known, 0)


def list_of(session: Session, line: int) -> Audit | None:
    """The line of the log that says a list was taken away."""
    row = session.get(Audit, line) if 0 < line <= LARGEST_ID else None
    return row if row is not None and row.action in (*ANSWERS, MEMBERS, INVITATIONS) else None


def export_of(session: Session, line: Audit) -> Export | None:
    """What is known about an export of members."""
    return session.get(Export, line.details.get("export", 0)) if line.action == MEMBERS else None


def _seen_by(session: Session, case: Case) -> ColumnElement[bool]:
    """Those somebody looked at, let in or decided about, and themselves where the access was theirs."""
    owner = session.get(Member, case.ref)
    if owner is None or case.since is None or case.until is None:
        return false()
    noted = select(Audit.subject).where(
        Audit.actor == owner.number, Audit.at >= case.since, Audit.at < case.until, Audit.subject.is_not(None)
    )
    opened = select(Look.member_id).where(
        Look.viewer_id == owner.id, Look.day >= case.since.date(), Look.day <= case.until.date()
    )
    return or_(Member.number.in_(noted), Member.id.in_(opened), Member.id == owner.id)


def exports(session: Session, limit: int) -> Sequence[Audit]:
    """Lists that were taken away and had anybody on them who is known, the newest first."""
    other = aliased(Audit)
    lines = select(other.id).where(other.at == Audit.at, other.actor == Audit.actor, other.action == "exported")
    kept = select(Export.id).where(Export.id == Audit.details["export"].as_integer())
    codes = select(Code.id).where(Code.issued_at == Audit.at, Code.issued_by == Audit.actor)
    known = or_(
        and_(Audit.action.in_(ANSWERS), lines.exists()),
        and_(Audit.action == MEMBERS, kept.exists()),
        and_(Audit.action == INVITATIONS, codes.where(Code.record_id.is_not(None)).exists()),
    )
    return session.scalars(select(Audit).where(known).order_by(Audit.id.desc()).limit(limit)).all()


def sent(session: Session, limit: int) -> Sequence[Announcement]:
    """Announcements that reached somebody, the newest first."""
    out = (AnnouncementState.SENDING, AnnouncementState.DONE, AnnouncementState.STOPPED)
    query = select(Announcement).where(Announcement.state.in_(out)).order_by(Announcement.id.desc())
    return session.scalars(query.limit(limit)).all()


def exists(session: Session, case: Case) -> bool:
    """Whether what a case refers to is still there."""
    if case.kind is Breach.EXPORT:
        return list_of(session, case.ref) is not None
    tables = {Breach.ANNOUNCEMENT: Announcement, Breach.DEVICE: Member, Breach.ACCESS: Member}
    table = tables.get(case.kind)
    return table is None or (0 < case.ref <= LARGEST_ID and session.get(table, case.ref) is not None)


def coordinators(session: Session) -> list[Member]:
    """Those whose device could show more than their own data."""
    found = members.load_many(session, members.coordinators(session))
    return sorted(found.values(), key=lambda person: (person.full_name or "", person.id))
