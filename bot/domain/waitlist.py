"""The waiting list: who is offered a seat that becomes free, and until when.

First come, first served. A party moves up only when all of it fits; one that does not fit keeps its place, and later
and smaller parties may take the seat meanwhile (codebar/planner#184, Summit-Events-App#504).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.quiet_hours import STEP, is_quiet

# From so long before the start nothing is offered any more: a free seat goes to whoever taps.
CUTOFF = timedelta(hours=2)
LONGEST = timedelta(hours=4)
SHORTEST = timedelta(minutes=30)
SHARE = 8
# With less waking time than this before the cut-off nobody is made an offer.
LEAST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody in the line; `party` in people, guests included."""

    id: int
    party: int


def next_up(free: int | None, line: Sequence[Waiting]) -> list[int]:
    """The ids of those who are offered seats now, in the order of the line; everybody where there is no limit.

    `line` is in the order of places, `free` the seats nobody holds. Together they never need more than that.
    """
    if free is None:
        return [one.id for one in line]
    chosen = []
    for one in line:
        if one.party <= free:
            chosen.append(one.id)
            free -= one.party
    return chosen


def offer_length(now: datetime, start: datetime) -> timedelta:
    """How much waking time somebody is given to answer an offer made at `now`.

    An eighth of the time that is left before the cut-off, so that several may be asked in turn; four hours at most
    (always when the start is two days away), and half an hour at least.
    """
    return min(LONGEST, max(SHORTEST, (start - CUTOFF - now) / SHARE))


def offer_until(now: datetime, start: datetime, zone: str, quiet_from: int, quiet_to: int) -> datetime | None:
    """Until when (UTC) an offer made at `now` stands, or None where it is too late for one.

    Its clock runs only in the waking hours of the recipient (their zone; quiet hours as in `quiet_hours`): two hours
    offered at 20:00 in Berlin do not lapse at 04:00 in Nanjing. The end is never after the cut-off, and never in
    quiet hours, though it may be the very moment at which they begin. None from the cut-off on, and where fewer than
    15 waking minutes remain before it. `now` and `start` are aware.
    """
    now, start = now.astimezone(UTC), start.astimezone(UTC)
    length, spent, end = offer_length(now, start), timedelta(), now
    for begins, ends in _waking_pieces(now, start - CUTOFF, zone, quiet_from, quiet_to):
        end = min(ends, begins + length - spent)
        spent += end - begins
        if spent == length:
            break
    return end if spent >= LEAST else None


def _waking_pieces(
    now: datetime, last: datetime, zone: str, quiet_from: int, quiet_to: int
) -> Iterator[tuple[datetime, datetime]]:
    """The waking time from `now` to `last` (UTC), in pieces of a quarter of an hour at most: quiet hours begin and
    end, and clocks change, on quarters only (on the Chatham Islands at 02:45)."""
    quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    while quarter < last:
        if not is_quiet(quarter, zone, quiet_from, quiet_to):
            yield max(now, quarter), min(last, quarter + STEP)
        quarter += STEP
