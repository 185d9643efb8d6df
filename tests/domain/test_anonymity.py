"""Nobody's answer can be worked out from what is shown."""

from collections import defaultdict
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.anonymity import MIN, nps, publishable, suppress

GROUPS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30) | st.integers(0, 6))
SCORES = st.lists(st.integers(0, 10), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("answered", "shown_before", "shown"),
    [
        (0, None, None),
        (4, None, None),
        (5, None, 5),
        (7, None, 7),
        (8, 5, 5),
        (9, 5, 5),
        (10, 5, 10),
        (11, 7, 7),
        (12, 7, 12),
        (40, 5, 40),
        (5, 5, 5),
        (4, 5, None),  # answers were taken back
    ],
)
def test_results_are_shown_from_five_on_in_steps_of_five(
    answered: int, shown_before: int | None, shown: int | None
) -> None:
    assert publishable(answered, shown_before) == shown


@given(st.lists(st.integers(0, 4), max_size=80))
def test_no_two_pictures_differ_by_fewer_than_five(arrivals: list[int]) -> None:
    answered, shown, pictures = 0, None, [0]
    for more in arrivals:
        answered += more
        shown = publishable(answered, shown)
        assert shown is None or shown <= answered < shown + MIN
        assert (shown is None) == (answered < MIN)
        if shown is not None and shown != pictures[-1]:
            pictures.append(shown)
    assert all(later - earlier >= MIN for earlier, later in pairwise(pictures))


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({}, {}),
        ({"a": 5, "b": 12}, {"a": 5, "b": 12}),
        ({"a": 5, "b": 0}, {"a": 5, "b": 0}),
        ({"a": 4, "b": 12, "c": 7}, {"a": None, "b": 12, "c": None}),  # the smallest other covers it
        ({"a": 4, "b": 12, "c": 0}, {"a": None, "b": None, "c": 0}),  # nobody is no cover
        ({"a": 4, "b": 3, "c": 12}, {"a": None, "b": None, "c": 12}),
        ({"a": 1, "b": 1, "c": 12, "d": 8}, {"a": None, "b": None, "c": 12, "d": None}),  # two, so one each
        ({"a": 1, "b": 1, "c": 1, "d": 1, "e": 9}, {"a": None, "b": None, "c": None, "d": None, "e": None}),
        (dict.fromkeys("abcdef", 1) | {"g": 9}, dict.fromkeys("abcdefg")),  # six, so one each
        ({"a": 4, "b": 4, "c": 5, "d": 9}, {"a": None, "b": None, "c": None, "d": 9}),  # eight, so four each
        ({"a": 2, "b": 9, "c": 9, "d": 12}, {"a": None, "b": None, "c": None, "d": 12}),  # equals together
        ({"a": 1, "b": 3, "c": 9, "d": 12}, {"a": None, "b": None, "c": None, "d": 12}),  # four people in all
        ({"a": 2, "b": 3, "c": 9, "d": 12}, {"a": None, "b": None, "c": 9, "d": 12}),  # and five
        ({"a": 3, "b": 0}, {"a": None, "b": 0}),  # nothing can cover it
        ({"a": 0}, {"a": 0}),
    ],
)
def test_small_groups_are_hidden_and_covered(counts: dict[str, int], shown: dict[str, int | None]) -> None:
    assert suppress(counts) == shown


@given(GROUPS)
def test_what_is_shown_is_true_and_never_small(counts: dict[str, int]) -> None:
    shown = suppress(counts)
    assert list(shown) == list(counts)
    for name, people in shown.items():
        assert people == counts[name] if people is not None else counts[name] > 0
        assert people is None or people == 0 or people >= MIN


@given(GROUPS)
def test_where_no_group_is_small_nothing_is_hidden(counts: dict[str, int]) -> None:
    grown = {name: people and people + MIN for name, people in counts.items()}
    assert suppress(grown) == grown


@given(GROUPS.filter(lambda counts: sum(counts.values()) >= MIN))
def test_what_is_hidden_is_at_least_two_groups_and_five_people(counts: dict[str, int]) -> None:
    hidden = [counts[name] for name, people in suppress(counts).items() if people is None]
    assert hidden == [] or (len(hidden) >= 2 and sum(hidden) >= MIN)


@given(GROUPS)
def test_groups_are_hidden_from_the_smallest_up_and_equal_ones_together(counts: dict[str, int]) -> None:
    shown = suppress(counts)
    largest_hidden = max((counts[name] for name, people in shown.items() if people is None), default=0)
    assert all(people is None or people == 0 or people > largest_hidden for people in shown.values())


@pytest.mark.parametrize(("groups", "most"), [(2, 60), (3, 24), (4, 15)])
def test_nobody_who_knows_the_total_and_this_rule_can_tell_the_size_of_a_hidden_group(groups: int, most: int) -> None:
    """For every picture all distributions that lead to it; only groups of one among themselves cannot be covered."""
    alike: dict[tuple[int, ...], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(most + 1), repeat=groups):
        if MIN <= sum(counts) <= most and not set(counts) <= {0, 1}:
            shown = suppress({str(place): people for place, people in enumerate(counts)})
            alike[(sum(counts), *(-1 if people is None else people for people in shown.values()))].append(counts)
    for (_total, *shown_sizes), possible in alike.items():
        for place, people in enumerate(shown_sizes):
            assert (people == -1) == (len({counts[place] for counts in possible}) > 1)


@pytest.mark.parametrize(
    ("scores", "score"),
    [
        ([10], 100),
        ([0], -100),
        ([7, 8], 0),
        ([9, 6], 0),
        ([9, 9, 8, 6], 25),
        ([9, 8, 8], 33),
        ([9, 9, 8], 67),
        ([6, 6, 8], -67),
        ([9] + [8] * 7, 13),  # 12.5
        ([6] + [8] * 7, -13),
        ([9] + [8] * 199, 1),  # 0.5
        ([6] + [8] * 199, -1),
        ([9] + [8] * 200, 0),
    ],
)
def test_net_promoter_scores(scores: list[int], score: int) -> None:
    assert nps(scores) == score


def test_without_answers_there_is_no_score() -> None:
    with pytest.raises(ValueError, match="no scores"):
        nps([])


@given(SCORES)
def test_a_score_is_the_difference_of_two_shares_to_half_a_point(scores: list[int]) -> None:
    promoters, detractors = sum(score >= 9 for score in scores), sum(score <= 6 for score in scores)
    assert -100 <= nps(scores) <= 100
    assert 2 * abs(nps(scores) * len(scores) - 100 * (promoters - detractors)) <= len(scores)


@given(SCORES)
def test_the_opposite_mood_has_the_opposite_score(scores: list[int]) -> None:
    mirrored = dict.fromkeys(range(7), 10) | dict.fromkeys((7, 8), 8) | dict.fromkeys((9, 10), 0)
    assert nps([mirrored[score] for score in scores]) == -nps(scores)
