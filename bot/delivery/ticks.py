"""What is done again and again: the ticks, the sign of life, and all of it at once when the clock is moved."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.delivery.care import carefully
from bot.delivery.clock import Clock, ticking
from bot.delivery.jobs import Jobs
from bot.delivery.lanes import Lanes
from bot.delivery.lease import RENEWED_EVERY, Lease
from bot.delivery.outbox import Delivery
from bot.delivery.planning import Planning


@dataclass
class Ticks:
    """`start()`, then `stop()`. `alone`: no second process can be at work (SQLite). `fetch_files` downloads what people
    sent through Telegram, where that is open; `settle` waits until everything said so far is acted on and shown."""

    clock: Clock
    lease: Lease
    lanes: Lanes
    delivery: Delivery
    planning: Planning
    jobs: Jobs
    counting: Jobs
    fetch_files: Callable[[], Awaitable[None]] | None
    settle: Callable[[], Awaitable[None]]
    alone: bool
    _scheduler: AsyncIOScheduler = field(init=False)
    _freed_before: int | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._scheduler = ticking(
            {
                "deliver": (1.0, partial(carefully, self.delivery.deliver_due)),
                "plan": (10.0, self.planning.plan),
                "sweep": (1.0, partial(carefully, self.lanes.sweep)),
                "clear": (3600.0, self.planning.clear),
                "jobs": (5.0, partial(carefully, self.jobs.run_waiting)),
                "count": (0.5, partial(carefully, self._count)),
                "fetch": (2.0, partial(carefully, self._fetch)),
            }
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _count(self) -> None:
        """What somebody waits for is sent as soon as it is counted: by the tick that sends, since that may have an
        announcement to send as well, for minutes."""
        if await self.counting.run_waiting():
            self._scheduler.modify_job("deliver", next_run_time=datetime.now(UTC))

    async def _fetch(self) -> None:
        if self.fetch_files is not None and self.lease.epoch is not None:
            await self.fetch_files()

    async def hold_lease(self) -> None:
        """Take or keep the lease. Who takes over and is alone: replies claimed by the dead one are free."""
        epoch = await self.lease.renew()
        if epoch is not None and epoch != self._freed_before and self.alone:
            await self.lanes.free_claims()
            self._freed_before = epoch

    async def stay_alive(self) -> None:
        """Tell the other processes every few seconds that we are there. By the real time, whatever the clock says."""
        while True:
            await asyncio.sleep(RENEWED_EVERY)
            await carefully(self.hold_lease)
            await carefully(self.lanes.keep_claims)

    async def all_at_once(self) -> None:
        """Do at once what the ticks would do: for a moved clock."""
        await self.hold_lease()
        await self.planning.plan()
        await self.delivery.deliver_due()
        await self._fetch()
        await self.lanes.sweep()
        await self.settle()

    async def move_clock(self, span: timedelta) -> None:
        """Let time pass, visiting each moment at which something falls due, in order."""
        goal = self.clock.now() + span
        for _moment in range(10_000):
            await self.all_at_once()
            due = await self.planning.next_due()
            if due is None or due >= goal:
                break
            self.clock.move(due - self.clock.now())
        self.clock.move(max(goal - self.clock.now(), timedelta()))
        await self.all_at_once()
        await self.planning.clear()
