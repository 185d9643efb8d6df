"""Only one process polls, ticks and sends: whoever holds the lease. Renewed every two seconds."""

import os
import secrets
import socket
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.delivery.workers import Urgency, Workers
from db import leases
from db.engine import in_session

LASTING = timedelta(seconds=8)
RENEWED_EVERY = 2.0


class Lease:
    """This process's claim on a name."""

    def __init__(self, name: str, engine: Engine, workers: Workers, lasting: timedelta = LASTING) -> None:
        self.name = name
        self.holder = f"{socket.gethostname()[:16]}-{os.getpid()}-{secrets.token_hex(3)}"
        self._epoch: int | None = None
        self._until = 0.0
        self._engine = engine
        self._workers = workers
        self._lasting = lasting

    @property
    def epoch(self) -> int | None:
        """Set while we hold the lease. It lapses by itself where the database cannot be asked: another process
        may have taken over."""
        return self._epoch if time.monotonic() < self._until else None

    async def renew(self) -> int | None:
        """Take or keep the lease; the epoch while we hold it. Real time, never the movable clock."""
        until = time.monotonic() + self._lasting.total_seconds()
        self._epoch = await self._workers.run(Urgency.TURN, in_session, self._engine, self._take)
        self._until = until
        return self.epoch

    async def release(self) -> None:
        """Let the next process take over at once."""
        if self.epoch is not None:
            await self._workers.run(Urgency.TURN, in_session, self._engine, self._release)
            self._epoch = None

    def _take(self, session: Session) -> int | None:
        before = leases.holder_of(session, self.name)
        if session.get_bind().dialect.name == "sqlite" and before and before != self.holder and _is_dead(before):
            leases.release(session, self.name, before, datetime.now(UTC))
        return leases.take(session, self.name, self.holder, datetime.now(UTC), self._lasting)

    def _release(self, session: Session) -> None:
        leases.release(session, self.name, self.holder, datetime.now(UTC))


def _is_dead(holder: str) -> bool:
    """Whether the process named in a lease ran on this machine and runs no more: then there is nothing to wait for.
    Only asked of SQLite, whose file no other machine uses."""
    host, _dash, rest = holder.rpartition("-")[0].rpartition("-")
    if host != socket.gethostname()[:16] or not rest.isdigit():
        return False
    if int(rest) == os.getpid():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
