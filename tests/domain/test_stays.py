"""Two entries about one programme: joined where neither contradicts the other, else both are kept."""

import pytest

from bot.domain.stays import Stay, join_stays

JOINED: list[tuple[Stay, Stay, Stay | None]] = [
    (Stay(1), Stay(1), Stay(1)),
    (Stay(1), Stay(1, 7, 2010, 2012), Stay(1, 7, 2010, 2012)),
    (Stay(1, 7, None, 2012), Stay(1, None, None, 2012), Stay(1, 7, None, 2012)),
    (Stay(1, first=2008), Stay(1, last=2012), Stay(1, None, 2008, 2012)),
    (Stay(None, last=2012), Stay(None, last=2012), Stay(None, last=2012)),
    # Two cohorts, two programmes, two times, and years that are not those of the cohort.
    (Stay(1, 7, None, 2012), Stay(1, 8, None, 2014), None),
    (Stay(1, 7, None, 2012), Stay(1, 8, None, 2012), None),
    (Stay(1, last=2012), Stay(2, last=2012), None),
    (Stay(None, last=2012), Stay(1, last=2012), None),
    (Stay(1, last=2012), Stay(1, last=2014), None),
    (Stay(1, 7, None, 2012), Stay(1, None, 2008, 2012), None),
]


@pytest.mark.parametrize(("one", "other", "joined"), JOINED)
def test_stays_are_joined_or_both_kept(one: Stay, other: Stay, joined: Stay | None) -> None:
    assert join_stays(one, other) == joined
    assert join_stays(other, one) == joined
