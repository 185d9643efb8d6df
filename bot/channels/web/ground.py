"""What the routes of the web door work with."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.channels.web.sockets import Sockets
from bot.conversation.house import House
from bot.conversation.routing import Router
from bot.delivery.clock import Clock
from bot.delivery.lease import Lease
from bot.delivery.metrics import Metrics
from bot.delivery.workers import Urgency, Workers
from db.engine import in_session

StoreWeb = Callable[[str, str, dict[str, Any]], Awaitable[None]]
StoreTelegram = Callable[[Sequence[tuple[str, str, dict[str, Any]]]], Awaitable[None]]


@dataclass(slots=True)
class Web:
    """What the routes work with."""

    engine: Engine
    workers: Workers
    clock: Clock
    house: House
    router: Router
    sockets: Sockets
    metrics: Metrics
    lease: Lease
    store: StoreWeb
    store_updates: StoreTelegram | None = None
    webhook_secret: str = ""
    metrics_token: str = ""
    demo: bool = False

    async def read(self, work: Callable[[Session], Any]) -> Any:
        """Do `work` in a transaction in a database thread."""
        return await self.workers.run(Urgency.TURN, in_session, self.engine, work)
