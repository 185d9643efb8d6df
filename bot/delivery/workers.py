"""Threads for everything that touches the database: what has come in first, then turns, the rest behind them.

SQLite has one writer, so one thread; PostgreSQL a small pool. A turn is an ordinary synchronous function;
only its result comes back to the event loop.
"""

import asyncio
import heapq
import itertools
import queue
import threading
from collections.abc import Callable
from enum import IntEnum
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Urgency(IntEnum):
    """Storing goes first: it is short, and behind a queue of turns it would hold up fetching."""

    STORE = 0
    TURN = 1
    NOTICE = 2
    CHORE = 3


_Work = tuple[int, int, Callable[[], None] | None]


class Workers:
    """A thread pool with a queue by urgency. Close it to end its threads."""

    def __init__(self, threads: int) -> None:
        self._waiting: list[_Work] = []
        # One sign for each piece of work; cheaper than a PriorityQueue, whose locks are written in Python.
        self._signs: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._order = itertools.count()
        self._threads = [threading.Thread(target=self._work, daemon=True, name=f"db-{n}") for n in range(threads)]
        for thread in self._threads:
            thread.start()

    async def run(self, urgency: Urgency, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `function` in a worker thread and wait for what it returns or raises."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def work() -> None:
            try:
                result = function(*args, **kwargs)
            except BaseException as error:
                _report(loop, _fail, future, error)
            else:
                _report(loop, _succeed, future, result)

        self._put(urgency, work)
        return await future

    def close(self) -> None:
        """Finish what is queued, then end the threads."""
        for _thread in self._threads:
            self._put(Urgency.CHORE + 1, None)
        for thread in self._threads:
            thread.join()

    def _put(self, urgency: int, work: Callable[[], None] | None) -> None:
        with self._lock:
            heapq.heappush(self._waiting, (urgency, next(self._order), work))
        self._signs.put(None)

    def _take(self) -> Callable[[], None] | None:
        self._signs.get()
        with self._lock:
            return heapq.heappop(self._waiting)[2]

    def _work(self) -> None:
        while (work := self._take()) is not None:
            work()


def _report(loop: asyncio.AbstractEventLoop, how: Callable[..., None], future: Any, value: Any) -> None:
    # The loop may be gone at shutdown; what the work did is in the database all the same.
    if not loop.is_closed():
        loop.call_soon_threadsafe(how, future, value)


def _succeed(future: "asyncio.Future[T]", result: T) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[Any]", error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
