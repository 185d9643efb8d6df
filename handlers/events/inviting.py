"""Those an event is for are told once; who has not answered is reminded once, before the last day for answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup
from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import Session

from bot.conversation.i18n import _
from bot.conversation.notices import Composing, Lane, Notice, Switch, row_of
from bot.conversation.reply import Button, Reply
from bot.conversation.routing import Router
from bot.domain.audience import EVERYONE
from bot.domain.reminders import chase_at, next_morning
from db import attendances, audience, clubs, events, outbox
from db.audience import Reached
from db.events import Task
from db.models.events import Attendance, Event, Invitation
from db.models.members import Member
from handlers.events.card import OpenEvent, answer_rows, event_lines, is_open, reader_at
from handlers.events.reminding import hours_of

CHUNK = 500
# So long before the last day for answers those are looked up who have not answered.
CHASED_FROM = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Invited(Notice, kind="event_invited"):
    """Something is on that is for you."""

    event: int
    lane = Lane.UNASKED
    switch = Switch.EVENTS
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        return _unanswered(at, self.event, _("You are invited:"))


@dataclass(frozen=True, slots=True)
class NotAnswered(Notice, kind="event_chased"):
    """The one reminder to somebody who was invited and has not answered. `start` names the occasion."""

    event: int
    start: int
    lane = Lane.UNASKED
    switch = Switch.EVENTS
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        return _unanswered(at, self.event, _("A reminder: may we count on you? One tap is enough."))


def _unanswered(at: Composing, event_id: int, head: Markup) -> Reply | None:
    """The card with its answers; None for those who have answered meanwhile or muted the club."""
    event = events.load(at.session, event_id)
    if event is None or not is_open(event, at.now) or attendances.find(at.session, event_id, at.member.id) is not None:
        return None
    row = clubs.membership(at.session, at.member.id, event.club_id) if event.club_id else None
    if (row is not None and row.muted) or (event.answer_by is not None and at.now > event.answer_by):
        return None
    text = Markup("\n").join([head, *event_lines(reader_at(at), event, None)])
    return Reply(text, (*answer_rows(event, None), (Button(_("Open the event"), OpenEvent(event.id)),)))


def those_told(event: Event) -> tuple[ColumnElement[bool], ...]:
    """Whom an event is told to: its audience, as far as they may be written to, but not who organises it."""
    wanted = _is_invited(event.id) if event.invited_only else audience.belongs(events.audience_of(event))
    conditions = [wanted, audience.may_be_told(Switch.EVENTS), Member.id != (event.organiser_id or 0)]
    if event.invited_only:
        conditions.append(audience.belongs(EVERYONE))
    if event.club_id is not None:
        conditions.append(audience.does_not_mute(event.club_id))
    return tuple(conditions)


def _is_invited(event: int) -> ColumnElement[bool]:
    return exists().where(Invitation.event_id == event, Invitation.member_id == Member.id)


def _has_answered(event: int) -> ColumnElement[bool]:
    return exists().where(Attendance.event_id == event, Attendance.member_id == Member.id)


def invite(session: Session, event: Event, task: Task, now: datetime) -> int | None:
    """An errand: invitations to the next people of the audience, at once or each in their morning."""
    found = audience.next_of(session, task.cursor, CHUNK, *those_told(event))
    events.invite_many(session, event.id, [one.id for one in found])
    notice = Invited(event.id)
    rows = [row_of(one.id, notice, _in_the_morning(one, now) if task.params.get("morning") else now) for one in found]
    outbox.queue_many(session, rows)
    return found[-1].id if len(found) == CHUNK else None


def _in_the_morning(one: Reached, now: datetime) -> datetime:
    return next_morning(now, hours_of(one.zone, one.quiet_from, one.quiet_to, one.country, one.region, now))


def chase(session: Session, event: Event, task: Task, now: datetime) -> int | None:
    """An errand: the reminder to the next people who were told and have not answered."""
    silent = (*those_told(event), _is_invited(event.id), ~_has_answered(event.id))
    found = audience.next_of(session, task.cursor, CHUNK, *silent)
    notice = NotAnswered(event.id, int(event.starts_at.timestamp()))
    rows = []
    for one in found:
        hours = hours_of(one.zone, one.quiet_from, one.quiet_to, one.country, one.region, now)
        due = chase_at(event.published_at or now, event.answer_by or event.starts_at, hours)
        if due is not None:
            rows.append(row_of(one.id, notice, max(due, now)))
    outbox.queue_many(session, rows)
    return found[-1].id if len(found) == CHUNK else None


def plan_invitations(session: Session, event: Event, due: datetime, *, morning: bool) -> None:
    """Tell the audience from `due` on, and look later who has not answered."""
    events.plan_errand(session, event.id, "invite", "", due, {"morning": morning})
    plan_chase(session, event, due)


def plan_chase(session: Session, event: Event, now: datetime) -> None:
    last = event.answer_by or event.starts_at
    if last - now > timedelta(days=1):
        events.plan_errand(session, event.id, "chase", str(int(last.timestamp())), max(last - CHASED_FROM, now))


def register(router: Router) -> None:
    router.notice(Invited)
    router.notice(NotAnswered)
