"""What buttons about a request for contact carry."""

from dataclasses import dataclass

from bot.conversation.callbacks import Callback


@dataclass(frozen=True, slots=True)
class OpenContact(Callback, prefix="bc"):
    """A request for contact, to whoever asked and whoever was asked."""

    request: int


@dataclass(frozen=True, slots=True)
class GiveContact(Callback, prefix="bg"):
    """We now have each other's contact line."""

    request: int


@dataclass(frozen=True, slots=True)
class DeclineContact(Callback, prefix="bn"):
    """Not now; no reason is needed."""

    request: int


@dataclass(frozen=True, slots=True)
class ListContacts(Callback, prefix="bl"):
    """Whom I asked for contact, and who asked me."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class SetLine(Callback, prefix="bs"):
    """How I am reached by whom I let know: write or change the line."""


@dataclass(frozen=True, slots=True)
class DropLine(Callback, prefix="bd"):
    """Nobody shall have my contact line any more."""
