"""Times of day and durations as people type them in German, English and Chinese, whichever they read."""

import re
from datetime import time

from bot.conversation.typed_numbers import tidy

_MORNING = ("凌晨", "清晨", "早上", "早晨", "上午", "早", "morgens", "vormittags", "am")
_NOON = ("中午", "mittags")
_EVENING = ("下午", "傍晚", "晚上", "晚", "nachmittags", "abends", "pm")
_PART = "|".join((*_MORNING, *_NOON, *_EVENING))
_TIME = re.compile(
    rf"(?:um|at|ab)?\s*(?P<before>{_PART})?\s*(?P<hour>\d{{1,2}})"
    r"\s*(?:(?:[:.h点时]|uhr|o'clock)?\s*(?P<minute>\d\d)|[点时]\s*(?P<single>\d)\s*分|点\s*(?P<said>半|[13]刻))?"
    rf"\s*(?:uhr|h|o'clock|分|点钟?|时整?)?\s*(?P<after>{_PART})?"
)
_SAID = {"半": 30, "1刻": 15, "3刻": 45}

_AMOUNT = r"(\d{1,6}(?:[.,]\d{1,3})?|[.,]\d)"
_UNITS = {
    1440: r"d|tg|tage?|days?|天",
    60: r"h|hrs?|hours?|std|stunden?|小时|钟头",
    1: r"min|minuten?|minutes?|mins|m|分钟?",
}
_PIECE = re.compile(
    rf"{_AMOUNT}\s*个?\s*(?:{'|'.join(f'({names})' for names in _UNITS.values())})(?![a-z])\.?[\s,]*(?:und|and|零)?\s*"
)
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?:\s*(?:h|std))?")
_REST = re.compile(r"(\d{1,2})")
# A bare number is of minutes, unless nothing lasts so short.
LEAST_BARE = 15


def read_time(text: str) -> time | None:
    """The time of day that is meant: "19.30", "19 Uhr", "7:30 pm", "下午3点半"; None where none is."""
    words = re.sub(r"([ap])\.\s?m\b\.?", r"\1m", tidy(text)).strip(" .,;!。、")
    found = _TIME.fullmatch(words)
    if found is None or (found["before"] and found["after"]):
        return None
    hour = _hour(int(found["hour"]), found["before"] or found["after"])
    minute = _SAID[found["said"]] if found["said"] else int(found["minute"] or found["single"] or 0)
    return time(hour, minute) if hour is not None and minute < 60 else None


def _hour(said: int, part: str | None) -> int | None:
    """The hour of 24; None for one that this part of the day does not have. Midnight at the end of an evening belongs
    to the next day, so it is not guessed."""
    if part is None or said > 12:
        return said if said < 24 and part not in _MORNING else None
    if part in _MORNING:
        return 0 if said == 12 and part in ("凌晨", "am") else said
    if said == 12:
        return None if part in ("晚上", "晚", "abends") else 12
    if part in _NOON:
        return {11: 11, 1: 13, 2: 14}.get(said)
    return said + 12 if said else None


def read_duration(text: str) -> int | None:
    """Minutes: "90", "90 min", "2,5 Std", "1 h 30", "两个半小时", "2 days"; a bare number under 15 is of hours. None
    where no duration is meant."""
    words = _halves(tidy(text)).strip(" ;!。、")
    clock = _CLOCK.fullmatch(words)
    if clock is not None:
        return int(clock[1]) * 60 + int(clock[2])
    if re.fullmatch(_AMOUNT, words):
        amount = _amount(words)
        return round(amount if amount >= LEAST_BARE and amount.is_integer() else amount * 60)
    return _pieces(words)


def _halves(words: str) -> str:
    """Chinese halves as decimals: "2个半小时" and "2小时半" are 2.5小时."""
    words = re.sub(r"(\d+)\s*个半(?=小时|钟头|天)", r"\1.5", words)
    words = re.sub(r"(\d+)(\s*个?(?:小时|钟头|天))半", r"\1.5\2", words)
    return re.sub(r"半个?(?=小时|钟头|天)", "0.5", words)


def _pieces(words: str) -> int | None:
    """The sum of "2 Std. 30 Min."; a number at the end, after hours, is of minutes."""
    minutes, place, smallest = 0.0, 0, None
    while found := _PIECE.match(words, place):
        unit = next(size for size, name in zip(_UNITS, found.groups()[1:], strict=True) if name)
        if smallest is not None and unit >= smallest:
            return None
        minutes, place, smallest = minutes + _amount(found[1]) * unit, found.end(), unit
    rest = _REST.fullmatch(words, place)
    if rest is not None and smallest == 60:
        return round(minutes) + int(rest[1])
    return round(minutes) if smallest is not None and place == len(words) else None


def _amount(words: str) -> float:
    return float(words.replace(",", "."))
