"""Pushing updates to a bot's webhook: one lane per chat and kind, each update until it is accepted."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import time
from typing import Any

import aiohttp

from .updates import Updates
from .wire import Json, dumps, loads

Lane = tuple[int, bool]
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(slots=True)
class Target:
    url: str
    secret: str = ""
    max_connections: int = 40


class Webhook:
    """`reachable` says whether Telegram itself is up; `on_reply` runs a call given as the answer."""

    first_delay = 0.05
    longest_delay = 2.0
    patience = 60.0

    def __init__(
        self,
        updates: Updates,
        reachable: Callable[[], bool],
        on_reply: Callable[[Json], object],
    ) -> None:
        self.updates = updates
        self.target: Target | None = None
        self.error = ""
        self.error_date = 0
        self.attempts = 0
        self._reachable = reachable
        self._on_reply = on_reply
        self._lanes: dict[Lane, deque[Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(1)
        self._session: aiohttp.ClientSession | None = None

    def set(self, target: Target) -> None:
        if target == self.target:
            return  # a bot that starts again repeats its setWebhook; what is under way goes on
        self.remove()
        self.target, self.updates.push = target, self.push
        self._free = asyncio.Semaphore(target.max_connections)
        for update in list(self.updates.pending.values()):
            self.push(update)

    def remove(self) -> None:
        self.target = self.updates.push = None
        for task in self._tasks:
            task.cancel()
        self._lanes.clear()
        self.error, self.error_date = "", 0

    async def close(self) -> None:
        tasks = list(self._tasks)
        self.remove()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    def push(self, update: Json) -> None:
        lane = lane_of(update)
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(update)
            return
        self._lanes[lane] = deque([update])
        task = asyncio.get_running_loop().create_task(self._drain(lane, self._lanes[lane]))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, lane: Lane, waiting: deque[Json]) -> None:
        while waiting:
            await self._deliver(waiting[0])
            waiting.popleft()
        self._lanes.pop(lane, None)

    async def _deliver(self, update: Json) -> None:
        number, delay = update["update_id"], self.first_delay
        while number in self.updates.pending and not await self._attempt(update):
            await asyncio.sleep(delay)
            delay = min(delay * 2, self.longest_delay)
        self.updates.confirm(number)

    async def _attempt(self, update: Json) -> bool:
        async with self._free:
            if not self._reachable():
                return False
            self.attempts += 1
            try:
                return await self._post(update)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                return self._failed(f"{type(error).__name__}: {error}")

    async def _post(self, update: Json) -> bool:
        assert self.target
        headers = {"Content-Type": "application/json"}
        if self.target.secret:
            headers[SECRET_HEADER] = self.target.secret
        client = self._client()
        async with client.post(self.target.url, data=dumps(update), headers=headers, ssl=False) as answer:
            body = await answer.read()
        if not 200 <= answer.status < 300:
            return self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        self._reply(answer.content_type, body)
        return True

    def _reply(self, kind: str, body: bytes) -> None:
        """A bot may answer with one method call, whose result it never gets to see."""
        if kind != "application/json" or not body:
            return
        try:
            call: Any = loads(body)
        except ValueError:
            return
        if isinstance(call, dict) and isinstance(call.get("method"), str):
            self._on_reply(call)

    def _failed(self, reason: str) -> bool:
        self.error, self.error_date = reason, int(time())
        return False

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                timeout=aiohttp.ClientTimeout(total=self.patience),
            )
        return self._session


def lane_of(update: Json) -> Lane:
    """Taps travel beside messages and may overtake them; each lane keeps its order."""
    tap = update.get("callback_query")
    if isinstance(tap, dict):
        return _number(tap.get("message"), "chat") or _number(tap, "from"), True
    bodies = [value for value in update.values() if isinstance(value, dict)]
    body = bodies[0] if bodies else {}
    return _number(body, "chat") or _number(body, "from"), False


def _number(body: object, name: str) -> int:
    inner = body.get(name) if isinstance(body, dict) else None
    number = inner.get("id") if isinstance(inner, dict) else None
    return number if isinstance(number, int) else 0
