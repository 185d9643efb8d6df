"""Which line is the heading, and which column is what: a guess that people correct."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from bot.domain.folding import expand_umlauts
from bot.domain.importing.cells import read_address
from bot.domain.importing.headings import Meaning, spelt
from bot.domain.importing.words import Vocabulary, key_of
from bot.domain.importing.years import read_span
from bot.domain.people import is_name

# The heading is looked for in so many lines.
LOOKED_AT = 30
# So much of what stands in a column must be of one kind for it to be guessed by its contents.
MOSTLY = 0.7


class Column(NamedTuple):
    """A column: where it stands, counted from nought, what it is called, what it holds."""

    place: int
    head: str
    meaning: Meaning


def find_heading(rows: Sequence[Sequence[str]]) -> int | None:
    """The place of the line with the most headings that we know; None where there is none. Titles above it do not
    hurt; one heading alone must be a name's, or stand beside other words."""
    scores = [_score(row) for row in rows[:LOOKED_AT]]
    best = max(scores, default=0)
    return scores.index(best) if best >= 1 else None


def _score(row: Sequence[str]) -> int:
    known = {meaning for text in row if (meaning := _exactly(text)) is not None}
    if len(known) == 1 and not known & {Meaning.NAME, Meaning.FAMILY}:
        words = [text for text in row if text]
        return int(len(words) > 1 and not any(sign.isdigit() for text in words for sign in text))
    return len(known)


def guess(heads: Sequence[str], samples: Sequence[Sequence[str]], words: Vocabulary, this_year: int) -> list[Column]:
    """What each column holds, by its heading, else by what stands in it (`samples` are lines). No meaning is given
    twice; a second name is the name in another script."""
    found = [_exactly(text) for text in heads]
    _turn_family_names(found)
    settled = _once(found)
    columns = [[row[place] for row in samples if place < len(row) and row[place]] for place in range(len(heads))]
    for looking in (lambda place: _partly(heads[place]), lambda place: _by_contents(columns[place], words)):
        _add(settled, looking)
    _add(settled, lambda place: None if heads[place] else _without_heading(columns[place], this_year))
    if not {Meaning.NAME, Meaning.FAMILY, Meaning.GIVEN} & set(settled):
        _add(settled, lambda place: None if heads[place] else _names(columns[place]))
    return [Column(place, head, settled[place]) for place, head in enumerate(heads)]


def _turn_family_names(found: list[Meaning | None]) -> None:
    """Beside a column of given names, "Name" is the family name."""
    if Meaning.GIVEN in found and Meaning.FAMILY not in found and Meaning.NAME in found:
        found[found.index(Meaning.NAME)] = Meaning.FAMILY


def _once(found: Sequence[Meaning | None]) -> list[Meaning]:
    """Each meaning for one column; the second of two names is the other one."""
    settled: list[Meaning] = []
    for each in found:
        meaning = Meaning.OTHER_NAME if each is Meaning.NAME and each in settled else each
        settled.append(Meaning.NOTHING if meaning is None or meaning in settled else meaning)
    return settled


def _add(settled: list[Meaning], looking: Callable[[int], Meaning | None]) -> None:
    """For columns that mean nothing so far: what `looking` sees in them, unless another column has it."""
    for place, known in enumerate(settled):
        meaning = looking(place) if known is Meaning.NOTHING else None
        if meaning is not None and meaning not in settled:
            settled[place] = meaning


def _exactly(text: str) -> Meaning | None:
    return _spellings().get(key_of(text)) if text else None


def _partly(text: str) -> Meaning | None:
    """By the longest part of a heading that is one; a Chinese character counts as a short word."""
    folded = f" {expand_umlauts(text)} "
    parts = [
        (len(name) * (1 if name.isascii() else 3), meaning)
        for name, meaning in _parts()
        if (f" {name} " in folded if name.isascii() else name in folded)
    ]
    return max(parts, key=lambda each: each[0])[1] if parts else None


@cache
def _spellings() -> dict[str, Meaning]:
    return {key_of(name): meaning for name, meaning in spelt()}


@cache
def _parts() -> tuple[tuple[str, Meaning], ...]:
    folded = [(expand_umlauts(name), meaning) for name, meaning in spelt()]
    return tuple((name, meaning) for name, meaning in folded if len(name) >= (3 if name.isascii() else 2))


def _by_contents(cells: Sequence[str], words: Vocabulary) -> Meaning | None:
    """E-mail addresses, programmes and provinces are known by themselves."""
    tests: dict[Meaning, Callable[[str], object]] = {
        Meaning.EMAIL: read_address,
        Meaning.PROVINCE: words.province,
        Meaning.PROGRAMME: words.programme,
    }
    return next((meaning for meaning, fits in tests.items() if _mostly(cells, fits)), None)


def _without_heading(cells: Sequence[str], this_year: int) -> Meaning | None:
    """Years; under a heading they might be anything, of birth for example."""
    plain = [cell for cell in cells if len(cell) == 4 or not cell.isdigit()]
    fits = _mostly(plain, lambda cell: len(cell) >= 4 and read_span(cell, this_year))
    return Meaning.YEARS if fits and len(plain) == len(cells) else None


def _names(cells: Sequence[str]) -> Meaning | None:
    """What look like whole names."""
    fits = _mostly(cells, lambda cell: is_name(cell) and (" " in cell or "\u3400" <= cell[0] <= "\u9fff"))
    return Meaning.NAME if fits else None


def _mostly(cells: Sequence[str], fits: Callable[[str], object]) -> bool:
    return bool(cells) and sum(1 for cell in cells if fits(cell)) > MOSTLY * len(cells)
