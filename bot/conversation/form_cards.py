"""How a form looks: a question with its choices and steps, and the card that sums everything up."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from markupsafe import Markup

from bot.conversation import files
from bot.conversation.i18n import _, listed, pgettext
from bot.conversation.questions import (
    CHANGING,
    SUMMARY,
    Asking,
    Board,
    Choice,
    Form,
    Leaf,
    Move,
    Pick,
    Question,
    Step,
    stamped,
)
from bot.conversation.reply import Button, Reply, Rows, column, leaves, pairs
from bot.conversation.turn import Turn
from db import drafts
from db.drafts import Filling

LIFETIME = timedelta(days=30)


def show(
    turn: Turn,
    form: Form,
    filling: Filling,
    question: Question,
    *,
    note: Markup | None = None,
    found: list[Choice] | None = None,
    page: int | None = None,
) -> Reply:
    """Ask a question, and remember that it was asked."""
    filling.question = question.name
    drafts.keep(turn.connection, turn.me.id, filling, turn.now + LIFETIME)
    asking = Asking(turn, filling.answers)
    prompt = question.prompt(asking) if found is None else _("Which one do you mean?")
    if note is None and question.name in filling.answers and question.summed_up and not question.several:
        note = line_of(question, asking)
    text = Markup("{}\n\n{}").format(note, prompt) if note else prompt
    if found is None and question.board is not None:
        board = question.board(asking, question.opens_at(asking) if page is None else page)
        text = Markup("{}\n\n{}").format(text, board.title) if board.title else text
        rows = _board_rows(form, question, filling, board)
    else:
        choices = found if found is not None else list(question.choices(asking)) if question.choices else []
        rows = _choice_rows(form, question, filling, choices, page or 0)
    return Reply(text, (*rows, *_step_rows(form, question, filling)), ask=question.ask if found is None else None)


def _board_rows(form: Form, question: Question, filling: Filling, board: Board) -> Rows:
    name = stamped(form, filling.answers)

    def cell(choice: Choice) -> Button:
        if not choice.value:
            return Button(choice.label, Leaf(name, question.name, board.page))
        return _choice_button(form, question, filling, choice)

    rows = tuple(tuple(cell(choice) for choice in row) for row in board.rows)
    return (
        *rows,
        *leaves(partial(Leaf, name, question.name), board.page, more=board.later, earlier=board.earlier),
    )


def _choice_rows(form: Form, question: Question, filling: Filling, choices: Sequence[Choice], page: int) -> Rows:
    size = question.per_page
    page = min(max(page, 0), max(len(choices) - 1, 0) // size)
    shown = choices[page * size : (page + 1) * size]
    buttons = [_choice_button(form, question, filling, choice) for choice in shown]
    width = question.columns
    rows = tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))
    to = partial(Leaf, stamped(form, filling.answers), question.name)
    return (*rows, *leaves(to, page, more=(page + 1) * size < len(choices)))


def _choice_button(form: Form, question: Question, filling: Filling, choice: Choice) -> Button:
    name = stamped(form, filling.answers)
    if not question.several:
        return Button(choice.label, Pick(name, question.name, choice.value))
    chosen = choice.value in [str(value) for value in filling.answers.get(question.name) or []]
    label = f"✓ {choice.label}" if chosen else choice.label
    return Button(label, Pick(name, question.name, choice.value, not chosen))


def _step_rows(form: Form, question: Question, filling: Filling) -> Rows:
    steps, name = [], stamped(form, filling.answers)
    if question.several:
        steps.append(Button(pgettext("button", "Done"), Move(name, Step.DONE, question.name)))
    elif question.optional:
        steps.append(Button(pgettext("button", "Skip"), Move(name, Step.SKIP, question.name)))
    changing = bool(filling.answers.get(CHANGING))
    if question.name in filling.answers and not question.several and not changing:
        steps.append(Button(_("Go on"), Move(name, Step.KEEP, question.name)))
    if changing or question.name != form.questions[0].name:
        steps.append(Button(pgettext("button", "Back"), Move(name, Step.BACK, question.name)))
    steps.append(Button(pgettext("button", "Cancel"), Move(name, Step.CANCEL)))
    return pairs(*steps)


def show_summary(turn: Turn, form: Form, filling: Filling, note: Markup | None = None) -> Reply:
    """All answers on one card, each with a button to change it."""
    filling.question = SUMMARY
    filling.answers.pop(CHANGING, None)
    drafts.keep(turn.connection, turn.me.id, filling, turn.now + LIFETIME)
    asking = Asking(turn, filling.answers)
    assert form.summary is not None
    lines = Markup("\n").join(summary_lines(form, asking))
    text = Markup("{}\n\n{}").format(form.summary(asking), lines)
    text = Markup("{}\n\n{}").format(note, text) if note else text
    name = stamped(form, filling.answers)
    confirm = Button(form.confirm(), Move(name, Step.CONFIRM))
    cancel = Button(pgettext("button", "Cancel"), Move(name, Step.CANCEL))
    return Reply(text, (*column(confirm), *change_buttons(form, asking), (cancel,)))


def summary_lines(form: Form, asking: Asking) -> list[Markup]:
    """ "Label: answer" for each question asked so far."""
    return [
        line_of(question, asking) for question in form.questions if question.summed_up and question.when(asking.answers)
    ]


def line_of(question: Question, asking: Asking) -> Markup:
    return _("<b>{label}:</b> {answer}").format(label=question.label(), answer=shown(question, asking))


def change_buttons(form: Form, asking: Asking) -> Rows:
    """One button a line, to change it."""
    name = stamped(form, asking.answers)
    return pairs(
        *(
            Button(question.label(), Move(name, Step.CHANGE, question.name))
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
    if question.takes_file and value not in labels:
        return files.name_of(asking, value)
    return labels.get(str(value), str(value))
