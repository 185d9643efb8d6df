"""A question is worded by one short form: its kind, its words and options in each language of the survey, whether it
must be answered."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.checks import check_choice, check_text
from bot.conversation.dates import number_question
from bot.conversation.forms import Answers, Asking, Choice, Form, Question, Unfit
from bot.conversation.i18n import LANGUAGES, _, language, listed, name_language
from bot.conversation.reply import shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.people import clean
from bot.domain.questionnaires import (
    FEWEST_OPTIONS,
    LARGEST_NUMBER,
    LONGEST_OPTION,
    LONGEST_WORDS,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    Asked,
    Kind,
)
from db import questionnaires
from db.models.surveys import Questionnaire
from handlers.choices import SPOKEN
from handlers.surveys.building import draft_card, draft_or_refuse, question_or_refuse
from handlers.surveys.buttons import AddQuestion, ChangeQuestion
from handlers.surveys.naming import kind_names

ID, KEY, OTHERS = "_questionnaire", "_key", "_others"
SCALES = {"1-5": (1, 5), "1-7": (1, 7), "0-10": (0, 10)}
ENDS = 2
SHOWN = 60
MUST, MAY = "must", "may"


def add_question(turn: Turn, tap: AddQuestion) -> Outcome:
    row = draft_or_refuse(turn, tap.questionnaire)
    if len(row.questions) >= MOST_QUESTIONS:
        raise Refused(draft_card(turn, row, _too_many()))
    about = {ID: row.id, KEY: None, **_languages(row)}
    return forms.begin_anew(turn, WORDING, {**about, "must": MAY})


def _too_many() -> Markup:
    return _("A survey has at most {n} questions: more are seldom answered.").format(n=MOST_QUESTIONS)


def _languages(row: Questionnaire) -> Answers:
    """First that of who writes, if it is among them."""
    spoken = language() if language() in row.languages else row.languages[0]
    return {SPOKEN: spoken, OTHERS: [tag for tag in row.languages if tag != spoken]}


def change_question(turn: Turn, tap: ChangeQuestion) -> Outcome:
    row = draft_or_refuse(turn, tap.questionnaire)
    asked, place = question_or_refuse(turn, row, tap.question)
    return forms.begin_anew(turn, WORDING, _answers_of(row, asked[place]))


def _answers_of(row: Questionnaire, asked: Asked) -> Answers:
    """A question as the form's answers; what is missing in a language is asked."""
    known = _languages(row)
    answers: Answers = {ID: row.id, KEY: asked.key, **known, "kind": asked.kind.value}
    for tag in (known[SPOKEN], *known[OTHERS]):
        end = "" if tag == known[SPOKEN] else f"_{tag}"
        answers[f"words{end}"] = asked.words.get(tag)
        answers[f"options{end}"] = _lines(asked.options, tag)
        answers[f"ends{end}"] = _lines(asked.ends, tag)
    scales = {span: name for name, span in SCALES.items()}
    if asked.kind is Kind.SCALE:
        answers["scale"] = scales[asked.least, asked.most]
    if asked.kind is Kind.NUMBER:
        answers |= {"least": str(asked.least), "most": str(asked.most)}
    answers["must"] = MUST if asked.required else MAY
    return {name: value for name, value in answers.items() if value is not None or name == KEY}


def _lines(texts: tuple[Any, ...], tag: str) -> str | None:
    lines = [each.get(tag) for each in texts]
    return "\n".join(lines) if lines and all(lines) else None


def save(turn: Turn, answers: Answers) -> Outcome:
    """Into the draft: a new one at its end, a changed one where it was."""
    row = draft_or_refuse(turn, int(answers[ID]))
    asked = questionnaires.questions_of(row)
    places = [place for place, one in enumerate(asked) if one.key == answers[KEY]]
    if not places and len(asked) >= MOST_QUESTIONS:
        raise Refused(draft_card(turn, row, _too_many()))
    made = _made(answers, asked[places[0]].key if places else questionnaires.key_for(row))
    if places:
        asked[places[0]] = made
    else:
        asked.append(made)
    questionnaires.keep(row, asked, turn.now)
    return draft_card(turn, row, _("The question is saved."))


def _made(answers: Answers, key: str) -> Asked:
    kind = Kind(answers["kind"])
    least, most = SCALES[answers["scale"]] if kind is Kind.SCALE else (0, 0)
    if kind is Kind.NUMBER:
        least, most = int(answers["least"]), int(answers["most"])
    words = {tag: text for tag, text in _by_language(answers, "words").items() if text}
    options, ends = _split(answers, "options"), _split(answers, "ends")
    return Asked(key, kind, words, options, ends, least, most, answers["must"] == MUST)


def _by_language(answers: Answers, name: str) -> dict[str, str | None]:
    spoken = answers[SPOKEN]
    return {spoken: answers.get(name)} | {tag: answers.get(f"{name}_{tag}") for tag in answers[OTHERS]}


def _split(answers: Answers, name: str) -> tuple[dict[str, str], ...]:
    """Lines in each language as options, each named in all of them."""
    lines = {tag: text.splitlines() for tag, text in _by_language(answers, name).items() if text}
    return tuple(dict(zip(lines, names, strict=True)) for names in zip(*lines.values(), strict=True))


# --- the questions ---------------------------------------------------------------------------------------------


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
            when=_is_of_in(tag, *_OPTIONS),
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

WORDING = Form(
    name="surveyquestion",
    title=lambda: _("Question of a survey"),
    questions=QUESTIONS,
    finish=save,
    summary=lambda _asking: _("<b>The question so far</b>\nTap a line below to change it."),
    confirm=lambda: _("Save the question"),
    starts=None,
)


def register(router: Router) -> None:
    router.tap(AddQuestion, add_question, gate=Gate.COORDINATOR)
    router.tap(ChangeQuestion, change_question, gate=Gate.COORDINATOR)
    router.form(WORDING, gate=Gate.COORDINATOR)
