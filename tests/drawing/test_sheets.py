"""Workbooks, read back by another program: what was put in, and no formula."""

import io
import zipfile
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from bot.drawing.data import Cell, Sheet
from bot.drawing.sheets import draw_sheet

FORMULAS = ["=1+1", "+49 371 1", "-5", "@SUM(A1)", '=HYPERLINK("http://x.example")', "{=1}", "http://x.example"]


def sheet(header: list[str], *rows: list[Cell], name: str = "Mitglieder") -> Sheet:
    return {"sheet": name, "header": header, "rows": list(rows)}


def read(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def test_what_is_written_is_read_back() -> None:
    rows: list[list[Cell]] = [["Anna Weber", 3, 2.5, True, None], ["陈诗博", 0, -1.25, False, "ja"]]
    content = draw_sheet(sheet(["Name", "Anzahl", "Mittel", "Ja", "Notiz"], *rows))
    assert read(content) == [
        ["Name", "Anzahl", "Mittel", "Ja", "Notiz"],
        ["Anna Weber", 3.0, 2.5, True, ""],
        ["陈诗博", 0.0, -1.25, False, "ja"],
    ]


def test_no_text_becomes_a_formula_or_a_link() -> None:
    content = draw_sheet(sheet([FORMULAS[0]], *([text] for text in FORMULAS)))
    assert [row[0] for row in read(content)] == [FORMULAS[0], *FORMULAS]
    xml = part(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in xml and "hyperlink" not in xml


def test_the_header_stays_in_sight_and_columns_are_wide_enough() -> None:
    content = draw_sheet(sheet(["Nr.", "Ort", "Text"], [1, "上海" * 8, "x" * 500]))
    xml = part(content, "xl/worksheets/sheet1.xml")
    assert 'ySplit="1"' in xml and 'state="frozen"' in xml
    assert [float(each.split('"')[0]) // 1 for each in xml.split(' width="')[1:]] == [8, 34, 60]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a/b:c?", "a b c"), ("'x'", "x"), ("", "1"), ("History", "1"), ("Ä" * 40, "Ä" * 31), ("会员名单", "会员名单")],
)
def test_a_sheet_gets_a_name_that_excel_takes(name: str, shown: str) -> None:
    content = draw_sheet(sheet(["a"], name=name))
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names == [shown]


def test_what_excel_would_cut_or_round_stays_readable() -> None:
    long = "ä" * 40_000
    content = draw_sheet(sheet(["a"], [12345678901234567890], [float("inf")], [long], [10**14]))
    cells = [row[0] for row in read(content)]
    assert cells[1:3] == ["12345678901234567890", "inf"]
    assert len(cells[3]) == 32_767 and cells[3].endswith("…")
    assert cells[4] == 10**14


def test_rows_of_different_lengths_and_no_rows_at_all() -> None:
    assert read(draw_sheet(sheet(["a", "b"], ["x"], ["y", "z", "w"])))[1:] == [["x", "", ""], ["y", "z", "w"]]
    assert read(draw_sheet(sheet(["a"]))) == [["a"]]
