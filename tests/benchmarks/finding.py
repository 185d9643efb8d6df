"""Finding people among a hundred thousand and a million members: by common and rare names, a city, studies, a topic."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import ColumnElement, Connection, Engine, String, cast, insert, literal, select, text

from db import people
from db.engine import in_session, open_engine
from db.models.base import Base
from db.models.clubs import Club, Membership
from db.models.lists import Institution, Programme, Topic
from db.models.members import Affiliation, FieldVisibility, Member, MemberTopic
from db.models.people import MemberName, Offer
from db.models.places import Place
from db.models.privacy import Consent
from db.names import keys_of
from db.people import ANYTHING, Criteria
from tests.benchmarks.population import NOW
from tests.databases import Databases, Postgres

RUNS = (("sqlite", "SQLite", 100_000), ("postgresql", "PostgreSQL", 100_000), ("postgresql", "PostgreSQL", 1_000_000))
DIFFERENT, AT_ONCE = 50_000, 10_000
COPIED: tuple[type[Base], ...] = (
    Member, MemberName, Consent, Membership, Affiliation, MemberTopic, FieldVisibility, Offer
)  # fmt: skip
SEARCHES, PAGE = 40, 7
CITIES, CLUBS = 300, 60
# Of a hundred people so many agree to be found, and so many of these open each field to all, or to their clubs.
AGREE, OPEN_TO_ALL, OPEN_TO_CLUBS = 70, 40, 20
# Family names by how common they are in China and Germany: shares of a thousand, the rest is one of many rare ones.
FAMILIES = {"王": 70, "李": 70, "张": 66, "刘": 50, "陈": 45, "Müller": 12, "Schmidt": 9, "Weber": 5}
GIVEN_HAN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀英霞平刚桂华文玉兰建国诗博晓燕志雨欣浩然子轩思宇"
GIVEN_LATIN = ("Anna", "Bernd", "Carla", "Dieter", "Eva", "Franz", "Greta", "Hans", "Ilse", "Jürgen", "Karin")
SYLLABLES = (
    "ber", "gel", "hof", "kel", "lan", "mar", "nau", "ost", "rie", "sten", "tal", "wald", "zim", "dorf", "feld"
)  # fmt: skip
RAREST = "Quastenberger"

Rows = list[dict[str, Any]]


def measure(out: Console, runs: Sequence[tuple[str, str, int]] = RUNS) -> None:
    """Print one table."""
    found: dict[str, dict[str, str]] = {}
    with TemporaryDirectory() as name:
        postgres = Postgres(Path(name) / "postgres", durable=True)
        databases = Databases(Path(name), postgres)
        for kind, title, size in runs:
            address = databases.fresh(kind)
            began = time.perf_counter()
            populate(address, size)
            out.print(f"{title}, {size:,} members: made in {time.perf_counter() - began:.0f} s")
            found[f"{title}, {size:,}"] = dict(_search(address, size))
        postgres.stop()
    _print(out, found)


def _print(out: Console, found: dict[str, dict[str, str]]) -> None:
    table = Table(title=f"Finding people, {SEARCHES} searches each, ms: median (longest), found on the first page")
    for name in ("", *found):
        table.add_column(name, justify="right" if name else "left", no_wrap=not name)
    for search in next(iter(found.values())):
        table.add_row(search, *(figures[search] for figures in found.values()))
    out.print(table)


def _search(address: str, size: int) -> Iterator[tuple[str, str]]:
    engine = open_engine(address)
    dice = random.Random(11)
    for name, criteria in in_session(engine, lambda session: _kinds(session.connection())).items():
        times, hits = [], 0
        for _one in range(SEARCHES):
            reader, meant = dice.randint(1, size), criteria(dice)
            began = time.perf_counter()
            ids = in_session(engine, lambda session: people.search(session, reader, meant, PAGE))  # noqa: B023
            times.append(time.perf_counter() - began)
            hits += len(ids)
        yield name, f"{median(times) * 1e3:.1f} ({max(times) * 1e3:.0f}) {hits / SEARCHES:.1f}"
    engine.dispose()


def _kinds(connection: Connection) -> dict[str, Callable[[random.Random], Criteria]]:
    """What is searched for."""
    cities = connection.execute(select(Place.id).order_by(Place.population.desc()).limit(CITIES)).scalars().all()
    topics = connection.execute(select(Topic.id)).scalars().all()
    houses = connection.execute(select(Institution.id)).scalars().all()

    def years(dice: random.Random, span: int) -> tuple[int, int]:
        first = dice.randint(1985, 2026 - span)
        return first, first + span

    return {
        "a common name (wang)": lambda _dice: Criteria("wang"),
        "in characters (王)": lambda _dice: Criteria("王"),
        "one letter (w)": lambda _dice: Criteria("w"),
        "two common names (wang wei)": lambda _dice: Criteria("wang wei"),
        "two family names (wang li)": lambda _dice: Criteria("wang li"),
        "two that nobody has together (wang schmidt)": lambda _dice: Criteria("wang schmidt"),
        "a German name (Mueller)": lambda _dice: Criteria("Mueller"),
        "first and last name (Anna Weber)": lambda _dice: Criteria("Anna Weber"),
        "a rare name": lambda _dice: Criteria(RAREST),
        "a name nobody has": lambda _dice: Criteria("xyzzyq"),
        "the largest city": lambda _dice: Criteria(city=cities[0]),
        "any city": lambda dice: Criteria(city=dice.choice(cities)),
        "a topic": lambda dice: Criteria(topic=dice.choice(topics)),
        "an institution and a year": lambda dice: Criteria(institution=dice.choice(houses), cohort=years(dice, 0)),
        "a year": lambda dice: Criteria(cohort=years(dice, 0)),
        "a year long ago": lambda _dice: Criteria(cohort=(1950, 1950)),
        "a common name in the largest city": lambda _dice: Criteria("wang", city=cities[0]),
        "a common name in any city": lambda dice: Criteria("wang", city=dice.choice(cities)),
        "a German name in any city": lambda dice: Criteria("müller", city=dice.choice(cities)),
        "a common name, a topic, five years": lambda dice: Criteria(
            "li", topic=dice.choice(topics), cohort=years(dice, 5)
        ),
        "who offers anything": lambda _dice: Criteria(offers=ANYTHING),
        "who seeks a topic, in any city": lambda dice: Criteria(seeks=dice.choice(topics), city=dice.choice(cities)),
    }


# --- the population


def populate(address: str, size: int) -> None:
    """Members as they may be found: names of two cultures, one large city and many others, fields opened or not. The
    first ones are all different; the others are copies of them, made inside the database."""
    engine = open_engine(address)
    with engine.begin() as connection:
        _found_clubs(connection)
    for first in range(1, DIFFERENT + 1, AT_ONCE):
        _people(engine, range(first, first + AT_ONCE))
    for offset in range(DIFFERENT, size, DIFFERENT):
        _copy(engine, offset)
    _analyze(engine)
    engine.dispose()


def _copy(engine: Engine, offset: int) -> None:
    for model in COPIED:
        table = model.__table__
        columns = {each.name: _shifted(model, each, offset) for each in table.c if each.name != "id" or model is Member}
        owner = table.c.id if model is Member else table.c.member_id
        rows = select(*columns.values()).where(owner <= DIFFERENT)
        in_session(engine, lambda session: session.execute(insert(model).from_select(list(columns), rows)))  # noqa: B023


def _shifted(model: type[Base], column: ColumnElement[Any], offset: int) -> ColumnElement[Any]:
    if column.key in ("id", "member_id"):
        return column + offset
    return literal("N") + cast(Member.id + offset, String) if column.key == "number" and model is Member else column


def _found_clubs(connection: Connection) -> None:
    cities = connection.execute(select(Place.id).order_by(Place.population.desc()).limit(CLUBS)).scalars().all()
    club = {"admission": "open", "founded_at": NOW}
    rows = [{"id": n, "slug": f"c{n}", "names": {"en": f"C {n}"}, "place_id": city, **club}
            for n, city in enumerate(cities, 1)]  # fmt: skip
    connection.execute(insert(Club), rows)


def _people(engine: Engine, numbers: range) -> None:
    dice = random.Random(numbers.start)
    with engine.begin() as connection:
        cities = connection.execute(select(Place.id).order_by(Place.population.desc()).limit(CITIES)).scalars().all()
        programmes = connection.execute(select(Programme.id, Programme.institution_id)).all()
        topics = list(connection.execute(select(Topic.id)).scalars())
        named = {number: _name(number, dice) for number in numbers}
        _insert(connection, Member, [_member(n, *named[n], cities, dice) for n in numbers])
        _insert(connection, MemberName, [
            {"folded": key, "member_id": n} for n in numbers for key in sorted(keys_of(*named[n]))])  # fmt: skip
        _insert(connection, Consent, [_consent(n, dice) for n in numbers])
        _insert(connection, Membership, [_joined(n, dice) for n in numbers])
        _insert(connection, Affiliation, [_studied(n, *dice.choice(programmes), dice) for n in numbers])
        _insert(connection, MemberTopic, [
            {"member_id": n, "topic_id": topic} for n in numbers for topic in dice.sample(topics, 2)])  # fmt: skip
        _insert(connection, FieldVisibility, [row for n in numbers for row in _opened(n, dice)])
        _insert(connection, Offer, [_offer(n, dice.choice(topics), dice) for n in numbers if n % 20 == 0])


def _name(number: int, dice: random.Random) -> tuple[str, str | None]:
    """Chinese for about six in ten."""
    if number < 5:
        return f"Otto {RAREST}", None
    point = dice.randrange(1_000)
    for family, share in FAMILIES.items():
        point -= share
        if point < 0:
            return _with_given(family, dice)
    if dice.random() < 0.5:
        return "".join(dice.choices(GIVEN_HAN, k=3)), None
    return f"{dice.choice(GIVEN_LATIN)} {''.join(dice.choices(SYLLABLES, k=3)).capitalize()}", None


def _with_given(family: str, dice: random.Random) -> tuple[str, str | None]:
    if family.isascii() or family == "Müller":
        return f"{dice.choice(GIVEN_LATIN)} {family}", None
    return family + "".join(dice.choices(GIVEN_HAN, k=dice.choice((1, 2, 2)))), None


def _member(number: int, full: str, other: str | None, cities: Sequence[int], dice: random.Random) -> dict[str, Any]:
    city = cities[0] if dice.random() < 0.08 else dice.choice(cities)
    return {
        "id": number,
        "number": f"M{number:07}",
        "status": "verified",
        "language": dice.choice(("de", "en", "zh_Hans")),
        "full_name": full,
        "other_name": other,
        "place_id": city,
        "created_at": NOW,
        "verified_at": NOW,
        "seen_at": NOW,
    }


def _consent(number: int, dice: random.Random) -> dict[str, Any]:
    given = dice.randrange(100) < AGREE
    said = {"purpose": "alumni", "version": "1", "text": "Yes", "language": "en", "at": NOW}
    return {"member_id": number, "given": given, **said}


def _joined(number: int, dice: random.Random) -> dict[str, Any]:
    return {"member_id": number, "club_id": dice.randint(1, CLUBS), "state": "in", "times_asked": 1, "muted": False,
            "changed_at": NOW}  # fmt: skip


def _studied(number: int, programme: int, institution: int, dice: random.Random) -> dict[str, Any]:
    left = dice.randint(1985, 2026)
    years = {"from_year": left - 4, "to_year": left}
    return {"member_id": number, "institution_id": institution, "programme_id": programme, **years}


def _opened(number: int, dice: random.Random) -> Iterator[dict[str, Any]]:
    for field in ("studies", "city", "topics"):
        point = dice.randrange(100)
        if point < OPEN_TO_ALL + OPEN_TO_CLUBS:
            yield {"member_id": number, "field": field, "audience": "alumni" if point < OPEN_TO_ALL else "clubs"}


def _offer(number: int, topic: int, dice: random.Random) -> dict[str, Any]:
    return {"member_id": number, "kind": dice.choice(("offer", "seek")), "topic_id": topic, "words": "…", "at": NOW}


def _insert(connection: Connection, model: type[Base], rows: Rows) -> None:
    if rows:
        connection.execute(insert(model.__table__), rows)  # type: ignore[arg-type]


def _analyze(engine: Engine) -> None:
    """What PostgreSQL's own housekeeping does in the course of an hour; SQLite gets no such help."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
