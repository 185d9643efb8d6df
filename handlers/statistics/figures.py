"""Numbers that may be shown, in the reader's words: as a picture, and as lines for who cannot see pictures. Both are
made from the same numbers, and from nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, labelled, language, number
from bot.conversation.times import long_day
from bot.domain.scope import Scope
from bot.domain.small_cells import Folded
from bot.drawing.data import Bars, Drawing, Month, Months, Stacks

Shown = int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom and when numbers are wanted. Language and zone of the reader are already entered."""

    session: Session
    scope: Scope
    now: datetime


class Cell(NamedTuple):
    """How many people are in a group, or in a part of it."""

    group: str
    people: Shown
    part: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What there is to see about a topic: what is essential in one sentence, every number, and the data of the
    picture."""

    title: Markup
    sentence: Markup
    cells: Sequence[Cell]
    drawing: Drawing
    data: Mapping[str, Any]

    def lines(self) -> list[Markup]:
        """Every number in words; the parts of a group below its name."""
        found: list[Markup] = []
        for group, cells in groupby(self.cells, key=lambda cell: cell.group):
            for place, (_group, people, part) in enumerate(cells):
                if part and not place:
                    found.append(Markup("<b>{}</b>").format(group))
                found.append(Markup("· {}").format(line_of(part, people)) if part else line_of(group, people))
        return found


@dataclass(frozen=True, slots=True)
class Titled:
    """What stands above and below the numbers of a topic; `note` says how they were counted."""

    title: Markup
    sentence: Markup
    note: Markup | None = None


def of_groups(asked: Asked, words: Titled, folded: Folded[Any], names: Mapping[Any, str]) -> Figures:
    """Bars, in the order of the groups, those put together at the end."""
    rest = {str(_("All others together")): folded.rest} if folded.rest else {}
    named = {names[group]: people for group, people in folded.groups.items()} | rest
    put_together = _("Groups of fewer than five are among the others.") if folded.rest else None
    return of_numbers(asked, words, named, _steps(put_together))


def of_numbers(asked: Asked, words: Titled, numbers: Mapping[str, Shown], footer: Markup | None = None) -> Figures:
    """Bars, one for each number."""
    data: Bars = {
        "title": words.title.unescape(),
        "subtitle": _subtitle(asked),
        "bars": [
            {"label": str(name), "value": people, "shown": "" if people is None else number(people)}
            for name, people in numbers.items()
        ],
        "suppressed": say(None),
        "footer": _footer(words, footer or _steps(_hatched(numbers.values()))),
    }
    return Figures(words.title, words.sentence, [Cell(*each) for each in numbers.items()], Drawing.BARS, data)


def of_months(asked: Asked, words: Titled, months: Sequence[Month], names: Sequence[str]) -> Figures:
    """Columns over time; `names` are those of the months in full."""
    values = [month["value"] for month in months]
    data: Months = {
        "title": words.title.unescape(),
        "subtitle": _subtitle(asked),
        "months": list(months),
        "suppressed": say(None),
        "footer": _footer(words, _steps(_hatched(values))),
    }
    cells = [Cell(name, value) for name, value in zip(names, values, strict=True)]
    return Figures(words.title, words.sentence, cells, Drawing.MONTHS, data)


def of_parts(asked: Asked, words: Titled, parts: Sequence[str], rows: Mapping[str, Sequence[Shown]]) -> Figures:
    """Rows that are divided into the same parts."""
    data: Stacks = {
        "title": words.title.unescape(),
        "subtitle": _subtitle(asked),
        "parts": [str(part) for part in parts],
        "rows": [{"label": str(label), "counts": list(counts)} for label, counts in rows.items()],
        "suppressed": say(None),
        "footer": _footer(words, _steps(_hatched([each for counts in rows.values() for each in counts]))),
    }
    cells = [
        Cell(label, people, str(part))
        for label, counts in rows.items()
        for part, people in zip(parts, counts, strict=True)
    ]
    return Figures(words.title, words.sentence, cells, Drawing.STACKS, data)


def line_of(name: str, people: Shown) -> Markup:
    return labelled(name, say(people))


def say(people: Shown) -> str:
    """A number as it is read, or that there is none."""
    return str(_("not shown")) if people is None else number(people)


def whose(scope: Scope) -> Markup:
    """Of whom all these numbers are."""
    return _("All verified members") if scope.central else _("Verified members you answer for")


def _subtitle(asked: Asked) -> list[str]:
    return [str(whose(asked.scope)), long_day(asked.now.date())]


def _footer(words: Titled, steps: Markup) -> str:
    return str(in_a_row(words.note, steps).unescape())


def _steps(more: Markup | None) -> Markup:
    return in_a_row(_("People in steps of five, rounded down."), more)


def in_a_row(*sentences: Markup | None) -> Markup:
    """One after the other; in Chinese without a space between them."""
    between = "" if language().startswith("zh") else " "
    return Markup(between).join(sentence for sentence in sentences if sentence)


def _hatched(numbers: Any) -> Markup | None:
    if None not in list(numbers):
        return None
    return _("Not shown: fewer than five, or kept back so that those cannot be worked out.")
