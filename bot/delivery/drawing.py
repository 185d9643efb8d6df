"""Pictures and spreadsheets are drawn in a child process that is started for each and leaves nothing behind: neither
Matplotlib's 150 MB nor its second of work is ever ours.
"""

import asyncio
import atexit
import contextlib
import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from bot.conversation.routing import Made, ToDraw
from bot.drawing.data import Cell

log = logging.getLogger("drawing")
LONGEST_S = 30.0
LARGE_S = 600.0
AT_ONCE = 1  # children; each takes a processor for a second, and 150 MB
# All a child is told of our environment: it needs no token and no key.
PASSED_ON = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TMP", "TEMP", "SYSTEMROOT", "WINDIR")
MOST_LOGGED = 2000


class DrawingFailed(Exception):
    """A picture or spreadsheet could not be drawn. Says why without a word of what anybody wrote."""


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
# Large workbooks wait for each other, not pictures for them.
_large: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def drawn(made: Made | ToDraw, *, longest_s: float = LONGEST_S) -> Made:
    """What a maker returned, finished: what it left to draw is drawn in a child process, one at a time. Raises
    DrawingFailed. When cancelled, the child is ended."""
    if isinstance(made, Made):
        return made
    # One for each loop: a process has one loop, the tests have many.
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    async with turn:
        content = await _draw(made, longest_s)
    return Made(made.name, content, made.drawing.media_type)


async def _draw(asked: ToDraw, longest_s: float) -> bytes:
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-m", "bot.drawing"), stdin=pipe, stdout=pipe, stderr=pipe, env=_environment()
    )
    try:
        async with asyncio.timeout(longest_s):
            content, said = await child.communicate(json.dumps({"drawing": asked.drawing, "data": asked.data}).encode())
    except TimeoutError:
        raise _failed(asked.drawing, f"took more than {longest_s:g} s") from None
    finally:
        await _end(child)
    words = said.decode(errors="replace").strip()[:MOST_LOGGED]
    if child.returncode or not content:
        raise _failed(asked.drawing, words or f"ended with {child.returncode}")
    for line in words.splitlines():
        log.warning("%s: %s", asked.drawing, line)
    return content


async def write_workbook(path: Path, sheet: str, header: list[str], rows: AsyncIterator[list[list[Cell]]]) -> None:
    """A workbook of any number of rows, which come in pieces, as a file: neither we nor the child ever hold more than a
    piece of it. Raises DrawingFailed. When cancelled, the child is ended."""
    turn = _large.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    async with turn:
        await _write_workbook(path, {"sheet": sheet, "header": header}, rows)


async def _write_workbook(path: Path, first: dict[str, Any], rows: AsyncIterator[list[list[Cell]]]) -> None:
    pipe, none = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    command = (sys.executable, "-W", "ignore", "-m", "bot.drawing.workbook", str(path))
    child = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=none, stderr=pipe, env=_environment())
    assert child.stdin is not None and child.stderr is not None
    try:
        async with asyncio.timeout(LARGE_S):
            with contextlib.suppress(ConnectionError):  # it says itself why it ended
                await _feed(child.stdin, first, rows)
            said = await child.stderr.read()
            await child.wait()
    except TimeoutError:
        raise _failed("workbook", f"took more than {LARGE_S:g} s") from None
    finally:
        await _end(child)
    if child.returncode:
        raise _failed(
            "workbook", said.decode(errors="replace").strip()[:MOST_LOGGED] or f"ended with {child.returncode}"
        )


async def _feed(stdin: asyncio.StreamWriter, first: dict[str, Any], rows: AsyncIterator[list[list[Cell]]]) -> None:
    """One line after the other, as fast as the child reads them."""
    stdin.write(json.dumps(first).encode() + b"\n")
    async for piece in rows:
        stdin.write(b"".join(json.dumps(row).encode() + b"\n" for row in piece))
        await stdin.drain()
    stdin.close()


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def _failed(what: str, why: str) -> DrawingFailed:
    """Logged here, since others log of a fault no more than its type."""
    log.error("%s: %s", what, why)
    return DrawingFailed(f"{what}: {why}")


def _environment() -> dict[str, str]:
    """Matplotlib keeps a list of fonts and fontconfig another. They may not write them into a home (which a service
    does not have), and making the first anew for each picture takes 0.3 s, more with many fonts: so they share a
    folder as long as this process lives."""
    known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**known, "MPLCONFIGDIR": _scratch(), "XDG_CACHE_HOME": _scratch(), "OPENBLAS_NUM_THREADS": "1"}


@cache
def _scratch() -> str:
    folder = tempfile.mkdtemp(prefix="alumni-bot-fonts-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
