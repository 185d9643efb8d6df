"""Surveys whose answers nobody can join to a person, also from a copy of the database.

Answers live in the open form only. A ballot has a random key and no time; casting one rewrites others with it in
random order (measured: a ballot and a mark of participation written in one transaction were joined again 200 of
200 times by the order of the rows).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class Survey(Base):
    """A survey; `anonymous` is fixed once it is open. The one after an event knows its event, another its `occasion`
    ("mentoring:2026").

    `shown` is how many answers the last published results contained: the next ones contain five more at least.
    """

    __tablename__ = "survey"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), unique=True)
    occasion: Mapped[str | None] = mapped_column(String(40), unique=True)
    anonymous: Mapped[bool] = mapped_column(default=True)
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    shown: Mapped[int | None]


class Participation(Base):
    """Whether somebody was asked, and has answered. No times: they would tell which ballot is whose."""

    __tablename__ = "participation"
    __table_args__ = (
        CheckConstraint("state IN ('asked','answered')", name="state"),
        {"sqlite_with_rowid": False},
    )

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    state: Mapped[str] = mapped_column(String(8), default="asked")


class Ballot(Base):
    """One anonymous answer. The key is random and the table lies in its order, or was rewritten in random order.
    `shown`: it is part of the published results, as at least four others are that became so with it."""

    __tablename__ = "ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    content: Mapped[dict[str, Any]]
    shown: Mapped[bool] = mapped_column(default=False)
