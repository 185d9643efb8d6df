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
from functools import cache
from weakref import WeakKeyDictionary

from bot.conversation.routing import Made, ToDraw

log = logging.getLogger("drawing")
LONGEST_S = 30.0
AT_ONCE = 1  # children; each takes a processor for a second, and 150 MB
# All a child is told of our environment: it needs no token and no key.
PASSED_ON = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TMP", "TEMP", "SYSTEMROOT", "WINDIR")
MOST_LOGGED = 2000


class DrawingFailed(Exception):
    """A picture or spreadsheet could not be drawn. Says why without a word of what anybody wrote."""


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


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
        raise _failed(asked, f"took more than {longest_s:g} s") from None
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    words = said.decode(errors="replace").strip()[:MOST_LOGGED]
    if child.returncode or not content:
        raise _failed(asked, words or f"ended with {child.returncode}")
    for line in words.splitlines():
        log.warning("%s: %s", asked.drawing, line)
    return content


def _failed(asked: ToDraw, why: str) -> DrawingFailed:
    """Logged here, since others log of a fault no more than its type."""
    log.error("%s: %s", asked.drawing, why)
    return DrawingFailed(f"{asked.drawing}: {why}")


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
