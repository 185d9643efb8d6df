"""Those who were there tell how it was, and nobody can see who said what."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.callbacks import Callback
from bot.conversation.checks import check_choice, check_text
from bot.conversation.forms import Answers, Asking, Choice, Form, Move, Question, Step, Unfit
from bot.conversation.i18n import _
from bot.conversation.incoming import Kind
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Router
from bot.conversation.turn import Outcome, Turn
from bot.conversation.typed_numbers import read_number
from db import drafts, entries, surveys
from db.models.surveys import Survey
from db.models.web import Entry
from handlers.events.card import label_of

SURVEY = "_survey"
HIDDEN = "••••"
MAX_COMMENT = 600
STATEMENTS = ("people", "topic", "organised")
MET = ("0", "1", "2", "3", "4", "5", "6", "8", "10", "12", "15", "20")
MOST_MET = 50
ANSWERS = ("recommend", *STATEMENTS, "keep", "change", "met")


@dataclass(frozen=True, slots=True)
class TakeSurvey(Callback, prefix="sv"):
    """I would like to tell how it was."""

    survey: int


def take_survey(turn: Turn, tap: TakeSurvey) -> Outcome:
    survey = turn.session.get(Survey, tap.survey)
    if survey is None or not surveys.is_open(survey, turn.now):
        return _closed()
    state = surveys.participation(turn.session, survey.id, turn.me.id)
    if state != "asked":
        return _answered() if state == "answered" else _closed()
    begun = drafts.find(turn.connection, turn.me.id, SURVEYING.name)
    if begun is not None and begun.answers.get(SURVEY) != survey.id:
        drafts.drop(turn.connection, turn.me.id, SURVEYING.name)
    return forms.begin(turn, SURVEYING, {SURVEY: survey.id})


def _closed() -> Reply:
    return Reply(
        _("This survey is closed. Thank you for your interest; the alumni office is glad to hear from you directly."),
        column(Button(_("Contact"), Go("contact")), Button(_("Menu"), Go("menu"))),
    )


def _answered() -> Reply:
    return Reply(_("You have answered this survey already. Thank you!"), column(Button(_("Menu"), Go("menu"))))


def send(turn: Turn, answers: Answers) -> Reply:
    """The ballot goes into the urn; nothing here keeps whose it was."""
    survey = answers[SURVEY]
    content = {name: answers[name] for name in ANSWERS if answers.get(name) is not None}
    if not surveys.cast(turn.session, survey, turn.me.id, content):
        state = surveys.participation(turn.session, survey, turn.me.id)
        return _answered() if state == "answered" else _closed()
    entries.take_out(turn.session, turn.me.id, turn.incoming.message, _is_question, HIDDEN)
    text = _("Thank you! Your answers are in, without your name.")
    return Reply(text, column(Button(_("Events"), Go("events")), Button(_("Menu"), Go("menu"))))


def _is_question(entry: Entry) -> bool:
    """A bubble that asks one of the questions; not one that only offers to go on with them."""
    cancel = Move(SURVEYING.name, Step.CANCEL).pack()
    return any(button.get("data") == cancel for row in entry.body.get("rows", ()) for button in row)


def _which_event(asking: Asking, _value: Any) -> Reply | None:
    """Whoever gave the form up and begins again says first which event it is about."""
    if SURVEY in asking.answers:
        return None
    waiting = surveys.waiting_for(asking.turn.session, asking.turn.me.id, asking.turn.now)
    buttons = column(*(Button(label_of(event), TakeSurvey(survey)) for survey, event in waiting))
    return Reply(_("Which event is it about?"), buttons) if waiting else _closed()


def _unseen(prompt: forms.Text) -> Callable[[Asking], Markup]:
    """A question. Whatever was typed before it, be it too long or an answer to something else, is for the ballot only:
    it does not stay in the page's history."""

    def ask(asking: Asking) -> Markup:
        turn = asking.turn
        if turn.incoming.kind is Kind.TEXT:
            turn.incoming = replace(turn.incoming, text=HIDDEN)
        return prompt()

    return ask


def _scale(highest: int, least: int = 0) -> list[Choice]:
    return [Choice(str(n), str(n)) for n in range(least, highest + 1)]


def _zero_to_ten(_asking: Asking) -> list[Choice]:
    return _scale(10)


def _one_to_five(_asking: Asking) -> list[Choice]:
    return _scale(5, 1)


def _met(_asking: Asking) -> list[Choice]:
    return [Choice(n, n) for n in MET]


def _check_met(_asking: Asking, value: Any) -> str:
    """A number as tapped or typed; of a person who says nothing else, no more than that."""
    met = read_number(str(value))
    if met is None or not 0 <= met <= MOST_MET:
        raise Unfit(_("Please tap a number, or type one from 0 to {n}.").format(n=MOST_MET))
    return str(met)


def _send(_asking: Asking) -> list[Choice]:
    return [Choice("send", _("Send anonymously"))]


def statement_texts() -> dict[str, Markup]:
    return {
        "people": _("I met people who matter to me."),
        "topic": _("What it was about was worth my time."),
        "organised": _("It was well organised."),
    }


def _statement(name: str) -> Question:
    return Question(
        name=name,
        label=lambda: statement_texts()[name],
        prompt=_unseen(
            lambda: _("“{statement}”\n\n1: not at all · 5: completely").format(statement=statement_texts()[name])
        ),
        check=check_choice(_one_to_five),
        choices=_one_to_five,
        columns=5,
        optional=True,
        typed=False,
        summed_up=False,
    )


def _comment(name: str, prompt: forms.Text) -> Question:
    return Question(
        name=name,
        label=prompt,
        prompt=_unseen(prompt),
        check=check_text(MAX_COMMENT),
        optional=True,
        summed_up=False,
    )


# Nothing of the answers is ever said back: a card would keep them in the page's history. So there is no summary; going
# back is the way to correct something.
SURVEYING = Form(
    name="survey",
    title=lambda: _("Survey"),
    questions=(
        Question(
            name="recommend",
            label=lambda: _("Recommend"),
            prompt=_unseen(
                lambda: _(
                    "How likely is it that you would recommend such an event to others?\n\n"
                    "0: not at all · 10: certainly"
                )
            ),
            check=check_choice(_zero_to_ten),
            choices=_zero_to_ten,
            ends=_which_event,
            columns=4,
            per_page=11,
            optional=True,
            typed=False,
            summed_up=False,
        ),
        *(_statement(name) for name in STATEMENTS),
        _comment("keep", lambda: _("What should we keep? A few words; you may skip this.")),
        _comment("change", lambda: _("What should we change? A few words; you may skip this.")),
        Question(
            name="met",
            label=lambda: _("New acquaintances"),
            prompt=_unseen(
                lambda: _(
                    "How many people did you meet for the first time? Only the number counts; you may type it, too, up "
                    "to {n}."
                ).format(n=MOST_MET)
            ),
            check=_check_met,
            choices=_met,
            columns=4,
            per_page=len(MET),
            optional=True,
            summed_up=False,
        ),
        Question(
            name="send",
            label=lambda: _("Send"),
            prompt=_unseen(
                lambda: _(
                    "Ready? Once sent, your answers can no longer be changed or taken back: nobody knows which are "
                    "yours."
                )
            ),
            check=check_choice(_send),
            choices=_send,
            typed=False,
            summed_up=False,
        ),
    ),
    finish=send,
)


def register(router: Router) -> None:
    router.tap(TakeSurvey, take_survey)
    router.form(SURVEYING)
