"""What members agreed to: a ledger that is only added to; the newest line for a purpose counts."""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from db.models.members import Member
from db.models.privacy import Consent, Purpose


def add(
    session: Session,
    member: int,
    purpose: Purpose,
    *,
    given: bool,
    version: str,
    text: str,
    language: str,
    at: datetime,
) -> None:
    """Write down what somebody said to this exact text."""
    session.add(
        Consent(member_id=member, purpose=purpose, given=given, version=version, text=text, language=language, at=at)
    )
    session.flush()


def newest(session: Session, member: int, purpose: Purpose) -> Consent | None:
    """The last word on a purpose."""
    query = select(Consent).where(Consent.member_id == member, Consent.purpose == purpose)
    return session.scalar(query.order_by(Consent.id.desc()).limit(1))


def is_given(session: Session, member: int, purpose: Purpose) -> bool:
    """Whether a purpose is agreed to now."""
    consent = newest(session, member, purpose)
    return consent is not None and consent.given


def may_be_seen() -> ColumnElement[bool]:
    """True for the members who agree to contact among alumni, now."""
    newest = (
        select(Consent.given)
        .where(Consent.member_id == Member.id, Consent.purpose == Purpose.ALUMNI)
        .order_by(Consent.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return newest.is_(True)


def history(session: Session, member: int) -> list[Consent]:
    """Everything said, oldest first."""
    return list(session.scalars(select(Consent).where(Consent.member_id == member).order_by(Consent.id)))
