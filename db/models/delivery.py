"""What the bot says by itself, who may send it, and long work."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class Outbox(Base):
    """A notice to one member. `ref` names the occasion, so that nothing is ever queued twice.

    `outcome`: sent, kept (in the page's history, not seen yet), unwanted (compose said no), stopped, unreachable
    (blocked, no door), failed. `maybe_doubled` counts sends that may have arrived although the process died before
    it knew; `parts` how many messages of a long one have arrived.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("kind", "ref", "member_id"),
        Index(
            "ix_outbox_due",
            "lane",
            "due_at",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_outbox_member_id", "member_id"),
        Index(
            "ix_outbox_done_at",
            "done_at",
            sqlite_where=text("done_at IS NOT NULL AND kind <> 'announced'"),
            postgresql_where=text("done_at IS NOT NULL AND kind <> 'announced'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(30))
    ref: Mapped[str] = mapped_column(String(80))
    params: Mapped[dict[str, Any]]
    lane: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None] = mapped_column(String(40))
    epoch: Mapped[int | None]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(12))
    error: Mapped[str | None] = mapped_column(String(200))
    maybe_doubled: Mapped[int] = mapped_column(default=0)
    parts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")


class Lease(Base):
    """Who may tick and send. A higher epoch has taken over; a stale one writes nothing."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(String(40))
    epoch: Mapped[int]
    until: Mapped[datetime]


class Job(Base):
    """Work of more than 100 ms: written by a turn, run in a child process, told by notices."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_open", "id", sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    params: Mapped[dict[str, Any]]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    queued_at: Mapped[datetime]
    epoch: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str | None] = mapped_column(String(200))
