"""The web chat's history: what a page shows after a reload, and what it has missed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models.conversation import Door
from db.models.members import Member
from db.models.web import Entry, WebSession


@dataclass(frozen=True, slots=True)
class Head:
    """Where a browser stands: whose history it shows, how far that goes, in which language."""

    session: str
    member: int
    seq: int
    language: str | None


def next_seq(session: Session, member: int) -> int:
    """The next number in a member's history. Call it holding the member's lock, so that numbers only rise."""
    return (session.scalar(select(func.max(Entry.seq)).where(Entry.member_id == member)) or 0) + 1


def add(session: Session, member: int, mine: bool, body: dict[str, Any], now: datetime) -> Entry:
    """A new bubble at the end."""
    entry = Entry(member_id=member, seq=next_seq(session, member), mine=mine, at=now, body=body)
    session.add(entry)
    session.flush()
    return entry


def change(session: Session, member: int, entry_id: int, body: dict[str, Any]) -> bool:
    """Put other content into a bubble; False if this member has no such bubble."""
    entry = session.get(Entry, entry_id)
    if entry is None or entry.member_id != member or entry.mine:
        return False
    if entry.body != body:
        entry.body, entry.seq = body, next_seq(session, member)
        session.flush()
    return True


def take_out(
    session: Session, member: int, keep: int | None, is_question: Callable[[Entry], bool], hidden: str
) -> None:
    """Take the questions of a form out of a history, and what was typed there and hidden, but for the bubble `keep`:
    how many there are tells what was answered in words. The newest bubble stays, as pages count from it. Call it
    holding the member's lock."""
    rows = session.scalars(select(Entry).where(Entry.member_id == member).order_by(Entry.id)).all()
    asked = {row.id for row in rows if is_question(row)}
    newest = max((row.seq for row in rows), default=0)
    for row in rows:
        typed = bool(asked) and row.mine and row.id > min(asked) and row.body.get("text") == hidden
        if (typed or row.id in asked) and row.id != keep and row.seq != newest:
            session.delete(row)


def since(session: Session, member: int, seq: int, limit: int = 100) -> list[Entry]:
    """What changed after `seq`, in the order of the changes."""
    query = select(Entry).where(Entry.member_id == member, Entry.seq > seq).order_by(Entry.seq)
    return list(session.scalars(query.limit(limit)))


def latest(session: Session, member: int, before: int | None = None, limit: int = 50) -> list[Entry]:
    """The last bubbles (before a given one), oldest first."""
    query = select(Entry).where(Entry.member_id == member)
    if before is not None:
        query = query.where(Entry.id < before)
    return list(session.scalars(query.order_by(Entry.id.desc()).limit(limit)))[::-1]


def heads(session: Session, sessions: Sequence[str], now: datetime) -> list[Head]:
    """Where these browsers stand; those signed out or expired are missing."""
    newest = select(func.max(Entry.seq)).where(Entry.member_id == Door.member_id).scalar_subquery()
    query = (
        select(Door.external_id, Door.member_id, newest, Member.language)
        .join(Member, Member.id == Door.member_id)
        .join(WebSession, WebSession.id == Door.external_id)
        .where(
            Door.channel == "web",
            Door.external_id.in_(sessions),
            WebSession.revoked_at.is_(None),
            WebSession.expires_at > now,
        )
    )
    return [Head(row[0], row[1], row[2] or 0, row[3]) for row in session.execute(query)]


def zone_of(session: Session, member: int) -> str:
    """The time zone in which a member's page shows times."""
    return session.scalars(select(Member.zone).where(Member.id == member)).one()
