"""A table as a file to take away, and what such files are called."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.conversation.checks import check_choice, check_line
from bot.conversation.i18n import _, zone
from bot.conversation.questions import Asking, Choice, Question
from bot.conversation.routing import Made, ToDraw
from bot.drawing.data import Cell, Drawing, Sheet
from bot.drawing.tables import make_csv
from handlers.exports.links import MAX_REASON, Format

LONGEST_TITLE = 60


def file_name(title: str, kind: Format, now: datetime) -> str:
    """What it is about and of which day, without signs that a computer does not take in a name."""
    return f"{_cleaned(title)} {now.astimezone(zone()):%Y-%m-%d}.{kind.value}"


def _cleaned(title: str) -> str:
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", title).strip()[:LONGEST_TITLE]


def table_file(title: str, header: list[str], rows: Sequence[list[Cell]], kind: Format, now: datetime) -> Made | ToDraw:
    """CSV at once, a workbook to be drawn."""
    name = file_name(title, kind, now)
    if kind is Format.CSV:
        return Made(name, make_csv(header, rows), "text/csv; charset=utf-8")
    sheet: Sheet = {"sheet": _cleaned(title), "header": header, "rows": list(rows)}
    return ToDraw(name, Drawing.SHEET, sheet)


def _formats(_asking: Asking) -> list[Choice]:
    return [Choice(Format.XLSX, _("Excel (XLSX)")), Choice(Format.CSV, _("Plain table (CSV)"))]


REASON = Question(
    name="reason",
    label=lambda: _("Reason"),
    prompt=lambda _asking: _(
        "What do you need the list for? The reason is kept, and everybody on the list can read it together "
        "with their data. Please name nobody in it."
    ),
    check=check_line(MAX_REASON),
)
FORMAT = Question(
    name="format",
    label=lambda: _("Format"),
    prompt=lambda _asking: _("In which format?"),
    check=check_choice(_formats),
    choices=_formats,
    columns=2,
)
