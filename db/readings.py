"""How Chinese characters are read, each by itself: the library's table of 47,000 phrases would take 46 MB, and names
are no phrases."""

import os
from functools import lru_cache

os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")

from pypinyin import Style, pinyin


def readings(characters: str) -> list[tuple[str, ...]]:
    """Of each character its readings without tones, the most frequent first; with ü where it is one."""
    return [_readings(character) for character in characters]


@lru_cache(maxsize=8192)
def _readings(character: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=True)[0]))
