"""A database as it was at one moment."""

from collections.abc import Iterator
from dataclasses import dataclass

# Enough to see that a backup is the right one, and that all of it came back.
COUNTED = (
    "member", "door", "club", "membership", "event", "attendance", "announcement", "mentorship", "entry", "audit"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Its revision, how many rows the COUNTED tables have, and the whole of it in pieces."""

    revision: str
    counts: dict[str, int]
    pieces: Iterator[bytes]
