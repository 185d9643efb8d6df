"""What keeps the web door closed to others: headers, the browser's token, where requests come from."""

import secrets
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from bot.conversation.house import House
from db.web_sessions import LASTS

COOKIE = "alumni"
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


def with_cookie(house: House, response: Response, token: str) -> Response:
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=house.web_url.startswith("https://"),
    )
    return response


def token_of(request: Request) -> str:
    """The browser's token, a new one where it has none."""
    token = request.cookies.get(COOKIE, "")
    return token if 40 <= len(token) <= 64 else secrets.token_urlsafe(32)


def own_origin(house: House, connection: Request | WebSocket) -> str:
    """Where our own pages come from: the public address; the demo and loopback go by the host asked for."""
    if house.web_url.startswith("https://"):
        return "/".join(house.web_url.split("/")[:3])
    return f"http://{connection.headers.get('host', '')}"
