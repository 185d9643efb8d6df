"""The best pairs of many: nothing beats them on small pools, and what must hold always holds."""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.matching import Far, Format, Mentee, Mentor, Weights, fits, worth
from bot.domain.pairing import Figures, Obstacle, Pair, figures_of, obstacles
from bot.domain.rounds import assign, at_random, first_come, most_similar

WEIGHTS = Weights()
Apart = frozenset[frozenset[int]]

topics = st.frozensets(st.sampled_from(("t:1", "t:2", "w:water")), min_size=1)
languages = st.frozensets(st.sampled_from(("de", "en", "zh_Hans")), min_size=1, max_size=2)
formats = st.frozensets(st.sampled_from([each.value for each in Format]), min_size=1)
cohorts = st.none() | st.integers(1975, 2026)
places = st.sampled_from(((None, None), ("CN", "CN-JS"), ("CN", "CN-SX"), ("CN", None), ("DE", "DE-SN")))
weights = st.builds(
    Weights, *(st.sampled_from((0.0, 0.5, 1.0, 3.0)) for _each in range(5)), st.sampled_from((0.5, 2.0))
)


@st.composite
def mentees(draw: st.DrawFn, most: int) -> list[Mentee]:
    ids = draw(st.lists(st.integers(1, 9), unique=True, max_size=most))
    return [_mentee(draw, ident) for ident in ids]


def _mentee(draw: st.DrawFn, ident: int) -> Mentee:
    country, region = draw(places)
    far = draw(st.sampled_from(list(Far)))
    return Mentee(ident, draw(topics), draw(languages), draw(formats), draw(cohorts), country, region, far)


@st.composite
def mentors(draw: st.DrawFn, most: int) -> list[Mentor]:
    """Some of them may be mentees as well."""
    ids = draw(st.lists(st.integers(5, 14), unique=True, max_size=most))
    return [_mentor(draw, ident) for ident in ids]


def _mentor(draw: st.DrawFn, ident: int) -> Mentor:
    country, region = draw(places)
    capacity, busy = draw(st.integers(1, 3)), draw(st.integers(0, 3))
    return Mentor(ident, draw(topics), draw(languages), draw(formats), draw(cohorts), country, region, capacity, busy)


apart = st.frozensets(st.frozensets(st.integers(1, 14), min_size=2, max_size=2), max_size=4)


def best_of_all(
    seeking: Sequence[Mentee], offering: Sequence[Mentor], weighing: Weights, kept: Apart
) -> tuple[int, float]:
    """The most pairs there can be and the greatest worth of so many, by trying everything."""
    places = [(mentor, taken) for mentor in offering for taken in range(max(mentor.capacity - mentor.busy, 0))]

    def go(row: int, free: frozenset[int]) -> tuple[int, float]:
        if row == len(seeking):
            return 0, 0.0
        found = [go(row + 1, free)]
        for place in free:
            mentor, taken = places[place]
            if fits(seeking[row], mentor, kept):
                count, total = go(row + 1, free - {place})
                found.append((count + 1, total + worth(seeking[row], mentor, weighing, taken)))
        return max(found)

    return go(0, frozenset(range(len(places))))


def holds(pairs: list[Pair], seeking: Sequence[Mentee], offering: Sequence[Mentor], kept: Apart) -> None:
    """Every hard condition, capacity, and nobody twice."""
    left, right = {one.id: one for one in seeking}, {one.id: one for one in offering}
    assert all(fits(left[pair.mentee], right[pair.mentor], kept) for pair in pairs)
    assert len({pair.mentee for pair in pairs}) == len(pairs)
    loads = Counter(pair.mentor for pair in pairs)
    assert all(right[ident].busy + count <= right[ident].capacity for ident, count in loads.items())


@given(mentees(4), mentors(3), weights, apart)
def test_nothing_beats_the_assignment(
    seeking: list[Mentee], offering: list[Mentor], weighing: Weights, kept: Apart
) -> None:
    pairs = assign(seeking, offering, weighing, kept)
    count, total = best_of_all(seeking, offering, weighing, kept)
    assert len(pairs) == count
    assert math.isclose(sum(pair.worth for pair in pairs), total, abs_tol=1e-9)


@given(mentees(9), mentors(9), weights, apart, st.integers(0, 99))
def test_what_must_hold_holds_for_every_way(
    seeking: list[Mentee], offering: list[Mentor], weighing: Weights, kept: Apart, seed: int
) -> None:
    ours = assign(seeking, offering, weighing, kept)
    others = [
        first_come(seeking, offering, weighing, kept),
        at_random(seeking, offering, weighing, Random(seed), kept),
        most_similar(seeking, offering, weighing, kept),
    ]
    for pairs in (ours, *others):
        holds(pairs, seeking, offering, kept)
        assert len(pairs) <= len(ours)
        assert all(0 <= pair.worth <= 1 for pair in pairs)
    assert len(others[2]) == len(ours)


@given(mentees(9), mentors(9), weights, apart)
def test_each_pair_is_worth_what_it_is_to_its_mentor_so_far(
    seeking: list[Mentee], offering: list[Mentor], weighing: Weights, kept: Apart
) -> None:
    left, right = {one.id: one for one in seeking}, {one.id: one for one in offering}
    by_mentor: dict[int, list[Pair]] = {}
    for pair in assign(seeking, offering, weighing, kept):
        by_mentor.setdefault(pair.mentor, []).append(pair)
    for ident, pairs in by_mentor.items():
        found = sorted(pair.worth for pair in pairs)
        possible = [
            sorted(worth(left[pair.mentee], right[ident], weighing, k) for pair, k in zip(pairs, order, strict=True))
            for order in _orders(len(pairs))
        ]
        assert found in possible


def _orders(count: int) -> list[tuple[int, ...]]:
    if count == 1:
        return [(0,)]
    return [(*rest[:at], count - 1, *rest[at:]) for rest in _orders(count - 1) for at in range(count)]


@given(mentees(9), mentors(9), weights, apart)
def test_who_comes_first_takes_the_best_who_is_free(
    seeking: list[Mentee], offering: list[Mentor], weighing: Weights, kept: Apart
) -> None:
    chosen = {pair.mentee: pair for pair in first_come(seeking, offering, weighing, kept)}
    taken: Counter[int] = Counter()
    for mentee in seeking:
        free = [
            worth(mentee, mentor, weighing, taken[mentor.id])
            for mentor in offering
            if fits(mentee, mentor, kept) and mentor.busy + taken[mentor.id] < mentor.capacity
        ]
        assert (mentee.id in chosen) == bool(free)
        if free:
            assert math.isclose(chosen[mentee.id].worth, max(free), abs_tol=1e-9)
            taken[chosen[mentee.id].mentor] += 1


@given(mentees(9), mentors(9), apart, st.randoms(use_true_random=False))
def test_the_same_people_in_any_order_give_the_same_pairs(
    seeking: list[Mentee], offering: list[Mentor], kept: Apart, random: Random
) -> None:
    first = assign(seeking, offering, WEIGHTS, kept)
    random.shuffle(seeking)
    random.shuffle(offering)
    assert assign(seeking, offering, WEIGHTS, kept) == first
    assert first == sorted(first, key=lambda pair: pair.mentee)


def mentee(ident: int, cohort: int | None = 2015, region: str = "DE-SN", **given: Far) -> Mentee:
    return Mentee(
        ident, frozenset({"t:1"}), frozenset({"de"}), frozenset({"year"}), cohort, region[:2], region, **given
    )


def mentor(ident: int, cohort: int | None = 2015, region: str = "DE-SN", capacity: int = 1, busy: int = 0) -> Mentor:
    formats = frozenset({"year"})
    return Mentor(ident, frozenset({"t:1"}), frozenset({"de"}), formats, cohort, region[:2], region, capacity, busy)


def test_one_gives_way_so_that_both_have_somebody() -> None:
    """First come would take the only mentor the second can talk with."""
    both = Mentee(1, frozenset({"t:1"}), frozenset({"de", "en"}), frozenset({"year"}), 2015, "DE", "DE-SN")
    german = mentee(2)
    near = mentor(11, 1990, "CN-JS")
    english = Mentor(12, frozenset({"t:1"}), frozenset({"en"}), frozenset({"year"}), 2015, "DE", "DE-SN", 1)
    assert [(pair.mentee, pair.mentor) for pair in assign([both, german], [near, english], WEIGHTS)] == [
        (1, 12),
        (2, 11),
    ]
    assert [(pair.mentee, pair.mentor) for pair in first_come([both, german], [near, english], WEIGHTS)] == [(1, 11)]


def test_the_load_is_spread() -> None:
    pairs = assign(
        [mentee(1), mentee(2), mentee(3)], [mentor(11, capacity=3), mentor(12, capacity=3), mentor(13)], WEIGHTS
    )
    assert {pair.mentor for pair in pairs} == {11, 12, 13}


def test_distance_is_rewarded_and_likeness_is_not() -> None:
    near, far = mentor(11), mentor(12, 1990, "CN-JS")
    assert assign([mentee(1)], [near, far], WEIGHTS)[0].mentor == 12
    assert most_similar([mentee(1)], [near, far], WEIGHTS)[0].mentor == 11


@pytest.mark.parametrize(("seeking", "offering"), [(0, 0), (0, 2), (2, 0)])
def test_without_people_there_are_no_pairs(seeking: int, offering: int) -> None:
    left, right = [mentee(n + 1) for n in range(seeking)], [mentor(n + 11) for n in range(offering)]
    assert assign(left, right, WEIGHTS) == first_come(left, right, WEIGHTS) == most_similar(left, right, WEIGHTS) == []
    assert at_random(left, right, WEIGHTS, Random(1)) == []


def test_who_is_full_gets_nobody() -> None:
    assert assign([mentee(1)], [mentor(11, capacity=2, busy=2)], WEIGHTS) == []


def test_the_next_mentee_of_a_mentor_is_worth_less() -> None:
    pairs = first_come([mentee(n) for n in (1, 2, 3)], [mentor(11, capacity=3)], WEIGHTS)
    assert all(first.worth > second.worth for first, second in pairwise(pairs))


def test_figures_count_pairs_distances_and_load() -> None:
    seeking = [mentee(1), mentee(2), mentee(3, None)]
    offering = [mentor(11, 1990, "CN-JS", 2), mentor(12), mentor(13)]
    pairs = [Pair(1, 11, 0.5), Pair(2, 11, 0.25), Pair(3, 12, 0.75)]
    found = figures_of(pairs, seeking, offering)
    assert found == Figures(3, 3, 0.5, 2 / 3, 2 / 3, 2, 2)
    assert Figures.from_json(found.to_json()) == found
    assert figures_of([], seeking, offering) == Figures(0, 3, 0, 0, 0, 0, 0)


def test_pairs_that_no_longer_hold_are_found_with_their_reason() -> None:
    seeking = {101: mentee(1), 102: mentee(2), 103: mentee(3), 104: mentee(4)}
    offering = {11: mentor(11, capacity=2, busy=1), 12: mentor(12)}
    kept = frozenset({frozenset({3, 12})})
    pairs = [(101, 11), (102, 11), (103, 12), (104, 12), (105, 12), (104, 13)]
    assert obstacles(pairs[:3], seeking, offering, kept) == {102: Obstacle.MENTOR, 103: Obstacle.UNFIT}
    assert obstacles([pairs[3], pairs[4]], seeking, offering, kept) == {105: Obstacle.SEEKER}
    assert obstacles([pairs[5]], seeking, offering, kept) == {104: Obstacle.MENTOR}
