"""How people reach us and what they are in the middle of saying."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base

NEW, ACTED, SHOWN, ASIDE = 0, 1, 2, 3


class Door(Base):
    """A way to one member: a Telegram chat, a browser. People may have several."""

    __tablename__ = "door"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(10))
    external_id: Mapped[str] = mapped_column(String(64))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime]
    unreachable_since: Mapped[datetime | None]
    menu: Mapped[str | None] = mapped_column(String(40))


class Inbox(Base):
    """What a channel was handed, stored before it is confirmed; worked off oldest first for each sender.

    States: new, acted on (replies written), shown (emptied, kept three days so that a repeat is known),
    set aside (could not be read). `show_after` is when another process may show the replies.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "box", "key"),
        Index(
            "ix_inbox_open",
            "channel",
            "sender",
            "id",
            sqlite_where=text("state < 2"),
            postgresql_where=text("state < 2"),
        ),
        Index("ix_inbox_received_at", "received_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(10))
    box: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    sender: Mapped[str] = mapped_column(String(64))
    payload: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    state: Mapped[int] = mapped_column(default=NEW)
    replies: Mapped[str | None] = mapped_column(Text)
    show_after: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)


class Draft(Base):
    """A form somebody is filling in. One is active at most; the others lie parked and are offered again."""

    __tablename__ = "draft"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    form: Mapped[str] = mapped_column(String(20), primary_key=True)
    question: Mapped[str] = mapped_column(String(30))
    answers: Mapped[dict[str, Any]]
    active: Mapped[bool] = mapped_column(default=True)
    expires_at: Mapped[datetime]


class Attempt(Base):
    """Wrong codes typed by a member lately, so that guessing is not worth while."""

    __tablename__ = "attempt"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    wrong: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime]
