"""How often somebody was expected and did not come: a record that is recent and forgiving (codebar/planner#1417)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

RECENT = timedelta(days=365)
FORGIVEN = 1
# So many attendances after an absence wipe it out.
MAKING_UP = 2


@dataclass(frozen=True, slots=True)
class Occasion:
    """An event somebody had a seat at when it began, and whether they came. The instant is aware."""

    ended_at: datetime
    came: bool


def count(occasions: Sequence[Occasion], now: datetime) -> int:
    """How many absences are held against somebody, whatever the order of `occasions`.

    Only the last 365 days count. An absence is wiped out by any two attendances after it, as if it had never been;
    the first of those that are left is forgiven.
    """
    recent = [one for one in occasions if now - RECENT <= one.ended_at <= now]
    left = attended = 0
    # From the newest back; where two end together, coming to the one does not make up for the other.
    for one in sorted(recent, key=lambda one: (one.ended_at, not one.came), reverse=True):
        attended += one.came
        left += not one.came and attended < MAKING_UP
    return max(0, left - FORGIVEN)
