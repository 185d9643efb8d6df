"""A large invented network in a database of its own, and turns of its members timed without the network."""

import json
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, text

from bot.app import App
from bot.channels.telegram.door import NAME as TELEGRAM
from bot.conversation.road import travel
from bot.settings import Settings
from db import inbox
from db.models.base import Base
from db.models.clubs import Club, Membership
from db.models.conversation import Door
from db.models.members import Member, Role
from db.models.places import Place
from db.models.privacy import Consent

CLUBS = 60
TURNS = 1_000
WARM = 100
AT_ONCE = 5_000
NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)


def open_app(database: str) -> App:
    given = {"secret_key": "only for benchmarks, only for benchmarks", "bot_token": "1:BENCH"}
    return App(Settings(_env_file=None, database_url=database, **given))  # type: ignore[call-arg,arg-type]


def open_with(database: str, size: int) -> App:
    app = open_app(database)
    with app.engine.begin() as connection:
        _found_clubs(connection)
    for first in range(1, size + 1, AT_ONCE):
        with app.engine.begin() as connection:
            _people(connection, range(first, min(first + AT_ONCE, size + 1)))
    analyze(app.engine)
    return app


def time_turns(apps: Sequence[App], sizes: Sequence[int], say: Callable[[int], str]) -> list[list[float]]:
    """Seconds a turn, for each size, of members drawn at random."""
    times: list[list[float]] = [[] for _app in apps]
    dice = random.Random(2026)
    for number in range(WARM + TURNS):
        for app, size, kept in zip(apps, sizes, times, strict=True):
            member = dice.randint(1, size)
            store_tap(app.engine, f"{say(member)}{number}", member, say(member))
            began = time.perf_counter()
            acted = travel(app.road, TELEGRAM, str(member))
            kept.append(time.perf_counter() - began)
            assert acted is not None
            assert acted.replies[0]["rows"]
            forget(app.engine, acted.row)
    return [kept[WARM:] for kept in times]


def describe(times: list[float]) -> str:
    return f"{median(times) * 1000:.2f} ({quantiles(times, n=100)[98] * 1000:.2f})"


def store_tap(engine: Engine, key: str, member: int, data: str) -> None:
    tap = {"id": key, "from": {"id": member, "is_bot": False, "first_name": "A"}, "message": {"message_id": 7}}
    payload = json.dumps({"update_id": 1, "callback_query": {**tap, "data": data}})
    row = {"channel": TELEGRAM, "box": "1", "key": key, "sender": str(member), "payload": payload}
    with engine.begin() as connection:
        inbox.store(connection, [{**row, "received_at": NOW, "state": 0, "tries": 0}])


def forget(engine: Engine, row: int) -> None:
    with engine.begin() as connection:
        inbox.mark_shown(connection, [row])


def analyze(engine: Engine) -> None:
    """What PostgreSQL's own housekeeping does in the course of an hour."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def insert_rows(connection: Connection, model: type[Base], rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(model.__table__), rows)  # type: ignore[arg-type]


def _found_clubs(connection: Connection) -> None:
    cities = connection.execute(select(Place.id).order_by(Place.population.desc()).limit(CLUBS)).scalars().all()
    club = {"admission": "open", "founded_at": NOW}
    rows = [
        {"id": n, "slug": f"club{n}", "names": {"en": f"Club {n}"}, "place_id": city, **club}
        for n, city in enumerate(cities, 1)
    ]
    insert_rows(connection, Club, rows)


def _people(connection: Connection, numbers: range) -> None:
    """Verified members who agreed to contact among alumni, each in a club; the first of a club leads it."""
    insert_rows(connection, Member, [_member(n) for n in numbers])
    door = {"channel": TELEGRAM, "used_at": datetime.now(UTC), "menu": "en:4"}
    insert_rows(connection, Door, [{"external_id": str(n), "member_id": n, **door} for n in numbers])
    joined = {"state": "in", "times_asked": 1, "muted": False, "changed_at": NOW}
    insert_rows(connection, Membership, [{"member_id": n, "club_id": n % CLUBS + 1, **joined} for n in numbers])
    said = {"purpose": "alumni", "given": True, "version": "1", "text": "Yes", "language": "en", "at": NOW}
    insert_rows(connection, Consent, [{"member_id": n, **said} for n in numbers])
    led = {"kind": "ambassador", "granted_at": NOW}
    if leaders := [{"member_id": n, "club_id": n % CLUBS + 1, **led} for n in numbers if n <= CLUBS]:
        insert_rows(connection, Role, leaders)


def _member(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "number": f"M{number:07}",
        "status": "verified",
        "language": ("de", "en", "zh_Hans")[number % 3],
        "full_name": f"Person {number}",
        "addressed_as": f"Person {number}",
        "created_at": NOW,
        "verified_at": NOW,
        "seen_at": NOW,
    }
