"""Finding and naming places: by what somebody typed, by a position, by id."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from bot.domain.folding import expand_umlauts, fold
from bot.domain.geography import (
    LARGEST_REACH_KM,
    Box,
    box_around,
    distance_km,
    estimate_reach_km,
    is_position,
)
from db.gazetteer.edition import current_version
from db.gazetteer.regions import list_regions, name_country, name_region, read_qualifiers
from db.models.places import LONGEST_FOLDED, Gazetteer, Place, PlaceName

__all__ = [
    "describe_place",
    "find_places",
    "gazetteer_loaded",
    "list_regions",
    "load_place",
    "name_country",
    "name_place",
    "name_region",
    "nearest_place",
]

LONGEST_TYPED = 100
MOST_PARTS = 14
NAMES_PER_PLACE = 12
CANDIDATES_NEARBY = 240
LARGE_CITY = 500_000
LARGEST_ID = 2**31 - 1
SEARCH_RADII_KM = (30.0, 100.0, 320.0)
FARTHEST_KM = 300.0
LAST_CHARACTER = "\U0010ffff"
PART = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")

Codes = frozenset[str]


class _Query(NamedTuple):
    """A folded name without spaces to begin with, and countries or regions of which each must hold."""

    key: str
    within: tuple[Codes, ...] = ()


def gazetteer_loaded(session: Session) -> bool:
    """Whether this program's edition of the gazetteer is wholly in the tables."""
    present = session.get(Gazetteer, 1)
    return bool(present and present.loaded_at and present.version == current_version())


def load_place(session: Session, place_id: int) -> Place | None:
    """The place with this GeoNames id, None for any other number."""
    return session.get(Place, place_id) if 0 < place_id <= LARGEST_ID else None


def find_places(session: Session, typed: str, *, limit: int, near: tuple[float, float] | None = None) -> list[Place]:
    """At most `limit` places whose name in any script begins with `typed`, [] for nonsense.

    Whole names come before beginnings, then the more populous before the less; with `near` (latitude,
    longitude) the nearer before the farther instead. If the whole text finds nothing, words at its ends
    are read as country, state or province: "Suzhou, Anhui", "Springfield Illinois", "安徽宿州".
    A single Latin letter brings only large cities, and such as are called so.
    """
    for spelling in _list_spellings(typed):
        for query in _list_queries(spelling):
            if found := _search(session, query, limit, near):
                return found
    return []


def nearest_place(session: Session, latitude: float, longitude: float) -> Place | None:
    """The place somebody at this position would name, None if there is none within about 300 km.

    Nearest to its outskirts, not to its centre: in a large city this is the city and not the suburb whose
    centre is a little nearer.
    """
    if not is_position(latitude, longitude):
        return None
    for radius in SEARCH_RADII_KM:
        found = _find_closest(session, latitude, longitude, radius)
        if found and found[0] <= radius - LARGEST_REACH_KM:
            place = session.get(Place, found[1])
            return place if place and _distance_to(place, (latitude, longitude)) <= FARTHEST_KM else None
    return None


def name_place(place: Place, language: str) -> str:
    """The city's name: Köln, Cologne or 科隆. In Latin letters where no Chinese name is known."""
    if language.startswith("zh"):
        return place.name_zh or place.name
    return place.name_de if language.startswith("de") else place.name


def describe_place(place: Place, language: str) -> str:
    """City, region and country in the order of the language, without repeating a name.

    "Nanjing, Jiangsu, China", "中国江苏南京", "Berlin, Deutschland", "Singapore".
    """
    region = name_region(place.region, language)
    names = [name_country(place.country, language), region, name_place(place, language)]
    chinese = language.startswith("zh")
    parts: list[str] = []
    for name in filter(None, names):
        if not parts or not _repeats(name, parts[-1], chinese):
            parts.append(name)
    return _join_chinese(parts) if chinese else ", ".join(reversed(parts))


def _repeats(name: str, larger: str, chinese: bool) -> bool:
    return name == larger or (chinese and larger.endswith(name))


def _join_chinese(parts: Sequence[str]) -> str:
    """Without anything between Chinese names, with a space beside Latin ones."""
    joined = ""
    for part in parts:
        gap = joined and (joined[-1].isascii() or part[0].isascii())
        joined += f" {part}" if gap else part
    return joined


def _list_spellings(typed: str) -> list[str]:
    """The German reading first: who types ü means ue more often than u."""
    text = typed[:LONGEST_TYPED]
    return list(dict.fromkeys(name for name in (expand_umlauts(text), fold(text)) if name))


def _list_queries(folded: str) -> Iterator[_Query]:
    """The whole text first, then ever shorter names with the rest read as countries and regions."""
    key = folded.replace(" ", "")[:LONGEST_FOLDED]
    yield _Query(key)
    if key.endswith("市") and len(key) > 2:
        yield _Query(key.removesuffix("市"))
    parts = PART.findall(folded)[:MOST_PARTS]
    for length in range(len(parts) - 1, 0, -1):
        for start in range(len(parts) - length + 1):
            yield from _read_beside(parts, start, start + length)


def _read_beside(parts: list[str], start: int, end: int) -> Iterator[_Query]:
    before, after = _read_codes(parts[:start]), _read_codes(parts[end:])
    if before is not None and after is not None:
        yield _Query("".join(parts[start:end]), before + after)


def _read_codes(parts: list[str]) -> tuple[Codes, ...] | None:
    """What the parts say as a row of countries and regions, None if they are anything else."""
    if not parts:
        return ()
    for length in range(len(parts), 0, -1):
        codes = read_qualifiers().get("".join(parts[:length]))
        rest = _read_codes(parts[length:]) if codes else None
        if codes and rest is not None:
            return (codes, *rest)
    return None


def _search(session: Session, query: _Query, limit: int, near: tuple[float, float] | None) -> list[Place]:
    """Exact names first; then by size, or by distance where `near` is given."""
    exact = _find_ids(session, query, limit, near is not None)
    found = session.scalars(select(Place).where(Place.id.in_(exact))) if exact else ()
    return sorted(found, key=lambda place: (not exact[place.id], *_rank(place, near)))[:limit]


def _rank(place: Place, near: tuple[float, float] | None) -> tuple[float, int]:
    return (_distance_to(place, near) if near else -place.population, place.id)


def _find_ids(session: Session, query: _Query, limit: int, wide: bool) -> dict[int, bool]:
    """Ids of the best candidates, each with whether one of its names is the whole key."""
    is_prefix = PlaceName.folded != query.key
    statement = (
        select(PlaceName.place_id, is_prefix)
        .where(PlaceName.folded >= query.key, PlaceName.folded < query.key + LAST_CHARACTER)
        .order_by(is_prefix, PlaceName.population.desc(), PlaceName.place_id)
        .limit(max(limit * NAMES_PER_PLACE, CANDIDATES_NEARBY if wide else 0))
    )
    if query.within:
        statement = statement.join(Place, Place.id == PlaceName.place_id).where(*map(_lies_in, query.within))
    if len(query.key) == 1 and query.key.isascii():
        statement = statement.where(or_(PlaceName.population >= LARGE_CITY, PlaceName.folded == query.key))
    found: dict[int, bool] = {}
    for place_id, prefix in session.execute(statement):
        if len(found) < limit or wide:
            found.setdefault(place_id, not prefix)
    return found


def _lies_in(codes: Codes) -> ColumnElement[bool]:
    return or_(Place.country.in_(codes), Place.region.in_(codes))


def _distance_to(place: Place, position: tuple[float, float]) -> float:
    return distance_km(place.latitude, place.longitude, *position)


def _find_closest(session: Session, latitude: float, longitude: float, radius: float) -> tuple[float, int] | None:
    """Distance to the outskirts and id of the closest place in the box, None where the box is empty."""
    statement = select(Place.id, Place.latitude, Place.longitude, Place.population)
    rows = session.execute(statement.where(_is_inside(box_around(latitude, longitude, radius))))
    return min((_weigh(row, latitude, longitude) for row in rows), default=None)


def _weigh(row: Any, latitude: float, longitude: float) -> tuple[float, int]:
    apart = distance_km(row.latitude, row.longitude, latitude, longitude)
    return apart - estimate_reach_km(row.population), row.id


def _is_inside(box: Box) -> ColumnElement[bool]:
    height = Place.latitude.between(box.south, box.north)
    if box.west <= box.east:
        return and_(height, Place.longitude.between(box.west, box.east))
    return and_(height, or_(Place.longitude >= box.west, Place.longitude <= box.east))
