"""What buttons about searching for people carry."""

from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.callbacks import Callback


class By(StrEnum):
    """What people are searched by."""

    NAME = "name"
    CITY = "city"
    INSTITUTION = "inst"
    COHORT = "cohort"
    TOPIC = "topic"
    OFFERS = "offers"
    SEEKS = "seeks"


@dataclass(frozen=True, slots=True)
class ShowSearch(Callback, prefix="fb"):
    """My search: another page of whom it finds, or where I was."""

    page: int | None = None


@dataclass(frozen=True, slots=True)
class Narrow(Callback, prefix="fc"):
    """Search by this, too."""

    by: By


@dataclass(frozen=True, slots=True)
class Widen(Callback, prefix="fd"):
    """Search no longer by this."""

    by: By


@dataclass(frozen=True, slots=True)
class NameMyself(Callback, prefix="ff"):
    """Whoever's card I open may be told my name, or not; says how it shall be."""

    on: bool
