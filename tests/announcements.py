"""Announcements made directly in the database, and what became of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.announcements import Announcement, AnnouncementState
from db.models.delivery import Outbox
from db.models.members import Member
from tests.people import find
from tests.stage import Stage


def announcement(
    stage: Stage,
    text: str = "Hello from Chemnitz",
    *,
    author: str = "Cora Ordner",
    state: AnnouncementState = AnnouncementState.PLANNED,
    due_at: datetime | None = None,
    **columns: Any,
) -> int:
    """An announcement of this member to everybody, confirmed and due now, the same text in every language; its id."""
    now, writer = stage.clock.now(), find(stage, author).id

    def make(session: Session) -> int:
        row = Announcement(
            **{
                "state": state,
                "author_id": writer,
                "texts": dict.fromkeys(("de", "zh_Hans", "en"), text),
                "audience": {},
                "due_at": due_at or now,
                "created_at": now,
                "changed_at": now,
                **columns,
            }
        )
        session.add(row)
        session.flush()
        return int(row.id)

    return stage.looks_up(make)


def outcomes(stage: Stage, announcement_id: int) -> dict[str, str | None]:
    """Who was planned to get it -> what became of that (None: still to go out)."""
    query = (
        select(Member.full_name, Outbox.outcome)
        .join(Outbox, Outbox.member_id == Member.id)
        .where(Outbox.kind == "announced", Outbox.ref == str(announcement_id))
    )
    return {row[0]: row[1] for row in stage.looks_up(lambda session: session.execute(query).all())}


def state_of(stage: Stage, announcement_id: int) -> str:
    return stage.looks_up(lambda session: session.get_one(Announcement, announcement_id).state)
