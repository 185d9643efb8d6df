"""Who holds which office, for whom they stand in, and until when."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.domain.scope import Scope
from db import doors
from db.models.members import Member, Role, RoleKind


def find(session: Session, role: int, *, lock: bool = False) -> Role | None:
    return session.get(Role, role, with_for_update=True if lock else None, populate_existing=lock)


def holders(session: Session, kind: RoleKind, *, limit: int, offset: int = 0) -> list[tuple[Role, Member]]:
    """Offices of a kind with their holders, by name; a deputy's stands behind those of the same person."""
    query = select(Role, Member).join(Member, Member.id == Role.member_id).where(Role.kind == kind)
    ordered = query.order_by(Member.full_name, Member.id, Role.deputy_for.is_not(None), Role.id)
    return [(row[0], row[1]) for row in session.execute(ordered.limit(limit).offset(offset))]


def of_member(session: Session, member: int) -> list[Role]:
    """All offices somebody holds, the oldest first."""
    return list(session.scalars(select(Role).where(Role.member_id == member).order_by(Role.id)))


def deputies(session: Session, role: int) -> list[tuple[Role, Member]]:
    """Who stands in for the holder of an office."""
    query = select(Role, Member).join(Member, Member.id == Role.member_id).where(Role.deputy_for == role)
    return [(row[0], row[1]) for row in session.execute(query.order_by(Role.id))]


def scope_of(session: Session, role: Role) -> Scope:
    """Whom a coordinator's office answers for; a deputy's is that of the office they stand in for."""
    principal = session.get(Role, role.deputy_for) if role.deputy_for is not None else None
    return Scope.from_json((principal or role).scope)


def add_deputy(
    session: Session, principal: Role, member: int, now: datetime, *, by: str | None, until: datetime | None
) -> Role | None:
    """Somebody stands in for the holder of an office; None if they do already."""
    held = select(Role.id).where(Role.member_id == member, Role.deputy_for == principal.id)
    own_club = Role.kind == RoleKind.AMBASSADOR, Role.club_id == principal.club_id
    if principal.club_id is not None:
        held = select(Role.id).where(Role.member_id == member, *own_club)
    if session.scalar(held) is not None:
        return None
    role = Role(
        member_id=member,
        kind=principal.kind,
        club_id=principal.club_id,
        deputy_for=principal.id,
        granted_at=now,
        granted_by=by,
        until=until,
    )
    session.add(role)
    session.flush()
    return role


def end(session: Session, role: Role) -> Sequence[int]:
    """The office is no more, nor are those of its deputies; member ids of all whose office ended."""
    gone = [role, *(each for each, _holder in deputies(session, role.id))]
    members = [each.member_id for each in gone]
    session.flush()
    session.execute(delete(Role).where(Role.id.in_([each.id for each in gone])))
    for each in gone:
        session.expunge(each)
    for member in members:
        doors.reset_menus(session, member)
    return members


def run_out(session: Session, now: datetime, limit: int) -> list[Role]:
    """Offices whose term is over, locked."""
    query = select(Role).where(Role.until <= now).order_by(Role.id).limit(limit)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def next_end(session: Session, now: datetime) -> datetime | None:
    """When, after now, a term ends next."""
    return session.scalar(select(func.min(Role.until)).where(Role.until > now))
