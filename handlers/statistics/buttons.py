"""The buttons of the statistics."""

from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.callbacks import Callback


class Topic(StrEnum):
    """What there are numbers about."""

    PROGRAMMES = "p"
    PROVINCES = "r"
    COHORTS = "y"
    CLUBS = "c"
    DOORS = "d"
    LANGUAGES = "l"
    JOINED = "j"
    EVENTS = "e"
    MENTORING = "m"
    SURVEYS = "s"


@dataclass(frozen=True, slots=True)
class ShowTopic(Callback, prefix="zt"):
    """A picture of the numbers of a topic."""

    topic: Topic


@dataclass(frozen=True, slots=True)
class SendAll(Callback, prefix="zx"):
    """The numbers of all topics as a spreadsheet."""
