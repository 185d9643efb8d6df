"""Filling the tables of places. Meant for a process of its own that ends when the work is done."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Insert, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.gazetteer.edition import current_version
from db.gazetteer.naming import choose_chinese, list_folded
from db.gazetteer.regions import REGION_OF_COUNTRY, read_regions
from db.gazetteer.source import City, Curated, open_cities, read_curated
from db.models.places import Gazetteer, Place, PlaceName

BATCH = 100
SWEEP = 1500
Progress = Callable[[int, int], None]
Row = dict[str, Any]


class _Scope(NamedTuple):
    population_over: int
    curated: dict[int, Curated]
    regions: dict[tuple[str, str], str]


def load_gazetteer(engine: Engine, progress: Progress | None = None, *, population_over: int = 0) -> int:
    """Load every city and return how many there now are; 0 if this edition is already there.

    Works in transactions of a few milliseconds, so that others can write meanwhile, and declares the
    edition loaded in the last of them; until then `gazetteer_loaded` is false. A load that was broken off
    is done again from the start over what it left. Places of an older edition stay (people may refer to
    them), their names go. `progress` hears how many records of how many were read. Cities of at most
    `population_over` people are left out, curated ones never.
    """
    if not _begin_edition(engine, population_over):
        return 0
    scope = _Scope(population_over, read_curated(), _map_admin1())
    total, cities = open_cities()
    written = seen = 0
    while batch := list(islice(cities, BATCH)):
        seen += len(batch)
        written += _write_batch(engine, batch, scope)
        if progress:
            progress(seen, total)
    _declare_loaded(engine)
    return written


def _begin_edition(engine: Engine, population_over: int) -> bool:
    with engine.begin() as connection:
        present = connection.execute(select(Gazetteer.__table__)).one_or_none()
    version = current_version()
    if present and present.version == version:
        if present.loaded_at and present.population_over <= population_over:
            return False
    elif present:
        _sweep_names(engine)
    with engine.begin() as connection:
        row = {"id": 1, "version": version, "population_over": population_over, "loaded_at": None}
        connection.execute(_upsert(connection, _table(Gazetteer)), row)
    return True


def _sweep_names(engine: Engine) -> None:
    names = _table(PlaceName)
    with engine.begin() as connection:
        connection.execute(update(Gazetteer).values(loaded_at=None))
    more = True
    while more:
        with engine.begin() as connection:
            edge = select(names.c.folded).order_by(names.c.folded).offset(SWEEP).limit(1)
            last = connection.scalar(edge)
            more = last is not None
            connection.execute(delete(names).where(names.c.folded <= last) if more else delete(names))


def _write_batch(engine: Engine, cities: list[City], scope: _Scope) -> int:
    places: list[Row] = []
    names: list[Row] = []
    for city in cities:
        if city.population > scope.population_over or city.id in scope.curated:
            places.append(_make_place(city, scope))
            names.extend(_make_names(city, scope))
    if places:
        with engine.begin() as connection:
            connection.execute(_upsert(connection, _table(Place)), places)
            connection.execute(_upsert(connection, _table(PlaceName)), names)
    return len(places)


def _declare_loaded(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(update(Gazetteer).values(loaded_at=datetime.now(UTC)))


def _make_place(city: City, scope: _Scope) -> Row:
    curated = scope.curated.get(city.id)
    return {
        "id": city.id,
        "country": city.country,
        "region": _find_region(city, scope.regions),
        "name": curated.en if curated else city.name,
        "name_de": curated.de if curated else city.name,
        "name_zh": curated.zh if curated else choose_chinese(city),
        "latitude": city.latitude,
        "longitude": city.longitude,
        "zone": city.zone,
        "population": city.population,
    }


def _make_names(city: City, scope: _Scope) -> Iterator[Row]:
    for folded in list_folded(city, scope.curated.get(city.id)):
        yield {"folded": folded, "place_id": city.id, "population": city.population}


def _find_region(city: City, regions: dict[tuple[str, str], str]) -> str | None:
    return REGION_OF_COUNTRY.get(city.country) or regions.get((city.country, city.admin1))


def _map_admin1() -> dict[tuple[str, str], str]:
    return {(code[:2], region.admin1): code for code, region in read_regions().items() if region.admin1}


def _upsert(connection: Connection, table: Table) -> Insert:
    """An insert that overwrites the row with the same primary key."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    rest = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    upsert: Insert = statement.on_conflict_do_update(index_elements=keys, set_=rest)
    return upsert


def _table(model: type[Gazetteer | Place | PlaceName]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table
