"""What is logged, as JSON or as text, one event a line. Nothing somebody wrote gets in.

Our own sentences name kinds, ids and codes only. An exception is told by its type and by where it happened, never by
its own words, which may quote a message or a row. Libraries put values into their sentences; of those is told
what is left without them.
"""

import json
import logging
import re
import sys
import threading
import time
from types import TracebackType
from typing import Any, Literal

from bot.conversation.road import places_of

Format = Literal["text", "json"]
# Never one that a library has, too: at DEBUG the one for Telegram logs whole messages under "telegram".
OURS = (
    *("app", "delivery", "drawing", "jobs", "lanes", "outbox", "planning", "program", "receiving", "road"),
    *("telegram_door", "web"),
)
# Where a library's sentence has a place for a value; and, where it has been put in already, what it may stand behind.
PLACE = re.compile(r"%(\(\w+\))?[-#0 +]*[\d*]*(\.[\d*]+)?[a-zA-Z]|[\r\n]")
VALUE = re.compile(r"[\"'“”‘’<({\[:=%\r\n]")

log = logging.getLogger("program")


def message_of(record: logging.LogRecord) -> str:
    """What a record says, as far as it cannot be anything that somebody wrote."""
    if record.name in OURS:
        return record.getMessage()
    if record.name == "py.warnings":
        return ": ".join(record.getMessage().split(": ")[:2])
    if record.args:
        return PLACE.sub("…", str(record.msg)).strip()
    return VALUE.split(str(record.msg), maxsplit=1)[0].strip()


def trouble_of(record: logging.LogRecord) -> dict[str, Any]:
    """The kind of an exception and where it happened, the innermost first; nothing where there was none."""
    kind, error, _trace = record.exc_info or (None, None, None)
    found = {name: getattr(record, name) for name in ("code", "error", "trace") if hasattr(record, name)}
    if kind is not None and error is not None:
        found = {"error": kind.__name__, "trace": places_of(error), **found}
    return found


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _time_of(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message_of(record),
            **trouble_of(record),
        }
        return json.dumps(line, ensure_ascii=False)


class TextLines(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_time_of(record)} {record.levelname:<7} {record.name}: {message_of(record)}"
        trouble = trouble_of(record)
        if "error" in trouble:
            line += f" ({trouble['error']} at {' < '.join(trouble['trace'])})"
        return line


def _time_of(record: logging.LogRecord) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"


def formatter(name: Format) -> logging.Formatter:
    return JsonLines() if name == "json" else TextLines()


def set_up_logging(level: str, name: Format = "text") -> None:
    """Our own lines at `level`, of the libraries only warnings. What ends the program, or a thread of it, is told in
    the same way."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(name))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for ours in OURS:
        logging.getLogger(ours).setLevel(level)
    sys.excepthook = _ended
    threading.excepthook = lambda thread: log.error("a thread ended", exc_info=thread.exc_value)
    sys.unraisablehook = lambda ignored: log.error("an error was ignored", exc_info=ignored.exc_value)


def _ended(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("the program ended", exc_info=error)
