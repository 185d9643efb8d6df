"""The web door's own memory: signed-in browsers, and what the page shows after a reload."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class WebSession(Base):
    """A browser. Only the hash of its token is stored; `id` is what the inbox and the door know it by."""

    __tablename__ = "web_session"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]


class Entry(Base):
    """A bubble of the web chat. `seq` rises with every change, so that a page knows what it has missed."""

    __tablename__ = "entry"
    __table_args__ = (
        Index("uq_entry_member_id_seq", "member_id", "seq", unique=True),
        Index("ix_entry_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    seq: Mapped[int]
    mine: Mapped[bool]
    at: Mapped[datetime]
    body: Mapped[dict[str, Any]]
