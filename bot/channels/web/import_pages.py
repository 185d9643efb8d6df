"""The page of a list in each of its states, and why there is none."""

from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.ground import Web
from bot.channels.web.import_views import columns_view, report_view, words_view
from bot.channels.web.pages import asked_language, render
from bot.conversation.i18n import LANGUAGES, _, day, named, number, speaking
from bot.domain.importing.faults import LARGEST_FILE, MEGABYTE, MOST_LINES
from db.models.lists import Institution
from db.models.records import Import, ImportState
from handlers.coordination.import_page import Standing, Visit
from handlers.coordination.import_wording import fault_text, figures_text, plan_text, state_names

STATUS = {
    Standing.GOOD: 200,
    Standing.FRESH: 200,
    Standing.UNKNOWN: 404,
    Standing.USED: 410,
    Standing.EXPIRED: 410,
    Standing.NOT_YOURS: 403,
    Standing.NO_LONGER: 403,
}
UNDER_WAY = frozenset({ImportState.READING, ImportState.CHECKING, ImportState.TAKING})
LOOKED_AFTER_S = 2


def show(web: Web, request: Request, session: Session, visit: Visit, note: str = "") -> Response:
    """The page as the list is now; while a job works on it the page comes again by itself."""
    asked = request.query_params.get("language")
    language = asked if asked in LANGUAGES else visit.language or asked_language(request)
    with speaking(language, visit.zone):
        values = _list(request, session, visit.row) if visit.row is not None else _closed(visit)
        home = f"/import/{request.path_params['secret']}"
        page = render(web, request, "import.html", language=language, home=home, note=note, texts=_texts(), **values)
    page.status_code = STATUS[visit.standing]
    if visit.row is not None and visit.row.state in UNDER_WAY:
        page.headers["refresh"] = str(LOOKED_AFTER_S)
    return page


def _closed(visit: Visit) -> dict[str, Any]:
    title, lead = {
        Standing.FRESH: (
            _("A list of people"),
            _("With this button you begin. The link then works in this browser only, for eight hours."),
        ),
        Standing.UNKNOWN: (
            _("We do not know this link"),
            _("Perhaps it is not complete. In the chat you get a new one: /import."),
        ),
        Standing.USED: (
            _("This link was used already"),
            _("It works in one browser only. In the chat you get a new one: /import, then the list."),
        ),
        Standing.EXPIRED: (
            _("This link has expired"),
            _("In the chat you get a new one: /import, then the list."),
        ),
        Standing.NOT_YOURS: (
            _("This link was made for somebody else"),
            _("You are signed in here as another person, so nothing is shown."),
        ),
        Standing.NO_LONGER: (
            _("This list is not open to you"),
            _("It is for those who answer for the institution."),
        ),
        Standing.GOOD: (_("A list of people"), Markup("")),
    }[visit.standing]
    return {"title": title, "lead": lead, "state": "fresh" if visit.standing is Standing.FRESH else "closed"}


def _list(request: Request, session: Session, row: Import) -> dict[str, Any]:
    institution = session.get_one(Institution, row.institution_id)
    title = _("List of {day}: {state}").format(day=day(row.created_at), state=state_names()[row.state])
    values: dict[str, Any] = {"title": title, "state": row.state, "lead": named(institution.names)}
    if row.state == ImportState.MAPPING:
        return values | columns_view(session, row)
    if row.state == ImportState.CHECKED:
        show, page = request.query_params.get("show", ""), request.query_params.get("page", "")
        plan, can_take = plan_text(session, row)
        number_of = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 0
        report = report_view(session, row, show, number_of)
        return values | report | {"plan": plan, "can_take": can_take, "words": words_view(session, row)}
    if row.state == ImportState.FAILED:
        return values | {"fault": fault_text(row.fault or {})}
    if row.state == ImportState.TAKEN:
        return values | {"figures": figures_text(session, row).split("\n")}
    return values | {"done": row.done, "total": row.total, "progress": _progress(row)}


def _progress(row: Import) -> Markup:
    if not row.total:
        return _("One moment, please: this page comes again by itself.")
    return _("{done} of about {total} lines").format(done=number(row.done), total=number(row.total))


def _texts() -> dict[str, Markup]:
    """What the template itself says."""
    return {
        "begin": _("Begin"),
        "choose": _("Choose a file"),
        "drop": _("Choose the file, or drop it here: XLSX, XLS, ODS or CSV, at most {size} MB and {lines} lines. Any "
                  "order of columns will do; titles above the table do no harm.").format(
                      size=number(LARGEST_FILE // MEGABYTE), lines=number(MOST_LINES)),
        "script": _("Choosing a file needs JavaScript. Please switch it on and load the page again."),
        "columns": _("Is this what the columns hold? Please correct what is not right. Nothing is taken over yet."),
        "sheet": _("Sheet"),
        "heading": _("Line with the headings (0: none)"),
        "column": _("Column"),
        "holds": _("Holds"),
        "first": _("First lines"),
        "ignored": _("Further columns, which are not read"),
        "otherwise": _("For lines that say nothing about it"),
        "check": _("Go on to the dry run"),
        "report": _("Report"),
        "words": _("These words we do not know. What do they mean? Your answer holds for all lines."),
        "unclear": _("leave it open"),
        "none_of_ours": _("none of these"),
        "explain": _("Save and do the dry run again"),
        "line": _("Line"),
        "stands": _("What stands there"),
        "why": _("Why"),
        "decision": _("Decision"),
        "decide": _("Save the decisions of this page"),
        "decide_all": _("Take over all that only lack a value"),
        "earlier": _("Earlier lines"),
        "later": _("Later lines"),
        "download": _("Download the report (CSV)"),
        "take": _("Take the list over"),
        "again": _("Do the dry run again"),
        "back": _("Back to the columns"),
        "give_up": _("Give it up"),
        "sure": _("The file and everything found out about it are deleted."),
        "chat": _("Open the chat"),
        "names": _("The list itself contains personal data. Please delete your copy when you no longer need it."),
        "uploading": _("Sending… {percent} %"),
        "large": _("The file is too large: at most {size} MB.").format(size=number(LARGEST_FILE // MEGABYTE)),
        "empty": _("This file is empty."),
        "busy": _("The line broke, or too much is going on just now. Please try again in a moment."),
        "other": _("This link no longer takes a file. Please load the page again."),
    }  # fmt: skip
