"""Longer conversations as data: questions in an order, and the one engine that asks them.

A form is a list of questions; the engine asks, checks, goes back, skips, cancels, sums up, lets any answer
be changed before it counts, and takes up again after a week or a deployment. Its state is one `draft` row
with the *name* of the question, so that a new version of a form meets old drafts with today's checks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from markupsafe import Markup

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import _, listed, pgettext
from bot.conversation.incoming import Incoming, Kind
from bot.conversation.reply import Ask, Button, Reply, Rows, column, pairs
from bot.conversation.turn import Outcome, Turn
from db import drafts
from db.drafts import Filling

LIFETIME = timedelta(days=30)
CHANGING = "_changing"
SEARCHED = "_searched"
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


def _always(_answers: Answers) -> bool:
    return True


def _nothing(_asking: Asking, _value: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form.

    `check` turns what was typed, tapped or stored earlier into the value kept, or raises Unfit; applied to
    its own result it changes nothing. `search` answers typed words or a location with choices to tap.
    `keeps` happens at once when the answer is given (a consent is recorded when it is given). After an answer
    for which `ends` has a reply there is no going on: the draft is thrown away. `builds_on` names the question
    whose change makes this answer void.
    """

    name: str
    label: Text
    prompt: Callable[[Asking], Markup]
    check: Callable[[Asking, Any], Any]
    choices: Callable[[Asking], Sequence[Choice]] | None = None
    search: Callable[[Asking, Incoming], Sequence[Choice]] | None = None
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


@dataclass(frozen=True, slots=True)
class Form:
    """Questions and what to do with the answers. Without `summary` the last answer finishes the form. With a
    `card` the form is only ever opened from there, to change one answer, which is saved at once."""

    name: str
    title: Text
    questions: tuple[Question, ...]
    finish: Callable[[Turn, Answers], Outcome]
    summary: Callable[[Asking], Markup] | None = None
    confirm: Text = field(default=lambda: _("Everything is right"))
    card: Callable[[Turn], Outcome] | None = None

    def question(self, name: str) -> Question | None:
        return next((question for question in self.questions if question.name == name), None)


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


def begin(turn: Turn, form: Form, answers: Answers | None = None) -> Outcome:
    """Start a form, or go on with it where it was left; `answers` known beforehand replace those in the draft."""
    filling = drafts.find(turn.session, turn.me.id, form.name)
    if filling is not None and answers:
        filling.answers.update(answers)
        filling.question = SUMMARY
    if filling is not None:
        return resume(turn, form, filling)
    if form.card is not None:
        return form.card(turn)
    return _advance(turn, form, Filling(form.name, "", dict(answers or {})))


def resume(turn: Turn, form: Form, filling: Filling) -> Outcome:
    """Take a draft up again: answers that no longer fit are asked once more."""
    _drop_unfit(Asking(turn, filling.answers), form)
    current = form.question(filling.question)
    if current is None or not current.when(filling.answers):
        return _advance(turn, form, filling)
    return _show(turn, form, filling, current)


def hear(turn: Turn, form: Form, filling: Filling) -> Outcome:
    """An answer that was typed, or shared (location, contact, a file)."""
    question = form.question(filling.question)
    if question is None:
        return _overview(turn, form, filling, note=_("Please use the buttons below."))
    try:
        found = _read(Asking(turn, filling.answers), question, turn.incoming)
    except Unfit as unfit:
        return _show(turn, form, filling, question, note=unfit.sentence)
    if isinstance(found, list):
        filling.answers[SEARCHED] = turn.incoming.text
        return _show(turn, form, filling, question, found=found)
    return _take(turn, form, filling, question, found, echo=question.search is not None)


def pick(turn: Turn, form: Form, filling: Filling, tap: Pick) -> Outcome:
    """An answer that was tapped; one of an earlier question changes that answer."""
    question = form.question(tap.question)
    if question is None:
        return resume(turn, form, filling)
    asking = Asking(turn, filling.answers)
    try:
        value = _toggled(asking, question, tap) if question.several else question.check(asking, tap.value)
    except Unfit as unfit:
        return _show(turn, form, filling, question, note=unfit.sentence)
    if question.several:
        filling.answers[question.name] = value
        return _show(turn, form, filling, question, page=_page_of(asking, question, tap.value))
    return _take(turn, form, filling, question, value)


def turn_page(turn: Turn, form: Form, filling: Filling, tap: Leaf) -> Outcome:
    question = form.question(tap.question)
    if question is None:
        return resume(turn, form, filling)
    return _show(turn, form, filling, question, page=tap.page, found=_found_before(turn, filling, question))


def _found_before(turn: Turn, filling: Filling, question: Question) -> list[Choice] | None:
    """What the words typed last found, to leaf through it."""
    if question.search is None or SEARCHED not in filling.answers:
        return None
    said = replace(turn.incoming, kind=Kind.TEXT, text=filling.answers[SEARCHED])
    return list(question.search(Asking(turn, filling.answers), said))


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
        return _overview(turn, form, filling)
    names = [question.name for question in form.questions if question.when(filling.answers)]
    here = names.index(tap.question) if tap.question in names else len(names)
    previous = form.question(names[max(here - 1, 0)])
    assert previous is not None
    return _show(turn, form, filling, previous)


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
        return _show(turn, form, filling, question, note=_("Please choose at least one."))
    return _take(turn, form, filling, question, chosen)


def _cancel(turn: Turn, form: Form, _filling: Filling, _tap: Move) -> Outcome:
    return form.card(turn) if form.card is not None else give_up(turn, form)


def give_up(turn: Turn, form: Form) -> Reply:
    """Throw the draft away."""
    drafts.drop(turn.session, turn.me.id, form.name)
    text = _("Cancelled: {form}. What you had entered was not saved.").format(form=form.title())
    again = Button(_("Start again"), Move(form.name, Step.RESUME))
    return Reply(text, column(again))


def _confirm(turn: Turn, form: Form, filling: Filling, _tap: Move) -> Outcome:
    asking = Asking(turn, filling.answers)
    for question in form.questions:
        if question.when(filling.answers) and not (question.name in filling.answers and _still_fits(asking, question)):
            filling.answers.pop(question.name, None)
            return _show(turn, form, filling, question)
    return _finish(turn, form, filling)


def _change(turn: Turn, form: Form, filling: Filling, tap: Move) -> Outcome:
    question = form.question(tap.question)
    if question is None:
        return _overview(turn, form, filling)
    filling.answers[CHANGING] = True
    return _show(turn, form, filling, question)


def _take(turn: Turn, form: Form, filling: Filling, question: Question, value: Any, *, echo: bool = False) -> Outcome:
    """Write an answer down and go on; `echo` repeats it, where it was read from something else."""
    asking = Asking(turn, filling.answers)
    question.keeps(asking, value)
    last_word = question.ends(asking, value)
    if last_word is not None:
        drafts.drop(turn.session, turn.me.id, form.name)
        return last_word
    _write(form, filling, question, value)
    return _advance(turn, form, filling, note=_line(question, asking) if echo else None)


def _write(form: Form, filling: Filling, question: Question, value: Any) -> None:
    if filling.answers.get(question.name) != value:
        for other in form.questions:
            if other.builds_on == question.name:
                filling.answers.pop(other.name, None)
    filling.answers[question.name] = value
    filling.answers.pop(SEARCHED, None)
    filling.question = question.name


def _advance(turn: Turn, form: Form, filling: Filling, note: Markup | None = None) -> Outcome:
    question = next((q for q in form.questions if q.name not in filling.answers and q.when(filling.answers)), None)
    if question is not None:
        return _show(turn, form, filling, question, note=note)
    if form.summary is None or form.card is not None:
        return _finish(turn, form, filling)
    return _overview(turn, form, filling)


def _finish(turn: Turn, form: Form, filling: Filling) -> Outcome:
    drafts.drop(turn.session, turn.me.id, form.name)
    unasked = {question.name for question in form.questions if not question.when(filling.answers)} | {
        CHANGING,
        SEARCHED,
    }
    return form.finish(turn, {name: value for name, value in filling.answers.items() if name not in unasked})


def _drop_unfit(asking: Asking, form: Form) -> None:
    """Answers that today's checks refuse are asked again; of several choices those that fit stay."""
    for question in form.questions:
        if question.name not in asking.answers or _still_fits(asking, question):
            continue
        value = asking.answers.pop(question.name)
        kept = [one for one in value if _fits(asking, question, one)] if question.several and value else []
        if kept:
            asking.answers[question.name] = kept


def _fits(asking: Asking, question: Question, value: Any) -> bool:
    try:
        return bool(question.check(asking, value) == value)
    except Unfit:
        return False


def _still_fits(asking: Asking, question: Question) -> bool:
    value = asking.answers[question.name]
    if value is None or value == []:
        return question.optional
    return all(_fits(asking, question, one) for one in (value if question.several else [value]))


def _read(asking: Asking, question: Question, incoming: Incoming) -> Any:
    """The value, or a list of choices to tap."""
    if question.search is not None and incoming.kind in (Kind.TEXT, Kind.LOCATION):
        choices = list(question.search(asking, incoming))
        return question.check(asking, choices[0].value) if len(choices) == 1 else choices
    if incoming.kind is not Kind.TEXT or not question.typed or question.several:
        raise Unfit(_("Please use the buttons below.") if not question.typed or question.several else _expected())
    return question.check(asking, _tapped_by_word(asking, question, incoming.text))


def _expected() -> Markup:
    return _("Please answer in words, as a text message.")


def _tapped_by_word(asking: Asking, question: Question, words: str) -> str:
    """Somebody who types what a button says means the button."""
    for choice in question.choices(asking) if question.choices else ():
        if str(choice.label).casefold() == words.strip().casefold():
            return choice.value
    return words


def _toggled(asking: Asking, question: Question, tap: Pick) -> list[Any]:
    value = question.check(asking, tap.value)
    chosen = [one for one in asking.answers.get(question.name) or [] if one != value]
    return [*chosen, value] if tap.on else chosen


def _page_of(asking: Asking, question: Question, value: str) -> int:
    values = [choice.value for choice in question.choices(asking)] if question.choices else []
    return values.index(value) // question.per_page if value in values else 0


def _show(
    turn: Turn,
    form: Form,
    filling: Filling,
    question: Question,
    *,
    note: Markup | None = None,
    found: list[Choice] | None = None,
    page: int = 0,
) -> Reply:
    """Ask a question, and remember that it was asked."""
    filling.question = question.name
    drafts.keep(turn.session, turn.me.id, filling, turn.now + LIFETIME)
    asking = Asking(turn, filling.answers)
    prompt = question.prompt(asking) if found is None else _("Which one do you mean?")
    if note is None and question.name in filling.answers and question.summed_up and not question.several:
        note = _line(question, asking)
    text = Markup("{}\n\n{}").format(note, prompt) if note else prompt
    choices = found if found is not None else list(question.choices(asking)) if question.choices else []
    rows = (*_choice_rows(form, question, filling, choices, page), *_step_rows(form, question, filling))
    return Reply(text, rows, ask=question.ask if found is None else None)


def _choice_rows(form: Form, question: Question, filling: Filling, choices: Sequence[Choice], page: int) -> Rows:
    size = question.per_page
    page = min(max(page, 0), max(len(choices) - 1, 0) // size)
    shown = choices[page * size : (page + 1) * size]
    buttons = [_choice_button(form, question, filling, choice) for choice in shown]
    width = question.columns
    rows = [tuple(buttons[i : i + width]) for i in range(0, len(buttons), width)]
    leaves = []
    if page > 0:
        leaves.append(Button("‹", Leaf(form.name, question.name, page - 1)))
    if (page + 1) * size < len(choices):
        leaves.append(Button("›", Leaf(form.name, question.name, page + 1)))
    return (*rows, tuple(leaves)) if leaves else tuple(rows)


def _choice_button(form: Form, question: Question, filling: Filling, choice: Choice) -> Button:
    if not question.several:
        return Button(choice.label, Pick(form.name, question.name, choice.value))
    chosen = choice.value in [str(value) for value in filling.answers.get(question.name) or []]
    label = f"✓ {choice.label}" if chosen else choice.label
    return Button(label, Pick(form.name, question.name, choice.value, not chosen))


def _step_rows(form: Form, question: Question, filling: Filling) -> Rows:
    steps = []
    if question.several:
        steps.append(Button(pgettext("button", "Done"), Move(form.name, Step.DONE, question.name)))
    elif question.optional:
        steps.append(Button(pgettext("button", "Skip"), Move(form.name, Step.SKIP, question.name)))
    changing = bool(filling.answers.get(CHANGING))
    if question.name in filling.answers and not question.several and not changing:
        steps.append(Button(_("Go on"), Move(form.name, Step.KEEP, question.name)))
    if changing or question.name != form.questions[0].name:
        steps.append(Button(pgettext("button", "Back"), Move(form.name, Step.BACK, question.name)))
    steps.append(Button(pgettext("button", "Cancel"), Move(form.name, Step.CANCEL)))
    return pairs(*steps)


def _overview(turn: Turn, form: Form, filling: Filling, note: Markup | None = None) -> Reply:
    """All answers on one card, each with a button to change it."""
    filling.question = SUMMARY
    filling.answers.pop(CHANGING, None)
    drafts.keep(turn.session, turn.me.id, filling, turn.now + LIFETIME)
    asking = Asking(turn, filling.answers)
    assert form.summary is not None
    lines = Markup("\n").join(summary_lines(form, asking))
    text = Markup("{}\n\n{}").format(form.summary(asking), lines)
    text = Markup("{}\n\n{}").format(note, text) if note else text
    confirm = Button(form.confirm(), Move(form.name, Step.CONFIRM))
    cancel = Button(pgettext("button", "Cancel"), Move(form.name, Step.CANCEL))
    return Reply(text, (*column(confirm), *change_buttons(form, asking), (cancel,)))


def summary_lines(form: Form, asking: Asking) -> list[Markup]:
    """ "Label: answer" for each question asked so far."""
    return [
        _line(question, asking) for question in form.questions if question.summed_up and question.when(asking.answers)
    ]


def _line(question: Question, asking: Asking) -> Markup:
    return Markup("<b>{}:</b> {}").format(question.label(), shown(question, asking))


def change_buttons(form: Form, asking: Asking) -> Rows:
    """One button a line, to change it."""
    return pairs(
        *(
            Button(question.label(), Move(form.name, Step.CHANGE, question.name))
            for question in form.questions
            if question.summed_up and question.when(asking.answers)
        )
    )


def shown(question: Question, asking: Asking) -> str:
    """An answer in the reader's words."""
    value = asking.answers.get(question.name)
    if value is None or value == []:
        return "–"
    labels = {choice.value: str(choice.label) for choice in question.choices(asking)} if question.choices else {}
    if question.show is not None:
        return question.show(asking, value)
    if question.several:
        return listed([labels.get(str(one), str(one)) for one in value])
    return labels.get(str(value), str(value))
