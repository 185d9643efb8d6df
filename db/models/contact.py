"""Questions to the alumni office, the letters they consist of, and whose desk they lie on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base

ABOUT = "about IN ('institution','registration','events','mentoring','privacy','other')"
PLACED = "(about = 'institution') = (institution_id IS NOT NULL)"
LONGEST_LETTER = 2000


class Thread(Base):
    """A member's question and everything said about it. States: open (the office is to answer), answered, closed.

    `assigned_to` is the coordinator it is with (None: whoever answers first). `waiting_since` and `remind_at` are
    there while it is open; `reminded` counts the reminders of this wait. `answered_at` is the first answer,
    `changed_at` the newest letter.
    """

    __tablename__ = "thread"
    __table_args__ = (
        CheckConstraint(ABOUT, name="about"),
        CheckConstraint(PLACED, name="placed"),
        CheckConstraint("state IN ('open','answered','closed')", name="state"),
        CheckConstraint("(state = 'open') = (waiting_since IS NOT NULL)", name="waiting"),
        Index(
            "uq_thread_topic",
            "member_id",
            "about",
            unique=True,
            sqlite_where=text("state <> 'closed' AND institution_id IS NULL"),
            postgresql_where=text("state <> 'closed' AND institution_id IS NULL"),
        ),
        Index(
            "uq_thread_institution",
            "member_id",
            "institution_id",
            unique=True,
            sqlite_where=text("state <> 'closed' AND institution_id IS NOT NULL"),
            postgresql_where=text("state <> 'closed' AND institution_id IS NOT NULL"),
        ),
        Index("ix_thread_member_id_changed_at", "member_id", "changed_at"),
        Index("ix_thread_assigned_to", "assigned_to"),
        Index("ix_thread_state_waiting_since", "state", "waiting_since"),
        Index("ix_thread_state_changed_at", "state", "changed_at"),
        Index("ix_thread_remind_at", "remind_at"),
        Index("ix_thread_answered_at", "answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    about: Mapped[str] = mapped_column(String(12))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    reminded: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Letter(Base):
    """One letter of a thread, words or a picture or file: of the member, or of the coordinator whose number `by` is.
    With `handed_to` it is no letter to the member but a note to that colleague (by number), who has the thread from
    then on."""

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_thread_id", "thread_id"), Index("ix_letter_attachment_id", "attachment_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"))
    by: Mapped[str | None] = mapped_column(String(12))
    handed_to: Mapped[str | None] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(String(LONGEST_LETTER))
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id", ondelete="SET NULL"))
    at: Mapped[datetime]


class Desk(Base):
    """The coordinator who is fixed for an institution or a topic."""

    __tablename__ = "desk"
    __table_args__ = (
        CheckConstraint(ABOUT, name="about"),
        CheckConstraint(PLACED, name="placed"),
        Index(
            "uq_desk_topic",
            "about",
            unique=True,
            sqlite_where=text("institution_id IS NULL"),
            postgresql_where=text("institution_id IS NULL"),
        ),
        Index("uq_desk_institution", "institution_id", unique=True),
        Index("ix_desk_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(String(12))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
