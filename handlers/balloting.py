"""What all anonymous surveys share: their kinds of questions, and the ballot that nobody can join to a person.

Nothing of the answers is ever said back: a card would keep them in the page's history. So such a form has no summary;
going back is the way to correct something.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.checks import check_choice, check_text
from bot.conversation.i18n import _
from bot.conversation.incoming import Kind
from bot.conversation.questions import Answers, Asking, Choice, Form, Move, Question, Step, Text, unstamped
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.turn import Outcome, Turn
from db import entries, surveys
from db.models.surveys import Survey
from db.models.web import Entry

# Which survey a form is about, beside its answers.
SURVEY = surveys.ABOUT
HIDDEN = "••••"
MAX_COMMENT = 600


def open_ballot(turn: Turn, form: Form, survey_id: int) -> Outcome:
    """Ask the questions, for somebody who was asked to answer them and has not."""
    survey = turn.session.get(Survey, survey_id)
    if survey is None or not surveys.is_open(survey, turn.now):
        return closed()
    state = surveys.participation(turn.session, survey.id, turn.me.id)
    if state != "asked":
        return _answered() if state == "answered" else closed()
    return forms.begin_about(turn, form, SURVEY, {SURVEY: survey.id})


def cast_ballot(turn: Turn, form: str, answers: Answers, names: Sequence[str], *after: Button) -> Reply:
    """The answers of these names go into the urn, and what the page kept of the questions goes; `after` are the
    buttons under the thanks."""
    survey = answers.get(SURVEY)
    content = {name: answers[name] for name in names if answers.get(name) is not None}
    if survey is None:
        return closed()
    if not surveys.cast(turn.session, survey, turn.me.id, content):
        return _answered() if surveys.participation(turn.session, survey, turn.me.id) == "answered" else closed()
    entries.take_out(turn.session, turn.me.id, turn.incoming.message, _is_question_of(form), HIDDEN)
    return Reply(_("Thank you! Your answers are in, without your name."), column(*after, Button(_("Menu"), Go("menu"))))


def _is_question_of(form: str) -> Callable[[Entry], bool]:
    """Tells a bubble that asks one of the questions; not one that only offers to go on with them."""
    return lambda entry: any(
        _cancels(form, button.get("data") or "") for row in entry.body.get("rows", ()) for button in row
    )


def _cancels(form: str, data: str) -> bool:
    """Whether a button gives this form up, whatever it is about."""
    name, _separator, step = data.removeprefix(f"{Move.prefix}:").partition(":")
    return data.startswith(Move.prefix) and unstamped(name) == form and step == f"{Step.CANCEL.value}:"


def closed() -> Reply:
    return Reply(
        _("This survey is closed. Thank you for your interest; the alumni office is glad to hear from you directly."),
        column(Button(_("Contact"), Go("contact")), Button(_("Menu"), Go("menu"))),
    )


def _answered() -> Reply:
    return Reply(_("You have answered this survey already. Thank you!"), column(Button(_("Menu"), Go("menu"))))


def unseen(prompt: Text) -> Callable[[Asking], Markup]:
    """A question. Whatever was typed before it, be it too long or an answer to something else, is for the ballot only:
    it does not stay in the page's history."""

    def ask(asking: Asking) -> Markup:
        turn = asking.turn
        if turn.incoming.kind is Kind.TEXT:
            turn.incoming = replace(turn.incoming, text=HIDDEN)
        return prompt()

    return ask


def scale(highest: int, least: int = 0) -> list[Choice]:
    return [Choice(str(n), str(n)) for n in range(least, highest + 1)]


def _one_to_five(_asking: Asking) -> list[Choice]:
    return scale(5, 1)


def statement(name: str, text: Text, **more: Any) -> Question:
    """How far somebody agrees, from 1 to 5."""
    return Question(
        name=name,
        label=text,
        prompt=unseen(lambda: _("“{statement}”\n\n1: not at all · 5: completely").format(statement=text())),
        check=check_choice(_one_to_five),
        choices=_one_to_five,
        columns=5,
        optional=True,
        typed=False,
        summed_up=False,
        **more,
    )


def comment(name: str, prompt: Text) -> Question:
    """A few words that may be left out."""
    return Question(
        name=name,
        label=prompt,
        prompt=unseen(prompt),
        check=check_text(MAX_COMMENT),
        optional=True,
        summed_up=False,
    )


def what_to_keep() -> Question:
    return comment("keep", lambda: _("What should we keep? A few words; you may skip this."))


def what_to_change() -> Question:
    return comment("change", lambda: _("What should we change? A few words; you may skip this."))


def _send(_asking: Asking) -> list[Choice]:
    return [Choice("send", _("Send anonymously"))]


def sending() -> Question:
    """The last button."""
    return Question(
        name="send",
        label=lambda: _("Send"),
        prompt=unseen(
            lambda: _(
                "Ready? Once sent, your answers can no longer be changed or taken back: nobody knows which are yours."
            )
        ),
        check=check_choice(_send),
        choices=_send,
        typed=False,
        summed_up=False,
    )
