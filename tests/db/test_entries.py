"""The web chat's history: numbers that pages count by."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.retention import Keep, Kind
from db import entries, retention
from db.doors import new_number
from db.engine import open_engine
from db.models.members import Member, Status
from db.models.web import Entry
from tests.databases import Databases

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=91)


@pytest.fixture(params=["sqlite", "postgresql"])
def session(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Session]:
    engine = open_engine(databases.fresh(request.param))
    with Session(engine) as opened:
        yield opened
    engine.dispose()


def person(session: Session) -> int:
    row = Member(number=new_number(), status=Status.GUEST, created_at=NOW, seen_at=NOW)
    session.add(row)
    session.flush()
    return row.id


def numbers(session: Session, member: int) -> list[int]:
    return list(session.scalars(select(Entry.seq).where(Entry.member_id == member).order_by(Entry.seq)))


def test_numbers_go_on_rising_when_all_of_a_history_is_old(session: Session) -> None:
    """A page left open with number 3 would otherwise wait for a fourth bubble before it shows the first."""
    anna = person(session)
    for _n in range(3):
        entries.add(session, anna, False, {"text": "Hello"}, NOW)
    retention.forget_some(session, Kind.CHAT, LATER, Keep())
    entries.add(session, anna, False, {"text": "Good morning"}, LATER)
    assert numbers(session, anna) == [3, 4]


def test_what_is_old_goes_once_something_newer_is_there(session: Session) -> None:
    anna, ben = person(session), person(session)
    entries.add(session, ben, False, {"text": "Hello"}, NOW)
    for at in (NOW, NOW, LATER):
        entries.add(session, anna, False, {"text": "Hello"}, at)
    retention.forget_some(session, Kind.CHAT, LATER, Keep())
    assert (numbers(session, anna), numbers(session, ben)) == ([3], [1])
