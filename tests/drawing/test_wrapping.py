"""Lines: never too wide, nothing lost, broken where a reader would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drawing.wrapping import HAN, SOFT_HYPHEN, is_chinese, wrap


def width(line: str) -> float:
    """On a typewriter: a Chinese character is as wide as two letters."""
    return sum(2 if HAN.match(sign) else 1 for sign in line)


SIGNS = st.sampled_from("abÄß9-–/. ,„“(）（，。：“”《》我们曌喆\n")


@given(st.text(SIGNS, max_size=80), st.integers(4, 30))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, room: int) -> None:
    lines = wrap(text, room, width)
    assert all(width(line) <= room for line in lines)
    assert bare("".join(lines)) == bare(text)


def bare(text: str) -> str:
    """Without what breaking adds or takes away."""
    return "".join(sign for sign in text if sign not in " \n-")


@given(st.text(SIGNS, max_size=200), st.integers(4, 30), st.integers(1, 3))
def test_no_more_lines_than_wanted(text: str, room: int, most: int) -> None:
    lines = wrap(text, room, width, most)
    assert len(lines) <= most
    assert all(width(line) <= room for line in lines)
    if len(wrap(text, room, width)) > most:
        assert lines[-1].endswith("…")


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("Guten Tag, liebe Ehemalige", 12, ["Guten Tag,", "liebe", "Ehemalige"]),
        ("Alumni-Netzwerk", 10, ["Alumni-", "Netzwerk"]),
        ("Hochschulgesetz", 8, ["Hochsch-", "ulgesetz"]),
        (f"Hochschul{SOFT_HYPHEN}gesetz", 12, ["Hochschul-", "gesetz"]),
        (f"Hochschul{SOFT_HYPHEN}gesetz", 20, ["Hochschulgesetz"]),
        ("62\u00a0% der Gäste", 5, ["62\u00a0%", "der", "Gäste"]),
        ("我们很高兴，谢谢", 10, ["我们很高", "兴，谢谢"]),
        ("请看《报告》和图表", 6, ["请看", "《报", "告》和", "图表"]),
        ("我在TU Chemnitz学习", 10, ["我在TU", "Chemnitz", "学习"]),
        ("erste\n\nzweite", 20, ["erste", "zweite"]),
        ("", 20, []),
    ],
)
def test_lines_are_broken_where_a_reader_would(text: str, room: int, lines: list[str]) -> None:
    assert wrap(text, room, width) == lines


def test_no_word_stands_alone_on_the_last_line() -> None:
    assert wrap("How likely are you to recommend us to a friend?", 44, width) == [
        "How likely are you to recommend us",
        "to a friend?",
    ]


def test_no_word_is_broken_only_to_fill_the_last_line() -> None:
    assert wrap("aaa bbb " + "c" * 39 + " d", 40, width) == ["aaa bbb", "c" * 39, "d"]


def test_chinese_is_told_from_other_texts_with_chinese_in_them() -> None:
    assert is_chinese("您对“工业4.0”的看法？") and is_chinese("好")
    assert not is_chinese("Er sagte „你好“ und ging") and not is_chinese("4,2") and not is_chinese("")
