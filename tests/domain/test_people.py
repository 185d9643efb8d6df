"""What a name, a line or a year must be."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.people import clean, has_letter, is_name, read_years


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna \t Weber\n", "Anna Weber"),
        ("陈诗博", "陈诗博"),
        ("\u202eAnna\u202c Weber\u200f", "Anna Weber"),  # direction marks
        ("An\u00adna\u200b", "Anna"),  # soft hyphen, zero-width space
        ("Mu\u0308ller", "Müller"),  # one letter, not two signs
        ("Chen\u3000Shibo", "Chen Shibo"),  # the wide space of Chinese keyboards
        ("\x00\x07", ""),
        ("   ", ""),
    ],
)
def test_a_line_is_cleaned(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text())
def test_a_cleaned_line_has_no_hidden_signs(text: str) -> None:
    assert not any(unicodedata.category(sign)[0] == "C" or sign in "\n\r\t" for sign in clean(text))


@pytest.mark.parametrize(
    "name",
    ["Anna Weber", "陈诗博", "O’Brien-Müller", "Dr. Ján Š.", "阿卜杜拉·买买提", "Ngô Bảo Châu", "李 (Li)", "Q"],
)
def test_names_of_any_script_are_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("text", ["", "123", "Anna2", "<b>Anna</b>", "😀", "Anna 😀", "a@b.example", "...", "-"])
def test_other_things_are_no_names(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize(("text", "words"), [("Head of R&D", True), ("经理", True), ("🚀🚀", False), ("42", False)])
def test_a_line_needs_something_to_read(text: str, words: bool) -> None:
    assert has_letter(text) is words


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        ("2012", (None, 2012)),
        ("2008–2012", (2008, 2012)),
        ("2008-2012", (2008, 2012)),
        ("von 2008 bis 2012", (2008, 2012)),
        ("2008年至2012年", (2008, 2012)),
        ("２０１２", (None, 2012)),
        ("1940", (None, 1940)),
        ("2027", (None, 2027)),
        ("2012-2012", (2012, 2012)),
    ],
)
def test_years_are_read_as_people_write_them(typed: str, years: tuple[int | None, int]) -> None:
    assert read_years(typed, 2026) == years


@pytest.mark.parametrize(
    "typed", ["", "2033", "1024", "1939", "2028", "2012–2008", "12", "20122", "2008 2009 2010", "twelve"]
)
def test_implausible_years_are_not_years(typed: str) -> None:
    assert read_years(typed, 2026) is None
