"""Mentoring: who offers it, who looks for it, who was asked, who is together, and rounds for many at once."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base

LONGEST_KEY = 64
# States of a search that goes on; of a request one of which at most a search has: the mentor's turn to answer, or the
# mentee's to agree.
UNFINISHED = ("open", "waiting")
LIVE = ("asked", "proposed")


class Mentor(Base):
    """A member who offers to be a mentor. `formats` and `languages` are values of `bot.domain.matching.Format` and
    language tags; `free_topics` what they wrote beside the list, as they wrote it. `changed_at` is when they last
    became more available: who waits for somebody is told by it.
    """

    __tablename__ = "mentor"
    __table_args__ = (
        CheckConstraint("capacity BETWEEN 1 AND 10", name="capacity"),
        Index("ix_mentor_changed_at", "changed_at"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    capacity: Mapped[int] = mapped_column(SmallInteger, default=2)
    formats: Mapped[list[str]]
    languages: Mapped[list[str]]
    free_topics: Mapped[list[str]] = mapped_column(default=list)
    helps: Mapped[str | None] = mapped_column(String(300))
    availability: Mapped[str | None] = mapped_column(String(200))
    paused_until: Mapped[date | None]
    offered_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class MentorTopic(Base):
    """What a mentor can be asked about. `key` is a topic key of `bot.domain.matching`: of the list, or folded words."""

    __tablename__ = "mentor_topic"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    member_id: Mapped[int] = mapped_column(
        ForeignKey("mentor.member_id", ondelete="CASCADE"), primary_key=True, index=True
    )


class MentorSearch(Base):
    """A member's wish for a mentor. States: open, waiting (nobody offers this yet: tell them when somebody does),
    matched, closed. `far` is the wished distance, a value of `bot.domain.matching.Far`. One unfinished at a time.
    """

    __tablename__ = "mentor_search"
    __table_args__ = (
        CheckConstraint("state IN ('open','waiting','matched','closed')", name="state"),
        Index(
            "uq_mentor_search_unfinished",
            "member_id",
            unique=True,
            sqlite_where=text("state IN ('open','waiting')"),
            postgresql_where=text("state IN ('open','waiting')"),
        ),
        Index("ix_mentor_search_state_id", "state", "id"),
        Index("ix_mentor_search_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    goal: Mapped[str] = mapped_column(String(300))
    topics: Mapped[list[str]]
    free_topics: Mapped[list[str]] = mapped_column(default=list)
    languages: Mapped[list[str]]
    format: Mapped[str] = mapped_column(String(10))
    far: Mapped[str] = mapped_column(String(10), default="any")
    state: Mapped[str] = mapped_column(String(10), default="open")
    created_at: Mapped[datetime]
    looked_at: Mapped[datetime]


class MentorRequest(Base):
    """One mentor asked for one search, in the order the mentee wished.

    States: queued (not asked yet), proposed (by a round; the mentee has not agreed yet), asked (the mentor's turn),
    accepted, declined, lapsed (a week without an answer), withdrawn (by the mentee), dropped (somebody else accepted),
    gone (the mentor could not be asked any more). `reason` is what the mentor wrote when declining.
    """

    __tablename__ = "mentor_request"
    __table_args__ = (
        UniqueConstraint("search_id", "mentor_id"),
        CheckConstraint("mentor_id <> mentee_id", name="two_people"),
        CheckConstraint(
            "state IN ('queued','proposed','asked','accepted','declined','lapsed','withdrawn','dropped','gone')",
            name="state",
        ),
        Index(
            "uq_mentor_request_asked",
            "search_id",
            unique=True,
            sqlite_where=text("state IN ('asked','proposed')"),
            postgresql_where=text("state IN ('asked','proposed')"),
        ),
        Index("ix_mentor_request_mentor_id_state", "mentor_id", "state"),
        Index("ix_mentor_request_mentee_id", "mentee_id"),
        Index("ix_mentor_request_state_asked_at", "state", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    search_id: Mapped[int] = mapped_column(ForeignKey("mentor_search.id", ondelete="CASCADE"))
    mentor_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    mentee_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger, default=1)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(300))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("match_round.id", ondelete="SET NULL"), index=True)


class Mentorship(Base):
    """Two people who agreed. A pair is together once: it is never suggested again.

    `checks` is how many check-ins were asked, `check_at` when the next is due. `*_shares`: may the other have their
    contact line; both see it only when both said yes.
    """

    __tablename__ = "mentorship"
    __table_args__ = (
        UniqueConstraint("mentor_id", "mentee_id"),
        CheckConstraint("mentor_id <> mentee_id", name="two_people"),
        CheckConstraint("state IN ('active','finished','ended')", name="state"),
        Index("ix_mentorship_mentee_id", "mentee_id"),
        Index("ix_mentorship_mentor_id_state", "mentor_id", "state"),
        Index(
            "ix_mentorship_check_at",
            "check_at",
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    mentee_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    goal: Mapped[str] = mapped_column(String(300))
    format: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="active")
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    check_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(SmallInteger, default=0)
    mentor_shares: Mapped[bool] = mapped_column(default=False)
    mentee_shares: Mapped[bool] = mapped_column(default=False)
    meets_at: Mapped[datetime | None]


class CheckIn(Base):
    """What one of the two answered to "how is it going?": well, help, finished; nothing yet. `office_told`: the alumni
    office has heard of it."""

    __tablename__ = "check_in"
    __table_args__ = (
        CheckConstraint("answer IN ('well','help','finished')", name="answer"),
        {"sqlite_with_rowid": False},
    )

    mentorship_id: Mapped[int] = mapped_column(ForeignKey("mentorship.id", ondelete="CASCADE"), primary_key=True)
    round: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(10))
    answered_at: Mapped[datetime | None]
    office_told: Mapped[bool] = mapped_column(default=False)


class KeptApart(Base):
    """ "Please do not suggest this person to me": for both directions, and told to nobody."""

    __tablename__ = "kept_apart"
    __table_args__ = (
        CheckConstraint("member_id <> other_id", name="two_people"),
        {"sqlite_with_rowid": False},
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    since: Mapped[datetime]


class MatchRound(Base):
    """A coordinator's round. States: computing, ready, published, dropped, failed. `pool` is an audience as plain JSON,
    None for everybody; `figures` what the assignment came to beside first-come matching."""

    __tablename__ = "match_round"
    __table_args__ = (CheckConstraint("state IN ('computing','ready','published','dropped','failed')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    pool: Mapped[dict[str, Any] | None]
    format: Mapped[str | None] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="computing")
    figures: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class RoundPair(Base):
    """Who a round brings together, before it is published. `worth` is `bot.domain.matching.worth`, from 0 to 1."""

    __tablename__ = "round_pair"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(ForeignKey("match_round.id", ondelete="CASCADE"), primary_key=True)
    search_id: Mapped[int] = mapped_column(
        ForeignKey("mentor_search.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    mentor_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    worth: Mapped[float]
    by_hand: Mapped[bool] = mapped_column(default=False)
