"""When two people can meet for the first time, far apart as they may live: both awake, if possible both at work.

Instants are aware; the times offered are in UTC. What a day is, everybody reads from their own clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.quiet_hours import is_quiet

LASTS = timedelta(minutes=45)
WITHIN = timedelta(days=14)
AT_ONCE = 3

_STEP = timedelta(minutes=30)
_MINUTE = timedelta(minutes=1)
_NIGHT_FROM, _NIGHT_TO = 22, 7
_WORK_FROM, _WORK_TO = 9 * 60, 18 * 60
# Rather late on a weekday than on a weekend.
_WEEKEND = 24 * 60
# Where many times are equally good, one is offered at ten, another at four, another at two.
_WISHED = (10 * 60, 16 * 60, 14 * 60)


@dataclass(frozen=True, slots=True)
class Waking:
    """When somebody can be met: an IANA zone, quiet hours (equal ones: none), and days on which nobody works."""

    zone: str
    quiet_from: int
    quiet_to: int
    holidays: frozenset[date] = frozenset()


def offers(one: Waking, other: Waking, now: datetime) -> list[datetime]:
    """All times at which the two can meet, from tomorrow on and within fourteen days, the best first; one on a day, be
    it read from the clock of the one or of the other. Empty where they are never awake at the same time."""
    best: dict[date, tuple[int, int, datetime]] = {}
    for start in _possible(one, other, now):
        day = _day(start, one)
        best[day] = min(best.get(day, _WORST), _rate(start, one, other))
    ranked = sorted((strain, start) for strain, _taste, start in best.values())
    return list(_on_different_days([start for _strain, start in ranked], other))


def offered(starts: list[datetime], page: int) -> list[datetime]:
    """Three of them in the order of time; after the last ones the best come again."""
    pages = max(1, -(-len(starts) // AT_ONCE))
    first = page % pages * AT_ONCE
    return sorted(starts[first : first + AT_ONCE])


def can_meet(start: datetime, person: Waking) -> bool:
    """Whether somebody is awake from `start` to the end, outside their quiet hours, and on no holiday."""
    return _day(start, person) not in person.holidays and all(
        not is_quiet(instant, person.zone, person.quiet_from, person.quiet_to)
        and not is_quiet(instant, person.zone, _NIGHT_FROM, _NIGHT_TO)
        for instant in (start, start + LASTS - _MINUTE)
    )


def strain(start: datetime, person: Waking) -> int:
    """How far from a weekday between nine and six a meeting is for somebody, in minutes; 0 within it."""
    local = start.astimezone(ZoneInfo(person.zone))
    begins = _minutes(local.time())
    ends = begins + int(LASTS / _MINUTE)
    weekend = _WEEKEND if local.weekday() >= 5 else 0
    return max(0, _WORK_FROM - begins) + max(0, ends - _WORK_TO) + weekend


_WORST = (1 << 30, 0, datetime.max.replace(tzinfo=UTC))


def _possible(one: Waking, other: Waking, now: datetime) -> Iterator[datetime]:
    today = _day(now, one), _day(now, other)
    start = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while start <= now + WITHIN:
        later = _day(start, one) > today[0] and _day(start, other) > today[1]
        if later and can_meet(start, one) and can_meet(start, other):
            yield start
        start += _STEP


def _rate(start: datetime, one: Waking, other: Waking) -> tuple[int, int, datetime]:
    """Smaller is better: the strain for both, then how far from the time wished for that day."""
    wished = _WISHED[_day(start, one).toordinal() % len(_WISHED)]
    begins = _minutes(start.astimezone(ZoneInfo(one.zone)).time())
    return strain(start, one) + strain(start, other), abs(begins - wished), start


def _on_different_days(ranked: list[datetime], other: Waking) -> Iterator[datetime]:
    """Without those that are a second time on one day for the other."""
    taken: set[date] = set()
    for start in ranked:
        if _day(start, other) not in taken:
            taken.add(_day(start, other))
            yield start


def _day(instant: datetime, person: Waking) -> date:
    return instant.astimezone(ZoneInfo(person.zone)).date()


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
