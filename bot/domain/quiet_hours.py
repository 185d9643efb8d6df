"""When somebody may be written to: local hours of the day, right across clock changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

STEP = timedelta(minutes=15)


def is_quiet(at: datetime, zone: str, quiet_from: int, quiet_to: int) -> bool:
    """Whether an instant falls into somebody's quiet hours.

    The hours (0 to 23) are those of their own clock; they may span midnight (21 to 8). Equal hours mean
    there are none.
    """
    hour = at.astimezone(ZoneInfo(zone)).hour
    if quiet_from <= quiet_to:
        return quiet_from <= hour < quiet_to
    return hour >= quiet_from or hour < quiet_to


def next_waking(at: datetime, zone: str, quiet_from: int, quiet_to: int) -> datetime:
    """`at` itself when it is not quiet, else the instant at which these quiet hours end, in the zone of `at`.

    Found by walking, since clocks skip an hour, repeat one, or change by half an hour; all do so at a quarter.
    """
    if not is_quiet(at, zone, quiet_from, quiet_to):
        return at
    instant = at.astimezone(UTC)
    instant = instant.replace(minute=instant.minute // 15 * 15, second=0, microsecond=0)
    while is_quiet(instant, zone, quiet_from, quiet_to):
        instant += STEP
    return instant.astimezone(at.tzinfo)
