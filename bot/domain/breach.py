"""Breaches of data: their kinds, and until when the authority must know (Art. 33 GDPR)."""

from datetime import datetime, timedelta
from enum import StrEnum

TO_THE_AUTHORITY = timedelta(hours=72)


class Breach(StrEnum):
    """What happened, one letter for a button."""

    DEVICE = "d"
    ACCESS = "a"
    EXPORT = "e"
    DATABASE = "b"
    ANNOUNCEMENT = "n"


# What was seen is asked of a span of days.
SPANNED = frozenset({Breach.DEVICE, Breach.ACCESS})


def due(known: datetime) -> datetime:
    """When the 72 hours are over, weekends and holidays included."""
    return known + TO_THE_AUTHORITY
