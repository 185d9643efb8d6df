"""Coordinators answer: by a button, on Telegram also by replying. Who answers first has the question from then on."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.checks import check_words
from bot.conversation.i18n import _, listed
from bot.conversation.questions import Answers, Asking, Form, Question, Unfit
from bot.conversation.reply import Button, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import desks, letters, members, threads
from db.models.contact import LONGEST_LETTER, Letter, Thread
from db.threads import Content
from handlers.contact.asking import apart
from handlers.contact.buttons import AnswerThread, OpenThread
from handlers.contact.inbox import closed_note, gone, readable, show
from handlers.contact.telling import AnswerArrived, OtherAnswered
from handlers.contact.wording import name_office, name_writer

# What the form is about, beside its one answer: the question, and the newest letter its writer saw.
THREAD, SEEN = "_thread", "_seen"


def begin(turn: Turn, tap: AnswerThread) -> Outcome:
    """Words begun for one person are never taken up for another. The letter stays above the answer."""
    thread = readable(turn, tap.thread)
    if thread is None or thread.state == "closed":
        return gone() if thread is None else show(turn, thread, closed_note(turn, thread))
    return apart(forms.begin_anew(turn, ANSWERING, {THREAD: thread.id, SEEN: tap.seen}))


def answer_by_replying(turn: Turn, tap: AnswerThread) -> Reply:
    """The words of a reply are the answer."""
    try:
        words = check_words(LONGEST_LETTER)(Asking(turn, {}), turn.incoming.text)
    except Unfit as unfit:
        return Reply(unfit.sentence, ((Button(_("Whole question"), OpenThread(tap.thread)),),))
    return answer(turn, tap.thread, Content(words), tap.seen)


def send(turn: Turn, answers: Answers) -> Reply:
    return answer(turn, int(answers[THREAD]), Content(answers["text"]), int(answers[SEEN]))


def answer(turn: Turn, number: int, says: Content, seen: int) -> Reply:
    """What was true when the words were begun may not be true any more. Of two who answer at once both letters go, and
    each sees the other's."""
    thread = readable(turn, number, locked=True)
    if thread is None or thread.state == "closed":
        return gone() if thread is None else show(turn, thread, closed_note(turn, thread))
    others = letters.answered_by_others(turn.session, thread.id, turn.me.number, seen)
    letter = threads.answer(turn.session, thread, turn.member, says, turn.now)
    asker = members.load(turn.session, thread.member_id)
    turn.record("question_answered", asker.number, thread=thread.id)
    turn.notify(asker.id, AnswerArrived(letter.id))
    _tell_colleagues(turn, thread, letter)
    note = _("Sent to {name}.").format(name=name_writer(asker))
    return show(turn, thread, Markup("\n").join([note, *_meanwhile(turn, others)]))


def _tell_colleagues(turn: Turn, thread: Thread, letter: Letter) -> None:
    """Those who have answered before, and the one it is with."""
    concerned = {thread.assigned_to, *letters.writers_of(turn.session, thread.id)} - {turn.me.id}
    for colleague in desks.those_who_may(turn.session, concerned):
        turn.notify(colleague, OtherAnswered(letter.id))


def _meanwhile(turn: Turn, others: Sequence[str]) -> list[Markup]:
    if not others:
        return []
    names = listed([name_office(turn.session, number) for number in others])
    return [_("Meanwhile there is an answer of {names}, too; both have been sent.").format(names=names)]


def _prompt(asking: Asking) -> Markup:
    thread = readable(asking.turn, asking.answers.get(THREAD, 0))
    if thread is None:
        return gone().text
    session = asking.turn.session
    lines = [
        _("What would you like to answer <b>{name}</b>? Your words are sent exactly as you write them, with your name. "
          "Up to {n} characters.").format(
            name=name_writer(members.load(session, thread.member_id)), n=LONGEST_LETTER
        )
    ]  # fmt: skip
    others = letters.answered_by_others(session, thread.id, asking.turn.me.number, asking.answers[SEEN])
    if others:
        names = listed([name_office(session, number) for number in others])
        lines.append(_("There is an answer of {names} already.").format(names=names))
    return Markup("\n\n").join(lines)


ANSWERING = Form(
    name="answeroffice",
    title=lambda: _("Answer"),
    questions=(
        Question(
            name="text",
            label=lambda: _("Text"),
            prompt=_prompt,
            check=check_words(LONGEST_LETTER),
            summed_up=False,
        ),
    ),
    finish=send,
    starts=None,
)


def register(router: Router) -> None:
    router.tap(AnswerThread, begin, gate=Gate.COORDINATOR)
    router.reply(AnswerThread, answer_by_replying, gate=Gate.COORDINATOR)
    router.form(ANSWERING, gate=Gate.COORDINATOR)
