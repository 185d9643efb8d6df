"""Counting: calls, accepted messages, refusals, and texts a chat got more than once."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from time import monotonic

from .wire import Json


class Statistics:
    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.started = monotonic()
        self.calls: Counter[str] = Counter()
        self.answers: Counter[int] = Counter()
        self.faults: Counter[str] = Counter()
        self.per_second: Counter[int] = Counter()
        # When each message was sent or edited, in order: what a rate is measured over.
        self.moments: array[float] = array("d")
        self.texts: Counter[tuple[int, str]] = Counter()
        self.accepted = 0
        self.edited = 0
        self.delivered = 0
        self.first_at: float | None = None
        self.last_at: float | None = None

    def accept(self, chat_id: int, text: str) -> None:
        now = monotonic()
        self.accepted += 1
        self.per_second[int(now - self.started)] += 1
        self.texts[chat_id, text] += 1
        self.moments.append(now)
        self.first_at = self.first_at or now
        self.last_at = now

    def edit(self) -> None:
        self.edited += 1
        self.moments.append(monotonic())

    def between(self, first: float, last: float) -> int:
        """How many messages were sent or edited from one instant to another, both included."""
        return bisect_right(self.moments, last) - bisect_left(self.moments, first)

    @property
    def busiest_second(self) -> int:
        """The most messages sent or edited within any second, wherever it begins."""
        return max((self.between(moment, moment + 1) for moment in self.moments), default=0)

    @property
    def too_many(self) -> int:
        return self.answers[429]

    @property
    def duplicates(self) -> dict[tuple[int, str], int]:
        """How often (chat, text) was accepted, for those accepted more than once."""
        return {key: count for key, count in self.texts.items() if count > 1}

    def by_text(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for (_, text), count in self.texts.items():
            counts[text] += count
        return counts

    def as_json(self) -> Json:
        repeated = self.duplicates.items()
        return {
            "calls": dict(self.calls),
            "answers": {str(code): count for code, count in self.answers.items()},
            "faults": dict(self.faults),
            "accepted": self.accepted,
            "edited": self.edited,
            "delivered": self.delivered,
            "too_many": self.too_many,
            "accepted_per_second": {str(second): count for second, count in self.per_second.items()},
            "busiest_second": self.busiest_second,
            "sending_seconds": (self.last_at or 0) - (self.first_at or 0),
            "duplicates": [{"chat": chat, "text": text, "count": n} for (chat, text), n in repeated],
        }
