"""The results of a survey on one page: two big figures, scores from 0 to 10, statements from 1 to 5, comments."""

from collections.abc import Sequence

from bot.drawing.data import BigFigure, Scores, Statement, Survey
from bot.drawing.fonts import Style, width_of
from bot.drawing.page import (
    BODY,
    FIGURE,
    HEADING,
    HIGH,
    INK,
    INNER,
    LOW,
    MARGIN,
    MIDDLE,
    RATHER_HIGH,
    RATHER_LOW,
    SMALL,
    Page,
)
from bot.drawing.parts import GAP, foot, head, how_many_more, kept_back, legend, quotes, stack

MOST_STATEMENTS = 20
SCORES = range(11)
AGREEMENT = (LOW, RATHER_LOW, MIDDLE, RATHER_HIGH, HIGH)


def lay_out_survey(data: Survey) -> Page:
    page = Page()
    head(page, data["title"], data["subtitle"])
    _figures(page, data["figures"], data["suppressed"])
    if "scores" in data:
        _histogram(page, data["scores"], data["suppressed"])
    if data.get("statements"):
        _statements(page, data)
    if data.get("comments"):
        if data.get("comments_title"):
            page.paragraph(data["comments_title"], HEADING, most=2)
            page.y += 16
        quotes(page, data["comments"], data.get("more", ""))
    foot(page, data["footer"])
    return page


def _figures(page: Page, figures: Sequence[BigFigure], suppressed: str) -> None:
    """Side by side on cards of the same height."""
    gap, inside = 28, 34
    width = (INNER - gap * (len(figures) - 1)) / max(len(figures), 1)
    texts = [_small_print(page, figure, width - 2 * inside) for figure in figures]
    height = 158 + max((len(lines) for lines in texts), default=0) * SMALL.leading + 24
    for place, (figure, lines) in enumerate(zip(figures, texts, strict=True)):
        left = MARGIN + place * (width + gap)
        page.card(left, page.y, width, height)
        if figure["value"] is None:
            kept_back(page, (left + inside, page.y + 38, width - 2 * inside, 94), suppressed)
        else:
            page.text(left + inside, page.y + 122, figure["value"], _fitting(figure["value"], width - 2 * inside))
        for row, (line, style) in enumerate(lines):
            page.text(left + inside, page.y + 158 + row * SMALL.leading + 32, line, style)
    page.y += height + GAP + 8


def _small_print(page: Page, figure: BigFigure, width: float) -> list[tuple[str, Style]]:
    label = Style(SMALL.size, SMALL.leading, INK)
    note = "" if figure["value"] is None else figure.get("note", "")
    return [
        *((line, label) for line in page.lines(figure["label"], label, width, 3)),
        *((line, SMALL) for line in page.lines(note, SMALL, width, 2)),
    ]


def _fitting(value: str, width: float) -> Style:
    """The largest type in which a figure fits its card."""
    size = FIGURE.size
    while size > SMALL.size and width_of(value, Style(size, size, INK, bold=True)) > width:
        size -= 4
    return Style(size, size, INK, bold=True)


def _histogram(page: Page, scores: Scores, suppressed: str) -> None:
    page.paragraph(scores["title"], HEADING, most=3)
    page.y += 16
    tall, step = 270, INNER / len(SCORES)
    counts = scores["counts"]
    top, ground = page.y + 40, page.y + 40 + tall
    if counts is None:
        kept_back(page, (MARGIN, top, INNER, tall), suppressed)
    else:
        highest = max((count or 0 for count in counts), default=0) or 1
        for score, count in zip(SCORES, counts, strict=True):
            _column(page, (MARGIN + score * step, ground, step), count, tall / highest, _group_colour(score))
    page.box(MARGIN, ground, INNER, 3, INK)
    for score in SCORES:
        page.text(MARGIN + (score + 0.5) * step, ground + 44, str(score), BODY, "center")
    page.y = ground + 66
    entries = list(zip((LOW, MIDDLE, HIGH), scores["groups"], strict=True))
    legend(page, entries, suppressed if counts and None in counts else "")
    page.y += GAP


def _group_colour(score: int) -> str:
    """Detractors, passives, promoters, as the Net Promoter Score divides them."""
    return LOW if score <= 6 else MIDDLE if score <= 8 else HIGH


def _column(page: Page, place: tuple[float, float, float], count: int | None, scale: float, colour: str) -> None:
    left, ground, step = place
    inset = step * 0.13
    if count is None:
        page.hatched(left + inset, ground - 110, step - 2 * inset, 110)
    elif count:
        page.box(left + inset, ground - count * scale, step - 2 * inset, count * scale, colour)
        page.text(left + step / 2, ground - count * scale - 12, str(count), SMALL, "center")


def _statements(page: Page, data: Survey) -> None:
    if data.get("statements_title"):
        page.paragraph(data["statements_title"], HEADING, most=3)
        page.y += 6
    statements = data["statements"][:MOST_STATEMENTS]
    if "scale" in data:
        _scale(page, *data["scale"])
    if any(statement["counts"] and None in statement["counts"] for statement in statements):
        legend(page, [], data["suppressed"])
    page.y += 18
    means = [statement["mean"] or "" for statement in statements]
    room = max((width_of(mean, HEADING) for mean in means if mean), default=0)
    for statement in statements:
        _statement(page, statement, INNER - room - 28 * bool(room), data["suppressed"])
    how_many_more(page, len(data["statements"]) - len(statements), data.get("more", ""))
    page.y += GAP - 30


def _scale(page: Page, low: str, high: str) -> None:
    """The five colours between the words for their ends; where those are too long, below each other."""
    mark, gap = 28, 14
    marks = mark * len(AGREEMENT)
    if width_of(low, SMALL) + width_of(high, SMALL) + marks + 2 * gap > INNER:
        legend(page, [(LOW, low), (HIGH, high)], "")
        return
    left = MARGIN + width_of(low, SMALL) + gap
    page.text(MARGIN, page.y + 33, low, SMALL)
    for place, colour in enumerate(AGREEMENT):
        page.box(left + place * mark, page.y + 8, mark - 3, mark, colour)
    page.text(left + marks + gap - 3, page.y + 33, high, SMALL)
    page.y += SMALL.leading


def _statement(page: Page, statement: Statement, width: float, suppressed: str) -> None:
    """Its words over the whole width, below them the bar with the mean at its end."""
    tall = 62
    page.paragraph(statement["label"], BODY, most=4)
    page.y += 8
    counts = statement["counts"]
    if counts is None or all(count is None for count in counts):
        kept_back(page, (MARGIN, page.y, width, tall), suppressed)
    else:
        stack(page, counts, AGREEMENT, (width, tall))
        # Beside the other counts, the mean would tell what is kept back.
        if statement["mean"] is not None and None not in counts:
            page.text(MARGIN + INNER, page.y + 45, statement["mean"], HEADING, "right")
    page.y += tall + 34
