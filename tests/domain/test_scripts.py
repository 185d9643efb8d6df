"""A text in the field of another language is noticed by its signs."""

import pytest

from bot.domain.scripts import may_be


@pytest.mark.parametrize(
    ("language", "text", "fits"),
    [
        ("zh_Hans", "您好，Anna", True),
        ("zh_Hans", "Hello", False),
        ("de", "Schöne Grüße", True),
        ("de", "您好", False),
        ("en", "See you in Nanjing 🎉", True),
        ("en", "", True),
    ],
)
def test_chinese_has_han_characters_and_nothing_else_has(language: str, text: str, fits: bool) -> None:
    assert may_be(language, text) is fits
