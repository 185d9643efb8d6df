"""Numbers as people type them: in full-width digits, in Chinese numerals, with separators, beside a picture."""

import re
import unicodedata

from bot.domain.people import clean

# Nothing that is meant as a number, a day or a time is longer.
LONGEST = 60

_DIGITS = {sign: value for value, signs in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
           for sign in signs}  # fmt: skip
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = re.compile(f"[{''.join((*_DIGITS, *_UNITS))}]+")
_PICTURES = ("So", "Sk", "Mn", "Me")
_WHOLE = re.compile(r"[-−]?\d{1,12}")
_GROUPED = re.compile(r"\d{1,3}([.,' ])\d{3}(?:\1\d{3}){0,2}")
_COUNTED = re.compile(r"\s*[个人位名次]+$")


def tidy(text: str) -> str:
    """What was typed as one line in small letters and plain digits, without pictures. Empty where it is too long to
    be meant as a number, a day or a time."""
    if len(text) > LONGEST * 4:
        return ""
    plain = unicodedata.normalize("NFKC", re.sub(r"(?<=\d)\s*½|½", ".5", text))
    line = clean("".join(sign for sign in plain if unicodedata.category(sign) not in _PICTURES)).casefold()
    return _NUMERAL.sub(lambda found: str(_numeral(found[0])), line) if len(line) <= LONGEST else ""


def _numeral(signs: str) -> int:
    """The value of Chinese numerals: "二十" is 20, "二〇二六" 2026, "一百五" 150."""
    if not set(signs) & set(_UNITS):
        return int("".join(str(_DIGITS[sign]) for sign in signs))
    total, digit, place = 0, None, 1
    for sign in signs:
        if sign in _DIGITS:
            digit, place = _DIGITS[sign], place if _DIGITS[sign] else 1
        else:
            total += (1 if digit is None else digit) * _UNITS[sign]
            digit, place = None, _UNITS[sign] // 10
    return total + (digit or 0) * place


def read_number(text: str) -> int | None:
    """A whole number, also "1.000", "二十" or "20人"; None where none is meant."""
    words = _COUNTED.sub("", tidy(text))
    if _GROUPED.fullmatch(words):
        return int(re.sub(r"\D", "", words))
    return int(words.replace("−", "-")) if _WHOLE.fullmatch(words) else None
