"""Buttons about who somebody may be: a person on record, or a member who registered twice."""

from dataclasses import dataclass

from bot.conversation.callbacks import Callback


@dataclass(frozen=True, slots=True)
class OpenRecord(Callback, prefix="vr"):
    """Compare a registration with somebody on record."""

    verification: int
    record: int


@dataclass(frozen=True, slots=True)
class LinkRecord(Callback, prefix="vl"):
    """It is this person; `approve` the registration in the same step."""

    verification: int
    record: int
    approve: bool


@dataclass(frozen=True, slots=True)
class FindSame(Callback, prefix="wn"):
    """This member is the same person as another, who is named next."""

    member: int


@dataclass(frozen=True, slots=True)
class ComparePeople(Callback, prefix="wt"):
    one: int
    other: int


@dataclass(frozen=True, slots=True)
class JoinPeople(Callback, prefix="wj"):
    """They are one person."""

    one: int
    other: int
