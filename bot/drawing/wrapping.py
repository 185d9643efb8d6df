"""Breaking texts into lines: German between words and at hyphens, Chinese nearly anywhere, neither with a line
that begins with a closing sign or ends with an opening one.
"""

import re
from collections.abc import Callable, Iterator

CJK = "\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
HAN = re.compile(f"[{CJK}]")
SOFT_HYPHEN = "\u00ad"
NO_BREAK = "\u00a0"
# A Chinese character; or a word, up to a hyphen or slash inside it; each with the spaces behind it.
PIECE = re.compile(rf"(?:[{CJK}]|[^ {CJK}]+?(?:(?<=\w[-–/{SOFT_HYPHEN}])(?=\w)|(?=[ {CJK}]|$))) *")
CLOSING = "，。！？；：、）》」』】〉〕…—”’％·～.,!?;:%)]}»›"
OPENING = "（《「『【〈〔“‘([{«‹„‚"

Measure = Callable[[str], float]
# A last line shorter than this share of the width looks forgotten.
SHORTEST = 0.25


def wrap(text: str, width: float, measure: Measure, most: int | None = None) -> list[str]:
    """Lines no wider than `width`, at most so many; where something is left out, the last ends with an ellipsis."""
    lines = [line for paragraph in text.split("\n") for line in _settled(paragraph, width, measure)]
    if most is None or len(lines) <= most:
        return lines
    return [*lines[: most - 1], _shortened(lines[most - 1], width, measure)]


def is_chinese(text: str) -> bool:
    """Whether a text is mostly Chinese (or Japanese, Korean): its quotation marks are then as wide as its letters."""
    letters = sum(sign.isalpha() for sign in text)
    return 2 * len(HAN.findall(text)) > letters


def _settled(paragraph: str, width: float, measure: Measure) -> list[str]:
    """Set a little narrower where that keeps a single word or character from standing on the last line alone."""
    lines = list(_wrapped(paragraph, width, measure))
    for share in (0.95, 0.9, 0.85, 0.8, 0.75):
        if len(lines) < 2 or measure(lines[-1]) >= SHORTEST * width:
            break
        narrower = list(_wrapped(paragraph, share * width, measure))
        if len(narrower) > len(lines) or _letters(narrower) != _letters(lines):
            break
        lines = narrower
    return lines


def _letters(lines: list[str]) -> str:
    """What shows that a word was broken: hyphens that were not there before."""
    return "".join(lines).replace(" ", "")


def _wrapped(paragraph: str, width: float, measure: Measure) -> Iterator[str]:
    line = ""
    for piece in _pieces(paragraph):
        if line and measure(_as_shown(line + piece)) > width:
            yield _as_shown(line)
            line = ""
        line += piece
        while measure(_as_shown(line)) > width:
            head = _head(line, width, measure)
            # A German word longer than the line: better a hyphen in the wrong place than a word off the picture.
            yield f"{head}-" if head.isalpha() and not HAN.search(head) else head
            line = line[len(head) :]
    if line.strip(" "):
        yield _as_shown(line)


def _pieces(paragraph: str) -> list[str]:
    """What must stay together: closing signs with what is before them, opening ones with what follows."""
    pieces: list[str] = []
    for piece in PIECE.findall(paragraph.strip(" ")):
        glued = pieces and (piece[0] in CLOSING or pieces[-1][-1] in OPENING) and not pieces[-1].endswith(" ")
        if glued:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _as_shown(line: str) -> str:
    """Without the spaces at the end; a soft hyphen is seen only where the line was broken at it."""
    line = line.rstrip(" ")
    shown = line.replace(SOFT_HYPHEN, "")
    return f"{shown}-" if line.endswith(SOFT_HYPHEN) else shown


def _head(line: str, width: float, measure: Measure) -> str:
    """As much of a line as fits, one sign at least, with room for a hyphen."""
    length = 1
    while length < len(line) - 1 and measure(f"{line[: length + 1]}-") <= width:
        length += 1
    return line[:length]


def _shortened(line: str, width: float, measure: Measure) -> str:
    while line and measure(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip(' ' + OPENING + CLOSING)}…"
