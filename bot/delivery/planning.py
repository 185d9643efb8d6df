"""What falls due: planners queue notices, chores clear what has been kept long enough. Only under the lease."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.road import Road
from bot.delivery.care import carefully
from bot.delivery.lease import Lease
from bot.delivery.workers import Urgency, Workers
from db import announcements, attachments, drafts, entries, erasure, exports, inbox, looks, outbox, web_sessions
from db.engine import in_session

Planner = Callable[[Session, datetime, House], bool | None]

CHORES: tuple[Callable[..., Any], ...] = (
    inbox.clear_old,
    drafts.drop_expired,
    entries.clear_old,
    web_sessions.clear_old,
    erasure.forget_guests,
    outbox.clear_old,
    announcements.clear_old,
    attachments.clear_old,
    looks.clear_old,
    exports.clear_old,
)


class Planning:
    """Runs planners and chores, each in a transaction of its own, so that none harms another."""

    def __init__(self, road: Road, workers: Workers, lease: Lease) -> None:
        self._road = road
        self._workers = workers
        self._lease = lease

    async def plan(self) -> None:
        """Let every planner queue what is due."""
        for planner in self._road.router.planners:
            while await self._do(self._with_time(planner)):
                pass

    async def next_due(self) -> datetime | None:
        """The next moment, after now, at which a notice or a planner has something to do."""

        def find(session: Session) -> datetime | None:
            now = self._road.now()
            moments = (outbox.next_due, *self._road.router.moments)
            return min(filter(None, (moment(session, now) for moment in moments)), default=None)

        return await self._workers.run(Urgency.CHORE, in_session, self._road.engine, find)

    async def clear(self) -> None:
        """Retention: forget what was kept long enough."""
        for chore in CHORES:
            await self._do(partial(chore, now=self._road.now()))

    def _with_time(self, planner: Planner) -> Callable[[Session], bool | None]:
        return lambda session: planner(session, self._road.now(), self._road.house)

    async def _do(self, work: Callable[[Session], object]) -> bool:
        """Whether there is more to do."""
        if self._lease.epoch is None:
            return False
        done = await carefully(lambda: self._workers.run(Urgency.CHORE, in_session, self._road.engine, work))
        return done is True
