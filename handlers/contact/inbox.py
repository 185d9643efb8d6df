"""Coordinators see who waits for an answer, the longest first, and each question with everything said about it."""

from functools import partial

from markupsafe import Markup

from bot.conversation.i18n import N_, _, number, pgettext
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from db import letters, members, threads
from db.models.contact import Thread
from db.models.members import Member, Status
from handlers.contact.buttons import AddFile, AnswerThread, CloseThread, HandOver, ListInbox, OpenThread
from handlers.contact.telling import QuestionClosed
from handlers.contact.wording import (
    file_rows,
    name_coordinator,
    name_thread,
    name_writer,
    shown_letters,
    state_line,
    waited,
)

PAGE, LAST_PAGE = 6, 9_999


def inbox(turn: Turn) -> Reply:
    """/inbox"""
    return list_inbox(turn, ListInbox())


def list_inbox(turn: Turn, tap: ListInbox) -> Reply:
    """Questions within one's scope: those that wait, or those that are answered and not settled."""
    state, page = "answered" if tap.answered else "open", min(max(tap.page, 0), LAST_PAGE)
    visible = threads.visible_to(turn.session, turn.me.id, turn.scope)
    found = threads.listed(turn.session, visible, state, PAGE + 1, page * PAGE)
    buttons = [Button(_label(turn, thread, asker), OpenThread(thread.id)) for thread, asker in found[:PAGE]]
    other = Button(_("Waiting"), ListInbox()) if tap.answered else Button(_("Answered"), ListInbox(answered=True))
    rows = (
        *column(*buttons),
        *leaves(partial(ListInbox, tap.answered), page, more=len(found) > PAGE),
        (other, Button(_("Menu"), Go("menu"))),
    )
    return Reply(_heading(threads.count(turn.session, visible, state), answered=tap.answered), rows)


def _heading(n: int, *, answered: bool) -> Markup:
    if answered:
        sentence = _("Questions that are answered and not closed yet ({n}), the newest first:")
        return sentence.format(n=number(n)) if n else _("There is no answered question that is still open.")
    sentence = _("Questions that wait for an answer ({n}), the longest waiting first:")
    return sentence.format(n=number(n)) if n else _("No question is waiting.")


def _label(turn: Turn, thread: Thread, asker: Member) -> str:
    since = thread.waiting_since or thread.changed_at
    about = shorten(name_thread(turn.session, thread), 24)
    return f"{shorten(name_writer(asker), 24)} · {about} · {waited(since, turn.now)}"


def waiting_count(turn: Turn) -> int:
    """How many questions wait for an answer of this coordinator, or of a colleague."""
    return threads.count(turn.session, threads.visible_to(turn.session, turn.me.id, turn.scope))


def open_thread(turn: Turn, tap: OpenThread) -> Reply:
    thread = readable(turn, tap.thread)
    return gone() if thread is None else show(turn, thread, page=tap.page)


def readable(turn: Turn, thread: int, *, locked: bool = False) -> Thread | None:
    """A question this coordinator may read, else None, whatever the reason."""
    if not threads.may_read(turn.session, thread, turn.me.id, turn.scope):
        return None
    return threads.lock(turn.session, thread) if locked else threads.load(turn.session, thread)


def gone() -> Reply:
    """The same for what never was, what is no longer kept and what is none of theirs."""
    text = _("This question is not (any more) among those you answer.")
    return Reply(text, ((Button(_("Questions"), Go("inbox")), Button(_("Menu"), Go("menu"))),))


def show(turn: Turn, thread: Thread, note: Markup | None = None, page: int | None = None) -> Reply:
    """Who asks what since when, all letters, and what a coordinator can do."""
    written, shown, later = shown_letters(turn.session, thread, page, for_office=True)
    text = Markup("\n\n").join([*([note] if note else []), Markup("\n").join(_head(turn, thread)), written])
    last = (Button(_("Questions"), Go("inbox")), Button(_("Menu"), Go("menu")))
    pages = leaves(partial(OpenThread, thread.id), shown, more=later)
    return Reply(text, (*pages, *file_rows(turn.session, thread), *_ways_on(turn, thread), last))


def _head(turn: Turn, thread: Thread) -> list[Markup]:
    asker = members.load(turn.session, thread.member_id)
    about = name_thread(turn.session, thread)
    head = Markup("<b>{}</b> · {}").format(name_writer(asker), about)
    with_whom = (
        [_("With: {name}").format(name=name_coordinator(members.load(turn.session, thread.assigned_to)))]
        if thread.assigned_to is not None
        else []
    )
    return [head, *_standing(asker), state_line(thread, turn.now), *with_whom]


def _standing(asker: Member) -> list[Markup]:
    """What is to be known of somebody who is not one of us (yet)."""
    said = {
        Status.GUEST: _("Not registered yet"),
        Status.PENDING: _("The registration waits for a decision"),
        Status.DECLINED: _("The registration was not confirmed"),
        Status.SUSPENDED: pgettext("member", "Suspended"),
    }
    return [said[Status(asker.status)]] if asker.status in said else []


def _ways_on(turn: Turn, thread: Thread) -> Rows:
    if thread.state == "closed":
        return ((Button(_("Whole question"), OpenThread(thread.id)),),)
    answer = Button(_("Answer"), AnswerThread(thread.id, letters.newest(turn.session, thread.id)))
    return (
        (answer, Button(_("Hand over"), HandOver(thread.id))),
        (Button(_("Send a file"), AddFile(thread.id)), Button(_("Close"), CloseThread(thread.id))),
    )


def close(turn: Turn, tap: CloseThread) -> Reply:
    """Settled, with or without an answer: whoever asked is told, and can write again."""
    thread = readable(turn, tap.thread, locked=True)
    if thread is None:
        return gone()
    if thread.state != "closed":
        threads.close(thread, turn.now)
        turn.record("question_closed", members.load(turn.session, thread.member_id).number, thread=thread.id)
        turn.notify(thread.member_id, QuestionClosed(thread.id))
    return show(turn, thread, closed_note(turn, thread))


def closed_note(turn: Turn, thread: Thread) -> Markup:
    sentence = _("This question is closed. {name} can write again at any time.")
    return sentence.format(name=name_writer(members.load(turn.session, thread.member_id)))


def register(router: Router) -> None:
    router.command("inbox", inbox, gate=Gate.COORDINATOR, about=N_("Questions that wait for an answer"))
    router.tap(ListInbox, list_inbox, gate=Gate.COORDINATOR)
    router.tap(OpenThread, open_thread, gate=Gate.COORDINATOR)
    router.tap(CloseThread, close, gate=Gate.COORDINATOR)
