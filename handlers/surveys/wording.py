"""A question is worded by one short form: its kind, its words and options in each language of the survey, whether it
must be answered."""

from typing import Any

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.i18n import _, language
from bot.conversation.questions import Answers, Form
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.questionnaires import MOST_QUESTIONS, Asked, Kind
from db import questionnaires
from db.models.surveys import Questionnaire
from handlers.choices import SPOKEN
from handlers.surveys.building import draft_card, draft_or_refuse, question_or_refuse
from handlers.surveys.buttons import AddQuestion, ChangeQuestion
from handlers.surveys.word_questions import MAY, MUST, OTHERS, QUESTIONS, SCALES

ID, KEY = "_questionnaire", "_key"


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
