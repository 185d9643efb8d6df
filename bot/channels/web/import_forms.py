"""The forms of the page of a list: each takes what was posted, does it, and says in a sentence why it could not."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.channels.web.import_views import remarks_of
from bot.conversation.i18n import _
from bot.domain.importing.headings import Meaning
from bot.domain.importing.layout import Layout
from bot.domain.importing.verdicts import Decision, choices
from bot.domain.importing.words import key_of
from bot.domain.people import Relation
from db import imports, lists
from db.gazetteer.regions import read_regions
from db.models.records import Import, ImportState
from handlers.coordination import import_steps as steps
from handlers.coordination.import_page import Visit
from handlers.coordination.import_steps import Refusal

LARGEST_LINE = 2**31 - 1


def _confirm_columns(session: Session, visit: Visit, form: dict[str, str], now: datetime) -> str:
    """What each column holds; or another sheet, or another heading, and then a new guess."""
    row = _row(visit)
    if row.state != ImportState.MAPPING:
        return _late()
    layout = Layout.from_json(row.layout or {})
    sheet, heading = _number(form.get("sheet"), layout.sheet), _number(form.get("heading"), layout.heading)
    if sheet != layout.sheet:
        return _said(steps.read_again(session, row, sheet, None, now))
    if heading != layout.heading:
        return _said(steps.read_again(session, row, sheet, heading, now))
    corrected = layout.corrected(_meanings(form), _otherwise(session, row, form))
    twice = _twice(corrected)
    return twice or _said(steps.check(session, row, corrected, now))


def _meanings(form: dict[str, str]) -> dict[int, Meaning]:
    known = {each.value for each in Meaning}
    return {
        _number(name.removeprefix("column-"), 0): Meaning(value)
        for name, value in form.items()
        if name.startswith("column-") and value in known
    }


def _otherwise(session: Session, row: Import, form: dict[str, str]) -> dict[str, Any]:
    """What holds for lines that say nothing; only what is offered counts."""
    found: dict[str, Any] = {}
    programmes = {str(each.id) for each in lists.programmes(session, row.institution_id)}
    if form.get("otherwise-programme", "") in programmes:
        found["programme"] = int(form["otherwise-programme"])
    if form.get("otherwise-relation", "") in {each.value for each in Relation}:
        found["relation"] = form["otherwise-relation"]
    if form.get("otherwise-direction", "") in ("to-germany", "to-china"):
        found["direction"] = form["otherwise-direction"]
    return found


def _twice(layout: Layout) -> str:
    meanings = [column.meaning for column in layout.meant]
    if len(set(meanings)) == len(meanings):
        return ""
    return str(_("Two columns hold the same. Please choose “is not read” for one of them."))


def _explain_words(session: Session, visit: Visit, form: dict[str, str], now: datetime) -> str:
    """What words of the file mean, for all lines at once; and the dry run once more."""
    row = _row(visit)
    if row.state != ImportState.CHECKED:
        return _late()
    offered = {
        "programme": {str(each.id) for each in lists.programmes(session, row.institution_id)},
        "province": set(read_regions()),
    }
    layout = Layout.from_json(row.layout or {})
    for kind, words in (row.counts or {}).get("unknown", {}).items():
        said = {key_of(word): form.get(f"{kind}-{place}", "") for place, word in enumerate(words)}
        taught = {word: "" if value == "-" else value for word, value in said.items() if value in {*offered[kind], "-"}}
        layout = layout.taught(kind, taught)
    return _said(steps.check(session, row, layout, now))


def _decide(session: Session, visit: Visit, form: dict[str, str], _now: datetime) -> str:
    """About the doubtful lines of a page; only what is offered for a line counts."""
    row = _row(visit)
    if row.state != ImportState.CHECKED:
        return _late()
    said = {_number(name.removeprefix("line-"), 0): value for name, value in form.items() if name.startswith("line-")}
    for staged in imports.lines(session, row.id, [line for line in said if 0 < line <= LARGEST_LINE]):
        offered = {each.value for each in choices(remarks_of(staged))}
        decision = said[staged.line]
        imports.decide(session, row.id, staged.line, decision if decision in offered else None)
    return ""


def _decide_all(session: Session, visit: Visit, form: dict[str, str], _now: datetime) -> str:
    """All lines that only lack a value are taken over without it."""
    row = _row(visit)
    if row.state != ImportState.CHECKED:
        return _late()
    after = 0
    while found := imports.rows(session, row.id, ["doubtful"], after=after, limit=1_000):
        after = found[-1].line
        for staged in found:
            if choices(remarks_of(staged)) == (Decision.TAKE,):
                staged.decision = Decision.TAKE
    return ""


def _back(session: Session, visit: Visit, _form: dict[str, str], now: datetime) -> str:
    return _said(steps.change_columns(session, _row(visit), now))


def _check_again(session: Session, visit: Visit, _form: dict[str, str], now: datetime) -> str:
    row = _row(visit)
    return _said(steps.check(session, row, Layout.from_json(row.layout or {}), now)) if row.layout else _late()


def _take(session: Session, visit: Visit, _form: dict[str, str], now: datetime) -> str:
    assert visit.owner is not None
    return _said(steps.take_over(session, _row(visit), visit.owner, now))


def _give_up(session: Session, visit: Visit, _form: dict[str, str], now: datetime) -> str:
    assert visit.owner is not None
    return _said(steps.give_up(session, _row(visit), visit.owner, now))


def _row(visit: Visit) -> Import:
    assert visit.row is not None
    return visit.row


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _late() -> str:
    return _said(Refusal.LATE)


def _said(refusal: Refusal | None) -> str:
    texts = {
        Refusal.LATE: _("This was done already, or somebody else was faster. Below you see how it is now."),
        Refusal.NO_NAMES: _("No column holds names. Please say which one does."),
        Refusal.NOTHING: _("There is nothing to take over."),
        Refusal.OVERTAKEN: _(
            "Another list of this institution was taken over meanwhile. Please do the dry run once more."
        ),
    }
    return str(texts[refusal]) if refusal is not None else ""


STEPS: dict[str, Callable[[Session, Visit, dict[str, str], datetime], str]] = {
    "columns": _confirm_columns,
    "words": _explain_words,
    "decide": _decide,
    "decide-all": _decide_all,
    "back": _back,
    "check": _check_again,
    "take": _take,
    "give-up": _give_up,
}
