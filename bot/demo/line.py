"""The line to invented people on Telegram: as fast as the real one, and it leads nowhere."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.channels.telegram.door import NAME
from bot.conversation.incoming import Incoming, Unparsable
from bot.conversation.reply import Wire
from bot.conversation.road import Road
from bot.conversation.turn import Turn
from bot.delivery.doors import Showing, Unreachable
from bot.delivery.pacing import Pace
from bot.settings import Settings

FIRST_CHAT = 70_000_000
# One of so many has blocked the bot, which shows when it is written to.
BLOCKED_EVERY = 40

Move = Callable[[timedelta], Awaitable[None]]


def chat_of(member: int) -> str:
    """The Telegram id of an invented person."""
    return str(FIRST_CHAT + member)


class Line:
    """A channel in which everybody is silent."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._skips_waiting = False

    def in_no_time(self, move: Move) -> Move:
        """Moving the clock, without waiting for the line: while an hour passes it would carry a hundred thousand."""

        async def moved(span: timedelta) -> None:
            self._skips_waiting = True
            try:
                await move(span)
            finally:
                self._skips_waiting = False

        return moved

    def parse(self, payload: str) -> Incoming:
        raise Unparsable("nobody writes here")

    def keep(self, turn: Turn, replies: list[Wire]) -> bool:
        return False

    def keep_notice(self, session: Session, member: int, wire: Wire, now: object) -> bool:
        return False

    async def turn(self, sender: str, lane: int) -> None:
        if not self._skips_waiting:
            await self._pace.turn(lane, sender)

    async def show(self, sender: str, payload: str, replies: list[Wire], lane: int | None) -> None:
        if int(sender) % BLOCKED_EVERY == 0:
            raise Unreachable

    def paused_for(self) -> float:
        return self._pace.paused_for()

    def nudge(self, sender: str | None, member: int) -> None:
        """Nobody looks."""

    async def settle(self) -> None:
        """Nothing is under way."""

    async def set_menu(self, sender: str, member: int, door: int) -> None:
        """Nobody types."""


def open_line(road: Road, doors: dict[str, Showing], settings: Settings) -> Line:
    """Open it where the real Telegram would be: a demonstration has none."""
    line = Line(Pace(settings.messages_per_second, settings.seconds_per_chat))
    road.channels[NAME] = doors[NAME] = line
    return line
