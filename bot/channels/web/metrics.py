"""What Prometheus asks: this process's counters, and how things stand in the database at this moment.

For whoever is on this machine, or has the token. To anybody else there is nothing here.
"""

import asyncio
import hmac
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.ground import Web
from bot.conversation.notices import Lane
from bot.delivery.metrics import name_of_lane
from bot.delivery.workers import Urgency
from db import operations
from db.engine import in_session
from db.models.members import Status

# What a proxy adds to a request that came from somewhere else.
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
LONGEST_S = 5.0


async def metrics(web: Web, request: Request) -> Response:
    """The figures as text; 404 and not a word to whoever may not see them."""
    if not (_is_from_here(request) or _has_token(web, request)):
        return Response(status_code=404)
    return Response(
        generate_latest(web.metrics.registry) + generate_latest(await _standing(web)),
        media_type=CONTENT_TYPE_PLAIN_0_0_4,
    )


def _is_from_here(request: Request) -> bool:
    """Whether a program on this machine asks by itself, and nobody through a proxy on it."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        peer = ip_address(request.client.host)
    except ValueError:
        return False
    if isinstance(peer, IPv6Address) and peer.ipv4_mapped is not None:
        peer = peer.ipv4_mapped
    return peer.is_loopback


def _has_token(web: Web, request: Request) -> bool:
    kind, _space, token = request.headers.get("authorization", "").partition(" ")
    right = hmac.compare_digest(token.strip().encode(), web.metrics_token.encode())
    return right and bool(web.metrics_token) and kind.lower() == "bearer"


class Standing:
    """How things stand, in a registry that lives for one look: so nothing of the look before is left in it."""

    def __init__(self, web: Web) -> None:
        self.registry = CollectorRegistry()
        self._web = web
        self._set("lease_held", "Whether this process ticks and sends", web.lease.epoch is not None)
        self._set("browsers", "Pages open at this process", len(web.sockets))
        Gauge("alumni_build", "What runs here", ("version", "database"), registry=self.registry).labels(
            web.house.version, web.engine.dialect.name
        ).set(1)

    def _set(self, name: str, about: str, value: float) -> None:
        Gauge(f"alumni_{name}", about, registry=self.registry).set(value)

    def _set_each(self, name: str, about: str, label: str, values: Mapping[str, float]) -> None:
        gauge = Gauge(f"alumni_{name}", about, (label,), registry=self.registry)
        for value, number in values.items():
            gauge.labels(value).set(number)

    def answers(self, answering: bool) -> None:
        """Whether the database does."""
        self._set("database_up", "Whether the database answered within five seconds", answering)

    def read(self, session: Session) -> None:
        """All that is asked of the database."""
        self._read_outbox(session)
        self._read_inbox(session)
        self._read_people(session)
        running, waiting = operations.open_jobs(session)
        self._set_each("jobs_open", "Long work not done yet", "state", {"running": running, "waiting": waiting})
        self._set("database_bytes", "Size of the database", operations.database_bytes(session))
        runs = {name: at.timestamp() for name, at in operations.last_runs(session).items()}
        self._set_each("last_run_timestamp_seconds", "When this was done last", "name", runs)

    def _read_outbox(self, session: Session) -> None:
        now = self._web.clock.now()
        lanes = {int(lane): operations.Queue() for lane in Lane} | operations.due_notices(session, now)
        depth = {name_of_lane(lane): found.waiting for lane, found in lanes.items()}
        age = {name_of_lane(lane): found.age(now).total_seconds() for lane, found in lanes.items()}
        self._set_each("outbox_due", "Notices that should be out by now", "lane", depth)
        self._set_each("outbox_oldest_seconds", "How long the oldest of them has been due", "lane", age)

    def _read_inbox(self, session: Session) -> None:
        now, unacted, unshown = self._web.clock.now(), operations.unacted(session), operations.unshown(session)
        self._set("inbox_unacted", "Messages stored and not acted on", unacted.waiting)
        self._set("inbox_oldest_seconds", "How long the oldest of them has waited", unacted.age(now).total_seconds())
        self._set("inbox_unshown", "Messages whose replies are not known to be shown", unshown.waiting)

    def _read_people(self, session: Session) -> None:
        found, reach = self._web.metrics.people.count(session)
        status = {str(each): 0 for each in Status} | found
        self._set_each("members", "People by status", "status", status)
        ways = {
            "telegram": reach.telegram,
            "web_only": reach.web_only,
            "not_at_all": reach.not_at_all,
            "objected": reach.objected,
        }
        self._set_each("reach", "Verified members by the best way to them", "way", ways)
        registrations = operations.open_registrations(session)
        self._set("registrations_pending", "Registrations that wait for a coordinator", registrations.waiting)


async def _standing(web: Web) -> CollectorRegistry:
    """Counters are told also while the database is away: then they matter most."""
    found = Standing(web)
    try:
        reading = web.workers.run(Urgency.NOTICE, in_session, web.engine, found.read)
        await asyncio.wait_for(reading, LONGEST_S)
    except Exception:
        found = Standing(web)
        found.answers(False)
    else:
        found.answers(True)
    return found.registry
