"""The HTTP side: takes calls, lets faults strike, runs the method and answers as Telegram would."""

from __future__ import annotations

import asyncio
import socket
import struct
from types import TracebackType
from typing import Any
from urllib.parse import unquote

from aiohttp import web
from multidict import CIMultiDict

from . import control
from .chats import Chat
from .errors import Refused, too_many
from .faults import Fault, Faults
from .methods import METHODS, SPELLING, WAITING
from .people import Person
from .stats import Statistics
from .webhook import Webhook
from .wire import Json, Params, dumps, read_params
from .world import World

UPLOAD_BYTES = 64 * 1024 * 1024
JSON_TYPE = CIMultiDict({"Content-Type": "application/json"})
PROXY_PAGE = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"
RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class BotApi:
    """The Bot API on loopback. Use `async with BotApi() as server` or `start()` and `stop()`."""

    def __init__(
        self,
        token: str = "4242:TEST",
        port: int = 0,
        latency: float = 0.0,
        checks: bool = True,
        username: str = "alumni_test_bot",
        host: str = "127.0.0.1",
    ) -> None:
        self.token = token
        self.host = host
        self.port = port
        self.world = World(token, checks, username)
        self.faults.latency = latency
        self.faults.on_gone = self.cut
        self.people: dict[int, Person] = {}
        self.world.webhook = Webhook(
            self.world.updates,
            reachable=lambda: not self.faults.is_gone,
            on_reply=self._called_by_webhook,
        )
        self._steering: list[object] = []
        self._prefix = f"/bot{token}/"
        self._http: web.Server | None = None
        self._listener: asyncio.Server | None = None

    # -- life

    async def start(self) -> BotApi:
        self._http = web.Server(self._handle, request_factory=_request, access_log=None)
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._http, self.host, self.port, backlog=1024)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        if self._listener is None or self._http is None:
            return
        self._listener.close()
        self.world.updates.release()
        await self.world.webhook.close()
        await self._http.shutdown(1)
        self._listener = self._http = None

    async def __aenter__(self) -> BotApi:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def base_url(self) -> str:
        """What python-telegram-bot wants as base_url; it appends the token."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.url}/file/bot"

    # -- people, faults, counts

    def person(
        self,
        id: int | None = None,
        first_name: str = "Ada",
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "de",
        known: bool = False,
    ) -> Person:
        """The person with this number, made on first mention; `known` ones wrote to the bot before."""
        number = id if id is not None else 1000 + len(self.people)
        if number not in self.people:
            named = {"last_name": last_name, "username": username, "language_code": language_code}
            given = {key: value for key, value in named.items() if value is not None}
            user = {"id": number, "is_bot": False, "first_name": first_name, **given}
            self.people[number] = Person(self.world, user)
        person = self.people[number]
        person.chat.known = person.chat.known or known
        return person

    def group(self, id: int = -1000, title: str = "Jahrgang", kind: str = "group") -> Chat:
        """A group the bot is in; pass it as `where` to what people do."""
        if id not in self.world.chats:
            self.world.chats[id] = Chat({"id": id, "type": kind, "title": title}, known=True)
        return self.world.chats[id]

    @property
    def faults(self) -> Faults:
        return self.world.faults

    @property
    def stats(self) -> Statistics:
        return self.world.stats

    async def settled(self, quiet: float = 0.1, timeout: float = 10) -> None:  # noqa: ASYNC109
        """Waits until the bot has nothing to do any more, or raises AssertionError.

        Settled means: every queued update was confirmed (by a getUpdates offset beyond it, or by a
        2xx from the webhook), no call but getUpdates is under way, and for `quiet` seconds no update
        was queued or confirmed and no call but getUpdates began or ended. A bot that works longer
        than `quiet` on an update without any call must be given a longer `quiet`."""
        await self.world.settled(quiet, timeout)

    async def polled(self, timeout: float = 10) -> None:  # noqa: ASYNC109
        """Waits until a long poll is open, which is when a polling bot is up."""
        updates = self.world.updates
        if not await updates.bell.until(lambda: updates.awaited, timeout):
            raise AssertionError(f"nobody polled for {timeout} s")

    def cut(self) -> None:
        """Breaks every open connection at once, in the middle of whatever it carries."""
        for connection in self._http.connections if self._http else ():
            if connection.transport not in self._steering:
                _slam(connection.transport)

    # -- requests

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.raw_path
        if path.startswith("/control/"):
            return await self._steered(request)
        if self.faults.is_gone:
            return _broken(request)
        if not path.startswith(self._prefix):
            path = unquote(path)
        if path.startswith(self._prefix):
            return await self._called(request, path[len(self._prefix) :].partition("?")[0])
        return self._elsewhere(path)

    async def _steered(self, request: web.BaseRequest) -> web.Response:
        """A control request outlives the outage it orders."""
        transport = request.transport
        self._steering.append(transport)
        try:
            return await control.answer(self, request)
        finally:
            self._steering.remove(transport)

    def _elsewhere(self, path: str) -> web.Response:
        if path.startswith(f"/file{self._prefix}"):
            return self._download(path.removeprefix(f"/file{self._prefix}"))
        known = path.startswith(("/bot", "/file/bot"))
        return _refusal(Refused(401, "Unauthorized") if known else Refused(404, "Not Found"))

    def _download(self, path: str) -> web.Response:
        for stored in self.world.files.values():
            if stored.path == path:
                return web.Response(body=stored.data)
        return _refusal(Refused(404, "Not Found"))

    async def _called(self, request: web.BaseRequest, spelled: str) -> web.StreamResponse:
        name = SPELLING.get(spelled.lower())
        if name is None:
            return _refusal(Refused(404, "Not Found"))
        self.stats.calls[name] += 1
        if name in WAITING:
            return await self._answered(request, name)
        self._begin(1)
        try:
            return await self._answered(request, name)
        finally:
            self._begin(-1)

    def _begin(self, count: int) -> None:
        self.world.busy += count
        self.world.touch()

    async def _answered(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        try:
            params = await read_params(request)
        except Refused as refused:
            return self._counted(_refusal(refused))
        chat = params.number("chat_id")
        fault, delay = self.faults.strike(name.lower(), chat)
        if fault is None and not delay:
            return self._counted(await self._accepted(name, params, chat))
        return await self._disturbed(request, name, params, fault, delay)

    async def _disturbed(
        self, request: web.BaseRequest, name: str, params: Params, fault: Fault | None, delay: float
    ) -> web.StreamResponse:
        """Half of a delay passes on the way in, half on the way out, as in a slow network."""
        answer: web.Response | None = None
        await asyncio.sleep(delay / 2)
        if self.faults.is_gone:
            return _broken(request)
        if fault is None or fault.accepted:
            answer = await self._accepted(name, params, params.number("chat_id"))
        await asyncio.sleep(delay / 2)
        if fault is None and answer is not None:
            return self._counted(answer)
        assert fault
        self.stats.faults[fault.kind] += 1
        return _broken(request) if fault.kind == "reset" else self._counted(_failure(fault))

    async def _accepted(self, name: str, params: Params, chat: int | None) -> web.Response:
        if wait := self.faults.retry_after(name.lower(), chat):
            return _refusal(too_many(wait))
        try:
            method = METHODS.get(name)
            result = method(self.world, params) if method else await WAITING[name](self.world, params)
        except Refused as refused:
            return _refusal(refused)
        return web.Response(body=dumps({"ok": True, "result": result}), headers=JSON_TYPE)

    def _counted(self, answer: web.Response) -> web.Response:
        self.stats.answers[answer.status] += 1
        return answer

    def _called_by_webhook(self, call: Json) -> object:
        method = METHODS.get(SPELLING.get(str(call["method"]).lower(), ""))
        try:
            return method and method(self.world, Params(call))
        except Refused:
            return None  # the bot never learns of it


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=UPLOAD_BYTES)


def _refusal(refused: Refused) -> web.Response:
    return web.Response(body=dumps(refused.as_json()), status=refused.code, headers=JSON_TYPE)


def _failure(fault: Fault) -> web.Response:
    if fault.kind == "too_many":
        return _refusal(too_many(fault.retry_after))
    if fault.kind == "internal":
        return _refusal(Refused(500, "Internal Server Error"))
    return web.Response(body=PROXY_PAGE, status=502, content_type="text/html")


def _broken(request: web.BaseRequest) -> web.Response:
    """Ends the connection with a reset; the response goes nowhere."""
    _slam(request.transport)
    return web.Response()


def _slam(transport: Any) -> None:
    """`Any` because uvloop's transports have abort() but are none of asyncio's classes."""
    if transport is None:
        return
    opened = transport.get_extra_info("socket")
    if opened is not None:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    transport.abort()
