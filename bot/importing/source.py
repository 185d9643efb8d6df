"""A file opened: its sheets, and the lines of one, as they stand there."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from bot.domain.importing.cells import Cell
from bot.domain.importing.faults import MOST_CELLS, MOST_COLUMNS, MOST_SHEETS, Fault, Unreadable
from bot.importing.kinds import Kind, kind_of
from bot.importing.texts import encoding_of, rows_of

Line = tuple[int, list[Cell]]


@dataclass(frozen=True)
class Source:
    """Sheets by name (one without a name for a text), and how a text is written."""

    content: bytes
    sheets: tuple[str, ...]
    encoding: str | None = None
    _opened: dict[int, CalamineSheet] = field(default_factory=dict, repr=False)

    def lines(self, sheet: int) -> Iterator[Line]:
        """Each line that says something, with its number from 1. Cells merged downwards all have the value. Raises
        Unreadable."""
        found: Iterator[Line]
        if self.encoding is not None:
            found = ((line, list(cells[:MOST_COLUMNS])) for line, cells in rows_of(self.content, self.encoding))
        else:
            found = _filled(self._sheet(sheet))
        return (each for each in found if any(cell not in ("", None) for cell in each[1]))

    def count(self, sheet: int) -> int:
        """About how many lines there are."""
        if self.encoding is not None:
            return self.content.count(b"\n") + 1
        return self._sheet(sheet).total_height

    def _sheet(self, place: int) -> CalamineSheet:
        """Read once; only one sheet is kept in memory at a time."""
        if place not in self._opened:
            self._opened.clear()
            self._opened[place] = _sheet(self.content, place)
        return self._opened[place]

    def first(self, sheet: int, count: int) -> list[Line]:
        return list(islice(self.lines(sheet), count))


def open_source(content: bytes) -> Source:
    """Raises Unreadable. What the file is called does not matter."""
    if kind_of(content) is Kind.TEXT:
        return Source(content, ("",), encoding_of(content))
    book = _open(content)
    names = _sheets_of(book)
    book.close()
    if not names:
        raise Unreadable(Fault.EMPTY)
    return Source(content, names)


def _sheets_of(book: CalamineWorkbook) -> tuple[str, ...]:
    """By name. What is hidden was not meant to be sent, unless there is nothing else."""
    sheets = [each for each in book.sheets_metadata if each.typ is SheetTypeEnum.WorkSheet]
    shown = [each for each in sheets if each.visible is SheetVisibleEnum.Visible]
    return tuple(each.name for each in (shown or sheets)[:MOST_SHEETS])


def _open(content: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        raise Unreadable(Fault.PASSWORD) from None
    except (CalamineError, OSError, ValueError):
        raise Unreadable(Fault.DAMAGED) from None


def _sheet(content: bytes, place: int) -> CalamineSheet:
    book = _open(content)
    try:
        sheet = book.get_sheet_by_name(_sheets_of(book)[place])
    except (CalamineError, OSError, ValueError, IndexError):
        raise Unreadable(Fault.DAMAGED) from None
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise Unreadable(Fault.MANY_CELLS)
    return sheet


def _filled(sheet: CalamineSheet) -> Iterator[Line]:
    """A label merged over several lines belongs to each of them."""
    merged = _merged_downwards(sheet)
    held: dict[int, tuple[int, Cell]] = {}
    empty: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    for number, row in enumerate(sheet.iter_rows()):
        cells = [*empty, *row][:MOST_COLUMNS]
        for column, last in merged.get(number, ()):
            held[column] = last, cells[column] if column < len(cells) else None
        for column, (last, value) in list(held.items()):
            if number > last:
                del held[column]
            elif column < len(cells) and cells[column] == "" and _says_more(cells):
                cells[column] = value
        yield number + 1, cells


def _says_more(cells: list[Cell]) -> bool:
    """A line that is empty but for a merged label is no person."""
    return any(cell not in ("", None) for cell in cells)


def _merged_downwards(sheet: CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """First line -> columns with the last line."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
        if bottom > top and left < MOST_COLUMNS:
            found.setdefault(top, []).append((left, bottom))
    return found
