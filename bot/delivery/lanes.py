"""Working off the inbox: each person's messages oldest first, different people at the same time."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.conversation.reply import Wire
from bot.conversation.road import Acted, DatabaseAway, Road, log_fault, travel
from bot.delivery.batching import Batch
from bot.delivery.doors import Impossible, Later, Showing, Unreachable
from bot.delivery.metrics import Metrics
from bot.delivery.workers import Urgency, Workers
from db import doors as door_rows
from db import inbox
from db.engine import in_session

log = logging.getLogger("lanes")
Key = tuple[str, str]
T = TypeVar("T")
REPLY_LANE = 0
LONGEST_WAIT_S = 10.0
ADOPTED_AFTER = timedelta(seconds=30)
TRIES = 8


@dataclass(frozen=True, slots=True)
class ToShow:
    """The replies of one message, and how often they were tried before."""

    row: int
    payload: str
    received_at: datetime
    replies: list[Wire]
    tries: int = 0


class Lanes:
    """One lane a sender. A lane takes a message, acts on it in a worker thread, shows the replies, goes on."""

    def __init__(self, road: Road, workers: Workers, doors: dict[str, Showing], metrics: Metrics) -> None:
        self._road = road
        self._workers = workers
        self._doors = doors
        self._metrics = metrics
        self._waiting: Counter[Key] = Counter()
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self._in_hand: set[int] = set()
        self._unmarked: set[int] = set()
        self._shown: Batch[int] = Batch(self._mark)
        self._stopping = False

    def wake(self, channel: str, sender: str, messages: int = 1) -> None:
        """So many messages of this sender were stored: act on them."""
        key = channel, sender
        self._waiting[key] += messages
        if key not in self._tasks and not self._stopping:
            self._tasks[key] = asyncio.get_running_loop().create_task(self._work_off(key))

    async def sweep(self, everything: bool = False) -> None:
        """Take over what a dead or cut-off process left: messages not acted on and replies unshown for 30 s."""
        before = self._road.now() - (timedelta() if everything else ADOPTED_AFTER)
        for channel, sender, count in await self._in_session(lambda session: inbox.waiting(session, before)):
            if channel in self._doors and (channel, sender) not in self._tasks:
                self.wake(channel, sender, count)
        await self._show_unshown()

    async def keep_claims(self) -> None:
        """Replies that wait here for their turn to be sent are not for anybody else to take over."""
        if self._in_hand:
            rows, now = sorted(self._in_hand), self._road.now()
            await self._in_session(lambda session: inbox.keep_claimed(session, rows, now))

    async def free_claims(self) -> None:
        """The process that had claimed replies is dead, and there is no other: what it left is shown next."""
        await self._in_session(lambda session: inbox.free_claims(session, self._road.now()))

    async def _show_unshown(self) -> None:
        """What is due, and behind it what has become due by that: each person's replies in their order."""
        while found := await self._in_session(lambda session: inbox.claim_unshown(session, self._road.now())):
            late = [one for one in found if self._is_ours_to_show(one)]
            await asyncio.gather(*(self._show_late(one) for one in late))
            await self._shown.settle()

    def _is_ours_to_show(self, found: inbox.Unshown) -> bool:
        return found.channel in self._doors and found.id not in self._in_hand | self._unmarked

    async def settle(self) -> None:
        """Wait until every lane is idle and every mark is written."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._shown.settle()

    async def stop(self) -> None:
        """Finish the messages being acted on; what waits stays in the inbox."""
        self._stopping = True
        self._waiting.clear()
        await self.settle()

    async def _work_off(self, key: Key) -> None:
        pause = 0.2
        try:
            while self._waiting[key] > 0:
                self._waiting[key] -= 1
                try:
                    acted = await self._workers.run(Urgency.TURN, travel, self._road, *key)
                except DatabaseAway as away:
                    log.warning("database away (%s), trying again in %.1f s", away, pause)
                    self._metrics.acted(key[0], "put_off")
                    self._waiting[key] += not self._stopping
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_WAIT_S)
                    continue
                pause = 0.2
                if acted is not None:
                    self._metrics.acted(key[0], acted.outcome)
                    await self._show(key, acted)
        finally:
            self._tasks.pop(key, None)
            if self._waiting[key] <= 0:
                del self._waiting[key]

    async def _show(self, key: Key, acted: Acted) -> None:
        if acted.done:
            self._doors[key[0]].nudge(key[1], acted.member)
            if acted.outcome != "aside":
                self._note_shown(key, acted.received_at)
            return
        if await self._is_behind(acted.row, acted.held_by):
            return
        await self._present(key, ToShow(acted.row, acted.payload, acted.received_at, acted.replies))
        if acted.menu_is_due:
            await self._doors[key[0]].set_menu(key[1], acted.member, acted.door_id)

    async def _is_behind(self, row: int, held_by: int | None) -> bool:
        """Whether an earlier reply waits, or another process shows it just now: the sweep shows both in order."""
        if held_by is None or held_by in self._unmarked:
            return False
        # Asked again: the mark of the earlier one may have been written since the turn saw it.
        return await self._note(lambda session: inbox.queue_behind(session, row, held_by, self._road.now()), True)

    async def _show_late(self, found: inbox.Unshown) -> None:
        if await self._in_session(lambda session: inbox.is_overtaken(session, found)):
            self._done_with(found.id)
            return
        replies = json.loads(found.replies or "[]")
        shown = ToShow(found.id, found.payload, found.received_at, replies, found.tries)
        await self._present((found.channel, found.sender), shown)

    async def _present(self, key: Key, one: ToShow) -> None:
        self._in_hand.add(one.row)
        try:
            outcome = await self._try_showing(key, one)
            if outcome == "shown":
                self._note_shown(key, one.received_at)
            else:
                self._metrics.replied(key[0], outcome)
            if outcome != "later":
                self._done_with(one.row)
        finally:
            self._in_hand.discard(one.row)

    async def _try_showing(self, key: Key, one: ToShow) -> str:
        """What came of it: shown, unreachable, refused, given_up; or later, and that is noted."""
        try:
            await self._doors[key[0]].show(key[1], one.payload, one.replies, REPLY_LANE)
        except Later as later:
            wait = later.seconds or min(2.0**one.tries, 60)
            return await self._postpone(one.row, wait, _left(one.replies, later.shown))
        except Unreachable:
            await self._note(lambda session: door_rows.mark_sender_unreachable(session, *key, self._road.now()), None)
            return "unreachable"
        except Impossible as error:
            log.error("a reply was refused for good: %s", error)
            return "refused"
        except Exception as error:
            log_fault(error)
            if one.tries < TRIES:
                return await self._postpone(one.row, 2.0**one.tries, one.replies)
            log.error("the replies of message %s cannot be made and are left out", one.row)
            return "given_up"
        return "shown"

    def _note_shown(self, key: Key, received_at: datetime) -> None:
        self._metrics.shown(key[0], (self._road.now() - received_at).total_seconds())

    def _done_with(self, row: int) -> None:
        self._unmarked.add(row)
        self._shown.add(row)

    async def _postpone(self, row: int, seconds: float, left: list[Wire]) -> str:
        until = self._road.now() + timedelta(seconds=seconds)
        rest = json.dumps(left, ensure_ascii=False)
        await self._note(lambda session: inbox.postpone(session, row, until, rest), None)
        return "later"

    async def _note(self, work: Callable[[Session], T], missed: T) -> T:
        """A mark that may be missed: the sweep comes round to these replies in any case."""
        try:
            return await self._in_session(work)
        except Exception as error:
            log.warning("not noted (%s)", type(error).__name__)
            return missed

    async def _mark(self, rows: list[int]) -> None:
        await self._workers.run(Urgency.TURN, self._mark_now, rows)
        self._unmarked.difference_update(rows)

    def _mark_now(self, rows: list[int]) -> None:
        with self._road.engine.begin() as connection:
            inbox.mark_shown(connection, rows)

    async def _in_session(self, work: Callable[[Session], T]) -> T:
        return await self._workers.run(Urgency.TURN, in_session, self._road.engine, work)


def _left(replies: list[Wire], shown: int) -> list[Wire]:
    """What remains once so many that can be seen are out."""
    worded = [place for place, wire in enumerate(replies) if wire["text"] or "picture" in wire or "file" in wire]
    return replies[worded[shown] :] if shown else replies
