"""Pictures and files that go with a question, of whoever asked and of the coordinators who answer."""

from dataclasses import replace
from functools import partial

from bot.conversation import forms
from bot.conversation.files import check_file
from bot.conversation.i18n import _
from bot.conversation.questions import Answers, Form, Question
from bot.conversation.reply import Ask, Button, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import desks, letters, threads
from db.models.contact import Thread
from db.threads import Content
from handlers.attachments import attached
from handlers.contact.answering import THREAD, answer
from handlers.contact.asking import apart, ask, gone, own, why_not
from handlers.contact.buttons import AddFile, OpenFile, OpenQuestion, OpenThread
from handlers.contact.telling import may_read


def begin(turn: Turn, tap: AddFile) -> Outcome:
    """Of one's own question, or as somebody who answers it."""
    thread = _mine(turn, tap.thread)
    if thread is None:
        return gone()
    refusal = why_not(turn) if thread.member_id == turn.me.id else None
    return refusal or apart(forms.begin_anew(turn, ADDING, {THREAD: thread.id}))


def _mine(turn: Turn, number: int) -> Thread | None:
    """A question the speaker asked, or may answer."""
    thread = threads.load(turn.session, number)
    if thread is None or not (own(turn, number) or may_read(turn.session, thread, turn.me.id)):
        return None
    return thread


def send(turn: Turn, answers: Answers) -> Reply:
    """What was true when it was begun may not be true any more."""
    thread, says = _mine(turn, int(answers[THREAD])), Content(attachment=int(answers["file"]))
    if thread is None:
        return gone()
    if thread.member_id == turn.me.id:
        return ask(turn, desks.subject_of(thread), says)
    return answer(turn, thread.id, says, letters.newest(turn.session, thread.id))


def open_file(turn: Turn, tap: OpenFile) -> Reply:
    found = letters.file_of(turn.session, tap.letter)
    thread = _mine(turn, found[0].id) if found is not None else None
    if found is None or thread is None:
        return gone()
    page = OpenQuestion if thread.member_id == turn.me.id else partial(OpenThread, page=None)
    label = _("My question") if thread.member_id == turn.me.id else _("Whole question")
    reply = Reply(_("File: {name}").format(name=found[1].name), ((Button(label, page(thread.id)),),))
    return replace(attached(reply, found[1]), new=True)


ADDING = Form(
    name="letterfile",
    title=lambda: _("Picture or file"),
    questions=(
        Question(
            name="file",
            label=lambda: _("Picture or file"),
            prompt=lambda _asking: _("Please send the picture or file here."),
            check=check_file,
            ask=Ask.FILE,
            summed_up=False,
        ),
    ),
    finish=send,
    starts=None,
)


def register(router: Router) -> None:
    router.tap(AddFile, begin, gate=Gate.ANYONE)
    router.tap(OpenFile, open_file, gate=Gate.ANYONE)
    router.form(ADDING, gate=Gate.ANYONE)
