"""The queue of updates: kept until confirmed, given out by long polling or pushed to a webhook."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from itertools import islice

from .bell import Bell
from .errors import OTHER_POLLER, conflict
from .wire import Json

# Telegram leaves these out unless a bot asks for them by name.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Updates:
    def __init__(self, touched: Callable[[], None]) -> None:
        self.pending: OrderedDict[int, Json] = OrderedDict()
        self.allowed: list[str] = []
        self.push: Callable[[Json], None] | None = None
        self.confirmed = 0
        self.bell = Bell()
        self._touched = touched
        self._last_id = 100_000
        self._poller: asyncio.Future[None] | None = None

    def add(self, raw: Json) -> int:
        """Queues an update; one that brings a number of its own keeps it."""
        given = raw.get("update_id")
        number = given if isinstance(given, int) else self._last_id + 1
        self._last_id = max(self._last_id, number)
        self._touched()
        if self._wanted(raw):
            self._queue({**raw, "update_id": number})
        return number

    def _wanted(self, raw: Json) -> bool:
        kinds = raw.keys() - {"update_id"}
        return bool(kinds.intersection(self.allowed) if self.allowed else not kinds or kinds - ON_REQUEST)

    def _queue(self, update: Json) -> None:
        self.pending[update["update_id"]] = update
        if self.push:
            self.push(update)
        elif self._poller and not self._poller.done():
            self._poller.set_result(None)

    @property
    def awaited(self) -> bool:
        """Whether somebody is polling right now."""
        return self._poller is not None and not self._poller.done()

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Json]:
        self.confirm_before(offset)
        self.dismiss(OTHER_POLLER)
        if not self.pending and seconds > 0:
            await self._wait(seconds)
        return list(islice(self.pending.values(), limit))

    async def _wait(self, seconds: float) -> None:
        poller = self._poller = asyncio.get_running_loop().create_future()
        self.bell.ring()
        try:
            async with asyncio.timeout(seconds):
                await poller
        except TimeoutError:
            pass
        finally:
            if self._poller is poller:
                self._poller = None

    def dismiss(self, reason: str) -> None:
        if self._poller and not self._poller.done():
            self._poller.set_exception(conflict(reason))
        self._poller = None

    def release(self) -> None:
        """Lets a waiting poller go with an empty answer."""
        if self._poller and not self._poller.done():
            self._poller.set_result(None)

    def confirm_before(self, offset: int) -> None:
        if offset < 0:  # a negative offset keeps only that many of the newest
            offset = next(islice(reversed(self.pending), -offset - 1, None), 0)
        while self.pending and next(iter(self.pending)) < offset:
            self.confirm(next(iter(self.pending)))

    def confirm(self, update_id: int) -> None:
        if self.pending.pop(update_id, None) is not None:
            self.confirmed += 1
            self._touched()

    def drop(self) -> None:
        self.pending.clear()
        self._touched()
