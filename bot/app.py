"""The composition root: the only module that knows every other one."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.channels.telegram.door import NAME as TELEGRAM
from bot.channels.telegram.door import Address, TelegramDoor
from bot.channels.telegram.receiving import Poller
from bot.channels.telegram.starting import Webhook, introduce
from bot.channels.web.app import build_app
from bot.channels.web.door import NAME as WEB
from bot.channels.web.door import WebDoor
from bot.channels.web.ground import Web
from bot.channels.web.serving import Serving
from bot.channels.web.sockets import Sockets
from bot.conversation.road import Road
from bot.delivery.care import carefully
from bot.delivery.clock import Clock
from bot.delivery.doors import Showing
from bot.delivery.jobs import IS_COUNTING, Jobs, in_child, in_thread
from bot.delivery.lanes import Lanes
from bot.delivery.lease import Lease
from bot.delivery.metrics import CountingLines, Metrics
from bot.delivery.outbox import Delivery
from bot.delivery.pacing import Pace
from bot.delivery.planning import Planning
from bot.delivery.receiving import Receiving
from bot.delivery.tasks import Tasks
from bot.delivery.ticks import Ticks
from bot.delivery.workers import Workers
from bot.preparing import prepare_database
from bot.settings import Settings
from db.engine import open_engine
from handlers.registry import build_router

LONGEST_GOODBYE_S = 10.0


def _for_children(settings: Settings) -> dict[str, str]:
    """What long work must know: where the rows are, and by what erased people are known again."""
    return {
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "ERASURE_LIST": str(settings.erasure_list),
        "LOG_LEVEL": settings.log_level,
        "LOG_FORMAT": settings.log_format,
    }


class App:
    """Everything that runs in one process. `await start()`, then `await stop()`."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None, demo: bool = False) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.demo = demo
        self.engine = open_engine(
            settings.database_url, synchronous=settings.sqlite_synchronous, pool_size=settings.database_threads + 1
        )
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        self.workers = Workers(1 if self._is_sqlite else settings.database_threads)
        self.router = build_router()
        self.house = settings.house(demo=demo)
        self.lease = Lease("sender", self.engine, self.workers)
        self.metrics = Metrics()
        self._counting = CountingLines(self.metrics)
        self._open_doors()
        self.lanes = Lanes(self.road, self.workers, self.doors, self.metrics)
        self.delivery = Delivery(
            self.road, self.workers, self.lease, self.doors, settings.messages_per_second, self.metrics
        )
        self.planning = Planning(self.road, self.workers, self.lease)
        beside = self.engine, self.workers, self.lease, self.metrics
        self.jobs = Jobs(~IS_COUNTING, in_child(_for_children(settings)), *beside)
        self.counting = Jobs(IS_COUNTING, in_thread(self.engine), *beside)
        bot_id = settings.bot_token.get_secret_value().partition(":")[0] if settings.bot_token else ""
        self.receiving = Receiving(self.engine, self.workers, self.clock, self.lanes, self.metrics, bot_id)
        self.sockets = Sockets(self.engine, self.workers, self.clock, self.house, self.receiving.store_frame)
        self.web_door.nudged = self.sockets.nudge
        self.web = self._build_web()
        self.extra_routes: Sequence[BaseRoute] = ()
        self.ticks = self._build_ticks()
        self._serving = Serving(settings.web_host, settings.web_port, settings.trusted_proxies)
        self._tasks = Tasks()

    def _open_doors(self) -> None:
        self.web_door = WebDoor()
        self.telegram = self._open_telegram()
        self.road = Road(self.engine, self.router, self.house, self.clock.now, {WEB: self.web_door})
        self.doors: dict[str, Showing] = {WEB: self.web_door}
        if self.telegram is not None:
            self.telegram.join(self.road)
            self.road.channels[TELEGRAM] = self.telegram
            self.doors[TELEGRAM] = self.telegram

    def _open_telegram(self) -> TelegramDoor | None:
        token = self.settings.bot_token
        if token is None:
            return None
        address = Address(
            token.get_secret_value(),
            self.settings.telegram_api_url,
            self.settings.telegram_proxy,
            self.settings.paid_broadcast,
        )
        pace = Pace(self.settings.messages_per_second, self.settings.seconds_per_chat)
        pace.on_pause = self.metrics.told_to_wait
        return TelegramDoor(address, pace, self.workers)

    def _build_web(self) -> Web:
        secret, token = self.settings.webhook_secret, self.settings.metrics_token
        return Web(
            engine=self.engine,
            workers=self.workers,
            clock=self.clock,
            house=self.house,
            router=self.router,
            sockets=self.sockets,
            metrics=self.metrics,
            lease=self.lease,
            store=self.receiving.store_frame,
            store_updates=self.receiving.store_updates if self.settings.webhook_url else None,
            webhook_secret=secret.get_secret_value() if secret else "",
            metrics_token=token.get_secret_value() if token else "",
            demo=self.demo,
        )

    def _build_ticks(self) -> Ticks:
        return Ticks(
            clock=self.clock,
            lease=self.lease,
            lanes=self.lanes,
            delivery=self.delivery,
            planning=self.planning,
            jobs=self.jobs,
            counting=self.counting,
            fetch_files=self.telegram.fetch_waiting if self.telegram else None,
            settle=self.settle,
            alone=self._is_sqlite,
        )

    def asgi(self) -> Starlette:
        """The web application, by itself: for a server of one's own, and for tests."""
        return build_app(self.web, self.extra_routes)

    async def start(self, *, tick: bool = True) -> None:
        """Bring the database up to date, take up what was left, open the doors."""
        logging.getLogger().addHandler(self._counting)
        self._know("lost", await prepare_database(self.engine, self.workers, self.settings.lists_file))
        await self.ticks.hold_lease()
        self._tasks.begin(self.ticks.stay_alive())
        if self.telegram is not None:
            await self._start_telegram(self.telegram)
        # Beside everything else: Telegram may be slow to take what was left.
        self._taking_up = self._tasks.begin(carefully(partial(self.lanes.sweep, everything=True)))
        if tick:
            self.ticks.start()
        self._tasks.begin(self.sockets.watch())
        await self._serving.start(self.asgi())
        self._tasks.watch(self._serving.task)

    async def _start_telegram(self, telegram: TelegramDoor) -> None:
        """The token is tried once; a Telegram that cannot be reached is waited for without holding up the web."""
        await telegram.open()
        url, secret = self.settings.webhook_url, self.settings.webhook_secret
        webhook = Webhook(f"{url}/telegram", secret.get_secret_value()) if url and secret else None
        learn = partial(self._know, "telegram")
        self._tasks.begin(introduce(telegram.bot, self.router, self.house.name, webhook, learn))
        if url is None:
            poller = Poller(telegram.bot, self.receiving.store_updates, lambda: self.lease.epoch is not None)
            self._tasks.begin(poller.run())

    def _know(self, what: str, known: Any) -> None:
        """What is learnt of the house only at the start."""
        self.house = replace(self.house, **{what: known})
        self.road.house = self.web.house = self.house

    def web_address(self) -> str:
        """Where the web door really listens (the port may have been left to the system)."""
        return self._serving.address()

    async def run_until(self, stop: asyncio.Event) -> None:
        """Run until told to stop. A part that fails for good (a rejected token) ends the program with its error."""
        try:
            await self._tasks.run_until(stop)
        finally:
            await self.stop()

    async def stop(self) -> None:
        """Finish what is being acted on; everything else waits in the database."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.delivery.stop(), LONGEST_GOODBYE_S)
        self.ticks.stop()
        await self._serving.stop()
        # Whatever cannot be finished in time (the database is away) is taken up again at the next start.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.lanes.stop(), LONGEST_GOODBYE_S)
        await self._tasks.cancel()
        with contextlib.suppress(Exception):
            await self.lease.release()
        for door in self.doors.values():
            await door.settle()
        if self.telegram is not None:
            await self.telegram.close()
        self.workers.close()
        self.engine.dispose()
        logging.getLogger().removeHandler(self._counting)

    async def settle(self) -> None:
        """Wait until what was left before the start and every message stored so far is acted on and shown."""
        await asyncio.wait({self._taking_up})
        await self.lanes.settle()
        for door in self.doors.values():
            await door.settle()
