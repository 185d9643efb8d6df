"""Finding English in what a German or Chinese reader was shown."""

import re
from functools import cache

from babel.messages.pofile import read_po

from tests.test_texts import ROOT

SHORTEST_WORDS = 3


@cache
def english_pieces(language: str) -> tuple[str, ...]:
    """The fixed pieces of all English sentences whose translation differs, of three words or more."""
    path = ROOT / "locales" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        messages = list(read_po(file, locale=language))
    pieces = set()
    for message in messages:
        for english in [message.id] if isinstance(message.id, str) else message.id:
            string = message.string if isinstance(message.string, str) else " ".join(message.string)
            for piece in re.split(r"\{\w*\}|</?\w+>|\n", english):
                if len(piece.split()) >= SHORTEST_WORDS and piece.strip() not in string:
                    pieces.add(piece.strip())
    return tuple(pieces)


def leftovers(language: str, text: str) -> list[str]:
    """English pieces in a text that should have none."""
    return [] if language == "en" else [piece for piece in english_pieces(language) if piece in text]
