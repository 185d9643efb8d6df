"""Languages: which there are, how texts and times are said in the reader's own.

A language and a zone are entered for the length of one turn or one notice (`with speaking(...)`), kept in
context variables, so that nothing leaks from one person to the next. English sentences are the keys.
`_()` returns `Markup`: `.format(name=...)` then escapes what people typed.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, format_timedelta, get_timezone_location
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from babel.units import format_unit
from markupsafe import Markup, escape

LANGUAGES = {"de": "Deutsch", "zh_Hans": "中文", "en": "English"}
SOURCE = "en"

# Tags people's clients send; unknown ones fall back to English. Traditional tags get Simplified Chinese
# until there is a zh_Hant catalogue.
ALIASES = {"zh": "zh_Hans", "de": "de", "en": "en"}

_language: ContextVar[str] = ContextVar("language", default=SOURCE)
_zone: ContextVar[str] = ContextVar("zone", default="UTC")


@cache
def catalogue(language: str) -> NullTranslations:
    """The texts of `language`, read from its .po file once (about 20 ms per 1,000 sentences)."""
    if language == SOURCE:
        return NullTranslations()
    path = files("locales") / language / "LC_MESSAGES" / "messages.po"
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def negotiate(tag: str | None) -> str:
    """The language of ours nearest to a client's tag (`zh-CN`, `de-AT`, `pt`…); English when none is."""
    head = (tag or "").replace("_", "-").split("-")[0].lower()
    return ALIASES.get(head, SOURCE)


@contextmanager
def speaking(language: str | None, zone: str = "UTC") -> Iterator[None]:
    """Within this block texts are in `language` and times in `zone` (IANA)."""
    tokens = _language.set(language if language in LANGUAGES else SOURCE), _zone.set(zone)
    try:
        yield
    finally:
        _language.reset(tokens[0])
        _zone.reset(tokens[1])


def language() -> str:
    """The reader's language: a key of LANGUAGES."""
    return _language.get()


def zone() -> ZoneInfo:
    """The reader's time zone."""
    return ZoneInfo(_zone.get())


def _(message: str) -> Markup:
    """`message` in the reader's language."""
    return Markup(catalogue(_language.get()).gettext(message))


def ngettext(one: str, many: str, n: int) -> Markup:
    """The right plural in the reader's language; fill `{n}` and others with `.format`."""
    return Markup(catalogue(_language.get()).ngettext(one, many, n))


def pgettext(context: str, message: str) -> Markup:
    """A single word whose meaning `context` settles."""
    return Markup(catalogue(_language.get()).pgettext(context, message))


def N_(message: str) -> str:  # noqa: N802 - the gettext tools know this name
    """Mark a text that is translated later, where it is shown."""
    return message


def named(names: dict[str, str]) -> str:
    """The entry's name in the reader's language, else English, else whatever there is."""
    return names.get(language()) or names.get(SOURCE) or next(iter(names.values()))


def locale() -> Locale:
    """Babel's locale of the reader."""
    return Locale.parse(language())


def listed(items: Sequence[str], *, either: bool = False) -> Markup:
    """ "a, b and c", or `either` of them: "a, b or c"; escaped, as the reader's language joins."""
    style: Literal["or", "standard"] = "or" if either else "standard"
    return Markup(format_list([str(escape(item)) for item in items], style, locale())) if items else Markup("")


def when(instant: datetime) -> str:
    """Weekday, date, time and place of the clock, in the reader's zone: "Thu, 12 Mar 2026, 19:00 Berlin"."""
    local = instant.astimezone(zone())
    return f"{format_datetime(local, _SKELETONS[language()], locale=locale())} {zone_city()}"


def zone_city() -> str:
    """The place whose clock the reader goes by, in their language: "Berlin", "上海"."""
    return get_timezone_location(zone(), locale=locale(), return_city=True)


def short_time(instant: datetime) -> str:
    """Weekday and time of day in the reader's zone, for a line in a conversation."""
    return format_datetime(instant.astimezone(zone()), _SHORT[language()], locale=locale())


def day(instant: datetime) -> str:
    """Weekday and date in the reader's zone."""
    return format_datetime(instant.astimezone(zone()), _DAYS[language()], locale=locale())


def clock_time(hour: int) -> str:
    """A full hour of the day, "21:00"."""
    return f"{hour:02d}:00"


def labelled(name: object, value: object) -> Markup:
    """ "name: value", with the colon of the reader's language."""
    return _("{name}: {n}").format(name=name, n=value)


def lasting(span: timedelta) -> str:
    """ "3 days", "2 hours": rounded as people say it."""
    return format_timedelta(span, locale=locale(), threshold=1.2)


def kilometres(distance: float) -> str:
    """A distance in full kilometres, "68 km"."""
    return format_unit(round(distance), "kilometer", length="short", locale=locale())


def name_language(tag: str) -> str:
    """A language of ours as the reader calls it."""
    return Locale.parse(tag).get_language_name(language()) or LANGUAGES[tag]


def number(value: float, digits: int = 0) -> str:
    """A number with the reader's separators."""
    return format_decimal(round(value, digits), locale=locale())


_SKELETONS = {
    "en": "EEE, d MMM y, HH:mm",
    "de": "EEE, d. MMM y, HH:mm",
    "zh_Hans": "y年M月d日 EEE HH:mm",
}
_SHORT = {"en": "EEE, d MMM, HH:mm", "de": "EEE, d. MMM, HH:mm", "zh_Hans": "M月d日 EEE HH:mm"}
_DAYS = {"en": "EEE, d MMM y", "de": "EEE, d. MMM y", "zh_Hans": "y年M月d日 EEE"}
