"""A workbook of any number of rows, written by a child process to a file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bot.delivery.drawing import DrawingFailed, write_workbook
from bot.drawing.data import Cell


async def pieces(*rows: list[list[Cell]]) -> AsyncIterator[list[list[Cell]]]:
    for piece in rows:
        yield piece


async def test_pieces_become_one_sheet(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    many: list[list[Cell]] = [[f"Person {n}", n] for n in range(3_000)]
    rows = pieces(many[:1_000], many[1_000:], [["=1+1", None]])
    await write_workbook(path, "Mitglieder: alle", ["Name", "Nr."], rows)
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["Mitglieder  alle"]
    header, first, *_others, last, formula = book.get_sheet_by_index(0).to_python()
    assert (header, first, last) == (["Name", "Nr."], ["Person 0", 0.0], ["Person 2999", 2999.0])
    assert formula == ["=1+1", ""]


async def test_a_failure_is_told_by_its_kind_and_place(tmp_path: Path) -> None:
    half: list[list[Cell]] = [["\ud800"]]
    with pytest.raises(DrawingFailed, match=r"^workbook: UnicodeEncodeError at \w+\.py:\d+$"):
        await write_workbook(tmp_path / "book.xlsx", "S", ["a"], pieces(half * 2_000))


async def test_where_nothing_comes_there_is_a_header(tmp_path: Path) -> None:
    await write_workbook(tmp_path / "book.xlsx", "S", ["a"], pieces())
    assert CalamineWorkbook.from_path(tmp_path / "book.xlsx").get_sheet_by_index(0).to_python() == [["a"]]
