"""Statistics of a hundred thousand and a million members, with a million answers to events: from the tap to the message
as it is composed, and the picture; for a coordinator of everybody and for one of a single institution. The turn of the
tap is in it; the half second at most until the job is seen is not."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, delete, insert, literal, select
from sqlalchemy.orm import Session

from bot.app import App
from bot.channels.telegram.door import NAME as TELEGRAM
from bot.conversation.i18n import speaking
from bot.conversation.notices import Composing
from bot.conversation.road import travel
from bot.conversation.routing import ToDraw
from bot.delivery.drawing import drawn
from bot.domain.scope import CENTRAL, Scope
from bot.drawing.data import Drawing
from db import members
from db.engine import in_session
from db.models.delivery import Outbox
from db.models.events import Attendance, Event
from db.models.lists import Institution
from db.models.members import Member, Role, RoleKind
from db.models.mentoring import Mentor, Mentorship
from db.models.surveys import Ballot, Survey
from handlers.statistics.buttons import ShowTopic, Topic
from handlers.statistics.counting import open_topics
from handlers.statistics.showing import NumbersCounted
from tests.benchmarks import nation
from tests.benchmarks.population import NOW, analyze, forget, insert_rows, open_app, store_tap
from tests.databases import Databases, Postgres

RUNS = (("sqlite", "SQLite", 100_000), ("postgresql", "PostgreSQL", 100_000), ("postgresql", "PostgreSQL", 1_000_000))
EVENTS, ANSWERS_EACH, SURVEYS, BALLOTS_EACH = 10_000, 100, 500, 20
AT_ONCE = 500
TIMES = 5
COORDINATOR = 1


def measure(out: Console, runs: Sequence[tuple[str, str, int]] = RUNS) -> None:
    """Print one table."""
    found: dict[str, dict[str, str]] = {}
    with TemporaryDirectory() as name:
        postgres = Postgres(Path(name) / "postgres", durable=True)
        databases = Databases(Path(name), postgres)
        for kind, title, size in runs:
            address = databases.fresh(kind)
            began = time.perf_counter()
            nation.populate(address, size)
            app = open_app(address)
            app.clock.offset = NOW - app.clock.now()
            _busy(app.engine, size)
            out.print(f"{title}, {size:,} members: made in {time.perf_counter() - began:.0f} s")
            found[f"{title}, {size:,}"] = dict(_look(app))
            app.workers.close()
            app.engine.dispose()
        postgres.stop()
    _print(out, found)


def _print(out: Console, found: dict[str, dict[str, str]]) -> None:
    title = f"/stats, tap to message, {TIMES} each, s: median (longest); of everybody | of one institution"
    table = Table(title=title)
    for name in ("", *found):
        table.add_column(name, justify="right" if name else "left", no_wrap=not name)
    for topic in next(iter(found.values())):
        table.add_row(topic, *(figures.get(topic, "") for figures in found.values()))
    out.print(table)


def _look(app: App) -> Iterator[tuple[str, str]]:
    institution = in_session(app.engine, lambda session: session.scalars(select(Institution.id)).first())
    scopes = (CENTRAL, Scope(institutions=frozenset({institution or 0})))
    pictures, turns = [], []
    for topic in Topic:
        cells = []
        for scope in scopes:
            if topic not in open_topics(scope):
                cells.append("–")
                continue
            _grant(app.engine, scope)
            times, turned, replies = zip(*(_ask(app, topic) for _time in range(TIMES)), strict=True)
            turns += turned
            cells.append(f"{median(times):.2f} ({max(times):.2f})")
            pictures += [reply["picture"]["params"] for reply in replies[0] if "picture" in reply]
        yield topic.name.lower(), " | ".join(cells)
    yield "turns meanwhile wait for", f"{median(turns):.3f} ({max(turns):.3f})"
    times = [asyncio.run(_draw(params)) for params in pictures]
    yield "its picture, in a child process", f"{median(times):.2f} ({max(times):.2f})"


def _grant(engine: Engine, scope: Scope) -> None:
    with engine.begin() as connection:
        connection.execute(delete(Role).where(Role.member_id == COORDINATOR, Role.kind == RoleKind.COORDINATOR))
    in_session(engine, lambda session: members.grant(session, COORDINATOR, RoleKind.COORDINATOR, NOW, scope=scope))


def _ask(app: App, topic: Topic) -> tuple[float, float, list[dict[str, Any]]]:
    """Seconds from the stored tap to the composed message, those of the turn alone, and the message."""
    asyncio.run(app.lease.renew())
    store_tap(app.engine, f"{topic}{time.monotonic_ns()}", COORDINATOR, ShowTopic(topic).pack())
    began = time.perf_counter()
    acted = travel(app.road, TELEGRAM, str(COORDINATOR))
    turned = time.perf_counter() - began
    assert acted is not None
    assert asyncio.run(app.counting.run_waiting())
    wires = in_session(app.engine, lambda session: _compose(app, session))
    seconds = time.perf_counter() - began
    forget(app.engine, acted.row)
    return seconds, turned, wires


def _compose(app: App, session: Session) -> list[dict[str, Any]]:
    """What delivery does with the notice that was queued, but for sending it."""
    row = session.scalars(select(Outbox).where(Outbox.kind == NumbersCounted.kind).order_by(Outbox.id.desc())).first()
    assert row is not None
    member = session.get_one(Member, COORDINATOR)
    with speaking(member.language, member.zone):
        replies = NumbersCounted(**row.params).compose(Composing(session, member, app.house, app.clock.now()))
    return [reply.wire() for reply in replies or ()]


async def _draw(params: dict[str, Any]) -> float:
    began = time.perf_counter()
    await drawn(ToDraw("numbers.png", Drawing(params["drawing"]), params["data"]))
    return time.perf_counter() - began


def _busy(engine: Engine, size: int) -> None:
    """Events of the last year with their answers, mentors and their mentees, answers to surveys."""
    events = range(1, EVENTS + 1)
    with engine.begin() as connection:
        insert_rows(connection, Event, [_event(number) for number in events])
        _mentor(connection)
        times = {"opened_at": NOW, "closes_at": NOW, "shown": BALLOTS_EACH}
        insert_rows(connection, Survey, [{"id": n, "event_id": n, **times} for n in range(1, SURVEYS + 1)])
        insert_rows(connection, Ballot, [_ballot(n) for n in range(SURVEYS * BALLOTS_EACH)])
    for first in range(1, EVENTS + 1, AT_ONCE):
        with engine.begin() as connection:
            _answer(connection, first, size)
    analyze(engine)


def _event(number: int) -> dict[str, Any]:
    start = NOW - timedelta(days=number % 250 + 1)
    names = {"slug": f"e{number:07}", "kind": "meetup", "state": "published", "titles": {"en": "E"}, "zone": "UTC"}
    times = {"starts_at": start, "ends_at": start + timedelta(hours=2), "created_at": NOW, "changed_at": NOW}
    return {"id": number, **names, **times, "descriptions": {}, "audience": {}, "questions": []}


def _answer(connection: Any, first: int, size: int) -> None:
    """So many to each of the next events, by other people each time; one in two comes."""
    events = select(Event.id).where(Event.id.between(first, first + AT_ONCE - 1)).subquery()
    numbers = select(Member.id).where(Member.id <= ANSWERS_EACH).subquery()
    member = (events.c.id * 7919 + numbers.c.id * 131) % size + 1
    columns = {
        "event_id": events.c.id,
        "member_id": member,
        "state": literal("yes"),
        "guests": literal(0),
        "round": literal(1),
        "answered_at": literal(NOW, Attendance.__table__.c.answered_at.type),
        "replies": literal({}, Attendance.__table__.c.replies.type),
        "checked_in_at": literal(NOW, Attendance.__table__.c.checked_in_at.type),
    }
    for half, here in ((0, True), (1, False)):
        given = columns if here else {name: each for name, each in columns.items() if name != "checked_in_at"}
        rows = select(*given.values()).select_from(events).join(numbers, numbers.c.id % 2 == half)
        connection.execute(insert(Attendance).from_select(list(given), rows))


def _mentor(connection: Any) -> None:
    """Every twentieth offers it, and each is together with the next member."""
    table = Mentor.__table__.c
    offered = literal(NOW, table.offered_at.type)
    given = {
        "member_id": Member.id,
        "capacity": literal(2),
        "formats": literal([], table.formats.type),
        "languages": literal([], table.languages.type),
        "free_topics": literal([], table.free_topics.type),
        "offered_at": offered,
        "changed_at": offered,
    }
    every = Member.id % 20 == 0
    connection.execute(insert(Mentor).from_select(list(given), select(*given.values()).where(every)))
    pair = {
        "mentor_id": Member.id,
        "mentee_id": Member.id - 1,
        "goal": literal("g"),
        "format": literal("quarter"),
        "state": literal("active"),
        "began_at": literal(NOW, Mentorship.__table__.c.began_at.type),
        "checks": literal(0),
        "mentor_shares": literal(False),
        "mentee_shares": literal(False),
    }
    connection.execute(insert(Mentorship).from_select(list(pair), select(*pair.values()).where(every)))


def _ballot(number: int) -> dict[str, Any]:
    content = {"recommend": str(number % 11), "people": str(number % 5 + 1), "topic": "4", "organised": "5"}
    return {"key": f"{number:032}", "survey_id": number % SURVEYS + 1, "content": content, "shown": True}
