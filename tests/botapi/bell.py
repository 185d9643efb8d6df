"""Waiting for a change without polling: whoever waits is woken by the next ring."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic


class Bell:
    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def ring(self) -> None:
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, seconds: float) -> None:
        """Returns at the next ring or when the time is over, whichever comes first."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await asyncio.wait([future], timeout=seconds)
        future.cancel()

    async def until(self, holds: Callable[[], object], seconds: float) -> bool:
        deadline = monotonic() + seconds
        while not holds():
            left = deadline - monotonic()
            if left <= 0:
                return False
            await self.wait(left)
        return True
