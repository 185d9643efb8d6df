"""Longer conversations: the one engine that asks the questions of a form. Here one begins.

It asks, checks, goes back, skips, cancels, sums up, lets any answer be changed before it counts, and takes up
again after a week or a deployment. Its state is one `draft` row with the *name* of the question, so that a
new version of a form meets old drafts with today's checks.

What a form is made of: `questions`. What was answered is taken in `form_answers`, the steps between questions are
gone in `form_steps`, how it all looks is in `form_cards`.
"""

from bot.conversation.form_steps import advance, as_it_is, resume
from bot.conversation.questions import SUMMARY, Answers, Form
from bot.conversation.turn import Outcome, Turn
from db import drafts
from db.drafts import Filling


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


@as_it_is
def _enter(turn: Turn, form: Form, filling: Filling) -> Outcome:
    return advance(turn, form, filling)


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
