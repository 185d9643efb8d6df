"""Offices in words: who holds which, for whom, and until when."""

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, day, listed, named
from bot.domain.scope import Scope
from db import offices
from db.models.clubs import Club
from db.models.lists import Faculty, Institution, Programme
from db.models.members import Member, Role, RoleKind


def name_office(session: Session, role: Role) -> Markup:
    """What an office is: "Coordination: TU Chemnitz", "Ambassador: Club Nanjing"."""
    if role.kind == RoleKind.AMBASSADOR:
        return _("Ambassador: {club}").format(club=name_field(session, role))
    return _("Coordination: {scope}").format(scope=name_field(session, role))


def name_field(session: Session, role: Role) -> Markup:
    """What it is for, where it is clear which kind of office it is."""
    if role.kind == RoleKind.AMBASSADOR:
        club = session.get(Club, role.club_id)
        return Markup("{}").format(named(club.names) if club else "–")
    return name_scope(session, offices.scope_of(session, role))


def name_scope(session: Session, scope: Scope) -> Markup:
    """Whom a coordinator answers for, as it was granted."""
    if scope.central:
        return _("the whole network")
    queries = (
        select(Institution.names).where(Institution.id.in_(scope.institutions)).order_by(Institution.id),
        select(Faculty.names).where(Faculty.id.in_(scope.faculties)).order_by(Faculty.id),
        select(Programme.names).where(Programme.id.in_(scope.programmes)).order_by(Programme.id),
    )
    return listed([named(names) for query in queries for names in session.scalars(query)])


def office_lines(session: Session, role: Role) -> list[Markup]:
    """Whose deputy, since when, and how long."""
    lines = [_("Since {day}").format(day=day(role.granted_at))]
    if role.deputy_for is not None:
        principal = session.get_one(Role, role.deputy_for)
        lines.append(_("Stands in for {name}").format(name=session.get_one(Member, principal.member_id).full_name))
    if role.until is not None:
        lines.append(_("Ends on {day}").format(day=day(role.until)))
    standing = [holder.full_name or "–" for _role, holder in offices.deputies(session, role.id)]
    return [*lines, *([_("Deputies: {names}").format(names=listed(standing))] if standing else [])]
