"""The server as a process of its own: python -m tests.botapi --port 8081 --token 4242:TEST"""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal

from .server import BotApi


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.botapi", description="A stand-in Telegram Bot API server.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; it is printed")
    parser.add_argument("--token", default="4242:TEST")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds added to every call")
    parser.add_argument("--rate", type=float, default=0.0, help="messages a second over all chats; 0: no limit")
    parser.add_argument("--burst", type=float, default=5.0, help="how many may come at once, with --rate")
    parser.add_argument("--no-checks", action="store_true", help="accept everything, to be faster")
    return parser.parse_args()


async def serve(given: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with BotApi(given.token, given.port, given.latency, not given.no_checks) as server:
        if given.rate:
            server.faults.limit(given.rate, given.burst)
        print(f"listening on {server.url}", flush=True)
        await stop.wait()


def main() -> None:
    gc.set_threshold(100_000, 20, 20)  # recorded messages only ever grow; scanning them costs speed
    given = options()
    try:
        import uvloop
    except ImportError:
        asyncio.run(serve(given))
    else:
        uvloop.run(serve(given))


if __name__ == "__main__":
    main()
