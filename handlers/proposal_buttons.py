"""What the buttons about proposals mean."""

from dataclasses import dataclass

from bot.conversation.callbacks import Callback


@dataclass(frozen=True, slots=True)
class ProposeClub(Callback, prefix="prc"):
    """A club where there is none yet."""


@dataclass(frozen=True, slots=True)
class VolunteerFor(Callback, prefix="prv"):
    """Offer to lead a club."""

    club: int


@dataclass(frozen=True, slots=True)
class OpenOwnProposal(Callback, prefix="pro"):
    """What became of one's own."""

    proposal: int


@dataclass(frozen=True, slots=True)
class WithdrawProposal(Callback, prefix="prw"):
    proposal: int


@dataclass(frozen=True, slots=True)
class ListProposals(Callback, prefix="prl"):
    """Those that wait for a decision."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenProposal(Callback, prefix="pra"):
    """The card a coordinator decides on."""

    proposal: int


@dataclass(frozen=True, slots=True)
class AcceptProposal(Callback, prefix="pry"):
    """Asks for what is still to be known, or once whether it is meant."""

    proposal: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class DeclineProposal(Callback, prefix="prn"):
    """Asks for the reason."""

    proposal: int
