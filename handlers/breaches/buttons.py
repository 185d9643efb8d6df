"""The buttons about a breach of data: the case travels in them: nothing of it is stored
before somebody writes."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import zone
from bot.domain.breach import SPANNED, Breach
from bot.domain.local_time import at_or_after
from db.breaches import Case


@dataclass(frozen=True, slots=True)
class TakeDrafts(Callback, prefix="xb"):
    """The drafts for a case: its kind, what it refers to, two days, and when it became known (seconds)."""

    kind: Breach
    ref: int
    since: str
    until: str
    known: int


@dataclass(frozen=True, slots=True)
class WriteToConcerned(Callback, prefix="xw"):
    """A message to those whom a case concerns."""

    kind: Breach
    ref: int
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class OpenMessage(Callback, prefix="xo"):
    message: int


@dataclass(frozen=True, slots=True)
class PreviewMessage(Callback, prefix="xv"):
    """As readers of a language see it."""

    message: int
    language: str


@dataclass(frozen=True, slots=True)
class ChangeMessage(Callback, prefix="xc"):
    message: int


@dataclass(frozen=True, slots=True)
class SendMessage(Callback, prefix="xs"):
    """`accepted`: so many doubts were read and set aside."""

    message: int
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class StopMessage(Callback, prefix="xt"):
    """Take it back while it has not begun, else stop it."""

    message: int


@dataclass(frozen=True, slots=True)
class DiscardMessage(Callback, prefix="xk"):
    message: int


@dataclass(frozen=True, slots=True)
class ListUnreached(Callback, prefix="xl"):
    """Those a message did not reach, as a file."""

    message: int


def case_of(kind: Breach, ref: int, since: str, until: str) -> Case:
    """The case a button is about, its days by the clock of whoever tapped. Raises ValueError for days that are none."""
    if kind not in SPANNED:
        return Case(kind, ref)
    first, last = sorted(date.fromisoformat(each) for each in (since, until))
    return Case(kind, ref, start_of(first), start_of(last + timedelta(days=1)) - timedelta(seconds=1))


def start_of(day: date) -> datetime:
    return at_or_after(day, time(0), str(zone()))
