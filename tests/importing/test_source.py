"""Files of every kind are read as they stand there, or refused for the right reason."""

from datetime import date

import pytest

from bot.domain.importing.cells import text_of
from bot.domain.importing.faults import MOST_CELLS, Fault, Unreadable
from bot.importing.source import open_source
from tests.importing.files import PEOPLE, archive, bomb, far_apart, text, xlsx

AS_TEXT = [[str(cell) for cell in row] for row in PEOPLE]
GERMAN = [["Name", "Straße"], ["Jürgen Müßig", "Königsallee"], ["Zoë Çelik", "Übergasse"]]


def read(content: bytes, sheet: int = 0) -> list[list[str]]:
    return [[text_of(cell) for cell in cells] for _line, cells in open_source(content).lines(sheet)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_chinese_and_german_names_come_out_of_every_encoding(encoding: str, separator: str) -> None:
    assert read(text(PEOPLE, encoding, separator)) == AS_TEXT


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8", "gb18030"])
def test_german_letters_are_not_taken_for_chinese_ones(encoding: str) -> None:
    rows = (
        GERMAN if encoding != "gb18030" else [["姓名", "项目"], ["王明", "（赴德）；２００５"], ["Lǚ Nà", "（来华）"]]
    )
    source = open_source(text(rows, encoding))
    assert [cells for _line, cells in source.lines(0)] == rows
    assert source.encoding == {"latin-1": "cp1252"}.get(encoding, encoding)


def test_a_workbook_is_read_with_its_numbers_dates_and_formulas() -> None:
    rows = [["Name", "Nr", "Am"], ["{=A1&B1}", 12345678.0, date(2005, 7, 14)], ["=cmd|' /C calc'!A0", 0.5, ""]]
    assert read(xlsx(rows))[1:] == [["Anna Formel", "12345678", "2005-07-14"], ["=cmd|' /C calc'!A0", "0.5", ""]]


def test_lines_keep_their_numbers_and_columns_their_places() -> None:
    content = xlsx([[], [], ["Name"], [], ["Anna Weber"]], left=2)
    assert open_source(content).first(0, 9) == [(3, ["", "", "Name"]), (5, ["", "", "Anna Weber"])]
    in_quotes = b'Name;Ort\r\n"Anna\r\nWeber";Bonn\r\n\r\nBo Chen;Ulm\r\n'
    assert [line for line, _cells in open_source(in_quotes).lines(0)] == [1, 2, 5]


def test_a_label_merged_over_several_lines_belongs_to_each() -> None:
    rows = [["Programm", "Name"], ["Shanxi", "Anna Weber"], ["", "Bo Chen"], ["", ""], ["Jiangsu", "Li Na"]]
    assert read(xlsx(rows, merged=["A2:A4"])) == [rows[0], rows[1], ["Shanxi", "Bo Chen"], ["Jiangsu", "Li Na"]]


def test_sheets_are_told_by_name() -> None:
    source = open_source(xlsx([["x"]], sheets=[("Alumni 2005", [["Name"], ["Anna Weber"]])]))
    assert source.sheets == ("Liste", "Alumni 2005")
    assert [cells for _line, cells in source.lines(1)] == [["Name"], ["Anna Weber"]]


def test_hidden_sheets_are_not_read() -> None:
    content = xlsx([["Name"], ["Anna Weber"]], sheets=[("Noten", [["Name"], ["Bo Chen"]])], hidden=["Liste"])
    assert open_source(content).sheets == ("Noten",)
    assert read(content) == [["Name"], ["Bo Chen"]]


def test_excels_line_about_the_separator_is_no_person() -> None:
    assert read(b"sep=|\r\nName|Ort\r\nAnna, die;Bonn\r\n") == [["Name", "Ort"], ["Anna, die;Bonn"]]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.EMPTY),
        (b" \r\n\x00", Fault.EMPTY),
        (b"%PDF-1.7 ...", Fault.PDF),
        (b"\x89PNG\r\n\x1a\n...", Fault.PICTURE),
        (b"{\\rtf1 ...", Fault.DOCUMENT),
        (b"<html><table><tr><td>Name</td></tr></table></html>", Fault.WEB_PAGE),
        (b'<?xml version="1.0"?><Workbook/>', Fault.WEB_PAGE),
        (b"\xef\xbb\xbf\r\n%PDF-1.7 ...", Fault.PDF),
        (archive(notes_xml=b"x"), Fault.ARCHIVE),
        (archive(**{"Index__Document.iwa": b"x"}), Fault.NUMBERS),
        (archive(word__document_xml=b"x"), Fault.DOCUMENT),
        (xlsx(PEOPLE)[:3000], Fault.DAMAGED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Fault.DAMAGED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), Fault.PASSWORD),
        (b"Name;Ort\r\nAnna\x00;Bonn\r\n", Fault.NUL),
        (b"Name;Ort\r\nAnna \x81\x8d;Bonn\r\n", Fault.ENCODING),
        (b"\xff\xfeN\x00a\x00\x00", Fault.ENCODING),
        (bomb(300), Fault.UNPACKED),
        (bomb(300, honest=False), Fault.DAMAGED),
        (far_apart(), Fault.MANY_CELLS),
        (far_apart(b'<c s="0" r="XFD1048576">'), Fault.MANY_CELLS),
        (far_apart(b'<x:c r="ZZZZZZZZ99999999999">'), Fault.MANY_CELLS),
    ],
    ids=lambda value: value.value if isinstance(value, Fault) else "",
)
def test_what_is_no_table_is_refused(content: bytes, fault: Fault) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content)
    assert refused.value.fault is fault


@pytest.mark.parametrize(
    ("content", "fault", "line"),
    [
        (b'Name;Ort\r\nAnna;Bonn\r\n"Bo Chen;Ulm\r\n', Fault.QUOTES, 3),
        (b'Name;Ort\r\n"Anna" "Anni";Bonn\r\n', Fault.QUOTES, 2),
        (b"Name;Ort\r\n" + b"A" * 30_000 + b";Bonn\r\n", Fault.LONG_CELL, 2),
    ],
    ids=["never closed", "closed too early", "a cell of 30,000 letters"],
)
def test_a_fault_in_a_text_has_its_line(content: bytes, fault: Fault, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content)
    assert (refused.value.fault, refused.value.line) == (fault, line)


def test_three_hundred_columns_are_no_trouble() -> None:
    heads = [f"Feld {number}" for number in range(299)]
    assert read(xlsx([[*heads, "Name"], [*heads, "Anna Weber"]]))[1][-1] == "Anna Weber"
    assert MOST_CELLS // 300 > 10_000
