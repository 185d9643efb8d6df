"""People finding people: names to be searched, who looked at whom, requests for contact, offers, words passed on."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.models.places import FoldedText


class MemberName(Base):
    """A folded word or whole name by which a member is found: umlauts either way, characters and their reading."""

    __tablename__ = "member_name"
    __table_args__ = (
        Index("ix_member_name_member_id_folded", "member_id", "folded"),
        {"sqlite_with_rowid": False},
    )

    folded: Mapped[str] = mapped_column(FoldedText, primary_key=True)
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class Look(Base):
    """Somebody opened somebody's card on a day. `named`: the reader agreed that their name is told."""

    __tablename__ = "look"
    __table_args__ = (
        UniqueConstraint("member_id", "viewer_id", "day"),
        CheckConstraint("member_id <> viewer_id", name="two_people"),
        Index("ix_look_viewer_id_day", "viewer_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    viewer_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    day: Mapped[date]
    named: Mapped[bool] = mapped_column(default=False)


class LookedUp(Base):
    """How many names somebody was shown on a day (of UTC), so that nobody copies the directory."""

    __tablename__ = "looked_up"
    __table_args__ = ({"sqlite_with_rowid": False},)

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    names: Mapped[int] = mapped_column(default=0)


class ContactRequest(Base):
    """Somebody would like to be in touch. States: asked, shared (both have the other's contact line), answered (in
    words, through the bot), declined, lapsed."""

    __tablename__ = "contact_request"
    __table_args__ = (
        CheckConstraint("asker_id <> asked_id", name="two_people"),
        CheckConstraint("state IN ('asked','shared','answered','declined','lapsed')", name="state"),
        Index(
            "uq_contact_request_asked",
            "asker_id",
            "asked_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
        Index("ix_contact_request_asked_id_state", "asked_id", "state"),
        Index("ix_contact_request_asker_id_asked_at", "asker_id", "asked_at"),
        Index("ix_contact_request_state_asked_at", "state", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    asker_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    asked_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    message: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10), default="asked")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Offer(Base):
    """ "I offer" or "I seek": a line for other alumni."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("kind IN ('offer','seek')", name="kind"),
        Index("ix_offer_member_id", "member_id"),
        Index("ix_offer_kind_topic_id_id", "kind", "topic_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(6))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    words: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class Relayed(Base):
    """Words passed from one member to another through the bot, without addresses. `about` says of what: a mentor's
    question (id of a MentorRequest), a mentorship, a request for contact."""

    __tablename__ = "relayed"
    __table_args__ = (
        CheckConstraint("about IN ('request','mentorship','contact')", name="about"),
        Index("ix_relayed_at", "at"),
        Index("ix_relayed_sender_id", "sender_id"),
        Index("ix_relayed_receiver_id", "receiver_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(String(10))
    ref: Mapped[int]
    sender_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    words: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime]
