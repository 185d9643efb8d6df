"""A page that grows downwards, in pixels from the top left: 1080 wide, as a phone shows it. On a ground of its own,
so that it reads the same in dark and light chats.
"""

import io
from typing import Literal

import matplotlib
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Patch, Rectangle
from PIL import Image
from PIL.ImageColor import getrgb

from bot.drawing.fonts import PIXELS, Style, legible, on_one_line, properties, width_of
from bot.drawing.wrapping import is_chinese, wrap

WIDTH = 1080
MARGIN = 64
INNER = WIDTH - 2 * MARGIN
GROUND, CARD, LINE, KEPT_BACK = "#FBF8F1", "#FFFFFF", "#DDD6C8", "#7C8389"
INK, QUIET = "#1B2733", "#55616D"
# Orange and petrol are told apart with every kind of colour blindness, and in grey by their lightness.
LOW, RATHER_LOW, MIDDLE, RATHER_HIGH, HIGH = "#B4532A", "#E3A983", "#C6BCA8", "#8CB6C9", "#1F6785"

TITLE = Style(56, 70, INK, bold=True)
HEADING = Style(40, 54, INK, bold=True)
BODY = Style(36, 50, INK)
STRONG = Style(36, 50, INK, bold=True)
SMALL = Style(32, 44, QUIET)
FIGURE = Style(92, 100, INK, bold=True)

Align = Literal["left", "center", "right"]
# What lies on what. A palette of these and of the steps between them, at the edges of letters, makes a picture a
# quarter as large; one that is worked out from the picture would tint its ground.
LIES_ON = {
    GROUND: (INK, QUIET, LINE, KEPT_BACK, LOW, RATHER_LOW, MIDDLE, RATHER_HIGH, HIGH, CARD),
    CARD: (INK, QUIET, LINE, KEPT_BACK, LOW, HIGH),
    INK: (RATHER_LOW, MIDDLE, RATHER_HIGH),
}
STEPS, TOO_NEAR = 14, 8


class Page:
    """Draws at `y` and moves it down. Every line of text is an artist of its own."""

    def __init__(self) -> None:
        self.y = float(MARGIN)
        self.figure = Figure(figsize=(WIDTH / PIXELS, 1), dpi=PIXELS, facecolor=GROUND)
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()

    def text(self, x: float, y: float, text: str, style: Style, align: Align = "left") -> None:
        """One line, on the baseline `y`."""
        shown = on_one_line(text)
        self._axes.text(
            x,
            y,
            shown,
            color=style.colour,
            fontproperties=properties(style),
            ha=align,
            va="baseline",
            parse_math=False,
            # Chinese fonts make quotation marks and dots as wide as a character, which tears Latin text apart.
            fontfeatures=None if is_chinese(shown) else ("pwid",),
        )

    def lines(self, text: str, style: Style, width: float = INNER, most: int | None = None) -> list[str]:
        """A text broken into lines of at most `width`."""
        return wrap(legible(text), width, lambda line: width_of(line, style), most)

    def paragraph(
        self, text: str, style: Style, *, x: float = MARGIN, width: float = INNER, most: int | None = None
    ) -> None:
        for line in self.lines(text, style, width, most):
            self.text(x, self.y + 0.5 * (style.leading + 0.72 * style.size), line, style)
            self.y += style.leading

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self._add(Rectangle((x, y), width, height, facecolor=colour, linewidth=0))

    def card(self, x: float, y: float, width: float, height: float) -> None:
        """A white field with round corners, to put something on."""
        shape = f"round,pad=0,rounding_size={18}"
        self._add(FancyBboxPatch((x, y), width, height, boxstyle=shape, facecolor=CARD, edgecolor=LINE, linewidth=1.5))

    def hatched(self, x: float, y: float, width: float, height: float) -> None:
        """What is kept back; the same everywhere, so that it tells nothing about what is behind."""
        field = Rectangle((x, y), width, height, facecolor=GROUND, edgecolor=KEPT_BACK, hatch="//", linewidth=2)
        field.set_hatch_linewidth(2.2)
        self._add(field)

    def rule(self, colour: str = LINE, width: float = INNER, thickness: float = 2) -> None:
        self.box(MARGIN, self.y, width, thickness, colour)

    def png(self) -> bytes:
        """The page as far as it was drawn on; its letters as designed, not bent to the pixels."""
        height = int(self.y + MARGIN)
        self.figure.set_size_inches(WIDTH / PIXELS, height / PIXELS)
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(height, 0)
        raw, out = io.BytesIO(), io.BytesIO()
        with matplotlib.rc_context({"text.hinting": "none", "text.antialiased": True}):
            self.figure.savefig(raw, format="rgba", dpi=PIXELS)
        drawn = Image.frombytes("RGBA", (WIDTH, len(raw.getvalue()) // (4 * WIDTH)), raw.getvalue()).convert("RGB")
        drawn.quantize(palette=_palette(), dither=Image.Dither.NONE).save(out, "png")
        return out.getvalue()

    def _add(self, patch: Patch) -> None:
        self._axes.add_patch(patch)


def _palette() -> Image.Image:
    pairs = [(getrgb(below), getrgb(above)) for below, colours in LIES_ON.items() for above in colours]
    pure = list(dict.fromkeys(colour for pair in pairs for colour in pair))
    steps = [_between(pair, step / STEPS) for pair in pairs for step in range(1, STEPS)]
    # Pillow looks colours up in a coarse grid: what is nearly pure would take the place of what is.
    mixed = [step for step in steps if all(_distance(step, colour) > TOO_NEAR for colour in pure)]
    image = Image.new("P", (1, 1))
    image.putpalette([part for colour in dict.fromkeys([*pure, *mixed]) for part in colour])
    return image


def _between(pair: tuple[tuple[int, ...], tuple[int, ...]], share: float) -> tuple[int, ...]:
    return tuple(round(one + share * (other - one)) for one, other in zip(*pair, strict=True))


def _distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))
