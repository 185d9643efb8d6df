"""Questions to the alumni office: what they can be about, and how long people usually wait for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from statistics import median_high

# Fewer say nothing about what is usual.
FEWEST_ANSWERS = 5


class About(StrEnum):
    """What a question is about; INSTITUTION is one institution and everything that has to do with it."""

    INSTITUTION = "institution"
    REGISTRATION = "registration"
    EVENTS = "events"
    MENTORING = "mentoring"
    PRIVACY = "privacy"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is about; `institution` its id, with INSTITUTION and only then."""

    about: About
    institution: int | None = None

    @property
    def key(self) -> str:
        """Short, for a button."""
        return self.about.value if self.institution is None else f"i{self.institution}"

    @classmethod
    def read(cls, key: str) -> "Subject":
        """The subject of a key. Raises ValueError."""
        digits = key[1:]
        if key.startswith("i") and digits.isascii() and digits.isdigit():
            return cls(About.INSTITUTION, int(digits))
        about = About(key)
        if about is About.INSTITUTION:
            raise ValueError(key)
        return cls(about)


TOPICS = tuple(Subject(about) for about in About if about is not About.INSTITUTION)


def usual_wait(waits: Sequence[timedelta]) -> timedelta | None:
    """The time within which at least half of these were answered; None where they are too few."""
    return median_high(waits) if len(waits) >= FEWEST_ANSWERS else None
