"""A round of 2,000 mentees and 2,000 mentors, computed by the program's own job in a child process and then published,
while people talk to the bot."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, func, select, update
from sqlalchemy.orm import Session

from bot.app import App
from bot.channels.telegram.door import NAME as TELEGRAM
from bot.conversation.reply import Go
from bot.conversation.road import travel
from bot.delivery.workers import Urgency
from bot.domain.matching import Far, Format, topic_keys
from db import jobs, rounds
from db.engine import in_session
from db.models.delivery import Job
from db.models.lists import Institution, Topic
from db.models.members import Affiliation, Member, Role, RoleKind
from db.models.mentoring import MatchRound, Mentor, MentorRequest, MentorSearch, MentorTopic, RoundPair
from db.models.places import Place
from handlers.coordination.round_buttons import PublishRound
from tests.benchmarks.population import NOW, analyze, insert_rows, open_with, store_tap
from tests.databases import Databases, Postgres

MENTEES = MENTORS = 2_000
# Members who talk are others.
TALKING = 20
PEOPLE = MENTEES + MENTORS + TALKING
QUIET_S = 10.0
ASKED_S, ASKED_MS = 30.0, 250.0
COORDINATOR = PEOPLE


def measure(out: Console) -> None:
    """Print one table."""
    table = Table(
        title=f"A round of {MENTEES:,} × {MENTORS:,}, {TALKING} people talking: replies, ms, median / 99 of 100"
    )
    for name in ("", "quiet", "computed in", "meanwhile", "pairs", "publishing turn", "suggested in", "meanwhile"):
        table.add_column(name, justify="left" if not name else "right")
    with TemporaryDirectory() as folder:
        postgres = Postgres(Path(folder) / "postgres", durable=True)
        databases = Databases(Path(folder), postgres)
        for kind, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL")):
            table.add_row(name, *_measure(databases.fresh(kind)))
        postgres.stop()
    out.print(table)
    out.print(f"Asked: under {ASKED_S:.0f} s, and 99 of 100 replies within {ASKED_MS:.0f} ms meanwhile.")


def _measure(database: str) -> tuple[str, ...]:
    app = open_with(database, PEOPLE)
    app.clock.offset = NOW - app.clock.now()
    with app.engine.begin() as connection:
        _fill(connection)
    analyze(app.engine)
    try:
        return asyncio.run(_run(app))
    finally:
        app.workers.close()
        app.engine.dispose()


# --- people --------------------------------------------------------------------------------------------------------


def _fill(connection: Connection) -> None:
    """Everybody lives in one of 300 cities and left between 1980 and 2025; mentees look for one to three of the topics
    of the list, mentors know two to five and have two places."""
    dice = random.Random(2026)
    cities = connection.execute(select(Place.id).order_by(Place.population.desc()).limit(300)).scalars().all()
    topics = connection.execute(select(Topic.id).order_by(Topic.id)).scalars().all()
    school = connection.execute(select(Institution.id).limit(1)).scalar_one()
    for member in range(1, MENTEES + MENTORS + 1):
        connection.execute(update(Member).where(Member.id == member).values(place_id=dice.choice(cities)))
    years = [{"member_id": n, "institution_id": school, "to_year": dice.randint(1980, 2025)}
             for n in range(1, MENTEES + MENTORS + 1)]  # fmt: skip
    insert_rows(connection, Affiliation, years)
    insert_rows(connection, MentorSearch, [_search(dice, n, topics) for n in range(1, MENTEES + 1)])
    offering = range(MENTEES + 1, MENTEES + MENTORS + 1)
    insert_rows(connection, Mentor, [_mentor(dice, n) for n in offering])
    known = [
        {"key": key, "member_id": n}
        for n in offering
        for key in sorted(topic_keys(dice.sample(topics, dice.randint(2, 5)), ()))
    ]
    insert_rows(connection, MentorTopic, known)
    insert_rows(connection, Role, [{"member_id": COORDINATOR, "kind": RoleKind.COORDINATOR, "granted_at": NOW}])


def _search(dice: random.Random, member: int, topics: Any) -> dict[str, Any]:
    return {
        "member_id": member,
        "goal": "Find my way in a new field",
        "topics": [str(topic) for topic in dice.sample(topics, dice.randint(1, 3))],
        "free_topics": [],
        "languages": _languages(dice),
        "format": dice.choice(list(Format)).value,
        "far": dice.choice(list(Far)).value,
        "state": "open",
        "created_at": NOW,
        "looked_at": NOW,
    }


def _mentor(dice: random.Random, member: int) -> dict[str, Any]:
    formats = [each.value for each in Format]
    return {
        "member_id": member,
        "capacity": 2,
        "formats": dice.sample(formats, dice.randint(1, 3)),
        "languages": _languages(dice),
        "free_topics": [],
        "offered_at": NOW,
        "changed_at": NOW,
    }


def _languages(dice: random.Random) -> list[str]:
    return dice.choice((["de"], ["en"], ["de", "en"], ["en", "zh_Hans"], ["zh_Hans"], ["de", "en", "zh_Hans"]))


# --- what happens --------------------------------------------------------------------------------------------------


async def _run(app: App) -> tuple[str, ...]:
    await app.lease.renew()
    quiet, computing, suggesting = [], [], []
    waits: list[float] = quiet
    talking = [asyncio.create_task(_talk(app, member, lambda: waits)) for member in range(1, TALKING + 1)]
    talking.append(asyncio.create_task(_keep(app)))
    await asyncio.sleep(QUIET_S)
    number = in_session(app.engine, lambda session: _ask_for_round(app, session))
    waits = computing
    seconds = await _compute(app)
    pairs = in_session(app.engine, lambda session: _count(session, RoundPair))
    turn = await _publish(app, number)
    waits = suggesting
    proposing = await _suggest(app)
    for task in talking:
        task.cancel()
    await asyncio.gather(*talking, return_exceptions=True)
    waited = [
        f"{median(each) * 1000:.1f} / {quantiles(each, n=100)[98] * 1000:.0f}"
        for each in (quiet, computing, suggesting)
    ]
    proposed = in_session(app.engine, lambda session: _count(session, MentorRequest))
    assert proposed == pairs, (proposed, pairs)
    return (
        waited[0],
        f"{seconds:.1f} s",
        waited[1],
        f"{pairs:,}",
        f"{turn * 1000:.0f} ms",
        f"{proposing:.1f} s",
        waited[2],
    )


def _ask_for_round(app: App, session: Session) -> int:
    """What finishing the form writes."""
    row = rounds.create(session, "Large", None, None, COORDINATOR, app.clock.now())
    given = {"round": row.id, "weights": asdict(app.house.weights), "at": app.clock.now().isoformat()}
    jobs.queue(session, "round", app.clock.now(), given)
    return row.id


async def _compute(app: App) -> float:
    """Seconds of the job, its process's start included. Of other jobs (cities) there are none in these databases."""
    began = time.perf_counter()
    await app.jobs.run_waiting()
    seconds = time.perf_counter() - began
    job = in_session(app.engine, lambda session: session.scalars(select(Job).where(Job.kind == "round")).one())
    assert job.done_at is not None
    assert job.error is None, job.error
    return seconds


async def _keep(app: App) -> None:
    """The lease is kept as it is in the running program."""
    while True:
        await asyncio.sleep(5)
        await app.lease.renew()


def _count(session: Session, model: type[RoundPair] | type[MentorRequest]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


async def _publish(app: App, number: int) -> float:
    """Seconds of the turn that looks at all pairs again."""
    tap = PublishRound(number, True).pack()
    await app.workers.run(Urgency.STORE, store_tap, app.engine, "publish", COORDINATOR, tap)
    began = time.perf_counter()
    acted = await app.workers.run(Urgency.TURN, travel, app.road, TELEGRAM, str(COORDINATOR))
    seconds = time.perf_counter() - began
    assert acted is not None
    state = in_session(app.engine, lambda session: session.get_one(MatchRound, number).state)
    assert state == "published", state
    return seconds


async def _suggest(app: App) -> float:
    """Seconds until every mentee is suggested somebody."""
    began = time.perf_counter()
    while in_session(app.engine, lambda session: _count(session, RoundPair)):
        await app.planning.plan()
    return time.perf_counter() - began


async def _talk(app: App, who: int, waits: Callable[[], list[float]]) -> None:
    """Somebody opens the list of events again and again, with the pauses of a person."""
    dice, member = random.Random(who), MENTEES + MENTORS + who
    for number in range(1_000_000):
        await asyncio.sleep(dice.uniform(0.2, 0.6))
        kept, began = waits(), time.perf_counter()
        await app.workers.run(Urgency.STORE, store_tap, app.engine, f"{who}-{number}", member, Go("events").pack())
        acted = await app.workers.run(Urgency.TURN, travel, app.road, TELEGRAM, str(member))
        kept.append(time.perf_counter() - began)
        assert acted is not None
