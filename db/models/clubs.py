"""Regional clubs, who is in them, and what members propose about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.models.lists import Names


class Club(Base):
    """A regional club. `admission` is open (a tap joins) or approval (the ambassador answers).

    `merged_into` is the club that a closed one has become part of: an open one, or closed without having become part
    of another, never a chain. `close_note` is why it was closed, in the words its members read.
    """

    __tablename__ = "club"
    __table_args__ = (CheckConstraint("admission IN ('open','approval')", name="admission"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    names: Mapped[Names] = mapped_column(JSON)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    admission: Mapped[str] = mapped_column(String(10), default="open")
    founded_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("club.id"), index=True)
    close_note: Mapped[str | None] = mapped_column(String(500))


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


class ClubMerge(Base):
    """How it was before a club (`club_id`) became part of another, kept for a day to undo that. `people` is member
    number -> [state, how often they asked, muted, since when] in the old club, `known` the same in the other, of those
    who knew both; `leaders` numbers of those whose office came along; `events` and `parts` ids of events that moved and
    of clubs that had become part of the old one before."""

    __tablename__ = "club_merge"

    club_id: Mapped[int] = mapped_column(ForeignKey("club.id", ondelete="CASCADE"), primary_key=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("club.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    people: Mapped[dict[str, Any]]
    known: Mapped[dict[str, Any]]
    leaders: Mapped[list[str]]
    events: Mapped[list[int]] = mapped_column(JSON)
    parts: Mapped[list[int]] = mapped_column(JSON)


OPEN = text("state = 'open'")


class Proposal(Base):
    """A member proposes a club at a place, or offers to be a club's ambassador; a coordinator decides.

    `club_id` is the club it is about; of a proposed one, the club it became. `decided_by` is a member's number.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("kind IN ('club','ambassador')", name="kind"),
        CheckConstraint("state IN ('open','accepted','declined','withdrawn')", name="state"),
        CheckConstraint("(kind = 'club') = (place_id IS NOT NULL)", name="place"),
        CheckConstraint("kind = 'club' OR club_id IS NOT NULL", name="club"),
        Index("ix_proposal_state_made_at", "state", "made_at"),
        Index("uq_proposal_place", "member_id", "place_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("uq_proposal_club", "member_id", "club_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    club_id: Mapped[int | None] = mapped_column(ForeignKey("club.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(String(500))
    would_lead: Mapped[bool]
    state: Mapped[str] = mapped_column(String(10), default="open")
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(12))
    note: Mapped[str | None] = mapped_column(String(500))
