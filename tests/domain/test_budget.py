"""Nobody is told more than their budget within any week, and what waits waits no longer than it must."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budget import WEEK, free_at

START = datetime(2026, 3, 1, tzinfo=UTC)
MINUTES = st.lists(st.integers(0, 60 * 24 * 40), min_size=1, max_size=40)


@given(MINUTES, st.integers(1, 5))
def test_no_week_holds_more_than_the_budget(wishes: list[int], budget: int) -> None:
    told: list[datetime] = []
    for wish in sorted(START + timedelta(minutes=minutes) for minutes in wishes):
        now = max([wish, *told[-1:]])
        while (later := free_at([at for at in told if at > now - WEEK], budget)) is not None:
            now = later
        told.append(now)
    for first in told:
        assert sum(first <= at < first + WEEK for at in told) <= budget


def test_who_was_told_less_hears_it_at_once() -> None:
    assert free_at([START, START], 3) is None


def test_the_oldest_that_counts_decides() -> None:
    told = [START + timedelta(days=day) for day in range(4)]
    assert free_at(told, 3) == START + timedelta(days=1) + WEEK
