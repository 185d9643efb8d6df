"""Many small marks, few transactions: whatever gathers while one batch is written is the next batch."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")
log = logging.getLogger("delivery")
RETRY_S = 1.0


class Batch(Generic[T]):
    """Hands what was added to `write`, everything so far at a time, in order. A failed write is repeated."""

    def __init__(self, write: Callable[[list[T]], Awaitable[None]]) -> None:
        self._write = write
        self._waiting: list[T] = []
        self._task: asyncio.Task[None] | None = None

    def add(self, item: T) -> None:
        self._waiting.append(item)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def settle(self) -> None:
        """Wait until everything added so far is written."""
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await self._write(batch)
            except Exception as error:
                log.warning("marks not written (%s), trying again", type(error).__name__)
                self._waiting = batch + self._waiting
                await asyncio.sleep(RETRY_S)
