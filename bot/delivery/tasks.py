"""What runs beside everything else as long as the program does."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Tasks:
    """Tasks that live as long as the program, or end before by themselves."""

    def __init__(self) -> None:
        self._running: list[asyncio.Task[Any]] = []

    def begin(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        return self.watch(asyncio.get_running_loop().create_task(work))

    def watch(self, task: asyncio.Task[Any]) -> asyncio.Task[Any]:
        """One that somebody else began."""
        self._running.append(task)
        return task

    async def run_until(self, stop: asyncio.Event) -> None:
        """Wait for `stop`. A task that fails for good (a rejected token) ends the waiting with its error."""
        stopping = asyncio.get_running_loop().create_task(stop.wait())
        try:
            while not stopping.done():
                done, _pending = await asyncio.wait({stopping, *self._running}, return_when=asyncio.FIRST_COMPLETED)
                self._running = [task for task in self._running if task not in done]
                for task in done - {stopping}:
                    task.result()
        finally:
            stopping.cancel()

    async def cancel(self) -> None:
        """End them all, whatever they are at."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
