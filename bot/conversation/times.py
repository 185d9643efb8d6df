"""When something is, as people read it: in their own time, and by the venue's clock beside it where that differs."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, get_timezone_location
from markupsafe import Markup

from bot.conversation.i18n import _, language, locale, zone

_LONG = {"en": "EEE, d MMM y", "de": "EEE, d. MMM y", "zh_Hans": "y年M月d日 EEE"}
_SHORT = {"en": "EEE, d MMM", "de": "EEE, d. MMM", "zh_Hans": "M月d日 EEE"}


def clocks(start: datetime, end: datetime, venue: str) -> list[Markup]:
    """Weekday, date and span by the reader's clock; then by the venue's (IANA zone), where it shows another time."""
    here, there = zone(), ZoneInfo(venue)
    lines = [_span(start, end, here)]
    if start.astimezone(here).utcoffset() != start.astimezone(there).utcoffset():
        there_line = _span(start, end, there)
        lines.append(_("At the venue: {time}").format(time=there_line))
    return lines


def _span(start: datetime, end: datetime, place: ZoneInfo) -> Markup:
    first, last = start.astimezone(place), end.astimezone(place)
    city = city_of(place)
    if first.date() == last.date():
        text = f"{_day_and(first)}{_time(first)}–{_time(last)} {city}"
    else:
        text = f"{_day_and(first)}{_time(first)} – {_day_and(last)}{_time(last)} {city}"
    return Markup("{}").format(text)


def city_of(place: ZoneInfo) -> str:
    """The city a clock is named after, in the reader's language."""
    return get_timezone_location(place, locale=locale(), return_city=True)


def long_day(day: date) -> str:
    """Weekday, day, month, year."""
    return format_date(day, _LONG[language()], locale=locale())


def short_start(start: datetime) -> str:
    """For a button: weekday, day, month, time by the reader's clock."""
    return format_datetime(start.astimezone(zone()), f"{_SHORT[language()]} HH:mm", locale=locale())


def _day_and(instant: datetime) -> str:
    """The day, and what stands between it and the time."""
    return long_day(instant.date()) + (" " if language().startswith("zh") else ", ")


def _time(instant: datetime) -> str:
    return format_time(instant, "HH:mm", locale=locale(), tzinfo=instant.tzinfo)


def dual(instant: datetime, venue: str) -> Markup:
    """One instant by both clocks: "Thu, 12 Mar 2026, 19:00 Berlin · 02:00 (+1) Shanghai"."""
    here, there = instant.astimezone(zone()), instant.astimezone(ZoneInfo(venue))
    text = f"{_day_and(here)}{_time(here)} {city_of(zone())}"
    if here.utcoffset() != there.utcoffset():
        days = (there.date() - here.date()).days
        text += f" · {_time(there)}{f' ({days:+d})' if days else ''} {city_of(ZoneInfo(venue))}"
    return Markup("{}").format(text)
