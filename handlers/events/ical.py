"""Events as iCalendar text (RFC 5545): a stable UID, a rising SEQUENCE, and CANCEL where it does not take place.

Times are in UTC, which every calendar shows by its own clock: nothing here repeats, so no description of a zone is
needed, and none can be wrong (duplicates and wrong zones are what users of calendars complain about most).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar
from icalendar import Event as VEvent

HOURLY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event for one reader; `alarms` are spans before the start.
    `status` is CONFIRMED, TENTATIVE or CANCELLED."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    title: str
    description: str
    location: str
    url: str
    status: str
    changed: datetime
    position: tuple[float, float] | None = None
    alarms: tuple[timedelta, ...] = ()


def write_calendar(entries: Sequence[Entry], *, method: str, name: str | None = None) -> bytes:
    """A calendar file; with a `name` one to subscribe to, asked for anew every hour.

    A file of one event has no name: Outlook would make a calendar of its own out of it (MS-OXCICAL forbids it).
    """
    calendar = Calendar()
    calendar.add("prodid", "-//alumni-bot//events//")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name is not None:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", HOURLY, parameters={"value": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> VEvent:
    event = VEvent()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed)
    event.add("last-modified", entry.changed)
    event.add("dtstart", entry.start.astimezone(UTC))
    event.add("dtend", entry.end.astimezone(UTC))
    event.add("summary", entry.title)
    event.add("status", entry.status)
    event.add("url", entry.url)
    for name, value in (("description", entry.description), ("location", entry.location)):
        if value:
            event.add(name, value)
    if entry.position is not None:
        event.add("geo", entry.position)
    for span in entry.alarms if entry.status == "CONFIRMED" else ():
        event.add_component(_alarm(entry.title, span))
    return event


def _alarm(title: str, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -before)
    return alarm
