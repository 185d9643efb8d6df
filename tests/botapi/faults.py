"""Breaking things on purpose: floods, server errors, resets, slow answers and a whole outage."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal, TypedDict, Unpack

Kind = Literal["too_many", "bad_gateway", "internal", "reset", "slow"]
SENDING = frozenset(
    name.lower()
    for name in (
        "sendMessage", "sendPhoto", "sendDocument",
        "editMessageText", "editMessageCaption", "editMessageReplyMarkup",
    )
)  # fmt: skip


class Which(TypedDict, total=False):
    """Which calls are hit: by method, by chance, only so many, only so long, only one chat."""

    methods: Iterable[str]
    chance: float
    count: int | None
    seconds: float | None
    chat: int | None


@dataclass(slots=True, eq=False)
class Fault:
    kind: Kind
    methods: frozenset[str] = frozenset()
    chance: float = 1.0
    count: int | None = None
    until: float = math.inf
    chat: int | None = None
    accepted: bool = False
    retry_after: int = 1
    delay: float = 0.0
    hits: int = 0

    @property
    def over(self) -> bool:
        return (self.count is not None and self.hits >= self.count) or monotonic() >= self.until

    def covers(self, method: str, chat: int | None) -> bool:
        return (not self.methods or method in self.methods) and self.chat in (None, chat)


@dataclass(slots=True)
class Bucket:
    """Holds up to `burst` tokens and refills with `rate` a second."""

    rate: float
    burst: float
    level: float
    at: float

    def wait(self) -> float:
        """The seconds until a token is there."""
        now = monotonic()
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        return max(0.0, (1 - self.level) / self.rate)

    def take(self) -> None:
        self.level -= 1


@dataclass(slots=True)
class Limit:
    rate: float
    burst: float
    per_chat: bool
    methods: frozenset[str]
    buckets: dict[int | None, Bucket] = field(default_factory=dict)

    def bucket(self, method: str, chat: int | None) -> Bucket | None:
        """The bucket a call takes from, if this limit is about such calls."""
        if method not in self.methods:
            return None
        key = chat if self.per_chat else None
        if key not in self.buckets:
            self.buckets[key] = Bucket(self.rate, self.burst, self.burst, monotonic())
        return self.buckets[key]


class Faults:
    def __init__(self, seed: int = 1) -> None:
        self.latency = 0.0
        self.active: list[Fault] = []
        self.limits: list[Limit] = []
        self.on_gone: Callable[[], None] = lambda: None
        self._gone_until = 0.0
        self._random = random.Random(seed)

    def seed(self, seed: int) -> None:
        self._random.seed(seed)

    def too_many(self, retry_after: int = 1, **which: Unpack[Which]) -> Fault:
        return self._add(Fault("too_many", retry_after=retry_after), which)

    def bad_gateway(self, accepted: bool = False, **which: Unpack[Which]) -> Fault:
        """502 with a proxy's HTML page; `accepted` lets the call take effect first."""
        return self._add(Fault("bad_gateway", accepted=accepted), which)

    def internal(self, accepted: bool = False, **which: Unpack[Which]) -> Fault:
        """500 in JSON."""
        return self._add(Fault("internal", accepted=accepted), which)

    def reset(self, accepted: bool = False, **which: Unpack[Which]) -> Fault:
        """The connection breaks, before the call took effect or (`accepted`) after."""
        return self._add(Fault("reset", accepted=accepted), which)

    def slow(self, delay: float, **which: Unpack[Which]) -> Fault:
        return self._add(Fault("slow", delay=delay), which)

    def limit(
        self,
        rate: float,
        burst: float = 1,
        per_chat: bool = False,
        methods: Iterable[str] = SENDING,
    ) -> None:
        """429 for whatever is sent or edited faster than `rate` a second."""
        self.limits.append(Limit(rate, burst, per_chat, _lower(methods)))

    def gone(self, seconds: float | None = None) -> None:
        """Breaks every connection now, and every new one until `back()` or the time is over."""
        self._gone_until = math.inf if seconds is None else monotonic() + seconds
        self.on_gone()

    def back(self) -> None:
        self._gone_until = 0.0

    @property
    def is_gone(self) -> bool:
        return self._gone_until > 0 and monotonic() < self._gone_until

    def clear(self) -> None:
        self.latency = 0.0
        self.active.clear()
        self.limits.clear()
        self.back()

    def strike(self, method: str, chat: int | None) -> tuple[Fault | None, float]:
        """The fault that hits this call, if any, and the delay of its answer."""
        delay, struck = self.latency, None
        for fault in tuple(self.active):
            if struck and fault.kind != "slow":
                continue
            if self._hits(fault, method, chat):
                delay += fault.delay
                struck = struck if fault.kind == "slow" else fault
        return struck, delay

    def retry_after(self, method: str, chat: int | None) -> int:
        """The seconds a call must stay away, 0 if it may pass. One that is refused takes from no bucket."""
        buckets = [bucket for limit in self.limits if (bucket := limit.bucket(method, chat))]
        wait = max((bucket.wait() for bucket in buckets), default=0.0)
        if wait:
            return max(1, math.ceil(wait))
        for bucket in buckets:
            bucket.take()
        return 0

    def _hits(self, fault: Fault, method: str, chat: int | None) -> bool:
        if fault.over:
            if fault in self.active:
                self.active.remove(fault)
            return False
        if not fault.covers(method, chat) or self._random.random() >= fault.chance:
            return False
        fault.hits += 1
        return True

    def _add(self, fault: Fault, which: Which) -> Fault:
        seconds = which.get("seconds")
        fault.methods = _lower(which.get("methods", ()))
        fault.chance = which.get("chance", 1.0)
        fault.count = which.get("count")
        fault.chat = which.get("chat")
        fault.until = math.inf if seconds is None else monotonic() + seconds
        self.active.append(fault)
        return fault


def _lower(methods: Iterable[str]) -> frozenset[str]:
    names = (methods,) if isinstance(methods, str) else methods
    return frozenset(name.lower() for name in names)
