"""Mentors for one who looks: the five best among ten thousand, with all that must hold, on both databases."""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from bot.app import App
from bot.domain.matching import Far, Format, Weights
from db import mentors
from db.engine import in_session
from db.models.lists import Programme, Topic
from db.models.members import Affiliation, Member
from db.models.mentoring import Mentor, MentorRequest, MentorSearch, Mentorship, MentorTopic
from db.models.places import Place
from handlers.mentoring.suggesting import find_suggestions
from tests.benchmarks.population import NOW, analyze, insert_rows, open_with
from tests.databases import Databases, Postgres

MEMBERS, MENTORS = 20_000, 10_000
CITIES = 300
RUNS, WARM = 60, 5
LIMIT_MS = 150
# Above those that the database numbers itself.
FIRST_SEARCH = 1_000_000
# How many topics the mentee looks for: with one a quarter of the mentors share it, with all everybody does.
WISHES = (1, 3, None)


def measure(out: Console) -> None:
    """Print a table: how many mentors share a topic, and how long it takes."""
    table = Table(title=f"The best five of {MENTORS:,} mentors, ms (at most {LIMIT_MS})")
    for name in ("", "share a topic", "median", "longest"):
        table.add_column(name, justify="left" if not name else "right")
    with TemporaryDirectory() as folder:
        postgres = Postgres(Path(folder) / "postgres", durable=True)
        databases = Databases(Path(folder), postgres)
        for kind, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL")):
            for row in _measure(databases.fresh(kind), name):
                table.add_row(*row)
        postgres.stop()
    out.print(table)


def _measure(database: str, name: str) -> Iterator[tuple[str, ...]]:
    app = _with_mentors(database)
    for wishes in WISHES:
        sharing = in_session(app.engine, lambda session: _count_sharing(session, wishes))  # noqa: B023
        times = [_time_one(app.engine, number, wishes) * 1000 for number in range(WARM + RUNS)][WARM:]
        yield name, f"{sharing:,}", f"{median(times):.0f}", f"{max(times):.0f}"
    app.workers.close()
    app.engine.dispose()


def _time_one(engine: Engine, number: int, wishes: int | None) -> float:
    """Seconds from the search to the five, in a session of its own as in a turn."""
    ident = in_session(engine, lambda session: _look(session, MENTORS + 1 + number, wishes))
    with Session(engine) as session:
        search = session.get_one(MentorSearch, ident)
        began = time.perf_counter()
        found = find_suggestions(session, search, Weights(), NOW)
        seconds = time.perf_counter() - began
    assert len(found) == 5, found
    return seconds


def _look(session: Session, member: int, wishes: int | None) -> int:
    session.execute(delete(MentorSearch).where(MentorSearch.member_id == member))
    search = MentorSearch(
        member_id=member,
        goal="A goal",
        topics=_wished(session, wishes),
        languages=["de", "zh_Hans"],
        format=Format.QUARTER.value,
        far=Far.BOTH.value,
        created_at=NOW,
        looked_at=NOW,
    )
    session.add(search)
    session.flush()
    return search.id


def _wished(session: Session, wishes: int | None) -> list[str]:
    return [str(topic) for topic in session.scalars(select(Topic.id).order_by(Topic.id).limit(wishes))]


def _count_sharing(session: Session, wishes: int | None) -> int:
    search = session.get_one(MentorSearch, _look(session, MEMBERS, wishes))
    return len(mentors.offering(session, mentors.mentee_of(session, search), NOW))


# --- ten thousand mentors -----------------------------------------------------------------------------------------


def _with_mentors(database: str) -> App:
    app = open_with(database, MEMBERS)
    dice = random.Random(2026)
    with app.engine.begin() as connection:
        places = connection.execute(select(Place.id).order_by(Place.population.desc()).limit(CITIES)).scalars().all()
        programmes = connection.execute(select(Programme.id, Programme.institution_id)).all()
        topics = connection.execute(select(Topic.id)).scalars().all()
        for number, place in enumerate(places):
            lives = Member.id % len(places) == number
            connection.execute(update(Member).where(lives).values(place_id=place))
        studied = [_studied(n, *dice.choice(programmes), dice) for n in range(1, MEMBERS + 1) for _twice in range(2)]
        insert_rows(connection, Affiliation, studied)
        numbers = range(1, MENTORS + 1)
        insert_rows(connection, Mentor, [_mentor(n, dice) for n in numbers])
        offered = [{"member_id": n, "key": f"t:{topic}"} for n in numbers for topic in dice.sample(list(topics), 3)]
        insert_rows(connection, MentorTopic, offered)
        insert_rows(connection, Mentorship, [_together(n) for n in numbers if n % 3 == 0])
        insert_rows(connection, MentorSearch, [_searched(n) for n in numbers if n % 10 == 0])
        insert_rows(connection, MentorRequest, [_asked(n) for n in numbers if n % 10 == 0])
    analyze(app.engine)
    return app


def _studied(member: int, programme: int, institution: int, dice: random.Random) -> dict[str, Any]:
    left = dice.randint(1985, 2026)
    return {
        "member_id": member,
        "institution_id": institution,
        "programme_id": programme,
        "from_year": left - 4,
        "to_year": left,
    }


def _mentor(member: int, dice: random.Random) -> dict[str, Any]:
    return {
        "member_id": member,
        "capacity": dice.randint(1, 4),
        "formats": dice.sample([each.value for each in Format], 2),
        "languages": dice.sample(["de", "en", "zh_Hans", "fr"], 2),
        "free_topics": [],
        "offered_at": NOW,
        "changed_at": NOW,
    }


def _together(mentor: int) -> dict[str, Any]:
    return {
        "mentor_id": mentor,
        "mentee_id": MENTORS + mentor,
        "goal": "A goal",
        "format": Format.YEAR.value,
        "state": "active",
        "began_at": NOW,
        "checks": 0,
        "mentor_shares": False,
        "mentee_shares": False,
    }


def _searched(mentor: int) -> dict[str, Any]:
    return {
        "id": FIRST_SEARCH + mentor,
        "member_id": MENTORS + mentor,
        "goal": "A goal",
        "topics": [],
        "free_topics": [],
        "languages": ["de"],
        "format": Format.CALL.value,
        "far": Far.ANY.value,
        "state": "closed",
        "created_at": NOW,
        "looked_at": NOW,
    }


def _asked(mentor: int) -> dict[str, Any]:
    row = {"search_id": FIRST_SEARCH + mentor, "mentor_id": mentor, "mentee_id": MENTORS + mentor, "position": 1}
    return {**row, "state": "asked", "asked_at": NOW}
