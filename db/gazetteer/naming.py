"""Choosing among a city's many unlabelled names: the Chinese one to show, and those to be found by."""

import re
from collections.abc import Iterable, Iterator

from bot.domain.folding import expand_umlauts, fold
from db.gazetteer.han import is_simplified, simplify
from db.gazetteer.source import City, Curated
from db.models.places import LONGEST_FOLDED
from db.readings import readings

MOST_NAMES = 12
LONGEST_HAN = 12
HAN = re.compile(r"[\u3400-\u9fff]+(?:[-·][\u3400-\u9fff]+)*")
GERMAN_LATIN = re.compile(r"[A-ZÄÖÜ][A-Za-zÄÖÜäöüßéèáóíçñ' .-]*")
LATIN = re.compile(r"[A-Z\u00c0-\u024f][A-Za-z\u00c0-\u024f'’ .()-]*")
AIRPORT = re.compile(r"[A-Z]{2,4}")
CITY_SUFFIXES = ("广域市", "特别市", "市")
OTHER_SUFFIXES = ("自治县", "县", "区", "镇")
SAID_TO_BE_CITY = re.compile(r"City|Ciudad")
# GeoNames' numbers of Tibet, Xinjiang, Inner Mongolia, Qinghai: names there are not pinyin.
NOT_PINYIN = frozenset({"13", "14", "20", "06"})


def choose_chinese(city: City) -> str | None:
    """The simplified Chinese name among the alternates, without 市 and the like; None where there is none.

    In China it must be the Han form of the city's own pinyin name, for alternates name its seat as well.
    """
    known = {simplify(name): simplify(name) in city.alternates for name in _list_han(city)}
    names = {_strip_suffix(name, city, known): real for name, real in known.items()}
    usable = [name for name in names if 2 <= len(name) <= LONGEST_HAN and is_simplified(name)]
    if city.country == "CN":
        named = [name for name in usable if _reads_as(name, fold(city.name).replace(" ", ""))]
        usable = named or (usable if city.admin1 in NOT_PINYIN else [])
    return min(usable, key=lambda name: (not names[name], len(name), name), default=None)


def list_folded(city: City, curated: Curated | None) -> list[str]:
    """At most twelve folded names without spaces, the most useful first."""
    found: dict[str, None] = {}
    for name in _list_names(city, curated):
        for folded in (fold(name), expand_umlauts(name)):
            if key := folded.replace(" ", "")[:LONGEST_FOLDED]:
                found.setdefault(key)
    return list(found)[:MOST_NAMES]


def _list_names(city: City, curated: Curated | None) -> Iterator[str]:
    yield city.name
    if curated:
        yield from (curated.en, curated.de, curated.zh, *curated.aliases)
    else:
        yield choose_chinese(city) or ""
    yield from sorted(_list_han(city), key=len)[: MOST_NAMES // 2]
    yield from _rank_latin(city)


def _list_han(city: City) -> list[str]:
    return [name for name in city.alternates if HAN.fullmatch(name)]


def _rank_latin(city: City) -> Iterable[str]:
    names = (name for name in city.alternates if LATIN.fullmatch(name) and not AIRPORT.fullmatch(name))
    return sorted(names, key=lambda name: _judge(name, fold(city.name)))


def _judge(name: str, own: str) -> tuple[bool, int]:
    """Small for what German and English readers may type: plain letters first, then what looks alike."""
    folded = fold(name)
    alike = sum(1 for mine, theirs in zip(folded, own, strict=False) if mine == theirs)
    return GERMAN_LATIN.fullmatch(name) is None, len(folded) - 2 * alike


def _strip_suffix(name: str, city: City, known: Iterable[str]) -> str:
    for suffix in CITY_SUFFIXES + OTHER_SUFFIXES:
        bare = name.removesuffix(suffix)
        if bare != name and len(bare) >= 2:
            is_city = suffix in CITY_SUFFIXES and not SAID_TO_BE_CITY.search(city.name)
            return bare if is_city or bare in known else name
    return name


def _reads_as(han: str, latin: str) -> bool:
    """Whether one of the readings of the Han name is `latin` (pinyin without tones and spaces)."""
    heads = {""}
    for options in readings(han):
        longer = (head + option.replace("ü", "u") for head in heads for option in options)
        heads = {head for head in longer if latin.startswith(head)}
    return latin in heads
