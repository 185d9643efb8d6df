"""A record of absences that is recent and forgiving."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.no_shows import Occasion, count

NOW = datetime(2026, 5, 11, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OCCASIONS = st.lists(
    st.builds(Occasion, st.integers(-30, 500).map(lambda days: NOW - days * DAY), st.booleans()), max_size=12
)


def story(events: str) -> list[Occasion]:
    """A week apart, the oldest first: "+" came, "-" did not."""
    return [Occasion(NOW - 7 * (len(events) - place) * DAY, sign == "+") for place, sign in enumerate(events)]


@pytest.mark.parametrize(
    ("events", "held_against"),
    [
        ("", 0),
        ("++++", 0),
        ("-", 0),  # the first is forgiven
        ("--", 1),
        ("---", 2),
        ("--+", 1),
        ("--++", 0),  # two attendances wipe it out
        ("-----++", 0),
        ("-+-+-", 1),  # the first is wiped out, of the other two one is forgiven
        ("-+-+", 0),
        ("++--", 1),  # what was before does not count
        ("--++--", 1),  # wiped out as if it had never been: again one is forgiven
        ("--++-", 0),
    ],
)
def test_absences_are_forgiven_once_and_can_be_made_up_for(events: str, held_against: int) -> None:
    assert count(story(events), NOW) == held_against


@pytest.mark.parametrize(
    ("age", "held_against"), [(365 * DAY, 1), (365 * DAY + timedelta(seconds=1), 0), (-timedelta(seconds=1), 0)]
)
def test_only_the_last_year_counts(age: timedelta, held_against: int) -> None:
    assert count([Occasion(NOW - age, False), Occasion(NOW - DAY, False)], NOW) == held_against


def test_of_two_that_end_together_the_one_does_not_make_up_for_the_other() -> None:
    together = [Occasion(NOW - DAY, came) for came in (False, False, True, True)]
    assert count(together, NOW) == count(together[::-1], NOW) == 1


@given(OCCASIONS, st.randoms(use_true_random=False))
def test_the_order_in_which_they_are_told_does_not_matter(occasions: list[Occasion], random: Random) -> None:
    shuffled = list(occasions)
    random.shuffle(shuffled)
    assert count(shuffled, NOW) == count(occasions, NOW)


@given(OCCASIONS)
def test_no_more_is_held_against_anybody_than_they_missed_but_the_first(occasions: list[Occasion]) -> None:
    missed = sum(not one.came and timedelta() <= NOW - one.ended_at <= 365 * DAY for one in occasions)
    assert 0 <= count(occasions, NOW) <= max(0, missed - 1)


@given(OCCASIONS)
def test_coming_twice_makes_up_for_everything(occasions: list[Occasion]) -> None:
    past = [one for one in occasions if one.ended_at < NOW]
    assert count([*past, Occasion(NOW, True), Occasion(NOW, True)], NOW) == 0


@given(OCCASIONS, st.integers(0, 365))
def test_coming_never_makes_it_worse_and_missing_never_better(occasions: list[Occasion], days: int) -> None:
    then = NOW - days * DAY
    assert count([*occasions, Occasion(then, True)], NOW) <= count(occasions, NOW)
    assert count([*occasions, Occasion(then, False)], NOW) >= count(occasions, NOW)
