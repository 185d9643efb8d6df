"""When somebody may be written to: local hours of the day, right across clock changes."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


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
    """`at` itself when it is not quiet, else the instant at which these quiet hours end (UTC kept)."""
    if not is_quiet(at, zone, quiet_from, quiet_to):
        return at
    local = at.astimezone(ZoneInfo(zone))
    end = local.replace(hour=quiet_to, minute=0, second=0, microsecond=0)
    if end.replace(tzinfo=None) <= local.replace(tzinfo=None):
        end += timedelta(days=1)
    waking = end.astimezone(at.tzinfo)
    # Where the clock is set back, an hour comes twice: the first one may already lie behind.
    return waking if waking > at else waking + timedelta(hours=1)
