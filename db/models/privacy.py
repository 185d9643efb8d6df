"""What was agreed to, and who did what."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class Purpose(StrEnum):
    """UNIVERSITY: the alumni office may write (by law; acknowledged, open to objection). ALUMNI: contact
    among alumni (consent). TRANSFER: storing abroad what people in China tell us (separate consent)."""

    UNIVERSITY = "university"
    ALUMNI = "alumni"
    TRANSFER = "transfer"


class Consent(Base):
    """One thing said about one purpose, never changed afterwards; the newest row for a purpose counts."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_member_id_purpose_id", "member_id", "purpose", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(12))
    given: Mapped[bool]
    version: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]


class Audit(Base):
    """Who did what to whom: random member numbers and ids, never values. Only ever added to: triggers of the database
    (migration r0005_privacy) refuse every change, and to delete what is not a year older than the newest row."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_subject_at", "subject", "at"),
        Index("ix_audit_at", "at"),
        Index("ix_audit_actor_at", "actor", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str | None] = mapped_column(String(12))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str | None] = mapped_column(String(12))
    details: Mapped[dict[str, Any]]


class Clearing(Base):
    """When a kind of row was last gone through for what has been kept long enough (`bot.domain.retention.Kind`), and
    how many rows went."""

    __tablename__ = "clearing"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    ran_at: Mapped[datetime]
    gone: Mapped[int]


class Came(StrEnum):
    """How an objection reached the alumni office."""

    LETTER = "letter"
    EMAIL = "email"
    PHONE = "phone"
    PERSON = "person"


class NotedObjection(Base):
    """Somebody objected to messages (Art. 21 GDPR) outside the chat, and a coordinator noted it: a member, or somebody
    who is only on a list. What holds for a member is `Member.objected_at`; this says where it came from, and goes when
    they end it or say it themselves. `noted_by` is a member's number."""

    __tablename__ = "noted_objection"
    __table_args__ = (
        CheckConstraint("came IN ('letter','email','phone','person')", name="came"),
        CheckConstraint("(member_id IS NULL) <> (record_id IS NULL)", name="whose"),
        Index("ix_noted_objection_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), unique=True)
    came: Mapped[str] = mapped_column(String(6))
    noted_at: Mapped[datetime]
    noted_by: Mapped[str] = mapped_column(String(12))
