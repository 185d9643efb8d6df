"""What several pictures have: a head and a foot, comments, a legend, the field for what is kept back."""

from collections.abc import Sequence

from bot.drawing.data import Bar
from bot.drawing.fonts import Style, width_of
from bot.drawing.page import (
    BODY,
    CARD,
    GROUND,
    HIGH,
    INK,
    INNER,
    LINE,
    LOW,
    MARGIN,
    RATHER_HIGH,
    SMALL,
    STRONG,
    TITLE,
    Page,
)

MOST_COMMENTS = 12
# Telegram takes no photo whose width and height are more than 10,000 together; below this begins no comment.
TALLEST = 8_000
GAP = 44
# Of a bar, whatever is kept back.
SHARE_KEPT_BACK = 0.18


def head(page: Page, title: str, subtitle: Sequence[str]) -> None:
    page.rule(HIGH, width=96, thickness=10)
    page.y += 34
    page.paragraph(title, TITLE, most=3)
    page.y += 10
    for line in subtitle:
        page.paragraph(line, SMALL, most=2)
    page.y += GAP


def foot(page: Page, text: str) -> None:
    page.rule()
    page.y += 20
    page.paragraph(text, SMALL, most=4)
    page.y -= 20


def legend(page: Page, entries: Sequence[tuple[str, str]], suppressed: str) -> None:
    """Coloured squares with their names, in as many rows as it takes."""
    x, mark = float(MARGIN), 28
    for colour, name in [*entries, *([("", suppressed)] if suppressed else [])]:
        label = "".join(page.lines(name, SMALL, INNER - mark - 14, 1))
        wide = mark + 14 + width_of(label, SMALL)
        if x > MARGIN and x + wide > MARGIN + INNER:
            x, page.y = float(MARGIN), page.y + SMALL.leading
        if colour:
            page.box(x, page.y + 8, mark, mark, colour)
        else:
            page.hatched(x, page.y + 8, mark, mark)
        page.text(x + mark + 14, page.y + 33, label, SMALL)
        x += wide + 40
    page.y += SMALL.leading


def kept_back(page: Page, place: tuple[float, float, float, float], label: str) -> None:
    """Hatched, with the words for it on a clear field."""
    left, top, width, height = place
    page.hatched(left, top, width, height)
    style = SMALL
    lines = page.lines(label, style, width - 96, 2 if height > 2 * style.leading else 1)
    words = max((width_of(line, style) for line in lines), default=0)
    tall = len(lines) * style.leading
    field = height - 2 if height < 2 * tall else tall + 12
    page.box(left + (width - words) / 2 - 16, top + (height - field) / 2, words + 32, field, GROUND)
    for row, line in enumerate(lines):
        base = top + (height - tall) / 2 + (row + 0.5) * style.leading + 0.36 * style.size
        page.text(left + width / 2, base, line, style, "center")


def quotes(page: Page, comments: Sequence[str], more: str) -> None:
    """Each beside a line of its own, which needs no quotation marks of any language."""
    left = [comment.strip() for comment in comments if comment.strip()]
    for _place in range(min(MOST_COMMENTS, len(left))):
        if page.y > TALLEST:
            break
        top = page.y
        page.paragraph(left.pop(0), BODY, x=MARGIN + 34, width=INNER - 34, most=6)
        page.box(MARGIN, top + 4, 6, page.y - top - 8, RATHER_HIGH)
        page.y += 28
    how_many_more(page, len(left), more)
    page.y += GAP - 28


def how_many_more(page: Page, left_out: int, words: str) -> None:
    if left_out > 0:
        page.paragraph(words.replace("{count}", str(left_out)) or "…", SMALL, most=2)
        page.y += 24


def bars(page: Page, shown: Sequence[Bar], suppressed: str) -> None:
    """One below the other, on one scale."""
    highest = max((one["value"] or 0 for one in shown), default=0) or 1
    room = max((width_of(_value(one), STRONG) for one in shown), default=0) + 24
    for one in shown:
        _bar(page, one, (INNER - room) / highest, suppressed)


def _bar(page: Page, bar: Bar, scale: float, suppressed: str) -> None:
    tall = 48
    page.paragraph(bar["label"], BODY, most=2)
    page.y += 6
    value = bar["value"]
    if value is None:
        kept_back(page, (MARGIN, page.y, INNER * 0.45, tall), suppressed)
    else:
        wide = max(value * scale, 3)
        page.box(MARGIN, page.y, wide, tall, HIGH)
        page.text(MARGIN + wide + 18, page.y + 37, _value(bar), STRONG)
    page.y += tall + 30


def _value(bar: Bar) -> str:
    return "" if bar["value"] is None else bar.get("shown", f"{bar['value']:.15g}")


def stack(page: Page, counts: Sequence[int | None], colours: Sequence[str], size: tuple[float, float]) -> None:
    """Pieces of a bar from left to right, each with its number where there is room. What is kept back is always the
    same piece, and the others share what is left."""
    width, tall = size
    total = sum(count or 0 for count in counts)
    hidden = sum(count is None for count in counts)
    kept = min(SHARE_KEPT_BACK * hidden, 0.6) * width / hidden if hidden else 0.0
    if not total and not hidden:
        page.box(MARGIN, page.y, width, tall, LINE)
    x = float(MARGIN)
    for count, colour in zip(counts, colours, strict=True):
        wide = kept if count is None else (width - kept * hidden) * count / (total or 1)
        if count is None:
            page.hatched(x, page.y, wide, tall)
        elif count:
            page.box(x, page.y, wide, tall, colour)
            style = Style(SMALL.size, SMALL.leading, CARD if colour in (LOW, HIGH) else INK, bold=True)
            if width_of(str(count), style) + 12 <= wide:
                page.text(x + wide / 2, page.y + 43, str(count), style, "center")
        x += wide
        if wide and x < MARGIN + width - 1:
            page.box(x - 2, page.y, 4, tall, GROUND)
