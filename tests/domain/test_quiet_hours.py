"""Nobody is written to in their quiet hours, also when the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.quiet_hours import is_quiet, next_waking

ZONES = ("Europe/Berlin", "Asia/Shanghai", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu", "UTC")
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
HOURS = st.integers(0, 23)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


@given(INSTANTS, st.sampled_from(ZONES), HOURS, HOURS)
@example(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "Europe/Berlin", 3, 2)  # the only waking hour is skipped
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Berlin", 21, 2)  # two o'clock comes twice
def test_nothing_is_shifted_into_quiet_hours(at: datetime, zone: str, quiet_from: int, quiet_to: int) -> None:
    assert not is_quiet(next_waking(at, zone, quiet_from, quiet_to), zone, quiet_from, quiet_to)


@given(INSTANTS, st.sampled_from(ZONES), HOURS, HOURS)
def test_nothing_goes_out_earlier_nor_two_days_late(at: datetime, zone: str, quiet_from: int, quiet_to: int) -> None:
    assert at <= next_waking(at, zone, quiet_from, quiet_to) <= at + timedelta(hours=48)


@given(INSTANTS, st.sampled_from(ZONES), HOURS, HOURS)
def test_it_is_still_quiet_just_before(at: datetime, zone: str, quiet_from: int, quiet_to: int) -> None:
    waking = next_waking(at, zone, quiet_from, quiet_to)
    assert waking == at or is_quiet(waking - timedelta(seconds=1), zone, quiet_from, quiet_to)


@given(INSTANTS, st.sampled_from(ZONES), HOURS)
def test_equal_hours_are_no_quiet_hours(at: datetime, zone: str, hour: int) -> None:
    assert next_waking(at, zone, hour, hour) == at


@pytest.mark.parametrize(
    ("at", "waking"),
    [
        ("2026-03-10T20:59:59", "2026-03-10T20:59:59"),
        ("2026-03-10T21:00:00", "2026-03-11T08:00:00"),
        ("2026-03-11T07:59:59", "2026-03-11T08:00:00"),
        ("2026-03-11T08:00:00", "2026-03-11T08:00:00"),
        ("2026-03-28T23:30:00", "2026-03-29T08:00:00"),  # the night has nine hours
        ("2026-10-24T23:30:00", "2026-10-25T08:00:00"),  # and here eleven
    ],
)
def test_the_night_in_berlin_ends_at_eight(at: str, waking: str) -> None:
    assert next_waking(berlin(at), "Europe/Berlin", 21, 8) == berlin(waking)


def test_quiet_hours_are_those_of_the_readers_clock() -> None:
    at = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
    assert next_waking(at, "Asia/Shanghai", 21, 8) == datetime(2026, 3, 11, 0, 0, tzinfo=UTC)
    assert next_waking(at, "Europe/Berlin", 21, 8) == at
