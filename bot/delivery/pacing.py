"""How fast we may send: evenly under the line's rate, people who wait before announcements.

Telegram allows about 30 messages a second over all, one a second in a chat, and answers 429 with the seconds to
stay away. One pace serves one bot token in one process.
"""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable

from bot.delivery.doors import Later

# A reply may go so many turns before its time; what nobody waits for pays them back. Telegram lets bursts of about
# five through.
SPARE = 2
# A longer pause is waited for in the database, where it survives us.
PATIENCE_S = 5.0
# A timer of the loop may wake so late; what was missed by that is made up for.
LATE_S = 0.02
# After a long pause replies come back out of the database within a second, on a busy machine within four: so long
# announcements let them go first.
AFTER_YOU_S = 5.0
CHAT_GAP_S = 1.0
CHATS_KEPT = 5000


class Pace:
    """Gives out permissions to send, `rate` a second, evenly; a lower lane goes first. Lane 0 is replies: they may
    use a small reserve, and more than one a second in their chat, as Telegram lets short bursts through. `chat_gap` is
    the seconds between two announcements to one chat."""

    def __init__(self, rate: float, chat_gap: float = CHAT_GAP_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._gap = 1 / rate
        self._chat_gap = chat_gap
        self._clock = clock
        self._next = 0.0
        self._others_from = 0.0
        self._order = itertools.count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._chats: dict[str, float] = {}
        # Called with the seconds of each pause.
        self.on_pause: Callable[[float], None] = lambda _seconds: None

    async def turn(self, lane: int, chat: str = "") -> None:
        """Wait until one message may be sent. Raises Later where that takes long because of a pause."""
        if lane:
            await self._wait_for_chat(chat)
        if (pause := self.paused_for()) > PATIENCE_S:
            raise Later(pause)
        if self._ready(lane) <= self._clock() and not (self._waiting and self._waiting[0][0] <= lane):
            self._go(self._clock())
        else:
            await self._queue(lane)
        if not lane:
            self._note(chat)

    def pause(self, seconds: float) -> None:
        """Nothing goes out for so long: Telegram said 429. Afterwards replies go first."""
        self.on_pause(seconds)
        self._next = max(self._next, self._clock() + seconds + SPARE * self._gap)
        if seconds > PATIENCE_S:
            self._others_from = self._next + AFTER_YOU_S
            for _lane, _order, future in self._waiting:
                if not future.done():
                    future.set_exception(Later(seconds))
            self._waiting.clear()
        self._arm()

    def paused_for(self) -> float:
        """Seconds until a reply may go."""
        return max(0.0, self._ready(0) - self._clock())

    def _ready(self, lane: int) -> float:
        return self._next - SPARE * self._gap if lane == 0 else max(self._next, self._others_from)

    def _go(self, earliest: float) -> None:
        self._next = max(self._next, earliest) + self._gap

    async def _queue(self, lane: int) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (lane, next(self._order), future))
        self._arm()
        await future

    async def _wait_for_chat(self, chat: str) -> None:
        """Each takes the next moment that is free in its chat."""
        if not chat:
            return
        wait = self._chats.get(chat, -self._chat_gap) + self._chat_gap - self._clock()
        self._note(chat, max(wait, 0.0))
        if wait > 0:
            await asyncio.sleep(wait)

    def _note(self, chat: str, ahead: float = 0.0) -> None:
        now = self._clock()
        if len(self._chats) > CHATS_KEPT:
            self._chats = {one: at for one, at in self._chats.items() if at > now - self._chat_gap}
        self._chats[chat] = max(self._chats.get(chat, 0.0), now + ahead)

    def _arm(self) -> None:
        """Wake when the first of those who wait may go."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            delay = max(0.0, self._ready(self._waiting[0][0]) - self._clock())
            self._timer = asyncio.get_running_loop().call_later(delay, self._release)

    def _release(self) -> None:
        while self._waiting and self._ready(self._waiting[0][0]) <= self._clock():
            _lane, _order, future = heapq.heappop(self._waiting)
            if not future.done():
                future.set_result(None)
                self._go(self._clock() - max(self._gap, LATE_S))
        self._arm()
