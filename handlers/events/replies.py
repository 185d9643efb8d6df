"""Those who attend answer the short questions of the organiser, and change what they said until the event begins."""

from typing import Any

from markupsafe import Markup

from bot.conversation.i18n import _
from bot.conversation.questions import Answers, Asking, Form, Question, Unfit
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.attendance import State
from bot.domain.people import clean
from db import attendances, events
from db.models.events import Attendance, Event
from handlers.events.card import AnswerQuestions, event_card, is_open, nearest_text, reader_of, title_of
from handlers.events.which import NAME, begin_about, event_id, which_event

MAX_REPLY = 200
NUMBERS = ("1", "2", "3")
# How many questions there are, among the answers.
ASKED = "_asked"


def begin_answering(turn: Turn, tap: AnswerQuestions) -> Outcome:
    """The questions; or, where they were answered before, what was said, to change it."""
    event, row = _attended(turn, tap.event)
    said = {number: row.replies.get(number) for number in _numbers(event)} if row.replies else {}
    return begin_about(turn, REPLYING, event, **{ASKED: len(event.questions), **said})


def _attended(turn: Turn, wanted: int, *, lock: bool = False) -> tuple[Event, Attendance]:
    """The event and one's own answer, for those who attend it while it has not begun."""
    event = events.lock(turn.session, wanted) if lock else events.load(turn.session, wanted)
    row = attendances.find(turn.session, wanted, turn.me.id)
    if event is None or row is None:
        raise Refused(
            Reply(
                _("The questions are for those who attend."),
                column(Button(_("Events"), Go("events")), Button(_("Menu"), Go("menu"))),
            )
        )
    if not is_open(event, turn.now):
        text = _("This event has begun or does not take place; its questions can no longer be answered.")
        raise Refused(event_card(reader_of(turn), event, text))
    if row.state != State.YES:
        raise Refused(event_card(reader_of(turn), event, _("The questions are for those who attend.")))
    if not event.questions:
        raise Refused(event_card(reader_of(turn), event, _("The organiser has no questions any more.")))
    return event, row


def _numbers(event: Event) -> tuple[str, ...]:
    return NUMBERS[: len(event.questions)]


def _attended_with_questions(turn: Turn) -> list[Event]:
    return [event for event, _row in attendances.attended_by(turn.session, turn.me.id, turn.now) if event.questions]


def _load(turn: Turn, wanted: int) -> Event:
    return _attended(turn, wanted)[0]


def _count(asking: Asking, value: Any) -> None:
    """How many questions this event has, where it is chosen in the form."""
    asking.answers[ASKED] = len(_load(asking.turn, int(value)).questions)


def _check_reply(_asking: Asking, typed: Any) -> str:
    """A short line; a number will do."""
    line = clean(str(typed))
    if not line:
        raise Unfit(_("This was empty. Please write a few words."))
    if len(line) > MAX_REPLY:
        raise Unfit(_("This is too long: please use at most {n} characters.").format(n=MAX_REPLY))
    return line


def _words(asking: Asking, number: str) -> str:
    """A question; of those that were taken out meanwhile nothing is left."""
    asked = _load(asking.turn, event_id(asking)).questions
    return nearest_text(asked[int(number) - 1])[0] if int(number) <= len(asked) else "–"


def _question(number: str) -> Question:
    return Question(
        name=number,
        label=lambda: _("Question {n}").format(n=number),
        prompt=lambda asking: Markup("{}").format(_words(asking, number)),
        check=_check_reply,
        optional=True,
        when=lambda answers: answers.get(ASKED, 0) >= int(number),
        builds_on=NAME,
    )


def _summary(asking: Asking) -> Markup:
    event = _load(asking.turn, event_id(asking))
    asked = [Markup("{}. {}").format(number, _words(asking, number)) for number in _numbers(event)]
    head = _(
        "<b>Your answers: {event}</b>\nOnly those who organise the event read them. You can change them until it "
        "begins."
    )
    return Markup("\n\n").join([head.format(event=title_of(event)), Markup("\n").join(asked)])


def keep_replies(turn: Turn, answers: Answers) -> Reply:
    event, row = _attended(turn, int(answers[NAME]), lock=True)
    row.replies = {number: answers[number] for number in _numbers(event) if answers.get(number)}
    turn.session.flush()
    note = _("Thank you. The organiser can read your answers.") if row.replies else None
    return event_card(reader_of(turn), event, note)


REPLYING = Form(
    name="eventq",
    title=lambda: _("Questions of the organiser"),
    questions=(which_event(_attended_with_questions, _load, keeps=_count), *(_question(each) for each in NUMBERS)),
    finish=keep_replies,
    summary=_summary,
    confirm=lambda: _("Send"),
)


def register(router: Router) -> None:
    router.tap(AnswerQuestions, begin_answering)
    router.form(REPLYING)
