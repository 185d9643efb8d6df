"""Events at scale: the list and an answer with a hundred times the events, a hundred thousand reminders planned while
people talk to the bot, and three hundred people who want one of a hundred seats."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, insert, select

from bot.app import App
from bot.channels.telegram.door import NAME as TELEGRAM
from bot.conversation.reply import Go
from bot.conversation.road import travel
from bot.delivery.workers import Urgency
from db.engine import in_session
from db.models.delivery import Outbox
from db.models.events import Attendance, Errand, Event
from handlers.events.card import Attend
from tests.benchmarks.population import AT_ONCE, CLUBS, NOW, TURNS, analyze, describe, open_with, store_tap, time_turns
from tests.databases import Databases, Postgres

MEMBERS = 20_000
# (events, answers each): a hundred times the events, the same number of people to each.
SIZES = ((100, 100), (10_000, 100))
REMINDED = 100_000
SEATS, WISHES, WITHIN_S = 100, 300, 10.0
CHATTING = 20
SAYS: dict[str, Callable[[int], str]] = {
    "/events": lambda _member: Go("events").pack(),
    "an answer": lambda member: Attend(member % SIZES[0][0] + 1).pack(),
}


def measure(out: Console) -> None:
    """Print three tables."""
    with TemporaryDirectory() as folder:
        postgres = Postgres(Path(folder) / "postgres", durable=True)
        databases = Databases(Path(folder), postgres)
        kinds = (("sqlite", "SQLite"), ("postgresql", "PostgreSQL"))
        _print_growth(out, [row for kind, name in kinds for row in _compare(databases, kind, name)])
        _print_reminders(out, [_remind(databases, kind, name) for kind, name in kinds])
        _print_rush(out, [_rush(databases, kind, name) for kind, name in kinds])
        postgres.stop()


def _print_growth(out: Console, rows: list[tuple[str, ...]]) -> None:
    table = Table(title=f"Time per turn, {TURNS} turns each, ms: median (99 of 100 within)")
    heads = [f"{events:,} events, {events * answers:,} answers" for events, answers in SIZES]
    for name in ("", *heads, "change"):
        table.add_column(name, justify="left" if not name else "right")
    for row in rows:
        table.add_row(*row)
    out.print(table)


def _compare(databases: Databases, kind: str, name: str) -> Iterator[tuple[str, ...]]:
    apps = [_with_events(databases.fresh(kind), events, answers) for events, answers in SIZES]
    for what, say in SAYS.items():
        small, large = time_turns(apps, (MEMBERS, MEMBERS), say)
        yield f"{name}, {what}", describe(small), describe(large), f"{median(large) / median(small) - 1:+.0%}"
    _close(*apps)


def _close(*apps: App) -> None:
    for app in apps:
        app.workers.close()
        app.engine.dispose()


def _with_events(database: str, events: int, answers: int) -> App:
    """A tenth of the events lies ahead, the others are over; everybody has answered some."""
    app = open_with(database, MEMBERS)
    app.clock.offset = NOW - app.clock.now()
    with app.engine.begin() as connection:
        connection.execute(insert(Event.__table__), [_event(n, events) for n in range(1, events + 1)])  # type: ignore[arg-type]
    numbers = range(events * answers)
    for first in range(0, len(numbers), AT_ONCE):
        with app.engine.begin() as connection:
            rows = [_answer(n // answers + 1, n * 7919 % MEMBERS + 1) for n in numbers[first : first + AT_ONCE]]
            connection.execute(insert(Attendance.__table__), rows)  # type: ignore[arg-type]
    analyze(app.engine)
    return app


def _event(number: int, events: int) -> dict[str, Any]:
    """The first hundred are the same in every size and lie ahead, so that answers fall on them."""
    ahead = number <= SIZES[0][0]
    start = NOW + (timedelta(days=number) if ahead else -timedelta(days=number % 700 + 1))
    return {
        "id": number,
        "slug": f"e{number:07}",
        "kind": "meetup",
        "state": "published",
        "club_id": number % CLUBS + 1,
        "titles": {"en": f"Event {number}"},
        "descriptions": {},
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "zone": "Europe/Berlin",
        "capacity": 200,
        "guests_allowed": 2,
        "audience": {},
        "invited_only": False,
        "reminds": True,
        "questions": [],
        "sequence": 0,
        "walk_ins": 0,
        "created_at": NOW,
        "changed_at": NOW,
        "published_at": NOW,
    }


def _answer(event: int, member: int) -> dict[str, Any]:
    return {
        "event_id": event,
        "member_id": member,
        "state": "yes",
        "guests": 0,
        "round": 1,
        "answered_at": NOW,
        "replies": {},
    }


def _print_reminders(out: Console, rows: list[tuple[str, ...]]) -> None:
    table = Table(title=f"{REMINDED:,} reminders due in the same minute, {CHATTING} people talking meanwhile")
    for name in ("", "planned in", "a reply, 99 of 100 within"):
        table.add_column(name, justify="left" if not name else "right")
    for row in rows:
        table.add_row(*row)
    out.print(table)


def _remind(databases: Databases, kind: str, name: str) -> tuple[str, ...]:
    app = open_with(databases.fresh(kind), REMINDED)
    app.clock.offset = NOW - app.clock.now()
    row = {**_event(1, 1), "capacity": None, "starts_at": NOW + timedelta(days=2), "ends_at": NOW + timedelta(days=3)}
    with app.engine.begin() as connection:
        connection.execute(insert(Event.__table__), [row])  # type: ignore[arg-type]
        errand = {"event_id": 1, "kind": "remind", "ref": "x", "params": {}, "due_at": NOW, "cursor": 0}
        connection.execute(insert(Errand.__table__), [errand])  # type: ignore[arg-type]
    for first in range(1, REMINDED + 1, AT_ONCE):
        with app.engine.begin() as connection:
            rows = [_answer(1, member) for member in range(first, first + AT_ONCE)]
            connection.execute(insert(Attendance.__table__), rows)  # type: ignore[arg-type]
    # Nobody is reminded at two different times: the figure is for one reminder each.
    with app.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE member SET leads = 4")
    analyze(app.engine)
    seconds, waits = asyncio.run(_plan_while_people_talk(app))
    found = in_session(app.engine, lambda session: session.scalar(select(func.count()).select_from(Outbox)))
    assert found == REMINDED, found
    _close(app)
    return name, f"{seconds:.1f} s", f"{quantiles(waits, n=100)[98] * 1000:.0f} ms ({len(waits):,} replies)"


async def _plan_while_people_talk(app: App) -> tuple[float, list[float]]:
    """Seconds until everything is planned; how long each turn waited meanwhile, the queue for a thread included."""
    await app.lease.renew()
    waits: list[float] = []
    talking = [asyncio.create_task(_talk(app, member, waits)) for member in range(1, CHATTING + 1)]
    await asyncio.sleep(0.2)
    began = time.perf_counter()
    while await _is_something_left(app):
        await app.lease.renew()
        await app.planning.plan()
    seconds = time.perf_counter() - began
    for task in talking:
        task.cancel()
    await asyncio.gather(*talking, return_exceptions=True)
    return seconds, waits


async def _is_something_left(app: App) -> bool:
    """A round ends where the lease does, after fifteen seconds."""
    query = select(Errand.id).where(Errand.done_at.is_(None))
    return await app.workers.run(Urgency.CHORE, in_session, app.engine, lambda session: bool(session.scalar(query)))


async def _talk(app: App, member: int, waits: list[float]) -> None:
    """Somebody opens the list of events again and again, with the pauses of a person."""
    dice = random.Random(member)
    for number in range(10_000):
        await asyncio.sleep(dice.uniform(0.2, 0.6))
        began = time.perf_counter()
        await app.workers.run(Urgency.STORE, store_tap, app.engine, f"{member}-{number}", member, Go("events").pack())
        acted = await app.workers.run(Urgency.TURN, travel, app.road, TELEGRAM, str(member))
        waits.append(time.perf_counter() - began)
        assert acted is not None


def _print_rush(out: Console, rows: list[tuple[str, ...]]) -> None:
    table = Table(title=f"{WISHES} people answer an event of {SEATS} seats within {WITHIN_S:.0f} s")
    for name in ("", "attend", "wait", "in the order of their answers", "a turn: median (99 of 100 within)"):
        table.add_column(name, justify="left" if not name else "right")
    for row in rows:
        table.add_row(*row)
    out.print(table)


def _rush(databases: Databases, kind: str, name: str) -> tuple[str, ...]:
    app = open_with(databases.fresh(kind), 1_000)
    app.clock.offset = NOW - app.clock.now()
    with app.engine.begin() as connection:
        connection.execute(insert(Event.__table__), [{**_event(1, 1), "capacity": SEATS}])  # type: ignore[arg-type]
    order: list[int] = []
    times = asyncio.run(_answer_in_a_rush(app, order))
    states = in_session(app.engine, lambda session: session.execute(
        select(Attendance.member_id, Attendance.state, Attendance.line)).all())  # fmt: skip
    coming = {member for member, state, _line in states if state == "yes"}
    waiting = [member for member, state, line in sorted(states, key=lambda row: row[2] or 0) if state == "waiting"]
    kept = coming == set(order[:SEATS]) and waiting == order[SEATS:]
    _close(app)
    return name, str(len(coming)), str(len(waiting)), "yes" if kept else "NO", describe(times)


async def _answer_in_a_rush(app: App, order: list[int]) -> list[float]:
    """Everybody taps Attend at a random moment; `order` is that in which their turns were committed."""
    dice = random.Random(7)
    moments = sorted((dice.uniform(0, WITHIN_S), member) for member in range(1, WISHES + 1))
    times: list[float] = []

    def attend(member: int) -> None:
        store_tap(app.engine, f"rush{member}", member, Attend(1).pack())
        assert travel(app.road, TELEGRAM, str(member)) is not None

    async def one(moment: float, member: int) -> None:
        await asyncio.sleep(moment)
        began = time.perf_counter()
        await app.workers.run(Urgency.TURN, attend, member)
        times.append(time.perf_counter() - began)
        order.append(member)

    await asyncio.gather(*(one(moment, member) for moment, member in moments))
    return times
