"""The first look at a file: its sheets, its heading, and a guess of what the columns are."""

from collections.abc import Sequence

from bot.domain.importing.cells import text_of
from bot.domain.importing.columns import LOOKED_AT, find_heading, guess
from bot.domain.importing.faults import Fault, Unreadable
from bot.domain.importing.layout import LONGEST_SAMPLE, SAMPLES, Layout, shown
from bot.domain.importing.words import Vocabulary
from bot.importing.source import Line, Source

# Lines that decide about what a column holds.
JUDGED_BY = 200


def look(
    source: Source, words: Vocabulary, this_year: int, *, sheet: int | None = None, heading: int | None = None
) -> Layout:
    """The layout of a sheet (the first that has a heading, where none is chosen); `heading` is the line with the
    headings if somebody said so. Raises Unreadable where there is no line at all."""
    chosen = _choose(source) if sheet is None else min(sheet, len(source.sheets) - 1)
    lines = source.first(chosen, LOOKED_AT + JUDGED_BY)
    if not lines:
        raise Unreadable(Fault.EMPTY)
    if heading is None:
        place = find_heading([_texts(line) for line in lines[:LOOKED_AT]])
        heading = 0 if place is None else lines[place][0]
    return _layout(source, chosen, lines, heading, words, this_year)


def _choose(source: Source) -> int:
    for sheet in range(len(source.sheets)):
        if find_heading([_texts(line) for line in source.first(sheet, LOOKED_AT)]) is not None:
            return sheet
    return 0


def _layout(
    source: Source, sheet: int, lines: Sequence[Line], heading: int, words: Vocabulary, this_year: int
) -> Layout:
    below = [line for line in lines if line[0] > heading]
    width = max(len(cells) for _line, cells in lines)
    heads = next((_texts(line) for line in lines if line[0] == heading), [])
    heads = [*heads, *[""] * (width - len(heads))]
    columns = shown(guess(heads, [_texts(line) for line in below], words, this_year))
    first = [(line, [_short(cells, column.place) for column in columns]) for line, cells in map(_told, below[:SAMPLES])]
    columns = [column._replace(head=column.head[:LONGEST_SAMPLE]) for column in columns]
    return Layout(source.sheets, sheet, heading, columns, first, width, source.encoding)


def _told(line: Line) -> tuple[int, list[str]]:
    return line[0], _texts(line)


def _texts(line: Line) -> list[str]:
    return [text_of(cell) for cell in line[1]]


def _short(cells: Sequence[str], place: int) -> str:
    return cells[place][:LONGEST_SAMPLE] if place < len(cells) else ""
