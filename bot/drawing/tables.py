"""Tables as CSV, with nothing but the standard library: small enough to be made where one stands."""

import csv
import io
from collections.abc import Iterable, Sequence

from bot.drawing.data import Cell

# What a spreadsheet takes for the beginning of a formula. Tabs and line ends do it, too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Else Excel guesses the encoding.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def make_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, delimiter: str = ";") -> bytes:
    """A whole table, with a byte order mark."""
    return BYTE_ORDER_MARK + csv_lines([header], delimiter=delimiter) + csv_lines(rows, delimiter=delimiter)


def csv_lines(rows: Iterable[Sequence[Cell]], *, delimiter: str = ";") -> bytes:
    """Lines of a table, in UTF-8; semicolons, as Excel expects where the comma is decimal. A text that a spreadsheet
    would run as a formula gets an apostrophe in front; numbers stay what they are; half a sign becomes a question
    mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8", "replace")


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell
