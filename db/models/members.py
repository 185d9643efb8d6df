"""Who people are: a member, the institutions they belong to, what they work on, who may see it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.reminders import DEFAULT_LEADS
from db.models.base import Base


class Status(StrEnum):
    """How far somebody has come. A guest has told us nothing but a language; who is suspended was one of us, and the
    alumni office closed everything but their own data for them."""

    GUEST = "guest"
    PENDING = "pending"
    VERIFIED = "verified"
    DECLINED = "declined"
    SUSPENDED = "suspended"


class Member(Base):
    """One person, whichever doors they come through. `number` is random: it is all the audit log keeps.

    `leads` is how long before an event they are reminded (`bot.domain.reminders.Lead`); `wanted` the button they
    tapped before they were let through its gate, to go on there; `contact` a line of theirs (e-mail, WeChat,
    telephone) that goes only to whom they give it; `looks_named` whether people whose card they open are told the name.
    """

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint("status IN ('guest','pending','verified','declined','suspended')", name="status"),
        CheckConstraint("status = 'guest' OR full_name IS NOT NULL", name="named"),
        Index("ix_member_erase_at", "erase_at"),
        Index("ix_member_status_place_id", "status", "place_id"),
        # Audiences are counted by it alone.
        Index(
            "ix_member_verified",
            "id",
            "place_id",
            "language",
            sqlite_where=text("status = 'verified' AND erase_at IS NULL"),
            postgresql_where=text("status = 'verified' AND erase_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    status: Mapped[str] = mapped_column(String(10), default=Status.GUEST)
    language: Mapped[str | None] = mapped_column(String(12))
    zone: Mapped[str] = mapped_column(String(40), default="Europe/Berlin")
    zone_chosen: Mapped[bool] = mapped_column(default=False)
    quiet_from: Mapped[int] = mapped_column(default=21)
    quiet_to: Mapped[int] = mapped_column(default=8)
    switched_off: Mapped[list[str]] = mapped_column(default=list)
    full_name: Mapped[str | None] = mapped_column(String(120))
    other_name: Mapped[str | None] = mapped_column(String(120))
    addressed_as: Mapped[str | None] = mapped_column(String(80))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    function: Mapped[str | None] = mapped_column(String(120))
    employer: Mapped[str | None] = mapped_column(String(120))
    contact: Mapped[str | None] = mapped_column(String(200))
    looks_named: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    objected_at: Mapped[datetime | None]
    erase_at: Mapped[datetime | None]
    leads: Mapped[int] = mapped_column(SmallInteger, default=int(DEFAULT_LEADS), server_default=str(int(DEFAULT_LEADS)))
    wanted: Mapped[str | None] = mapped_column(String(64))


class Affiliation(Base):
    """A member's time at an institution. Several are usual: a degree here, a doctorate there. Whoever chose a named
    cohort has its years."""

    __tablename__ = "affiliation"
    __table_args__ = (
        Index("ix_affiliation_member_id", "member_id"),
        Index("ix_affiliation_institution_id_member_id", "institution_id", "member_id"),
        Index("ix_affiliation_programme_id_member_id", "programme_id", "member_id"),
        CheckConstraint("from_year IS NULL OR to_year IS NULL OR from_year <= to_year", name="years"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    from_year: Mapped[int | None]
    to_year: Mapped[int | None]


class MemberRelation(Base):
    """What somebody is or was to the institution; several are allowed, a degree is never required."""

    __tablename__ = "member_relation"
    __table_args__ = (Index("ix_member_relation_relation_member_id", "relation", "member_id"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    relation: Mapped[str] = mapped_column(String(30), primary_key=True)


class MemberTopic(Base):
    """A professional focus of a member."""

    __tablename__ = "member_topic"
    __table_args__ = (Index("ix_member_topic_topic_id_member_id", "topic_id", "member_id"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)


class FieldVisibility(Base):
    """Who may see a field. No row means the alumni office only: closed by default."""

    __tablename__ = "field_visibility"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    field: Mapped[str] = mapped_column(String(20), primary_key=True)
    audience: Mapped[str] = mapped_column(String(10))


class RoleKind(StrEnum):
    COORDINATOR = "coordinator"
    AMBASSADOR = "ambassador"


class Role(Base):
    """An office somebody holds; an ambassador's is for one club.

    `scope` is whom a coordinator answers for, in the form of `bot.domain.scope` (None: everybody). `until` ends it;
    `deputy_for` is the office it stands in for, and ends with that. `granted_by` is a member's number.
    """

    __tablename__ = "role"
    __table_args__ = (
        UniqueConstraint("member_id", "kind", "club_id"),
        Index(
            "uq_role_coordinator",
            "member_id",
            unique=True,
            sqlite_where=text("kind = 'coordinator' AND deputy_for IS NULL"),
            postgresql_where=text("kind = 'coordinator' AND deputy_for IS NULL"),
        ),
        Index("uq_role_deputy", "member_id", "deputy_for", unique=True),
        CheckConstraint("(kind = 'ambassador') = (club_id IS NOT NULL)", name="scope"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    club_id: Mapped[int | None] = mapped_column(ForeignKey("club.id", ondelete="CASCADE"))
    scope: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    deputy_for: Mapped[int | None] = mapped_column(ForeignKey("role.id", ondelete="CASCADE"), index=True)
    granted_at: Mapped[datetime]
    granted_by: Mapped[str | None] = mapped_column(String(12))
    until: Mapped[datetime | None]


class Suspension(Base):
    """The alumni office closed the network for a member, and why, in the words the member reads. One row each time;
    `lifted_at` ends it."""

    __tablename__ = "suspension"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    before: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class Verification(Base):
    """A registration that waits for a coordinator, and what was decided. One row a registration. `warned_at`: the
    member was told that it goes unless they come back."""

    __tablename__ = "verification"
    __table_args__ = (Index("ix_verification_state_asked_at", "state", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="open")
    asked_at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(String(1000))
    answer: Mapped[str | None] = mapped_column(String(1000))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(12))
    warned_at: Mapped[datetime | None]


class Code(Base):
    """A secret that opens something: stored only as a keyed hash, spent once (but for return keys).

    Kinds: `personal` (prefills a registration and verifies it; one with a `record_id` does so with what is on record),
    `coordinator`, `return` (back in on the web), `link` (joins a second door to a member), `export` (one list of
    answers, as a file).
    """

    __tablename__ = "code"
    __table_args__ = (Index("ix_code_member_id_kind", "member_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    prefill: Mapped[dict[str, Any] | None]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str | None] = mapped_column(String(12))
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), index=True)
