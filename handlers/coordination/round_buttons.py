"""What the buttons of matching rounds mean. A search stands for its mentee."""

from dataclasses import dataclass

from bot.conversation.callbacks import Callback


@dataclass(frozen=True, slots=True)
class ListRounds(Callback, prefix="il"):
    page: int = 0


@dataclass(frozen=True, slots=True)
class NewRound(Callback, prefix="in"):
    """Choose who takes part, and let the pairs be computed."""


@dataclass(frozen=True, slots=True)
class OpenRound(Callback, prefix="io"):
    """A round's card."""

    round: int


@dataclass(frozen=True, slots=True)
class DropRound(Callback, prefix="ix"):
    round: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class PublishRound(Callback, prefix="iy"):
    """Suggest the pairs to the mentees."""

    round: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class ListPairs(Callback, prefix="ip"):
    round: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class ListLeftOver(Callback, prefix="iv"):
    """The mentees who have nobody in this round."""

    round: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenPair(Callback, prefix="iq"):
    """Who the two are, and why they fit."""

    round: int
    search: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class SeeMentors(Callback, prefix="ir"):
    """Whom else this mentee could have."""

    round: int
    search: int


@dataclass(frozen=True, slots=True)
class ChooseMentor(Callback, prefix="ic"):
    """This mentor for this mentee, whoever it was before."""

    round: int
    search: int
    mentor: int


@dataclass(frozen=True, slots=True)
class TakeOut(Callback, prefix="it"):
    """Not these two, in this round."""

    round: int
    search: int
    mentor: int
    page: int = 0
