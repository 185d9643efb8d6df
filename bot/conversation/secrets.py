"""Codes that people must read but that no row may hold: written as a mark, made into letters when shown.

A code is derived from the installation's secret and a random nonce. The database has the nonce and a keyed
hash of the code; a copy of it opens nothing.
"""

import hmac
import re
from dataclasses import replace
from hashlib import sha256
from secrets import token_hex
from typing import Any

from bot.conversation.house import House
from bot.conversation.incoming import Incoming
from db.doors import NUMBER_LETTERS

# Private-use signs, which are taken out of everything people write before a handler sees it.
OPEN, CLOSE = "\ue000", "\ue001"
_ESCAPED = repr(OPEN)[1:-1]
_MARK = re.compile(f"{OPEN}(code|key|link|export|feed|import)(-?)\\.([0-9a-f]{{16}}){CLOSE}")
LENGTHS = {"code": 10, "key": 16, "link": 22, "export": 22, "feed": 22, "import": 22}


def derive(house: House, kind: str, nonce: str) -> str:
    """The code that belongs to a nonce: letters and digits nobody confuses, 4.8 bits each."""
    number = int.from_bytes(hmac.new(house.secret, f"{kind}:{nonce}".encode(), sha256).digest(), "big")
    signs = []
    for _ in range(LENGTHS[kind]):
        number, rest = divmod(number, len(NUMBER_LETTERS))
        signs.append(NUMBER_LETTERS[rest])
    return "".join(signs)


def new_code(house: House, kind: str) -> tuple[str, str]:
    """A new code: its mark, for the reply that shows it, and the code itself, for the hash that is stored."""
    nonce = token_hex(8)
    return mark(kind, nonce), derive(house, kind, nonce)


def mark(kind: str, nonce: str) -> str:
    """What stands in a stored reply instead of the code."""
    return f"{OPEN}{kind}.{nonce}{CLOSE}"


def in_fours(code: str) -> str:
    """The same mark, shown with a hyphen after every fourth sign: for a code that people read off."""
    return code.replace(".", "-.", 1)


def clear_of_marks(incoming: Incoming) -> Incoming:
    """What somebody wrote, without the signs that marks are made of, and without NUL, which PostgreSQL takes in no
    text."""
    if not any(sign in words for sign in (OPEN, "\x00") for words in (incoming.text, incoming.args)):
        return incoming
    return replace(incoming, text=_cleared(incoming.text), args=_cleared(incoming.args))


def _cleared(words: str) -> str:
    return words.replace(OPEN, "").replace("\x00", "")


def reveal(house: House, value: Any) -> Any:
    """The same reply (or any JSON) with the codes in place of their marks. Most have none, which is seen at once."""
    return _reveal(house, value) if _ESCAPED in repr(value) else value


def _reveal(house: House, value: Any) -> Any:
    if isinstance(value, str):
        return _MARK.sub(lambda found: _spell(house, found), value) if OPEN in value else value
    if isinstance(value, list):
        return [_reveal(house, each) for each in value]
    if isinstance(value, dict):
        return {key: _reveal(house, each) for key, each in value.items()}
    return value


def _spell(house: House, found: re.Match[str]) -> str:
    code = derive(house, found[1], found[3])
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4)) if found[2] else code
