"""Who answers which question: the one fixed for it, those who stand in for them, those who answer for the member."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, aliased

from bot.domain.questions_to_office import About, Subject
from db import scopes
from db.models.contact import Desk, Thread
from db.models.members import Member, Role, RoleKind, Status
from db.places import LARGEST_ID


def may_answer() -> ColumnElement[bool]:
    """True for members who hold an office as a coordinator and may use it."""
    office = exists().where(Role.member_id == Member.id, Role.kind == RoleKind.COORDINATOR)
    return and_(Member.status != Status.SUSPENDED, office)


def coordinators(session: Session) -> list[Member]:
    """Everybody who may answer, by name."""
    return list(session.scalars(select(Member).where(may_answer()).order_by(Member.full_name, Member.id)))


def those_who_may(session: Session, members: Iterable[int | None]) -> list[int]:
    """Those of these members who may answer."""
    ids = {member for member in members if member is not None and 0 < member <= LARGEST_ID}
    query = select(Member.id).where(Member.id.in_(ids), may_answer()).order_by(Member.id)
    return list(session.scalars(query)) if ids else []


def fixed_for(session: Session, subject: Subject) -> int | None:
    """The coordinator fixed for an institution or a topic, as long as they may answer."""
    return next(iter(those_who_may(session, [session.scalar(select(Desk.member_id).where(*_is(subject)))])), None)


def fix(session: Session, subject: Subject, member: int | None) -> None:
    """Fix a coordinator for an institution or a topic; with None, nobody."""
    row = session.scalar(select(Desk).where(*_is(subject)).with_for_update())
    if member is None:
        if row is not None:
            session.delete(row)
    elif row is not None:
        row.member_id = member
    else:
        session.add(Desk(about=subject.about, institution_id=subject.institution, member_id=member))
    session.flush()


def all_fixed(session: Session) -> dict[Subject, Member]:
    """Who is fixed for what; those who may not answer (any more) are left out."""
    query = select(Desk, Member).join(Member, Member.id == Desk.member_id).where(may_answer())
    return {Subject(About(desk.about), desk.institution_id): member for desk, member in session.execute(query)}


def _is(subject: Subject) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Desk.about == subject.about, Desk.institution_id.is_not_distinct_from(subject.institution)


def deputies_of(session: Session, member: int) -> list[int]:
    """Those who stand in for a coordinator now."""
    principal = aliased(Role)
    query = select(Role.member_id).join(principal, principal.id == Role.deputy_for)
    return list(session.scalars(query.where(principal.member_id == member).distinct()))


def readers(session: Session, member: int, subject: Subject, assigned: int | None = None) -> list[int]:
    """Who is told of a letter of this member: the one it is with or who is fixed for it, and who stands in for them;
    else those who answer for this member or institution alone; else those who answer for everybody. Never the member
    themselves."""
    one = assigned or fixed_for(session, subject)
    named = those_who_may(session, [one, *deputies_of(session, one)]) if one is not None else []
    return [each for each in named if each != member] or _answering_for(session, member, subject)


def _answering_for(session: Session, member: int, subject: Subject) -> list[int]:
    found = {}
    for coordinator in coordinators(session):
        scope = scopes.scope_of(session, coordinator.id)
        covers = subject.institution in scope.institutions or scopes.covers(session, scope, member)
        if covers and coordinator.id != member:
            found[coordinator.id] = scope
    return [each for each, scope in found.items() if not scope.central] or list(found)


def readers_of(session: Session, thread: Thread) -> list[int]:
    """The same for a question there is."""
    return readers(session, thread.member_id, subject_of(thread), thread.assigned_to)


def anybody_for(session: Session, member: int) -> bool:
    """Whether there is anybody a member could write to: there is, but while an installation is being set up."""
    return bool(_answering_for(session, member, Subject(About.OTHER)))


def subject_of(row: Thread | Desk) -> Subject:
    return Subject(About(row.about), row.institution_id)
