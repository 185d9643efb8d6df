"""Many mentees and many mentors at once: the best assignment, and simpler ways to compare it with.

Imported by a child process only: NumPy and SciPy take half a second and 60 MB. What must hold and what a pair is worth
is said in `bot.domain.matching`; here the same is worked out for all pairs at once, and agrees with it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from bot.domain.matching import FAR_YEARS, OTHER_REGION, Apart, Far, Mentee, Mentor, Person, Weights, worth
from bot.domain.pairing import Pair

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
# What is not known of one of two people counts half (`bot.domain.matching.worth`).
UNKNOWN = 0.5


@dataclass(frozen=True, slots=True)
class _Field:
    """Everybody, in the order of their ids, and for every mentee (row) and mentor (column) whether they `fit` and what
    the pair is worth beside the mentor's load; what a mentor without any mentee adds to that (`ease`, by mentee)."""

    mentees: list[Mentee]
    mentors: list[Mentor]
    fit: Flags
    gain: Numbers
    ease: Numbers

    @property
    def room(self) -> list[int]:
        return [max(one.capacity - one.busy, 0) for one in self.mentors]


def assign(mentees: Iterable[Mentee], mentors: Iterable[Mentor], weights: Weights, apart: Apart = ()) -> list[Pair]:
    """As many pairs as possible and, among these, the greatest total worth, in the order of the mentees' ids. Of every
    mentor the k-th further mentee is worth less (`worth(..., taken=k)`). The same people give the same pairs."""
    field = _survey(mentees, mentors, weights, apart)
    columns, loads = _places(field)
    if not len(field.mentees) or not len(columns):
        return []
    value = field.gain[:, columns] + np.outer(field.ease, loads)
    return _pairs(field, weights, _best(value, field.fit[:, columns], columns))


def most_similar(
    mentees: Iterable[Mentee], mentors: Iterable[Mentor], weights: Weights, apart: Apart = ()
) -> list[Pair]:
    """As many pairs as possible and, among these, the most alike: the same topics, years and places. For comparison."""
    field = _survey(mentees, mentors, weights, apart)
    columns, _loads = _places(field)
    if not len(field.mentees) or not len(columns):
        return []
    far = weights.cohort * _years_apart(field.mentees, field.mentors)
    far += weights.region * _places_apart(field.mentees, field.mentors)
    alike = weights.topics * _shared(field.mentees, field.mentors, _topics) - far
    span = max(weights.topics + weights.cohort + weights.region, 1.0)
    value = (alike + span) / (2 * span)
    return _pairs(field, weights, _best(value[:, columns], field.fit[:, columns], columns))


def first_come(mentees: Iterable[Mentee], mentors: Iterable[Mentor], weights: Weights, apart: Apart = ()) -> list[Pair]:
    """One after the other, in the order given, each takes the best mentor who is still free; of equal ones the first
    by id. What happens without rounds."""
    order = list(mentees)
    field = _survey(order, mentors, weights, apart)
    capacity = np.array([one.capacity for one in field.mentors], dtype=np.float64)
    busy = np.array([one.busy for one in field.mentors], dtype=np.float64)

    def best(row: int, free: Flags, taken: NDArray[np.int64]) -> int:
        value = field.gain[row] + field.ease[row] * (1 - (busy + taken) / capacity)
        return int(np.argmax(np.where(free, value, -1.0)))

    return _one_by_one(field, weights, [one.id for one in order], best)


def at_random(
    mentees: Iterable[Mentee], mentors: Iterable[Mentor], weights: Weights, random: Random, apart: Apart = ()
) -> list[Pair]:
    """One after the other, in any order, each gets any mentor who fits and is free. For comparison."""
    field = _survey(mentees, mentors, weights, apart)
    order = [one.id for one in field.mentees]
    random.shuffle(order)
    return _one_by_one(
        field, weights, order, lambda _row, free, _taken: int(random.choice(np.flatnonzero(free).tolist()))
    )


def _one_by_one(
    field: _Field, weights: Weights, order: Sequence[int], choose: Callable[[int, Flags, NDArray[np.int64]], int]
) -> list[Pair]:
    room, taken = np.array(field.room, dtype=np.int64), np.zeros(len(field.mentors), dtype=np.int64)
    rows = {one.id: row for row, one in enumerate(field.mentees)}
    chosen = []
    for ident in order:
        row = rows[ident]
        free = field.fit[row] & (taken < room)
        if free.any():
            column = choose(row, free, taken)
            chosen.append((row, column, int(taken[column])))
            taken[column] += 1
    return _pairs(field, weights, sorted(chosen))


# --- the assignment ------------------------------------------------------------------------------------------------


def _places(field: _Field) -> tuple[NDArray[np.int64], Numbers]:
    """The places there are: of which mentor (column) each is, and how free that mentor is who has given away the
    places before it."""
    columns = [column for column, room in enumerate(field.room) for _place in range(room)]
    loads = [
        1 - (mentor.busy + place) / mentor.capacity
        for mentor, room in zip(field.mentors, field.room, strict=True)
        for place in range(room)
    ]
    return np.array(columns, dtype=np.int64), np.array(loads, dtype=np.float64)


def _best(value: Numbers, fit: Flags, columns: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """(row, column, places of the mentor given away before) of the best assignment; values are from 0 to 1. One pair
    more counts for more than any values can."""
    value += min(fit.shape) + 1
    value *= fit
    np.negative(value, out=value)
    rows, places = linear_sum_assignment(value)
    chosen = [(int(row), int(place)) for row, place in zip(rows, places, strict=True) if fit[row, place]]
    given: Counter[int] = Counter()
    found = []
    for row, place in sorted(chosen, key=lambda each: each[1]):
        column = int(columns[place])
        found.append((row, column, given[column]))
        given[column] += 1
    return sorted(found)


def _pairs(field: _Field, weights: Weights, chosen: Iterable[tuple[int, int, int]]) -> list[Pair]:
    pairs = []
    for row, column, taken in chosen:
        mentee, mentor = field.mentees[row], field.mentors[column]
        pairs.append(Pair(mentee.id, mentor.id, worth(mentee, mentor, weights, taken)))
    return pairs


# --- all pairs at once ---------------------------------------------------------------------------------------------


def _survey(mentees: Iterable[Mentee], mentors: Iterable[Mentor], weights: Weights, apart: Apart) -> _Field:
    rows, columns = sorted(mentees, key=lambda one: one.id), sorted(mentors, key=lambda one: one.id)
    cohort = weights.cohort * np.array([1 + (one.far in (Far.COHORT, Far.BOTH)) for one in rows], dtype=np.float64)
    region = weights.region * np.array([1 + (one.far in (Far.REGION, Far.BOTH)) for one in rows], dtype=np.float64)
    total = weights.total - weights.cohort - weights.region + cohort + region
    topics, languages = _shared(rows, columns, _topics), _shared(rows, columns, _languages)
    gain = weights.topics * topics + weights.languages * languages
    gain += cohort[:, None] * _years_apart(rows, columns)
    gain += region[:, None] * _places_apart(rows, columns)
    gain += weights.format * (_shared(rows, columns, _formats) > 0)
    gain /= total[:, None]
    return _Field(rows, columns, _fitting(rows, columns, topics, languages, apart), gain, weights.load / total)


def _fitting(mentees: list[Mentee], mentors: list[Mentor], topics: Numbers, languages: Numbers, apart: Apart) -> Flags:
    """`bot.domain.matching.fits` for all of them."""
    fit: Flags = (topics > 0) & (languages > 0)
    fit &= np.array([one.busy < one.capacity for one in mentors], dtype=np.bool_)
    rows = {one.id: row for row, one in enumerate(mentees)}
    columns = {one.id: column for column, one in enumerate(mentors)}
    for ident in rows.keys() & columns.keys():
        fit[rows[ident], columns[ident]] = False
    for one, other in (tuple(pair) for pair in apart):
        for mentee, mentor in ((one, other), (other, one)):
            if mentee in rows and mentor in columns:
                fit[rows[mentee], columns[mentor]] = False
    return fit


def _topics(person: Person) -> frozenset[str]:
    return person.topics


def _languages(person: Person) -> frozenset[str]:
    return person.languages


def _formats(person: Person) -> frozenset[str]:
    return person.formats


def _shared(mentees: Sequence[Person], mentors: Sequence[Person], of: Callable[[Person], frozenset[str]]) -> Numbers:
    """Which part of what a mentee has a mentor has, too."""
    both = set().union(*map(of, mentees)) & set().union(*map(of, mentors))
    keys = {key: number for number, key in enumerate(sorted(both))}
    sizes = np.array([max(len(of(one)), 1) for one in mentees], dtype=np.float64)
    # Counts of a few are exact in single precision, which is twice as fast.
    common = _marked(mentees, keys, of) @ _marked(mentors, keys, of).T
    shares: Numbers = common / sizes[:, None]
    return shares


def _marked(
    people: Sequence[Person], keys: dict[str, int], of: Callable[[Person], frozenset[str]]
) -> NDArray[np.float32]:
    marks = np.zeros((len(people), len(keys)), dtype=np.float32)
    for row, one in enumerate(people):
        marks[row, [keys[key] for key in of(one) if key in keys]] = 1
    return marks


def _years_apart(mentees: Sequence[Person], mentors: Sequence[Person]) -> Numbers:
    """`bot.domain.matching.cohort_distance` for all of them."""
    left, right = _cohorts(mentees), _cohorts(mentors)
    years: Numbers = np.minimum(np.abs(left[:, None] - right[None, :]), FAR_YEARS) / FAR_YEARS
    return np.nan_to_num(years, copy=False, nan=UNKNOWN)


def _cohorts(people: Sequence[Person]) -> Numbers:
    return np.array([np.nan if one.cohort is None else one.cohort for one in people], dtype=np.float64)


def _places_apart(mentees: Sequence[Person], mentors: Sequence[Person]) -> Numbers:
    """`bot.domain.matching.region_distance` for all of them."""
    one, other = _codes(mentees, mentors, lambda person: person.country)
    here, there = _codes(mentees, mentors, lambda person: person.region)
    apart: Numbers = np.where(here[:, None] != there[None, :], OTHER_REGION, 0.0)
    apart[one[:, None] != other[None, :]] = 1.0
    apart[one < 0, :] = UNKNOWN
    apart[:, other < 0] = UNKNOWN
    return apart


def _codes(
    mentees: Sequence[Person], mentors: Sequence[Person], of: Callable[[Person], str | None]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A number for each country or region; -1 where it is not known."""
    known = sorted({code for one in (*mentees, *mentors) if (code := of(one)) is not None})
    numbers: dict[str | None, int] = {code: number for number, code in enumerate(known)}
    left, right = ([numbers.get(of(one), -1) for one in people] for people in (mentees, mentors))
    return np.array(left, dtype=np.int64), np.array(right, dtype=np.int64)
