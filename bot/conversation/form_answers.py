"""What was answered to a question of a form: typed, shared or tapped; read, checked, taken."""

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from bot.conversation import files
from bot.conversation.form_cards import show, show_summary
from bot.conversation.form_steps import as_it_is, resume, take
from bot.conversation.i18n import _
from bot.conversation.incoming import Incoming, Kind
from bot.conversation.questions import SEARCHED, Asking, Choice, Form, Leaf, Pick, Question, Unfit
from bot.conversation.turn import Outcome, Turn
from db.drafts import Filling


@as_it_is
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
    return take(turn, form, filling, question, found, echo=bool(question.search or question.reads))


@as_it_is
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
    return take(turn, form, filling, question, value)


@as_it_is
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
