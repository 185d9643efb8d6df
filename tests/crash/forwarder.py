"""A load balancer as small as it can be: each request to the next process that takes it, else 502."""

from itertools import count

import aiohttp
from aiohttp import web


class Forwarder:
    """Use as `async with Forwarder(ports) as forwarder`; `url` is where it listens."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = ports
        self._turn = count()
        self._runner = web.ServerRunner(web.Server(self._forward, access_log=None))  # type: ignore[arg-type]
        self.url = ""

    async def __aenter__(self) -> "Forwarder":
        self._client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_trouble: object) -> None:
        await self._runner.cleanup()
        await self._client.close()

    async def _forward(self, request: web.BaseRequest) -> web.Response:
        body, first = await request.read(), next(self._turn)
        for step in range(len(self._ports)):
            port = self._ports[(first + step) % len(self._ports)]
            try:
                return await self._pass_on(request, body, port)
            except aiohttp.ClientConnectorError:
                continue
            except aiohttp.ClientError:
                break  # it may have been taken: the sender decides
        return web.Response(status=502)

    async def _pass_on(self, request: web.BaseRequest, body: bytes, port: int) -> web.Response:
        url = f"http://127.0.0.1:{port}{request.path}"
        headers = {name: value for name, value in request.headers.items() if name != "Host"}
        async with self._client.post(url, data=body, headers=headers) as answer:
            return web.Response(status=answer.status, body=await answer.read())
