"""Events made directly in the database, and who has answered them."""

from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.attendance import State
from db import attendances, events, places
from db.models.events import Attendance, Event, EventState
from handlers.events.changing import plan_course
from tests.people import find
from tests.stage import Stage


def event(
    stage: Stage,
    title: str = "Stammtisch",
    *,
    club: int | None = None,
    in_hours: float = 72,
    lasts: float = 2,
    city: str = "Chemnitz",
    state: EventState = EventState.PUBLISHED,
    **columns: Any,
) -> int:
    """An event of a club, for its members (of no club: for everybody), called the same in every language; its id.
    Reminders and the survey are planned as after publishing; nobody is told."""
    start = stage.clock.now() + timedelta(hours=in_hours)

    def make(session: Session) -> int:
        place = places.find_places(session, city, limit=1)[0]
        row = Event(
            **{
                "slug": token_hex(4),
                "kind": "meetup",
                "state": state,
                "club_id": club,
                "titles": dict.fromkeys(("de", "zh_Hans", "en"), title),
                "descriptions": {},
                "starts_at": start,
                "ends_at": start + timedelta(hours=lasts),
                "zone": place.zone,
                "place_id": place.id,
                "audience": {"club": [club]} if club else {},
                "questions": [],
                "created_at": stage.clock.now(),
                "changed_at": stage.clock.now(),
                "published_at": stage.clock.now(),
                **columns,
            }
        )
        session.add(row)
        session.flush()
        if state == EventState.PUBLISHED:
            plan_course(session, row, stage.clock.now())
        return int(row.id)

    return stage.looks_up(make)


def answers(stage: Stage, name: str, event_id: int, state: str = "yes", guests: int = 0) -> int:
    """Let the member of this name have answered; the id of the answer. Reminders are not queued for it."""
    member, now = find(stage, name).id, stage.clock.now()

    def answer(session: Session) -> int:
        row = Attendance(
            event_id=event_id,
            member_id=member,
            state=state,
            guests=guests,
            round=1,
            line=attendances.next_line(session, event_id) if state == State.WAITING else None,
            offer_until=now + timedelta(hours=4) if state == State.OFFERED else None,
            answered_at=now,
            replies={},
            nonce=token_hex(8),
            code=len(attendances.codes_of(session, event_id)) + 1000,
        )
        session.add(row)
        session.flush()
        return int(row.id)

    return stage.looks_up(answer)


def answer_of(stage: Stage, name: str, event_id: int) -> tuple[str, int] | None:
    """(state, guests) of a member's answer."""
    member = find(stage, name).id
    row = stage.looks_up(lambda session: attendances.find(session, event_id, member))
    return (row.state, row.guests) if row else None


def starts_at(stage: Stage, event_id: int) -> datetime:
    """When an event begins."""
    row = stage.looks_up(lambda session: events.load(session, event_id))
    assert row is not None
    return row.starts_at
