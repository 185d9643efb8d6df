"""Reading a source: into tokens, then into pieces of text of which each has its styles."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from unicodedata import east_asian_width

BOLD, ITALIC = "*", "_"

# An address ends before what people put behind it: quotation marks, Chinese letters, pictures; but also before the
# mark that closes. Brackets and braces are marks and placeholders, and percent signs stand for them in addresses.
_NOT_IN_ADDRESS = r'\s\\\[\]{}<>"“”„‘’«»\u2e80-\U0010ffff'
ADDRESS = rf"(?i:https?)://[^{_NOT_IN_ADDRESS}]*[^{_NOT_IN_ADDRESS}.,;:!?'…)*_]"
PLACEHOLDER = r"\{[^\W\d_]+\}"
MARK = r"\*+|_+"
ESCAPABLE = r"[\\*_\[\]{]"
BLANK_LINE = r"\n[^\S\n]*\n"
_WORDS = rf"(?:\\{ESCAPABLE}|\\(?!{ESCAPABLE})|[^\[\]\\\n]|(?!{BLANK_LINE})\n)*+"
_TARGET = r"[^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)*+"
_TOKEN = re.compile(
    rf"(?P<ESCAPED>\\{ESCAPABLE})|(?P<ADDRESS>{ADDRESS})|(?P<PLACEHOLDER>{PLACEHOLDER})|(?P<MARK>{MARK})"
    rf"|(?P<LINK>\[(?=(?P<words>{_WORDS})\]\((?P<target>{_TARGET})\)))|(?P<LINK_END>\]\({_TARGET}\))"
    rf"|(?P<BLANK_LINE>{BLANK_LINE})"
)
WEB = re.compile(r"(?i:https?)://[^\s/?#]\S*")
# What may stand between a mark and the word that it opens.
_WORD_AHEAD = re.compile(r"""[*_"“„‚‘«»'(\[{\\]*\w""")

Kind = Enum("Kind", ["TEXT", "ESCAPED", "ADDRESS", "PLACEHOLDER", "MARK", "LINK", "LINK_END", "BLANK_LINE"])
Trouble = Enum("Trouble", ["NO_PARTNER", "NESTED", "NO_WORDS", "NO_ADDRESS"])


@dataclass(slots=True)
class Token:
    """A stretch of the source from `at` on. A mark is `paired` where it is one, and else only a sign; the same goes
    for the two ends of a link, which leads to `target`."""

    kind: Kind
    source: str
    at: int
    target: str = ""
    paired: bool = False
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Text as it is shown, with its styles: BOLD, ITALIC, the address it links to. An address or a `placeholder`
    (as it was typed) is `whole`."""

    text: str
    styles: frozenset[str] = frozenset()
    whole: bool = False
    placeholder: str = ""


def shown(pieces: Sequence[Piece]) -> str:
    """The words of some pieces."""
    return "".join(piece.text for piece in pieces)


@lru_cache(maxsize=128)
def read(source: str) -> tuple[Piece, ...]:
    """The pieces of a source. Remembered, since the same announcement is read for every one of its readers."""
    return tuple(_pieces(tokens(source)))


def tokens(source: str) -> list[Token]:
    """What a source consists of, without gaps. Never raises."""
    found = list(_found(source))
    _pair_marks(source, found)
    return found


def opens(text: str, at: int, mark: str) -> bool:
    """Whether the sign or signs at a place may open a passage."""
    before, after = around(text, at, at + len(mark))
    return len(mark) <= 2 and not _is_gap(after) and (len(mark) == 2 or not is_letter(before, mark))


def closes(text: str, at: int, mark: str) -> bool:
    """Whether the sign or signs at a place may close one."""
    before, after = around(text, at, at + len(mark))
    return len(mark) <= 2 and not _is_gap(before) and (len(mark) == 2 or not is_letter(after, mark))


def units(text: str) -> int:
    """How long a text is for Telegram: UTF-16 units."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def is_letter(sign: str, mark: str) -> bool:
    """Whether a mark beside this would be inside a word. Chinese has no spaces to tell: words between two stars are
    bold, while underlines belong to names of files, since nobody sets Chinese in italics."""
    return sign.isalnum() and (mark[0] == ITALIC or east_asian_width(sign) not in ("W", "F"))


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """The signs before and behind a stretch of text, empty where there is none."""
    return text[max(start - 1, 0) : start], text[end : end + 1]


def _is_gap(sign: str) -> bool:
    return not sign or sign.isspace()


def _found(source: str) -> Iterator[Token]:
    at, in_link = 0, False
    while match := _TOKEN.search(source, at):
        if match.start() > at:
            yield Token(Kind.TEXT, source[at : match.start()], at)
        token = _token(match, in_link)
        if token.kind in (Kind.LINK, Kind.LINK_END):
            in_link = token.kind is Kind.LINK and token.paired
        yield token
        at = token.at + len(token.source)
    if at < len(source):
        yield Token(Kind.TEXT, source[at:], at)


def _token(match: re.Match[str], in_link: bool) -> Token:
    assert match.lastgroup
    token = Token(Kind[match.lastgroup], match[0], match.start(), match["target"] or "")
    if token.kind is Kind.LINK:
        token.trouble = _trouble_of(match["words"], token.target)
        token.paired = token.trouble is None
    elif token.kind is Kind.LINK_END:
        token.paired = in_link
        token.source = match[0] if in_link else "]"
    return token


def _trouble_of(words: str, target: str) -> Trouble | None:
    if not WEB.fullmatch(target):
        return Trouble.NO_ADDRESS
    return None if words.strip() else Trouble.NO_WORDS


def _pair_marks(source: str, found: list[Token]) -> None:
    """Tell marks from signs. A mark that opens waits for its partner until its paragraph ends."""
    waiting: dict[str, Token] = {}
    before: Token | None = None
    for token in found:
        if token.kind is Kind.BLANK_LINE:
            _give_up(source, waiting)
        elif token.kind is Kind.MARK:
            _place(source, token, waiting, before)
        before = token
    _give_up(source, waiting)


def _place(source: str, token: Token, waiting: dict[str, Token], before: Token | None) -> None:
    sign = token.source[0]
    first = waiting.get(sign)
    empty = before is not None and (before.kind is Kind.LINK or before in waiting.values())
    if first and first.source == token.source and not empty and closes(source, token.at, token.source):
        first.paired = token.paired = True
        del waiting[sign]
    elif opens(source, token.at, token.source) and (first is None or _starts_word(source, token)):
        if first and _starts_word(source, first):
            first.trouble = Trouble.NESTED
        waiting[sign] = token


def _give_up(source: str, waiting: dict[str, Token]) -> None:
    for token in waiting.values():
        if _starts_word(source, token):
            token.trouble = Trouble.NO_PARTNER
    waiting.clear()


def _starts_word(source: str, token: Token) -> bool:
    """Whether somebody must have meant this as a mark: "5 * 3", "2*" and "a_b" are none."""
    end = token.at + len(token.source)
    before, _after = around(source, token.at, end)
    return not is_letter(before, token.source) and bool(_WORD_AHEAD.match(source, end))


def _pieces(found: list[Token]) -> Iterator[Piece]:
    styles: frozenset[str] = frozenset()
    for token in found:
        if token.paired:
            styles = _turned(styles, token)
        elif token.kind is Kind.PLACEHOLDER:
            yield Piece(token.source, styles, whole=True, placeholder=token.source)
        else:
            text = token.source[1:] if token.kind is Kind.ESCAPED else token.source
            yield Piece(text, styles, whole=token.kind is Kind.ADDRESS)


def _turned(styles: frozenset[str], token: Token) -> frozenset[str]:
    """The styles behind a mark that switches one of them on or off."""
    if token.kind is Kind.LINK_END:
        return styles & {BOLD, ITALIC}
    return styles ^ {token.target or token.source[0]}
