"""The buttons of lists that come in."""

from dataclasses import dataclass

from bot.conversation.callbacks import Callback


@dataclass(frozen=True, slots=True)
class ListImports(Callback, prefix="iml"):
    page: int = 0


@dataclass(frozen=True, slots=True)
class NewImport(Callback, prefix="imn"):
    """A new list, for this institution once it is chosen."""

    institution: int | None = None


@dataclass(frozen=True, slots=True)
class OpenImport(Callback, prefix="imo"):
    number: int


@dataclass(frozen=True, slots=True)
class OpenPage(Callback, prefix="imp"):
    """A link to the page of a list."""

    number: int


@dataclass(frozen=True, slots=True)
class TakeOver(Callback, prefix="imt"):
    number: int


@dataclass(frozen=True, slots=True)
class GiveUp(Callback, prefix="img"):
    number: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class InviteListed(Callback, prefix="imv"):
    """Invite those of a list that was taken over who are not registered."""

    number: int
