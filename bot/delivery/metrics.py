"""What happens, counted as it happens, for whoever watches over the bot. Labels are words of ours: which channel, which
outcome. Nothing of a member is ever one.

Counted is what this process does; what lies in the database is asked when somebody looks (`bot.channels.web.metrics`).
"""

import logging
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, Summary
from sqlalchemy.orm import Session

from bot.conversation.notices import Lane
from bot.domain.scope import CENTRAL
from db import operations, reachability
from db.reachability import Reach

# What Telegram and the page hand over; anything else has one name, so that nobody can invent labels.
KINDS = {
    "telegram": ("message", "callback_query", "my_chat_member"),
    "web": ("start", "text", "tap", "location", "file"),
}
# Counting everybody takes a third of a second for 100,000 people, and on SQLite all wait meanwhile.
PEOPLE_KEPT_S = 300.0
SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class Metrics:
    """The counters of one App, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._received = self._counter("updates_received", "Messages and taps stored", "channel", "kind")
        self._turns = self._counter(
            "turns", "Turns: answered, refused, fault, aside, put_off (the database was away)", "channel", "outcome"
        )
        self._replies = self._counter(
            "replies", "Replies: shown, later, unreachable, refused, given_up", "channel", "outcome"
        )
        self._notices = self._counter(
            "notices",
            "Notices: sent, kept (in a page's history), later, blocked (another door is tried), unwanted, stopped, "
            "unreachable, failed",
            "lane",
            "outcome",
        )
        self._jobs = self._counter("jobs", "Long work: done, failed, died, again", "kind", "outcome")
        self._lines = self._counter("log_lines", "Lines logged as warning or worse", "level")
        latency = Histogram(
            "alumni_reply_seconds",
            "From a message's arrival to its reply on the screen",
            ("channel",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._latency: Callable[[str], Histogram] = cache(latency.labels)
        self._waits = Summary(
            "alumni_telegram_told_to_wait_seconds",
            "How often Telegram said 429, and for how long",
            registry=self.registry,
        )
        self.people = People()
        ProcessCollector(registry=self.registry)

    def _counter(self, name: str, about: str, *labels: str) -> Callable[..., Counter]:
        """From values of the labels to what counts them, remembered: the library looks for it four times as long."""
        return cache(Counter(f"alumni_{name}", about, labels, registry=self.registry).labels)

    def received(self, channel: str, content: dict[str, Any]) -> None:
        """A message was stored: an update of Telegram's, or a frame of the page."""
        kinds = KINDS.get(channel, ())
        said = content.get("kind")
        kind = said if said in kinds else next((kind for kind in kinds if kind in content), "other")
        self._received(channel, kind).inc()

    def acted(self, channel: str, outcome: str) -> None:
        """A turn ended."""
        self._turns(channel, outcome).inc()

    def replied(self, channel: str, outcome: str) -> None:
        """A reply was tried to be shown."""
        self._replies(channel, outcome).inc()

    def shown(self, channel: str, seconds: float) -> None:
        """A reply is on the screen, so long after its message came."""
        self.replied(channel, "shown")
        self._latency(channel).observe(max(0.0, seconds))

    def noticed(self, lane: int, outcome: str, times: int = 1) -> None:
        """So many notices of a lane came to this."""
        self._notices(name_of_lane(lane), outcome).inc(times)

    def told_to_wait(self, seconds: float) -> None:
        """Telegram said 429."""
        self._waits.observe(seconds)

    def worked(self, kind: str, outcome: str) -> None:
        """A job's child process ended."""
        self._jobs(kind, outcome).inc()

    def logged(self, level: str) -> None:
        self._lines(level).inc()


class People:
    """Who is there and who can be reached, counted anew every five minutes."""

    def __init__(self) -> None:
        self._found: tuple[dict[str, int], Reach] | None = None
        self._at = 0.0

    def count(self, session: Session) -> tuple[dict[str, int], Reach]:
        """How many of each status, and how many by each way."""
        now = time.monotonic()
        if self._found is None or now - self._at > PEOPLE_KEPT_S:
            self._found = operations.members_by_status(session), reachability.overall(session, CENTRAL)
            self._at = now
        return self._found


def name_of_lane(lane: int) -> str:
    """A lane as it is called where figures are read."""
    return Lane(lane).name.lower() if lane in set(Lane) else "other"


class CountingLines(logging.Handler):
    """Counts what is logged, whatever it says: whoever watches learns of trouble that has no counter of its own."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.WARNING)
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        self._metrics.logged(record.levelname.lower())
