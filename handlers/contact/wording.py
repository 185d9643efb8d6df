"""How questions to the alumni office are put into words: what they are about, who writes, all letters of one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, lasting, named, number, pgettext, short_time
from bot.conversation.reply import Button, Rows, column, shorten
from bot.domain.questions_to_office import About, Subject, usual_wait
from db import checkins, letters, members, threads
from db.desks import subject_of
from db.models.announcements import Attachment
from db.models.contact import Letter, Thread
from db.models.lists import Institution
from db.models.members import Member
from handlers.contact.buttons import OpenFile

FILES_SHOWN = 3
# What fits into one message beside its head.
PAGE = 3000


def name_subject(session: Session, subject: Subject) -> str:
    """What a question is about, in the reader's language."""
    if subject.institution is not None:
        return named(session.get_one(Institution, subject.institution).names)
    return str(
        {
            About.REGISTRATION: _("Registration and code"),
            About.EVENTS: _("Events and clubs"),
            About.MENTORING: _("Mentoring"),
            About.PRIVACY: _("Privacy and my data"),
            About.OTHER: _("Something else"),
        }[subject.about]
    )


def name_thread(session: Session, thread: Thread) -> str:
    return name_subject(session, subject_of(thread))


def name_writer(member: Member) -> str:
    """Who asks; a guest has told us no name."""
    return member.full_name or str(_("A guest"))


def name_office(session: Session, coordinator: str | None) -> str:
    """Who answers, by member number; the office, where they have left or told us no name."""
    found = checkins.member_numbered(session, coordinator) if coordinator is not None else None
    return (found.full_name if found is not None else None) or str(_("The alumni office"))


def name_coordinator(member: Member) -> str:
    return member.full_name or str(_("The alumni office"))


def state_line(thread: Thread, now: datetime) -> Markup:
    """How it stands."""
    if thread.state == "open" and thread.waiting_since is not None:
        return _("Waiting for an answer: {time}").format(time=waited(thread.waiting_since, now))
    return _("Answered") if thread.state == "answered" else pgettext("question", "Closed")


def waited(since: datetime, now: datetime) -> str:
    """ "3 days"; a question of just now has waited a minute."""
    return lasting(max(now - since, timedelta(minutes=1)))


def shown_letters(session: Session, thread: Thread, page: int | None, *, for_office: bool) -> tuple[Markup, int, bool]:
    """One page of the letters, the last one where none is named; which page it is, and whether there is a later one."""
    found = letters.of(session, thread.id, with_notes=for_office)
    asker = name_writer(members.load(session, thread.member_id)) if for_office else str(_("You"))
    pages = _paged([_letter(session, each, asker) for each in found])
    shown = len(pages) - 1 if page is None else min(max(page, 0), len(pages) - 1)
    return Markup("\n\n").join(pages[shown]), shown, shown < len(pages) - 1


def _letter(session: Session, letter: Letter, asker: str) -> Markup:
    at = short_time(letter.at)
    if letter.handed_to is not None:
        names = {"by": name_office(session, letter.by), "to": name_office(session, letter.handed_to)}
        head = _("<i>{by} handed this over to {to}, {time}</i>").format(**names, time=at)
        return Markup("{}\n{}").format(head, letter.text) if letter.text else head
    name = asker if letter.by is None else name_office(session, letter.by)
    file = session.get(Attachment, letter.attachment_id) if letter.attachment_id is not None else None
    words = _("File: {name}").format(name=file.name) if file is not None else letter.text
    return Markup("<b>{}</b>, {}\n{}").format(name, at, words)


def file_rows(session: Session, thread: Thread) -> Rows:
    """One button for each of the last pictures and files."""
    found = letters.files_of(session, thread.id, FILES_SHOWN)
    return column(*(Button(_("File: {name}").format(name=shorten(name, 30)), OpenFile(each)) for each, name in found))


def _paged(written: Sequence[Markup]) -> list[list[Markup]]:
    """In the order they were written, as many on a page as fit."""
    pages: list[list[Markup]] = [[]]
    for letter in written:
        if pages[-1] and sum(map(len, pages[-1])) + len(letter) > PAGE:
            pages.append([])
        pages[-1].append(letter)
    return pages


def usual_line(session: Session) -> list[Markup]:
    """How long people usually wait, where there are enough answers to say so."""
    waits = threads.last_waits(session)
    usual = usual_wait(waits)
    if usual is None:
        return []
    sentence = _("Usual waiting time: {time} (half of the last {n} questions were answered by then).")
    return [sentence.format(n=number(len(waits)), time=lasting(max(usual, timedelta(minutes=1))))]
