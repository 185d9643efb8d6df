"""Asking for a day, a time of day, a duration or a number: by tapping it, or written as people do.

A day is kept as "2026-03-12", a time as "19:30", a duration in minutes as "90", a number as "20". What was typed is
repeated with the next question.
"""

import re
from calendar import Calendar, monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from babel.dates import format_date, format_skeleton
from babel.units import format_unit
from markupsafe import Markup

from bot.conversation.i18n import _, language, locale, number, zone
from bot.conversation.questions import Asking, Board, Choice, Question, Text, Unfit
from bot.conversation.times import long_day
from bot.conversation.typed_dates import Fault, read_day
from bot.conversation.typed_numbers import read_number
from bot.conversation.typed_times import read_duration, read_time
from bot.domain.local_time import NoSuchTime, at

Prompt = Callable[[Asking], Markup]
Earliest = Callable[[Asking], date]

MONTHS_AHEAD = 36
# The number that stands for none, where a number_question offers that.
NONE = "0"

# A cell without anything to tap.
_EMPTY = Choice("", "·")
# How short names of weekdays are, so that seven fit beside each other on a phone: Mo, Mo, 一.
_WEEKDAY_WIDTHS = {"en": "short", "de": "abbreviated", "zh_Hans": "narrow"}
_EXAMPLES = {"en": "d MMM y", "de": "d.M.y", "zh_Hans": "y年M月d日"}


def today(asking: Asking) -> date:
    """The day it is for the reader."""
    return asking.turn.now.astimezone(zone()).date()


def day_question(name: str, label: Text, prompt: Prompt, *, earliest: Earliest = today, **more: Any) -> Question:
    """A day from `earliest` on, up to the end of the month 36 months ahead: a calendar, or typed."""

    def board(asking: Asking, page: int) -> Board:
        return _month(*_span(asking, earliest), page)

    def check(asking: Asking, value: Any) -> str:
        return _allowed(str(value), today(asking), *_span(asking, earliest)).isoformat()

    def opens_at(asking: Asking) -> int:
        answer = asking.answers.get(name)
        return month_page(date.fromisoformat(answer)) if answer else 0

    return Question(
        name=name,
        label=label,
        prompt=prompt,
        check=check,
        board=board,
        opens_at=opens_at,
        reads=read_day_or_refuse,
        show=lambda _asking, value: long_day(date.fromisoformat(value)),
        **more,
    )


def _span(asking: Asking, earliest: Earliest) -> tuple[date, date]:
    """The first and the last day one may choose."""
    year, month = divmod(month_page(today(asking)) + MONTHS_AHEAD, 12)
    return earliest(asking), date(year, month + 1, monthrange(year, month + 1)[1])


def month_page(day: date) -> int:
    """Months since the year 0: the page a day is on, so that a calendar shown last month still leafs right."""
    return day.year * 12 + day.month - 1


def _month(first: date, last: date, page: int) -> Board:
    """The calendar of one month, the nearest there is to the page asked for."""
    page = min(max(page, month_page(first)), month_page(last))
    year, month = page // 12, page % 12 + 1
    weeks = [
        tuple(_cell(day, month, first) for day in week)
        for week in Calendar().monthdatescalendar(year, month)
        if week[-1] >= first
    ]
    title = format_skeleton("yMMMM", date(year, month, 1), locale=locale())
    return Board(
        (_weekday_row(), *weeks),
        page=page,
        earlier=page > month_page(first),
        later=page < month_page(last),
        title=Markup("<b>{}</b>").format(title),
    )


def _cell(day: date, month: int, first: date) -> Choice:
    return Choice(day.isoformat(), str(day.day)) if day.month == month and day >= first else _EMPTY


def _weekday_row() -> tuple[Choice, ...]:
    names = locale().days["stand-alone"][_WEEKDAY_WIDTHS[language()]]
    return tuple(Choice("", names[weekday]) for weekday in range(7))


def read_day_or_refuse(asking: Asking, words: str) -> str:
    """The day that is meant, or one kept earlier, as "2026-03-12". Raises Unfit."""
    found = read_day(words, language(), today(asking))
    if isinstance(found, date):
        return found.isoformat()
    if found is Fault.NO_SUCH_DAY:
        raise Unfit(_("There is no such day in the calendar. Please check the day and the month."))
    if found is Fault.OTHER_WEEKDAY:
        raise Unfit(_("The weekday does not fit this date. Please check both."))
    raise _no_day(asking)


def _no_day(asking: Asking) -> Unfit:
    example = format_date(today(asking) + timedelta(days=9), _EXAMPLES[language()], locale=locale())
    return Unfit(_("This is not a date. Please tap a day, or write it like this: {example}").format(example=example))


def _allowed(value: str, now: date, first: date, last: date) -> date:
    """The day, if it may be chosen."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Unfit(_("Please choose one of the buttons.")) from None
    if day < min(first, now):
        raise Unfit(_("{day} has passed already. Please choose a later day.").format(day=long_day(day)))
    if day < first:
        sentence = _("{day} is too early. Please choose {first} or a later day.")
        raise Unfit(sentence.format(day=long_day(day), first=long_day(first)))
    if day > last:
        raise Unfit(_("{day} is more than three years ahead. Please check the year.").format(day=long_day(day)))
    return day


def _any_time(_asking: Asking, _clock: str) -> bool:
    return True


def time_question(
    name: str, label: Text, prompt: Prompt, *, offers: Callable[[Asking, str], bool] = _any_time, **more: Any
) -> Question:
    """A time of day: half hours to tap, the afternoon and evening first, or any typed. `offers` says which of them
    ("19:30") are to be tapped."""

    def opens_at(asking: Asking) -> int:
        answer = asking.answers.get(name)
        return 0 if answer and answer < _AFTERNOON else 1

    def board(asking: Asking, page: int) -> Board:
        return _times([clock for clock in _HALF_HOURS if offers(asking, clock)], page)

    return Question(
        name=name,
        label=label,
        prompt=prompt,
        check=_check_time,
        board=board,
        opens_at=opens_at,
        reads=_read_time,
        **more,
    )


_HALF_HOURS = [f"{hour:02d}:{minute:02d}" for hour in range(8, 22) for minute in (0, 30)]
_AFTERNOON = "14:00"
_TIMES_A_ROW = 4


def _times(offered: list[str], page: int) -> Board:
    """Page 0 is the morning, page 1 from two o'clock on; where one of them is empty there is only the other."""
    morning = [clock for clock in offered if clock < _AFTERNOON]
    later = [clock for clock in offered if clock >= _AFTERNOON]
    page = 1 if not morning or (page and later) else 0
    cells = [Choice(clock.replace(":", ""), clock) for clock in (morning, later)[page]]  # a button has no colon
    rows = tuple(tuple(cells[i : i + _TIMES_A_ROW]) for i in range(0, len(cells), _TIMES_A_ROW))
    return Board(rows, page=page, earlier=page == 1 and bool(morning), later=page == 0 and bool(later))


def _read_time(_asking: Asking, words: str) -> str:
    found = read_time(words)
    if found is None:
        raise _no_time()
    return found.strftime("%H:%M")


def _check_time(_asking: Asking, value: Any) -> str:
    found = re.fullmatch(r"([01][0-9]|2[0-3]):?([0-5][0-9])", str(value))
    if found is None:
        raise _no_time()
    return f"{found[1]}:{found[2]}"


def _no_time() -> Unfit:
    return Unfit(
        _("This is not a time of day. Please tap one, or write it like this: {example}").format(example="19:30")
    )


SHORTEST, LONGEST = 15, 14 * 24 * 60
_OFFERED = (60, 90, 120, 180, 240, 480)


def moment_at(asking: Asking, day: str, clock: str, zone: str) -> datetime:
    """The instant, in UTC, at which the clock of a zone shows this. Raises Unfit for a time that the clock change
    leaves out, and for the past."""
    try:
        moment = at(date.fromisoformat(day), time.fromisoformat(clock), zone)
    except NoSuchTime:
        raise Unfit(
            _("The clocks change that night, and this time does not exist. Please choose another one.")
        ) from None
    if moment <= asking.turn.now:
        raise Unfit(_("This time has passed already. Please choose a later one."))
    return moment


def duration_question(name: str, label: Text, prompt: Prompt, **more: Any) -> Question:
    """A duration from 15 minutes to 14 days, kept in minutes."""
    return Question(
        name=name,
        label=label,
        prompt=prompt,
        check=_check_duration,
        choices=lambda _asking: [Choice(str(minutes), show_duration(minutes)) for minutes in _OFFERED],
        reads=_read_duration,
        show=lambda _asking, value: show_duration(int(value)),
        columns=3,
        **more,
    )


def show_duration(minutes: int) -> str:
    """As people say it: "45 min", "1.5 hr", "2 days", "1 hr 40 min"."""
    if minutes < 60:
        return _unit(minutes, "minute")
    if minutes % 1440 == 0:
        return _unit(minutes // 1440, "day")
    if minutes % 30 == 0 and minutes < 1440:
        return _unit(minutes / 60, "hour")
    sizes = (("day", minutes // 1440), ("hour", minutes % 1440 // 60), ("minute", minutes % 60))
    return " ".join(_unit(amount, name) for name, amount in sizes if amount)


def _unit(amount: float, name: str) -> str:
    return format_unit(amount, f"duration-{name}", length="short", locale=locale())


def _read_duration(_asking: Asking, words: str) -> str:
    minutes = read_duration(words)
    if minutes is None:
        raise _no_duration()
    return str(minutes)


def _check_duration(_asking: Asking, value: Any) -> str:
    if not re.fullmatch(r"[0-9]{1,6}", str(value)) or not SHORTEST <= int(value) <= LONGEST:
        raise _no_duration()
    return str(int(value))


def _no_duration() -> Unfit:
    return Unfit(
        _("Please tap or write how long it lasts, from 15 minutes to 14 days: for example “90 min” or “2.5 h”.")
    )


def number_question(
    name: str,
    label: Text,
    prompt: Prompt,
    *,
    least: int,
    most: int,
    offered: tuple[int, ...] = (10, 20, 30, 50),
    none_label: Text | None = None,
    **more: Any,
) -> Question:
    """A whole number from `least` to `most`. With `none_label` there is a button for none, kept as "0"; `least` is
    then at least 1, and a typed 0 is too little."""

    def choices(_asking: Asking) -> list[Choice]:
        numbers = [Choice(str(n), number(n)) for n in offered if least <= n <= most]
        return [*numbers, Choice(NONE, none_label())] if none_label is not None else numbers

    def check(_asking: Asking, value: Any) -> str:
        if none_label is not None and value == NONE:
            return NONE
        return _within(int(value) if re.fullmatch(r"[0-9]{1,12}", str(value)) else None)

    def reads(_asking: Asking, words: str) -> str:
        return _within(read_number(words))

    def _within(value: int | None) -> str:
        if value is None:
            raise Unfit(_("Please write a whole number, for example {n}.").format(n=number(offered[0])))
        if value < least:
            raise Unfit(_("This number is too small: it must be at least {n}.").format(n=number(least)))
        if value > most:
            raise Unfit(_("This number is too large: it must be at most {n}.").format(n=number(most)))
        return str(value)

    return Question(
        name=name,
        label=label,
        prompt=prompt,
        check=check,
        choices=choices,
        reads=reads,
        show=lambda _asking, value: str(none_label()) if none_label and value == NONE else number(int(value)),
        columns=4,
        **more,
    )
