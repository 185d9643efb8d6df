"""The page of a list that comes in: the file is chosen, its columns confirmed, the report read and decided about.

Who may: see `handlers.coordination.import_page`. Forms work without JavaScript; only choosing the file needs it."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, quote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse

from bot.channels.web.exports import signed_in
from bot.channels.web.ground import Web
from bot.channels.web.import_forms import STEPS
from bot.channels.web.import_pages import show
from bot.channels.web.import_upload import take_file
from bot.channels.web.import_views import report_header, report_rows
from bot.channels.web.security import hash_token
from bot.conversation.i18n import speaking
from bot.drawing.tables import csv_lines, make_csv
from db.trouble import Trouble, classify
from handlers.coordination.import_page import Standing, Visit, enter, look_at
from handlers.exports.links import Asker

COOKIE = "alumni-import"
LONGEST_FORM = 200_000
AT_ONCE = 500


def _asker(web: Web, request: Request, session: Session) -> Asker:
    browser = hash_token(request.cookies.get(COOKIE, ""))
    return Asker(request.path_params["secret"], browser, signed_in(session, request, web.clock.now()))


async def import_page(web: Web, request: Request) -> Response:
    """The page as it is now: what can be done depends on how far the list is."""
    page: Response = await web.read(lambda session: show(web, request, session, _visit(web, request, session, False)))
    return page


async def import_step(web: Web, request: Request) -> Response:
    """A button of the page."""
    step = request.path_params["step"]
    if step == "enter":
        return await _enter(web, request)
    if step == "file":
        return await take_file(web, request, lambda session, lock: _visit(web, request, session, lock))
    if step not in STEPS:
        return PlainTextResponse("not found", 404)
    form = await _form(request)
    page: Response = await web.read(lambda session: _do(web, request, session, STEPS[step], form))
    return page


def _visit(web: Web, request: Request, session: Session, lock: bool) -> Visit:
    return look_at(session, web.house, _asker(web, request, session), web.clock.now(), lock=lock)


async def _enter(web: Web, request: Request) -> Response:
    """The link is spent, and this browser remembered."""
    token = request.cookies.get(COOKIE, "") or secrets.token_urlsafe(32)

    def spend(session: Session) -> Visit:
        asker = _asker(web, request, session)
        asked = Asker(asker.secret, hash_token(token), asker.reader)
        return enter(session, web.house, asked, web.clock.now())

    await web.read(spend)
    response = RedirectResponse(_home(request), 303)
    secure = web.house.web_url.startswith("https://")
    response.set_cookie(COOKIE, token, path="/import/", httponly=True, samesite="lax", secure=secure)
    return response


def _home(request: Request) -> str:
    return f"/import/{quote(request.path_params['secret'], safe='')}"


async def _form(request: Request) -> dict[str, str]:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST_FORM:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=2_000))


Step = Callable[[Session, Visit, dict[str, str], Any], str]


def _do(web: Web, request: Request, session: Session, step: Step, form: dict[str, str]) -> Response:
    """Do it, and show the page again: a note where it could not be done."""
    visit = _visit(web, request, session, True)
    if visit.standing is not Standing.GOOD:
        return show(web, request, session, visit)
    with speaking(visit.language, visit.zone):
        note = step(session, visit, form, web.clock.now())
    if note:
        session.flush()
        return show(web, request, session, visit, note)
    back = request.headers.get("referer", "").partition("?")[2] if form.get("stay") else ""
    return RedirectResponse(_home(request) + (f"?{back}" if back else ""), 303)


async def import_report(web: Web, request: Request) -> Response:
    """The report as a table, in pieces: what is doubtful, wrong, changed or not taken over."""
    visit = await web.read(lambda session: _visit(web, request, session, False))
    if visit.standing is not Standing.GOOD or visit.row is None:
        return await import_page(web, request)
    headers = {"content-disposition": "attachment; filename*=utf-8''report.csv"}
    return StreamingResponse(_pieces(web, visit), media_type="text/csv; charset=utf-8", headers=headers)


async def _pieces(web: Web, visit: Visit) -> AsyncIterator[bytes]:
    with speaking(visit.language, visit.zone):
        yield make_csv(report_header(), [])
    after = 0
    while True:
        rows = await _report_rows(web, visit, after)
        if not rows:
            return
        after = rows[-1][0]
        yield csv_lines(rows)


async def _report_rows(web: Web, visit: Visit, after: int) -> list[list[Any]]:
    def read(session: Session) -> list[list[Any]]:
        assert visit.row is not None
        with speaking(visit.language, visit.zone):
            return [list(row) for row in report_rows(session, visit.row, after, AT_ONCE)]

    reading: Awaitable[list[list[Any]]] = web.read(read)
    try:
        return await reading
    except Exception as error:
        if classify(error) is Trouble.FAULT:
            raise
        return []
