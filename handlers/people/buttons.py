"""What buttons about people carry."""

from dataclasses import dataclass

from bot.conversation.callbacks import Callback


@dataclass(frozen=True, slots=True)
class OpenPerson(Callback, prefix="fp"):
    """The card of a member of the network."""

    member: int


@dataclass(frozen=True, slots=True)
class AskContact(Callback, prefix="fa"):
    """I would like to be in touch with this person."""

    member: int
