"""What people are to an institution, what of them may be shown, and what a written name or year must be.

Alumni is meant widely (alumni strategy of HTWK Leipzig, 2018): a degree is never required.
"""

import re
import unicodedata
from enum import StrEnum

MAX_NAME = 120
MAX_FORM_OF_ADDRESS = 80
MAX_LINE = 120
EARLIEST_YEAR = 1940
YEARS_AHEAD = 1


class Relation(StrEnum):
    """What somebody is or was to the institution or one of its predecessors. Several may hold."""

    GRADUATE = "graduate"
    EXCHANGE = "exchange"
    WITHOUT_DEGREE = "nodegree"
    DOCTORAL = "doctoral"
    STAFF = "staff"
    PROFESSOR = "professor"
    SCHOLARSHIP = "scholarship"
    YOUNG_PROFESSIONAL = "young"
    GUEST = "guest"


class Audience(StrEnum):
    """Who may see an optional field. OFFICE is the default: closed."""

    OFFICE = "office"
    CLUBS = "clubs"
    ALUMNI = "alumni"


class Field(StrEnum):
    """What a member may open to others, one by one."""

    STUDIES = "studies"
    CITY = "city"
    TOPICS = "topics"
    FUNCTION = "function"
    EMPLOYER = "employer"


def clean(text: str) -> str:
    """What somebody typed as one line: normalised (NFC), without control and direction marks, single spaces."""
    kept = (
        " " if unicodedata.category(sign) in ("Zs", "Zl", "Zp", "Cc") else sign
        for sign in unicodedata.normalize("NFC", text)
        if unicodedata.category(sign) not in ("Cf", "Cs", "Co", "Cn")
    )
    return " ".join("".join(kept).split())


def is_name(text: str) -> bool:
    """Whether a cleaned text can be a person's name, in any script: at least one letter, no digits, and no
    signs but those that names have. One field, never split or reordered: family names come first or last."""
    letters = sum(unicodedata.category(sign).startswith("L") for sign in text)
    return letters >= 1 and all(_belongs_to_name(sign) for sign in text)


def _belongs_to_name(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM" or sign in " -–'’.·•,()/、・"


def has_letter(text: str) -> bool:
    """Whether there is anything to read in a text, not just signs or emoji."""
    return any(unicodedata.category(sign).startswith("L") for sign in text)


_YEARS = re.compile(r"(\d{4})(?:\D{1,12}(\d{4}))?")


def read_years(text: str, this_year: int) -> tuple[int | None, int] | None:
    """(from, to) of "2008–2012", or (None, year) of a single year or cohort. None where no plausible years
    are meant: before 1940, more than a year ahead (a seed has "November 2033"), or the wrong way round."""
    found = _YEARS.fullmatch(re.sub(r"^\D+|\D+$", "", text))
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    if not EARLIEST_YEAR <= first <= last <= this_year + YEARS_AHEAD:
        return None
    return (first if found[2] else None), last
