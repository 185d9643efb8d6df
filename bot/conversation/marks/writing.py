"""Writing pieces back as a source, and what came with Telegram's entities. Reading gives the same pieces again."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from bot.conversation.marks.reading import (
    ADDRESS,
    BOLD,
    ESCAPABLE,
    ITALIC,
    MARK,
    PLACEHOLDER,
    WEB,
    Piece,
    around,
    closes,
    is_letter,
    opens,
    units,
)

_ADDRESS = re.compile(ADDRESS)
_WHOLE = re.compile(rf"{ADDRESS}|\\?{PLACEHOLDER}")
_PLACEHOLDER = re.compile(rf"(\\?{PLACEHOLDER})")
# What a mark may lie around: words of one paragraph, without the white space at their ends.
_PARAGRAPH = re.compile(r"\S++(?:(?:[^\S\n]++(?:\n[^\S\n]*+)?|\n[^\S\n]*+)\S++)*")
# What plain text may contain that would not be read as such.
_SIGN = re.compile(rf"(?P<address>{ADDRESS})|(?P<mark>{MARK})|(?P<bracket>[\[\]])|\\(?={ESCAPABLE}|\Z)|{PLACEHOLDER}")
_ESCAPABLE = re.compile(ESCAPABLE)
_NAMED = {"bold": BOLD, "italic": ITALIC}
_MARKS = frozenset(_NAMED.values())


class Span(NamedTuple):
    """Where a style begins and ends."""

    start: int
    end: int
    style: str


def from_entities(text: str, entities: Sequence[Mapping[str, Any]], *, placeholders: bool = False) -> str:
    """What somebody wrote in Telegram, with its entities (offsets and lengths in UTF-16 units), as a source that
    shows just what they saw. With `placeholders`, a word in braces is one, unless a backslash stands before it.

    Bold, italic and links to the web are kept; of everything else the words. An address or placeholder has
    one style, its first sign's, since a mark in its middle would belong to it.
    """
    styles = _styles(text, entities)
    for found in (_WHOLE if placeholders else _ADDRESS).finditer(text):
        styles[found.start() : found.end()] = [styles[found.start()]] * len(found[0])
    runs = [(style, [at for at, _style in group]) for style, group in groupby(enumerate(styles), itemgetter(1))]
    pieces = [Piece(text[places[0] : places[-1] + 1], style) for style, places in runs]
    return write([part for piece in pieces for part in _with_placeholders(piece)] if placeholders else pieces)


def write(pieces: Sequence[Piece]) -> str:
    """The source of some pieces, with a backslash only where one is needed."""
    text = "".join(piece.placeholder or piece.text for piece in pieces)
    spans = [part for span in spans_of(pieces) for part in _around_words(text, span)]
    inserted = _inserted(text, spans)
    kept = set(_placeholders(pieces))
    edges = sorted({0, len(text), *inserted, *(at for place in kept for at in place)})
    written = []
    for start, end in pairwise(edges):
        styles = {span.style for span in spans if span.start <= start < span.end}
        chunk = text[start:end] if (start, end) in kept else _escaped(text, start, end, styles, inserted)
        written += [inserted.get(start, ""), chunk]
    return "".join([*written, inserted.get(len(text), "")])


def spans_of(pieces: Sequence[Piece]) -> Iterator[Span]:
    """From where to where each style goes in the text of some pieces."""
    begun: dict[str, int] = {}
    at = 0
    for piece in (*pieces, Piece("")):
        for style in begun.keys() - piece.styles:
            yield Span(begun.pop(style), at, style)
        for style in piece.styles - begun.keys():
            begun[style] = at
        at += len(piece.placeholder or piece.text)


def _styles(text: str, entities: Sequence[Mapping[str, Any]]) -> list[frozenset[str]]:
    """The styles of each sign."""
    styles: list[frozenset[str]] = [frozenset()] * len(text)
    places = [at for at, sign in enumerate(text) for _unit in range(units(sign))]
    for entity in entities:
        style = _style(entity)
        start = max(entity["offset"], 0)
        for at in set(places[start : max(start + entity["length"], 0)]) if style else ():
            styles[at] = (styles[at] & _MARKS if style not in _MARKS else styles[at]) | {style}
    return styles


def _style(entity: Mapping[str, Any]) -> str:
    """The style an entity stands for; empty where we have none."""
    if entity["type"] == "text_link" and WEB.fullmatch(entity["url"]):
        return str(entity["url"]).replace("(", "%28").replace(")", "%29")
    return _NAMED.get(entity["type"], "")


def _with_placeholders(piece: Piece) -> Iterator[Piece]:
    for part in _PLACEHOLDER.split(piece.text):
        if part.startswith("{") and _PLACEHOLDER.fullmatch(part):
            yield replace(piece, text=part, placeholder=part)
        else:
            yield replace(piece, text=part[1:] if _PLACEHOLDER.fullmatch(part) else part)


def _placeholders(pieces: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    at = 0
    for piece in pieces:
        end = at + len(piece.placeholder or piece.text)
        if piece.placeholder:
            yield at, end
        at = end


def _around_words(text: str, span: Span) -> Iterator[Span]:
    """A mark lies within a paragraph, and touches words."""
    for found in _PARAGRAPH.finditer(text, span.start, span.end):
        yield Span(found.start(), found.end(), span.style)


def _inserted(text: str, spans: list[Span]) -> dict[int, str]:
    """The marks that come in at each place: those that close, the innermost first, then those that open."""
    inserted: dict[int, str] = {}
    ordered = sorted(spans, key=lambda span: (span.start, -span.end, span.style))
    for span in reversed(ordered):
        inserted[span.end] = inserted.get(span.end, "") + _ends(text, span)[1]
    for span in ordered:
        inserted[span.start] = inserted.get(span.start, "") + _ends(text, span)[0]
    return inserted


def _ends(text: str, span: Span) -> tuple[str, str]:
    """The two marks of a style."""
    if span.style not in _MARKS:
        return "[", f"]({span.style})"
    before, after = around(text, span.start, span.end)
    inside_word = is_letter(before, span.style) or is_letter(after, span.style)
    return (span.style * 2, span.style * 2) if inside_word else (span.style, span.style)


def _escaped(text: str, start: int, end: int, styles: set[str], inserted: Mapping[int, str]) -> str:
    """A stretch of plain text. A sign is left alone where it cannot be taken for a mark."""

    def escape(found: re.Match[str]) -> str:
        first, last = start + found.start(), start + found.end()
        touches = (first == start and start in inserted) or (last == end and end in inserted)
        mark, bracket = found["mark"], found["bracket"]
        harmless = (
            found["address"]
            or (mark and not touches and not _acts(text, first, mark, styles))
            or (bracket and styles <= _MARKS and found.string[found.start() : found.end() + 1] != "](")
        )
        return found[0] if harmless else _ESCAPABLE.sub(r"\\\g<0>", found[0])

    return _SIGN.sub(escape, text[start:end])


def _acts(text: str, at: int, mark: str, styles: set[str]) -> bool:
    """Whether what is only a sign would open something or, within such a passage, close it."""
    return opens(text, at, mark) or (mark[0] in styles and closes(text, at, mark))
