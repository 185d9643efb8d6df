"""Days, times of day and durations as people type them in German, English and Chinese, whichever they read.

Nothing here guesses: where a form is not known, it is not a day. What is read is repeated with its weekday before
it counts, since 04.05. is the fourth of May to some and the fifth of April to others.
"""

import re
from datetime import date, timedelta
from enum import Enum, auto
from functools import cache

from babel import Locale

from bot.conversation.typed_numbers import tidy


class Fault(Enum):
    """Why something typed is not a day."""

    NOT_A_DAY = auto()
    NO_SUCH_DAY = auto()
    OTHER_WEEKDAY = auto()


LAST_MONTH = 12
_NEAR = {
    "heute": 0, "morgen": 1, "übermorgen": 2, "uebermorgen": 2,
    "today": 0, "tomorrow": 1, "day after tomorrow": 2,
    "今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "后日": 2, "大后天": 3,
}  # fmt: skip
# What Babel's tables leave out.
_MORE_MONTHS = {"sept": 9, "mrz": 3, "maerz": 3, "jänner": 1}
_MORE_WEEKDAYS = {"sonnabend": 5, "tues": 1, "thur": 3, "thurs": 3}
_FILLING = re.compile(r"(?<![^\W\d_])(?:am|den|dem|on|the|of|this|diesen|kommenden)\s+")
_YEAR = r"\d{4}|\d\d"
_CHINESE_WEEKDAY = re.compile(r"(这个?|本|下个?)?(?:周|星期|礼拜)([1-6日天])")


@cache
def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for tag in ("de", "en"):
        for names in Locale.parse(tag).months.values():
            for width in ("abbreviated", "wide"):
                found |= {name.rstrip(".").casefold(): number for number, name in names[width].items()}
    return found | _MORE_MONTHS


@cache
def _weekdays() -> dict[str, int]:
    found: dict[str, int] = {}
    for tag in ("de", "en"):
        for names in Locale.parse(tag).days.values():
            for width in ("short", "abbreviated", "wide"):
                found |= {name.rstrip(".").casefold(): number for number, name in names[width].items()}
    return found | _MORE_WEEKDAYS


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    """How a day is written, the plainest first; groups: day, month or name, perhaps year, perhaps sign."""
    name = f"(?P<name>{'|'.join(sorted(_months(), key=len, reverse=True))})"
    day, year = r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th)?", f"(?P<year>{_YEAR})"
    forms = (
        r"(?P<year>\d{4})\s*([-./])\s*(?P<month>\d{1,2})\s*\2\s*(?P<day>\d{1,2})",
        r"(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)",
        rf"(?:{year}\s*年\s*)?(?P<month>\d{{1,2}})\s*月\s*(?P<day>\d{{1,2}})\s*[日号]?",
        rf"(?P<day>\d{{1,2}})\s*(?P<sign>[-./])\s*(?P<month>\d{{1,2}})(?:\s*(?P=sign)\s*{year})?",
        rf"{day}\s*{name}\b[.,\s]*{year}?",
        rf"{name}\b[.\s]*{day}(?:[,\s]+{year})?",
    )
    return tuple(re.compile(form) for form in forms)


def read_day(text: str, language: str, today: date) -> date | Fault:
    """The day that is meant, as somebody writes it who reads `language`. Without a year it is the next such day, today
    among them; a weekday alone is the next one after today."""
    words = _FILLING.sub("", tidy(text)).strip(" .,;!。、")
    if words in _NEAR:
        return today + timedelta(days=_NEAR[words])
    weekday, rest = _without_weekday(words)
    if weekday is None:
        return _written(words, language, today)
    if not rest:
        return _next_weekday(words, weekday, today)
    day = _written(rest, language, today)
    return Fault.OTHER_WEEKDAY if isinstance(day, date) and day.weekday() != weekday else day


def _without_weekday(words: str) -> tuple[int | None, str]:
    """The weekday named at the beginning or the end, and what stands beside it."""
    chinese = _CHINESE_WEEKDAY.search(words)
    if chinese is not None:
        number = 6 if chinese[2] in "日天" else int(chinese[2]) - 1
        return number, (words[: chinese.start()] + words[chinese.end() :]).strip(" .,()")
    found = _beside_weekday().fullmatch(words)
    if found is None:
        return None, words
    return _weekdays()[found["first"] or found["last"]], (found["after"] or found["before"] or "").strip(" .,()")


@cache
def _beside_weekday() -> re.Pattern[str]:
    names = "|".join(sorted(_weekdays(), key=len, reverse=True))
    return re.compile(rf"(?P<first>{names})(?![^\W\d_])(?P<after>.*)|(?P<before>.*?)[\s,(]+(?P<last>{names})\)?")


def _next_weekday(words: str, weekday: int, today: date) -> date:
    """The next such day after today; in Chinese 这周五 and 下周五 name the week."""
    which = _CHINESE_WEEKDAY.match(words)
    monday = today - timedelta(days=today.weekday())
    if which is not None and which[1]:
        return monday + timedelta(days=weekday + (7 if which[1].startswith("下") else 0))
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _written(words: str, language: str, today: date) -> date | Fault:
    found = next((match for form in _forms() if (match := form.fullmatch(words))), None)
    if found is None:
        return Fault.NOT_A_DAY
    parts = found.groupdict()
    day, year = int(parts["day"]), parts.get("year")
    month = _months()[parts["name"]] if parts.get("name") else int(parts["month"])
    if parts.get("sign") and _is_month_first(parts, language):
        day, month = month, day
    if year is None:
        return _next(month, day, today)
    return _dated(int(year) + (2000 if len(year) == 2 else 0), month, day)


def _is_month_first(parts: dict[str, str | None], language: str) -> bool:
    """Chinese readers write 3.12 for the twelfth of March, everybody else the day first; between slashes, a second
    number that is no month is the day."""
    first, second = int(parts["day"] or 0), int(parts["month"] or 0)
    if language.startswith("zh") and parts["year"] is None:
        return first <= LAST_MONTH
    return parts["sign"] == "/" and second > LAST_MONTH


def _dated(year: int, month: int, day: int) -> date | Fault:
    try:
        return date(year, month, day)
    except ValueError:
        return Fault.NO_SUCH_DAY


def _next(month: int, day: int, today: date) -> date | Fault:
    """The next such day: of a 29 February it may be years away."""
    later = (_dated(year, month, day) for year in range(today.year, today.year + 9))
    return next((each for each in later if isinstance(each, date) and each >= today), Fault.NO_SUCH_DAY)
