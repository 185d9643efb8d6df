"""Gates for the catalogues: complete, no fuzzy entry, same placeholders and tags, buttons within width."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
LANGUAGES = ["de", "zh_Hans"]
# Two buttons side by side on a phone 360 pixels wide; a Chinese character counts twice.
WIDEST_BUTTON = 27


@cache
def catalogue(language: str) -> Catalog:
    path = ROOT / "locales" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


@cache
def sentences() -> set[tuple[str, str | None]]:
    """The sentences as they stand in the code now: (English, context)."""
    found = set()
    for folder in ("bot", "handlers"):
        for _file, _line, message, _comments, context in extract_from_dir(ROOT / folder, keywords=KEYWORDS):
            found.add((first(message), context))
    return found


def keys(messages: Catalog) -> set[tuple[str, str | None]]:
    return {(first(message.id), message.context) for message in messages if message.id}


def first(text: object) -> str:
    return str(text[0] if isinstance(text, tuple | list) else text)


def strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_exactly_the_sentences_of_the_code(language: str) -> None:
    assert keys(catalogue(language)) == sentences()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_and_none_is_fuzzy(language: str) -> None:
    unfinished = [
        first(message.id)
        for message in catalogue(language)
        if message.id and (message.fuzzy or not all(strings(message)))
    ]
    assert unfinished == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_tags_are_the_same(language: str) -> None:
    def marks(text: str) -> list[str]:
        return sorted(re.findall(r"\{\w*\}|</?\w+>", text))

    for message in catalogue(language):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        for string in strings(message) if message.id else []:
            assert marks(string) in [marks(each) for each in ids], first(message.id)


def width(label: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in label if sign != "\N{SOFT HYPHEN}")


@cache
def button_labels() -> set[str]:
    """The English labels of all buttons that share a row, read from the code."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "handlers").rglob("*.py"))
    rows = re.findall(r"\(Button\(_\(\"([^\"]+)\"\)[^\n]*?, Button\(_\(\"([^\"]+)\"\)", code)
    return {label for row in rows for label in row}


def test_there_are_buttons_to_measure() -> None:
    assert len(button_labels()) > 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_that_share_a_row_are_narrow_enough(language: str) -> None:
    texts = {first(message.id): strings(message)[0] for message in catalogue(language) if message.id}
    wide = {texts[label] for label in button_labels() if width(texts[label]) > WIDEST_BUTTON}
    assert wide == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_readers_are_addressed_politely(language: str) -> None:
    informal = {"de": r"\b(du|dich|dir|dein\w*|euch|euer)\b", "zh_Hans": "你"}[language]
    casual = [string for message in catalogue(language) if message.id for string in strings(message)
              if re.search(informal, string)]  # fmt: skip
    assert casual == []
