"""What was taken away, why, by whom, and who is in it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class Export(Base):
    """Data of many members left the house as a file. `purpose` is a value of `bot.domain.exports.Purpose`, `reason` in
    the words of who asked; `parts` what is in it; `named`: whoever took it agreed that their name is told."""

    __tablename__ = "export"
    __table_args__ = (Index("ix_export_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(200))
    parts: Mapped[list[str]]
    format: Mapped[str] = mapped_column(String(4))
    people: Mapped[int] = mapped_column(default=0)
    named: Mapped[bool] = mapped_column(default=False)


class ExportedPerson(Base):
    """Somebody who is in an export."""

    __tablename__ = "exported_person"
    __table_args__ = ({"sqlite_with_rowid": False},)

    export_id: Mapped[int] = mapped_column(ForeignKey("export.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
