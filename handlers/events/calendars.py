"""People take an event into their own calendar: as a file, or all of theirs by a private feed that keeps up to date."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.callbacks import Callback
from bot.conversation.house import House
from bot.conversation.i18n import N_, _, day, language
from bot.conversation.notices import Composing
from bot.conversation.reply import Button, Go, Recipe, Reply
from bot.conversation.routing import Made, Router
from bot.conversation.secrets import new_code
from bot.conversation.turn import Refused, Turn
from bot.domain.attendance import State
from bot.domain.reminders import each, span
from db import attendances, codes, events, places
from db.models.events import Attendance, Event, EventState
from db.models.members import Member
from db.models.places import Place
from handlers.events.card import OpenEvent, SaveToCalendar, event_card, nearest_text, reader_of, title_of
from handlers.events.ical import Entry, write_calendar

FEED = "feed"
# So long an event stays in the feed after it.
KEPT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class RenewFeed(Callback, prefix="fr"):
    """A new private link; the one before opens nothing any more."""


@dataclass(frozen=True, slots=True)
class EndFeed(Callback, prefix="fe"):
    """No link at all."""


def save_to_calendar(turn: Turn, tap: SaveToCalendar) -> list[Reply]:
    """The event as a file for one's own calendar."""
    event = events.load(turn.session, tap.event)
    mine = attendances.find(turn.session, tap.event, turn.me.id)
    if event is None or mine is None or mine.state != State.YES:
        raise Refused(_only_for_those_who_attend(turn, event))
    file = Reply(_what_for(event), file=Recipe("ics", "event.ics", {"event": event.id}), new=True)
    hint = _("A calendar feed keeps up to date by itself: /calendar")
    rows = ((Button(_("Calendar feed"), Go("calendar")), Button(_("Open the event"), OpenEvent(event.id))),)
    return [file, Reply(hint, rows, new=True)]


def _what_for(event: Event) -> Markup:
    if event.state == EventState.CANCELLED:
        text = _("{event} is cancelled. Open this file to take it out of your calendar.")
    else:
        text = _("Open this file to put {event} into your calendar.")
    return text.format(event=title_of(event))


def _only_for_those_who_attend(turn: Turn, event: Event | None) -> Reply:
    if event is None:
        return Reply(_("This event no longer exists."), ((Button(_("Events"), Go("events")),),))
    return event_card(reader_of(turn), event, _("This is for those who attend: tap Attend first."))


def make_file(at: Composing, params: dict[str, Any]) -> Made:
    """The file of one event, as it is when it is opened."""
    event = events.load(at.session, params["event"])
    mine = attendances.find(at.session, params["event"], at.member.id)
    place = places.load_place(at.session, event.place_id) if event is not None and event.place_id else None
    entries = [_entry(at.member, at.house, event, mine, place)] if event is not None and mine is not None else []
    cancelled = event is not None and event.state == EventState.CANCELLED
    content = write_calendar(entries, method="CANCEL" if cancelled else "PUBLISH")
    return Made("event.ics", content, "text/calendar; charset=utf-8")


def feed_of(session: Session, member: Member, house: House, now: datetime) -> bytes:
    """Everything a member attends or may attend, from sixty days ago on; what was cancelled stays, as cancelled, so
    that calendars take it out. Language and zone of the member are entered by the caller."""
    found = attendances.answered_by(session, member.id, now - KEPT)
    entries = [_entry(member, house, event, mine, place) for event, mine, place in found]
    name = _("{network}: my events").format(network=house.name).unescape()
    return write_calendar(entries, method="PUBLISH", name=name)


def _entry(member: Member, house: House, event: Event, mine: Attendance, place: Place | None) -> Entry:
    pinned = event.latitude is not None and event.longitude is not None
    return Entry(
        uid=f"{event.slug}@{urlsplit(house.web_url).hostname or 'alumni'}",
        sequence=event.sequence,
        start=event.starts_at,
        end=event.ends_at,
        title=title_of(event),
        description=_description(event, mine),
        location=_location(event, place),
        url=house.web_link(f"event_{event.slug}"),
        status=_status(event, mine),
        changed=max(event.changed_at, event.cancelled_at or event.changed_at),
        position=(event.latitude, event.longitude) if pinned else None,  # type: ignore[arg-type]
        alarms=tuple(span(lead) for lead in each(member.leads)) if event.reminds else (),
    )


def _status(event: Event, mine: Attendance) -> str:
    if event.state == EventState.CANCELLED or mine.state in (State.NO, State.LAPSED):
        return "CANCELLED"
    return "CONFIRMED" if mine.state == State.YES else "TENTATIVE"


def _description(event: Event, mine: Attendance) -> str:
    """What happens, whom to ask, and for those who come the way in."""
    lines = [nearest_text(event.descriptions)[0]]
    if event.contact:
        lines.append(_("Contact: {name}").format(name=event.contact).unescape())
    if event.online_url and mine.state == State.YES:
        lines.append(_("Online: {url}").format(url=event.online_url).unescape())
    return "\n".join(line for line in lines if line)


def _location(event: Event, place: Place | None) -> str:
    parts = (event.venue, places.describe_place(place, language()) if place else None)
    return ", ".join(part for part in parts if part)


def show_feed(turn: Turn) -> Reply:
    """/calendar: makes the private link, which is shown once; or says since when there is one."""
    code = codes.newest(turn.session, turn.me.id, FEED)
    if code is None or not codes.is_alive(code, turn.now):
        return renew_feed(turn, RenewFeed())
    text = _(
        "You have a calendar feed since {day}. Its link was shown when it was made and cannot be shown again; a new "
        "link ends the old one."
    ).format(day=day(code.issued_at))
    rows = ((Button(_("New link"), RenewFeed()), Button(_("End the feed"), EndFeed())), _last())
    return Reply(text, rows)


def _last() -> tuple[Button, ...]:
    return (Button(_("Events"), Go("events")), Button(_("Menu"), Go("menu")))


def renew_feed(turn: Turn, _tap: RenewFeed) -> Reply:
    mark, secret = new_code(turn.house, FEED)
    codes.retire(turn.session, turn.me.id, FEED, turn.now)
    codes.issue(turn.session, FEED, turn.house.digest("code", secret), turn.now, member=turn.me.id)
    url = f"{turn.house.web_url}/calendar/{mark}.ics"
    webcal = f"webcal://{url.partition('://')[2]}"
    text = _(
        "Your private calendar feed:\n{webcal}\n\nSubscribe to this address in your calendar: what you attend appears "
        "there and stays up to date. Whoever has the address can read it, so please keep it to yourself."
    ).format(webcal=webcal)
    rows = ((Button(_("Open the feed"), url=url),), (Button(_("End the feed"), EndFeed()),), _last())
    return Reply(text, rows, new=True)


def end_feed(turn: Turn, _tap: EndFeed) -> Reply:
    codes.retire(turn.session, turn.me.id, FEED, turn.now)
    text = _("The feed has ended; its address opens nothing any more.")
    return Reply(text, ((Button(_("New link"), RenewFeed()),), _last()))


def register(router: Router) -> None:
    router.command("calendar", show_feed, about=N_("Your events in your own calendar"))
    router.tap(SaveToCalendar, save_to_calendar)
    router.tap(RenewFeed, renew_feed)
    router.tap(EndFeed, end_feed)
    router.maker("ics", make_file)
