"""Events: what is on, who was invited, who comes, and what waits to be done about each.

A multi-day programme with sessions will be an event whose sessions are events of their own; nothing here knows of
it yet.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.models.lists import Names


class EventKind(StrEnum):
    """What the founding documents call events."""

    MEETUP = "meetup"
    ALUMNI = "alumni"
    LECTURE = "lecture"
    REFRESHER = "refresher"
    FOLLOW_UP = "followup"
    DELEGATION = "delegation"
    REUNION = "reunion"


class EventState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Event(Base):
    """Something people meet for. Instants are UTC; `zone` is the venue's clock.

    `titles` and `descriptions` have one language or more. `audience` is who may see it, in the form of
    `bot.domain.audience`; with `invited_only` those in `invitation` alone. `questions` are short ones for those
    who attend: [{"de": …, "en": …}, …]. `sequence` rises with every change that calendars must learn of.
    `series` is shared by the occurrences of a repeated event.
    """

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("state IN ('draft','published','cancelled')", name="state"),
        CheckConstraint("ends_at > starts_at", name="span"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
        CheckConstraint("guests_allowed BETWEEN 0 AND 9", name="guests"),
        Index("ix_event_state_starts_at", "state", "starts_at"),
        Index("ix_event_club_id_starts_at", "club_id", "starts_at"),
        Index("ix_event_series", "series"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10), default=EventState.DRAFT)
    club_id: Mapped[int | None] = mapped_column(ForeignKey("club.id"))
    organiser_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    titles: Mapped[Names] = mapped_column(JSON)
    descriptions: Mapped[Names] = mapped_column(JSON, default=dict)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(40))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    venue: Mapped[str | None] = mapped_column(String(200))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    online_url: Mapped[str | None] = mapped_column(String(300))
    capacity: Mapped[int | None]
    guests_allowed: Mapped[int] = mapped_column(SmallInteger, default=0)
    answer_by: Mapped[datetime | None]
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    invited_only: Mapped[bool] = mapped_column(default=False)
    contact: Mapped[str | None] = mapped_column(String(160))
    reminds: Mapped[bool] = mapped_column(default=True)
    questions: Mapped[list[Names]] = mapped_column(JSON, default=list)
    sequence: Mapped[int] = mapped_column(default=0)
    series: Mapped[str | None] = mapped_column(String(12))
    walk_ins: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_note: Mapped[str | None] = mapped_column(String(500))


class Invitation(Base):
    """Somebody who was told of an event, or is among the invited of one by invitation only."""

    __tablename__ = "invitation"
    __table_args__ = ({"sqlite_with_rowid": False},)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)


class Attendance(Base):
    """One row an event and member, for good. States are those of `bot.domain.attendance`.

    `round` counts how often they said yes anew, so that a reminder of an earlier time is not taken for this one.
    `line` is the place on the waiting list, given under the event's lock. `nonce` and `code` make the ticket:
    the link is derived from the nonce and the installation's secret, the code has four digits.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint("state IN ('yes','maybe','no','waiting','offered','lapsed')", name="state"),
        CheckConstraint("guests >= 0", name="guests"),
        CheckConstraint("(state = 'waiting') = (line IS NOT NULL)", name="line"),
        CheckConstraint("(state = 'offered') = (offer_until IS NOT NULL)", name="offer"),
        UniqueConstraint("event_id", "member_id"),
        UniqueConstraint("event_id", "line"),
        UniqueConstraint("event_id", "code"),
        Index("ix_attendance_event_id_state_guests", "event_id", "state", "guests"),
        Index("ix_attendance_member_id_state", "member_id", "state"),
        Index(
            "ix_attendance_offer_until",
            "offer_until",
            sqlite_where=text("offer_until IS NOT NULL"),
            postgresql_where=text("offer_until IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(8))
    guests: Mapped[int] = mapped_column(SmallInteger, default=0)
    round: Mapped[int] = mapped_column(default=1)
    line: Mapped[int | None]
    offer_until: Mapped[datetime | None]
    answered_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    replies: Mapped[dict[str, Any]] = mapped_column(default=dict)
    nonce: Mapped[str | None] = mapped_column(String(16))
    code: Mapped[int | None] = mapped_column(SmallInteger)
    checked_in_at: Mapped[datetime | None]
    checked_in_by: Mapped[str | None] = mapped_column(String(12))


class FormerTicket(Base):
    """A ticket of an answer that was joined with another one, since its owner had registered twice: it opens the one
    seat that is left. `ticket` is the id the answer had, which stands in the link; a yes anew makes the link void (no
    `nonce`), as it does with any earlier one."""

    __tablename__ = "former_ticket"
    __table_args__ = (Index("ix_former_ticket_ticket", "ticket"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id", ondelete="CASCADE"), index=True)
    ticket: Mapped[int]
    nonce: Mapped[str | None] = mapped_column(String(16))
    code: Mapped[int | None] = mapped_column(SmallInteger)


class Errand(Base):
    """Something to do about an event at a time, in small pieces: invite, remind, ask how it was.

    `ref` names the occasion, so that nothing is done twice. `cursor` is the last row dealt with, and the work goes
    on behind it after any death.
    """

    __tablename__ = "errand"
    __table_args__ = (
        UniqueConstraint("event_id", "kind", "ref"),
        Index(
            "ix_errand_due_at",
            "due_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    ref: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    due_at: Mapped[datetime]
    cursor: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
