"""A registration that cannot be decided yet, or is declined: the coordinator writes a line, which is passed on exactly
as written, and the person answers."""

from collections.abc import Callable

from bot.conversation import forms
from bot.conversation.checks import check_line
from bot.conversation.i18n import _, pgettext
from bot.conversation.questions import Answers, Asking, Form, Question, Text
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import doors, members, registrations, scopes
from db.models.members import Member, Verification
from handlers.coordination.verifying import (
    AnswerQuestion,
    AskBack,
    Decided,
    Decline,
    RegistrationWaits,
    gone,
    name_of,
    registration_card,
    too_late,
)

LONGEST_NOTE = 500


def ask_back(turn: Turn, tap: AskBack) -> Outcome:
    return _begin_note(turn, ASKING_BACK, tap.verification)


def decline(turn: Turn, tap: Decline) -> Outcome:
    return _begin_note(turn, DECLINING, tap.verification)


def _begin_note(turn: Turn, form: Form, verification: int) -> Outcome:
    """Words begun for one person are never taken up for another."""
    row = registrations.find(turn.session, verification, turn.scope)
    if row is None:
        return gone()
    if row.state not in ("open", "asked_back"):
        return too_late(turn, row)
    return forms.begin_anew(turn, form, {"_verification": verification})


def send_question(turn: Turn, answers: Answers) -> Outcome:
    row = registrations.find(turn.session, answers["_verification"], turn.scope, lock=True)
    if row is None:
        return gone()
    if row.state not in ("open", "asked_back"):
        return too_late(turn, row)
    row.state, row.note, row.answer = "asked_back", answers["note"], None
    person = members.load(turn.session, row.member_id)
    turn.record("registration_asked_back", person.number)
    turn.notify(person.id, Decided(row.id, "asked_back", _round(turn)))
    return registration_card(turn.session, row, turn.scope)


def send_decline(turn: Turn, answers: Answers) -> Outcome:
    row = registrations.find(turn.session, answers["_verification"], turn.scope)
    if row is None:
        return gone()
    if not registrations.decide(turn.session, row.id, "declined", turn.me.number, turn.now, answers["note"]):
        return too_late(turn, row)
    person = turn.session.get_one(Member, row.member_id, with_for_update={"key_share": True})
    person.status = "declined"
    doors.reset_menus(turn.session, person.id)
    turn.record("registration_declined", person.number)
    turn.notify(person.id, Decided(row.id, "declined"))
    turn.session.refresh(row)
    return registration_card(turn.session, row, turn.scope)


def _round(turn: Turn) -> int:
    """Tells one question from the next; seconds are fine enough for people."""
    return int(turn.now.timestamp())


def begin_answer(turn: Turn, tap: AnswerQuestion) -> Outcome:
    row = turn.session.get(Verification, tap.verification)
    if row is None or row.member_id != turn.me.id or row.state != "asked_back":
        return Reply(_("This question is no longer open."), column(Button(_("Menu"), Go("menu"))))
    return forms.begin_anew(turn, ANSWERING, {"_verification": row.id})


def take_answer(turn: Turn, answers: Answers) -> Outcome:
    row = turn.session.get(Verification, answers["_verification"], with_for_update=True)
    if row is None or row.state != "asked_back":
        return Reply(_("This question is no longer open."), column(Button(_("Menu"), Go("menu"))))
    row.state, row.answer = "open", answers["note"]
    for coordinator in scopes.coordinators_for(turn.session, row.member_id):
        turn.notify(coordinator, RegistrationWaits(row.id, _round(turn)))
    return Reply(_("Thank you. The alumni office has your answer and will get back to you."), column(
        Button(_("Menu"), Go("menu"))))  # fmt: skip


def _note_form(name: str, title: Text, prompt: Text, finish: Callable[[Turn, Answers], Outcome]) -> Form:
    """A form of one line of text; its prompt may say about whom ({name})."""
    question = Question(
        name="note",
        label=lambda: _("Text"),
        prompt=lambda asking: prompt().format(name=_about_whom(asking)),
        check=check_line(LONGEST_NOTE),
    )
    return Form(name=name, title=title, questions=(question,), finish=finish, starts=None)


def _about_whom(asking: Asking) -> str:
    row = asking.turn.session.get(Verification, asking.answers["_verification"])
    return name_of(asking.turn.session, row) if row else "–"


ASKING_BACK = _note_form(
    "askback",
    lambda: _("Ask back"),
    lambda: _("What would you like to ask {name}? Your words are passed on exactly as you write them."),
    send_question,
)
DECLINING = _note_form(
    "decline",
    lambda: pgettext("registration", "Decline"),
    lambda: _("Why can {name} not be confirmed? Your words are passed on exactly as you write them."),
    send_decline,
)
ANSWERING = _note_form(
    "answer", lambda: _("Your answer"), lambda: _("Please write your answer to the alumni office."), take_answer
)


def register(router: Router) -> None:
    router.tap(AskBack, ask_back, gate=Gate.COORDINATOR)
    router.tap(Decline, decline, gate=Gate.COORDINATOR)
    router.tap(AnswerQuestion, begin_answer, gate=Gate.REGISTERED)
    router.form(ASKING_BACK, gate=Gate.COORDINATOR)
    router.form(DECLINING, gate=Gate.COORDINATOR)
    router.form(ANSWERING, gate=Gate.REGISTERED)
