"""Invented names in three cultures, each as its people write it, and how its people are addressed."""

from typing import NamedTuple

from faker import Faker
from pypinyin import lazy_pinyin

LOCALES = {"de": "de_DE", "zh": "zh_CN", "en": "en_GB"}
UNWANTED = frozenset({"Adolf", "Adolph"})
# Characters that are read differently as a family name.
FAMILY_READINGS = {
    "曾": "zeng",
    "单": "shan",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "朴": "piao",
    "盖": "ge",
    "任": "ren",
    "覃": "qin",
    "区": "ou",
    "翟": "zhai",
    "乐": "yue",
    "尉": "wei",
    "那": "na",
    "召": "shao",
}
FORMS = {
    "de": ("Herr {family}", "Frau {family}"),
    "zh": ("{family}先生", "{family}女士"),
    "en": ("Mr {family}", "Ms {family}"),
}
PROFESSORS = {
    "de": ("Herr Professor {family}", "Frau Professorin {family}"),
    "zh": ("{family}教授", "{family}教授"),
    "en": ("Professor {family}", "Professor {family}"),
}


class Named(NamedTuple):
    """Somebody's names: the full one, the second script, the form of address."""

    full: str
    other: str | None
    addressed: str


class Names:
    """The same seed invents the same names in the same order."""

    def __init__(self, seed: int) -> None:
        self._fakers = {culture: Faker(locale) for culture, locale in LOCALES.items()}
        for faker in self._fakers.values():
            faker.seed_instance(seed)

    def invent(self, culture: str, female: bool, *, professor: bool = False) -> Named:
        """A name; Chinese ones with pinyin, the family name in capitals."""
        faker = self._fakers[culture]
        given = faker.first_name_female() if female else faker.first_name_male()
        family = faker.last_name()
        if UNWANTED & {given, family}:
            return self.invent(culture, female, professor=professor)
        forms = PROFESSORS[culture] if professor else FORMS[culture]
        addressed = forms[female].format(family=family)
        if culture == "zh":
            return Named(family + given, write_pinyin(family, given), addressed)
        return Named(f"{given} {family}", None, addressed)


def write_pinyin(family: str, given: str) -> str:
    """王, 晓明 as WANG Xiaoming."""
    head = FAMILY_READINGS.get(family) or _join(lazy_pinyin(family, v_to_u=True))
    return f"{head.upper()} {_join(lazy_pinyin(given, v_to_u=True)).capitalize()}"


def _join(syllables: list[str]) -> str:
    """One word; an apostrophe before a vowel, where two syllables could be read as one."""
    first, *rest = syllables
    return first + "".join(f"'{each}" if each[0] in "aeo" else each for each in rest)
