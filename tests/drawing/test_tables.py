"""CSV, read back: the same, and harmless in a spreadsheet."""

import csv
import io

import pytest

from bot.drawing.tables import make_csv


def read(content: bytes, delimiter: str = ";") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@pytest.mark.parametrize("delimiter", [";", ","])
def test_what_is_written_is_read_back(delimiter: str) -> None:
    rows = [["Weber; Anna, Dr.", 'sie sagte "ja"'], ["陈诗博", "zwei\nZeilen"]]
    content = make_csv(["Name", "Notiz"], rows, delimiter=delimiter)
    assert read(content, delimiter) == [["Name", "Notiz"], *rows]


def test_excel_sees_its_encoding_and_its_line_ends() -> None:
    content = make_csv(["Größe"], [["ä"]])
    assert content == b"\xef\xbb\xbfGr\xc3\xb6\xc3\x9fe\r\n\xc3\xa4\r\n"


@pytest.mark.parametrize("text", ["=1+1", "+49 371", "-5", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1+1"])
def test_no_text_becomes_a_formula(text: str) -> None:
    assert read(make_csv([text], [[text]])) == [[f"'{text}"], [f"'{text}"]]


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    assert read(make_csv(["a"], [[-5, 2.5, True, None, "a=b"]]))[1] == ["-5", "2.5", "True", "", "a=b"]
