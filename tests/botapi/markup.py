"""A strict check of Telegram's HTML subset, giving the plain text and its entities."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .errors import Refused, bad
from .wire import Json

KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "a": "text_link",
    "code": "code", "pre": "pre", "tg-spoiler": "spoiler", "span": "spoiler",
    "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
TOKEN = re.compile(
    r"""(?P<text>[^<&]+)|(?P<tag><(?:[^<>"']|"[^"]*"|'[^']*')*>)"""
    r"""|(?P<entity>&\#?\w+;)|(?P<open><)|(?P<and>&)"""
)
TAG = re.compile(r"<(/?)([^\s>=\"']*)(.*)>", re.DOTALL)
ATTRIBUTE = re.compile(r"""\s+([^\s=>"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")


@dataclass(slots=True)
class Parsed:
    text: str
    entities: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    tag: str
    start: int
    attributes: dict[str, str]


def utf16(text: str) -> int:
    """Telegram counts the offsets of entities in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> Parsed:
    if "<" not in source and "&" not in source:
        return Parsed(source.strip())
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.parts: list[str] = []
        self.length = 0
        self.stack: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> Parsed:
        for match in TOKEN.finditer(self.source):
            self._take(match.lastgroup, match.group(), match.start())
        if self.stack:
            tag = self.stack[-1].tag
            raise _refused(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return _trimmed("".join(self.parts), self.entities)

    def _take(self, kind: str | None, token: str, at: int) -> None:
        if kind == "tag":
            self._tag(token, at)
        elif kind == "entity":
            self._put(self._character(token, at))
        elif kind == "open":
            raise self._refused_at("Unclosed start tag", at)
        else:  # a lone & is shown as it is, as the real thing does
            self._put(token)

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += utf16(text)

    def _character(self, token: str, at: int) -> str:
        name = token[1:-1]
        if name in NAMED:
            return NAMED[name]
        try:
            return chr(_number(name))
        except (ValueError, OverflowError):
            # Telegram would show the six letters of &nbsp; to people: never what the bot meant.
            raise self._refused_at(f'Unsupported entity "{token}"', at) from None

    def _tag(self, token: str, at: int) -> None:
        match = TAG.fullmatch(token)
        assert match
        closing, name, rest = match.groups()
        name = name.lower()
        if closing:
            self._close(name, at)
        elif name in KINDS:
            self._open(name, self._attributes(name, rest, at), at)
        else:
            raise self._refused_at(f'Unsupported start tag "{name}"', at)

    def _open(self, name: str, attributes: dict[str, str], at: int) -> None:
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._refused_at('Tag "span" must have class "tg-spoiler"', at)
        if name == "tg-emoji" and not attributes.get("emoji-id"):
            raise self._refused_at('Tag "tg-emoji" must have attribute "emoji-id"', at)
        self.stack.append(_Open(name, self.length, attributes))

    def _attributes(self, name: str, rest: str, at: int) -> dict[str, str]:
        found: dict[str, str] = {}
        end = 0
        while match := ATTRIBUTE.match(rest, end):
            key, value = match.groups()
            if value is None and (name, key) != ("blockquote", "expandable"):
                raise self._refused_at(f'Expected equal sign in declaration of "{key}"', at)
            found[key.lower()], end = self._value(value or "", at), match.end()
        if rest[end:].strip():
            raise self._refused_at(f'Unexpected end of name in the tag "{name}"', at)
        return found

    def _value(self, quoted: str, at: int) -> str:
        bare = quoted[1:-1] if quoted[:1] in ('"', "'") else quoted
        return re.sub(r"&#?\w+;", lambda match: self._character(match.group(), at), bare)

    def _close(self, name: str, at: int) -> None:
        if not self.stack:
            raise self._refused_at("Unexpected end tag", at)
        opened = self.stack.pop()
        if name not in ("", opened.tag):
            more = f', expected "</{opened.tag}>", found "</{name}>"'
            raise self._refused_at("Unmatched end tag", at, more)
        self._keep(opened)

    def _keep(self, opened: _Open) -> None:
        size = self.length - opened.start
        kind = _kind(opened)
        if size and kind:
            self.entities.append({"type": kind, "offset": opened.start, "length": size, **_extra(opened)})

    def _refused_at(self, reason: str, at: int, more: str = "") -> Refused:
        offset = len(self.source[:at].encode("utf-8", "surrogatepass"))
        return _refused(f"{reason} at byte offset {offset}{more}")


def _number(name: str) -> int:
    if not name.startswith("#"):
        raise ValueError(name)
    return int(name[2:], 16) if name[1:2] in ("x", "X") else int(name[1:])


def _refused(reason: str) -> Refused:
    return bad(f"can't parse entities: {reason}")


def _kind(opened: _Open) -> str | None:
    if opened.tag == "a" and not opened.attributes.get("href"):
        return None
    expandable = opened.tag == "blockquote" and "expandable" in opened.attributes
    return "expandable_blockquote" if expandable else KINDS[opened.tag]


def _extra(opened: _Open) -> Json:
    if opened.tag == "a":
        return {"url": opened.attributes["href"]}
    if opened.tag == "tg-emoji":
        return {"custom_emoji_id": opened.attributes["emoji-id"]}
    return {}


def _trimmed(text: str, entities: list[Json]) -> Parsed:
    """Telegram drops white space around a message, and entities move with the text."""
    shift = utf16(text[: len(text) - len(text.lstrip())])
    plain = text.strip()
    size = utf16(plain)
    for entity in entities:
        start = max(entity["offset"] - shift, 0)
        end = min(entity["offset"] - shift + entity["length"], size)
        entity["offset"], entity["length"] = start, end - start
    kept = [entity for entity in entities if entity["length"] > 0]
    return Parsed(plain, sorted(kept, key=lambda entity: (entity["offset"], -entity["length"])))
