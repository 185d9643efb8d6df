"""Years as lists of people have them: 2005, 2005届, WS 2004/05, 14.07.2005, 98–02, or Excel's number of a day."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from bot.domain.people import EARLIEST_YEAR, YEARS_AHEAD

# Excel counts days from here, a leap day too many in 1900 included.
DAY_NOUGHT = date(1899, 12, 30)
# Full dates, and months of a year: only the year matters.
_DATES = (
    re.compile(r"(?<!\d)(\d{4})[-./]\d{1,2}[-./]\d{1,2}(?!\d)(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"),
    re.compile(r"(?<!\d)\d{1,2}[-./]\d{1,2}[-./](\d{4})(?!\d)"),
    re.compile(r"(?<!\d)\d{1,2}\.\d{1,2}\.(\d{2})(?!\d)"),
    re.compile(r"(?<!\d)(\d{4})\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?"),
    re.compile(r"(?<!\d)(?:0?[1-9]|1[0-2])[./](\d{4})(?!\d)"),
)
_ACADEMIC = re.compile(r"(?<!\d)(\d{4})\s*/\s*(\d{2}|\d{4})(?!\d)")
_TERM = re.compile(r"(?<!\d)(\d{4}|\d{2})\s*[-–/]\s*(\d{2}|\d{4})(?!\d)")
_WINTER = re.compile(r"\b(?:ws|wise|winter\w*)\b", re.IGNORECASE)


class Span(NamedTuple):
    """From one year to another. `is_one`: a single year, or an academic one that has two."""

    first: int
    last: int
    is_one: bool


@lru_cache(maxsize=4_096)
def read_span(text: str, this_year: int) -> Span | None:
    """The year or years a text means; None where it means none for sure, or none that are plausible: before 1940 or
    later than next year. Two digits mean the past: 87 is 1987, 05 is 2005."""
    plain = _of_days(text, this_year)
    for dates in _DATES:
        plain = dates.sub(lambda found: f" {_full(found[1], this_year)} ", plain)
    academic = _read_academic(plain, this_year)
    if academic is not None:
        return academic if _plausible(academic, this_year) else None
    numbers = re.findall(r"\d+", plain)
    if not 1 <= len(numbers) <= 2 or {len(each) for each in numbers} - {2, 4}:
        return None
    if [len(each) for each in numbers] == [4, 2]:
        return None  # 2004-08 may be a month or two years
    years = [_full(each, this_year) for each in numbers]
    span = Span(years[0], years[-1], len(years) == 1)
    return span if _plausible(span, this_year) else None


def is_reversed(text: str, this_year: int) -> bool:
    """Whether there are two plausible years, the later one first."""
    years = [int(each) for each in re.findall(r"(?<!\d)\d{4}(?!\d)", text)]
    return len(years) == 2 and all(_is_year(year, this_year) for year in years) and years[0] > years[1]


def _of_days(text: str, this_year: int) -> str:
    """Excel's number of a day, as its year."""
    whole = re.fullmatch(r"(\d{5})(?:\.\d+)?", text.strip())
    if whole is None:
        return text
    year = (DAY_NOUGHT + timedelta(days=int(whole[1]))).year
    return str(year) if _is_year(year, this_year) else text


def _read_academic(text: str, this_year: int) -> Span | None:
    """2004/05, also WS 04/05: one academic year."""
    found = (_TERM if _WINTER.search(text) else _ACADEMIC).search(text)
    if found is None or len(re.findall(r"\d+", text)) != 2:
        return None
    first = _full(found[1], this_year)
    follows = int(found[2]) % 100 == (first + 1) % 100 and (len(found[2]) == 2 or int(found[2]) == first + 1)
    return Span(first, first + 1, True) if follows else None


def _full(digits: str, this_year: int) -> int:
    """87 is 1987, 05 is 2005."""
    year = int(digits)
    if len(digits) == 4:
        return year
    near = this_year // 100 * 100 + year
    return near if near <= this_year + YEARS_AHEAD else near - 100


def _plausible(span: Span, this_year: int) -> bool:
    ends = (span.first, span.last)
    return span.first <= span.last and all(_is_year(year, this_year) for year in ends)


def _is_year(year: int, this_year: int) -> bool:
    return EARLIEST_YEAR <= year <= this_year + YEARS_AHEAD
