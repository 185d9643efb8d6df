"""What both sides of a question to the alumni office are told: letters, answers, and into whose hands it goes."""

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _
from bot.conversation.notices import Composing, Notice
from bot.conversation.reply import Button, Reply, Rows
from bot.conversation.routing import Router
from db import desks, letters, members, scopes, threads
from db.models.announcements import Attachment
from db.models.contact import Letter, Thread
from handlers.attachments import attached
from handlers.contact.buttons import AnswerThread, CloseThread, HandOver, OpenQuestion, OpenThread, Settled, WriteAgain
from handlers.contact.wording import name_office, name_thread, name_writer


def to_office(at: Composing, letter: int) -> tuple[Letter, Thread] | None:
    """A letter and its question, if the reader is a coordinator who may (still) read it and it is not settled."""
    row = at.session.get(Letter, letter)
    thread = threads.load(at.session, row.thread_id) if row is not None else None
    if row is None or thread is None or thread.state == "closed" or not may_read(at.session, thread, at.member.id):
        return None
    return row, thread


def may_read(session: Session, thread: Thread, member: int) -> bool:
    """Whether somebody is a coordinator who may read a question."""
    return bool(desks.those_who_may(session, [member])) and threads.may_read(
        session, thread.id, member, scopes.scope_of(session, member)
    )


def to_asker(at: Composing, letter: int) -> tuple[Letter, Thread] | None:
    """A letter and its question, if it is the reader's own."""
    row = at.session.get(Letter, letter)
    thread = threads.load(at.session, row.thread_id) if row is not None else None
    if row is None or thread is None or thread.member_id != at.member.id:
        return None
    return row, thread


def says(at: Composing, letter: Letter) -> str:
    """The words of a letter, or what its picture or file is called."""
    file = at.session.get(Attachment, letter.attachment_id) if letter.attachment_id is not None else None
    return str(_("File: {name}").format(name=file.name)) if file is not None else letter.text


def with_file(at: Composing, letter: Letter, reply: Reply) -> Reply:
    """The same reply with the picture or file of the letter."""
    file = at.session.get(Attachment, letter.attachment_id) if letter.attachment_id is not None else None
    return attached(reply, file) if file is not None else reply


def office_rows(thread: Thread, seen: int) -> Rows:
    """What a coordinator can do with a letter."""
    return (
        (Button(_("Answer"), AnswerThread(thread.id, seen)), Button(_("Hand over"), HandOver(thread.id))),
        (Button(_("Whole question"), OpenThread(thread.id)), Button(_("Close"), CloseThread(thread.id))),
    )


def asker_rows(thread: Thread) -> Rows:
    """What somebody can do who got an answer."""
    return (
        (Button(_("Answer"), WriteAgain(thread.id)), Button(_("My question"), OpenQuestion(thread.id))),
        (Button(_("That helps, thank you"), Settled(thread.id)),),
    )


@dataclass(frozen=True, slots=True)
class LetterArrived(Notice, kind="letter_arrived"):
    """Somebody writes to the alumni office: to those who answer. `left`: whom it was with answers no more."""

    letter: int
    left: bool = False

    def compose(self, at: Composing) -> Reply | None:
        found = to_office(at, self.letter)
        if found is None or found[1].state != "open":
            return None
        letter, thread = found
        sentence = (
            _("<b>{name}</b> waits for an answer ({about}), and whom they wrote to no longer answers:\n\n“{words}”")
            if self.left
            else _("<b>{name}</b> asks the alumni office ({about}):\n\n“{words}”")
        )
        name = name_writer(members.load(at.session, thread.member_id))
        text = sentence.format(name=name, about=name_thread(at.session, thread), words=says(at, letter))
        return with_file(at, letter, Reply(text, office_rows(thread, letter.id), new=True))


@dataclass(frozen=True, slots=True)
class AnswerArrived(Notice, kind="answer_arrived"):
    """The alumni office has answered: to whoever asked."""

    letter: int

    def compose(self, at: Composing) -> Reply | None:
        found = to_asker(at, self.letter)
        if found is None:
            return None
        letter, thread = found
        text = _("<b>{name}</b> answers your question ({about}):\n\n“{words}”").format(
            name=name_office(at.session, letter.by), about=name_thread(at.session, thread), words=says(at, letter)
        )
        return with_file(at, letter, Reply(text, asker_rows(thread), new=True))


@dataclass(frozen=True, slots=True)
class OtherAnswered(Notice, kind="other_answered"):
    """A colleague has answered, too: to the coordinators who have to do with the question."""

    letter: int

    def compose(self, at: Composing) -> Reply | None:
        found = to_office(at, self.letter)
        if found is None:
            return None
        letter, thread = found
        text = _("<b>{name}</b> has answered {asker} ({about}):\n\n“{words}”").format(
            name=name_office(at.session, letter.by),
            asker=name_writer(members.load(at.session, thread.member_id)),
            about=name_thread(at.session, thread),
            words=says(at, letter),
        )
        return Reply(text, office_rows(thread, letter.id), new=True)


@dataclass(frozen=True, slots=True)
class HandedOver(Notice, kind="letter_handed_over"):
    """A question goes into other hands: to whoever has it now, and to whoever had it."""

    letter: int

    def compose(self, at: Composing) -> Reply | None:
        found = to_office(at, self.letter)
        if found is None:
            return None
        note, thread = found
        is_theirs = note.handed_to == at.member.number
        sentence = (
            _("<b>{by}</b> hands over to you a question of {asker} ({about}).")
            if is_theirs
            else _("<b>{by}</b> has handed over to {to} the question of {asker} ({about}).")
        )
        head = sentence.format(
            by=name_office(at.session, note.by),
            to=name_office(at.session, note.handed_to),
            asker=name_writer(members.load(at.session, thread.member_id)),
            about=name_thread(at.session, thread),
        )
        lines = [head, *([_("Note: “{words}”").format(words=note.text)] if note.text else []), *_asked(at, thread)]
        return Reply(Markup("\n\n").join(lines), office_rows(thread, note.id), new=True)


def _asked(at: Composing, thread: Thread) -> list[Markup]:
    """The words that wait for an answer."""
    letter = letters.first_unanswered(at.session, thread.id)
    return [_("“{words}”").format(words=says(at, letter))] if letter is not None else []


@dataclass(frozen=True, slots=True)
class WillAnswer(Notice, kind="will_answer"):
    """A question went into other hands: to whoever asked."""

    letter: int

    def compose(self, at: Composing) -> Reply | None:
        found = to_asker(at, self.letter)
        if found is None or found[1].state == "closed":
            return None
        note, thread = found
        text = _("Your question ({about}) is now with {name}, who will answer you.").format(
            about=name_thread(at.session, thread), name=name_office(at.session, note.handed_to)
        )
        return Reply(text, ((Button(_("My question"), OpenQuestion(thread.id)),),), new=True)


@dataclass(frozen=True, slots=True)
class QuestionClosed(Notice, kind="question_closed"):
    """The alumni office takes a question to be settled: to whoever asked."""

    thread: int

    def compose(self, at: Composing) -> Reply | None:
        thread = threads.load(at.session, self.thread)
        if thread is None or thread.member_id != at.member.id or thread.state != "closed":
            return None
        text = _(
            "The alumni office has closed your question ({about}). If it is not settled for you, please write again: "
            "a person reads it."
        ).format(about=name_thread(at.session, thread))
        rows = ((Button(_("Write again"), WriteAgain(thread.id)), Button(_("My question"), OpenQuestion(thread.id))),)
        return Reply(text, rows, new=True)


def register(router: Router) -> None:
    for kind in (LetterArrived, AnswerArrived, OtherAnswered, HandedOver, WillAnswer, QuestionClosed):
        router.notice(kind)
