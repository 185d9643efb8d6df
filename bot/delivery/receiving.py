"""Storing what the doors were handed, many messages in one transaction, then waking the lanes."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine

from bot.conversation.road import log_fault
from bot.delivery.clock import Clock
from bot.delivery.lanes import Lanes
from bot.delivery.metrics import Metrics
from bot.delivery.workers import Urgency, Workers
from db import inbox
from db.trouble import Trouble, classify

log = logging.getLogger("receiving")
LONGEST_WAIT_S = 10.0
TELEGRAM, WEB = "telegram", "web"

Row = dict[str, Any]
Waiting = tuple[Row, asyncio.Future[None]]


class Receiving:
    """Returns once everything given to it is durable; while the database is away it waits."""

    def __init__(
        self, engine: Engine, workers: Workers, clock: Clock, lanes: Lanes, metrics: Metrics, bot_id: str = ""
    ) -> None:
        self._engine = engine
        self._workers = workers
        self._clock = clock
        self._lanes = lanes
        self._metrics = metrics
        self._bot_id = bot_id
        self._waiting: list[Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def store_updates(self, updates: Sequence[tuple[str, str, dict[str, Any]]]) -> None:
        """Keep Telegram updates given as (key, sender, update). One that can never be stored is left out: sent
        again and again it would hold up all others."""
        rows = [self._row(TELEGRAM, self._bot_id, key, sender, update) for key, sender, update in updates]
        for error in await self._store(rows):
            log_fault(error)
        for _key, _sender, update in updates:
            self._metrics.received(TELEGRAM, update)

    async def store_frame(self, session: str, key: str, frame: dict[str, Any]) -> None:
        """Keep a message of a browser. The box is its session, so no other browser can collide with its keys."""
        for error in await self._store([self._row(WEB, session, key, session, frame)]):
            raise error
        self._metrics.received(WEB, frame)

    def _row(self, channel: str, box: str, key: str, sender: str, content: dict[str, Any]) -> Row:
        return {
            "channel": channel,
            "box": box,
            "key": key,
            "sender": sender,
            # Half a surrogate pair is valid JSON, but no text a database could keep.
            "payload": json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="replace").decode(),
            "received_at": self._clock.now(),
            "state": 0,
            "tries": 0,
        }

    async def _store(self, rows: list[Row]) -> list[BaseException]:
        """What could not be stored for good, by its error."""
        if not rows:
            return []
        loop = asyncio.get_running_loop()
        futures = []
        for row in rows:
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.append((row, future))
            futures.append(future)
        if self._writing is None or self._writing.done():
            self._writing = loop.create_task(self._write())
        return [error for error in await asyncio.gather(*futures, return_exceptions=True) if error is not None]

    async def _write(self) -> None:
        """Whatever gathers while one batch is written is the next batch."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await self._until_stored([row for row, _future in batch])
            except Exception:
                await self._one_by_one(batch)
            else:
                self._stored(batch)

    async def _one_by_one(self, batch: list[Waiting]) -> None:
        """One that cannot be stored harms no other."""
        for row, future in batch:
            try:
                await self._until_stored([row])
            except Exception as error:
                if not future.done():
                    future.set_exception(error)
            else:
                self._stored([(row, future)])

    def _stored(self, batch: list[Waiting]) -> None:
        for _row, future in batch:
            if not future.done():
                future.set_result(None)
        for (channel, sender), count in Counter((row["channel"], row["sender"]) for row, _future in batch).items():
            self._lanes.wake(channel, sender, count)

    async def _until_stored(self, rows: list[Row]) -> None:
        pause = 0.1
        while True:
            try:
                await self._workers.run(Urgency.STORE, self._write_now, rows)
                return
            except Exception as error:
                if classify(error) is Trouble.FAULT:
                    raise
                log.warning("nothing can be stored (%s), again in %.1f s", type(error).__name__, pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_WAIT_S)

    def _write_now(self, rows: list[Row]) -> None:
        with self._engine.begin() as connection:
            inbox.store(connection, rows)
