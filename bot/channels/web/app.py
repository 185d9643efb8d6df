"""The web door's table of contents: every address and what answers there, by what opens it.

Whatever is sent here (anything but GET) is taken from our own pages only: another site can make a browser that is
signed in send it, but not from here. Who may do what behind an address: `tests/channels/test_pages.py` has the table.
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from bot.channels.web.calendars import calendar
from bot.channels.web.chat import chat_page, chat_socket, file
from bot.channels.web.checkin import check_in_page, go_page, shown_again
from bot.channels.web.exports import export
from bot.channels.web.ground import Web
from bot.channels.web.imports import import_page, import_report, import_step
from bot.channels.web.machines import health, webhook
from bot.channels.web.metrics import metrics
from bot.channels.web.pages import go_web, privacy_page, redeem, redeem_page
from bot.channels.web.security import StrictHeaders, own_origin
from bot.channels.web.uploads import REFUSED, Uploads

STATIC = Path(__file__).parent / "static"


def build_app(web: Web, extra: Sequence[BaseRoute] = ()) -> Starlette:
    """The application. Every response carries the strict headers."""
    routes: list[BaseRoute] = [
        # For everybody: nobody is named there.
        Route("/", _bound(chat_page, web)),
        Route("/privacy", _bound(privacy_page, web)),
        Route("/go/{payload}", _bound(go_web, web), methods=["POST"]),
        Route("/in/{payload}", _bound(redeem_page, web), methods=["GET"]),
        Route("/in/{payload}", _bound(redeem, web), methods=["POST"]),
        Mount("/static", StaticFiles(directory=STATIC)),
        # For whom this browser is signed in as, and only their own.
        WebSocketRoute("/chat", _bound_socket(web)),
        Route("/files/{entry:int}", _bound(file, web)),
        Route("/uploads", _bound(Uploads().take, web), methods=["POST"]),
        # For those who organise the event of the ticket; everybody else sees both doors.
        Route("/go/{payload}", _bound(go_page, web), methods=["GET"]),
        Route("/door/{ticket}/{act}", _bound(shown_again, web), methods=["GET"]),
        Route("/door/{ticket}/{act}", _bound(check_in_page, web), methods=["POST"]),
        # For whom the secret in the address was made, as long as they may; in one browser.
        Route("/export/{secret}", _bound(export, web), methods=["GET", "POST"]),
        Route("/import/{secret}", _bound(import_page, web), methods=["GET"]),
        Route("/import/{secret}/report.csv", _bound(import_report, web), methods=["GET"]),
        Route("/import/{secret}/{step}", _bound(import_step, web), methods=["POST"]),
        # For programs: with a secret in the address, in a header, or none where nothing is told.
        Route("/calendar/{secret}.ics", _bound(calendar, web)),
        Route("/health", _bound(health, web)),
        Route("/metrics", _bound(metrics, web)),
        *([Route("/telegram", _with_secret(webhook, web), methods=["POST"])] if web.store_updates else []),
        *extra,
    ]
    return Starlette(routes=routes, middleware=[Middleware(StrictHeaders)])


Endpoint = Callable[[Web, Request], Awaitable[Response]]


def _bound(endpoint: Endpoint, web: Web) -> Callable[[Request], Awaitable[Response]]:
    """What may only be looked at from elsewhere."""

    async def call(request: Request) -> Response:
        if request.method not in ("GET", "HEAD") and request.headers.get("origin") != own_origin(web.house, request):
            return JSONResponse({"reason": REFUSED}, 403)
        return await endpoint(web, request)

    return call


def _with_secret(endpoint: Endpoint, web: Web) -> Callable[[Request], Awaitable[Response]]:
    """What programs elsewhere may send to, which show a secret of their own."""

    async def call(request: Request) -> Response:
        return await endpoint(web, request)

    return call


def _bound_socket(web: Web) -> Callable[[WebSocket], Awaitable[None]]:
    async def call(socket: WebSocket) -> None:
        await chat_socket(web, socket)

    return call
