"""When people are checked in at an event: around its time; and until when absences are put right afterwards."""

from datetime import datetime, timedelta
from enum import Enum

OPENS_BEFORE = timedelta(hours=3)
STAYS_OPEN = timedelta(days=1)
PUT_RIGHT = timedelta(days=7)


class Door(Enum):
    """AFTERWARDS: nobody comes in any more, but an organiser may still say who was there."""

    EARLY = "early"
    OPEN = "open"
    AFTERWARDS = "afterwards"
    CLOSED = "closed"


def door_at(starts_at: datetime, ends_at: datetime, now: datetime) -> Door:
    """How the door of an event stands. All instants are aware; the first moment of each span belongs to it."""
    if now < starts_at - OPENS_BEFORE:
        return Door.EARLY
    if now < ends_at + STAYS_OPEN:
        return Door.OPEN
    return Door.AFTERWARDS if now < ends_at + PUT_RIGHT else Door.CLOSED
