"""What a list of fields says about a group of fields: what for, from whom, who sees them, how long they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from bot.conversation.i18n import N_
from bot.domain.retention import Kind

# What many tables have.
RECORD = N_("Number of the record")
WHO = N_("Whose record it is")
STATE = N_("State")
MADE = N_("Written at")
CHANGED = N_("Last changed at")


class Activity(Enum):
    """What is done with data, in the sense of Art. 30 GDPR."""

    CONTACT = auto()
    LISTS = auto()
    EVENTS = auto()
    NETWORK = auto()
    SURVEYS = auto()
    PROOF = auto()
    OPERATION = auto()


class Source(Enum):
    """Where a value comes from."""

    MEMBER = auto()
    OFFICE = auto()
    UNIVERSITY = auto()
    OTHERS = auto()
    PROGRAM = auto()


class Seen(Enum):
    """Who sees a value, besides the member whose it is."""

    OFFICE = auto()
    CLUBS = auto()
    ORGANISERS = auto()
    OPENED = auto()
    NETWORK = auto()
    BOTH = auto()
    MEMBERS = auto()
    NOBODY = auto()


class Lasting(Enum):
    """Kept without a span of days: until the member is erased, as long as there is a network; what is on record about
    people who may never come: as long, but of a member until they are erased."""

    MEMBER = auto()
    NETWORK = auto()
    ON_RECORD = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """Columns of a table that are alike in all of this. `fields` is column -> meaning, marked by N_."""

    table: str
    activity: Activity
    source: Source
    seen: Seen
    kept: Kind | Lasting
    fields: Mapping[str, str]
