"""Numbers over time as columns, and bars divided into the same parts. Only for the child process."""

from bot.drawing.data import Month, Months, Row, Stacks
from bot.drawing.fonts import Style, width_of
from bot.drawing.page import BODY, HIGH, INK, INNER, LOW, MARGIN, MIDDLE, RATHER_HIGH, RATHER_LOW, SMALL, Page
from bot.drawing.parts import GAP, foot, head, kept_back, legend, stack

MOST_MONTHS, MOST_ROWS = 14, 20
TALL = 420
BAR = 62
# From the best to the worst, of so many parts: told apart with every kind of colour blindness.
PARTS = {2: (HIGH, LOW), 3: (HIGH, MIDDLE, LOW), 5: (HIGH, RATHER_HIGH, MIDDLE, RATHER_LOW, LOW)}
SMALLEST = 20


def draw_months(data: Months) -> bytes:
    return lay_out_months(data).png()


def draw_stacks(data: Stacks) -> bytes:
    return lay_out_stacks(data).png()


def lay_out_months(data: Months) -> Page:
    page = Page()
    head(page, data["title"], data.get("subtitle", []))
    months = data["months"][-MOST_MONTHS:]
    step = INNER / max(len(months), 1)
    ground = page.y + 44 + TALL
    highest = max((month["value"] or 0 for month in months), default=0) or 1
    style = _fitting(months, step)
    for place, month in enumerate(months):
        _column(page, (MARGIN + place * step, ground, step), month, TALL / highest, style)
    page.box(MARGIN, ground, INNER, 3, INK)
    _years(page, months, ground, step)
    page.y = ground + 104
    if any(month["value"] is None for month in months):
        legend(page, [], data["suppressed"])
    page.y += GAP
    foot(page, data["footer"])
    return page


def _fitting(months: list[Month], step: float) -> Style:
    """One size for all: the largest in which each number and name of a month has room."""
    words = [text for month in months for text in (_value(month), month["label"])]
    size = SMALL.size
    while size > SMALLEST and any(width_of(word, Style(size, size, INK)) > step - 6 for word in words):
        size -= 1
    return Style(size, size, INK)


def _value(month: Month) -> str:
    return "" if month["value"] is None else month.get("shown", str(month["value"]))


def _column(page: Page, place: tuple[float, float, float], month: Month, scale: float, style: Style) -> None:
    left, ground, step = place
    inset, value = step * 0.13, month["value"]
    if value is None:
        page.hatched(left + inset, ground - 90, step - 2 * inset, 90)
    elif value:
        page.box(left + inset, ground - value * scale, step - 2 * inset, value * scale, HIGH)
    if value is not None:
        page.text(left + step / 2, ground - value * scale - 12, _value(month), style, "center")
    page.text(left + step / 2, ground + 42, month["label"], style, "center")


def _years(page: Page, months: list[Month], ground: float, step: float) -> None:
    """Each below its first month, with a short line in front; not where it has too few months for its name."""
    for place, month in enumerate(months):
        if place == 0 or months[place - 1]["year"] != month["year"]:
            left = MARGIN + place * step
            page.box(left, ground + 3, 2, 82, INK)
            room = step * sum(each["year"] == month["year"] for each in months) - 20
            if width_of(month["year"], SMALL) <= room:
                page.text(left + 10, ground + 84, month["year"], SMALL)


def lay_out_stacks(data: Stacks) -> Page:
    page = Page()
    head(page, data["title"], data.get("subtitle", []))
    rows = data["rows"][:MOST_ROWS]
    colours = PARTS[len(data["parts"])]
    some_hidden = any(row["counts"] and None in row["counts"] for row in rows)
    legend(page, list(zip(colours, data["parts"], strict=True)), data["suppressed"] if some_hidden else "")
    page.y += 30
    for row in rows:
        _bar(page, row, colours, data["suppressed"])
    foot(page, data["footer"])
    return page


def _bar(page: Page, row: Row, colours: tuple[str, ...], suppressed: str) -> None:
    page.paragraph(row["label"], BODY, most=3)
    page.y += 8
    counts = row["counts"]
    if counts is None or all(count is None for count in counts):
        kept_back(page, (MARGIN, page.y, INNER, BAR), suppressed)
    else:
        stack(page, counts, colours, (INNER, BAR))
    page.y += BAR + 34
