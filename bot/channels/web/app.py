"""The web door's routes: the chat page and its socket, pages behind links, files, Telegram's webhook, health."""

import asyncio
import hmac
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from bot.channels.telegram.receiving import addressed
from bot.channels.web.sockets import Sockets
from bot.channels.web.texts import page_texts
from bot.conversation.house import House
from bot.conversation.i18n import LANGUAGES, SOURCE, _, negotiate, speaking
from bot.conversation.notices import Composing
from bot.conversation.privacy_texts import notice_sections
from bot.conversation.routing import Made, Router
from bot.conversation.secrets import reveal
from bot.delivery.clock import Clock
from bot.delivery.workers import Urgency, Workers
from db import members, web_sessions
from db.engine import in_session
from db.models.web import Entry
from db.trouble import Trouble, classify
from db.web_sessions import LASTS

log = logging.getLogger("web")
HERE = Path(__file__).parent
COOKIE = "alumni"
LARGEST_BODY = 1_000_000
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "geolocation=(self)",
    "cache-control": "no-store",
}

StoreWeb = Callable[[str, str, dict[str, Any]], Awaitable[None]]
StoreTelegram = Callable[[Sequence[tuple[str, str, dict[str, Any]]]], Awaitable[None]]


@dataclass(slots=True)
class Web:
    """What the routes work with."""

    engine: Engine
    workers: Workers
    clock: Clock
    house: House
    router: Router
    sockets: Sockets
    store: StoreWeb
    store_updates: StoreTelegram | None = None
    webhook_secret: str = ""
    demo: bool = False
    ready: Callable[[], bool] = lambda: True

    async def read(self, work: Callable[[Session], Any]) -> Any:
        """Do `work` in a transaction in a database thread."""
        return await self.workers.run(Urgency.TURN, in_session, self.engine, work)


templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)


def build_app(web: Web, extra: Sequence[BaseRoute] = ()) -> Starlette:
    """The application. Every response carries the strict headers."""
    routes: list[BaseRoute] = [
        Route("/", _bound(chat_page, web)),
        WebSocketRoute("/chat", _bound_socket(web)),
        Route("/go/{payload}", _bound(doors_page, web), methods=["GET"]),
        Route("/go/{payload}", _bound(go_web, web), methods=["POST"]),
        Route("/in/{payload}", _bound(redeem_page, web), methods=["GET"]),
        Route("/in/{payload}", _bound(redeem, web), methods=["POST"]),
        Route("/privacy", _bound(privacy_page, web)),
        Route("/files/{entry:int}", _bound(file, web)),
        Route("/health", _bound(health, web)),
        *([Route("/telegram", _bound(webhook, web), methods=["POST"])] if web.store_updates else []),
        *extra,
        Mount("/static", StaticFiles(directory=HERE / "static")),
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


class StrictHeaders:
    """Adds the security headers; a page may be cached only where it says so itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _value in message["headers"]}
                static = scope["path"].startswith("/static/")
                for name, value in HEADERS.items():
                    if name.encode() not in present and not (static and name == "cache-control"):
                        message["headers"].append((name.encode(), value.encode()))
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


def hash_token(token: str) -> str:
    """What of a session's token the database knows."""
    return sha256(token.encode()).hexdigest()


def asked_language(request: Request) -> str:
    """What the address asks for, else what the browser speaks."""
    asked = request.query_params.get("language")
    accepted = request.headers.get("accept-language", SOURCE).split(",")[0].split(";")[0]
    return asked if asked in LANGUAGES else negotiate(accepted)


def with_cookie(web: Web, response: Response, token: str) -> Response:
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=web.house.web_url.startswith("https://"),
    )
    return response


def _token(request: Request) -> str:
    """The browser's token, a new one where it has none."""
    token = request.cookies.get(COOKIE, "")
    return token if 40 <= len(token) <= 64 else secrets.token_urlsafe(32)


async def chat_page(web: Web, request: Request) -> Response:
    """The chat. Looking at it stores nothing: a session begins with the first message."""
    token = _token(request)
    known = await web.read(lambda session: _language_of(session, hash_token(token), web.clock))
    language = known[1] or asked_language(request) if known else asked_language(request)
    if known is None and await web.read(lambda session: _was_ended(session, hash_token(token), web.clock)):
        token = secrets.token_urlsafe(32)
    names = sorted(LANGUAGES, key=lambda tag: tag != asked_language(request))
    setup = {
        "language": language,
        "languages": [{"tag": tag, "name": LANGUAGES[tag]} for tag in names],
        "texts": page_texts(),
        "known": known is not None,
        "session": known[0] if known else "",
        "payload": "",
        "socket": "/chat",
        "demo": web.demo,
        "title": web.house.name,
        "institution": web.house.controller.name,
    }
    page = templates.get_template("chat.html").render(setup=setup)
    return with_cookie(web, HTMLResponse(page), token)


def _language_of(session: Session, token_hash: str, clock: Clock) -> tuple[str, str | None] | None:
    found = web_sessions.find(session, token_hash, clock.now())
    if found is None:
        return None
    web_sessions.prolong(found, clock.now())
    return found.id, web_sessions.language_of(session, found.id)


def _was_ended(session: Session, token_hash: str, clock: Clock) -> bool:
    return web_sessions.was_ended(session, token_hash, clock.now())


async def chat_socket(web: Web, socket: WebSocket) -> None:
    """The page's socket: only from our own page, only with its cookie."""
    token = socket.cookies.get(COOKIE, "")
    if socket.headers.get("origin") != own_origin(web, socket) or len(token) < 40:
        await socket.close(4403)
        return
    await socket.accept()
    await web.sockets.serve(socket, hash_token(token))


def own_origin(web: Web, connection: Request | WebSocket) -> str:
    """Where our own pages come from: the public address; the demo and loopback go by the host asked for."""
    if web.house.web_url.startswith("https://"):
        return "/".join(web.house.web_url.split("/")[:3])
    return f"http://{connection.headers.get('host', '')}"


def _page(web: Web, request: Request, template: str, **values: Any) -> Response:
    languages = [{"tag": tag, "name": name} for tag, name in LANGUAGES.items()]
    page = templates.get_template(template).render(
        language=asked_language(request),
        languages=languages,
        site=web.house.name,
        institution=web.house.controller.name,
        **values,
    )
    return HTMLResponse(page)


async def doors_page(web: Web, request: Request) -> Response:
    """Behind every shared link: both doors. Looking at it spends nothing, so previews do no harm."""
    payload = request.path_params["payload"]
    if not _is_payload(payload):
        return PlainTextResponse("not found", 404)
    with speaking(asked_language(request)):
        return _page(
            web,
            request,
            "doors.html",
            title=_("You are invited"),
            lead=_("Go on with {name}: here in the browser, or on Telegram.").format(name=web.house.name),
            web_url=f"/go/{payload}",
            web_label=_("Go on in the browser"),
            payload=payload,
            token="",
            telegram_url=web.house.telegram_link(payload),
            telegram_label=_("Open in Telegram"),
            note=_("Both lead to the same conversation. The browser works everywhere, without an account."),
        )


async def go_web(web: Web, request: Request) -> Response:
    """Take the web door with a payload."""
    return await _enter(web, request, request.path_params["payload"])


async def redeem_page(web: Web, request: Request) -> Response:
    """A sign-in link from the other door: one button, because previews open links."""
    payload = request.path_params["payload"]
    with speaking(asked_language(request)):
        return _page(
            web,
            request,
            "redeem.html",
            title=_("Open your conversation here?"),
            sentence=_("This browser will then be signed in as you. Only go on if you asked for this link yourself."),
            button=_("Yes, open it here"),
            token="",
            action=f"/in/{payload}" if _is_payload(payload) else "",
        )


async def redeem(web: Web, request: Request) -> Response:
    return await _enter(web, request, request.path_params["payload"])


def _is_payload(payload: str) -> bool:
    return 0 < len(payload) <= 64 and all(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in payload)


async def _enter(web: Web, request: Request, payload: str) -> Response:
    """Store a /start with this payload for the browser, exactly as Telegram would, and open the chat."""
    if request.headers.get("origin") != own_origin(web, request) or not _is_payload(payload):
        return PlainTextResponse("refused", 403)
    token = _token(request)
    if await web.read(lambda session: _was_ended(session, hash_token(token), web.clock)):
        token = secrets.token_urlsafe(32)
    session = await web.read(lambda session: web_sessions.ensure(session, hash_token(token), web.clock.now()))
    frame = {"kind": "start", "language": asked_language(request), "payload": payload, "key": secrets.token_hex(8)}
    await web.store(session, frame["key"], frame)
    return with_cookie(web, RedirectResponse("/", 303), token)


async def privacy_page(web: Web, request: Request) -> Response:
    """The privacy notice, for everybody."""
    with speaking(asked_language(request)):
        paragraphs = [Markup(text).striptags() for _name, text in notice_sections(web.house)]
        return _page(web, request, "text.html", title=_("Privacy"), paragraphs=paragraphs)


async def file(web: Web, request: Request) -> Response:
    """A file or picture of a bubble, made now, for the browser whose history it is in."""
    token_hash = hash_token(request.cookies.get(COOKIE, ""))
    made: Made | None = await web.read(lambda session: _make(web, session, token_hash, request.path_params["entry"]))
    if made is None:
        return PlainTextResponse("not found", 404)
    kind = "inline" if made.media_type.startswith("image/") else "attachment"
    return Response(
        made.content, media_type=made.media_type, headers={"content-disposition": f'{kind}; filename="{made.name}"'}
    )


def _make(web: Web, session: Session, token_hash: str, entry_id: int) -> Made | None:
    now = web.clock.now()
    browser = web_sessions.find(session, token_hash, now)
    entry = session.get(Entry, entry_id)
    if browser is None or entry is None or web_sessions.member_of(session, browser.id) != entry.member_id:
        return None
    recipe = entry.body.get("file") or entry.body.get("picture")
    if recipe is None:
        return None
    member = members.load(session, entry.member_id)
    with speaking(member.language, member.zone):
        return web.router.make(reveal(web.house, recipe), Composing(session, member, web.house, now))


async def webhook(web: Web, request: Request) -> Response:
    """Telegram's webhook: stored, then 200; while the database is away 503, and Telegram comes again."""
    secret = request.headers.get("x-telegram-bot-api-secret-token", "")
    if not hmac.compare_digest(secret.encode(), web.webhook_secret.encode()):
        return PlainTextResponse("forbidden", 403)
    body = await request.body()
    if len(body) > LARGEST_BODY:
        return PlainTextResponse("too large", 413)
    try:
        update = json.loads(body)
    except ValueError:
        return PlainTextResponse("not JSON", 400)
    assert web.store_updates is not None
    try:
        await asyncio.wait_for(web.store_updates(addressed([update] if isinstance(update, dict) else [])), 10)
    except TimeoutError:
        return PlainTextResponse("try again", 503)
    except Exception as error:
        if classify(error) is Trouble.FAULT:
            raise
        return PlainTextResponse("try again", 503)
    return PlainTextResponse("ok")


async def health(web: Web, _request: Request) -> Response:
    """For the load balancer: whether the database answers."""
    try:
        await asyncio.wait_for(web.read(lambda session: session.connection().exec_driver_sql("SELECT 1")), 5)
    except Exception as error:
        return JSONResponse({"ok": False, "trouble": type(error).__name__}, 503)
    return JSONResponse({"ok": web.ready(), "browsers": len(web.sockets)})
