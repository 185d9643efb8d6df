"""Wall clocks: from a day and a time at a place to an instant, and the same again every week or month.

Zones are IANA names, instants are aware and come back in UTC. Germany changes its clocks twice a year, China never
(apscheduler#87, #372, #1021).
"""

from calendar import Calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.quiet_hours import is_quiet

WEEK = 7
# Three years, of which one may be a leap year. A founding document invites for "27. November 2033".
FURTHEST = timedelta(days=3 * 365 + 1)
NIGHT_FROM, NIGHT_TO = 22, 7
LAST = -1


class NoSuchTime(Exception):
    """A clock change leaves this time out. `earlier` and `later` (UTC) lie as far from the change as was meant, read
    by the clock after it and before it: for 02:30 in Berlin these are 01:30 and 03:30."""

    def __init__(self, earlier: datetime, later: datetime) -> None:
        super().__init__(f"left out between {earlier:%Y-%m-%d %H:%M} and {later:%H:%M} UTC")
        self.earlier = earlier
        self.later = later


def at(day: date, time: time, zone: str) -> datetime:
    """The instant at which a clock shows this time; of an hour that occurs twice the first.

    Raises NoSuchTime for a time that a clock change leaves out.
    """
    wall = datetime.combine(day, time.replace(fold=0), ZoneInfo(zone))
    instant = wall.astimezone(UTC)
    if instant.astimezone(wall.tzinfo).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise NoSuchTime(wall.replace(fold=1).astimezone(UTC), instant)
    return instant


def at_or_after(day: date, time: time, zone: str) -> datetime:
    """As `at`, but a time that is left out is moved on by the gap: 02:30 becomes 03:30."""
    try:
        return at(day, time, zone)
    except NoSuchTime as left_out:
        return left_out.later


def shift_days(start: datetime, days: int, zone: str) -> datetime:
    """The same wall time so many days later, or earlier where negative; moved on by the gap where it is left out."""
    local = start.astimezone(ZoneInfo(zone))
    return at_or_after(local.date() + timedelta(days=days), local.time(), zone)


def weekly(start: datetime, zone: str, times: int) -> list[datetime]:
    """The next `times` occurrences after `start`: the same weekday and wall time in each of the following weeks."""
    return [shift_days(start, WEEK * number, zone) for number in range(1, times + 1)]


def monthly(start: datetime, zone: str, times: int) -> list[datetime]:
    """The next `times` occurrences after `start`: the same n-th weekday and wall time in each of the following
    months. Who begins on a fifth weekday means the last one."""
    local = start.astimezone(ZoneInfo(zone))
    days = (_same_weekday(local.date(), number) for number in range(1, times + 1))
    return [at_or_after(day, local.time(), zone) for day in days]


def _same_weekday(day: date, months: int) -> date:
    """The same n-th weekday so many months later."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    n, weekday = nth_weekday(day)
    weeks = Calendar().monthdayscalendar(year, month + 1)
    days = [week[weekday - 1] for week in weeks if week[weekday - 1]]
    return date(year, month + 1, days[n if n == LAST else n - 1])


def nth_weekday(day: date) -> tuple[int, int]:
    """Which weekday of its month a day is: (n, ISO weekday), where n is 1 to 4, or -1 for a fifth: the last."""
    n = (day.day - 1) // WEEK + 1
    return (LAST if n > 4 else n), day.isoweekday()


def plausible(start: datetime, now: datetime) -> bool:
    """Whether something may be planned for `start`: not in the past, and at most three years ahead."""
    return now <= start <= now + FURTHEST


def is_night(at: datetime, zone: str) -> bool:
    """Whether an instant falls between 22:00 and 07:00 at a place."""
    return is_quiet(at, zone, NIGHT_FROM, NIGHT_TO)
