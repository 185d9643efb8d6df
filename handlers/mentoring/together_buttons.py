"""What buttons about a mentorship carry, for the two and for coordinators."""

from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.callbacks import Callback


class Going(StrEnum):
    """How it is going, as it is kept in the database."""

    WELL = "well"
    HELP = "help"
    FINISHED = "finished"


class Trouble(StrEnum):
    """What somebody needs help with: enough for a coordinator to call."""

    NO_TIME = "time"
    NO_FIT = "fit"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FindTime(Callback, prefix="ha"):
    """When can we meet? Three times, or the three after them."""

    mentorship: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class ProposeTime(Callback, prefix="hb"):
    """This time suits me; `at` is in minutes since 1970."""

    mentorship: int
    at: int


@dataclass(frozen=True, slots=True)
class AcceptTime(Callback, prefix="hf"):
    """It suits me, too. `instead` is the time agreed on when this one was proposed, 0 for none: of two proposals
    accepted after each other the second one does not count."""

    mentorship: int
    at: int
    instead: int


@dataclass(frozen=True, slots=True)
class ShareContact(Callback, prefix="hc"):
    """The other one may have my contact line, or no longer. Says how it shall be."""

    mentorship: int
    on: bool


@dataclass(frozen=True, slots=True)
class AskToClose(Callback, prefix="hd"):
    """I would like to close the mentorship: asked once."""

    mentorship: int


@dataclass(frozen=True, slots=True)
class CloseMentorship(Callback, prefix="he"):
    """Yes, close it."""

    mentorship: int


@dataclass(frozen=True, slots=True)
class AnswerCheck(Callback, prefix="hg"):
    """How it is going."""

    mentorship: int
    going: Going


@dataclass(frozen=True, slots=True)
class TellTrouble(Callback, prefix="hi"):
    """What kind of help is needed."""

    mentorship: int
    round: int
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class FinishTogether(Callback, prefix="hj"):
    """The other one says that we have finished: so it is, or not yet."""

    mentorship: int
    agreed: bool


@dataclass(frozen=True, slots=True)
class OpenCase(Callback, prefix="hk"):
    """A mentorship, for a coordinator."""

    mentorship: int


@dataclass(frozen=True, slots=True)
class TakeCare(Callback, prefix="hl"):
    """I, a coordinator, take care of it."""

    mentorship: int


@dataclass(frozen=True, slots=True)
class ListCases(Callback, prefix="hn"):
    """Mentorships that need somebody of the alumni office."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class TakeMentoringSurvey(Callback, prefix="hm"):
    """I would like to tell how the mentoring was."""

    survey: int


@dataclass(frozen=True, slots=True)
class ShowMentoringResults(Callback, prefix="hp"):
    """The results of a survey on mentoring, for a coordinator."""

    survey: int
