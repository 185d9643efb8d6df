"""Figures as pictures for a chat: the results of a survey, comments, bars. Without a word of their own: all labels
come with the data. Only for the child process.
"""

from bot.drawing.data import Bar, Bars, Comments, Survey
from bot.drawing.fonts import width_of
from bot.drawing.page import BODY, HIGH, INNER, MARGIN, STRONG, Page
from bot.drawing.parts import foot, head, how_many_more, kept_back, quotes
from bot.drawing.survey import lay_out_survey

MOST_BARS = 40


def draw_survey(data: Survey) -> bytes:
    return lay_out_survey(data).png()


def draw_comments(data: Comments) -> bytes:
    return lay_out_comments(data).png()


def draw_bars(data: Bars) -> bytes:
    return lay_out_bars(data).png()


def lay_out_comments(data: Comments) -> Page:
    page = Page()
    head(page, data["title"], data.get("subtitle", []))
    quotes(page, data["comments"], data.get("more", ""))
    foot(page, data["footer"])
    return page


def lay_out_bars(data: Bars) -> Page:
    page = Page()
    head(page, data["title"], data.get("subtitle", []))
    shown = data["bars"][:MOST_BARS]
    highest = max((bar["value"] or 0 for bar in shown), default=0) or 1
    room = max((width_of(_value(bar), STRONG) for bar in shown), default=0) + 24
    for bar in shown:
        _bar(page, bar, (INNER - room) / highest, data["suppressed"])
    how_many_more(page, len(data["bars"]) - len(shown), data.get("more", ""))
    page.y += 14
    foot(page, data["footer"])
    return page


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
