"""Why a whole file is not read, and the limits of what is."""

from enum import StrEnum

MEGABYTE = 1024 * 1024
LARGEST_FILE = 25 * MEGABYTE
# What a packed workbook may come to; an honest one of the largest size stays below.
LARGEST_UNPACKED = 250 * MEGABYTE
MOST_PARTS = 2_000
MOST_LINES = 100_000
# Lines times columns of a sheet: all of them are in memory at once. A text is read line by line and has no such limit.
MOST_CELLS = 4_000_000
# What is further to the right is not looked at.
MOST_COLUMNS = 500
MOST_SHEETS = 50


class Fault(StrEnum):
    """A code, which becomes a sentence in the reader's language."""

    EMPTY = "empty"
    PDF = "pdf"
    PICTURE = "picture"
    DOCUMENT = "document"
    WEB_PAGE = "web_page"
    ARCHIVE = "archive"
    NUMBERS = "numbers"
    UNKNOWN = "unknown"
    PASSWORD = "password"  # noqa: S105 - the file has one, this is none
    DAMAGED = "damaged"
    UNPACKED = "unpacked"
    MANY_CELLS = "cells"
    MANY_LINES = "lines"
    NUL = "nul"
    ENCODING = "encoding"
    QUOTES = "quotes"
    LONG_CELL = "long_cell"
    NO_NAMES = "no_names"
    DIED = "died"


class Unreadable(Exception):
    """The file is refused. `line` is where, for faults that have a place."""

    def __init__(self, fault: Fault, line: int | None = None) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.line = line
