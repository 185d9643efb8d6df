"""Coordinators look people up: everybody they answer for, whatever their status, by name or number."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from bot.domain.scope import Scope
from db.models.members import Member, Status, Suspension
from db.models.people import MemberName
from db.names import words_of
from db.people import LAST_CHARACTER, MOST_WORDS
from db.scopes import within


def find(session: Session, typed: str, scope: Scope, *, limit: int, offset: int = 0) -> list[Member]:
    """Those in a scope with this number, or whose name (in any script, spelt either way) has words that begin like
    the words typed; by name."""
    words = words_of(typed)[:MOST_WORDS]
    if not words:
        return []
    number = typed.strip().upper()
    called = [_has_word(word) for word in words]
    wanted = Member.number == number if _is_number(session, number) else None
    query = select(Member).where(Member.status != Status.GUEST, within(scope))
    query = query.where(wanted) if wanted is not None else query.where(*called)
    return list(session.scalars(query.order_by(Member.full_name, Member.id).limit(limit).offset(offset)))


def _is_number(session: Session, typed: str) -> bool:
    return session.scalar(select(Member.id).where(Member.number == typed)) is not None


def _has_word(word: str) -> ColumnElement[bool]:
    begins = MemberName.folded.between(word, word + LAST_CHARACTER)
    return exists().where(MemberName.member_id == Member.id, begins)


def suspension_of(session: Session, member: int) -> Suspension | None:
    """What a member is suspended for at present."""
    query = select(Suspension).where(Suspension.member_id == member, Suspension.lifted_at.is_(None))
    return session.scalar(query.order_by(Suspension.id.desc()).limit(1))
