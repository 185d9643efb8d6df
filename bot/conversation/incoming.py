"""What somebody said or did, whichever door it came through."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    COMMAND = "command"  # /word arguments
    TAP = "tap"  # a button
    TEXT = "text"
    LOCATION = "location"
    CONTACT = "contact"
    FILE = "file"  # picture, sticker, voice, document, somebody else's words passed on …
    BLOCKED = "blocked"  # the person blocked the bot
    RETURNED = "returned"  # and came back


class Unparsable(Exception):
    """A stored message that the channel cannot read: it is set aside."""


@dataclass(frozen=True, slots=True)
class Contact:
    phone: str
    own: bool


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message. `text` is the words, the command without its slash, or the button's data; `args` what
    followed the command; `message` the id of the message whose button was tapped; `tag` the language tag of
    the person's client, a first guess only; `chosen` a language picked on the web's start page (then
    the message leaves no bubble); `key` the channel's own key of the message."""

    kind: Kind
    text: str = ""
    args: str = ""
    location: tuple[float, float] | None = None
    contact: Contact | None = None
    message: int | None = None
    tag: str | None = None
    chosen: str | None = None
    key: str = ""
