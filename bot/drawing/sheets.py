"""Tables as Excel workbooks, row by row through a temporary file. Only for the child process."""

import io
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import BinaryIO

import xlsxwriter

from bot.drawing.data import Cell, Sheet

LONGEST_CELL = 32_767  # characters, Excel's limit; so are the next three
LONGEST_NAME = 31
MOST_ROWS = 1_048_576
EXACT_DIGITS = 10**15
NARROWEST, WIDEST = 8, 60  # characters
LOOKED_AT = 500  # rows that decide about widths
# Every cell is written by its type below; this is a second bolt on the same door.
AS_TYPED = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def draw_sheet(data: Sheet) -> bytes:
    """A workbook of one sheet. Texts stay texts, whatever they begin with. Raises ValueError for more rows than
    Excel can open."""
    out = io.BytesIO()
    write_sheet(out, data["sheet"], data["header"], data["rows"])
    return out.getvalue()


def write_sheet(out: str | BinaryIO, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """The same into a file, whatever the number of rows without holding more than the first few hundred."""
    book = xlsxwriter.Workbook(out, AS_TYPED)
    sheet = book.add_worksheet(_sheet_name(name))
    bold, coming = book.add_format({"bold": True, "bottom": 1}), iter(rows)
    first = list(islice(coming, LOOKED_AT))
    for column, title in enumerate(header):
        sheet.set_column(column, column, _width(title, column, first))
        sheet.write_string(0, column, title[:LONGEST_CELL], bold)
    last = 0
    for last, row in enumerate(chain(first, coming), start=1):
        if last >= MOST_ROWS:
            raise ValueError("more rows than a sheet can have")
        for column, cell in enumerate(row):
            _write(sheet, last, column, cell)
    sheet.freeze_panes(1, 0)
    if header:
        sheet.autofilter(0, 0, last, len(header) - 1)
    book.close()


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, str) or not math.isfinite(cell) or abs(cell) >= EXACT_DIGITS:
        # Excel rounds numbers of more than 15 digits: ids stay whole as text.
        sheet.write_string(row, column, _cut(str(cell)))
    else:
        sheet.write_number(row, column, cell)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def _sheet_name(name: str) -> str:
    """What Excel takes as a name: not empty, not too long, without its own signs."""
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip(" '")[:LONGEST_NAME].strip(" '")
    return clean if clean and clean.lower() != "history" else "1"


def _width(title: str, column: int, first: Sequence[Sequence[Cell]]) -> float:
    cells = [row[column] for row in first if column < len(row)]
    widest = max(_columns(str(cell)) for cell in [f"{title}  ", *cells])
    return min(max(widest + 2, NARROWEST), WIDEST)


def _columns(text: str) -> int:
    """How wide the longest line of a text is, in digits: a Chinese character is as wide as two."""
    lines = text.splitlines() or [""]
    return max(sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line) for line in lines)
