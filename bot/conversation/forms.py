"""Longer conversations: the one engine that asks the questions of a form.

It asks, checks, goes back, skips, cancels, sums up, lets any answer be changed before it counts, and takes up
again after a week or a deployment. Its state is one `draft` row with the *name* of the question, so that a
new version of a form meets old drafts with today's checks.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from markupsafe import Markup

from bot.conversation import files
from bot.conversation.form_cards import LIFETIME, change_buttons, line_of, show, show_summary, shown, summary_lines
from bot.conversation.i18n import _, language, speaking
from bot.conversation.incoming import Incoming, Kind
from bot.conversation.questions import (
    CHANGING,
    SEARCHED,
    SUMMARY,
    Answers,
    Asking,
    Board,
    Choice,
    Form,
    Leaf,
    Move,
    Pick,
    Question,
    Step,
    Text,
    Unfit,
)
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.turn import Outcome, Turn
from db import drafts
from db.drafts import Filling

__all__ = [
    "CHANGING",
    "LIFETIME",
    "Answers",
    "Asking",
    "Board",
    "Choice",
    "Form",
    "Leaf",
    "Move",
    "Pick",
    "Question",
    "Step",
    "Text",
    "Unfit",
    "begin",
    "begin_about",
    "begin_anew",
    "change_buttons",
    "give_up",
    "hear",
    "move",
    "pick",
    "resume",
    "shown",
    "summary_lines",
    "turn_page",
]


P = ParamSpec("P")
Stepping = Callable[Concatenate[Turn, Form, Filling, P], Outcome]


def _as_it_is(step: Stepping[P]) -> Stepping[P]:
    """A step of a form as that is now, in the language it speaks."""

    @wraps(step)
    def taken(turn: Turn, form: Form, filling: Filling, /, *args: P.args, **kwargs: P.kwargs) -> Outcome:
        now = form.lays_out(turn, filling.answers) if form.lays_out is not None else form
        with speaking(now.language or language(), turn.me.zone):
            return step(turn, now, filling, *args, **kwargs)

    return taken


def begin(turn: Turn, form: Form, answers: Answers | None = None) -> Outcome:
    """Start a form, or go on with it where it was left; `answers` known beforehand replace those in the draft."""
    filling = drafts.find(turn.connection, turn.me.id, form.name)
    if filling is not None and answers:
        filling.answers.update(answers)
        filling.question = SUMMARY
    if filling is not None:
        return resume(turn, form, filling)
    if form.card is not None:
        return form.card(turn)
    known = form.starts(turn) if form.starts is not None else {}
    return _enter(turn, form, Filling(form.name, "", known | (answers or {})))


@_as_it_is
def _enter(turn: Turn, form: Form, filling: Filling) -> Outcome:
    return _advance(turn, form, filling)


def begin_anew(turn: Turn, form: Form, answers: Answers | None = None) -> Outcome:
    """Start a form, whatever was entered in it before is thrown away."""
    turn.parked = None if turn.parked == form.name else turn.parked
    drafts.drop(turn.connection, turn.me.id, form.name)
    return begin(turn, form, answers)


def begin_about(turn: Turn, form: Form, key: str, answers: Answers) -> Outcome:
    """Start a form, or go on with it where it is about the same: of something else (another `key`) nothing is kept."""
    begun = drafts.find(turn.connection, turn.me.id, form.name)
    same = begun is not None and begun.answers.get(key) == answers[key]
    return begin(turn, form, answers) if same else begin_anew(turn, form, answers)


@_as_it_is
def resume(turn: Turn, form: Form, filling: Filling) -> Outcome:
    """Take a draft up again: answers that no longer fit are asked once more."""
    reasons = _drop_unfit(Asking(turn, filling.answers), form)
    current = form.question(filling.question)
    if current is None or not current.when(filling.answers):
        current = _unanswered(form, filling)
    if current is None:
        return _sum_up(turn, form, filling)
    return show(turn, form, filling, current, note=reasons.get(current.name))


@_as_it_is
def hear(turn: Turn, form: Form, filling: Filling) -> Outcome:
    """An answer that was typed, or shared (location, contact, a file)."""
    question = form.question(filling.question)
    if question is None and form.summary is None:
        return resume(turn, form, filling)
    if question is None:
        return show_summary(turn, form, filling, note=_("Please use the buttons below."))
    try:
        found = _read(Asking(turn, filling.answers), question, turn.incoming)
    except Unfit as unfit:
        return show(turn, form, filling, question, note=unfit.sentence)
    if isinstance(found, list):
        filling.answers[SEARCHED] = turn.incoming.text
        return show(turn, form, filling, question, found=found)
    return _take(turn, form, filling, question, found, echo=bool(question.search or question.reads))


@_as_it_is
def pick(turn: Turn, form: Form, filling: Filling, tap: Pick) -> Outcome:
    """An answer that was tapped; one of an earlier question changes that answer."""
    question = form.question(tap.question)
    if question is None:
        return resume(turn, form, filling)
    asking = Asking(turn, filling.answers)
    try:
        value = _toggled(asking, question, tap) if question.several else question.check(asking, tap.value)
    except Unfit as unfit:
        return show(turn, form, filling, question, note=unfit.sentence)
    if question.several:
        filling.answers[question.name] = value
        return show(turn, form, filling, question, page=_page_of(asking, question, tap.value))
    return _take(turn, form, filling, question, value)


@_as_it_is
def turn_page(turn: Turn, form: Form, filling: Filling, tap: Leaf) -> Outcome:
    question = form.question(tap.question)
    if question is None:
        return resume(turn, form, filling)
    return show(turn, form, filling, question, page=tap.page, found=_found_before(turn, filling, question))


def _found_before(turn: Turn, filling: Filling, question: Question) -> list[Choice] | None:
    """What the words typed last found, to leaf through it."""
    if question.search is None or SEARCHED not in filling.answers:
        return None
    said = replace(turn.incoming, kind=Kind.TEXT, text=filling.answers[SEARCHED])
    return list(question.search(Asking(turn, filling.answers), said))


@_as_it_is
def move(turn: Turn, form: Form, filling: Filling, tap: Move) -> Outcome:
    """A step: back, skip, done, cancel, confirm, change, go on."""
    steps: dict[Step, Callable[[Turn, Form, Filling, Move], Outcome]] = {
        Step.BACK: _back,
        Step.SKIP: _skip,
        Step.DONE: _done,
        Step.CANCEL: _cancel,
        Step.CONFIRM: _confirm,
        Step.CHANGE: _change,
        Step.KEEP: _keep,
        Step.RESUME: lambda turn, form, filling, _tap: resume(turn, form, filling),
    }
    return steps[tap.step](turn, form, filling, tap)


def _back(turn: Turn, form: Form, filling: Filling, tap: Move) -> Outcome:
    if form.card is not None:
        return form.card(turn)
    if filling.answers.get(CHANGING):
        return show_summary(turn, form, filling)
    names = [question.name for question in form.questions if question.when(filling.answers)]
    here = names.index(tap.question) if tap.question in names else len(names)
    previous = form.question(names[max(here - 1, 0)])
    assert previous is not None
    return show(turn, form, filling, previous)


def _skip(turn: Turn, form: Form, filling: Filling, tap: Move) -> Outcome:
    question = form.question(tap.question)
    if question is None or not question.optional:
        return resume(turn, form, filling)
    return _take(turn, form, filling, question, [] if question.several else None)


def _keep(turn: Turn, form: Form, filling: Filling, tap: Move) -> Outcome:
    """Somebody went back and leaves that answer as it is."""
    return _advance(turn, form, filling) if tap.question in filling.answers else resume(turn, form, filling)


def _done(turn: Turn, form: Form, filling: Filling, tap: Move) -> Outcome:
    question = form.question(tap.question)
    if question is None:
        return resume(turn, form, filling)
    chosen = filling.answers.get(question.name) or []
    if not chosen and not question.optional:
        return show(turn, form, filling, question, note=_("Please choose at least one."))
    return _take(turn, form, filling, question, chosen)


def _cancel(turn: Turn, form: Form, _filling: Filling, _tap: Move) -> Outcome:
    return form.card(turn) if form.card is not None else give_up(turn, form)


def give_up(turn: Turn, form: Form) -> Reply:
    """Throw the draft away."""
    drafts.drop(turn.connection, turn.me.id, form.name)
    text = _("Cancelled: {form}. What you had entered in this form has been discarded.").format(form=form.title())
    again = [Button(_("Start again"), Move(form.name, Step.RESUME))] if form.starts is not None else []
    return Reply(text, column(*again, Button(_("Menu"), Go("menu"))))


def _confirm(turn: Turn, form: Form, filling: Filling, _tap: Move) -> Outcome:
    reasons = _drop_unfit(Asking(turn, filling.answers), form)
    question = _unanswered(form, filling)
    if question is not None:
        return show(turn, form, filling, question, note=reasons.get(question.name))
    return _finish(turn, form, filling)


def _change(turn: Turn, form: Form, filling: Filling, tap: Move) -> Outcome:
    question = form.question(tap.question)
    if question is None:
        return show_summary(turn, form, filling)
    filling.answers[CHANGING] = True
    return show(turn, form, filling, question)


def _take(turn: Turn, form: Form, filling: Filling, question: Question, value: Any, *, echo: bool = False) -> Outcome:
    """Write an answer down and go on; `echo` repeats it, where it was read from something else."""
    asking = Asking(turn, filling.answers)
    question.keeps(asking, value)
    last_word = question.ends(asking, value)
    if last_word is not None:
        drafts.drop(turn.connection, turn.me.id, form.name)
        return last_word
    _write(form, filling, question, value)
    return _advance(turn, form, filling, note=line_of(question, asking) if echo else None)


def _write(form: Form, filling: Filling, question: Question, value: Any) -> None:
    if filling.answers.get(question.name) != value:
        for other in form.questions:
            if other.builds_on == question.name:
                filling.answers.pop(other.name, None)
    filling.answers[question.name] = value
    filling.answers.pop(SEARCHED, None)
    filling.question = question.name


def _advance(turn: Turn, form: Form, filling: Filling, note: Markup | None = None) -> Outcome:
    question = _unanswered(form, filling)
    if question is not None:
        return show(turn, form, filling, question, note=note)
    return _sum_up(turn, form, filling)


def _unanswered(form: Form, filling: Filling) -> Question | None:
    """The first question that is still to be asked."""
    return next((q for q in form.questions if q.name not in filling.answers and q.when(filling.answers)), None)


def _sum_up(turn: Turn, form: Form, filling: Filling) -> Outcome:
    if form.summary is None or form.card is not None:
        return _finish(turn, form, filling)
    return show_summary(turn, form, filling)


def _finish(turn: Turn, form: Form, filling: Filling) -> Outcome:
    drafts.drop(turn.connection, turn.me.id, form.name)
    unasked = {question.name for question in form.questions if not question.when(filling.answers)} | {
        CHANGING,
        SEARCHED,
    }
    return form.finish(turn, {name: value for name, value in filling.answers.items() if name not in unasked})


def _drop_unfit(asking: Asking, form: Form) -> dict[str, Markup]:
    """Answers that today's checks refuse are asked again; of several choices those that fit stay. Says why, by
    question, where the check did."""
    reasons = {}
    for question in form.questions:
        if question.name not in asking.answers or _still_fits(asking, question):
            continue
        value = asking.answers.pop(question.name)
        kept = [one for one in value if _fits(asking, question, one)] if question.several and value else []
        if kept:
            asking.answers[question.name] = kept
        elif value and not question.several:
            reasons[question.name] = _objection(asking, question, value) or Markup("")
    return reasons


def _objection(asking: Asking, question: Question, value: Any) -> Markup | None:
    """What today's check has against a value; None where it leaves it as it is."""
    try:
        return None if question.check(asking, value) == value else Markup("")
    except Unfit as unfit:
        return unfit.sentence


def _fits(asking: Asking, question: Question, value: Any) -> bool:
    return _objection(asking, question, value) is None


def _still_fits(asking: Asking, question: Question) -> bool:
    value = asking.answers[question.name]
    if value is None or value == []:
        return question.optional
    return all(_fits(asking, question, one) for one in (value if question.several else [value]))


def _read(asking: Asking, question: Question, incoming: Incoming) -> Any:
    """The value, or a list of choices to tap."""
    if question.takes_file:
        return files.read_file(asking, question)
    if question.search is not None and incoming.kind in (Kind.TEXT, Kind.LOCATION):
        choices = list(question.search(asking, incoming))
        return question.check(asking, choices[0].value) if len(choices) == 1 else choices
    if incoming.kind is not Kind.TEXT or not question.typed or question.several:
        raise Unfit(_("Please use the buttons below.") if not question.typed or question.several else _expected())
    return question.check(asking, _meant(asking, question, incoming.text))


def _expected() -> Markup:
    return _("Please answer in words, as a text message.")


def _meant(asking: Asking, question: Question, words: str) -> Any:
    """Somebody who types what a button says means the button."""
    named = question.choice_named(asking, words)
    if named is not None:
        return named
    return question.reads(asking, words) if question.reads is not None else words


def _toggled(asking: Asking, question: Question, tap: Pick) -> list[Any]:
    value = question.check(asking, tap.value)
    chosen = [one for one in asking.answers.get(question.name) or [] if one != value]
    return [*chosen, value] if tap.on else chosen


def _page_of(asking: Asking, question: Question, value: str) -> int:
    values = [choice.value for choice in question.choices(asking)] if question.choices else []
    return values.index(value) // question.per_page if value in values else 0
