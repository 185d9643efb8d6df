"""The button by which members write to each other through the bot."""

from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.callbacks import Callback


class About(StrEnum):
    """What two people have to do with each other: a request for a mentor, a mentorship, a request for contact."""

    REQUEST = "request"
    MENTORSHIP = "mentorship"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class WriteTo(Callback, prefix="hw"):
    """I would like to write to the other one; `ref` is the id of what it is about."""

    about: About
    ref: int
