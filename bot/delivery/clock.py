"""What time it is, for everybody; and the ticks.

"Now" is asked of a Clock, which tests and the demo can move. APScheduler only ticks: what is due is asked
of the database, so that a restart or a second process changes nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Clock:
    """The real time, moved forward by an offset."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC) + self.offset

    def move(self, span: timedelta) -> None:
        """Let time pass at once. Whoever moves the clock ticks afterwards, so that what fell due is done."""
        self.offset += span


class FixedClock(Clock):
    """A clock that stands until it is moved: for tests."""

    def __init__(self, start: datetime) -> None:
        super().__init__()
        self.start = start

    def now(self) -> datetime:
        return self.start + self.offset


def ticking(every: dict[str, tuple[float, Callable[[], Awaitable[object]]]]) -> AsyncIOScheduler:
    """A scheduler that calls each function every so many seconds: one at a time, missed ticks joined into one."""
    # A tick left out because the one before still works is nothing to report.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    logging.getLogger("apscheduler.executors.default").addFilter(_is_news)
    scheduler = AsyncIOScheduler(timezone=UTC)
    for name, (seconds, tick) in every.items():
        scheduler.add_job(
            tick,
            "interval",
            seconds=seconds,
            id=name,
            name=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    return scheduler


def _is_news(record: logging.LogRecord) -> bool:
    """Not so a tick that was cancelled because the program ends."""
    return record.exc_info is None or not isinstance(record.exc_info[1], asyncio.CancelledError)
