"""What delivery needs of a channel: showing replies, with three ways to fail."""

import re
from typing import Protocol

from bot.conversation.reply import Wire

QUOTATION = re.compile(r"[\"“”<]| '")


class Later(Exception):
    """Not now. Telegram said 429: try again in `seconds`; or the line is down, nobody knows how long: 0. Of
    several replies the first `shown` are out. `doubtful`: the message may have arrived, as the line broke while we
    waited to hear so."""

    def __init__(self, seconds: float, *, doubtful: bool = False) -> None:
        super().__init__("later")
        self.seconds = seconds
        self.doubtful = doubtful
        self.shown = 0


class Unreachable(Exception):
    """This door leads nowhere any more: blocked, or the account is gone."""


class Impossible(Exception):
    """The channel will never take this message; trying again is useless. Says why up to where the channel begins to
    quote the message, as this is logged and kept."""

    def __init__(self, why: str) -> None:
        super().__init__(QUOTATION.split(why, maxsplit=1)[0].strip())


class Showing(Protocol):
    """The asynchronous side of a channel."""

    async def turn(self, sender: str, lane: int) -> None:
        """Wait until one message may be sent to this sender. Raises Later."""
        ...

    async def show(self, sender: str, payload: str, replies: list[Wire], lane: int | None) -> None:
        """Show replies in order, each when its turn has come; without a lane its turn was waited for before.
        `payload` is the stored message they answer, empty for a notice.
        Raises Later, Unreachable or Impossible; what was shown before that may be shown again."""
        ...

    def paused_for(self) -> float:
        """Seconds for which nothing goes out: the channel was told to stay away."""
        ...

    def nudge(self, sender: str | None, member: int) -> None:
        """A turn or notice of this member was kept by the channel itself: something may be new to see."""
        ...

    async def settle(self) -> None:
        """Wait for what is still under way beside the replies (answers to taps)."""
        ...

    async def set_menu(self, sender: str, member: int, door: int) -> None:
        """Bring the chat's command menu in line with who the member is now. Never raises."""
        ...
