"""Figures as pictures for a chat: the results of a survey, comments, bars. Without a word of their own: all labels
come with the data. Only for the child process.
"""

from bot.drawing.data import Answers, Bars, Comments, Section, Survey
from bot.drawing.page import BODY, HEADING, Page
from bot.drawing.parts import GAP, bars, foot, head, how_many_more, quotes
from bot.drawing.survey import lay_out_survey

MOST_BARS = 40


def draw_survey(data: Survey) -> bytes:
    return lay_out_survey(data).png()


def draw_comments(data: Comments) -> bytes:
    return lay_out_comments(data).png()


def draw_bars(data: Bars) -> bytes:
    return lay_out_bars(data).png()


def draw_answers(data: Answers) -> bytes:
    return lay_out_answers(data).png()


def lay_out_answers(data: Answers) -> Page:
    page = Page()
    head(page, data["title"], data["subtitle"])
    for section in data["sections"]:
        _section(page, section, data)
    foot(page, data["footer"])
    return page


def _section(page: Page, section: Section, data: Answers) -> None:
    page.paragraph(section["title"], HEADING, most=6)
    for line in section["notes"]:
        page.paragraph(line, BODY, most=3)
    page.y += 16
    bars(page, section["bars"], data["suppressed"])
    if section["quotes"]:
        quotes(page, section["quotes"], data["more"])
    page.y += GAP


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
    bars(page, shown, data["suppressed"])
    how_many_more(page, len(data["bars"]) - len(shown), data.get("more", ""))
    page.y += 14
    foot(page, data["footer"])
    return page
