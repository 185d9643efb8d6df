"""The buttons around surveys that coordinators build. A question is named by the number in its key."""

from dataclasses import dataclass

from bot.conversation.callbacks import Callback


@dataclass(frozen=True, slots=True)
class ListSurveys(Callback, prefix="yl"):
    """Those in one's scope, the newest first."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class NewSurvey(Callback, prefix="yn"):
    """Begin another one."""


@dataclass(frozen=True, slots=True)
class OpenSurvey(Callback, prefix="ys"):
    """A survey's card."""

    questionnaire: int


@dataclass(frozen=True, slots=True)
class ChangeSurvey(Callback, prefix="yc"):
    """Title, languages, whom it asks, until when."""

    questionnaire: int


@dataclass(frozen=True, slots=True)
class DiscardSurvey(Callback, prefix="yx"):
    questionnaire: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class AddQuestion(Callback, prefix="ya"):
    questionnaire: int


@dataclass(frozen=True, slots=True)
class OpenQuestion(Callback, prefix="yq"):
    questionnaire: int
    question: int


@dataclass(frozen=True, slots=True)
class ChangeQuestion(Callback, prefix="yz"):
    questionnaire: int
    question: int


@dataclass(frozen=True, slots=True)
class PlaceQuestion(Callback, prefix="ym"):
    """The question shall be the `place`-th, from 0: so that a double tap does nothing."""

    questionnaire: int
    question: int
    place: int


@dataclass(frozen=True, slots=True)
class DropQuestion(Callback, prefix="yd"):
    questionnaire: int
    question: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class TrySurvey(Callback, prefix="yp"):
    """The form as readers of a language get it. Nothing is stored."""

    questionnaire: int
    language: str


@dataclass(frozen=True, slots=True)
class BeginSurvey(Callback, prefix="yo"):
    """Open it. `accepted` is how many of the questions about that its author has answered."""

    questionnaire: int
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class EndSurvey(Callback, prefix="ye"):
    """Close it before its last day."""

    questionnaire: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class AnswerSurvey(Callback, prefix="yt"):
    """I would like to answer."""

    questionnaire: int


@dataclass(frozen=True, slots=True)
class ShowAnswers(Callback, prefix="yr"):
    """All answers together."""

    questionnaire: int


@dataclass(frozen=True, slots=True)
class TakeAnswers(Callback, prefix="yu"):
    """The answers as a file."""

    survey: int


@dataclass(frozen=True, slots=True)
class ReadAnswers(Callback, prefix="yi"):
    """What one person after the other answered under their name."""

    questionnaire: int
    page: int = 0
