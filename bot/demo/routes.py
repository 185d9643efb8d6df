"""The routes of a demonstration: who one is, stepping into somebody's shoes, moving the clock."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.web.ground import Web
from bot.channels.web.pages import asked_language
from bot.channels.web.security import COOKIE, hash_token, own_origin, with_cookie
from bot.conversation.i18n import _, short_time, speaking, zone_city
from bot.demo.shoes import NEWCOMER, NEWCOMER_LABEL, SHOES, Shoe, open_browser, token_of, who_is_there
from db import members, web_sessions

MOVES = (1, 24)
ZONE = "Europe/Berlin"

MoveClock = Callable[[timedelta], Awaitable[None]]


class Reader(NamedTuple):
    """Who looks at the page, and whose shoes there are."""

    language: str | None
    zone: str
    there: Sequence[Shoe]


def demo_routes(web: Web, move_clock: MoveClock) -> list[BaseRoute]:
    """What a demonstration has beside the web door's own routes. An ordinary run has none of it."""
    demo = Demo(web, move_clock)
    return [
        Route("/demo/state", demo.tell_state, methods=["GET"]),
        Route("/demo/shoes", demo.step_into, methods=["POST"]),
        Route("/demo/clock", demo.move, methods=["POST"]),
    ]


@dataclass(slots=True)
class Demo:
    """The bar above the chat. The clock is moved by one page at a time."""

    web: Web
    move_clock: MoveClock
    _moving: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def tell_state(self, request: Request) -> Response:
        token = request.cookies.get(COOKIE, "")
        reader: Reader = await self.web.read(lambda session: self._look(session, hash_token(token)))
        with speaking(reader.language or asked_language(request), reader.zone):
            shoes = [{"name": shoe.name, "label": str(_(shoe.label))} for shoe in reader.there]
            newcomer = {"name": NEWCOMER, "label": str(_(NEWCOMER_LABEL))}
            now = f"{short_time(self.web.clock.now())} {zone_city()}"
        return JSONResponse({"now": now, "shoes": [newcomer, *shoes], "current": self._whose(token)})

    async def step_into(self, request: Request) -> Response:
        """Sign this browser in as somebody; as somebody new it is a browser nobody knows."""
        asked = await self._asked(request, "name")
        if isinstance(asked, Response):
            return asked
        token = await self._token(asked)
        if token is None:
            return PlainTextResponse("not found", 404)
        return with_cookie(self.web.house, JSONResponse({"current": asked}), token)

    async def move(self, request: Request) -> Response:
        """Let an hour or a day pass, visiting each moment at which something falls due; then say how it is."""
        asked = await self._asked(request, "hours")
        if isinstance(asked, Response):
            return asked
        if asked not in MOVES:
            return PlainTextResponse("not an hour or a day", 400)
        async with self._moving:
            await self.move_clock(timedelta(hours=asked))
        return await self.tell_state(request)

    def _look(self, session: Session, token_hash: str) -> Reader:
        there = who_is_there(session)
        browser = web_sessions.find(session, token_hash, self.web.clock.now())
        found = web_sessions.member_of(session, browser.id) if browser else None
        if found is None:
            return Reader(None, ZONE, there)
        member = members.load(session, found)
        return Reader(member.language, member.zone, there)

    def _whose(self, token: str) -> str:
        tokens = {token_of(self.web.house, shoe.name): shoe.name for shoe in SHOES}
        return tokens.get(token, NEWCOMER)

    async def _asked(self, request: Request, key: str) -> Any:
        """One value of what our own page posted; or the refusal."""
        if request.headers.get("origin") != own_origin(self.web.house, request):
            return PlainTextResponse("refused", 403)
        try:
            return (await request.json())[key]
        except (ValueError, KeyError, TypeError):
            return PlainTextResponse("not understood", 400)

    async def _token(self, name: object) -> str | None:
        """The cookie that makes a browser theirs; None where nobody is called so."""
        if name == NEWCOMER:
            return secrets.token_urlsafe(32)
        there = await self.web.read(lambda session: [shoe.name for shoe in who_is_there(session)])
        if not isinstance(name, str) or name not in there:
            return None
        token, now = token_of(self.web.house, name), self.web.clock.now()
        await self.web.read(lambda session: open_browser(session, name, hash_token(token), now))
        return token
