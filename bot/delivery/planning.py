"""What falls due: planners queue notices, chores clear what has been kept long enough. Only under the lease."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.road import Road
from bot.delivery.care import carefully
from bot.delivery.lease import Lease
from bot.delivery.workers import Urgency, Workers
from bot.domain.retention import Kind
from db import operations, outbox, retention, web_sessions
from db.engine import in_session

T = TypeVar("T")
Planner = Callable[[Session, datetime, House], bool | None]


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
        """Called every hour. Retention: what has been kept long enough goes once a night, in pieces. No notice shall
        go to a browser that signed out."""
        now, keep = self._road.now(), self._road.house.keep
        await self._run(lambda session: web_sessions.close_ended(session, now))
        found = await self._run(lambda session: retention.tonight(session, now, keep))
        if found is None:
            return
        open_kinds, full = found
        gone = {kind: await self._forget(kind, now) if kind in full else 0 for kind in open_kinds}
        done = {kind: rows for kind, rows in gone.items() if rows is not None}
        await self._run(lambda session: retention.note(session, done, now))
        await self._run(lambda session: operations.note_run(session, operations.CHORES, now))

    async def _forget(self, kind: Kind, now: datetime) -> int | None:
        """Piece by piece, so that nobody who talks to the bot waits for it; how many went. None where the database
        went away in between: the next hour goes on."""
        keep, rows = self._road.house.keep, 0
        while some := await self._run(lambda session: retention.forget_some(session, kind, now, keep)):
            rows += some
        return rows if some == 0 else None

    def _with_time(self, planner: Planner) -> Callable[[Session], bool | None]:
        return lambda session: planner(session, self._road.now(), self._road.house)

    async def _do(self, work: Callable[[Session], object]) -> bool:
        """Whether there is more to do."""
        return await self._run(work) is True

    async def _run(self, work: Callable[[Session], T]) -> T | None:
        """What came of it; None without the lease, and where it failed."""
        if self._lease.epoch is None:
            return None
        return await carefully(lambda: self._workers.run(Urgency.CHORE, in_session, self._road.engine, work))
