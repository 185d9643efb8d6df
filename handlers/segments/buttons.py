"""What the buttons of segments mean. Each says how things shall be, so that a double tap does nothing."""

from dataclasses import dataclass

from bot.conversation.callbacks import Callback
from bot.domain.audience import By, Group


@dataclass(frozen=True, slots=True)
class ListSegments(Callback, prefix="sp"):
    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenSegment(Callback, prefix="sc"):
    """A segment's card."""

    segment: int


@dataclass(frozen=True, slots=True)
class WriteToSegment(Callback, prefix="sw"):
    """An announcement to everybody in a segment."""

    segment: int


@dataclass(frozen=True, slots=True)
class NameSegment(Callback, prefix="se"):
    """Ask for a name: of a new segment, or for one that has another."""

    segment: int | None = None


@dataclass(frozen=True, slots=True)
class DeleteSegment(Callback, prefix="sd"):
    segment: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class ChooseKind(Callback, prefix="sf"):
    """Show what a condition of this group can look at."""

    segment: int
    group: Group


@dataclass(frozen=True, slots=True)
class ChooseValues(Callback, prefix="sg"):
    """Show what can be chosen of a kind."""

    segment: int
    group: Group
    by: By
    page: int = 0


@dataclass(frozen=True, slots=True)
class SetValue(Callback, prefix="si"):
    segment: int
    group: Group
    by: By
    value: str
    on: bool


@dataclass(frozen=True, slots=True)
class TypeValue(Callback, prefix="sn"):
    """Ask for something that is written: a city, years, a day."""

    segment: int
    group: Group
    by: By


@dataclass(frozen=True, slots=True)
class ChooseAnswers(Callback, prefix="sj"):
    """Show the answers to an event."""

    segment: int
    group: Group
    event: int


@dataclass(frozen=True, slots=True)
class SetAnswers(Callback, prefix="su"):
    """One answer to an event; without `answer`, any."""

    segment: int
    group: Group
    event: int
    answer: str | None
    on: bool


@dataclass(frozen=True, slots=True)
class DropCondition(Callback, prefix="sk"):
    segment: int
    group: Group
    by: By
