"""Who fits whom in mentoring, and how well: first what must hold, then a worth that rewards distance.

The founding documents ask for mentoring between alumni of different cohorts and regions: among those who fit, whoever
is further away in years and places is worth more, and so is whoever has fewer mentees.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from heapq import nlargest

from bot.domain.folding import fold

LONGEST_KEY = 64
MOST_SUGGESTED = 5
# So many years between two cohorts are as far as it gets; so many make them different cohorts.
FAR_YEARS = 20
OTHER_COHORT = 5
# Another region of the same country is so far, another country is 1.
OTHER_REGION = 0.6


class Format(StrEnum):
    """How long people mean to be together."""

    CALL = "call"
    QUARTER = "quarter"
    YEAR = "year"


class Far(StrEnum):
    """The distance a mentee wishes for."""

    ANY = "any"
    REGION = "region"
    COHORT = "cohort"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts in `worth`; only their proportions matter (settings MATCH_*)."""

    topics: float = 3.0
    languages: float = 1.0
    cohort: float = 2.0
    region: float = 2.0
    format: float = 1.0
    load: float = 2.0

    @property
    def total(self) -> float:
        return self.topics + self.languages + self.cohort + self.region + self.format + self.load


@dataclass(frozen=True, slots=True)
class Person:
    """What matching knows of somebody. `topics` are topic keys, `languages` tags, `formats` values of Format, `cohort`
    the last year they were there, `country` and `region` ISO codes."""

    id: int
    topics: frozenset[str]
    languages: frozenset[str]
    formats: frozenset[str]
    cohort: int | None = None
    country: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Mentee(Person):
    """Somebody who looks for a mentor; `far` is a wish, not a condition."""

    far: Far = Far.ANY


@dataclass(frozen=True, slots=True)
class Mentor(Person):
    """Somebody who offers it; `busy` of `capacity` places are taken or being asked for."""

    capacity: int = 2
    busy: int = 0


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why two people fit. `ahead` is how many years the mentor left before the mentee (negative: after), None where one
    of the two is unknown; `other_region` likewise."""

    topics: frozenset[str]
    languages: frozenset[str]
    ahead: int | None
    other_region: bool | None
    other_country: bool | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A mentor for somebody, with the worth (0 to 1) and why."""

    mentor: Mentor
    worth: float
    reasons: Reasons = field(compare=False)


Apart = Collection[frozenset[int]]


def topic_keys(listed: Iterable[int | str], free: Iterable[str]) -> frozenset[str]:
    """How topics are compared: those of the list by their id, free words folded, so that spelling does not matter."""
    words = (fold(each).replace(" ", "")[: LONGEST_KEY - 2] for each in free)
    return frozenset({f"t:{each}" for each in listed} | {f"w:{each}" for each in words if each})


def fits(mentee: Mentee, mentor: Mentor, apart: Apart = ()) -> bool:
    """What must hold: two people, a topic and a language in common, room for one more, not kept apart (`apart` are the
    pairs that were together before or wish not to be)."""
    return (
        mentee.id != mentor.id
        and mentor.busy < mentor.capacity
        and not mentee.topics.isdisjoint(mentor.topics)
        and not mentee.languages.isdisjoint(mentor.languages)
        and frozenset((mentee.id, mentor.id)) not in apart
    )


def worth(mentee: Mentee, mentor: Mentor, weights: Weights, taken: int = 0) -> float:
    """How good a pair that fits is, 0 to 1. `taken`: so many more places of the mentor are given away meanwhile. What
    is not known of one of them counts half. A wished distance counts twice."""
    cohort = weights.cohort * (1 + (mentee.far in (Far.COHORT, Far.BOTH)))
    region = weights.region * (1 + (mentee.far in (Far.REGION, Far.BOTH)))
    parts = (
        weights.topics * len(mentee.topics & mentor.topics) / len(mentee.topics),
        weights.languages * len(mentee.languages & mentor.languages) / len(mentee.languages),
        cohort * cohort_distance(mentee.cohort, mentor.cohort),
        region * region_distance(mentee, mentor),
        weights.format * (not mentee.formats.isdisjoint(mentor.formats)),
        weights.load * (1 - (mentor.busy + taken) / mentor.capacity),
    )
    return sum(parts) / (weights.total - weights.cohort - weights.region + cohort + region)


def cohort_distance(one: int | None, other: int | None) -> float:
    """0 for the same year, 1 from twenty years on."""
    if one is None or other is None:
        return 0.5
    return min(abs(one - other), FAR_YEARS) / FAR_YEARS


def region_distance(one: Person, other: Person) -> float:
    """0 in the same region, 1 in another country."""
    if one.country is None or other.country is None:
        return 0.5
    if one.country != other.country:
        return 1.0
    return OTHER_REGION if one.region != other.region else 0.0


def explain(mentee: Mentee, mentor: Mentor) -> Reasons:
    """Why they fit, as far as it is known."""
    placed = mentee.country is not None and mentor.country is not None
    dated = mentee.cohort is not None and mentor.cohort is not None
    return Reasons(
        topics=mentee.topics & mentor.topics,
        languages=mentee.languages & mentor.languages,
        ahead=(mentee.cohort or 0) - (mentor.cohort or 0) if dated else None,
        other_region=(mentee.country, mentee.region) != (mentor.country, mentor.region) if placed else None,
        other_country=mentee.country != mentor.country if placed else None,
    )


def suggest(
    mentee: Mentee,
    mentors: Iterable[Mentor],
    weights: Weights,
    apart: Apart = (),
    limit: int = MOST_SUGGESTED,
) -> list[Suggestion]:
    """The best mentors for somebody, the best first; equal ones by their ids."""
    fitting = (mentor for mentor in mentors if fits(mentee, mentor, apart))
    rated = ((worth(mentee, mentor, weights), mentor) for mentor in fitting)
    best = nlargest(limit, rated, key=lambda pair: (pair[0], -pair[1].id))
    return [Suggestion(mentor, value, explain(mentee, mentor)) for value, mentor in best]


def is_across_cohorts(mentee: Person, mentor: Person) -> bool:
    """Whether a pair counts as one of different cohorts."""
    if mentee.cohort is None or mentor.cohort is None:
        return False
    return abs(mentee.cohort - mentor.cohort) >= OTHER_COHORT


def is_across_regions(mentee: Person, mentor: Person) -> bool:
    """Whether a pair counts as one of different regions."""
    if mentee.country is None or mentor.country is None:
        return False
    return (mentee.country, mentee.region) != (mentor.country, mentor.region)
