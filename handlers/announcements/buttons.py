"""The buttons around announcements; other cards show some of them, too."""

from dataclasses import dataclass

from bot.conversation.callbacks import Callback


@dataclass(frozen=True, slots=True)
class OpenAnnouncement(Callback, prefix="an"):
    """A draft, or how it went."""

    announcement: int


@dataclass(frozen=True, slots=True)
class NewAnnouncement(Callback, prefix="nn"):
    """A new one, to whom one likes."""


@dataclass(frozen=True, slots=True)
class WriteToClub(Callback, prefix="nc"):
    """A new announcement to the members of a club."""

    club: int


@dataclass(frozen=True, slots=True)
class WriteAboutEvent(Callback, prefix="ne"):
    """A new announcement of an event, with its answer buttons."""

    event: int


@dataclass(frozen=True, slots=True)
class ListAnnouncements(Callback, prefix="nl"):
    """What was written so far, the newest first."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class ChangeAnnouncement(Callback, prefix="nz"):
    announcement: int


@dataclass(frozen=True, slots=True)
class DiscardAnnouncement(Callback, prefix="nd"):
    announcement: int


@dataclass(frozen=True, slots=True)
class PreviewAnnouncement(Callback, prefix="np"):
    """Exactly what a reader of this language gets; of no language: what I get, sent to me as a test."""

    announcement: int
    language: str | None = None


@dataclass(frozen=True, slots=True)
class SendAnnouncement(Callback, prefix="ns"):
    """Send it. `accepted` is how many of the doubts about it its author has set aside."""

    announcement: int
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class Approve(Callback, prefix="ny"):
    """A second coordinator agrees, or sends it back to its author."""

    announcement: int
    yes: bool


@dataclass(frozen=True, slots=True)
class TakeBack(Callback, prefix="nu"):
    """Undo sending, while nothing has gone out."""

    announcement: int


@dataclass(frozen=True, slots=True)
class StopAnnouncement(Callback, prefix="nx"):
    """Nobody else gets it."""

    announcement: int


@dataclass(frozen=True, slots=True)
class ShowDetails(Callback, prefix="nt"):
    """By language and by club."""

    announcement: int


@dataclass(frozen=True, slots=True)
class DrawLedger(Callback, prefix="ng"):
    """The same as a picture."""

    announcement: int
