"""Public holidays where a reader lives, from the `holidays` package: German states, China, and most other countries."""

from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays
from holidays.utils import list_supported_countries

from bot.conversation.i18n import language

# Names as the package spells its languages.
_LANGUAGES = {"de": "de", "zh_Hans": "zh_CN", "en": "en_US"}

ONE_DAY = timedelta(days=1)
WEEKEND = (5, 6)


@lru_cache(maxsize=1)
def _supported() -> dict[str, list[str]]:
    return dict(list_supported_countries())


@lru_cache(maxsize=512)
def _days(country: str, region: str | None, year: int, tongue: str | None) -> dict[date, str]:
    if country not in _supported():
        return {}
    part = (region or "").partition("-")[2]
    subdivision = part if part in _supported()[country] else None
    found = country_holidays(country, subdiv=subdivision, years=year, language=tongue)
    return {day: name for day, name in found.items() if day.year == year}


def holidays_around(country: str | None, region: str | None, day: date) -> frozenset[date]:
    """The holidays of the year of `day`, of the one before and of the next; region as in the gazetteer ("DE-SN").
    Empty for a country nobody keeps a list of."""
    if country is None:
        return frozenset()
    return _around(country, region, day.year)


@lru_cache(maxsize=512)
def _around(country: str, region: str | None, year: int) -> frozenset[date]:
    years = (year - 1, year, year + 1)
    listed = {day for each in years for day in _days(country, region, each, None)}
    return frozenset(listed | _between(listed))


def _between(listed: set[date]) -> set[date]:
    """Weekend days in the middle of a holiday week, which China's list leaves out: nobody works on them either."""
    return {day + ONE_DAY for day in listed if (day + ONE_DAY).weekday() in WEEKEND and day + 2 * ONE_DAY in listed}


def holiday_name(country: str, region: str | None, day: date) -> str | None:
    """What the holiday on this day is called, in the reader's language where the package knows it."""
    return _days(country, region, day.year, _LANGUAGES[language()]).get(day)
