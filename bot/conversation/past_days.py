"""Asking for a day that is over, or today: one of the last six by tapping it, any other written as people do."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from bot.conversation.dates import read_day_or_refuse, today
from bot.conversation.i18n import _
from bot.conversation.questions import Asking, Choice, Question, Text, Unfit
from bot.conversation.times import long_day

OFFERED = 6
YEARS_BACK = 10


def past_day_question(name: str, label: Text, prompt: Callable[[Asking], Markup], **more: Any) -> Question:
    """A day of the last ten years, kept as "2026-03-12"."""
    return Question(
        name=name,
        label=label,
        prompt=prompt,
        check=_check,
        choices=_last_days,
        reads=_read,
        show=lambda _asking, value: long_day(date.fromisoformat(value)),
        **more,
    )


def _last_days(asking: Asking) -> list[Choice]:
    days = (today(asking) - timedelta(days=back) for back in range(OFFERED))
    return [Choice(day.isoformat(), long_day(day)) for day in days]


def _read(asking: Asking, words: str) -> str:
    """Without a year the last such day is meant."""
    day = date.fromisoformat(read_day_or_refuse(asking, words))
    if day > today(asking) and str(day.year) not in words:
        day = _a_year_before(day)
    return day.isoformat()


def _a_year_before(day: date) -> date:
    """The 29th of February becomes the 28th."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year - 1, day=last)


def _check(asking: Asking, value: Any) -> str:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        day = date.fromisoformat(_read(asking, str(value)))
    if not today(asking) - timedelta(days=YEARS_BACK * 366) <= day <= today(asking):
        raise Unfit(_("Please name a day that is over, or today."))
    return day.isoformat()
