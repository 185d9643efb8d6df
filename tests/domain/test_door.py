"""When people are checked in: three hours before, until a day after, and a week to put absences right."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.door import Door, door_at

START = datetime(2026, 3, 12, 18, 0, tzinfo=UTC)
END = datetime(2026, 3, 12, 21, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "door"),
    [
        (START - timedelta(hours=3) - MOMENT, Door.EARLY),
        (START - timedelta(hours=3), Door.OPEN),
        (START, Door.OPEN),
        (END + timedelta(days=1) - MOMENT, Door.OPEN),
        (END + timedelta(days=1), Door.AFTERWARDS),
        (END + timedelta(days=7) - MOMENT, Door.AFTERWARDS),
        (END + timedelta(days=7), Door.CLOSED),
    ],
)
def test_the_door_opens_closes_and_can_be_put_right(now: datetime, door: Door) -> None:
    assert door_at(START, END, now) is door
