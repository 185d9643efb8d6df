"""What the bot says by itself: small typed classes, composed at the moment of sending."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, ClassVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.reply import Reply
from db import outbox
from db.models.members import Member


class Lane(IntEnum):
    """Lower goes first. ANSWER: somebody waits for it. UNASKED: announcements and the like."""

    ANSWER = 0
    UNASKED = 1


class Switch(StrEnum):
    """Kinds of messages a member can switch off one by one in /settings."""

    CLUBS = "clubs"
    EVENTS = "events"
    SURVEYS = "surveys"
    NEWS = "news"
    MENTORING = "mentoring"


_NAMES: dict[type, tuple[str, ...]] = {}


def _names(notice: "Notice") -> tuple[str, ...]:
    """The fields of its kind; `dataclasses.asdict` costs ten times as much, and there may be 100,000 of them."""
    kind = type(notice)
    if kind not in _NAMES:
        _NAMES[kind] = tuple(field.name for field in dataclasses.fields(notice))
    return _NAMES[kind]


@dataclass(frozen=True, slots=True)
class Composing:
    """What a notice may look at while it is composed. Language and zone of the reader are already entered."""

    session: Session
    member: Member
    house: House
    now: datetime


class Withdrawn(Exception):
    """Raised while a notice is composed: whoever sent it has stopped it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Base of a notice. Fields are plain ids; with `ref` they name the occasion, and (kind, ref, member) is
    unique: queuing twice sends once.

    `switch`: which of the member's switches silences it; None for what answers something they asked.
    `unasked`: dropped for members who objected (/stop). `waits`: held back over their quiet hours. `budgeted`: held
    back for members who were told enough by others within a week (`House.weekly_budget`).
    """

    kind: ClassVar[str]
    lane: ClassVar[Lane] = Lane.ANSWER
    switch: ClassVar[Switch | None] = None
    unasked: ClassVar[bool] = False
    waits: ClassVar[bool] = True
    budgeted: ClassVar[bool] = False

    def __init_subclass__(cls, kind: str = "", **kwargs: Any) -> None:
        if kind:
            cls.kind = kind

    def ref(self) -> str:
        """The occasion. By default all fields."""
        return ":".join(str(value) for value in self.params().values())

    def params(self) -> dict[str, Any]:
        """The fields as plain JSON."""
        return {name: getattr(self, name) for name in _names(self)}

    def compose(self, at: Composing) -> Reply | list[Reply] | None:
        """The message for this reader now, a long one in parts; or None when it is no longer wanted.
        Raises Withdrawn."""
        raise NotImplementedError


def queue(session: Session, member_id: int, notice: Notice, due_at: datetime) -> None:
    """Queue `notice` in this transaction; queuing the same occasion again changes nothing."""
    outbox.queue(session, **row_of(member_id, notice, due_at))


def queue_to(session: Session, members: Select[int], notice: Notice, due_at: datetime) -> None:
    """Queue `notice` for each of these members (a query of their ids), in one statement however many they are."""
    given = {"kind": notice.kind, "ref": notice.ref(), "params": notice.params(), "lane": notice.lane}
    outbox.queue_to(session, members, due_at=due_at, **given)


def row_of(member_id: int, notice: Notice, due_at: datetime) -> dict[str, Any]:
    """A notice as `outbox.queue_many` takes it, where many are queued at once."""
    return {
        "member_id": member_id,
        "kind": notice.kind,
        "ref": notice.ref(),
        "params": notice.params(),
        "lane": notice.lane,
        "due_at": due_at,
    }
