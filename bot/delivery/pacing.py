"""How fast we may send: evenly under the line's rate, people who wait before announcements.

Telegram allows about 30 messages a second over all and answers 429 with the seconds to stay away. One pace
serves one bot token in one process.
"""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable


class Pace:
    """Gives out permissions to send, `rate` a second, evenly; a lower lane goes first."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._gap = 1 / rate
        self._clock = clock
        self._next = 0.0
        self._order = itertools.count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, lane: int) -> None:
        """Wait until one message may be sent."""
        now = self._clock()
        if not self._waiting and now >= self._next:
            self._next = max(self._next + self._gap, now - self._gap)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (lane, next(self._order), future))
        self._arm()
        await future

    def pause(self, seconds: float) -> None:
        """Nothing goes out for so long: Telegram said 429."""
        self._next = max(self._next, self._clock() + seconds)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._arm()

    def paused_for(self) -> float:
        """Seconds until the next message may go."""
        return max(0.0, self._next - self._clock())

    def _arm(self) -> None:
        if self._timer is None and self._waiting:
            delay = max(0.0, self._next - self._clock())
            self._timer = asyncio.get_running_loop().call_later(delay, self._release)

    def _release(self) -> None:
        """Let those go whose time has come; a timer that woke late makes up for it."""
        self._timer = None
        now = self._clock()
        while self._waiting and self._next <= now:
            _lane, _order, future = heapq.heappop(self._waiting)
            if not future.done():
                future.set_result(None)
                self._next = max(self._next + self._gap, now - 2 * self._gap)
        self._arm()
