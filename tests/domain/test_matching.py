"""Who fits whom, and what a good pair is worth: whatever people there are."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.matching import (
    FAR_YEARS,
    OTHER_REGION,
    Far,
    Format,
    Mentee,
    Mentor,
    Weights,
    cohort_distance,
    explain,
    fits,
    is_across_cohorts,
    is_across_regions,
    region_distance,
    suggest,
    topic_keys,
    worth,
)

TOPICS = [f"t:{number}" for number in range(6)]
LANGUAGES = ["de", "en", "zh_Hans", "fr"]
PLACES = [("DE", "DE-SN"), ("DE", "DE-BW"), ("CN", "CN-SX"), ("CN", "CN-JS"), ("SG", None), (None, None)]


def some(values: list[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), min_size=1)


years = st.none() | st.integers(1960, 2027)
formats = some([each.value for each in Format])
weights = st.builds(Weights, *(st.floats(0.1, 10) for _ in range(6)))


@st.composite
def mentees(draw: st.DrawFn) -> Mentee:
    country, region = draw(st.sampled_from(PLACES))
    wished = draw(st.sampled_from(list(Far)))
    form = frozenset({draw(st.sampled_from(list(Format))).value})
    return Mentee(1, draw(some(TOPICS)), draw(some(LANGUAGES)), form, draw(years), country, region, wished)


@st.composite
def mentors(draw: st.DrawFn, ids: st.SearchStrategy[int] = st.integers(1, 40)) -> Mentor:  # noqa: B008
    country, region = draw(st.sampled_from(PLACES))
    capacity = draw(st.integers(1, 10))
    return Mentor(
        draw(ids),
        draw(some(TOPICS)),
        draw(some(LANGUAGES)),
        draw(formats),
        draw(years),
        country,
        region,
        capacity,
        draw(st.integers(0, capacity)),
    )


pools = st.lists(mentors(), max_size=30, unique_by=lambda mentor: mentor.id)
aparts = st.frozensets(st.frozensets(st.integers(1, 40), min_size=2, max_size=2), max_size=8)


@given(mentees(), pools, weights, aparts, st.integers(1, 5))
def test_what_must_hold_is_never_broken(
    mentee: Mentee, pool: list[Mentor], weights: Weights, apart: frozenset[frozenset[int]], limit: int
) -> None:
    found = suggest(mentee, pool, weights, apart, limit)
    assert len(found) <= limit
    assert len({each.mentor.id for each in found}) == len(found)
    for each in found:
        assert each.mentor.id != mentee.id
        assert each.mentor.busy < each.mentor.capacity
        assert each.mentor.topics & mentee.topics
        assert each.mentor.languages & mentee.languages
        assert {mentee.id, each.mentor.id} not in apart


@given(mentees(), pools, weights, aparts)
def test_the_best_are_suggested_and_nobody_who_fits_is_forgotten(
    mentee: Mentee, pool: list[Mentor], weights: Weights, apart: frozenset[frozenset[int]]
) -> None:
    found = suggest(mentee, pool, weights, apart, limit=3)
    rest = [each for each in pool if fits(mentee, each, apart) and each not in [one.mentor for one in found]]
    assert len(found) == 3 or not rest
    assert [each.worth for each in found] == sorted((each.worth for each in found), reverse=True)
    assert all(worth(mentee, each, weights) <= found[-1].worth for each in rest)


@given(mentees(), mentors(), weights)
def test_the_worth_lies_between_none_and_all(mentee: Mentee, mentor: Mentor, weights: Weights) -> None:
    assert -1e-9 <= worth(mentee, mentor, weights) <= 1 + 1e-9


@given(mentees(), pools, weights, st.randoms())
def test_the_order_in_which_mentors_come_does_not_matter(
    mentee: Mentee, pool: list[Mentor], weights: Weights, dice: object
) -> None:
    shuffled = list(pool)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert suggest(mentee, pool, weights) == suggest(mentee, shuffled, weights)


@given(mentees(), mentors(), weights, st.lists(st.integers(2, 99), min_size=2, max_size=8, unique=True))
def test_equal_ones_are_suggested_by_their_ids(
    mentee: Mentee, mentor: Mentor, weights: Weights, ids: list[int]
) -> None:
    free = replace(mentor, busy=0, topics=mentee.topics, languages=mentee.languages)
    found = suggest(mentee, [replace(free, id=each) for each in ids], weights, limit=len(ids))
    assert [each.mentor.id for each in found] == sorted(ids)


@given(mentees(), mentors(), weights, st.integers(0, 60), st.integers(0, 60))
def test_whoever_is_further_away_in_years_is_worth_no_less(
    mentee: Mentee, mentor: Mentor, weights: Weights, near: int, far: int
) -> None:
    assume(near <= far)
    mentee = replace(mentee, cohort=2000)
    values = [worth(mentee, replace(mentor, cohort=2000 - years), weights) for years in (near, far)]
    assert values[0] <= values[1]
    assert (values[0] < values[1]) == (near < min(far, FAR_YEARS))


@given(mentees(), mentors(), weights)
def test_another_region_is_worth_more_and_another_country_most(
    mentee: Mentee, mentor: Mentor, weights: Weights
) -> None:
    mentee = replace(mentee, country="DE", region="DE-SN")
    here, there, abroad = (
        worth(mentee, replace(mentor, country=country, region=region), weights)
        for country, region in (("DE", "DE-SN"), ("DE", "DE-BW"), ("CN", "CN-SX"))
    )
    assert here < there < abroad


@given(mentees(), mentors(), weights)
def test_the_load_spreads(mentee: Mentee, mentor: Mentor, weights: Weights) -> None:
    """Whoever has fewer mentees is worth more; so is, within a round, whoever was given fewer."""
    values = [worth(mentee, replace(mentor, busy=busy), weights) for busy in range(mentor.capacity + 1)]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == len(values)
    free = replace(mentor, busy=0)
    assert [worth(mentee, free, weights, taken) for taken in range(mentor.capacity + 1)] == pytest.approx(values)


@given(mentees(), mentors(), weights)
def test_a_wished_distance_counts_more(mentee: Mentee, mentor: Mentor, weights: Weights) -> None:
    """What is gained by it is more than without the wish, whatever else the two have in common."""
    mentee = replace(mentee, cohort=2000, country="DE", region="DE-SN")
    same = replace(mentor, cohort=2000, country="DE", region="DE-SN")
    for wish, other in ((Far.COHORT, replace(same, cohort=1970)), (Far.REGION, replace(same, country="CN"))):
        gains = [
            worth(replace(mentee, far=far), other, weights) - worth(replace(mentee, far=far), same, weights)
            for far in (wish, Far.ANY)
        ]
        assert gains[0] > gains[1] > 0


@given(mentees(), mentors(), weights)
def test_more_in_common_is_worth_no_less(mentee: Mentee, mentor: Mentor, weights: Weights) -> None:
    more = replace(mentor, topics=mentor.topics | mentee.topics, languages=mentor.languages | mentee.languages)
    assert worth(mentee, more, weights) >= worth(mentee, mentor, weights)


@given(mentees(), mentors())
def test_reasons_are_what_both_have_and_nothing_that_is_not_known(mentee: Mentee, mentor: Mentor) -> None:
    reasons = explain(mentee, mentor)
    assert reasons.topics == mentee.topics & mentor.topics
    assert reasons.languages == mentee.languages & mentor.languages
    assert (reasons.ahead is None) == (mentee.cohort is None or mentor.cohort is None)
    assert (reasons.other_region is None) == (mentee.country is None or mentor.country is None)
    if reasons.ahead is not None and mentor.cohort is not None:
        assert mentor.cohort + reasons.ahead == mentee.cohort
    assert is_across_regions(mentee, mentor) == bool(reasons.other_region)


@given(years, years)
def test_distance_in_years_is_the_same_either_way(one: int | None, other: int | None) -> None:
    assert cohort_distance(one, other) == cohort_distance(other, one)
    assert 0 <= cohort_distance(one, other) <= 1


@pytest.mark.parametrize(("one", "other"), list(combinations(PLACES, 2)))
def test_distance_in_places_is_the_same_either_way(
    one: tuple[str | None, str | None], other: tuple[str | None, str | None]
) -> None:
    here = Mentor(1, frozenset("t"), frozenset("l"), frozenset(), None, *one)
    there = Mentor(2, frozenset("t"), frozenset("l"), frozenset(), None, *other)
    expected = 0.5 if None in (one[0], other[0]) else OTHER_REGION if one[0] == other[0] else 1.0
    assert region_distance(here, there) == region_distance(there, here) == expected


@pytest.mark.parametrize(
    ("mentee", "mentor", "across"), [(2012, 2007, True), (2012, 2008, False), (2007, 2012, True), (None, 1990, False)]
)
def test_five_years_make_another_cohort(mentee: int | None, mentor: int | None, across: bool) -> None:
    one = Mentee(1, frozenset("t"), frozenset("l"), frozenset(), mentee)
    other = Mentor(2, frozenset("t"), frozenset("l"), frozenset(), mentor)
    assert is_across_cohorts(one, other) is across


def test_topics_spelled_differently_are_the_same() -> None:
    assert topic_keys([], ["Smart Grid"]) == topic_keys([], ["smart-grid"]) == topic_keys((), ["SMARTGRID"])
    assert topic_keys([7], ["7"]) == {"t:7", "w:7"}
    assert topic_keys(["7"], ["…", ""]) == {"t:7"}


@given(st.text(max_size=200))
def test_a_topic_key_fits_into_its_column(words: str) -> None:
    assert all(2 < len(key) <= 64 for key in topic_keys((), [words]))
