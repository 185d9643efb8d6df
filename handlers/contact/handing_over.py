"""A question goes to the colleague who knows, with a note; they, whoever had it and whoever asked are told."""

from bot.conversation import forms
from bot.conversation.checks import check_choice, check_words
from bot.conversation.i18n import _
from bot.conversation.questions import Answers, Asking, Choice, Form, Question
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import desks, members, threads
from db.models.contact import Thread
from db.models.members import Member
from handlers.contact.answering import THREAD
from handlers.contact.asking import apart
from handlers.contact.buttons import HandOver
from handlers.contact.inbox import closed_note, gone, readable, show
from handlers.contact.telling import HandedOver, WillAnswer
from handlers.contact.wording import name_coordinator, name_writer

LONGEST_NOTE = 500


def begin(turn: Turn, tap: HandOver) -> Outcome:
    thread = readable(turn, tap.thread)
    if thread is None or thread.state == "closed":
        return gone() if thread is None else show(turn, thread, closed_note(turn, thread))
    if not _colleagues(turn, thread):
        return show(turn, thread, _("There is no other coordinator to hand this over to."))
    return apart(forms.begin_anew(turn, HANDING_OVER, {THREAD: thread.id}))


def _colleagues(turn: Turn, thread: Thread) -> list[Member]:
    """Everybody else who may answer, but whoever asked and whoever has it."""
    left_out = {turn.me.id, thread.member_id, thread.assigned_to}
    return [each for each in desks.coordinators(turn.session) if each.id not in left_out]


def _choices(asking: Asking) -> list[Choice]:
    thread = readable(asking.turn, asking.answers.get(THREAD, 0))
    found = _colleagues(asking.turn, thread) if thread is not None else []
    return [Choice(str(each.id), name_coordinator(each)) for each in found]


def hand_over(turn: Turn, answers: Answers) -> Outcome:
    """What was true when it was begun may not be true any more."""
    thread = readable(turn, int(answers[THREAD]), locked=True)
    if thread is None or thread.state == "closed":
        return gone() if thread is None else show(turn, thread, closed_note(turn, thread))
    to = next((each for each in _colleagues(turn, thread) if each.id == int(answers["to"])), None)
    if to is None:
        return show(turn, thread, _("This colleague cannot take it (any more). Nothing has changed."))
    before, asker = thread.assigned_to, members.load(turn.session, thread.member_id)
    note = threads.hand_over(turn.session, thread, turn.member, to, answers.get("note") or "", turn.now)
    turn.record("question_handed_over", asker.number, thread=thread.id, to=to.number)
    turn.notify(asker.id, WillAnswer(note.id))
    for colleague in {to.id, *desks.those_who_may(turn.session, [before])} - {turn.me.id}:
        turn.notify(colleague, HandedOver(note.id))
    told = _("{name} has it now, and {asker} is told so.")
    return show(turn, thread, told.format(name=name_coordinator(to), asker=name_writer(asker)))


HANDING_OVER = Form(
    name="handover",
    title=lambda: _("Hand over"),
    questions=(
        Question(
            name="to",
            label=lambda: _("To whom"),
            prompt=lambda _asking: _("Who shall answer?"),
            check=check_choice(_choices),
            choices=_choices,
            typed=False,
            summed_up=False,
        ),
        Question(
            name="note",
            label=lambda: _("Note"),
            prompt=lambda _asking: _(
                "What should your colleague know? The note stays within the alumni office; whoever asked finds it if "
                "they ask for their data."
            ),
            check=check_words(LONGEST_NOTE),
            optional=True,
            summed_up=False,
        ),
    ),
    finish=hand_over,
    starts=None,
)


def register(router: Router) -> None:
    router.tap(HandOver, begin, gate=Gate.COORDINATOR)
    router.form(HANDING_OVER, gate=Gate.COORDINATOR)
