"""Only one process polls, ticks and sends: whoever holds the lease. Renewed every five seconds."""

import os
import secrets
import socket
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.delivery.workers import Urgency, Workers
from db import leases
from db.engine import in_session

LASTING = timedelta(seconds=15)
RENEWED_EVERY = 5.0


class Lease:
    """This process's claim on a name. `epoch` is set while it is held."""

    def __init__(self, name: str, engine: Engine, workers: Workers) -> None:
        self.name = name
        self.holder = f"{socket.gethostname()[:16]}-{os.getpid()}-{secrets.token_hex(3)}"
        self.epoch: int | None = None
        self._engine = engine
        self._workers = workers

    async def renew(self) -> int | None:
        """Take or keep the lease; the epoch while we hold it. Real time, never the movable clock."""
        self.epoch = await self._workers.run(Urgency.TURN, in_session, self._engine, self._take)
        return self.epoch

    async def release(self) -> None:
        """Let the next process take over at once."""
        if self.epoch is not None:
            await self._workers.run(Urgency.TURN, in_session, self._engine, self._release)
            self.epoch = None

    def _take(self, session: Session) -> int | None:
        return leases.take(session, self.name, self.holder, datetime.now(UTC), LASTING)

    def _release(self, session: Session) -> None:
        leases.release(session, self.name, self.holder, datetime.now(UTC))
