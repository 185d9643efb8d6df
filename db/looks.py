"""Who opened whose card, and how many names somebody was shown on a day."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from db.directory import names_of
from db.models.members import Member, Role, RoleKind
from db.models.people import Look, LookedUp


class LookedAs(StrEnum):
    """What somebody is who opened a card."""

    ALUMNI = "alumna or alumnus"
    AMBASSADOR = "ambassador of a club"
    OFFICE = "alumni office"


class Seen(NamedTuple):
    """Somebody's card was opened: on which day, by whom; the name of who agreed that it is told."""

    day: date
    role: LookedAs
    name: str | None


def has_looked(session: Session, viewer: int, member: int, day: date) -> bool:
    """Whether `viewer` opened this member's card on that day."""
    query = select(Look.id).where(Look.member_id == member, Look.viewer_id == viewer, Look.day == day)
    return session.scalar(query) is not None


def look(session: Session, viewer: Member, member: int, day: date) -> None:
    """Write down that a card was opened, once a day. The caller holds `viewer`."""
    if not has_looked(session, viewer.id, member, day):
        session.add(Look(member_id=member, viewer_id=viewer.id, day=day, named=viewer.looks_named))
        session.flush()


def of(session: Session, member: int, limit: int) -> list[Seen]:
    """Who opened this member's card, the last ones first. A name is told while its bearer is in the network, agreed
    to it then and agrees still."""
    viewer_is = {kind: exists().where(Role.member_id == Look.viewer_id, Role.kind == kind) for kind in RoleKind}
    coordinates, leads = viewer_is[RoleKind.COORDINATOR], viewer_is[RoleKind.AMBASSADOR]
    query = select(Look, coordinates, leads, Member.looks_named).outerjoin(Member, Member.id == Look.viewer_id)
    rows = session.execute(query.where(Look.member_id == member).order_by(Look.id.desc()).limit(limit)).all()
    agreeing = {row.id: row.viewer_id for row, _office, _leads, agrees in rows if row.named and agrees}
    told = names_of(session, filter(None, agreeing.values()))
    return [
        Seen(row.day, _role(office, leads), told.get(agreeing.get(row.id) or 0)) for row, office, leads, _agrees in rows
    ]


def _role(coordinates: bool, leads: bool) -> LookedAs:
    if coordinates:
        return LookedAs.OFFICE
    return LookedAs.AMBASSADOR if leads else LookedAs.ALUMNI


def names_shown(session: Session, member: int, day: date) -> int:
    """How many names this member was shown on a day."""
    row = session.get(LookedUp, (member, day))
    return row.names if row is not None else 0


def count_names(session: Session, member: int, day: date, names: int) -> None:
    """So many more names were shown. The caller holds `member`."""
    row = session.get(LookedUp, (member, day))
    if row is not None:
        row.names += names
    elif names:
        session.add(LookedUp(member_id=member, day=day, names=names))
    session.flush()
