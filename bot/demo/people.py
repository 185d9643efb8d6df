"""Inventing people: who they are, where they live, what they studied and do. No database, no clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import TypeVar

from bot.demo.listed import people_on_list
from bot.demo.names import Named, Names
from bot.demo.shoes import SHOES, Shoe
from bot.demo.tables import GROUPS, LANGUAGES, RELATIONS, RETIRED, WAITING, WORK, Group, Weights
from bot.domain.people import Field, Relation

T = TypeVar("T")
IN_NETWORK = 0.7
WITH_WORK = 0.85
WITH_SECOND_STUDIES = 0.05
_CULTURES = {"de": "de", "zh_Hans": "zh", "en": "en"}
COLLEGE = ("tu-clausthal", "tuc-college")


@dataclass(frozen=True, slots=True)
class Studies:
    """A time at an institution; both by slug."""

    institution: str
    programme: str | None
    years: tuple[int | None, int]


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody who does not exist. `in_network`: agreed to contact among alumni."""

    named: Named
    culture: str
    language: str
    city: str
    studies: tuple[Studies, ...]
    relations: tuple[str, ...]
    topics: tuple[str, ...]
    function: str | None
    employer: str | None
    in_network: bool
    visible: dict[str, str]
    waiting: bool = False


class Inventor:
    """The same seed invents the same people. `programmes` and `topics` are what can be chosen, by slug."""

    def __init__(self, seed: int, programmes: Mapping[str, list[str]], topics: list[str]) -> None:
        self.random = Random(seed)  # noqa: S311 - nothing here is secret
        self._seed = seed
        self._names = Names(seed)
        self._programmes = programmes
        self._topics = topics

    def everybody(self) -> list[Invented]:
        """Those whose shoes one can step into first, then every group to its size, then those who wait."""
        people = [self._known(shoe) for shoe in SHOES]
        for group in GROUPS:
            people.extend(self._invent(group) for _ in range(group.size - _known_in(group)))
        people.extend(self._invent(WAITING, waiting=True) for _ in range(WAITING.size - 1))
        return [*people, self._on_record()]

    def _on_record(self) -> Invented:
        """Somebody who waits, too, and is on the programme office's list: there in characters, here in letters."""
        listed = next(people_on_list(self._seed))
        return replace(
            self._invent(WAITING, waiting=True),
            named=Named(listed.named.other or listed.named.full, None, listed.named.addressed),
            culture="zh",
            language="zh_Hans",
            city="Düsseldorf",
            studies=(Studies("nrw-programmes", None, (None, listed.year)),),
            relations=(Relation.SCHOLARSHIP.value,),
            function="高级工程师",
            employer="华辰精密机械有限公司",
        )

    def _known(self, shoe: Shoe) -> Invented:
        return Invented(
            named=shoe.named,
            culture=_CULTURES[shoe.language],
            language=shoe.language,
            city=shoe.city,
            studies=(Studies(shoe.institution, shoe.programme, shoe.years),),
            relations=shoe.relations,
            topics=shoe.topics,
            function=shoe.function,
            employer=shoe.employer,
            in_network=True,
            visible=dict.fromkeys(("studies", "city", "topics", "function"), "alumni"),
        )

    def _invent(self, group: Group, *, waiting: bool = False) -> Invented:
        culture = self._weigh(group.cultures)
        female = self.random.random() < 0.45
        relations = self._relations(group, culture)
        professor = Relation.PROFESSOR in relations
        function, employer = self._work(culture, female, professor)
        in_network = waiting or self.random.random() < IN_NETWORK
        return Invented(
            named=self._names.invent(culture, female, professor=professor),
            culture=culture,
            language=self._weigh(LANGUAGES[culture]),
            city=self._weigh(group.homes[culture]),
            studies=tuple(self._studies(group, culture, relations)),
            relations=relations,
            topics=tuple(sorted(self.random.sample(self._topics, self.random.randint(1, 3)))),
            function=function,
            employer=employer,
            in_network=in_network,
            visible=self._visible() if in_network else {},
            waiting=waiting,
        )

    def _weigh(self, weights: Mapping[T, int]) -> T:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def _relations(self, group: Group, culture: str) -> tuple[str, ...]:
        if group.programme == "nrw-young":
            return (Relation.YOUNG_PROFESSIONAL.value,)
        if group.programme is not None:
            return (Relation.SCHOLARSHIP.value,)
        return self._weigh(RELATIONS[culture])

    def _studies(self, group: Group, culture: str, relations: tuple[str, ...]) -> Iterator[Studies]:
        """The group's own, and now and then a doctorate abroad."""
        last = self.random.randint(*group.years)
        first = None if group.programme else max(last - self._length(relations), 1970)
        yield Studies(group.institution, group.programme or self._programme(group.institution), (first, last))
        if group.programme and culture == "zh" and last < 2015 and self.random.random() < WITH_SECOND_STUDIES:
            yield Studies(*COLLEGE, (last + 1, last + 4))

    def _length(self, relations: tuple[str, ...]) -> int:
        """How many years people stay, by what they came for first."""
        spans = {"exchange": (0, 1), "guest": (0, 1), "nodegree": (1, 3), "doctoral": (3, 5), "professor": (12, 27)}
        return self.random.randint(*spans.get(relations[0], (4, 7)))

    def _programme(self, institution: str) -> str | None:
        return None if self.random.random() < 0.08 else self.random.choice(self._programmes[institution])

    def _work(self, culture: str, female: bool, professor: bool) -> tuple[str | None, str | None]:
        if professor:
            return RETIRED[culture][female], None
        if self.random.random() > WITH_WORK:
            return None, None
        man, woman, places = self.random.choice(WORK[culture])
        return woman if female else man, self.random.choice(places)

    def _visible(self) -> dict[str, str]:
        """Most open what they studied and where they live, fewer what they do."""
        chances: Weights = {
            Field.STUDIES.value: 85,
            Field.CITY.value: 80,
            Field.TOPICS.value: 75,
            Field.FUNCTION.value: 50,
            Field.EMPLOYER.value: 35,
        }
        opened = [name for name, chance in chances.items() if self.random.random() * 100 < chance]
        return {name: self.random.choice(("alumni", "alumni", "clubs")) for name in opened}


def _known_in(group: Group) -> int:
    """How many of a group have a fixed part already."""
    return sum(
        shoe.programme == group.programme if group.programme else shoe.institution == group.institution
        for shoe in SHOES
    )
