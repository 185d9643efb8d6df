"""Regional clubs and who is in them."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.models.lists import Names


class Club(Base):
    """A regional club. `admission` is open (a tap joins) or approval (the ambassador answers)."""

    __tablename__ = "club"
    __table_args__ = (CheckConstraint("admission IN ('open','approval')", name="admission"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    names: Mapped[Names] = mapped_column(JSON)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    admission: Mapped[str] = mapped_column(String(10), default="open")
    founded_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Membership(Base):
    """One row a member and club, for good: leaving and coming back change its state, never add a row."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("state IN ('asked','in','left','declined')", name="state"),
        Index("ix_membership_club_id_state_member_id", "club_id", "state", "member_id"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    club_id: Mapped[int] = mapped_column(ForeignKey("club.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    times_asked: Mapped[int] = mapped_column(default=1)
    muted: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
