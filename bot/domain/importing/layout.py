"""How the lines of a file are to be read: what was guessed, and what a person made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.importing.columns import Column
from bot.domain.importing.headings import Meaning

# Columns nobody has a meaning for are shown up to here; the rest is only counted.
SHOWN_UNKNOWN = 30
SAMPLES = 8
LONGEST_SAMPLE = 60


@dataclass(frozen=True, slots=True)
class Layout:
    """`heading` is the number of the line with the headings, 0 where there is none; `first` some lines below it, with
    the cells of `columns`; `width` how many columns there are in all; `words` what a person said about words we did
    not know (kind -> key -> value); `otherwise` what holds for lines that say nothing."""

    sheets: Sequence[str]
    sheet: int
    heading: int
    columns: Sequence[Column]
    first: Sequence[tuple[int, Sequence[str]]]
    width: int
    encoding: str | None = None
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    otherwise: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_names(self) -> bool:
        named = {Meaning.NAME, Meaning.GIVEN, Meaning.FAMILY, Meaning.OTHER_NAME}
        return any(column.meaning in named for column in self.columns)

    @property
    def meant(self) -> list[Column]:
        """The columns that are read."""
        return [column for column in self.columns if column.meaning is not Meaning.NOTHING]

    def corrected(self, meanings: Mapping[int, Meaning], otherwise: Mapping[str, Any]) -> "Layout":
        """With what somebody says the columns (by their places) hold, and what holds for lines that say nothing."""
        columns = [each._replace(meaning=meanings.get(each.place, each.meaning)) for each in self.columns]
        return replace(self, columns=columns, otherwise=otherwise)

    def taught(self, kind: str, words: Mapping[str, str]) -> "Layout":
        """With what somebody says about words we did not know."""
        return replace(self, words={**self.words, kind: {**self.words.get(kind, {}), **words}})

    def to_json(self) -> dict[str, Any]:
        return {
            "sheets": list(self.sheets),
            "sheet": self.sheet,
            "heading": self.heading,
            "columns": [[column.place, column.head, column.meaning.value] for column in self.columns],
            "first": [[line, list(cells)] for line, cells in self.first],
            "width": self.width,
            "encoding": self.encoding,
            "words": {kind: dict(words) for kind, words in self.words.items()},
            "otherwise": dict(self.otherwise),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Layout":
        columns = [Column(place, head, Meaning(meaning)) for place, head, meaning in stored["columns"]]
        first = [(line, cells) for line, cells in stored["first"]]
        return cls(**{**stored, "columns": columns, "first": first})


def shown(columns: Sequence[Column]) -> list[Column]:
    """Those that are offered to be corrected: all that mean something, and the first of the others."""
    left = SHOWN_UNKNOWN
    found = []
    for column in columns:
        if column.meaning is Meaning.NOTHING:
            left -= 1
        if column.meaning is not Meaning.NOTHING or left >= 0:
            found.append(column)
    return found
