"""An announcement to thousands: how near to the allowed rate, how long people wait meanwhile, how fast without limits.

Side by side with python-telegram-bot, each bot on one core, Telegram (`tests.benchmarks.readers`) on the other. What
Telegram accepted is compared with our ledger, recipient by recipient.
"""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from tests.benchmarks.announced import TALKING
from tests.benchmarks.broadcast_ours import announce, prepare, read_ledger, start
from tests.benchmarks.processes import BOT_CORE, OTHER_CORE, cpu_seconds, read_line, running

Process = subprocess.Popen[bytes]
RATE, BURST, LATENCY_S = 30, 5, 0.05
# How long people are listened to without an announcement, at most: six hundred answers.
QUIET_S = 150.0
AT_ONCE = (1, 4, 8, 16, 64, 256)
WAYS = {"ours": "this product", "gather": "PTB, gather", "in_turn": "PTB, one by one"}


@dataclass(frozen=True, slots=True)
class Sending:
    """What Telegram saw of one announcement, how busy the bot and others kept its core, and what each cost."""

    seen: dict[str, Any]
    cpu: float
    others: float
    each: float
    quiet: dict[str, Any] = field(default_factory=dict)
    ledger: str = ""


def measure(out: Console, recipients: int = 9_000) -> None:
    """Print two tables."""
    quiet = min(QUIET_S, recipients / RATE)
    with TemporaryDirectory() as name:
        template = prepare(Path(name), recipients)
        paced = {way: _pace(template, way, recipients, quiet) for way in WAYS}
        _print_paced(out, paced, recipients)


def measure_flat_out(out: Console, recipients: int = 9_000) -> None:
    """Print how many a second there are without a limit."""
    with TemporaryDirectory() as name:
        _print_flat_out(out, prepare(Path(name), recipients), recipients)


# -- under the limit


def _pace(template: Path, way: str, recipients: int, quiet: float) -> Sending:
    given = ("--latency", str(LATENCY_S), "--rate", str(RATE), "--burst", str(BURST), "--quiet", str(quiet))
    with _telegram(recipients, *given, *(() if way == "ours" else ("--order",))) as telegram:
        url = read_line(telegram)
        if way == "ours":
            return _pace_ours(template, telegram, url, recipients)
        with running("tests.benchmarks.broadcast_ptb", url, way, str(recipients), core=BOT_CORE) as bot:
            return _watch_talk(telegram, bot)


def _pace_ours(template: Path, telegram: Process, url: str, recipients: int) -> Sending:
    with start(template, url) as (bot, database):
        sending = _watch_talk(telegram, bot, lambda: announce(database))
        return replace(sending, ledger=read_ledger(database, recipients))


def _telegram(recipients: int, *given: str) -> AbstractContextManager[Process]:
    arguments = ("--recipients", str(recipients), *given)
    return running("tests.benchmarks.readers", *arguments, core=OTHER_CORE, output=subprocess.PIPE)


def _watch_talk(telegram: Process, bot: Process, begin: Callable[[], None] = lambda: None) -> Sending:
    read_line(telegram)
    begin()
    sending = _watch(telegram, bot)
    return replace(sending, quiet=json.loads(read_line(telegram)))


def _watch(telegram: Process, bot: Process) -> Sending:
    """From the first messages until everybody has it."""
    had = int(read_line(telegram))
    began, used, core = time.monotonic(), cpu_seconds(bot), _busy_seconds(BOT_CORE)
    seen = json.loads(read_line(telegram))
    lasted, used = time.monotonic() - began, cpu_seconds(bot) - used
    others = (_busy_seconds(BOT_CORE) - core - used) / lasted
    return Sending(seen, used / lasted, max(others, 0.0), used / max(seen["recipients"] - had, 1))


def _busy_seconds(core: int) -> float:
    """How long a core has worked so far, for whomever."""
    times = psutil.cpu_times(percpu=True)[core]
    return sum(times) - times.idle - times.iowait - times.guest - times.guest_nice


def _print_paced(out: Console, paced: dict[str, Sending], recipients: int) -> None:
    away = f"{LATENCY_S * 1000:.0f} ms away"
    sent = Table(title=f"An announcement to {recipients:,}, bursts of {BURST}, {away}, one core, SQLite")
    for name in ("", "reached", "took", "all sent/s", f"of {RATE}/s", "429", "most in 1 s"):
        sent.add_column(name, justify="right" if name else "left", no_wrap=not name)
    waited = Table(title=f"{len(TALKING)} people talk: waits, ms, median / 99 of 100 within; their core")
    for name in ("", "without it", "meanwhile", "99 of 100", "asked", "bot", "others"):
        waited.add_column(name, justify="right" if name else "left", no_wrap=not name)
    for way, sending in paced.items():
        sent.add_row(WAYS[way], *_rates(sending.seen))
        waited.add_row(WAYS[way], *_patience(sending))
    out.print(sent, waited)
    ours = paced["ours"]
    accepted = ours.seen["recipients"] + ours.seen["doubled"]
    out.print(f"Our ledger: {ours.ledger}; accepted by the stand-in: {accepted:,}.")
    out.print("PTB is python-telegram-bot, with AIORateLimiter where it gathers.")


def _rates(seen: dict[str, Any]) -> Iterator[str]:
    yield f"{seen['recipients']:,}" + (f" (+{seen['doubled']})" if seen["doubled"] else "")
    yield f"{seen['seconds']:.1f} s"
    yield f"{seen['every']:.2f}"
    yield f"{seen['every'] / RATE:.1%}"
    yield str(seen["too_many"])
    yield str(seen["busiest"])


def _patience(sending: Sending) -> Iterator[str]:
    quiet, meanwhile = sending.quiet, sending.seen["waits"]
    yield _waits(quiet)
    yield _waits(meanwhile)
    yield f"{meanwhile['p99'] / quiet['p99']:.2f} times"
    yield f"{meanwhile['asked']:,}" + (f", {meanwhile['unanswered']} in vain" if meanwhile["unanswered"] else "")
    yield f"{sending.cpu:.0%}"
    yield f"{sending.others:.0%}"


def _waits(found: dict[str, Any]) -> str:
    return f"{found['p50'] * 1000:,.0f} / {found['p99'] * 1000:,.0f}"


# -- without limits


def _print_flat_out(out: Console, template: Path, recipients: int) -> None:
    ours = _flat_out_ours(template, recipients)
    theirs = {at_once: _flat_out_ptb(recipients, at_once) for at_once in AT_ONCE}
    table = Table(title=f"Without limits: {recipients:,} messages as fast as one process on one core can")
    for name in ("", "reached", "messages/s", "CPU ms each", "core: others", "stand-in"):
        table.add_column(name, justify="right" if name else "left", no_wrap=not name)
    table.add_row(WAYS["ours"], *_flat_figures(ours))
    for at_once, sending in theirs.items():
        table.add_row(f"PTB, {at_once} at once", *_flat_figures(sending))
    out.print(table)
    best = max(sending.seen["announced"] for sending in theirs.values())
    out.print(f"This product sends {ours.seen['announced'] / best:.1f} times as fast as bot.send_message at its best.")


def _flat_out_ours(template: Path, recipients: int) -> Sending:
    with _telegram(recipients, "--no-checks") as telegram:
        url = read_line(telegram)
        with start(template, url, messages_per_second="5000") as (bot, database):
            announce(database)
            return _watch(telegram, bot)


def _flat_out_ptb(recipients: int, at_once: int) -> Sending:
    with _telegram(recipients, "--no-checks") as telegram:
        given = (read_line(telegram), "flat_out", str(recipients), str(at_once))
        with running("tests.benchmarks.broadcast_ptb", *given, core=BOT_CORE) as bot:
            return _watch(telegram, bot)


def _flat_figures(sending: Sending) -> Iterator[str]:
    yield f"{sending.seen['recipients']:,}"
    yield f"{sending.seen['announced']:,.0f}"
    yield f"{sending.each * 1000:.2f}"
    yield f"{sending.others:.0%}"
    yield f"{sending.seen['busy']:.0%}"
