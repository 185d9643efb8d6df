"""What can be drawn, and from which data: plain JSON, every word of it already in the reader's language.

None stands for a figure that is kept back because it could betray somebody: it is shown hatched, never as a number.
"""

from enum import StrEnum
from typing import NotRequired, TypedDict


class Drawing(StrEnum):
    SURVEY = "survey"
    COMMENTS = "comments"
    BARS = "bars"
    ANSWERS = "answers"
    MONTHS = "months"
    STACKS = "stacks"
    SHEET = "sheet"

    @property
    def media_type(self) -> str:
        if self is Drawing.SHEET:
            return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return "image/png"


class BigFigure(TypedDict):
    """A figure that stands by itself, as it is to be read ("62 %"); the note is small print under its label."""

    value: str | None
    label: str
    note: NotRequired[str]


class Scores(TypedDict):
    """How many gave each of the scores 0 to 10; None for all of them is allowed. `groups` names detractors,
    passives and promoters."""

    title: str
    counts: list[int | None] | None
    groups: list[str]


class Statement(TypedDict):
    """How many gave each of 1 to 5; None for all of them is allowed. The mean as it is to be read ("4,2"); it is not
    shown where a count is kept back."""

    label: str
    counts: list[int | None] | None
    mean: str | None


class Survey(TypedDict):
    """`scale` names the ends of 1 to 5. Comments come shuffled; `more` has a {count} for those that are left out.
    With more than a few comments, better draw them by themselves: Telegram makes tall pictures small."""

    title: str
    subtitle: list[str]
    figures: list[BigFigure]
    scores: NotRequired[Scores]
    statements_title: NotRequired[str]
    statements: NotRequired[list[Statement]]
    scale: NotRequired[list[str]]
    suppressed: str
    comments_title: NotRequired[str]
    comments: NotRequired[list[str]]
    more: NotRequired[str]
    footer: str


class Comments(TypedDict):
    """Comments by themselves: shuffled, with a {count} in `more` for those that are left out."""

    title: str
    subtitle: NotRequired[list[str]]
    comments: list[str]
    more: NotRequired[str]
    footer: str


class Bar(TypedDict):
    """`shown` is the value as it is to be read ("1.204"), where plain digits will not do."""

    label: str
    value: float | None
    shown: NotRequired[str]


class Bars(TypedDict):
    """Horizontal bars in the order given. `more` has a {count} for those that do not fit."""

    title: str
    subtitle: NotRequired[list[str]]
    bars: list[Bar]
    suppressed: str
    more: NotRequired[str]
    footer: str


class Section(TypedDict):
    """One question of a survey: bars and quotes, each of which there may be none of."""

    title: str
    notes: list[str]
    bars: list[Bar]
    quotes: list[str]


class Answers(TypedDict):
    """Some questions of a survey below each other. `more` has a {count} for quotes that do not fit."""

    title: str
    subtitle: list[str]
    sections: list[Section]
    suppressed: str
    more: str
    footer: str


class Month(TypedDict):
    """`label` is short; `year` stands below the first month of each."""

    label: str
    year: str
    value: int | None
    shown: NotRequired[str]


class Months(TypedDict):
    """Columns side by side, twelve or so."""

    title: str
    subtitle: NotRequired[list[str]]
    months: list[Month]
    suppressed: str
    footer: str


class Row(TypedDict):
    """How many there are of each part; None for all of them is allowed."""

    label: str
    counts: list[int | None] | None


class Stacks(TypedDict):
    """Bars one below the other, each divided into the same two, three or five parts."""

    title: str
    subtitle: NotRequired[list[str]]
    parts: list[str]
    rows: list[Row]
    suppressed: str
    footer: str


Cell = str | int | float | bool | None


class Sheet(TypedDict):
    """One sheet of a workbook. What takes more than 100 ms to read (some 5,000 rows) is a job, not a reply."""

    sheet: str
    header: list[str]
    rows: list[list[Cell]]
