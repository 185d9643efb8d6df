"""Surveys whose answers nobody can join to a person, also from a copy of the database.

Answers live in the open form only. A ballot has a random key and no time; casting one rewrites others with it in
random order (measured: a ballot and a mark of participation written in one transaction were joined again 200 of
200 times by the order of the rows).
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.models.lists import Names


class Survey(Base):
    """A survey; `anonymous` is fixed once it is open. The one after an event knows its event, another its `occasion`
    ("mentoring:2026"), of one with neither a questionnaire knows it.

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


class NamedAnswer(Base):
    """What somebody answered under their name, until the survey closes for them to change. A trigger of the database
    refuses one to an anonymous survey."""

    __tablename__ = "named_answer"
    __table_args__ = ({"sqlite_with_rowid": False},)

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    content: Mapped[dict[str, Any]]
    answered_at: Mapped[datetime]


class Questionnaire(Base):
    """A survey that a coordinator builds. Without `survey_id` it is a draft; that is given when it is opened, and from
    then on a trigger of the database refuses to change what is asked and whether it is anonymous.

    `questions` are `bot.domain.questionnaires.Asked`; `keys` is how many were made, so that no key is used again.
    `audience` was narrowed to the `scope` of whoever chose it; coordinators who have all of that may see the survey.
    `asked_by` is the number of the coordinator who would begin one for many people: another has to do so.
    `cursor` is how far the members were looked through to be asked (until `planned_at`), then to be reminded from
    `remind_at` on (until `reminded_at`).
    """

    __tablename__ = "questionnaire"
    __table_args__ = (CheckConstraint("(survey_id IS NULL) = (opened_by IS NULL)", name="open"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    survey_id: Mapped[int | None] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), unique=True)
    titles: Mapped[Names] = mapped_column(JSON)
    intros: Mapped[Names] = mapped_column(JSON, default=dict)
    languages: Mapped[list[str]]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    keys: Mapped[int] = mapped_column(SmallInteger, default=0)
    anonymous: Mapped[bool] = mapped_column(default=True)
    audience: Mapped[dict[str, Any]]
    segment: Mapped[str | None] = mapped_column(String(60))
    scope: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    last_day: Mapped[date]
    remind_after: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    asked_by: Mapped[str | None] = mapped_column(String(12))
    opened_by: Mapped[str | None] = mapped_column(String(12))
    cursor: Mapped[int] = mapped_column(default=0)
    planned_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
