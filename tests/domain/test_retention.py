"""How long things are kept, and when a night begins."""

from datetime import UTC, datetime

import pytest

from bot.domain.retention import FIXED, Keep, Kind, last_night, span


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2026-03-10T10:00", "2026-03-10T01:00"),
        ("2026-03-10T01:00", "2026-03-10T01:00"),
        ("2026-03-10T00:59", "2026-03-09T01:00"),
        ("2026-07-01T00:30", "2026-07-01T00:00"),
        # The clock goes from 02:00 to 03:00, and in autumn there are two 02:00s, of which the first counts.
        ("2026-03-29T01:30", "2026-03-29T01:00"),
        ("2026-10-25T01:30", "2026-10-25T00:00"),
    ],
)
def test_a_night_begins_at_two_by_the_clock_in_berlin(now: str, night: str) -> None:
    assert last_night(datetime.fromisoformat(now).replace(tzinfo=UTC)) == datetime.fromisoformat(night).replace(
        tzinfo=UTC
    )


def test_every_kind_has_a_span_and_settings_change_theirs_only() -> None:
    usual, longer = Keep(), Keep(*(2 * days for days in (730, 365, 400, 90, 1095, 90, 730, 365, 1095, 90)))
    assert all(span(kind, usual).days > 0 for kind in Kind)
    assert {kind for kind in Kind if span(kind, longer) == span(kind, usual)} == set(FIXED)
