"""Working days, as tables."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.working_days import is_working_day, working_days_later

HOLIDAYS = frozenset({date(2026, 4, 3), date(2026, 4, 6)})
BERLIN = "Europe/Berlin"


def is_holiday(day: date) -> bool:
    return day in HOLIDAYS


@pytest.mark.parametrize(
    ("start", "days", "later"),
    [
        ("2026-03-10 10:00", 3, "2026-03-13 10:00"),  # Tuesday to Friday
        ("2026-03-12 10:00", 3, "2026-03-17 10:00"),  # over a weekend
        ("2026-03-14 10:00", 1, "2026-03-16 10:00"),  # from a Saturday
        ("2026-03-27 10:00", 1, "2026-03-30 09:00"),  # the clock change: by the clock of Berlin
        ("2026-04-02 10:00", 1, "2026-04-07 10:00"),  # over Good Friday and Easter Monday
        ("2026-03-13 23:30", 1, "2026-03-15 23:30"),  # half past midnight of Saturday, and of Monday, in Berlin
        ("2026-03-10 10:00", 0, "2026-03-10 10:00"),
    ],
)
def test_so_many_working_days_later(start: str, days: int, later: str) -> None:
    at = datetime.fromisoformat(f"{start}+00:00")
    assert working_days_later(at, days, BERLIN, is_holiday) == datetime.fromisoformat(f"{later}+00:00")


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)), st.integers(1, 9))
def test_it_always_ends_on_a_working_day_and_later(start: datetime, days: int) -> None:
    later = working_days_later(start, days, "Asia/Shanghai", is_holiday)
    assert later > start
    assert is_working_day(later.astimezone(ZoneInfo("Asia/Shanghai")).date(), is_holiday)
