"""What the buttons of questions to the alumni office mean."""

from dataclasses import dataclass

from bot.conversation.callbacks import Callback
from bot.domain.questions_to_office import About


@dataclass(frozen=True, slots=True)
class AskOffice(Callback, prefix="kw"):
    """I would like to write to the alumni office."""


@dataclass(frozen=True, slots=True)
class OpenQuestion(Callback, prefix="ko"):
    """My own question with all its letters; without a page, the newest."""

    thread: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class WriteAgain(Callback, prefix="ka"):
    """One more letter of mine about the same."""

    thread: int


@dataclass(frozen=True, slots=True)
class AddFile(Callback, prefix="kp"):
    """A picture or file for the same question, of whoever asked or of the coordinator who answers."""

    thread: int


@dataclass(frozen=True, slots=True)
class OpenFile(Callback, prefix="kf"):
    """The picture or file of a letter."""

    letter: int


@dataclass(frozen=True, slots=True)
class Settled(Callback, prefix="kh"):
    """I need no (further) answer."""

    thread: int


@dataclass(frozen=True, slots=True)
class ListInbox(Callback, prefix="ki"):
    """The questions a coordinator is to answer, or those that are answered."""

    answered: bool = False
    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenThread(Callback, prefix="kt"):
    """A question as coordinators see it; without a page, the newest letters."""

    thread: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerThread(Callback, prefix="kr"):
    """Answer; `seen` is the newest letter that was shown with this button."""

    thread: int
    seen: int


@dataclass(frozen=True, slots=True)
class HandOver(Callback, prefix="kn"):
    thread: int


@dataclass(frozen=True, slots=True)
class CloseThread(Callback, prefix="kc"):
    thread: int


@dataclass(frozen=True, slots=True)
class OpenDesk(Callback, prefix="kd"):
    """Who shall be fixed for an institution or a topic?"""

    about: About
    institution: int | None = None
    page: int = 0


@dataclass(frozen=True, slots=True)
class FixDesk(Callback, prefix="ks"):
    """This coordinator, or without one nobody."""

    about: About
    institution: int | None = None
    member: int | None = None


@dataclass(frozen=True, slots=True)
class ListDesks(Callback, prefix="kl"):
    page: int = 0
