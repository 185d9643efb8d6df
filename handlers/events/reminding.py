"""Whoever attends is reminded: by default a day and an hour before, at a human hour; the day before asks whether
they are still coming, and one tap frees the seat."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.callbacks import Callback
from bot.conversation.holidays import holidays_around
from bot.conversation.i18n import _, lasting, pgettext
from bot.conversation.notices import Composing, Notice, queue
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.times import clocks
from bot.conversation.turn import Refused, Turn
from bot.domain.attendance import State
from bot.domain.quiet_hours import is_quiet
from bot.domain.reminders import Hours, Lead, each, is_too_late, remind_at, span
from db import attendances, events, outbox, places
from db.attendances import Coming
from db.events import Task
from db.models.events import Attendance, Event, EventState
from db.models.members import Member
from handlers.events.card import (
    Decline,
    OpenEvent,
    ShowTicket,
    event_card,
    reader_at,
    reader_of,
    title_of,
    where_lines,
)

# From so long before the start on reminders are queued: the longest lead, and room to go round holidays.
HORIZON = timedelta(days=12)
CHUNK = 500
LONG = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StillComing(Callback, prefix="ey"):
    """Yes, I am still coming."""

    event: int


@dataclass(frozen=True, slots=True)
class ShowLeads(Callback, prefix="sl"):
    """How long before an event I am reminded."""


@dataclass(frozen=True, slots=True)
class SetLead(Callback, prefix="sm"):
    """Says how it shall be, so that a double tap does nothing."""

    lead: int
    on: bool


@dataclass(frozen=True, slots=True)
class EventReminder(Notice, kind="event_reminder"):
    """A day or more before: asks whether one is still coming. `start` (seconds) and `round` name the occasion."""

    event: int
    start: int
    round: int
    lead: int
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        event, mine = _still_meant(at, self)
        if event is None or mine is None:
            return None
        text = Markup("\n").join(
            [
                _("<b>{event}</b> begins in {time}.").format(
                    event=title_of(event), time=lasting(event.starts_at - at.now)
                ),
                *clocks(event.starts_at, event.ends_at, event.zone),
                *where_lines(reader_at(at), event, mine),
                _("Are you still coming? If not, somebody else will be glad of the seat."),
            ]
        )
        rows = (
            (Button(_("I am coming"), StillComing(event.id)), Button(_("I cannot come"), Decline(event.id))),
            (Button(_("Ticket"), ShowTicket(event.id)), Button(_("Open the event"), OpenEvent(event.id))),
        )
        return Reply(text, rows)


@dataclass(frozen=True, slots=True)
class StartsSoon(Notice, kind="starts_soon"):
    """Hours before: sent at its moment or not at all."""

    event: int
    start: int
    round: int
    lead: int
    unasked = True
    waits = False

    def compose(self, at: Composing) -> Reply | None:
        event, mine = _still_meant(at, self)
        member = at.member
        if event is None or mine is None or is_quiet(at.now, member.zone, member.quiet_from, member.quiet_to):
            return None
        head = _("<b>{event}</b> begins in {time}.").format(
            event=title_of(event), time=lasting(event.starts_at - at.now)
        )
        text = Markup("\n").join([head, *where_lines(reader_at(at), event, mine)])
        return Reply(
            text, column(Button(_("Ticket"), ShowTicket(event.id)), Button(_("Open the event"), OpenEvent(event.id)))
        )


def _still_meant(at: Composing, notice: EventReminder | StartsSoon) -> tuple[Event | None, Attendance | None]:
    """The event and the reader's answer, if this occasion still stands."""
    event = events.load(at.session, notice.event)
    mine = attendances.find(at.session, notice.event, at.member.id)
    stands = (
        event is not None
        and mine is not None
        and event.state == EventState.PUBLISHED
        and mine.state == State.YES
        and mine.round == notice.round
        and int(event.starts_at.timestamp()) == notice.start
        and at.member.leads & notice.lead
        and not is_too_late(event.starts_at, Lead(notice.lead), at.now)
    )
    return (event, mine) if stands else (None, None)


def remind_of(turn: Turn, event: Event, row: Attendance) -> None:
    """Somebody said yes: where the bulk was queued already, theirs are queued now."""
    if event.reminds and event.starts_at - turn.now < HORIZON:
        for notice, due in _reminders(event, _coming(turn, row), turn.now):
            queue(turn.session, turn.me.id, notice, due)


def _coming(turn: Turn, row: Attendance) -> Coming:
    member = turn.member
    place = places.load_place(turn.session, member.place_id) if member.place_id else None
    return Coming(
        row.id,
        member.id,
        row.round,
        member.leads,
        member.zone,
        member.quiet_from,
        member.quiet_to,
        place.country if place else None,
        place.region if place else None,
    )


def hours_of(zone: str, quiet_from: int, quiet_to: int, country: str | None, region: str | None, at: datetime) -> Hours:
    """When somebody may be written to around an instant."""
    return Hours(zone, quiet_from, quiet_to, holidays_around(country, region, at.date()))


def hours_of_member(session: Session, member: Member, at: datetime) -> Hours:
    place = places.load_place(session, member.place_id) if member.place_id else None
    country, region = (place.country, place.region) if place else (None, None)
    return hours_of(member.zone, member.quiet_from, member.quiet_to, country, region, at)


def _reminders(event: Event, one: Coming, now: datetime) -> Iterator[tuple[EventReminder | StartsSoon, datetime]]:
    """What one person is to be sent, and when; nothing whose moment has passed."""
    for lead in _leads(one.leads):
        due = _due(event.starts_at, lead, one.zone, one.quiet_from, one.quiet_to, one.country, one.region)
        if due is not None and due > now:
            yield _notice(event.id, event.starts_at, one.round, lead), due


@lru_cache(maxsize=64)
def _leads(chosen: int) -> tuple[Lead, ...]:
    return tuple(each(chosen))


@lru_cache(maxsize=1024)
def _notice(event: int, start: datetime, round: int, lead: Lead) -> EventReminder | StartsSoon:
    """The same for everybody who comes for the first time: made once."""
    kind = EventReminder if span(lead) >= LONG else StartsSoon
    return kind(event, int(start.timestamp()), round, int(lead))


@lru_cache(maxsize=1024)
def _row(notice: EventReminder | StartsSoon) -> dict[str, Any]:
    """What its rows have in common."""
    return {"kind": notice.kind, "ref": notice.ref(), "params": notice.params(), "lane": notice.lane}


@lru_cache(maxsize=4096)
def _due(
    start: datetime, lead: Lead, zone: str, quiet_from: int, quiet_to: int, country: str | None, region: str | None
) -> datetime | None:
    """The same for everybody who lives by the same clock and holidays: worked out once."""
    return remind_at(start, lead, hours_of(zone, quiet_from, quiet_to, country, region, start))


def queue_reminders(session: Session, event: Event, task: Task, now: datetime) -> int | None:
    """An errand: the reminders of the next people who come. How far it got, None at the end."""
    found = attendances.coming_after(session, event.id, task.cursor, CHUNK)
    outbox.queue_many(session, _rows(event, found, now))
    return found[-1].id if len(found) == CHUNK else None


def _rows(event: Event, found: Sequence[Coming], now: datetime) -> list[dict[str, Any]]:
    return [
        {**_row(notice), "member_id": one.member, "due_at": due}
        for one in found
        for notice, due in _reminders(event, one, now)
    ]


def plan_reminders(session: Session, event: Event, now: datetime) -> None:
    """From twelve days before the start on, all who said yes by then; later ones queue their own."""
    if event.reminds:
        due = max(event.starts_at - HORIZON, now)
        events.plan_errand(session, event.id, "remind", str(int(event.starts_at.timestamp())), due)


def say_still_coming(turn: Turn, tap: StillComing) -> Reply:
    event = events.lock(turn.session, tap.event)
    mine = attendances.find(turn.session, tap.event, turn.me.id)
    if event is None or mine is None or event.state != EventState.PUBLISHED or mine.state != State.YES:
        raise Refused(_no_longer(turn, event))
    mine.confirmed_at = turn.now
    return event_card(reader_of(turn), event, _("Thank you, we are looking forward to seeing you."))


def _no_longer(turn: Turn, event: Event | None) -> Reply:
    if event is None:
        return Reply(_("This event no longer exists."))
    return event_card(reader_of(turn), event, _("Your answer has changed since; this is how it stands."))


def lead_names() -> dict[Lead, Markup]:
    return {
        Lead.WEEK: _("A week before"),
        Lead.TWO_DAYS: _("Two days before"),
        Lead.DAY: _("A day before"),
        Lead.THREE_HOURS: _("Three hours before"),
        Lead.HOUR: _("An hour before"),
    }


def show_leads(turn: Turn, _tap: ShowLeads) -> Reply:
    """The choice of reminders; none at all is fine, too."""
    buttons = [_lead_button(lead, name, turn.member.leads) for lead, name in lead_names().items()]
    text = _("How long before an event you attend shall we remind you?")
    return Reply(text, (*column(*buttons), (Button(_("Settings"), Go("settings")), Button(_("Menu"), Go("menu")))))


def _lead_button(lead: Lead, name: Markup, leads: int) -> Button:
    on = bool(leads & lead)
    state = pgettext("messages are", "on") if on else pgettext("messages are", "off")
    return Button(_("{kind}: {state}").format(kind=name, state=state), SetLead(int(lead), not on))


def set_lead(turn: Turn, tap: SetLead) -> Reply:
    """Holds at once, also for the events one attends already."""
    if tap.lead in list(Lead):
        turn.member.leads = turn.member.leads | tap.lead if tap.on else turn.member.leads & ~tap.lead
        for event, row in attendances.attended_by(turn.session, turn.me.id, turn.now):
            remind_of(turn, event, row)
    return show_leads(turn, ShowLeads())


def register(router: Router) -> None:
    router.tap(ShowLeads, show_leads, gate=Gate.REGISTERED)
    router.tap(SetLead, set_lead, gate=Gate.REGISTERED)
    router.tap(StillComing, say_still_coming)
    router.notice(EventReminder)
    router.notice(StartsSoon)
