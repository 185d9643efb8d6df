"""One line of a file as one person, and what is to be said about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

from bot.domain.importing.cells import (
    LONGEST_NUMBER,
    Cell,
    join_name,
    read_address,
    said,
    unturn,
)
from bot.domain.importing.columns import Column
from bot.domain.importing.headings import Meaning
from bot.domain.importing.words import Vocabulary
from bot.domain.importing.years import is_reversed, read_span
from bot.domain.people import MAX_NAME, is_name


class Verdict(StrEnum):
    """What becomes of a line. DOUBTFUL waits for a decision; WRONG must be put right in the file; ERASED is never
    taken over."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"
    ERASED = "erased"


class Reason(StrEnum):
    """Why: a code, which becomes a sentence in the reader's language."""

    NO_NAME = "no_name"
    NOT_A_NAME = "not_a_name"
    LONG_NAME = "long_name"
    LONG_NUMBER = "long_number"
    UNKNOWN_PROGRAMME = "programme"
    UNKNOWN_PROVINCE = "province"
    UNKNOWN_DIRECTION = "direction"
    UNKNOWN_RELATION = "relation"
    NO_YEAR = "year"
    REVERSED = "reversed"
    NO_ADDRESS = "address"
    TWICE = "twice"
    NAMESAKE = "namesake"
    KNOWN_NAME = "known_name"
    SEVERAL = "several"
    OTHER_NAME = "other_name"
    CHANGES = "changes"
    NOT_YOURS = "not_yours"
    ERASED = "erased"


# What makes a line wrong; whose answer is "the same person" or "somebody else". The rest is about a value, without
# which the line may be taken.
WRONG = frozenset({Reason.NO_NAME, Reason.NOT_A_NAME, Reason.LONG_NAME, Reason.LONG_NUMBER, Reason.NOT_YOURS})
WHO = frozenset({Reason.TWICE, Reason.NAMESAKE, Reason.KNOWN_NAME, Reason.SEVERAL, Reason.OTHER_NAME})


class Remark(NamedTuple):
    """A reason and what it is about: the text of the cell, the line or number of another."""

    reason: Reason
    about: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says about a person; a programme by its id."""

    full_name: str
    other_name: str | None = None
    external_id: str | None = None
    email: str | None = None
    programme: int | None = None
    from_year: int | None = None
    to_year: int | None = None
    province: str | None = None
    direction: str | None = None
    relation: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Only what is there."""
        return {name: value for name in FIELDS if (value := getattr(self, name)) is not None}


FIELDS = tuple(Said.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Reading:
    """How lines are read: the columns that mean something, our words, what holds where a line says nothing."""

    columns: Sequence[Column]
    words: Vocabulary
    this_year: int
    otherwise: Mapping[str, Any]

    def is_heading(self, cells: Sequence[Cell]) -> bool:
        """Whether a line only repeats the headings, as in a heading of two lines or on each printed page."""
        told = [(column.head, text) for column in self.columns if (text := said(_at(cells, column.place)))]
        return bool(told) and all(head == text for head, text in told)

    def texts(self, cells: Sequence[Cell]) -> dict[Meaning, str]:
        """What the line says, by meaning; empty for an empty line."""
        return {
            column.meaning: text
            for column in self.columns
            if column.meaning is not Meaning.NOTHING and (text := said(_at(cells, column.place)))
        }

    def read(self, texts: Mapping[Meaning, str]) -> tuple[Said, list[Remark]]:
        """The person of a line, as far as it can be read, and what is to be said about it."""
        remarks: list[Remark] = []
        person = Said(full_name="", other_name=None)
        for part in (self._name, self._number, self._entries, self._years):
            person = part(person, texts, remarks)
        empty = {name: value for name, value in self.otherwise.items() if getattr(person, name) is None}
        return replace(person, **empty), remarks

    def _name(self, person: Said, texts: Mapping[Meaning, str], remarks: list[Remark]) -> Said:
        parts = join_name(texts.get(Meaning.GIVEN, ""), texts.get(Meaning.FAMILY, ""))
        names = [
            unturn(each) for each in (texts.get(Meaning.NAME, ""), parts, texts.get(Meaning.OTHER_NAME, "")) if each
        ]
        names = list(dict.fromkeys(names))
        if not names:
            remarks.append(Remark(Reason.NO_NAME))
        for name in names[:2]:
            if len(name) > MAX_NAME:
                remarks.append(Remark(Reason.LONG_NAME, name[:MAX_NAME]))
            elif not is_name(name):
                remarks.append(Remark(Reason.NOT_A_NAME, name))
        return replace(person, full_name=names[0] if names else "", other_name=names[1] if len(names) > 1 else None)

    def _number(self, person: Said, texts: Mapping[Meaning, str], remarks: list[Remark]) -> Said:
        number, written = texts.get(Meaning.EXTERNAL_ID), texts.get(Meaning.EMAIL)
        if number is not None and len(number) > LONGEST_NUMBER:
            remarks.append(Remark(Reason.LONG_NUMBER, number[:LONGEST_NUMBER]))
            number = None
        email = read_address(written) if written else None
        if written and email is None:
            remarks.append(Remark(Reason.NO_ADDRESS, written))
        return replace(person, external_id=number, email=email)

    def _entries(self, person: Said, texts: Mapping[Meaning, str], remarks: list[Remark]) -> Said:
        """Words that must mean an entry of ours."""
        found: dict[str, str | None] = {}
        for meaning, look_up, reason in (
            (Meaning.PROGRAMME, self.words.programme, Reason.UNKNOWN_PROGRAMME),
            (Meaning.PROVINCE, self.words.province, Reason.UNKNOWN_PROVINCE),
            (Meaning.DIRECTION, self.words.direction, Reason.UNKNOWN_DIRECTION),
            (Meaning.RELATION, self.words.relation, Reason.UNKNOWN_RELATION),
        ):
            text = texts.get(meaning)
            value = look_up(text) if text else None
            if text and value is None:
                remarks.append(Remark(reason, text))
            found[meaning.value] = value or None
        programme = int(found.pop("programme") or 0) or None
        return replace(person, programme=programme, **found)  # type: ignore[arg-type]

    def _years(self, person: Said, texts: Mapping[Meaning, str], remarks: list[Remark]) -> Said:
        programme = person.programme or self.otherwise.get("programme")
        named = self.words.cohort(programme, texts.get(Meaning.YEARS, ""))
        if named is not None:
            return replace(person, from_year=named[0], to_year=named[1])
        first: int | None = None
        last: int | None = None
        for meaning in (Meaning.YEARS, Meaning.FROM_YEAR, Meaning.TO_YEAR):
            text = texts.get(meaning)
            span = read_span(text, self.this_year) if text else None
            if text and span is None:
                reason = Reason.REVERSED if is_reversed(text, self.this_year) else Reason.NO_YEAR
                remarks.append(Remark(reason, text))
            elif span is not None and meaning is Meaning.FROM_YEAR:
                first, last = span.first, last if span.is_one else span.last
            elif span is not None:
                first, last = first if span.is_one else span.first, span.last
        if first is not None and last is not None and first > last:
            remarks.append(Remark(Reason.REVERSED, f"{first}–{last}"))
            first = last = None
        return replace(person, from_year=first, to_year=last)


def _at(cells: Sequence[Cell], place: int) -> Cell:
    return cells[place] if place < len(cells) else None
