"""Showing a source to a reader."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from markupsafe import Markup, escape

from bot.conversation.marks.reading import BOLD, ITALIC, Piece, read, shown, units


def to_html(source: str, values: Mapping[str, str], placeholders: Mapping[str, str]) -> Markup:
    """As Telegram's HTML, always well-formed. `placeholders` are the words people may use for each of `values`; one
    that is unknown, and every mark without a partner, stays as it was typed."""
    return Markup("").join(_nested(fill(source, values, placeholders), frozenset()))


def plain(source: str, values: Mapping[str, str], placeholders: Mapping[str, str]) -> str:
    """The words alone, for a list or a preview."""
    return shown(fill(source, values, placeholders))


def visible_length(source: str, values: Mapping[str, str], placeholders: Mapping[str, str]) -> int:
    """How long it is for Telegram, which counts the UTF-16 units of what the reader sees."""
    return units(plain(source, values, placeholders))


def fill(source: str, values: Mapping[str, str], placeholders: Mapping[str, str]) -> list[Piece]:
    """The pieces of a source with the reader's values in them."""
    names = names_of(placeholders)

    def value(placeholder: str) -> str:
        return values.get(names.get(placeholder[1:-1].casefold(), ""), placeholder)

    return [replace(piece, text=value(piece.placeholder)) if piece.placeholder else piece for piece in read(source)]


def names_of(placeholders: Mapping[str, str]) -> dict[str, str]:
    """The name behind each word that may stand in braces, whose case does not matter; a name stands for itself."""
    names = {name: name for name in placeholders.values()}
    return {alias.casefold(): name for alias, name in {**names, **placeholders}.items()}


def _nested(pieces: list[Piece], around: frozenset[str]) -> Iterator[Markup]:
    """The style that lasts longest is the outermost."""
    at = 0
    while at < len(pieces):
        runs = {style: _run(pieces, at, style, around) for style in sorted(pieces[at].styles - around, key=_outermost)}
        if not runs:
            yield escape(pieces[at].text)
            at += 1
            continue
        style = max(runs, key=lambda each: runs[each])
        inside = Markup("").join(_nested(pieces[at : at + runs[style]], around | {style}))
        yield _wrapped(style, inside) if inside else inside
        at += runs[style]


def _outermost(style: str) -> tuple[bool, str]:
    """Where two styles last equally long: a link around bold around italic words."""
    return style in (BOLD, ITALIC), style


def _run(pieces: list[Piece], at: int, style: str, around: frozenset[str]) -> int:
    """How many pieces from here on have a style, without the beginning of a link that goes on beyond them."""
    end = at
    while end < len(pieces) and style in pieces[end].styles:
        end += 1
    while at < end < len(pieces) and (pieces[end - 1].styles & pieces[end].styles) - around - {BOLD, ITALIC}:
        end -= 1
    return end - at


def _wrapped(style: str, inside: Markup) -> Markup:
    if style == BOLD:
        return Markup("<b>{}</b>").format(inside)
    if style == ITALIC:
        return Markup("<i>{}</i>").format(inside)
    # Phones begin an address with a capital, which not every door takes for a link.
    scheme, colon, rest = style.partition(":")
    return Markup('<a href="{}">{}</a>').format(scheme.lower() + colon + rest, inside)
