"""What a form is made of: questions with their choices and checks, and what the buttons of a form mean."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2s
from typing import Any

from markupsafe import Markup

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import _
from bot.conversation.incoming import Incoming
from bot.conversation.reply import Ask, Reply
from bot.conversation.turn import Outcome, Turn

# Notes of the engine among the answers.
CHANGING = "_changing"
SEARCHED = "_searched"
# What a form is about, among the answers: each of these names begins with it.
ABOUT = "_"
# Between the name of a form in a button and what tells this one from a form about something else.
STAMPED = "~"
# In place of a question's name: all answers are shown.
SUMMARY = "_summary"

Answers = dict[str, Any]


Text = Callable[[], Markup]


class Unfit(Exception):
    """An answer that does not do, and in one sentence what is expected."""

    def __init__(self, sentence: Markup) -> None:
        super().__init__("unfit")
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Asking:
    """What a question may look at: the turn, and what was answered so far."""

    turn: Turn
    answers: Answers


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that can be tapped. `value` is short (it travels in the button)."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Board:
    """Choices laid out in rows of their own, one page of them. A choice whose value is empty is a cell that only
    shows something: tapping it shows the same page again. `page` is the page shown, whichever was asked for."""

    rows: tuple[tuple[Choice, ...], ...]
    page: int = 0
    earlier: bool = False
    later: bool = False
    title: Markup | None = None


def _always(_answers: Answers) -> bool:
    return True


def _nothing(_asking: Asking, _value: Any) -> None:
    return None


def _first_page(_asking: Asking) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form.

    `check` turns what was typed, tapped or stored earlier into the value kept, or raises Unfit; applied to
    its own result it changes nothing. `search` answers typed words or a location with choices to tap; `reads`
    turns typed words into what `check` takes, or raises Unfit, and what it understood is repeated. A `board` lays
    out the choices of one answer by page, any number from 0, and `opens_at` is the page shown first.
    `keeps` happens at once when the answer is given (a consent is recorded when it is given). After an answer
    for which `ends` has a reply there is no going on: the draft is thrown away. `builds_on` names the question
    whose change makes this answer void. With `ask` FILE the answer is a picture or file, and its value the id of an
    attachment (`bot.conversation.files`).
    """

    name: str
    label: Callable[[], str]
    prompt: Callable[[Asking], Markup]
    check: Callable[[Asking, Any], Any]
    choices: Callable[[Asking], Sequence[Choice]] | None = None
    board: Callable[[Asking, int], Board] | None = None
    opens_at: Callable[[Asking], int] = _first_page
    search: Callable[[Asking, Incoming], Sequence[Choice]] | None = None
    reads: Callable[[Asking, str], Any] | None = None
    show: Callable[[Asking, Any], str] | None = None
    when: Callable[[Answers], bool] = _always
    keeps: Callable[[Asking, Any], None] = _nothing
    ends: Callable[[Asking, Any], Reply | None] = _nothing
    builds_on: str | None = None
    optional: bool = False
    several: bool = False
    typed: bool = True
    columns: int = 1
    per_page: int = 6
    ask: Ask | None = None
    summed_up: bool = True

    @property
    def takes_file(self) -> bool:
        return self.ask is Ask.FILE

    def choice_named(self, asking: Asking, words: str) -> str | None:
        """The value of the choice whose button says this."""
        said = words.strip().casefold()
        choices = self.choices(asking) if self.choices else ()
        return next((choice.value for choice in choices if str(choice.label).casefold() == said), None)


@dataclass(frozen=True, slots=True)
class Form:
    """Questions and what to do with the answers. Without `summary` the last answer finishes the form. With a
    `card` the form is only ever opened from there, to change one answer, which is saved at once. `starts` gives the
    answers a new draft has before anything is asked; without it the form is about something, and cannot be begun by
    itself. A form whose questions are known only when it is asked `lays_out` itself anew at every step, from what it is
    about; it speaks the reader's language, or `language` where that is to be tried."""

    name: str
    title: Text
    questions: tuple[Question, ...]
    finish: Callable[[Turn, Answers], Outcome]
    summary: Callable[[Asking], Markup] | None = None
    confirm: Text = field(default=lambda: _("Everything is right"))
    card: Callable[[Turn], Outcome] | None = None
    starts: Callable[[Turn], Answers] | None = lambda _turn: {}
    lays_out: "Callable[[Turn, Answers], Form] | None" = None
    language: str | None = None

    def question(self, name: str) -> Question | None:
        return next((question for question in self.questions if question.name == name), None)


def stamped(form: "Form", answers: Answers) -> str:
    """The name of a form in its buttons, with a mark of what it is about: those under an older message must not act on
    somebody else. Of the same it is the same again."""
    if form.starts is not None:
        return form.name
    ids = sorted((name, str(value)) for name, value in answers.items() if _is_id(name, value))
    mark = blake2s(json.dumps(ids).encode(), digest_size=2).hexdigest()
    return f"{form.name}{STAMPED}{mark}"


def _is_id(name: str, value: Any) -> bool:
    is_about = name.startswith(ABOUT) and name != SEARCHED
    return is_about and isinstance(value, int | str) and not isinstance(value, bool)


def unstamped(form: str) -> str:
    """The name of the form of a button."""
    return form.partition(STAMPED)[0]


class Step(StrEnum):
    BACK = "b"
    SKIP = "s"
    DONE = "d"
    CANCEL = "x"
    CONFIRM = "y"
    CHANGE = "c"
    RESUME = "r"
    KEEP = "k"


@dataclass(frozen=True, slots=True)
class Pick(Callback, prefix="q"):
    """An answer tapped. `on` says what a several-choice shall become, so that a double tap does nothing."""

    form: str
    question: str
    value: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class Leaf(Callback, prefix="ql"):
    """Another page of choices."""

    form: str
    question: str
    page: int


@dataclass(frozen=True, slots=True)
class Move(Callback, prefix="qm"):
    """A step through the form."""

    form: str
    step: Step
    question: str = ""
