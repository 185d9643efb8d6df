"""Words of a file that mean an entry of ours: a programme, a province, a direction, what somebody is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bot.domain.folding import expand_umlauts
from bot.domain.people import Relation

# Words that say only that something is a programme or a degree.
_IDLE = frozenset(
    {"programm", "programme", "program", "stipendienprogramm", "stipendium", "scholarship", "studiengang", "fach",
     "course", "the", "of", "der", "die", "das", "bachelor", "master", "diplom", "dipl", "magister", "bsc", "msc", "ba",
     "ma", "beng", "meng"}
)  # fmt: skip
_IDLE_HAN = ("奖学金项目", "项目", "专业", "课程")

DIRECTIONS = {
    "to-germany": "nach deutschland,china deutschland,cn de,to germany,china to germany,赴德,去德国,中国到德国,来德,"
    "to-germany,deutschland,incoming",
    "to-china": "nach china,deutschland china,de cn,to china,germany to china,赴华,去中国,德国到中国,来华,to-china,"
    "china,outgoing",
}
RELATIONS = {
    Relation.GRADUATE: "graduate,absolvent,absolventin,absolvent*in,absolvierende,abschluss,graduated,alumnus,alumna,"
    "毕业生,校友,mit abschluss,with degree",
    Relation.EXCHANGE: "exchange,exchange student,austauschstudent,austauschstudentin,austauschstudierende,austausch,"
    "交换生,交流生",
    Relation.WITHOUT_DEGREE: "nodegree,ohne abschluss,without degree,without a degree,abbrecher,studienabbruch,肄业,"
    "未毕业",
    Relation.DOCTORAL: "doctoral,doctoral candidate,promovend,promovendin,promovierende,promotion,doktorand,"
    "doktorandin,phd,phd student,博士,博士生",
    Relation.STAFF: "staff,mitarbeiter,mitarbeiterin,mitarbeitende,beschäftigte,employee,project staff,"
    "projektmitarbeiter,职员,教职工,员工",
    Relation.PROFESSOR: "professor,professorin,prof,professur,emeritus,教授,退休教授",
    Relation.SCHOLARSHIP: "scholarship,scholarship holder,stipendiat,stipendiatin,stipendiat*in,stipendiaten,"
    "奖学金生,奖学金获得者",
    Relation.YOUNG_PROFESSIONAL: "young,young professional,young professionals,nachwuchskraft,青年专业人士",
    Relation.GUEST: "guest,gast,guest researcher,gastwissenschaftler,gastwissenschaftlerin,visiting scholar,访问学者,"
    "客座",
}


# From and to; of a single year only the last.
Years = tuple[int | None, int]


@lru_cache(maxsize=4_096)
def key_of(text: str) -> str:
    """By which two spellings of a word are one."""
    return expand_umlauts(text).replace(" ", "")


@lru_cache(maxsize=4_096)
def _bare(text: str) -> str:
    """The same without words that say nothing."""
    words = [word for word in expand_umlauts(text).split() if word not in _IDLE]
    joined = "".join(words)
    for idle in _IDLE_HAN:
        joined = joined.replace(idle, "")
    return joined


def _known(said: Mapping[str, str]) -> dict[str, str]:
    return {key_of(word): value for value, words in said.items() for word in words.split(",")}


_DIRECTIONS = _known(DIRECTIONS)
_RELATIONS = _known({relation.value: words for relation, words in RELATIONS.items()})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the words of a file mean; `taught` is what a person said about words we did not know: kind -> key ->
    value, an empty value for "nothing"."""

    programmes: Mapping[str, str] = field(default_factory=dict)
    bare_programmes: Mapping[str, str] = field(default_factory=dict)
    provinces: Mapping[str, str] = field(default_factory=dict)
    taught: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cohorts: Mapping[tuple[int, str], Years] = field(default_factory=dict)

    def programme(self, text: str) -> str | None:
        """The id of a programme; "" where somebody said that it is none of ours; None for unknown words."""
        taught = self._taught("programme", text)
        if taught is not None:
            return taught
        return self.programmes.get(key_of(text)) or self.bare_programmes.get(_bare(text))

    def province(self, text: str) -> str | None:
        taught = self._taught("province", text)
        return taught if taught is not None else self.provinces.get(key_of(text))

    def direction(self, text: str) -> str | None:
        return _DIRECTIONS.get(key_of(text))

    def relation(self, text: str) -> str | None:
        return _RELATIONS.get(key_of(text))

    def cohort(self, programme: int | None, text: str) -> Years | None:
        """The years of a named cohort of a programme."""
        return self.cohorts.get((programme, key_of(text))) if programme is not None and text else None

    def _taught(self, kind: str, text: str) -> str | None:
        return self.taught.get(kind, {}).get(key_of(text))


def vocabulary(
    programmes: Iterable[tuple[str, Iterable[str]]],
    provinces: Iterable[tuple[str, Iterable[str]]],
    taught: Mapping[str, Mapping[str, str]],
    cohorts: Iterable[tuple[int, Iterable[str], Years]] = (),
) -> Vocabulary:
    """From (id, names) of programmes, (code, names) of provinces and (programme, names, years) of cohorts. What could
    mean two programmes means none."""
    offered = [(ident, list(names)) for ident, names in programmes]
    return Vocabulary(
        _unambiguous((ident, key_of(name)) for ident, names in offered for name in names),
        _unambiguous((ident, _bare(name)) for ident, names in offered for name in names),
        {key_of(name): code for code, names in provinces for name in names},
        taught,
        {(programme, key_of(name)): years for programme, names, years in cohorts for name in names},
    )


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    meant: dict[str, set[str]] = {}
    for ident, key in pairs:
        meant.setdefault(key, set()).add(ident)
    return {key: next(iter(idents)) for key, idents in meant.items() if key and len(idents) == 1}
