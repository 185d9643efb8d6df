"""Awkward files, made as people and their programs make them."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]

PEOPLE: Rows = (
    ("Name", "Name (andere Schrift)", "Matrikelnummer", "Programm", "Jahrgang", "Provinz", "E-Mail"),
    ("李雪梅", "LI Xuemei", 4711, "Programm Shanxi", "2009届", "山西省", "li@example.cn"),
    ("Müller, Jürgen", "", 4712, "Young Professionals in Jiangsu", 2019, "Jiangsu", "jm@example.de"),
    ("王伟", "WANG Wei", 4713, "江苏项目", "WS 2004/05", "江苏", ""),
)


def xlsx(
    rows: Rows,
    *,
    merged: Sequence[str] = (),
    sheets: Sequence[tuple[str, Rows]] = (),
    left: int = 0,
    hidden: Sequence[str] = (),
) -> bytes:
    """A workbook; the top cell of each of `merged` ("A2:A4") keeps its value, those below are empty."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, lines in (("Liste", rows), *sheets):
        sheet = book.add_worksheet(name)
        for place, line in enumerate(lines):
            for column, cell in enumerate(line, start=left):
                if isinstance(cell, date):
                    sheet.write_datetime(place, column, cell, day)
                elif isinstance(cell, str) and cell.startswith("{="):
                    sheet.write_formula(place, column, cell[1:-1], value="Anna Formel")
                elif cell is not None and cell != "":
                    sheet.write(place, column, cell)
    book.worksheets()[-1].activate()
    for name in hidden:
        book.get_worksheet_by_name(name).very_hidden()
    for area in merged:
        book.worksheets()[0].merge_range(area, _top(rows, area))
    book.close()
    return out.getvalue()


def _top(rows: Rows, area: str) -> Any:
    first = area.partition(":")[0]
    return rows[int(first[1:]) - 1][ord(first[0]) - ord("A")]


def text(rows: Rows, encoding: str = "utf-8", separator: str = ";") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


def bomb(megabytes: int, *, honest: bool = True) -> bytes:
    """A small workbook that becomes large; one that is not honest says that it does not."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        out.writestr("[Content_Types].xml", "<Types/>")
        out.writestr("xl/workbook.xml", "<workbook/>")
        with out.open("xl/worksheets/sheet1.xml", "w", force_zip64=False) as sheet:
            for _megabyte in range(megabytes):
                sheet.write(b" " * 1024 * 1024)
    content = bytearray(packed.getvalue())
    if not honest:
        real, small = (megabytes * 1024 * 1024).to_bytes(4, "little"), (100).to_bytes(4, "little")
        while (place := content.find(real)) >= 0:
            content[place : place + 4] = small
    return bytes(content)


def far_apart(cell: bytes = b'<c r="XFD1048576">') -> bytes:
    """Two cells at the opposite ends of a sheet; how the second one begins."""
    content = xlsx([("Name",), ("Anna Weber",)])
    packed, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as anew:
        for part in packed.infolist():
            data = packed.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                row = b'<row r="1048576">' + cell + b"<v>1</v></c></row></sheetData>"
                data = data.replace(b"</sheetData>", row)
            anew.writestr(part, data)
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()
