"""The composition root: the only module that knows every other one."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.door import NAME as TELEGRAM
from bot.channels.telegram.door import Address, TelegramDoor
from bot.channels.telegram.menus import publish_menus
from bot.channels.telegram.parsing import KINDS
from bot.channels.telegram.receiving import Poller
from bot.channels.web.app import build_app
from bot.channels.web.door import NAME as WEB
from bot.channels.web.door import WebDoor
from bot.channels.web.ground import Web
from bot.channels.web.serving import Serving
from bot.channels.web.sockets import Sockets
from bot.conversation.road import Road
from bot.delivery.care import carefully
from bot.delivery.clock import Clock, ticking
from bot.delivery.doors import Showing
from bot.delivery.jobs import IS_COUNTING, Jobs, in_child, in_thread
from bot.delivery.lanes import Lanes
from bot.delivery.lease import RENEWED_EVERY, Lease
from bot.delivery.metrics import CountingLines, Metrics
from bot.delivery.outbox import Delivery
from bot.delivery.pacing import Pace
from bot.delivery.planning import Planning
from bot.delivery.receiving import Receiving
from bot.delivery.workers import Urgency, Workers
from bot.lists_file import EXAMPLE, read_lists
from bot.settings import Settings
from db import jobs
from db.engine import in_session, open_engine
from db.lists import has_institutions, take_lists
from db.migrations.upgrade import upgrade
from db.restored import lost_times, refuse_unfinished
from handlers.registry import build_router

log = logging.getLogger("app")
MAX_CONNECTIONS = 40
PAUSES_AT_START = (1.0, 2.0, 4.0, 8.0, None)
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
        self.workers = Workers(1 if self.engine.dialect.name == "sqlite" else settings.database_threads)
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
        self._ticker = ticking(self._ticks())
        self._serving = Serving(settings.web_host, settings.web_port, settings.trusted_proxies)
        self._tasks: list[asyncio.Task[Any]] = []
        self._freed_before: int | None = None

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

    def asgi(self) -> Starlette:
        """The web application, by itself: for a server of one's own, and for tests."""
        return build_app(self.web, self.extra_routes)

    def _ticks(self) -> dict[str, tuple[float, Any]]:
        return {
            "deliver": (1.0, partial(carefully, self.delivery.deliver_due)),
            "plan": (10.0, self.planning.plan),
            "sweep": (1.0, partial(carefully, self.lanes.sweep)),
            "clear": (3600.0, self.planning.clear),
            "jobs": (5.0, partial(carefully, self.jobs.run_waiting)),
            "count": (0.5, partial(carefully, self._count)),
            "fetch": (2.0, partial(carefully, self._fetch_files)),
        }

    async def _count(self) -> None:
        """What somebody waits for is sent as soon as it is counted: by the tick that sends, since that may have an
        announcement to send as well, for minutes."""
        if await self.counting.run_waiting():
            self._ticker.modify_job("deliver", next_run_time=datetime.now(UTC))

    async def _fetch_files(self) -> None:
        """Download what people sent through Telegram."""
        if self.telegram is not None and self.lease.epoch is not None:
            await self.telegram.fetch_waiting()

    async def hold_lease(self) -> None:
        """Take or keep the lease. Who takes over on SQLite is alone: replies claimed by the dead one are free."""
        epoch = await self.lease.renew()
        if epoch is not None and epoch != self._freed_before and self.engine.dialect.name == "sqlite":
            await self.lanes.free_claims()
            self._freed_before = epoch

    async def _stay_alive(self) -> None:
        """Tell the other processes every few seconds that we are there. By the real time, whatever the clock says."""
        while True:
            await asyncio.sleep(RENEWED_EVERY)
            await carefully(self.hold_lease)
            await carefully(self.lanes.keep_claims)

    async def start(self, *, tick: bool = True) -> None:
        """Bring the database up to date, take up what was left, open the doors."""
        logging.getLogger().addHandler(self._counting)
        await self._prepare_database()
        await self.hold_lease()
        self._spawn(self._stay_alive())
        if self.telegram is not None:
            await self._start_telegram(self.telegram)
        # Beside everything else: Telegram may be slow to take what was left.
        self._taking_up = self._spawn(carefully(partial(self.lanes.sweep, everything=True)))
        if tick:
            self._ticker.start()
        self._spawn(self.sockets.watch())
        await self._serve()

    async def _prepare_database(self) -> None:
        """Tried several times: it may still be starting, or another process of ours does the same just now.
        Raises UnfinishedRestore."""
        for pause in PAUSES_AT_START:
            try:
                await self.workers.run(Urgency.TURN, refuse_unfinished, self.engine)
                await self.workers.run(Urgency.TURN, upgrade, self.engine)
                await self.workers.run(Urgency.TURN, in_session, self.engine, self._prepare)
                self._know(lost=await self.workers.run(Urgency.TURN, in_session, self.engine, lost_times))
                return
            except SQLAlchemyError as error:
                if pause is None:
                    raise
                log.warning("the database is not ready (%s), again in %.0f s", type(error).__name__, pause)
            await asyncio.sleep(pause)

    def _prepare(self, session: Session) -> None:
        path = self.settings.lists_file
        if path is None and not has_institutions(session):
            path = EXAMPLE
        if path is not None:
            take_lists(session, read_lists(path))
        jobs.queue_gazetteer(session, datetime.now(UTC))

    async def _start_telegram(self, telegram: TelegramDoor) -> None:
        """The token is tried once; a Telegram that cannot be reached is waited for without holding up the web."""
        await telegram.open()
        self._spawn(self._introduce(telegram))
        if self.settings.webhook_url is None:
            poller = Poller(telegram.bot, self.receiving.store_updates, lambda: self.lease.epoch is not None)
            self._spawn(poller.run())

    async def _introduce(self, telegram: TelegramDoor) -> None:
        """Learn the bot's name, set the webhook or remove it, publish menus; again until Telegram answers."""
        pause = 1.0
        while True:
            try:
                me = await telegram.bot.get_me()
                self._know(telegram=me.username)
                await self._set_webhook(telegram.bot)
                await publish_menus(telegram.bot, self.router, self.house.name)
                return
            except InvalidToken:
                raise
            except TelegramError as error:
                log.warning("Telegram cannot be reached (%s), again in %.0f s", type(error).__name__, pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 60)

    def _know(self, **facts: Any) -> None:
        """What is learnt of the house only at the start."""
        self.house = replace(self.house, **facts)
        self.road.house = self.web.house = self.house

    async def _set_webhook(self, bot: Bot) -> None:
        url, secret = self.settings.webhook_url, self.settings.webhook_secret
        if url is None or secret is None:
            await bot.delete_webhook()
            return
        await bot.set_webhook(
            f"{url}/telegram",
            secret_token=secret.get_secret_value(),
            allowed_updates=KINDS,
            max_connections=MAX_CONNECTIONS,
        )

    async def _serve(self) -> None:
        await self._serving.start(self.asgi())
        self._tasks.append(self._serving.task)

    def web_address(self) -> str:
        """Where the web door really listens (the port may have been left to the system)."""
        return self._serving.address()

    def _spawn(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.append(task)
        return task

    async def run_until(self, stop: asyncio.Event) -> None:
        """Run until told to stop. A part that fails for good (a rejected token) ends the program with its error."""
        stopping = asyncio.get_running_loop().create_task(stop.wait())
        try:
            while not stopping.done():
                done, _pending = await asyncio.wait({stopping, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
                self._tasks = [task for task in self._tasks if task not in done]
                for task in done - {stopping}:
                    task.result()
        finally:
            stopping.cancel()
            await self.stop()

    async def stop(self) -> None:
        """Finish what is being acted on; everything else waits in the database."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.delivery.stop(), LONGEST_GOODBYE_S)
        if self._ticker.running:
            self._ticker.shutdown(wait=False)
        await self._serving.stop()
        # Whatever cannot be finished in time (the database is away) is taken up again at the next start.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.lanes.stop(), LONGEST_GOODBYE_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
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

    async def tick(self) -> None:
        """Do at once what the ticks would do: for a moved clock."""
        await self.hold_lease()
        await self.planning.plan()
        await self.delivery.deliver_due()
        await self._fetch_files()
        await self.lanes.sweep()
        await self.settle()

    async def move_clock(self, span: timedelta) -> None:
        """Let time pass, visiting each moment at which something falls due, in order."""
        goal = self.clock.now() + span
        for _moment in range(10_000):
            await self.tick()
            due = await self.planning.next_due()
            if due is None or due >= goal:
                break
            self.clock.move(due - self.clock.now())
        self.clock.move(max(goal - self.clock.now(), timedelta()))
        await self.tick()
        await self.planning.clear()
