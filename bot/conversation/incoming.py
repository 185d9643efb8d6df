"""What somebody said or did, whichever door it came through."""

from dataclasses import dataclass
from datetime import datetime
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


class FileKind(StrEnum):
    PICTURE = "picture"  # goes out as a picture that is seen at once
    FILE = "file"


class Unparsable(Exception):
    """A stored message that the channel cannot read: it is set aside."""


@dataclass(frozen=True, slots=True)
class Contact:
    phone: str
    own: bool


@dataclass(frozen=True, slots=True)
class File:
    """A picture or file that can be passed on: Telegram has it under `telegram_id`, or it was uploaded on the web and
    is the row `attachment`, which alone says what it is. A `size` of 0 is unknown."""

    kind: FileKind
    name: str
    media_type: str
    size: int
    telegram_id: str | None = None
    attachment: int | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message. `text` is the words (of a file, its caption), the command without its slash, or the button's data;
    `marked` the words with Telegram's formatting as marks, where there is any; `args` what followed the command;
    `file` a picture or file that can be passed on; `message` the id of the message whose button was tapped, `shown_at`
    when that was sent or edited last, where the channel says so; `tag` the language tag of the person's client, a first
    guess only; `chosen` a language picked on the web's start page (then the message leaves no bubble); `replies_to`
    the data of the buttons under the message that these words reply to (Telegram's reply); `key` the channel's own key
    of the message."""

    kind: Kind
    text: str = ""
    args: str = ""
    location: tuple[float, float] | None = None
    contact: Contact | None = None
    file: File | None = None
    marked: str | None = None
    message: int | None = None
    shown_at: datetime | None = None
    tag: str | None = None
    chosen: str | None = None
    replies_to: tuple[str, ...] = ()
    key: str = ""
