"""Processes of a benchmark: each on its own core where the machine has two, ended by their own handle."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psutil

CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
BOT_CORE, OTHER_CORE = CORES[0], CORES[-1]


@contextmanager
def running(
    module: str,
    *arguments: str,
    core: int | None = None,
    environment: Mapping[str, str] | None = None,
    output: int | IO[bytes] = subprocess.DEVNULL,
) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m module`, killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdout=output,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )
    if core is not None:
        psutil.Process(process.pid).cpu_affinity([core])
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def read_line(process: subprocess.Popen[bytes]) -> str:
    """The next line it prints; an error if it ends instead."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{process.args} ended early")
    return line.decode().strip()


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """Processor time used so far, its threads included."""
    used = psutil.Process(process.pid).cpu_times()
    return used.user + used.system


def resident_mb(process: subprocess.Popen[bytes]) -> float:
    return psutil.Process(process.pid).memory_info().rss / 1e6


def name_machine() -> str:
    """What this was measured on, without names of hosts or folders."""
    model = next(
        (line.partition(":")[2].strip() for line in _cpu_lines() if line.startswith("model name")), "unknown processor"
    )
    python = ".".join(str(part) for part in sys.version_info[:3])
    return f"{model}, {os.cpu_count()} cores, Python {python}, {time.strftime('%B %Y')}"


def _cpu_lines() -> list[str]:
    about = Path("/proc/cpuinfo")
    return about.read_text(encoding="utf-8").splitlines() if about.exists() else []
