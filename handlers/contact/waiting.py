"""Nobody is forgotten: who waits too long, or wrote to somebody who has left, comes into hands that answer."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.conversation.holidays import holidays_around
from bot.conversation.house import House
from bot.conversation.i18n import _
from bot.conversation.notices import Composing, Notice, queue
from bot.conversation.reply import Button, Go, Reply
from bot.conversation.routing import Router
from bot.domain.working_days import working_days_later
from db import desks, letters, members, scopes, threads
from db.models.contact import Thread
from handlers.contact.buttons import OpenQuestion
from handlers.contact.telling import LetterArrived, office_rows, says, to_asker, to_office
from handlers.contact.wording import name_thread, name_writer, waited

# The universities work by the clock and the holidays of Germany.
OFFICE_ZONE, OFFICE_COUNTRY = "Europe/Berlin", "DE"
DAYS_OF_PATIENCE = 3


def remind_at(now: datetime) -> datetime:
    """When what is asked now has waited too long."""
    return working_days_later(now, DAYS_OF_PATIENCE, OFFICE_ZONE, _is_holiday)


def _is_holiday(day: date) -> bool:
    return day in holidays_around(OFFICE_COUNTRY, None, day)


@dataclass(frozen=True, slots=True)
class StillWaiting(Notice, kind="still_waiting"):
    """Somebody has waited too long for an answer: to those who answer, and those who answer for everybody."""

    letter: int
    round: int

    def compose(self, at: Composing) -> Reply | None:
        found = to_office(at, self.letter)
        if found is None:
            return None
        letter, thread = found
        if thread.waiting_since is None:
            return None
        text = _("<b>{name}</b> has been waiting for an answer ({about}): {time}.\n\n“{words}”").format(
            name=name_writer(members.load(at.session, thread.member_id)),
            about=name_thread(at.session, thread),
            time=waited(thread.waiting_since, at.now),
            words=says(at, letter),
        )
        return Reply(text, office_rows(thread, letter.id), new=True)


@dataclass(frozen=True, slots=True)
class NotForgotten(Notice, kind="not_forgotten"):
    """It takes longer than it should: to whoever asked, once."""

    letter: int
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        found = to_asker(at, self.letter)
        if found is None or found[1].state != "open":
            return None
        text = _(
            "Your question ({about}) is not forgotten, though it takes longer than it should. We have just reminded "
            "the people who answer it. In /contact you find how to reach them directly."
        ).format(about=name_thread(at.session, found[1]))
        rows = ((Button(_("My question"), OpenQuestion(found[1].id)), Button(_("Contact"), Go("contact"))),)
        return Reply(text, rows, new=True)


def remind(session: Session, now: datetime, _house: House) -> bool:
    """The planner: after three working days, and every three after that."""
    found = threads.to_remind(session, now)
    for thread in found:
        letter = letters.first_unanswered(session, thread.id)
        thread.reminded, thread.remind_at = thread.reminded + 1, remind_at(now)
        if letter is None:
            continue
        for coordinator in _reminded(session, thread):
            queue(session, coordinator, StillWaiting(letter.id, thread.reminded), now)
        if thread.reminded == 1:
            queue(session, thread.member_id, NotForgotten(letter.id), now)
    return len(found) == threads.AT_ONCE


def _reminded(session: Session, thread: Thread) -> list[int]:
    central = desks.those_who_may(session, scopes.central_coordinators(session))
    return sorted({*desks.readers_of(session, thread), *central} - {thread.member_id})


def take_back(session: Session, now: datetime, _house: House) -> bool:
    """The planner: questions that are with somebody who is no longer a coordinator go to those who answer now."""
    found = threads.left_behind(session)
    for thread in found:
        threads.assign_anew(session, thread)
        session.flush()
        letter = letters.first_unanswered(session, thread.id)
        if letter is None:
            continue
        for coordinator in desks.readers_of(session, thread):
            queue(session, coordinator, LetterArrived(letter.id, left=True), now)
    return len(found) == threads.AT_ONCE


def settle(session: Session, now: datetime, _house: House) -> None:
    """The planner: who was answered and said nothing more for a month needs nothing more."""
    threads.settle(session, now)


def register(router: Router) -> None:
    router.notice(StillWaiting)
    router.notice(NotForgotten)
    router.planner(remind, threads.next_reminder)
    router.planner(take_back, lambda _session, _now: None)
    router.planner(settle, lambda _session, _now: None)
