"""A list of 100,000 people, read, tried out and taken over by the program's own jobs in a child process, while people
talk to the bot; then once more, when all of them are on record."""

import asyncio
import csv
import io
import random
import resource
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import psutil
import xlsxwriter
from faker.providers.person.de_DE import Provider as Germany
from faker.providers.person.zh_CN import Provider as China
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.app import App
from bot.channels.telegram.door import NAME as TELEGRAM
from bot.conversation.reply import Go
from bot.conversation.road import travel
from bot.delivery.workers import Urgency
from bot.domain.importing.layout import Layout
from db import imports
from db.engine import in_session
from db.models.lists import Institution
from db.models.members import Member, Role, RoleKind
from db.models.records import Import, Record
from handlers.coordination import import_steps as steps
from tests.benchmarks.population import NOW, analyze, insert_rows, open_with, store_tap
from tests.databases import Databases, Postgres

LINES = 100_000
TALKING = 20
COORDINATOR = 1
PIECE = 256 * 1024
STEPS = ("read", "dry run", "taken over")
ASKED_S, ASKED_MB = 60.0, 400.0
HEADS = ("Matrikelnummer", "Name", "姓名", "Programm", "Jahrgang", "Provinz", "E-Mail", "Bemerkung")


@dataclass
class Measured:
    """Seconds of each step, by the clock and of the child's processor time; the child's largest memory; how long people
    waited for answers meanwhile."""

    seconds: dict[str, float] = field(default_factory=dict)
    worked: dict[str, float] = field(default_factory=dict)
    megabytes: float = 0.0
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    step: str = ""


def measure(out: Console) -> None:
    """Print one table."""
    title = f"A list of {LINES:,} people, {TALKING} people talking: s (processor time); replies, ms, median / 99 of 100"
    table = Table(title=title)
    for name in ("", *STEPS, "together", "memory of the child", *(f"replies, {step}" for step in STEPS[1:])):
        table.add_column(name, justify="left" if not name else "right")
    with TemporaryDirectory() as folder:
        postgres = Postgres(Path(folder) / "postgres", durable=True)
        databases = Databases(Path(folder), postgres)
        for kind, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL")):
            _measure(table, name, databases.fresh(kind))
        postgres.stop()
    out.print(table)
    out.print(f"Asked: under {ASKED_S:.0f} s and {ASKED_MB:.0f} MB together.")


def _measure(table: Table, name: str, database: str) -> None:
    app = open_with(database, TALKING + 1)
    app.clock.offset = NOW - app.clock.now()
    with app.engine.begin() as connection:
        insert_rows(connection, Role, [{"member_id": COORDINATOR, "kind": RoleKind.COORDINATOR, "granted_at": NOW}])
    try:
        asyncio.run(_run(app, table, name, _xlsx(), _csv()))
    finally:
        app.workers.close()
        app.engine.dispose()


async def _run(app: App, table: Table, name: str, workbook: bytes, plain: bytes) -> None:
    await app.lease.renew()
    keeping = asyncio.create_task(_keep(app))
    for what, content, takes in (
        (f"{name}, XLSX", workbook, True),
        (f"{name}, all on record", plain, False),
    ):
        measured = await _bring_in(app, content, takes=takes)
        analyze(app.engine)
        parts = [_took(measured.seconds.get(step, 0.0), measured.worked.get(step, 0.0)) for step in STEPS]
        together = _took(sum(measured.seconds.values()), sum(measured.worked.values()))
        waits = [_waited(measured.waits[step]) for step in STEPS[1:]]
        table.add_row(what, *parts, together, f"{measured.megabytes:.0f} MB", *waits)
    keeping.cancel()
    count = in_session(app.engine, lambda session: session.scalar(select(func.count()).select_from(Record)))
    assert count == LINES, count


def _took(seconds: float, worked: float) -> str:
    return f"{seconds:.1f} ({worked:.1f})" if seconds else "–"


def _waited(waits: list[float]) -> str:
    return f"{median(waits) * 1000:.1f} / {quantiles(waits, n=100)[98] * 1000:.0f}" if waits else "–"


async def _bring_in(app: App, content: bytes, *, takes: bool) -> Measured:
    measured = Measured()
    talking = [asyncio.create_task(_talk(app, n + 2, measured)) for n in range(TALKING)]
    number = in_session(app.engine, lambda session: _send(app, session, content))
    await _timed(app, measured, "read")
    in_session(app.engine, lambda session: _check(app, session, number))
    await _timed(app, measured, "dry run")
    counts = in_session(app.engine, lambda session: session.get_one(Import, number)).counts or {}
    assert counts["verdicts"] == {"new" if takes else "same": LINES}, counts
    if takes:
        in_session(app.engine, lambda session: _take(app, session, number))
        await _timed(app, measured, "taken over")
        assert in_session(app.engine, lambda session: session.get_one(Import, number)).state == "taken"
    for task in talking:
        task.cancel()
    await asyncio.gather(*talking, return_exceptions=True)
    return measured


async def _timed(app: App, measured: Measured, step: str) -> None:
    """Seconds of the job that waits, its process's start included."""
    measured.step = step
    watching = asyncio.create_task(_watch(measured))
    began, before = time.perf_counter(), _of_children()
    await app.jobs.run_waiting()
    measured.seconds[step], measured.worked[step] = time.perf_counter() - began, _of_children() - before
    watching.cancel()


def _of_children() -> float:
    """Processor time, in seconds, of those that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def _watch(measured: Measured) -> None:
    """The most memory the child has had so far, as the system counts it."""
    while True:
        for child in psutil.Process().children():
            measured.megabytes = max(measured.megabytes, _peak_mb(child))
        await asyncio.sleep(0.05)


def _peak_mb(child: psutil.Process) -> float:
    try:
        status = Path(f"/proc/{child.pid}/status").read_text() if "job" in child.cmdline() else ""
    except (OSError, psutil.Error):
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


def _send(app: App, session: Session, content: bytes) -> int:
    """What the page of the list writes."""
    institution = session.scalars(select(Institution.id).where(Institution.slug == "nrw-programmes")).one()
    row = imports.create(session, institution, COORDINATOR, app.clock.now())
    for place, start in enumerate(range(0, len(content), PIECE)):
        imports.add_piece(session, row.id, place, content[start : start + PIECE])
    steps.read_file(session, row, "list", app.clock.now())
    return row.id


def _check(app: App, session: Session, number: int) -> None:
    row = imports.lock(session, number)
    assert row is not None
    assert row.state == "mapping", (row.state, row.fault)
    steps.check(session, row, Layout.from_json(row.layout or {}), app.clock.now())


def _take(app: App, session: Session, number: int) -> None:
    row = imports.lock(session, number)
    assert row is not None
    assert steps.take_over(session, row, session.get_one(Member, COORDINATOR), app.clock.now()) is None


def _people() -> Iterator[tuple[str | int, ...]]:
    """Half of them write their names in Chinese characters; names are as frequent as they are among people, so many
    share one."""
    dice = random.Random(2026)
    families, weights = zip(*China.last_names.items(), strict=True)
    for number in range(LINES):
        given = "".join(dice.choices(China.first_names, k=dice.randint(1, 2)))
        han = dice.choices(families, weights)[0] + given
        latin = f"{dice.choice(Germany.first_names)} {dice.choice(Germany.last_names)}"
        names = (latin, "") if number % 2 else (han, "")
        programme = dice.choice(("Programm Jiangsu", "Programm Shanxi", "四川项目"))
        province = dice.choice(("Jiangsu", "山西省", "Sichuan", ""))
        yield (
            f"M{number:07}",
            *names,
            programme,
            dice.randint(1980, 2025),
            province,
            f"p{number}@example.org",
            "x" * 20,
        )


def _xlsx() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet()
    for place, row in enumerate((HEADS, *_people())):
        sheet.write_row(place, 0, row)
    book.close()
    return out.getvalue()


def _csv() -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows((HEADS, *_people()))
    return out.getvalue().encode("gb18030")


async def _keep(app: App) -> None:
    """The lease is kept as it is in the running program."""
    while True:
        await asyncio.sleep(2)
        await app.lease.renew()


async def _talk(app: App, member: int, measured: Measured) -> None:
    """Somebody opens the list of events again and again, with the pauses of a person."""
    dice = random.Random(member)
    for number in range(1_000_000):
        await asyncio.sleep(dice.uniform(0.2, 0.6))
        began = time.perf_counter()
        key = f"{member}-{number}-{began}"
        await app.workers.run(Urgency.STORE, store_tap, app.engine, key, member, Go("events").pack())
        acted = await app.workers.run(Urgency.TURN, travel, app.road, TELEGRAM, str(member))
        measured.waits[measured.step].append(time.perf_counter() - began)
        assert acted is not None
