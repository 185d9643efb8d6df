"""What those concerned by a breach of data are told, and who could not be told that way."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class MessageState(StrEnum):
    """A draft; `planned`: confirmed, and can be taken back until it is due; `sending`: it goes out; `done`: everybody
    was tried; `stopped`: whoever had it by then has it."""

    DRAFT = "draft"
    PLANNED = "planned"
    SENDING = "sending"
    DONE = "done"
    STOPPED = "stopped"


class BreachMessage(Base):
    """A message to everybody a breach concerns (Art. 34 GDPR): the case as in `db.breaches.Case`, and language -> what
    was written; the rest is worded anew for each reader. `cursor` is the last member notices were planned for;
    `counts` outcome -> people, once it is over."""

    __tablename__ = "breach_message"
    __table_args__ = (
        CheckConstraint("state IN ('draft','planned','sending','done','stopped')", name="state"),
        Index("ix_breach_message_state_due_at", "state", "due_at"),
        Index("ix_breach_message_changed_at", "changed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(1))
    ref: Mapped[int]
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    texts: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default=MessageState.DRAFT)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    cursor: Mapped[int] = mapped_column(default=0)
    planned_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any] | None]


class BreachUnreached(Base):
    """Somebody such a message did not reach, and what became of it: they are told by letter or e-mail."""

    __tablename__ = "breach_unreached"
    __table_args__ = ({"sqlite_with_rowid": False},)

    message_id: Mapped[int] = mapped_column(ForeignKey("breach_message.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    outcome: Mapped[str] = mapped_column(String(12))
