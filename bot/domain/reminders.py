"""When somebody is written to about an event: before it, after it, and while their answer is missing.

Instants are aware and come back in UTC; days and hours are those of the reader's own clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntFlag
from itertools import chain
from zoneinfo import ZoneInfo

from bot.domain import quiet_hours
from bot.domain.local_time import at_or_after, shift_days


class Lead(IntFlag):
    """How long before the start somebody is reminded. Everybody chooses several, stored as their sum."""

    WEEK = 1
    TWO_DAYS = 2
    DAY = 4
    THREE_HOURS = 8
    HOUR = 16


DEFAULT_LEADS = Lead.DAY | Lead.HOUR

A_DAY = timedelta(days=1)
# Whatever may be moved comes so long before the start, or before the last moment for answers, or not at all.
AHEAD = timedelta(hours=3)
# A reminder of an hour or three is sent so long after its moment, for instance after an outage, and no later.
GRACE = timedelta(minutes=20)
NINE, NOON = time(9), time(12)
EVENING = 18
DAYS_BACK = 3
DAYS_ON = 10
NIGHT_ENDS = timedelta(hours=4)
CHASED_DAYS_BEFORE = 3

_SPANS = {
    Lead.WEEK: timedelta(days=7),
    Lead.TWO_DAYS: timedelta(days=2),
    Lead.DAY: A_DAY,
    Lead.THREE_HOURS: timedelta(hours=3),
    Lead.HOUR: timedelta(hours=1),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """When a reader may be written to: their zone, their quiet hours (as in `quiet_hours`), and the days on which
    there is a public holiday where they live."""

    zone: str
    quiet_from: int
    quiet_to: int
    holidays: frozenset[date] = frozenset()

    def local(self, at: datetime) -> datetime:
        """An instant by their clock."""
        return at.astimezone(ZoneInfo(self.zone))

    def is_quiet(self, at: datetime) -> bool:
        return quiet_hours.is_quiet(at, self.zone, self.quiet_from, self.quiet_to)

    def next_waking(self, at: datetime) -> datetime:
        """The instant itself, or the end of the quiet hours it falls into."""
        return quiet_hours.next_waking(at, self.zone, self.quiet_from, self.quiet_to)

    def is_holiday(self, at: datetime) -> bool:
        return self.local(at).date() in self.holidays


def span(lead: Lead) -> timedelta:
    """How long a single lead is. Raises KeyError for several at once."""
    return _SPANS[lead]


def each(leads: int) -> list[Lead]:
    """The single leads in a stored sum, the longest first; bits that mean nothing are passed over."""
    return [lead for lead in _SPANS if leads & lead]


def remind_at(start: datetime, lead: Lead, hours: Hours) -> datetime | None:
    """When somebody is reminded of an event that begins at `start`; None where there is no sensible moment.

    Leads of a day and more keep the wall time: the day before an event at 19:00 is 19:00, also across a clock
    change. Out of quiet hours they move to their end, but never closer to the start than three hours; and away from
    the morning of a holiday, where that is possible. Leads under a day are exact, or dropped in quiet hours: "begins
    in an hour" must be true.
    """
    start = start.astimezone(UTC)
    if span(lead) < A_DAY:
        moment = start - span(lead)
        return None if hours.is_quiet(moment) else moment
    moment = hours.next_waking(shift_days(start, -span(lead).days, hours.zone))
    return _spare_holiday(moment, start - AHEAD, hours) if moment <= start - AHEAD else None


def _spare_holiday(moment: datetime, latest: datetime, hours: Hours) -> datetime:
    """Not on the morning of a holiday: rather the evening before it, else noon, else as it was."""
    local = hours.local(moment)
    if local.time() >= NOON or not hours.is_holiday(moment):
        return moment
    return _evening_before(local.date(), hours) or _noon(local.date(), latest, hours) or moment


def _evening_before(holiday: date, hours: Hours) -> datetime | None:
    """18:00 of the nearest of the three days before that is no holiday, or the last waking hour before."""
    days = (holiday - timedelta(days=back) for back in range(1, DAYS_BACK + 1))
    eve = next((day for day in days if day not in hours.holidays), None)
    if eve is None:
        return None
    moments = (at_or_after(eve, time(hour), hours.zone) for hour in range(EVENING, -1, -1))
    return next((moment for moment in moments if not hours.is_quiet(moment)), None)


def _noon(day: date, latest: datetime, hours: Hours) -> datetime | None:
    noon = at_or_after(day, NOON, hours.zone)
    return noon if noon <= latest and not hours.is_quiet(noon) else None


def is_too_late(start: datetime, lead: Lead, now: datetime) -> bool:
    """Whether a reminder, looked at when it is about to be sent, no longer helps: 20 minutes after its moment for
    leads under a day, less than three hours before the start for longer ones; so any of them from the start on."""
    left = start - now
    if span(lead) < A_DAY:
        return span(lead) - left > GRACE
    return left < AHEAD


def survey_at(end: datetime, hours: Hours) -> datetime:
    """When somebody is asked how it was: nine o'clock of the day after, out of quiet hours and off holidays.

    What ends before 04:00 belongs to the evening before.
    """
    evening = hours.local(end).replace(tzinfo=None) - NIGHT_ENDS
    return _morning(evening.date() + A_DAY, hours)


def chase_at(invited_at: datetime, answer_by: datetime, hours: Hours) -> datetime | None:
    """When somebody who was invited and has not answered is reminded, once; None where there is no such moment.

    Three days before the last moment for answers, by the wall clock, but not sooner than a day after the
    invitation; out of quiet hours, and no later than three hours before that last moment.
    """
    wished = max(shift_days(answer_by, -CHASED_DAYS_BEFORE, hours.zone), invited_at.astimezone(UTC) + A_DAY)
    moment = hours.next_waking(wished)
    return moment if moment <= answer_by.astimezone(UTC) - AHEAD else None


def next_morning(now: datetime, hours: Hours) -> datetime:
    """The coming nine o'clock, today's where it is still before nine; out of quiet hours and off holidays."""
    today = hours.local(now).date()
    nine = at_or_after(today, NINE, hours.zone)
    return _morning(today if now < nine else today + A_DAY, hours)


def _morning(first: date, hours: Hours) -> datetime:
    """Nine o'clock of a day, or the end of quiet hours after it; of the next day that is no holiday, ten days on at
    most. Among nothing but holidays it stays the first."""
    mornings = _mornings(first, hours)
    stays = next(mornings)
    return next((morning for morning in chain([stays], mornings) if not hours.is_holiday(morning)), stays)


def _mornings(first: date, hours: Hours) -> Iterator[datetime]:
    for on in range(DAYS_ON + 1):
        yield hours.next_waking(at_or_after(first + timedelta(days=on), NINE, hours.zone))
