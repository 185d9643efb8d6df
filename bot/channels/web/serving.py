"""The web server inside our process: it listens on one socket, and ends when we say so."""

import asyncio
import contextlib
import logging
import socket

import uvicorn
from starlette.applications import Starlette

# Requests under way have so long to finish.
LONGEST_REQUEST_S = 3
LONGEST_GOODBYE_S = 6.0


class BrokenOff(Exception):
    """A file on its way must not look whole, so the connection ends here, and the browser says so. Nobody's fault."""


def _is_trouble(record: logging.LogRecord) -> bool:
    """Our server would log it as if something had failed."""
    return record.exc_info is None or not isinstance(record.exc_info[1], BrokenOff)


logging.getLogger("uvicorn.error").addFilter(_is_trouble)


class Serving:
    """Await `start()`, then `stop()`; `task` ends with the server."""

    task: asyncio.Task[None]

    def __init__(self, host: str, port: int, trusted_proxies: str) -> None:
        self._host = host
        self._port = port
        self._trusted_proxies = trusted_proxies
        self._server: uvicorn.Server | None = None

    async def start(self, app: Starlette) -> None:
        """Returns when it listens. Raises OSError where the port is taken."""
        config = uvicorn.Config(
            app,
            host=self._host,
            port=self._port,
            log_config=None,  # its own would quote errors
            log_level="warning",
            access_log=False,
            ws_max_size=64_000,
            server_header=False,
            forwarded_allow_ips=self._trusted_proxies,
            timeout_graceful_shutdown=LONGEST_REQUEST_S,
        )
        self._server = server = uvicorn.Server(config)
        # Signals are ours: they stop the whole program, not just the web door.
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        listening = socket.create_server((self._host, self._port))
        self.task = asyncio.get_running_loop().create_task(server.serve([listening]))
        while not (server.started or self.task.done()):  # noqa: ASYNC110 - uvicorn rings no bell
            await asyncio.sleep(0.005)

    def address(self) -> str:
        """Where it really listens (the port may have been left to the system)."""
        assert self._server is not None
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://{self._host}:{port}"

    async def stop(self) -> None:
        """Let requests under way finish and close the listening socket."""
        if self._server is not None:
            self._server.should_exit = True
            await asyncio.wait({self.task}, timeout=LONGEST_GOODBYE_S)
