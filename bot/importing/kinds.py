"""What a file really is, whatever it is called; and whether a packed one can be opened without harm."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from enum import StrEnum
from typing import IO

from bot.domain.importing.faults import LARGEST_UNPACKED, MOST_CELLS, MOST_PARTS, Fault, Unreadable

PIECE = 256 * 1024
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_SIGNS = (
    (b"%PDF-", Fault.PDF),
    (b"\xff\xd8\xff", Fault.PICTURE),
    (b"\x89PNG", Fault.PICTURE),
    (b"GIF8", Fault.PICTURE),
    (b"{\\rtf", Fault.DOCUMENT),
    (b"\x1f\x8b", Fault.ARCHIVE),
    (b"7z\xbc\xaf", Fault.ARCHIVE),
    (b"Rar!", Fault.ARCHIVE),
    (b"SQLite format", Fault.UNKNOWN),
    (b"MZ", Fault.UNKNOWN),
    (b"\x7fELF", Fault.UNKNOWN),
)
_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|table|meta|\?xml|mjs:|style|body)\b", re.I)
# The address of a cell, wherever it stands among what is said about the cell; where the cells of a sheet have none,
# they follow each other.
_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^<>]{0,100}\s)?r="([A-Z]+)([0-9]+)"')
LONGEST_CELL_HEAD = 200


class Kind(StrEnum):
    """What we read."""

    WORKBOOK = "workbook"
    TEXT = "text"


def kind_of(content: bytes) -> Kind:
    """Raises Unreadable for what is neither a workbook nor text, for bombs and for what has a password."""
    if not content.strip(b"\x00 \r\n\t"):
        raise Unreadable(Fault.EMPTY)
    if content.startswith(ZIP):
        _check_packed(content)
        return Kind.WORKBOOK
    if content.startswith(OLE):
        _check_old(content)
        return Kind.WORKBOOK
    begun = content[:PIECE].lstrip(b"\xef\xbb\xbf \r\n\t")
    for sign, fault in _SIGNS:
        if content.startswith(sign) or begun.startswith(sign):
            raise Unreadable(fault)
    if _PAGE.match(content[:200]):
        raise Unreadable(Fault.WEB_PAGE)
    return Kind.TEXT


def _check_old(content: bytes) -> None:
    """The older container of Excel holds other things as well."""
    names = content[: 4 * PIECE] + content[-PIECE:]
    if "EncryptedPackage".encode("utf-16-le") in names:
        raise Unreadable(Fault.PASSWORD)
    if "WordDocument".encode("utf-16-le") in names or "PowerPoint".encode("utf-16-le") in names:
        raise Unreadable(Fault.DOCUMENT)


def _check_packed(content: bytes) -> None:
    """A packed file is unpacked once, thrown away piece by piece and measured, since what its list of contents says
    about sizes may be a lie."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            _check_parts(packed, parts)
            _measure(packed, parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise Unreadable(Fault.DAMAGED) from None


def _check_parts(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable(Fault.PASSWORD)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unreadable(Fault.UNPACKED)
    if {"[Content_Types].xml", "xl/workbook.xml"} <= names or "xl/workbook.bin" in names:
        return
    if "mimetype" in names and packed.read("mimetype").startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return
    if any(name.endswith(".iwa") for name in names):
        raise Unreadable(Fault.NUMBERS)
    document = {"word/document.xml", "ppt/presentation.xml"} & names or "mimetype" in names
    raise Unreadable(Fault.DOCUMENT if document else Fault.ARCHIVE)


def _measure(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    size = 0
    for part in parts:
        is_sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
        area = Area()
        with packed.open(part) as stream:
            for piece in _pieces(stream):
                size += len(piece)
                if size > LARGEST_UNPACKED:
                    raise Unreadable(Fault.UNPACKED)
                if is_sheet:
                    area.see(piece)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece


class Area:
    """How large a sheet is by the addresses of its cells: two cells at opposite ends make a reader keep all those
    between them."""

    def __init__(self) -> None:
        self._rest = b""
        self._rows = self._columns = 0

    def see(self, piece: bytes) -> None:
        """The next piece of the sheet. Raises Unreadable as soon as it is too large."""
        text = self._rest + piece
        cells = _CELL.findall(text)
        self._rows = max([self._rows, *(int(row) for _letters, row in cells)])
        self._columns = max([self._columns, *(_number(letters) for letters in {letters for letters, _row in cells})])
        self._rest = text[-LONGEST_CELL_HEAD:]
        if self._rows * self._columns > MOST_CELLS:
            raise Unreadable(Fault.MANY_CELLS)


def _number(letters: bytes) -> int:
    """Of a column: A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
