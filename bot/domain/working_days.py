"""Days on which an office works: neither a weekend nor a holiday."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.local_time import at_or_after

DAY = timedelta(days=1)
SATURDAY = 5


def is_working_day(day: date, is_holiday: Callable[[date], bool]) -> bool:
    return day.weekday() < SATURDAY and not is_holiday(day)


def working_days_later(start: datetime, days: int, zone: str, is_holiday: Callable[[date], bool]) -> datetime:
    """The same time of day so many working days after `start`, by the clock of `zone` (UTC comes back). What begins
    on a day off counts from the morning after: of a Saturday's question, Monday is the first day."""
    local = start.astimezone(ZoneInfo(zone))
    day, left = local.date(), days
    while left:
        day += DAY
        left -= is_working_day(day, is_holiday)
    return at_or_after(day, local.time(), zone)
