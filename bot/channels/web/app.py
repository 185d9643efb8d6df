"""The web door's table of contents: every address and what answers there."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
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
from bot.channels.web.security import StrictHeaders
from bot.channels.web.uploads import Uploads

STATIC = Path(__file__).parent / "static"


def build_app(web: Web, extra: Sequence[BaseRoute] = ()) -> Starlette:
    """The application. Every response carries the strict headers."""
    routes: list[BaseRoute] = [
        Route("/", _bound(chat_page, web)),
        WebSocketRoute("/chat", _bound_socket(web)),
        Route("/go/{payload}", _bound(go_page, web), methods=["GET"]),
        Route("/go/{payload}", _bound(go_web, web), methods=["POST"]),
        Route("/in/{payload}", _bound(redeem_page, web), methods=["GET"]),
        Route("/in/{payload}", _bound(redeem, web), methods=["POST"]),
        Route("/door/{ticket}/{act}", _bound(shown_again, web), methods=["GET"]),
        Route("/door/{ticket}/{act}", _bound(check_in_page, web), methods=["POST"]),
        Route("/calendar/{secret}.ics", _bound(calendar, web)),
        Route("/export/{secret}", _bound(export, web), methods=["GET", "POST"]),
        Route("/import/{secret}", _bound(import_page, web), methods=["GET"]),
        Route("/import/{secret}/report.csv", _bound(import_report, web), methods=["GET"]),
        Route("/import/{secret}/{step}", _bound(import_step, web), methods=["POST"]),
        Route("/privacy", _bound(privacy_page, web)),
        Route("/files/{entry:int}", _bound(file, web)),
        Route("/uploads", _bound(Uploads().take, web), methods=["POST"]),
        Route("/health", _bound(health, web)),
        Route("/metrics", _bound(metrics, web)),
        *([Route("/telegram", _bound(webhook, web), methods=["POST"])] if web.store_updates else []),
        *extra,
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    return Starlette(routes=routes, middleware=[Middleware(StrictHeaders)])


def _bound(
    endpoint: Callable[[Web, Request], Awaitable[Response]], web: Web
) -> Callable[[Request], Awaitable[Response]]:
    async def call(request: Request) -> Response:
        return await endpoint(web, request)

    return call


def _bound_socket(web: Web) -> Callable[[WebSocket], Awaitable[None]]:
    async def call(socket: WebSocket) -> None:
        await chat_socket(web, socket)

    return call
