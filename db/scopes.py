"""Coordinators' offices in queries: whom each answers for, and who answers for whom."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session, aliased

from bot.domain.scope import Scope
from db.lists import meaning_the_same
from db.models.lists import Faculty, Institution, Programme
from db.models.members import Affiliation, Member, Role, RoleKind


def scope_of(session: Session, member: int) -> Scope:
    """Whom somebody answers for, by all their offices as a coordinator, with everything that belongs to it; nobody
    for those who hold none."""
    return widened(session, _granted(session, Role.member_id == member).get(member, Scope()))


def _granted(session: Session, *whose: ColumnElement[bool]) -> dict[int, Scope]:
    """What coordinators were given, by all their offices; a deputy's scope is that of the office they stand in for, as
    it is now."""
    principal = aliased(Role)
    query = (
        select(Role, principal)
        .outerjoin(principal, principal.id == Role.deputy_for)
        .where(Role.kind == RoleKind.COORDINATOR, *whose)
    )
    found: dict[int, Scope] = {}
    for own, first in session.execute(query):
        found[own.member_id] = found.get(own.member_id, Scope()) | Scope.from_json((first or own).scope)
    return found


def widened(session: Session, scope: Scope) -> Scope:
    """The same with the faculties and programmes that belong to what it names, and with what was replaced by it."""
    if scope.central or scope.is_empty:
        return scope
    scope |= Scope(institutions=frozenset(session.scalars(meaning_the_same(Institution, scope.institutions))))
    faculties = select(Faculty.id).where(Faculty.institution_id.in_(scope.institutions))
    scope |= Scope(faculties=frozenset(session.scalars(faculties)))
    scope |= Scope(faculties=frozenset(session.scalars(meaning_the_same(Faculty, scope.faculties))))
    belonging = or_(Programme.institution_id.in_(scope.institutions), Programme.faculty_id.in_(scope.faculties))
    scope |= Scope(programmes=frozenset(session.scalars(select(Programme.id).where(belonging))))
    return scope | Scope(programmes=frozenset(session.scalars(meaning_the_same(Programme, scope.programmes))))


def within(scope: Scope) -> ColumnElement[bool]:
    """True for the members in a scope, whatever their status."""
    return true() if scope.central else Member.id.in_(ids_within(scope))


def ids_within(scope: Scope) -> Select[int]:
    """Of the members in a scope that is not central; some more than once."""
    named = or_(Affiliation.institution_id.in_(scope.institutions), Affiliation.programme_id.in_(scope.programmes))
    return select(Affiliation.member_id).where(named).correlate(None)


def covers(session: Session, scope: Scope, member: int) -> bool:
    """Whether a member is in a scope."""
    return scope.central or session.scalar(select(Member.id).where(Member.id == member, within(scope))) is not None


def coordinators_for(session: Session, member: int) -> list[int]:
    """Member ids of those who answer for a member: central coordinators, and those in whose scope they are. Each scope
    is looked at once, however many have it."""
    granted = _granted(session)
    covering = {scope: covers(session, widened(session, scope), member) for scope in set(granted.values())}
    return sorted(each for each, scope in granted.items() if covering[scope])


def central_coordinators(session: Session) -> list[int]:
    """Member ids of those who answer for everybody, deputies left out."""
    query = select(Role.member_id).where(*_central()).order_by(Role.member_id)
    return list(session.scalars(query))


def is_last_central(session: Session, role: Role) -> bool:
    """Whether without this office nobody would answer for everybody for good: deputies and offices with an end do not
    count. Locks those that do, so that two cannot end each other at the same instant."""
    lasting = select(Role.id).where(*_central(), Role.until.is_(None)).order_by(Role.id).with_for_update()
    return list(session.scalars(lasting)) == [role.id]


def _central() -> Sequence[ColumnElement[bool]]:
    return Role.kind == RoleKind.COORDINATOR, Role.scope.is_(None), Role.deputy_for.is_(None)


def stands_in(session: Session, member: int) -> list[int]:
    """Whose work somebody may do: their own, and that of those they are deputies of."""
    principal = aliased(Role)
    query = select(principal.member_id).join(Role, Role.deputy_for == principal.id).where(Role.member_id == member)
    return [member, *session.scalars(query.distinct())]
