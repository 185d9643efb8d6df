"""What is asked about a question of a survey: its kind, its words and options in each language, its bounds, whether it
must be answered."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from bot.conversation.checks import check_choice, check_text
from bot.conversation.dates import number_question
from bot.conversation.i18n import LANGUAGES, _, listed, name_language
from bot.conversation.questions import Answers, Asking, Choice, Question, Unfit
from bot.conversation.reply import shorten
from bot.domain.people import clean
from bot.domain.questionnaires import (
    FEWEST_OPTIONS,
    LARGEST_NUMBER,
    LONGEST_OPTION,
    LONGEST_WORDS,
    MOST_OPTIONS,
    Kind,
)
from handlers.choices import SPOKEN
from handlers.surveys.naming import kind_names

# The languages of the survey besides that of who writes.
OTHERS = "_others"
SCALES = {"1-5": (1, 5), "1-7": (1, 7), "0-10": (0, 10)}
ENDS = 2
SHOWN = 60
MUST, MAY = "must", "may"


def _kinds(_asking: Asking) -> list[Choice]:
    return [Choice(kind.value, name) for kind, name in kind_names().items()]


def _scales(_asking: Asking) -> list[Choice]:
    return [Choice(name, f"{least}–{most}") for name, (least, most) in SCALES.items()]


def _musts(_asking: Asking) -> list[Choice]:
    return [Choice(MAY, _("May be skipped")), Choice(MUST, _("Must be answered"))]


def _is_of(*kinds: Kind) -> Callable[[Answers], bool]:
    return lambda answers: answers.get("kind") in kinds


def _is_of_in(tag: str, *kinds: Kind) -> Callable[[Answers], bool]:
    return lambda answers: tag in answers.get(OTHERS, []) and answers.get("kind") in kinds


def _begun(_asking: Asking, text: Any) -> str:
    return shorten(str(text), SHOWN)


def _joined(_asking: Asking, text: Any) -> str:
    return shorten(listed(str(text).splitlines()).unescape(), 3 * SHOWN)


def _check_options(first: str | None) -> Callable[[Asking, Any], str]:
    """Options, a line each; in a further language as many as in the first."""

    def check(asking: Asking, value: Any) -> str:
        lines = _read_lines(value)
        if first is not None and len(lines) != len(asking.answers[first].splitlines()):
            n = len(asking.answers[first].splitlines())
            raise Unfit(_("There must be {n} lines, in the same order as in the other language.").format(n=n))
        if not FEWEST_OPTIONS <= len(lines) <= MOST_OPTIONS:
            sentence = _("Please write {least} to {most} options, each on a line of its own.")
            raise Unfit(sentence.format(least=FEWEST_OPTIONS, most=MOST_OPTIONS))
        return "\n".join(lines)

    return check


def _check_ends(_asking: Asking, value: Any) -> str:
    lines = _read_lines(value)
    if len(lines) != ENDS:
        raise Unfit(_("Please write two lines: what the lowest number means, and what the highest one means."))
    return "\n".join(lines)


def _read_lines(value: Any) -> list[str]:
    lines = [line for line in (clean(each) for each in str(value).splitlines()) if line]
    if any(len(line) > LONGEST_OPTION for line in lines):
        raise Unfit(_("One line is too long for a button: please use at most {n} characters.").format(n=LONGEST_OPTION))
    if len({line.casefold() for line in lines}) < len(lines):
        raise Unfit(_("Two lines say the same. Please make each a different one."))
    return lines


def _check_most(asking: Asking, value: Any) -> str:
    most = str(_MOST.check(asking, value))
    if int(most) <= int(asking.answers.get("least") or 0):
        raise Unfit(_("The largest number must be larger than the smallest."))
    return most


_MOST = number_question(
    name="most",
    label=lambda: _("Largest number"),
    prompt=lambda _asking: _("Which is the largest number that may be answered?"),
    least=1,
    most=LARGEST_NUMBER,
    offered=(10, 100, 1000),
)
_WORDS, _OPTIONS = check_text(LONGEST_WORDS), (Kind.CHOICE, Kind.SEVERAL)


def _in_language(tag: str) -> tuple[Question, ...]:
    """The words, the options and the ends of a scale in a further language."""

    def prompt(name: str) -> Callable[[Asking], Markup]:
        return lambda asking: _("And the same in this language: {language}?\n\n{text}").format(
            language=name_language(tag), text=asking.answers.get(name) or ""
        )

    def called(label: Callable[[], Markup]) -> Callable[[], str]:
        return lambda: f"{label().unescape()} ({name_language(tag)})"

    return (
        Question(
            f"words_{tag}",
            called(lambda: _("Question")),
            prompt("words"),
            _WORDS,
            show=_begun,
            when=_is_of_in(tag, *Kind),
        ),
        Question(
            f"options_{tag}",
            called(lambda: _("Options")),
            prompt("options"),
            _check_options("options"),
            show=_joined,
            when=lambda answers: "options" in answers and _is_of_in(tag, *_OPTIONS)(answers),
            builds_on="options",
        ),
        Question(
            f"ends_{tag}",
            called(lambda: _("Ends of the scale")),
            prompt("ends"),
            _check_ends,
            show=_joined,
            when=_is_of_in(tag, Kind.SCALE),
        ),
    )


QUESTIONS = (
    Question(
        name="kind",
        label=lambda: _("Kind"),
        prompt=lambda _asking: _("How shall the question be answered?"),
        check=check_choice(_kinds),
        choices=_kinds,
    ),
    Question(
        name="words",
        label=lambda: _("Question"),
        prompt=lambda asking: _("How is the question worded in this language: {language}?").format(
            language=name_language(asking.answers[SPOKEN])
        ),
        check=_WORDS,
        show=_begun,
    ),
    Question(
        name="scale",
        label=lambda: _("Scale"),
        prompt=lambda _asking: _("From which to which number?"),
        check=check_choice(_scales),
        choices=_scales,
        columns=3,
        when=_is_of(Kind.SCALE),
    ),
    Question(
        name="options",
        label=lambda: _("Options"),
        prompt=lambda _asking: _(
            "Which options are there? Please write each on a line of its own, {n} at most."
        ).format(n=MOST_OPTIONS),
        check=_check_options(None),
        show=_joined,
        when=_is_of(*_OPTIONS),
    ),
    Question(
        name="ends",
        label=lambda: _("Ends of the scale"),
        prompt=lambda _asking: _("What do the lowest and the highest number mean? Please write two lines."),
        check=_check_ends,
        show=_joined,
        when=_is_of(Kind.SCALE),
    ),
    number_question(
        name="least",
        label=lambda: _("Smallest number"),
        prompt=lambda _asking: _("Which is the smallest number that may be answered?"),
        least=0,
        most=LARGEST_NUMBER,
        offered=(0, 1),
        when=_is_of(Kind.NUMBER),
    ),
    replace(_MOST, check=_check_most, when=_is_of(Kind.NUMBER), builds_on="least"),
    *(question for tag in LANGUAGES for question in _in_language(tag)),
    Question(
        name="must",
        label=lambda: _("Answer"),
        prompt=lambda _asking: _("Must it be answered?"),
        check=check_choice(_musts),
        choices=_musts,
        columns=2,
    ),
)
