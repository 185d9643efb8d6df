"""What is shown about groups is true, and tells nobody how large a small group is: not by subtracting, not from a
total, another topic, or the picture of a coordinator with another scope."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.small_cells import STEP, Folded, alone, at_least, fold, in_steps, keep_back

GROUPS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40) | st.integers(0, 6))
SMALL = range(1, 5)
Counts = tuple[int, ...]


def folded(counts: Counts) -> Folded[int] | None:
    return fold(dict(enumerate(counts)))


@pytest.mark.parametrize(
    ("counts", "groups", "rest", "total"),
    [
        ({"a": 5}, {"a": 5}, None, 5),
        ({"a": 14, "b": 9}, {"a": 10, "b": 5}, None, 20),
        ({"a": 40, "b": 12, "c": 3}, {"a": 40}, 15, 55),
        ({"a": 40, "b": 12, "c": 3, "d": 2}, {"a": 40, "b": 10}, 5, 55),
        ({"a": 40, "b": 0}, {"a": 40}, None, 40),
        ({"a": 4, "b": 1}, {}, 5, 5),
        ({"a": 30, "b": 31, "c": 9}, {"b": 30, "a": 30, "c": 5}, None, 70),
    ],
)
def test_small_groups_are_put_together(counts: dict[str, int], groups: dict[str, int], rest: int, total: int) -> None:
    assert fold(counts) == Folded(groups, rest, total)


def test_the_largest_first_and_the_others_together() -> None:
    found = fold({"a": 7, "b": 50, "c": 20, "d": 11}, most=2)
    assert found == Folded({"b": 50, "c": 20}, 15, 85)
    assert list(found.groups) == ["b", "c"]


@pytest.mark.parametrize("counts", [{}, {"a": 0}, {"a": 4}, {"a": 2, "b": 2}])
def test_of_fewer_than_five_people_there_is_no_table(counts: dict[str, int]) -> None:
    assert fold(counts) is None


@given(GROUPS, st.none() | st.integers(1, 5))
def test_what_is_shown_is_true_in_steps_of_five_and_never_small(counts: dict[str, int], most: int | None) -> None:
    found = fold(counts, most)
    if found is None:
        assert sum(counts.values()) < STEP
        return
    assert len(found.groups) <= (most or len(counts))
    assert all(people == in_steps(counts[group]) for group, people in found.groups.items())
    numbers = [*found.groups.values(), *([] if found.rest is None else [found.rest]), found.total]
    assert all(number >= STEP and number % STEP == 0 for number in numbers)
    assert found.total == in_steps(sum(counts.values()))


@given(GROUPS, GROUPS)
def test_no_sum_or_difference_of_what_is_shown_is_one_to_four(one: dict[str, int], other: dict[str, int]) -> None:
    shown = [people for counts in (one, other) if (found := fold(counts)) for people in found.groups.values()]
    kept = [people for counts in (one, other) for people in keep_back(counts).values() if people is not None]
    for left, right in product([*shown, *kept], repeat=2):
        assert abs(left - right) not in SMALL
        assert left + right not in SMALL


@given(GROUPS)
def test_in_a_row_what_is_small_is_kept_back_and_nobody_is_nobody(counts: dict[str, int]) -> None:
    shown = keep_back(counts)
    assert list(shown) == list(counts)
    for place, people in shown.items():
        assert people is None or (people == in_steps(counts[place]) and counts[place] not in SMALL)
        assert (people == 0) == (counts[place] == 0)
    hidden = [counts[place] for place, people in shown.items() if people is None]
    assert not hidden or len(hidden) > 1 or sum(counts.values()) < STEP or set(counts.values()) <= {0, *hidden}
    assert at_least(shown.values()) <= sum(counts.values())


@pytest.mark.parametrize(("people", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (9, 5), (123, 120)])
def test_a_number_by_itself(people: int, shown: int | None) -> None:
    assert alone(people) == shown


def undecided(alike: dict[object, list[Counts]]) -> None:
    """Whoever sees what is shown, and knows these rules, cannot tell any group of one to four."""
    for possible in alike.values():
        for sizes in zip(*possible, strict=True):
            assert len(set(sizes)) > 1 or sizes[0] not in SMALL, possible


@pytest.mark.parametrize(("groups", "most"), [(1, 40), (2, 40), (3, 22), (4, 13)])
def test_no_table_tells_the_size_of_a_small_group(groups: int, most: int) -> None:
    """All tables there are, by what is shown of them."""
    alike: dict[object, list[Counts]] = defaultdict(list)
    for counts in product(range(most + 1), repeat=groups):
        alike[repr(folded(counts))].append(counts)
    undecided(alike)


@pytest.mark.parametrize(("groups", "most"), [(2, 30), (3, 22), (4, 12)])
def test_nor_does_a_row(groups: int, most: int) -> None:
    alike: dict[object, list[Counts]] = defaultdict(list)
    for counts in product(range(most + 1), repeat=groups):
        alike[tuple(keep_back(dict(enumerate(counts))).values())].append(counts)
    undecided(alike)


def test_nor_do_two_topics_about_the_same_people() -> None:
    """By language and by cohort, say: the totals are the same, and every group of both is looked at."""
    alike: dict[object, list[Counts]] = defaultdict(list)
    for total in range(5, 34):
        for one, other in product(range(total + 1), repeat=2):
            shown = repr((folded((one, total - one)), folded((other, total - other))))
            alike[shown].append((one, total - one, other, total - other))
    undecided(alike)


def test_nor_does_a_scope_taken_from_everybody() -> None:
    """By what two coordinators see together: of everybody, and of those in a scope. Looked at are those outside."""
    outside: dict[object, list[Counts]] = defaultdict(list)
    for everybody in product(range(15), repeat=2):
        for inside in product(*(range(people + 1) for people in everybody)):
            rest = tuple(people - mine for people, mine in zip(everybody, inside, strict=True))
            outside[repr((folded(everybody), folded(inside)))].append((*rest, *inside, *everybody))
    undecided(outside)
