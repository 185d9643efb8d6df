"""Who is concerned by a breach of data, by query: ids, never a list that could get lost in turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.breach import Breach
from db import members
from db.models.announcements import Announcement, AnnouncementState
from db.models.delivery import Outbox
from db.models.members import Member, Status
from db.models.people import Look
from db.models.places import Place
from db.models.privacy import Audit
from db.outbox import ANNOUNCED
from db.places import LARGEST_ID

EXPORTED = "attendees_exported"


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
    """How many people, and where they live: country codes with numbers, those with the most first; None: unknown."""

    people: int
    countries: Sequence[tuple[str | None, int]]


def extent(session: Session, case: Case) -> Extent:
    """How many are concerned, and in which countries."""
    query = (
        select(Place.country, func.count())
        .select_from(Member)
        .outerjoin(Place, Place.id == Member.place_id)
        .where(Member.status != Status.GUEST, concerned(session, case))
        .group_by(Place.country)
        .order_by(func.count().desc(), Place.country)
    )
    found = [(row[0], row[1]) for row in session.execute(query)]
    return Extent(sum(count for _country, count in found), found)


def concerned(session: Session, case: Case) -> ColumnElement[bool]:
    """True for the members a case concerns."""
    if case.kind is Breach.DATABASE:
        return Member.status != Status.GUEST
    if case.kind is Breach.ANNOUNCEMENT:
        reached = select(Outbox.member_id).where(
            Outbox.kind == ANNOUNCED, Outbox.ref == str(case.ref), Outbox.outcome.in_(("sent", "kept"))
        )
        return Member.id.in_(reached)
    if case.kind is Breach.EXPORT:
        return _on_the_list(session, case.ref)
    return _seen_by(session, case)


def _on_the_list(session: Session, line: int) -> ColumnElement[bool]:
    """Everybody on a list has a line of their own beside that of the export; whoever took it may be on it, too."""
    row = session.get(Audit, line)
    if row is None or row.action != EXPORTED:
        return false()
    numbers = select(Audit.subject).where(Audit.at == row.at, Audit.actor == row.actor, Audit.action == "exported")
    return Member.number.in_(numbers)


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
    """Lists that were taken away, the newest first."""
    query = select(Audit).where(Audit.action == EXPORTED).order_by(Audit.id.desc())
    return session.scalars(query.limit(limit)).all()


def sent(session: Session, limit: int) -> Sequence[Announcement]:
    """Announcements that reached somebody, the newest first."""
    out = (AnnouncementState.SENDING, AnnouncementState.DONE, AnnouncementState.STOPPED)
    query = select(Announcement).where(Announcement.state.in_(out)).order_by(Announcement.id.desc())
    return session.scalars(query.limit(limit)).all()


def exists(session: Session, case: Case) -> bool:
    """Whether what a case refers to is still there."""
    tables = {Breach.EXPORT: Audit, Breach.ANNOUNCEMENT: Announcement, Breach.DEVICE: Member, Breach.ACCESS: Member}
    table = tables.get(case.kind)
    return table is None or (0 < case.ref <= LARGEST_ID and session.get(table, case.ref) is not None)


def coordinators(session: Session) -> list[Member]:
    """Those whose device could show more than their own data."""
    found = members.load_many(session, members.coordinators(session))
    return sorted(found.values(), key=lambda person: (person.full_name or "", person.id))
