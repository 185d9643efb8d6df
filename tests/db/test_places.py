"""The gazetteer: loaded once, found in three scripts, named in three languages, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, delete, event, func, select, text, update
from sqlalchemy.orm import Session

from bot.domain.folding import fold
from db.engine import open_engine
from db.gazetteer.edition import current_version
from db.gazetteer.load import BATCH, load_gazetteer
from db.gazetteer.regions import read_regions
from db.gazetteer.source import read_curated
from db.models.places import Gazetteer, Place, PlaceName
from db.places import (
    describe_place,
    find_places,
    gazetteer_loaded,
    list_regions,
    load_place,
    name_country,
    name_place,
    name_region,
    nearest_place,
)
from tests.databases import Postgres

NANJING, COLOGNE, CLAUSTHAL = 1799962, 2886242, 2939995
LARGE = 100_000


def _create_tables(engine: Engine) -> Engine:
    tables = (Place.__table__, PlaceName.__table__, Gazetteer.__table__)
    Place.metadata.create_all(engine, tables=[table for table in tables if isinstance(table, Table)])
    return engine


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(
    request: pytest.FixtureRequest, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Large cities and the curated ones, on either database."""
    address = f"sqlite:///{tmp_path_factory.mktemp('places')}/places.db"
    if request.param == "postgresql":
        postgres.run("CREATE DATABASE places")
        address = postgres.url("places")
    engine = open_engine(address)
    load_gazetteer(_create_tables(engine), population_over=LARGE)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@pytest.fixture(scope="module")
def whole_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole gazetteer on SQLite."""
    path = tmp_path_factory.mktemp("whole") / "places.db"
    engine = _create_tables(open_engine(f"sqlite:///{path}"))
    load_gazetteer(engine)
    engine.dispose()
    return path


@pytest.fixture
def whole(whole_file: Path) -> Iterator[Session]:
    engine = open_engine(f"sqlite:///{whole_file}")
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    engine = _create_tables(open_engine(f"sqlite:///{tmp_path}/places.db"))
    yield engine
    engine.dispose()


def _describe(session: Session, typed: str, language: str = "en") -> list[str]:
    return [describe_place(place, language) for place in find_places(session, typed, limit=5)]


FOUND = [
    ("苏州", "Suzhou, Jiangsu, China"),
    ("蘇州", "Suzhou, Jiangsu, China"),
    ("宿州", "Suzhou, Anhui, China"),
    ("宿州市", "Suzhou, Anhui, China"),
    ("Suzhou", "Suzhou, Jiangsu, China"),
    ("su zhou", "Suzhou, Jiangsu, China"),
    ("Suzhou, Anhui", "Suzhou, Anhui, China"),
    ("Anhui Suzhou", "Suzhou, Anhui, China"),
    ("安徽宿州", "Suzhou, Anhui, China"),
    ("中国安徽省宿州市", "Suzhou, Anhui, China"),
    ("Taizhou Zhejiang", "Taizhou, Zhejiang, China"),
    ("台州", "Taizhou, Zhejiang, China"),
    ("泰州", "Taizhou, Jiangsu, China"),
    ("Xi'an", "Xi'an, Shaanxi, China"),
    ("xian", "Xi'an, Shaanxi, China"),
    ("西安", "Xi'an, Shaanxi, China"),
    ("lvliang", "Lüliang, Shanxi, China"),
    ("Kanton", "Guangzhou, Guangdong, China"),
    ("Nanking", "Nanjing, Jiangsu, China"),
    ("臺北", "Taipei, Taiwan"),
    ("Hong Kong, China", "Hong Kong"),
    ("澳门", "Macau"),
    ("Köln", "Cologne, North Rhine-Westphalia, Germany"),
    ("koln", "Cologne, North Rhine-Westphalia, Germany"),
    ("KOELN", "Cologne, North Rhine-Westphalia, Germany"),
    ("Ko\u0308ln", "Cologne, North Rhine-Westphalia, Germany"),
    ("科隆", "Cologne, North Rhine-Westphalia, Germany"),
    ("Köln, NRW", "Cologne, North Rhine-Westphalia, Germany"),
    ("Mü", "Munich, Bavaria, Germany"),
    ("Gießen", "Giessen, Hesse, Germany"),
    ("Giessen", "Giessen, Hesse, Germany"),
    ("Düsseldorf", "Düsseldorf, North Rhine-Westphalia, Germany"),
    ("dusseld", "Düsseldorf, North Rhine-Westphalia, Germany"),
    ("clausthal", "Clausthal-Zellerfeld, Lower Saxony, Germany"),
    ("克劳斯塔尔", "Clausthal-Zellerfeld, Lower Saxony, Germany"),
    ("Mittweida", "Mittweida, Saxony, Germany"),
    ("Halle", "Halle (Saale), Saxony-Anhalt, Germany"),
    ("Frankfurt Oder", "Frankfurt (Oder), Brandenburg, Germany"),
    ("Springfield Illinois", "Springfield, Illinois, United States"),
    ("Springfield, IL", "Springfield, Illinois, United States"),
    ("伊利诺伊州 Springfield", "Springfield, Illinois, United States"),
    ("Boston (USA)", "Boston, Massachusetts, United States"),
    ("London Ontario", "London, Ontario, Canada"),
    ("Mailand", "Milan, Lombardy, Italy"),
    ("Zürich Schweiz", "Zurich, Switzerland"),
    ("瑞士苏黎世", "Zurich, Switzerland"),
    ("东京", "Tokyo, Japan"),
    ("Warschau", "Warsaw, Poland"),
    ("\u200f\u202eKöln\x00 😀", "Cologne, North Rhine-Westphalia, Germany"),
]


@pytest.mark.parametrize(("typed", "first"), FOUND)
def test_found_by_what_was_typed(session: Session, typed: str, first: str) -> None:
    assert _describe(session, typed)[0] == first


def test_namesakes_come_larger_first(session: Session) -> None:
    assert _describe(session, "Suzhou")[:2] == ["Suzhou, Jiangsu, China", "Suzhou, Anhui, China"]
    assert _describe(session, "宿州") == ["Suzhou, Anhui, China"]
    assert "Suzhou, Anhui, China" not in _describe(session, "苏州")


def test_whole_names_come_before_beginnings(session: Session) -> None:
    names = [place.name for place in find_places(session, "York", limit=9)]
    assert names[0] == "York"
    populations = [place.population for place in find_places(session, "nan", limit=9)]
    assert populations == sorted(populations, reverse=True)


def test_near_brings_the_nearer_first(session: Session) -> None:
    assert find_places(session, "Suzhou", limit=2, near=(31.82, 117.23))[0].region == "CN-AH"
    assert find_places(session, "Frankfurt", limit=2, near=(52.5, 13.4))[0].name == "Frankfurt (Oder)"


NONSENSE = [
    "",
    "   ",
    "😀😀",
    "%",
    "_",
    "'; drop table places; --",
    "\x00",
    "\ud800",
    "qqqqxzz",
    "x" * 4096,
    "ä" * 4096,
    "中" * 4096,
    "a " * 2000,
    "\u0301\u0301",
    "，。！",
    "Sachsen Illinois 江苏",
]


@pytest.mark.parametrize("typed", NONSENSE)
def test_nonsense_finds_nothing_and_breaks_nothing(session: Session, typed: str) -> None:
    assert find_places(session, typed, limit=5) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.integers(1, 9))
def test_any_text_can_be_searched(session: Session, typed: str, limit: int) -> None:
    found = find_places(session, typed, limit=limit)
    assert len(found) <= limit
    assert len({place.id for place in found}) == len(found)


@pytest.mark.parametrize(
    ("typed", "en", "de", "zh"),
    [
        ("Nanjing", "Nanjing, Jiangsu, China", "Nanjing, Jiangsu, China", "中国江苏南京"),
        ("Beijing", "Beijing, China", "Peking, China", "中国北京"),
        ("Shanghai", "Shanghai, China", "Shanghai, China", "中国上海"),
        ("Berlin", "Berlin, Germany", "Berlin, Deutschland", "德国柏林"),
        ("Hamburg", "Hamburg, Germany", "Hamburg, Deutschland", "德国汉堡"),
        (
            "Chemnitz",
            "Chemnitz, Saxony, Germany",
            "Chemnitz, Sachsen, Deutschland",
            "德国萨克森州开姆尼茨",
        ),
        (
            "Köln",
            "Cologne, North Rhine-Westphalia, Germany",
            "Köln, Nordrhein-Westfalen, Deutschland",
            "德国北莱茵-威斯特法伦州科隆",
        ),
        ("Hohhot", "Hohhot, Inner Mongolia, China", "Hohhot, Innere Mongolei, China", "中国内蒙古呼和浩特"),
        ("Hong Kong", "Hong Kong", "Hongkong", "中国香港"),
        ("Macau", "Macau", "Macau", "中国澳门"),
        ("Taipei", "Taipei, Taiwan", "Taipeh, Taiwan", "台湾台北"),
        ("Singapore", "Singapore", "Singapur", "新加坡"),
        ("Paris", "Paris, Île-de-France, France", "Paris, Île-de-France, Frankreich", "法国法兰西岛巴黎"),
        ("London", "London, England, United Kingdom", "London, England, Vereinigtes Königreich", "英国英格兰伦敦"),
        ("New York", "New York, United States", "New York, Vereinigte Staaten", "美国纽约州纽约"),
        ("Zürich", "Zurich, Switzerland", "Zürich, Schweiz", "瑞士苏黎世州苏黎世"),
        ("Wien", "Vienna, Austria", "Wien, Österreich", "奥地利维也纳"),
        ("Prag", "Prague, Czechia", "Prag, Tschechien", "捷克布拉格"),
    ],
)
def test_described_in_three_languages(session: Session, typed: str, en: str, de: str, zh: str) -> None:
    place = find_places(session, typed, limit=1)[0]
    described = tuple(describe_place(place, language) for language in ("en", "de", "zh_Hans"))
    assert described == (en, de, zh)


def test_a_latin_name_stands_apart_in_chinese() -> None:
    place = Place(name="Smalltown", name_de="Smalltown", name_zh=None, country="US", region="US-IL")
    assert describe_place(place, "zh_Hans") == "美国伊利诺伊州 Smalltown"
    place = Place(name="Smalltown", name_de="Smalltown", name_zh=None, country="BR", region=None)
    assert describe_place(place, "de") == "Smalltown, Brasilien"


def test_named_in_three_languages(session: Session) -> None:
    place = load_place(session, COLOGNE)
    assert place
    assert [name_place(place, language) for language in ("en", "de", "zh_Hans")] == ["Cologne", "Köln", "科隆"]


@pytest.mark.parametrize("place_id", [0, -1, 7, 2**31, 2**80])
def test_no_place_for_other_numbers(session: Session, place_id: int) -> None:
    assert load_place(session, place_id) is None


def test_regions_are_named_in_three_languages() -> None:
    assert len(list_regions("CN")) == 34
    assert len(list_regions("DE")) == 16
    assert list_regions("ZZ") == []
    assert name_region("CN-SN", "de") == "Shaanxi"
    assert name_region("CN-SX", "zh_Hans") == "山西"
    assert name_region("CN-NM", "de") == "Innere Mongolei"
    assert name_region("DE-NW", "zh_Hans") == "北莱茵-威斯特法伦州"
    assert name_region("XX-1", "en") is None
    assert name_region(None, "en") is None
    assert all(all(region) for code, region in read_regions().items() if region.admin1)


def test_countries_are_named_in_three_languages() -> None:
    assert [name_country("DE", language) for language in ("en", "de", "zh_Hans")] == [
        "Germany",
        "Deutschland",
        "德国",
    ]
    assert name_country("CN", "fr") == "China"
    assert name_country("ZY", "en") == "ZY"


@pytest.mark.parametrize(
    ("latitude", "longitude", "name"),
    [
        (37.80, 112.50, "Taiyuan"),
        (52.52, 13.38, "Berlin"),
        (51.81, 10.34, "Clausthal-Zellerfeld"),
        (23.03, 113.12, "Foshan"),
        (31.30, 120.60, "Suzhou"),
        (32.05, 118.80, "Nanjing"),
        (30.0, -40.0, None),
        (90.0, 0.0, None),
        (-90.0, 180.0, None),
        (0.0, 180.0, None),
        (float("nan"), 0.0, None),
        (1e9, 0.0, None),
    ],
)
def test_nearest_place(session: Session, latitude: float, longitude: float, name: str | None) -> None:
    place = nearest_place(session, latitude, longitude)
    assert (place.name if place else None) == name


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(-90, 90), st.floats(-180, 180))
def test_any_position_can_be_asked_for(session: Session, latitude: float, longitude: float) -> None:
    place = nearest_place(session, latitude, longitude)
    assert place is None or ZoneInfo(place.zone)


def test_the_date_line_parts_no_neighbours(whole: Session) -> None:
    place = nearest_place(whole, -17.7, -179.9)
    assert place
    assert place.country == "FJ"


def test_springfield_twelve_times(whole: Session) -> None:
    found = find_places(whole, "Springfield", limit=24)
    named = [place for place in found if place.name == "Springfield"]
    assert len(named) == 12
    assert len({place.region for place in named}) == 12


def test_every_place_is_complete(whole: Session) -> None:
    places = whole.scalars(select(Place)).all()
    assert len(places) > 60_000
    for zone in {place.zone for place in places}:
        assert ZoneInfo(zone)
    assert {place.region for place in places} - {None} <= set(read_regions())
    assert not [place.name for place in places if place.country == "DE" and place.region is None]
    with_names = whole.scalar(select(func.count(func.distinct(PlaceName.place_id))))
    assert with_names == len(places)


def test_every_curated_name_is_found(whole: Session) -> None:
    curated = read_curated()
    stored: dict[int, set[str]] = {}
    for place_id, folded in whole.execute(select(PlaceName.place_id, PlaceName.folded)):
        stored.setdefault(place_id, set()).add(folded)
    for place in whole.scalars(select(Place).where(Place.id.in_(curated))):
        names = curated.pop(place.id)
        assert (place.name, place.name_de, place.name_zh) == (names.en, names.de, names.zh)
        assert {fold(name).replace(" ", "") for name in (names.en, names.de, names.zh)} <= stored[place.id]
    assert not curated


def test_chinese_names_are_simplified_and_short(whole: Session) -> None:
    for name in whole.scalars(select(Place.name_zh).where(Place.name_zh.is_not(None))):
        assert 1 <= len(name or "") <= 14
        assert not any("\u3040" <= character <= "\u30ff" for character in name or "")


def test_the_file_is_small(whole_file: Path) -> None:
    assert whole_file.stat().st_size < 25_000_000


def test_prefix_search_walks_an_index(engine: Engine) -> None:
    query = "select place_id from place_name where folded >= 'koln' and folded < 'kolo'"
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            plan = str(connection.execute(text(f"explain query plan {query}")).all())
            assert "PRIMARY KEY (folded>? AND folded<?)" in plan
        else:
            connection.execute(text("set local enable_seqscan = off"))
            plan = str(connection.execute(text(f"explain {query}")).all())
            assert "Index Cond: (((folded)::text >= 'koln'" in plan


def test_loading_twice_does_nothing(engine: Engine) -> None:
    assert load_gazetteer(engine, population_over=LARGE) == 0
    assert load_gazetteer(engine, population_over=LARGE * 2) == 0
    with Session(engine) as session:
        assert gazetteer_loaded(session)


def test_progress_ends_at_the_total(empty: Engine) -> None:
    heard: list[tuple[int, int]] = []
    count = load_gazetteer(empty, lambda done, total: heard.append((done, total)), population_over=10**9)
    assert count == len(read_curated())
    assert heard == sorted(heard)
    assert heard[-1][0] == heard[-1][1]


def test_a_broken_load_is_done_again(empty: Engine) -> None:
    def stop(done: int, total: int) -> None:
        if done > total / 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_gazetteer(empty, stop, population_over=10**9)
    with Session(empty) as session:
        assert not gazetteer_loaded(session)
    assert load_gazetteer(empty, population_over=10**9) == len(read_curated())
    with Session(empty) as session:
        assert gazetteer_loaded(session)
        assert session.scalar(select(func.count()).select_from(Place)) == len(read_curated())


def test_another_edition_replaces_the_names(empty: Engine) -> None:
    load_gazetteer(empty, population_over=10**9)
    with empty.begin() as connection:
        connection.execute(update(Gazetteer).values(version="older"))
        connection.execute(update(PlaceName).where(PlaceName.folded == "clausthal").values(folded="stale"))
        connection.execute(update(Place).where(Place.id == NANJING).values(name="Stale"))
    with Session(empty) as session:
        assert not gazetteer_loaded(session)
        assert find_places(session, "stale", limit=1)
    assert load_gazetteer(empty, population_over=10**9) == len(read_curated())
    with Session(empty) as session:
        assert session.get_one(Gazetteer, 1).version == current_version()
        assert not find_places(session, "stale", limit=1)
        assert find_places(session, "clausthal", limit=1)[0].id == CLAUSTHAL
        assert session.get_one(Place, NANJING).name == "Nanjing"


def test_a_wider_load_completes_a_narrow_one(empty: Engine) -> None:
    few = load_gazetteer(empty, population_over=10**9)
    assert load_gazetteer(empty, population_over=2_000_000) > few


def test_loading_holds_the_writer_for_a_hundred_cities_at_a_time(empty: Engine) -> None:
    cities = [0]

    def count(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        cities[-1] += len(parameters) if statement.startswith("INSERT INTO place ") else 0

    event.listen(empty, "begin", lambda _connection: cities.append(0))
    event.listen(empty, "before_cursor_execute", count)
    number = load_gazetteer(empty, population_over=LARGE)
    assert sum(cities) >= number > 1000
    assert max(cities) <= BATCH


def test_an_empty_table_is_no_fault(empty: Engine) -> None:
    with Session(empty) as session:
        assert find_places(session, "Köln", limit=3) == []
        assert nearest_place(session, 37.8, 112.5) is None
        assert not gazetteer_loaded(session)
        session.execute(delete(Place))
