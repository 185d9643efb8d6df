"""Names of countries, states and provinces in English, German and Chinese, and what people call them."""

import csv
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from babel import Locale

from bot.domain.folding import expand_umlauts, fold

LANGUAGES = ("en", "de", "zh_Hans")
CHINA_AND_REGIONS = frozenset({"CN", "HK", "MO", "TW"})
REGION_OF_COUNTRY = {"HK": "CN-HK", "MO": "CN-MO", "TW": "CN-TW"}
SHORT_CODE_COUNTRIES = ("US", "CA", "AU")
HAN_SUFFIXES = ("自治区", "地区", "大区", "省", "州", "市")
COUNTRY_NAMES = {
    "HK": ("Hong Kong", "Hongkong", "中国香港"),
    "MO": ("Macau", "Macau", "中国澳门"),
    "TW": ("Taiwan", "Taiwan", "台湾"),
}
NICKNAMES = {
    "CN": "PRC;PR China;P.R. China;VR China;Volksrepublik China;People's Republic of China;中华人民共和国;中國",
    "DE": "BRD;Germany;Deutschland;Bundesrepublik;德意志联邦共和国",
    "US": "USA;US;America;Amerika;United States of America;U.S.A.",
    "GB": "UK;Great Britain;Großbritannien;U.K.;大不列颠",
    "NL": "Holland;荷兰",
    "CZ": "Czech Republic;Tschechische Republik",
    "DE-NW": "NRW",
    "DE-MV": "Mecklenburg",
    "CN-NM": "Nei Mongol;Neimenggu",
    "CN-XZ": "Xizang",
    "CN-XJ": "新疆维吾尔自治区",
    "CN-GX": "广西壮族自治区",
    "CN-NX": "宁夏回族自治区",
    "CN-TW": "臺灣;台灣",
    "CN-MO": "Macao;澳門",
    "US-CA": "加州;Calif",
    "US-TX": "德州",
    "US-MA": "麻省;马萨诸塞",
    "US-DC": "DC;D.C.;Washington DC",
    "IT-75": "Puglia",
}


class Region(NamedTuple):
    """A state or province: its ISO 3166-2 code, GeoNames' own number for it, and its names."""

    code: str
    admin1: str
    en: str
    de: str
    zh: str


def name_country(code: str, language: str) -> str:
    """The country's everyday name, in English for an unknown language; the code itself for an unknown one."""
    if code in COUNTRY_NAMES:
        return COUNTRY_NAMES[code][_column(language)]
    return str(Locale.parse(LANGUAGES[_column(language)]).territories.get(code, code))


def name_region(code: str | None, language: str) -> str | None:
    """The state's or province's everyday name, None where there is none on record."""
    region = read_regions().get(code or "")
    return (region.en, region.de, region.zh)[_column(language)] if region else None


def list_regions(country: str) -> list[str]:
    """The codes of the country's states or provinces, in the order that is usual there; [] if unknown."""
    return [code for code in read_regions() if code.startswith(f"{country}-")]


@lru_cache(maxsize=1)
def read_regions() -> dict[str, Region]:
    """All regions on record by code, read once."""
    with files("db.gazetteer").joinpath("regions.csv").open(encoding="utf-8") as table:
        return {row["code"]: Region(**row) for row in csv.DictReader(table)}


@lru_cache(maxsize=1)
def read_qualifiers() -> dict[str, frozenset[str]]:
    """What may stand beside a city's name: folded names without spaces to the codes they can mean."""
    found: dict[str, set[str]] = {}
    for code, name in _list_qualifiers():
        for folded in {fold(name), expand_umlauts(name)}:
            found.setdefault(folded.replace(" ", ""), set()).update(_widen(code))
    found.pop("", None)
    return {name: frozenset(codes) for name, codes in found.items()}


def _list_qualifiers() -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        names = Locale.parse(language).territories
        yield from ((code, str(name)) for code, name in names.items() if len(code) == 2 and code.isalpha())
    for code, kept in COUNTRY_NAMES.items():
        yield from ((code, name) for name in kept)
    for code, nicknames in NICKNAMES.items():
        yield from ((code, name) for name in nicknames.split(";"))
    for region in read_regions().values():
        yield from ((region.code, name) for name in _list_region_names(region))


def _list_region_names(region: Region) -> Iterator[str]:
    yield from (region.en, region.de, region.zh)
    country, _, short = region.code.partition("-")
    if country in SHORT_CODE_COUNTRIES:
        yield short
    if country == "CN":
        yield from (region.zh + suffix for suffix in HAN_SUFFIXES)
        yield from (f"{region.en} Province", f"Provinz {region.de}")
    else:
        bare = (region.zh.removesuffix(suffix) for suffix in HAN_SUFFIXES)
        yield from (name for name in bare if len(name) > 1)


def _widen(code: str) -> frozenset[str]:
    return CHINA_AND_REGIONS if code == "CN" else frozenset({code})


def _column(language: str) -> int:
    if language.startswith("zh"):
        return 2
    return 1 if language.startswith("de") else 0
