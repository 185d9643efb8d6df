"""The steps through a form: on to the next question, back, skip, change, confirm, cancel; and taking it up again."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from markupsafe import Markup

from bot.conversation.form_cards import line_of, show, show_summary
from bot.conversation.i18n import _, language, speaking
from bot.conversation.questions import CHANGING, SEARCHED, Asking, Form, Move, Question, Step, Unfit
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.turn import Outcome, Turn
from db import drafts
from db.drafts import Filling

P = ParamSpec("P")
Stepping = Callable[Concatenate[Turn, Form, Filling, P], Outcome]


def as_it_is(step: Stepping[P]) -> Stepping[P]:
    """A step of a form as that is now, in the language it speaks."""

    @wraps(step)
    def taken(turn: Turn, form: Form, filling: Filling, /, *args: P.args, **kwargs: P.kwargs) -> Outcome:
        now = form.lays_out(turn, filling.answers) if form.lays_out is not None else form
        with speaking(now.language or language(), turn.me.zone):
            return step(turn, now, filling, *args, **kwargs)

    return taken


@as_it_is
def resume(turn: Turn, form: Form, filling: Filling) -> Outcome:
    """Take a draft up again: answers that no longer fit are asked once more."""
    reasons = _drop_unfit(Asking(turn, filling.answers), form)
    current = form.question(filling.question)
    if current is None or not current.when(filling.answers):
        current = _unanswered(form, filling)
    if current is None:
        return _sum_up(turn, form, filling)
    return show(turn, form, filling, current, note=reasons.get(current.name))


@as_it_is
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
    return take(turn, form, filling, question, [] if question.several else None)


def _keep(turn: Turn, form: Form, filling: Filling, tap: Move) -> Outcome:
    """Somebody went back and leaves that answer as it is."""
    return advance(turn, form, filling) if tap.question in filling.answers else resume(turn, form, filling)


def _done(turn: Turn, form: Form, filling: Filling, tap: Move) -> Outcome:
    question = form.question(tap.question)
    if question is None:
        return resume(turn, form, filling)
    chosen = filling.answers.get(question.name) or []
    if not chosen and not question.optional:
        return show(turn, form, filling, question, note=_("Please choose at least one."))
    return take(turn, form, filling, question, chosen)


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


def take(turn: Turn, form: Form, filling: Filling, question: Question, value: Any, *, echo: bool = False) -> Outcome:
    """Write an answer down and go on; `echo` repeats it, where it was read from something else."""
    asking = Asking(turn, filling.answers)
    question.keeps(asking, value)
    last_word = question.ends(asking, value)
    if last_word is not None:
        drafts.drop(turn.connection, turn.me.id, form.name)
        return last_word
    _write(form, filling, question, value)
    return advance(turn, form, filling, note=line_of(question, asking) if echo else None)


def _write(form: Form, filling: Filling, question: Question, value: Any) -> None:
    if filling.answers.get(question.name) != value:
        for other in form.questions:
            if other.builds_on == question.name:
                filling.answers.pop(other.name, None)
    filling.answers[question.name] = value
    filling.answers.pop(SEARCHED, None)
    filling.question = question.name


def advance(turn: Turn, form: Form, filling: Filling, note: Markup | None = None) -> Outcome:
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
