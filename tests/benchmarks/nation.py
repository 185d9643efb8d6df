"""Members by the million: a thousand different ones, and copies of them made inside the database."""

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, String, cast, insert, literal, select, update

from bot.domain.people import Relation
from db.engine import in_session
from db.models.base import Base
from db.models.clubs import Membership
from db.models.conversation import Door
from db.models.lists import Programme, Topic
from db.models.members import Affiliation, Member, MemberRelation, MemberTopic
from db.models.places import Place
from tests.benchmarks.population import NOW, analyze, insert_rows, open_with

FIRST = 1_000
AT_ONCE = 50_000
CITIES = 300
JOINED_WITHIN_DAYS = 1_100
COPIED: tuple[type[Base], ...] = (Member, Door, Membership, Affiliation, MemberRelation, MemberTopic)


def populate(address: str, size: int) -> None:
    """Verified members with a door, in three hundred cities of many zones, with all that segments ask about."""
    app = open_with(address, FIRST)
    _scatter(app.engine)
    have = FIRST
    while have < size:
        step = min(have, AT_ONCE, size - have)
        _copy(app.engine, step, have)
        have += step
    analyze(app.engine)
    app.workers.close()
    app.engine.dispose()


def _scatter(engine: Engine) -> None:
    """Where the first thousand live, when they sleep, what they studied and do."""
    dice = random.Random(2026)
    cities = select(Place.id, Place.zone).order_by(Place.population.desc()).limit(CITIES)
    with engine.begin() as connection:
        places = connection.execute(cities).all()
        programmes = connection.execute(select(Programme.id, Programme.institution_id)).all()
        topics = connection.execute(select(Topic.id)).scalars().all()
        members = range(1, FIRST + 1)
        for number in members:
            place, zone = dice.choice(places)
            lives = {"place_id": place, "zone": zone, "quiet_from": dice.choice((20, 21, 22)), "quiet_to": 8}
            lives["verified_at"] = NOW - timedelta(days=number * 7 % JOINED_WITHIN_DAYS)
            connection.execute(update(Member).where(Member.id == number).values(lives))
        insert_rows(connection, Affiliation, [_studies(number, *dice.choice(programmes), dice) for number in members])
        insert_rows(connection, MemberRelation, [_relates(number, dice) for number in members])
        liked = [{"member_id": n, "topic_id": topic} for n in members for topic in dice.sample(list(topics), 2)]
        insert_rows(connection, MemberTopic, liked)


def _studies(number: int, programme: int, institution: int, dice: random.Random) -> dict[str, Any]:
    left = dice.randint(1985, 2026)
    studied = {"institution_id": institution, "programme_id": programme, "from_year": left - 4, "to_year": left}
    return {"member_id": number, **studied}


def _relates(number: int, dice: random.Random) -> dict[str, Any]:
    return {"member_id": number, "relation": dice.choice(list(Relation)).value}


def _copy(engine: Engine, step: int, offset: int) -> None:
    """The first so many members again, with other numbers."""
    for model in COPIED:
        table = model.__table__
        owner = table.c.id if model is Member else table.c.member_id
        columns = {column.name: _shift(model, column, offset) for column in table.c if _is_copied(model, column.name)}
        rows = select(*columns.values()).where(owner <= step)
        in_session(engine, lambda session: session.execute(insert(model).from_select(list(columns), rows)))  # noqa: B023


def _is_copied(model: type[Base], name: str) -> bool:
    return name != "id" or model is Member


def _shift(model: type[Base], column: ColumnElement[Any], offset: int) -> ColumnElement[Any]:
    if column.key in ("id", "member_id"):
        return column + offset
    if model is Member and column.key == "number":
        return literal("N") + cast(Member.id + offset, String)
    if model is Door and column.key == "external_id":
        return cast(Door.member_id + offset, String)
    return column
