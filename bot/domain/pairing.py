"""What a round of matching came to: its pairs, the figures by which coordinators judge them, whether they still hold.

Plain Python, apart from `bot.domain.rounds`, which computes the pairs and needs NumPy.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

from bot.domain.matching import Apart, Mentee, Mentor, fits, is_across_cohorts, is_across_regions


@dataclass(frozen=True, slots=True)
class Pair:
    """Who is brought together, by member id, and `bot.domain.matching.worth` of it."""

    mentee: int
    mentor: int
    worth: float


@dataclass(frozen=True, slots=True)
class Figures:
    """`pairs` of so many `mentees`; mean `worth` of a pair; shares (0 to 1) of pairs across cohorts and regions; how
    many `mentors` have somebody, and the most that one has."""

    pairs: int
    mentees: int
    worth: float
    cohorts: float
    regions: float
    mentors: int
    most: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**stored)


def figures_of(pairs: Sequence[Pair], mentees: Iterable[Mentee], mentors: Iterable[Mentor]) -> Figures:
    """The figures of an assignment; all zero where there is no pair."""
    seeking, offering = {one.id: one for one in mentees}, {one.id: one for one in mentors}
    both = [(seeking[pair.mentee], offering[pair.mentor]) for pair in pairs]
    loads = Counter(pair.mentor for pair in pairs)
    count = max(len(pairs), 1)
    return Figures(
        pairs=len(pairs),
        mentees=len(seeking),
        worth=sum(pair.worth for pair in pairs) / count,
        cohorts=sum(is_across_cohorts(*two) for two in both) / count,
        regions=sum(is_across_regions(*two) for two in both) / count,
        mentors=len(loads),
        most=max(loads.values(), default=0),
    )


class Obstacle(StrEnum):
    """Why a pair of a round is left out. UNFIT does not say whether somebody changed their topics or languages, or
    wishes not to be brought together: that is told to nobody."""

    SEEKER = "seeker"
    MENTOR = "mentor"
    UNFIT = "unfit"


def obstacles(
    pairs: Iterable[tuple[int, int]], mentees: Mapping[int, Mentee], mentors: Mapping[int, Mentor], apart: Apart
) -> dict[int, Obstacle]:
    """What is against these pairs (search, mentor) by now, by search; `mentees` (by search) still look, `mentors` (by
    id) can still be asked. Whoever comes first has a mentor's last place."""
    found, given = {}, Counter[int]()
    for search, ident in pairs:
        mentee, mentor = mentees.get(search), mentors.get(ident)
        if mentee is None:
            found[search] = Obstacle.SEEKER
        elif mentor is None or mentor.busy + given[ident] >= mentor.capacity:
            found[search] = Obstacle.MENTOR
        elif not fits(mentee, replace(mentor, busy=mentor.busy + given[ident]), apart):
            found[search] = Obstacle.UNFIT
        else:
            given[ident] += 1
    return found
