"""Browsers: known by the hash of a token that only they have."""

from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models.conversation import Door
from db.models.members import Member
from db.models.web import WebSession

LASTS = timedelta(days=180)


def find(session: Session, token_hash: str, now: datetime) -> WebSession | None:
    """The living session of a token."""
    query = select(WebSession).where(
        WebSession.token_hash == token_hash, WebSession.revoked_at.is_(None), WebSession.expires_at > now
    )
    return session.scalar(query)


def was_ended(session: Session, token_hash: str, now: datetime) -> bool:
    """Whether this token had a session that was revoked or has expired: its page is told so."""
    row = session.scalar(select(WebSession).where(WebSession.token_hash == token_hash))
    return row is not None and (row.revoked_at is not None or row.expires_at <= now)


def ensure(session: Session, token_hash: str, now: datetime) -> str:
    """The session id of a token, made at its first message; merely looking at the page stores nothing."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(WebSession).values(id=token_hex(12), token_hash=token_hash, created_at=now, expires_at=now + LASTS)
    session.execute(row.on_conflict_do_nothing(index_elements=["token_hash"]))
    return session.scalars(select(WebSession.id).where(WebSession.token_hash == token_hash)).one()


def prolong(found: WebSession, now: datetime) -> None:
    """A browser that is used stays signed in: 180 days from the last visit, written at most once a day."""
    if found.expires_at < now + LASTS - timedelta(days=1):
        found.expires_at = now + LASTS


def revoke(session: Session, session_id: str, now: datetime) -> None:
    """End a browser's session; its sockets are closed."""
    session.execute(update(WebSession).where(WebSession.id == session_id).values(revoked_at=now))


def sign_out(session: Session, member: int, door: int, now: datetime) -> bool:
    """Sign one of a member's browsers out: nothing it still says is theirs. False if they have no such browser."""
    query = select(Door.external_id).where(Door.id == door, Door.member_id == member, Door.channel == "web")
    browser = session.scalar(query)
    if browser is None:
        return False
    revoke(session, browser, now)
    session.execute(delete(Door).where(Door.id == door))
    return True


def close_ended(session: Session, now: datetime) -> None:
    """Close the doors of browsers whose session has ended, so that no notice goes there."""
    ended = select(WebSession.id).where(or_(WebSession.revoked_at.is_not(None), WebSession.expires_at <= now))
    session.execute(delete(Door).where(Door.channel == "web", Door.external_id.in_(ended)))


def member_of(session: Session, session_id: str) -> int | None:
    """The member a browser belongs to."""
    return session.scalar(select(Door.member_id).where(Door.channel == "web", Door.external_id == session_id))


def language_of(session: Session, session_id: str) -> str | None:
    """The language a browser's member chose."""
    return session.scalar(
        select(Member.language)
        .join(Door, Door.member_id == Member.id)
        .where(Door.channel == "web", Door.external_id == session_id)
    )
