"""What the page of a list shows: columns to confirm, words to explain, the report line by line."""

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, language, named, number, pgettext
from bot.domain.importing.headings import Meaning
from bot.domain.importing.layout import Layout
from bot.domain.importing.lines import Reason, Remark, Verdict
from bot.domain.importing.verdicts import Decision, choices
from bot.drawing.data import Cell
from db import imports, lists, places
from db.gazetteer.regions import list_regions
from db.models.records import Import, ImportRow
from handlers.coordination.import_wording import meaning_names, reason_text, verdict_names
from handlers.registration.naming import relation_names

PAGE = 50
LONGEST_CELL = 80
SHOWN = (Verdict.DOUBTFUL, Verdict.WRONG, Verdict.CHANGED, Verdict.NEW, Verdict.SAME, Verdict.ERASED)
REPORTED = (Verdict.DOUBTFUL, Verdict.WRONG, Verdict.CHANGED, Verdict.ERASED)
View = dict[str, Any]
Option = tuple[str, str]


def columns_view(session: Session, row: Import) -> View:
    """Each column with its first cells and what it may hold."""
    layout = Layout.from_json(row.layout or {})
    options = [(meaning.value, str(name)) for meaning, name in meaning_names().items()]
    columns = [
        {
            "place": column.place,
            "head": column.head or _letter(column.place),
            "meaning": column.meaning.value,
            "cells": [cells[n] for _line, cells in layout.first],
            "options": options,
        }
        for n, column in enumerate(layout.columns)
    ]
    return {
        "columns": columns,
        "lines": [line for line, _cells in layout.first],
        "sheets": list(enumerate(layout.sheets)) if len(layout.sheets) > 1 else [],
        "sheet": layout.sheet,
        "heading": layout.heading,
        "ignored": layout.width - len(layout.columns),
        "otherwise": _otherwise(session, row, layout),
    }


def _letter(place: int) -> str:
    """What spreadsheets call a column."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def _otherwise(session: Session, row: Import, layout: Layout) -> list[View]:
    """What may hold for all lines that say nothing themselves."""
    nothing = ("", str(_("nothing")))
    directions = [
        ("to-germany", str(pgettext("direction", "to Germany"))),
        ("to-china", str(pgettext("direction", "to China"))),
    ]
    offered: dict[str, tuple[Markup, list[Option]]] = {
        "programme": (meaning_names()[Meaning.PROGRAMME], _programmes(session, row)),
        "relation": (meaning_names()[Meaning.RELATION], [(one.value, str(n)) for one, n in relation_names().items()]),
        "direction": (meaning_names()[Meaning.DIRECTION], directions),
    }
    return [
        {"name": name, "label": label, "options": [nothing, *options], "chosen": str(layout.otherwise.get(name, ""))}
        for name, (label, options) in offered.items()
    ]


def _programmes(session: Session, row: Import) -> list[Option]:
    return [(str(each.id), named(each.names)) for each in lists.programmes(session, row.institution_id)]


def _provinces() -> list[Option]:
    return [
        (code, places.name_region(code, language()) or code)
        for country in ("CN", "DE")
        for code in list_regions(country)
    ]


def words_view(session: Session, row: Import) -> list[View]:
    """Words of the file that we did not know, with what they may mean."""
    offered = {"programme": _programmes(session, row), "province": _provinces()}
    return [
        {"kind": kind, "label": meaning_names()[Meaning(kind)], "options": offered[kind], "words": list(words.items())}
        for kind, words in (row.counts or {}).get("unknown", {}).items()
        if kind in offered
    ]


def report_view(session: Session, row: Import, show: str, page: int) -> View:
    """The counts, and a page of the lines with one verdict."""
    verdicts: Mapping[str, int] = (row.counts or {}).get("verdicts", {})
    shown = show if show in verdicts else next((each.value for each in SHOWN if verdicts.get(each)), "")
    page = max(page, 0)
    found = imports.rows(session, row.id, [shown], limit=PAGE + 1, offset=page * PAGE)
    return {
        "show": shown,
        "page": page,
        "more": len(found) > PAGE,
        "tabs": [(each.value, verdict_names()[each], number(verdicts[each])) for each in SHOWN if verdicts.get(each)],
        "lines": [_line(each) for each in found[:PAGE]],
        "decides": shown == Verdict.DOUBTFUL,
    }


def _line(row: ImportRow) -> View:
    remarks = remarks_of(row)
    names = meaning_names()
    return {
        "line": row.line,
        "cells": [(names[Meaning(key)], text[:LONGEST_CELL]) for key, text in (row.cells or {}).items()],
        "why": [reason_text(remark) for remark in remarks],
        "options": _decisions(remarks),
        "decision": row.decision or "",
    }


def remarks_of(row: ImportRow) -> list[Remark]:
    return [Remark(Reason(reason), about) for reason, about in row.remarks or ()]


def _decisions(remarks: Iterable[Remark]) -> list[Option]:
    names = {
        Decision.SAME: _("It is the same person"),
        Decision.OTHER: _("It is another person"),
        Decision.TAKE: _("Take it over without that"),
    }
    return [("", str(_("Leave it out"))), *((each.value, str(names[each])) for each in choices(list(remarks)))]


def report_header() -> list[str]:
    return [str(each) for each in (_("Line"), _("Result"), _("Name"), _("Reason"))]


def report_rows(session: Session, row: Import, after: int, limit: int) -> list[list[Cell]]:
    """Lines of the report as a table; whoever was erased is not named."""
    found = imports.rows(session, row.id, REPORTED, after=after, limit=limit)
    return [
        [
            each.line,
            str(verdict_names()[each.verdict]),
            (each.said or {}).get("full_name", ""),
            " ".join(str(reason_text(remark).unescape()) for remark in remarks_of(each)),
        ]
        for each in found
    ]
