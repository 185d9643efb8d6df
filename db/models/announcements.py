"""What ambassadors and coordinators tell many people at once, and whom: saved segments, files that go with it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from db.models.base import Base


class Segment(Base):
    """Conditions on members under a name, to be used again (`bot.domain.audience.Audience`)."""

    __tablename__ = "segment"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    audience: Mapped[dict[str, Any]]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime]


class Attachment(Base):
    """A picture or file somebody handed us to pass on. It is there as bytes (from the web, or fetched from Telegram),
    under Telegram's name for it (`file_id`, so that it is uploaded once at most), or both."""

    __tablename__ = "attachment"
    __table_args__ = (CheckConstraint("content IS NOT NULL OR file_id IS NOT NULL", name="somewhere"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    file_id: Mapped[str | None] = mapped_column(String(200))
    given_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    given_at: Mapped[datetime] = mapped_column(index=True)


class AnnouncementState(StrEnum):
    """A draft; `asked`: a second coordinator must agree; `planned`: confirmed, and can be undone until it is due;
    `sending`: it goes out; `done`: everybody was tried; `stopped`: somebody stopped it, who had it has it."""

    DRAFT = "draft"
    ASKED = "asked"
    PLANNED = "planned"
    SENDING = "sending"
    DONE = "done"
    STOPPED = "stopped"


class Announcement(Base):
    """A message to many. The ledger of whom it reached are its notices in the outbox (kind `announced`, ref its id).

    `texts` is language -> text as it was written (`bot.conversation.marks`); `button` what may be tapped below it;
    `audience` the conditions as they were when it was confirmed, called `segment` where they had a name; `club_id`
    the club whose ambassador speaks: only its members get it, whatever the conditions say. `wanted_at` is the
    instant chosen, `due_at` when it really begins; `morning`: each reader gets it in their own morning. `cursor` is
    the last member the notices were planned for.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        CheckConstraint("state IN ('draft','asked','planned','sending','done','stopped')", name="state"),
        Index("ix_announcement_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default=AnnouncementState.DRAFT)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    club_id: Mapped[int | None] = mapped_column(ForeignKey("club.id", ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    texts: Mapped[dict[str, Any]]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    button: Mapped[dict[str, Any] | None]
    audience: Mapped[dict[str, Any]]
    segment: Mapped[str | None] = mapped_column(String(60))
    morning: Mapped[bool] = mapped_column(default=False)
    wanted_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    cursor: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None] = mapped_column(String(12))
    planned_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
