"""Codes that open something. Only keyed hashes are stored; the hash is the caller's to make (House.digest)."""

from datetime import datetime, timedelta
from secrets import choice
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.doors import NUMBER_LETTERS
from db.models.conversation import Attempt
from db.models.members import Code

WRONG_ALLOWED = 5
WRONG_WINDOW = timedelta(hours=1)


def new_secret(length: int) -> str:
    """Random letters and digits that nobody confuses; 4.8 bits each."""
    return "".join(choice(NUMBER_LETTERS) for _ in range(length))


def normalise(typed: str) -> str:
    """A code as people type it: spaces, hyphens and small letters do not matter."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def issue(
    session: Session,
    kind: str,
    digest: str,
    now: datetime,
    *,
    member: int | None = None,
    issued_by: str | None = None,
    prefill: dict[str, Any] | None = None,
    lasting: timedelta | None = None,
) -> None:
    """Store a new code by its hash; `lasting` None never expires."""
    session.add(
        Code(
            kind=kind,
            digest=digest,
            member_id=member,
            prefill=prefill,
            issued_at=now,
            issued_by=issued_by,
            expires_at=now + lasting if lasting else None,
        )
    )


def find(session: Session, kind: str, digest: str) -> Code | None:
    """The code with this hash, in whatever state; locked, so that it is spent once."""
    return session.scalar(select(Code).where(Code.kind == kind, Code.digest == digest).with_for_update())


def newest(session: Session, member: int, kind: str) -> Code | None:
    """The member's last code of this kind, in whatever state."""
    query = select(Code).where(Code.member_id == member, Code.kind == kind)
    return session.scalar(query.order_by(Code.id.desc()).limit(1))


def is_alive(code: Code, now: datetime) -> bool:
    """Neither spent nor expired."""
    return code.used_at is None and (code.expires_at is None or code.expires_at > now)


def retire(session: Session, member: int, kind: str, now: datetime) -> None:
    """End a member's codes of this kind, so that only a new one counts."""
    session.execute(
        update(Code).where(Code.member_id == member, Code.kind == kind, Code.used_at.is_(None)).values(used_at=now)
    )


def may_try(session: Session, member: int, now: datetime) -> bool:
    """Whether somebody may type a code: not after five wrong ones within an hour."""
    attempt = session.get(Attempt, member)
    return attempt is None or attempt.wrong < WRONG_ALLOWED or attempt.since < now - WRONG_WINDOW


def note_wrong(session: Session, member: int, now: datetime) -> None:
    """Count a wrong code."""
    attempt = session.get(Attempt, member)
    if attempt is None or attempt.since < now - WRONG_WINDOW:
        session.merge(Attempt(member_id=member, wrong=1, since=now))
    else:
        attempt.wrong += 1
