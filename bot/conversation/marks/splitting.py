"""Cutting what is too long for one message, where a reader would pause."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from unicodedata import category

from bot.conversation.marks.reading import BLANK_LINE, BOLD, ITALIC, Piece, shown, units
from bot.conversation.marks.showing import fill
from bot.conversation.marks.writing import spans_of, write

# From the best place to cut to the worst. A dot behind one letter ("z. B.") or a day of the month ends no sentence.
_PLACES = [
    re.compile(rf"(?={BLANK_LINE})"),
    re.compile(r"(?=\n)"),
    re.compile(r"(?:(?<!\b\w)(?<!\b\d\d)\.|[!?])[)\"”“’»«]*(?=\s)|[。！？][”’」』）]*"),
    re.compile(r"(?=\s)"),
]
# Besides combining signs: joiners, Korean vowels, skin tones, and the letters of flags belong to what is before.
_JOINED = re.compile(r"[\u200c\u200d\u1160-\u11ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def split(
    source: str, limit: int, values: Mapping[str, str] | None = None, placeholders: Mapping[str, str] | None = None
) -> list[str]:
    """Sources of at most `limit` visible UTF-16 units each (two at least), which follow each other: cut at blank
    lines, else at ends of lines, of sentences, of words, else anywhere but within what is seen as one sign. White
    space at a cut is dropped; marks are closed and opened again; an address, a link or a placeholder is cut only if
    it is too long by itself. With the longest `values` there can be, parts are short enough for everybody.
    """
    pieces: Sequence[Piece] = fill(source, values or {}, placeholders or {})
    if units(shown(pieces)) <= limit:
        return [source]
    parts = []
    while pieces := _trimmed(pieces):
        head, pieces = _cut(pieces, _place(pieces, limit))
        parts.append(write(_trimmed(head)))
    return parts


def _trimmed(pieces: Sequence[Piece]) -> list[Piece]:
    text = shown(pieces)
    kept, _space = _cut(pieces, len(text.rstrip()))
    return _cut(kept, len(text) - len(text.lstrip()))[1]


def _cut(pieces: Sequence[Piece], at: int) -> tuple[list[Piece], list[Piece]]:
    """What is before a place and what is behind it; a placeholder that is cut becomes its value."""
    head: list[Piece] = []
    for number, piece in enumerate(pieces):
        if at < len(piece.text):
            cut = replace(piece, whole=False, placeholder="")
            before = [replace(cut, text=piece.text[:at])] if at > 0 else []
            behind = replace(cut, text=piece.text[at:]) if at > 0 else piece
            return head + before, [behind, *pieces[number + 1 :]]
        head.append(piece)
        at -= len(piece.text)
    return head, []


def _place(pieces: Sequence[Piece], limit: int) -> int:
    """Where to cut a text that begins with a word."""
    text = shown(pieces)
    reach = _reach(text, limit)
    if reach == len(text):
        return reach
    for wholes in (_wholes(pieces), []):
        for places in (*(_found(place, text, reach) for place in _PLACES), _anywhere(text, reach)):
            allowed = [at for at in places if at > 0 and not any(start < at < end for start, end in wholes)]
            if allowed:
                return max(allowed)
    return max(reach, 1)


def _reach(text: str, limit: int) -> int:
    """How many signs of a text are as long as is allowed."""
    at = room = 0
    while at < len(text) and (room := room + units(text[at])) <= limit:
        at += 1
    return at


def _found(place: re.Pattern[str], text: str, reach: int) -> Iterator[int]:
    for found in place.finditer(text):
        if found.end() > reach:
            return
        yield found.end()


def _anywhere(text: str, reach: int) -> Iterator[int]:
    """The last place that does not divide what is seen as one sign."""
    yield from (at for at in range(reach, 0, -1) if not _divides(text, at))


def _divides(text: str, at: int) -> bool:
    before, behind = text[at - 1], text[at]
    if behind in _FLAG_LETTERS:
        return (at - len(text[:at].rstrip(_FLAG_LETTERS))) % 2 == 1
    joined = category(behind).startswith("M") or bool(_JOINED.match(behind))
    return joined or before == "\u200d" or (before, behind) == ("\r", "\n")


def _wholes(pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """Where links, addresses and placeholders are in what is shown."""
    ends = list(accumulate(len(piece.text) for piece in pieces))
    wholes = [(end - len(piece.text), end) for piece, end in zip(pieces, ends, strict=True) if piece.whole]
    spans = spans_of([replace(piece, placeholder="") for piece in pieces])
    return wholes + [(start, end) for start, end, style in spans if style not in (BOLD, ITALIC)]
