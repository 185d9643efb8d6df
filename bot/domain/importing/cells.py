"""What stands in a cell, whatever kind of cell it is."""

import re
from datetime import date, datetime, time, timedelta

from bot.domain.people import clean

Cell = str | int | float | bool | datetime | date | time | timedelta | None

LONGEST_CELL = 300
# What people and programs write where there is nothing.
NOTHING = frozenset(
    {"", "-", "--", "–", "—", "?", "n/a", "na", "null", "none", "nan", "k.a.", "k. a.", "keine angabe", "unbekannt",
     "unknown", "无", "未知", "不详", "暂无", "#n/a", "#nv", "#ref!", "#value!", "#wert!", "#name?", "#div/0!",
     "#null!", "#num!"}
)  # fmt: skip
_ADDRESS = re.compile(r"[^\s@<>,;:\"()]{1,64}@[^\s@<>,;:\"()]{1,190}\.[^\s@<>,;:\"().]{2,24}")
LONGEST_ADDRESS = 254
LONGEST_NUMBER = 60


def text_of(cell: Cell) -> str:
    """The cell as one line of text; a full number without its decimals, a date as 2005-07-14."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, str):
        return " ".join(cell.split()) if cell.isascii() and cell.isprintable() else clean(cell)
    return str(cell)


def said(cell: Cell) -> str:
    """The same, empty where the cell only says that there is nothing."""
    text = text_of(cell)
    return "" if text.lower() in NOTHING else text


def read_address(text: str) -> str | None:
    """The first e-mail address in a text, its domain in small letters; None where there is none."""
    found = _ADDRESS.search(text.removeprefix("mailto:"))
    if found is None or len(found[0]) > LONGEST_ADDRESS:
        return None
    name, _at, domain = found[0].rpartition("@")
    return f"{name}@{domain.lower()}"


def join_name(given: str, family: str) -> str:
    """A name that stands in two columns, as it is usually written: Chinese characters with the family name first and
    without a space."""
    if not (given and family):
        return given or family
    return family + given if _is_han(family) and _is_han(given) else f"{given} {family}"


def unturn(name: str) -> str:
    """ "Weber, Anna" as people write it; lists are sorted by the family name."""
    family, comma, given = name.partition(",")
    turned = comma and family.strip() and given.strip() and "," not in given
    return f"{given.strip()} {family.strip()}" if turned else name


def _is_han(text: str) -> bool:
    return all("\u3400" <= sign <= "\u9fff" for sign in text)
