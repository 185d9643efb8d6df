"""The audit log, read: who did what to whom, as far as somebody may see it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from bot.domain.scope import Scope
from db import members
from db.models.members import Member, Status
from db.models.privacy import Audit
from db.scopes import within

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: about or by the member of this number, of these actions, between two instants. Empty: all."""

    number: str = ""
    actions: Collection[str] = ()
    since: datetime | None = None
    until: datetime | None = None


def visible(scope: Scope, reader: str) -> ColumnElement[bool]:
    """Lines somebody may see: all, or those about members in their scope and those of what they did themselves."""
    if scope.central:
        return true()
    return or_(Audit.actor == reader, Audit.subject.in_(select(Member.number).where(within(scope))))


def read(session: Session, may_see: ColumnElement[bool], wanted: Wanted, offset: int, limit: int) -> Sequence[Audit]:
    """Lines, the newest first."""
    query = select(Audit).where(may_see, *_conditions(wanted))
    return session.scalars(query.order_by(Audit.at.desc(), Audit.id.desc()).offset(offset).limit(limit)).all()


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.number:
        found.append(or_(Audit.actor == wanted.number, Audit.subject == wanted.number))
    if wanted.actions:
        found.append(Audit.action.in_(wanted.actions))
    if wanted.since is not None:
        found.append(Audit.at >= wanted.since)
    if wanted.until is not None:
        found.append(Audit.at < wanted.until)
    return found


def numbered(session: Session, numbers: Collection[str]) -> dict[str, Member]:
    """Those of these members who are still there, by their numbers."""
    return {row.number: row for row in session.scalars(select(Member).where(Member.number.in_(numbers)))}


def is_known(session: Session, may_see: ColumnElement[bool], number: str) -> bool:
    """Whether any line somebody may see is about this number, or by it."""
    query = select(Audit.id).where(may_see, *_conditions(Wanted(number=number)))
    return session.scalar(query.limit(1)) is not None


def find_people(session: Session, scope: Scope, typed: str, limit: int) -> list[Member]:
    """Members in a scope whose name begins so or has a word that does; guests have none."""
    return members.find_named(session, typed, limit, Member.status != Status.GUEST, within(scope))


def was_noted(session: Session, actor: str, action: str, subject: str, now: datetime) -> bool:
    """Whether the log has said so of this actor and this person within a day."""
    query = select(Audit.id).where(
        Audit.subject == subject, Audit.at > now - A_DAY, Audit.actor == actor, Audit.action == action
    )
    return session.scalar(query.limit(1)) is not None
