"""HTTP to Telegram through aiohttp, by the library's public hook for it.

Measured with many people in parallel this takes a fraction of the processor time of the default client.
"""

import json
from io import BytesIO
from typing import Any, NamedTuple

import aiohttp
from aiohttp_socks import ProxyConnector
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

try:
    import orjson
except ImportError:  # no wheel for this platform
    orjson = None  # type: ignore[assignment]

CONNECT_TIMEOUT_S = 10.0


class Unanswered(NetworkError):
    """The line broke after the request had gone out: it may have taken effect."""


class Parameter(NamedTuple):
    """What the library's RequestData wants to know of a parameter that is plain JSON already."""

    name: str
    value: Any
    input_files: None = None


async def call(bot: Bot, method: str, **parameters: Any) -> Any:
    """A method of the Bot API in plain JSON, with the library's errors.

    For what every turn sends: the library's own methods spend half of a reply's processor time on objects that
    nobody looks at.
    """
    given: list[Any] = [Parameter(name, value) for name, value in parameters.items()]
    return await bot.request.post(f"{bot.base_url}/{method}", RequestData(given))


class AiohttpRequest(BaseRequest):
    """One session, kept open. `proxy` may be an http(s) or socks URL."""

    def __init__(self, *, connections: int = 100, timeout: float = 15.0, proxy: str | None = None) -> None:
        self._connections = connections
        self._timeout = timeout
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._timeout

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=self._connector(), cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _connector(self) -> aiohttp.BaseConnector:
        if self._proxy and self._proxy.startswith("socks"):
            return ProxyConnector.from_url(self._proxy, limit=self._connections)
        return aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=60)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        assert self._session is not None
        total = self._timeout if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        http_proxy = self._proxy if self._proxy and self._proxy.startswith("http") else None
        try:
            async with self._session.request(
                method,
                url,
                timeout=aiohttp.ClientTimeout(total=total, sock_connect=CONNECT_TIMEOUT_S),
                proxy=http_proxy,
                **_body(request_data),
            ) as response:
                return response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut("no answer in time") from error
        except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
            raise NetworkError(type(error).__name__) from error
        except aiohttp.ClientError as error:
            raise Unanswered(type(error).__name__) from error

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        if orjson is None:
            return BaseRequest.parse_json_payload(payload)
        try:
            return orjson.loads(payload)  # type: ignore[no-any-return]
        except orjson.JSONDecodeError:
            return BaseRequest.parse_json_payload(payload)


def _body(data: RequestData | None) -> dict[str, Any]:
    if data is None:
        return {}
    if data.contains_files:
        return {"data": _multipart(data)}
    encoded = orjson.dumps(data.parameters) if orjson else json.dumps(data.parameters).encode()
    return {"data": encoded, "headers": {"Content-Type": "application/json"}}


def _multipart(data: RequestData) -> aiohttp.FormData:
    # Names of files as they are, in UTF-8: Telegram would show people the percent signs of quoted ones.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, part in data.multipart_data.items():
        filename, given, media_type = part
        content = given if isinstance(given, bytes) else given.read()
        form.add_field(name, BytesIO(content), filename=filename, content_type=media_type)
    return form
