"""Those who organise an event write to all who answered it in a certain way."""

from dataclasses import replace
from datetime import timedelta
from secrets import token_hex
from typing import Any

from markupsafe import Markup

from bot.conversation.checks import check_choice, check_text
from bot.conversation.i18n import _, ngettext, number
from bot.conversation.questions import Answers, Asking, Choice, Form, Question, Unfit
from bot.conversation.reply import Button, Go, Reply, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.attendance import State
from db import answers as db_answers
from db import events
from db.models.events import Event
from handlers.events.answers import STATES, count_said, labels
from handlers.events.card import Organise
from handlers.events.changing import words_of_organiser
from handlers.events.organising import Said, WriteToThem, may_organise_or_refuse, organise
from handlers.events.which import NAME, ORGANISED, begin_about, organised

MAX_MESSAGE = 1500
# More than this about one event within a day is more than people bear.
MOST_A_DAY = 5
SHOWN = 60


def begin_writing(turn: Turn, tap: WriteToThem) -> Outcome:
    event = may_organise_or_refuse(turn, tap.event)
    note = _why_not(turn, event)
    if note is not None:
        raise Refused(organise(turn, Organise(event.id), note))
    return begin_about(turn, WRITING, event)


def _why_not(turn: Turn, event: Event) -> Markup | None:
    """Where there is nobody to write to, or enough was written."""
    if not sum(count_said(turn, event).values()):
        return _("Nobody has answered yet, so there is nobody to write to.")
    if db_answers.count_messages(turn.session, event.id, turn.now - timedelta(days=1)) >= MOST_A_DAY:
        return _(
            "{n} messages about this event have gone out within a day; more would be a burden to those who receive "
            "them. Please write the next one tomorrow."
        ).format(n=MOST_A_DAY)
    return None


def _kinds(asking: Asking) -> list[Choice]:
    return [Choice(said.value, label) for said, label in labels(asking.turn, organised(asking)).items()]


def _check_kind(asking: Asking, value: Any) -> str:
    said = Said(check_choice(_kinds)(asking, value))
    if not count_said(asking.turn, organised(asking))[said]:
        raise Unfit(_("Nobody has answered like this so far."))
    return said.value


def _states(answers: Answers) -> list[State]:
    return [state for said in answers["to"] for state in STATES[Said(said)]]


def _begun(_asking: Asking, text: Any) -> str:
    """The first words; all of it stands above."""
    line = " ".join(str(text).split())
    return shorten(line, SHOWN)


def _summary(asking: Asking) -> Markup:
    """How many it reaches, and the text exactly as they will read it."""
    event = organised(asking)
    told, objected = db_answers.count_listeners(asking.turn.session, event.id, _states(asking.answers))
    head = ngettext(
        "<b>Send this to {n} person?</b> They read:", "<b>Send this to {n} people?</b> They read:", told
    ).format(n=number(told))
    return Markup("\n\n").join([head, words_of_organiser(event, asking.answers["text"]), *_left_out(objected)])


def _left_out(objected: int) -> list[Markup]:
    if not objected:
        return []
    return [
        ngettext(
            "{n} person who answered like this does not wish to be written to, and is left out.",
            "{n} people who answered like this do not wish to be written to, and are left out.",
            objected,
        ).format(n=number(objected))
    ]


def send(turn: Turn, answers: Answers) -> Reply:
    """Planned now; it goes out in pieces. The log has no word of it."""
    event = may_organise_or_refuse(turn, int(answers[NAME]), lock=True)
    states = _states(answers)
    told, _objected = db_answers.count_listeners(turn.session, event.id, states)
    note = _why_not(turn, event) or (None if told else _("None of them wishes to be written to, so nothing was sent."))
    if note is not None:
        # A message of its own: the card with the text stays above, to be sent later or to somebody else.
        raise Refused(replace(organise(turn, Organise(event.id), note), new=True))
    params = {"states": [state.value for state in states], "text": answers["text"]}
    events.plan_errand(turn.session, event.id, "message", token_hex(6), turn.now, params)
    turn.record("attendees_written_to", event=event.id, states=params["states"])
    text = ngettext(
        "Your message is on its way to {n} person. Whoever is asleep now reads it in the morning.",
        "Your message is on its way to {n} people. Whoever is asleep now reads it in the morning.",
        told,
    ).format(n=number(told))
    return Reply(text, ((Button(_("Organise"), Organise(event.id)), Button(_("Menu"), Go("menu"))),))


WRITING = Form(
    name="eventmsg",
    title=lambda: _("Message to those who answered"),
    questions=(
        ORGANISED,
        Question(
            name="to",
            label=lambda: _("To whom"),
            prompt=lambda _asking: _("To whom would you like to write? Several are possible."),
            check=_check_kind,
            choices=_kinds,
            several=True,
            builds_on=NAME,
        ),
        Question(
            name="text",
            label=lambda: _("Text"),
            prompt=lambda _asking: _(
                "What would you like to tell them? Please write it as one message; several lines are fine. Everybody "
                "reads it as you write it, so please use the languages they read."
            ),
            check=check_text(MAX_MESSAGE),
            show=_begun,
        ),
    ),
    finish=send,
    summary=_summary,
    confirm=lambda: _("Send the message"),
)


def register(router: Router) -> None:
    router.tap(WriteToThem, begin_writing, gate=Gate.AMBASSADOR)
    router.form(WRITING, gate=Gate.AMBASSADOR)
