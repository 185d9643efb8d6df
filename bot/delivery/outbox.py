"""Notices on their way: claimed by the one sender, composed just before, sent in pace, recorded.

While some are being sent the next are composed, so that the line is never idle and nothing is worded long before it
goes. What lies in memory is bounded, however many wait.
"""

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from bot.conversation.road import Road, log_fault
from bot.delivery.batching import Batch
from bot.delivery.composing import Composer, Ready
from bot.delivery.doors import Impossible, Later, Showing, Unreachable
from bot.delivery.lease import Lease
from bot.delivery.metrics import Metrics
from bot.delivery.pacing import PATIENCE_S
from bot.delivery.workers import Urgency, Workers
from db import doors as door_rows
from db import outbox
from db.engine import in_session

log = logging.getLogger("outbox")
# Composed at a time: about what the line takes in half a second. What a killed sender had taken counts as possibly
# doubled, so it is no more than keeps the line busy.
SMALLEST, LARGEST = 15, 200
# With waits of ten minutes at last, this lasts two days.
TRIES = 300
LONGEST_WAIT_S = 600.0
# While one channel is told to stay away, people of the others are looked for this often.
DETOUR_S = 30.0


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of a notice: done with an outcome, or to be tried again `after` so many seconds. `dead` is the door
    that led nowhere, `arrived` how many of its messages got through."""

    id: int
    lane: int
    epoch: int
    at: datetime
    outcome: str | None = None
    error: str | None = None
    after: float = 0.0
    arrived: int = 0
    doubtful: bool = False
    dead: int | None = None

    @property
    def came_to(self) -> str:
        return self.outcome or ("blocked" if self.dead is not None else "later")


class Delivery:
    """Sends what is due while this process holds the lease. `rate` is how many messages a second the line takes."""

    def __init__(
        self, road: Road, workers: Workers, lease: Lease, doors: dict[str, Showing], rate: float, metrics: Metrics
    ) -> None:
        self._road = road
        self._metrics = metrics
        self._workers = workers
        self._lease = lease
        self._doors = doors
        self._composer = Composer(road, lease)
        self._batch = int(min(max(rate / 2, SMALLEST), LARGEST))
        self._marks: Batch[Mark] = Batch(self._write)
        self._delivering = asyncio.Lock()
        self._detour_at = 0.0
        self._stopping = False

    async def deliver_due(self) -> int:
        """Send everything due now; how many notices were dealt with."""
        async with self._delivering:
            # One round at a time: whatever else lies claimed by us is left from a round that broke off.
            await self._marks.settle()
            under_way: set[asyncio.Task[None]] = set()
            try:
                return await self._deliver(under_way)
            finally:
                await asyncio.gather(*under_way, return_exceptions=True)
                await self._marks.settle()

    async def stop(self) -> None:
        """Finish what is on the line, give back what waits for its turn, take nothing new. What is given back has
        certainly not arrived."""
        self._stopping = True
        async with self._delivering:
            await self._marks.settle()

    async def _deliver(self, under_way: set[asyncio.Task[None]]) -> int:
        dealt, loop = 0, asyncio.get_running_loop()
        while (epoch := self._lease.epoch) is not None and not self._stopping:
            past = self._closed()
            if past is not None and not self._may_detour(loop.time()):
                break
            take = partial(self._composer.take, epoch=epoch, limit=self._batch, orphans=dealt == 0, past=past)
            taken = await self._workers.run(Urgency.NOTICE, in_session, self._road.engine, take)
            if taken.settled:
                self._nudge()
            for (lane, came), times in taken.settled.items():
                self._metrics.noticed(lane, came, times)
            for one in taken.ready:
                task = loop.create_task(self._send(epoch, one))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
            dealt += taken.claimed
            if taken.claimed < self._batch:
                break
            while len(under_way) > self._batch // 2:
                await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        return dealt

    def _closed(self) -> str | None:
        """The channel that was told to stay away for long, if there is one."""
        return next((name for name, door in self._doors.items() if door.paused_for() > PATIENCE_S), None)

    def _may_detour(self, now: float) -> bool:
        if now < self._detour_at:
            return False
        self._detour_at = now + DETOUR_S
        return True

    def _nudge(self) -> None:
        """Something may have been put into a page's history."""
        for door in self._doors.values():
            door.nudge(None, 0)

    async def _send(self, epoch: int, ready: Ready) -> None:
        mark = await self._try_sending(epoch, ready)
        if mark is not None:
            self._metrics.noticed(mark.lane, mark.came_to)
            self._marks.add(mark)

    async def _try_sending(self, epoch: int, ready: Ready) -> Mark | None:
        """What became of it; None where another sender has taken over, and sends this one."""
        arrived = 0
        try:
            for wire in ready.wires:
                await self._doors[ready.channel].turn(ready.sender, ready.lane + 1)
                if self._lease.epoch != epoch:
                    return None
                if self._stopping:
                    return Mark(ready.id, ready.lane, epoch, self._road.now(), arrived=arrived)
                await self._doors[ready.channel].show(ready.sender, "", [wire], None)
                arrived += 1
        except Later as later:
            return self._again(epoch, ready, later.seconds, arrived, doubtful=later.doubtful)
        except Unreachable:
            return Mark(ready.id, ready.lane, epoch, self._road.now(), dead=ready.door)
        except Impossible as error:
            log.error("notice %s refused for good: %s", ready.id, error)
            return Mark(ready.id, ready.lane, epoch, self._road.now(), "failed", str(error)[:200])
        except Exception as error:
            log_fault(error)
            return self._again(epoch, ready, 0, arrived)
        return Mark(ready.id, ready.lane, epoch, self._road.now(), "sent")

    def _again(self, epoch: int, ready: Ready, seconds: float, arrived: int, *, doubtful: bool = False) -> Mark:
        now = self._road.now()
        if ready.attempts >= TRIES:
            return Mark(ready.id, ready.lane, epoch, now, "failed", "line")
        wait = seconds or min(2.0**ready.attempts, LONGEST_WAIT_S)
        return Mark(ready.id, ready.lane, epoch, now, after=wait, arrived=arrived, doubtful=doubtful)

    async def _write(self, marks: list[Mark]) -> None:
        def write(session: Session) -> None:
            for epoch, sent in _sent(marks).items():
                outbox.finish(session, sent, epoch, self._road.now(), "sent")
            for mark in marks:
                if mark.outcome != "sent":
                    _record(session, mark)

        await self._workers.run(Urgency.NOTICE, in_session, self._road.engine, write)


def _sent(marks: list[Mark]) -> dict[int, list[int]]:
    """Most have arrived: they are written in one statement, by the epoch of who sent them."""
    found: dict[int, list[int]] = defaultdict(list)
    for mark in marks:
        if mark.outcome == "sent":
            found[mark.epoch].append(mark.id)
    return found


def _record(session: Session, mark: Mark) -> None:
    if mark.outcome is not None:
        outbox.finish(session, [mark.id], mark.epoch, mark.at, mark.outcome, mark.error)
        return
    if mark.dead is not None:
        door_rows.mark_unreachable(session, mark.dead, mark.at)
    until = mark.at + timedelta(seconds=mark.after)
    outbox.postpone(session, mark.id, mark.epoch, until, arrived=mark.arrived, doubtful=mark.doubtful)
