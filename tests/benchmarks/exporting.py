"""A hundred thousand members leave as a file, through the page of a real program: how long it takes, and how much more
memory the program needs meanwhile. The child that writes a workbook is counted by itself."""

import asyncio
import contextlib
import time
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryDirectory

import aiohttp
import psutil
from rich.console import Console
from rich.table import Table

from bot.conversation.secrets import derive
from bot.domain.audience import EVERYONE
from bot.domain.exports import Part, Purpose
from bot.domain.scope import CENTRAL
from db import codes, members
from db.engine import in_session, open_engine
from db.models.members import RoleKind
from handlers.exports.links import LINK_LASTS, Format
from tests.benchmarks import nation
from tests.benchmarks.population import open_app
from tests.benchmarks.processes import resident_mb, running
from tests.databases import Databases, Postgres
from tests.ports import find_free_port

MEMBERS = 100_000
RUNS = (("sqlite", "SQLite"), ("postgresql", "PostgreSQL"))
COORDINATOR = 1
PATIENCE_S, LOOKS_EVERY_S = 60.0, 0.02


def measure(out: Console, size: int = MEMBERS) -> None:
    """Print one table."""
    table = Table(title=f"{size:,} members as a file")
    for name in ("", "took", "file", "program before", "most meanwhile", "its child"):
        table.add_column(name, justify="right" if name else "left")
    with TemporaryDirectory() as name:
        postgres = Postgres(Path(name) / "postgres", durable=True)
        databases = Databases(Path(name), postgres)
        for kind, title in RUNS:
            address = databases.fresh(kind)
            nation.populate(address, size)
            for row in asyncio.run(_export(address, Path(name))):
                table.add_row(f"{title}, {row[0]}", *row[1:])
        postgres.stop()
    out.print(table)


async def _export(address: str, folder: Path) -> list[tuple[str, ...]]:
    port = find_free_port()
    secret = "only for benchmarks, only for benchmarks"
    environment = {
        "SECRET_KEY": secret,
        "DATABASE_URL": address,
        "BOT_TOKEN": "",
        "WEB_PORT": str(port),
        "WEB_URL": f"http://127.0.0.1:{port}",
        "ERASURE_LIST": str(folder / "erased"),
    }
    with running("bot", "run", environment=environment) as bot:
        url = f"http://127.0.0.1:{port}"
        await _until_well(url)
        return [await _download(url, _issue(address, format), format, bot) for format in Format]


async def _until_well(url: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    async with aiohttp.ClientSession() as http:
        while time.monotonic() < deadline:
            with contextlib.suppress(aiohttp.ClientError):
                async with http.get(f"{url}/health") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.1)
    raise RuntimeError("the program does not answer")


def _issue(address: str, format: Format) -> str:
    """A link as a coordinator would get it; its secret."""
    house, now = open_app(address).house, datetime.now(UTC)
    secret = derive(house, "export", f"{time.monotonic_ns():016x}"[:16])
    what = {
        "audience": EVERYONE.to_json(),
        "name": "everybody",
        "scope": CENTRAL.to_json(),
        "purpose": Purpose.RECORDS.value,
        "parts": [part.value for part in Part],
    }
    prefill = {"members": what, "format": format.value, "reason": "Only to measure it"}
    engine = open_engine(address)
    in_session(engine, lambda session: members.grant(session, COORDINATOR, RoleKind.COORDINATOR, now))
    given = {"member": COORDINATOR, "prefill": prefill, "lasting": LINK_LASTS}
    digest = house.digest("code", secret)
    in_session(engine, lambda session: codes.issue(session, "export", digest, now, **given))  # type: ignore[arg-type]
    engine.dispose()
    return secret


async def _download(url: str, secret: str, format: Format, bot: Popen[bytes]) -> tuple[str, ...]:
    process = psutil.Process(bot.pid)
    before, most, child = resident_mb(bot), 0.0, 0.0
    began, size = time.perf_counter(), 0

    async def watch() -> None:
        nonlocal most, child
        while True:
            most = max(most, process.memory_info().rss / 1e6)
            for each in process.children():
                with contextlib.suppress(psutil.Error):
                    child = max(child, each.memory_info().rss / 1e6)
            await asyncio.sleep(LOOKS_EVERY_S)

    watching = asyncio.create_task(watch())
    async with aiohttp.ClientSession() as http, http.post(f"{url}/export/{secret}", headers={"origin": url}) as answer:
        assert answer.status == 200, answer.status
        async for chunk in answer.content.iter_chunked(64 * 1024):
            size += len(chunk)
    watching.cancel()
    took = time.perf_counter() - began
    figures = f"{took:.1f} s", f"{size / 1e6:.1f} MB", f"{before:.0f} MB", f"{most:.0f} MB"
    return format.value, *figures, f"{child:.0f} MB" if child else ""
