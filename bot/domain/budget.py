"""How much others may tell a person: so many announcements and invitations within a week, whoever sends them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

WEEK = timedelta(days=7)


def free_at(told: Sequence[datetime], budget: int) -> datetime | None:
    """When one more may be told to somebody who was told things at these instants of the last WEEK, the oldest first;
    None for at once. `budget` is one at least."""
    return told[-budget] + WEEK if len(told) >= budget else None
