"""Those who were there tell how it was, and nobody can see who said what."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from bot.conversation.callbacks import Callback
from bot.conversation.checks import check_choice
from bot.conversation.i18n import _
from bot.conversation.questions import Answers, Asking, Choice, Form, Question, Unfit
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Router
from bot.conversation.turn import Outcome, Turn
from bot.conversation.typed_numbers import read_number
from db import surveys
from db.models.surveys import Survey
from handlers.balloting import (
    SURVEY,
    cast_ballot,
    closed,
    open_ballot,
    scale,
    sending,
    statement,
    unseen,
    what_to_change,
    what_to_keep,
)
from handlers.events.card import label_of

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
    return open_ballot(turn, SURVEYING, tap.survey) if survey is not None and survey.event_id is not None else closed()


def send(turn: Turn, answers: Answers) -> Reply:
    """The ballot goes into the urn; nothing here keeps whose it was."""
    return cast_ballot(turn, SURVEYING.name, answers, ANSWERS, Button(_("Events"), Go("events")))


def _which_event(asking: Asking, _value: Any) -> Reply | None:
    """Whoever gave the form up and begins again says first which event it is about."""
    if SURVEY in asking.answers:
        return None
    waiting = surveys.waiting_for(asking.turn.session, asking.turn.me.id, asking.turn.now)
    buttons = column(*(Button(label_of(event), TakeSurvey(survey)) for survey, event in waiting))
    return Reply(_("Which event is it about?"), buttons) if waiting else closed()


def _zero_to_ten(_asking: Asking) -> list[Choice]:
    return scale(10)


def _met(_asking: Asking) -> list[Choice]:
    return [Choice(n, n) for n in MET]


def _check_met(_asking: Asking, value: Any) -> str:
    """A number as tapped or typed; of a person who says nothing else, no more than that."""
    met = read_number(str(value))
    if met is None or not 0 <= met <= MOST_MET:
        raise Unfit(_("Please tap a number, or type one from 0 to {n}.").format(n=MOST_MET))
    return str(met)


def statement_texts() -> dict[str, Markup]:
    return {
        "people": _("I met people who matter to me."),
        "topic": _("What it was about was worth my time."),
        "organised": _("It was well organised."),
    }


def _statement(name: str) -> Question:
    return statement(name, lambda: statement_texts()[name])


SURVEYING = Form(
    name="survey",
    title=lambda: _("Survey"),
    questions=(
        Question(
            name="recommend",
            label=lambda: _("Recommend"),
            prompt=unseen(
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
        what_to_keep(),
        what_to_change(),
        Question(
            name="met",
            label=lambda: _("New acquaintances"),
            prompt=unseen(
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
        sending(),
    ),
    finish=send,
)


def register(router: Router) -> None:
    router.tap(TakeSurvey, take_survey)
    router.form(SURVEYING)
