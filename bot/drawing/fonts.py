"""Which fonts there are, how wide a text is in them, and what to do about signs that none of them has."""

import logging
import unicodedata
from dataclasses import dataclass
from functools import cache

from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.ft2font import FT2Font, LoadFlags

from bot.drawing.wrapping import HAN, NO_BREAK, SOFT_HYPHEN, is_chinese

log = logging.getLogger("drawing")
# Simplified Chinese, as it comes with Debian and others, Android, Windows, macOS; the most handsome first.
CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Microsoft YaHei",
    "Hiragino Sans GB",
    "Heiti SC",
    "STHeiti",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "SimHei",
    "Arial Unicode MS",
)
# Comes with Matplotlib.
LATIN = "DejaVu Sans"
# Emoji in one colour, where somebody installed them.
SYMBOLS = ("Noto Emoji", "Symbola", "Noto Sans Symbols2", "Segoe UI Symbol")
ADVICE = "no Chinese font found, Chinese is drawn as empty boxes: install one (Debian: apt-get install fonts-noto-cjk)"
MISSING = "□"
# Also the narrow one and the one as wide as a digit, which not every font has.
NO_BREAKS = ("\u00a0", "\u202f", "\u2007")
# As wide as a character in a Chinese font, and at most so wide, in ems, in its forms for Latin text.
PROPORTIONAL = dict.fromkeys("‘’", 0.4) | dict.fromkeys("“”", 0.6)
PIXELS = 72  # an inch: so a point is a pixel, and everything here is in pixels


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set. `leading` is from one line to the next, in pixels as the size."""

    size: int
    leading: int
    colour: str
    bold: bool = False


@cache
def families() -> tuple[str, ...]:
    """The fonts to take, in this order, for every text: a Chinese one has good Latin letters, too."""
    installed = set(fontManager.get_font_names())
    chinese = next((name for name in CHINESE if name in installed), None)
    return (*([chinese] if chinese else []), LATIN, *(name for name in SYMBOLS if name in installed))


def properties(style: Style) -> FontProperties:
    return _properties(style.size, style.bold)


def width_of(text: str, style: Style) -> float:
    """In pixels, a trifle too much: sign by sign, since laying out whole lines takes a millisecond each."""
    shown = on_one_line(text)
    wide = is_chinese(shown)
    return style.size * sum(_ems(sign, style.bold, wide) for sign in shown)


def legible(text: str) -> str:
    """The text as far as it can be drawn: line breaks stay, invisible signs go, a sign that no font has becomes an
    empty box."""
    shown = "".join(_legible(sign) for sign in unicodedata.normalize("NFC", text))
    if MISSING in shown and HAN.search(text) and families()[0] == LATIN:
        _advise()
    return shown


def on_one_line(text: str) -> str:
    """The legible text without what only matters for breaking it."""
    return legible(text).replace("\n", " ").replace(SOFT_HYPHEN, "")


@cache
def _legible(sign: str) -> str:
    if sign in ("\n", SOFT_HYPHEN):
        return sign
    if sign in NO_BREAKS:
        return NO_BREAK
    if sign.isspace():
        return " "
    if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn") or "\ufe00" <= sign <= "\ufe0f":
        return ""
    if any(font.get_char_index(ord(sign)) for font in _fonts(bold=False)):
        return sign
    # Skin colours and accents belong to the sign before them.
    return "" if unicodedata.category(sign) in ("Mn", "Me", "Sk") else MISSING


@cache
def _advise() -> None:
    """Once is enough."""
    log.warning(ADVICE)


@cache
def _properties(size: int, bold: bool) -> FontProperties:
    return FontProperties(family=families(), size=size, weight="bold" if bold else "normal")


@cache
def _fonts(bold: bool) -> tuple[FT2Font, ...]:
    weight = "bold" if bold else "normal"
    return tuple(get_font(findfont(FontProperties(family=[name], weight=weight))) for name in families())


@cache
def _ems(sign: str, bold: bool, wide: bool) -> float:
    """How wide a sign is, as a share of the type's size."""
    fonts = _fonts(bold)
    font = next((font for font in fonts if font.get_char_index(ord(sign))), fonts[-1])
    font.set_size(PIXELS, PIXELS)
    advance = font.load_char(ord(sign), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / PIXELS
    return advance if wide else min(advance, PROPORTIONAL.get(sign, advance))
