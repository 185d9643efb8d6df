"""What channels were handed: stored first, acted on in order, shown, then emptied."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models.base import table_of
from db.models.conversation import ACTED, ASIDE, NEW, SHOWN, Inbox

TAKEN_OVER = timedelta(seconds=30)

_inbox = table_of(Inbox)
# Written out, not bound: SQLite uses a partial index only where the query says the same words.
_OPEN = text("inbox.state < 2")
_STORE = {
    "sqlite": sqlite.insert(_inbox).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_inbox).on_conflict_do_nothing(),
}


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as it lies in the inbox. `held_by`: an earlier one of this sender whose replies nobody may
    have seen yet."""

    id: int
    payload: str
    received_at: datetime
    held_by: int | None


@dataclass(frozen=True, slots=True)
class Unshown:
    """Replies that nobody may have seen yet."""

    id: int
    channel: str
    sender: str
    payload: str
    received_at: datetime
    replies: str | None
    tries: int


def store(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep messages (channel, box, key, sender, payload, received_at). A repeated key is the same message."""
    connection.execute(_STORE[connection.dialect.name], rows)


_earlier = _inbox.alias("earlier")
_HELD_BY = (
    select(func.max(_earlier.c.id))
    .where(
        _earlier.c.channel == bindparam("channel"),
        _earlier.c.sender == bindparam("sender"),
        _earlier.c.state == ACTED,
        text("earlier.state < 2"),
    )
    .scalar_subquery()
)
_OLDEST = (
    select(_inbox.c.id, _inbox.c.payload, _inbox.c.received_at, _HELD_BY)
    .where(
        _inbox.c.channel == bindparam("channel"),
        _inbox.c.sender == bindparam("sender"),
        _inbox.c.state == NEW,
        _OPEN,
    )
    .order_by(_inbox.c.id)
    .limit(1)
)


def oldest(connection: Connection, channel: str, sender: str) -> Stored | None:
    """The first message of a sender that was not acted on. Call it holding the sender's lock."""
    row = connection.execute(_OLDEST, {"channel": channel, "sender": sender}).one_or_none()
    return Stored(*row) if row else None


_ACTED = (
    update(_inbox)
    .where(_inbox.c.id == bindparam("row"))
    .values(state=ACTED, replies=bindparam("new_replies"), show_after=bindparam("after"))
)
_SHOWN = (
    update(_inbox).where(_inbox.c.id == bindparam("row")).values(state=SHOWN, payload="", replies=None, show_after=None)
)


def mark_acted(connection: Connection, row: int, replies: str, now: datetime) -> None:
    """Acted on; whoever did so has 30 s to show the replies before another may."""
    connection.execute(_ACTED, {"row": row, "new_replies": replies, "after": now + TAKEN_OVER})


def mark_shown(connection: Connection, rows: Sequence[int]) -> None:
    """Seen by the person: payload and replies are emptied."""
    connection.execute(_SHOWN, [{"row": row} for row in rows])


def set_aside(connection: Connection, row: int) -> None:
    """Keep a message nobody can read, out of the way."""
    connection.execute(update(_inbox).where(_inbox.c.id == row).values(state=ASIDE))


def postpone(session: Session, row: int, until: datetime, left: str) -> None:
    """Show what is left of these replies not before `until`."""
    session.execute(
        update(_inbox)
        .where(_inbox.c.id == row, _inbox.c.state == ACTED)
        .values(show_after=until, tries=_inbox.c.tries + 1, replies=left)
    )


def queue_behind(session: Session, row: int, held_by: int, now: datetime) -> bool:
    """Show these replies as soon as those before them are shown; False where those are shown by now."""
    first = select(_earlier.c.id).where(_earlier.c.id == held_by, _earlier.c.state == ACTED)
    held = update(Inbox).where(Inbox.id == row, Inbox.state == ACTED, first.exists()).values(show_after=now)
    return bool(session.execute(held).rowcount)  # type: ignore[attr-defined]


def keep_claimed(session: Session, rows: Sequence[int], now: datetime) -> None:
    """Whoever shows these replies still lives: nobody else may for the next 30 s."""
    for some in (rows[start : start + 500] for start in range(0, len(rows), 500)):
        session.execute(
            update(_inbox).where(_inbox.c.id.in_(some), _inbox.c.state == ACTED).values(show_after=now + TAKEN_OVER)
        )


def free_claims(session: Session, now: datetime) -> None:
    """Nobody else can be showing anything: what is unshown may be shown at once."""
    session.execute(update(_inbox).where(_inbox.c.state == ACTED, _OPEN).values(show_after=now))


def claim_unshown(session: Session, now: datetime, limit: int = 50) -> list[Unshown]:
    """Replies unshown for too long (crash, outage, 429), claimed for the next 30 s; oldest first.

    Of each sender only the oldest, so that their order holds.
    """
    first = (
        select(func.min(Inbox.id))
        .where(Inbox.state == ACTED, _OPEN)
        .group_by(Inbox.channel, Inbox.sender)
        .scalar_subquery()
    )
    due = select(Inbox.id).where(Inbox.id.in_(first), Inbox.show_after <= now).order_by(Inbox.id).limit(limit)
    rows = session.execute(
        update(Inbox)
        .where(Inbox.id.in_(due), Inbox.state == ACTED, Inbox.show_after <= now)
        .values(show_after=now + TAKEN_OVER)
        .returning(Inbox.id, Inbox.channel, Inbox.sender, Inbox.payload, Inbox.received_at, Inbox.replies, Inbox.tries)
        .execution_options(synchronize_session=False)
    ).all()
    return sorted((Unshown(*row) for row in rows), key=lambda found: found.id)


def is_overtaken(session: Session, found: Unshown) -> bool:
    """Whether these replies only edit a message that a later turn of the same person edits anyway."""
    edited = _edited(found.replies)
    query = select(Inbox.replies).where(
        Inbox.channel == found.channel, Inbox.sender == found.sender, Inbox.id > found.id, Inbox.state == ACTED, _OPEN
    )
    return edited is not None and any(_edited(replies) == edited for replies in session.scalars(query))


def _edited(replies: str | None) -> int | None:
    """The message these replies edit, if that is all they do."""
    shown = json.loads(replies or "[]")
    return shown[0].get("edits") if len(shown) == 1 else None


def waiting(session: Session, before: datetime, limit: int = 500) -> list[tuple[str, str, int]]:
    """Senders with messages not acted on since `before`, and how many each."""
    query = (
        select(Inbox.channel, Inbox.sender, func.count())
        .where(Inbox.state == NEW, _OPEN, Inbox.received_at <= before)
        .group_by(Inbox.channel, Inbox.sender)
        .limit(limit)
    )
    return [(channel, sender, count) for channel, sender, count in session.execute(query)]
