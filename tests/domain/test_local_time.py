"""Wall clocks: what they show, what they leave out, and the same time again in other weeks and months."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.local_time import (
    NoSuchTime,
    at,
    at_or_after,
    is_night,
    monthly,
    nth_weekday,
    plausible,
    shift_days,
    weekly,
)

ZONES = st.sampled_from(("Europe/Berlin", "Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"))
DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31))
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))
DAYTIMES = st.times(time(4), time(23, 59))  # clocks change at night
NOW = datetime(2026, 5, 11, 12, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


@pytest.mark.parametrize(
    ("wall", "zone", "instant"),
    [
        ("2026-03-12T19:00", "Europe/Berlin", "2026-03-12T18:00"),
        ("2026-07-12T19:00", "Europe/Berlin", "2026-07-12T17:00"),
        ("2026-07-12T19:00", "Asia/Shanghai", "2026-07-12T11:00"),
        ("2026-07-12T19:00", "Asia/Kolkata", "2026-07-12T13:30"),
        ("2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00"),  # the first after the gap
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30"),  # occurs twice: the first
        ("2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45"),  # half an hour occurs twice
    ],
)
def test_a_clock_time_is_an_instant(wall: str, zone: str, instant: str) -> None:
    moment = datetime.fromisoformat(wall)
    found = at(moment.date(), moment.time(), zone)
    assert (found, found.tzinfo) == (utc(instant), UTC)


@pytest.mark.parametrize(
    ("wall", "zone", "earlier", "later"),
    [
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T00:30", "2026-03-29T01:30"),
        ("2026-03-29T02:00", "Europe/Berlin", "2026-03-29T00:00", "2026-03-29T01:00"),
        ("2027-03-28T02:59", "Europe/Berlin", "2027-03-28T00:59", "2027-03-28T01:59"),
        ("2026-03-08T02:15", "America/New_York", "2026-03-08T06:15", "2026-03-08T07:15"),
        ("2026-10-04T02:10", "Australia/Lord_Howe", "2026-10-03T15:10", "2026-10-03T15:40"),
    ],
)
def test_a_time_that_is_left_out_is_none_and_is_moved_on_where_one_must_be(
    wall: str, zone: str, earlier: str, later: str
) -> None:
    moment = datetime.fromisoformat(wall)
    with pytest.raises(NoSuchTime) as left_out:
        at(moment.date(), moment.time(), zone)
    assert (left_out.value.earlier, left_out.value.later) == (utc(earlier), utc(later))
    assert at_or_after(moment.date(), moment.time(), zone) == utc(later)


def test_the_later_of_two_equal_times_cannot_be_asked_for() -> None:
    second = time(2, 30, fold=1)
    assert at(date(2026, 10, 25), second, "Europe/Berlin") == utc("2026-10-25T00:30")


@given(DAYS, st.times(), ZONES)
@example(date(2026, 3, 29), time(2, 0), "Europe/Berlin")
@example(date(2026, 10, 25), time(2, 59), "Europe/Berlin")
def test_the_clock_there_shows_what_was_asked_for(day: date, wall: time, zone: str) -> None:
    try:
        found = at(day, wall, zone)
    except NoSuchTime as left_out:
        gap = left_out.later - left_out.earlier
        assert local(left_out.later, zone) == datetime.combine(day, wall) + gap
        assert local(left_out.earlier, zone) == datetime.combine(day, wall) - gap
    else:
        assert local(found, zone) == datetime.combine(day, wall)
        shown_before = [local(found - timedelta(minutes=minutes), zone) for minutes in (30, 60)]
        assert datetime.combine(day, wall) not in shown_before


@given(DAYS, DAYTIMES, ZONES, st.integers(-400, 400))
def test_days_are_shifted_by_the_wall_clock(day: date, wall: time, zone: str, days: int) -> None:
    shifted = shift_days(at(day, wall, zone), days, zone)
    assert local(shifted, zone) == datetime.combine(day + timedelta(days=days), wall)


@pytest.mark.parametrize(
    ("start", "zone", "instants"),
    [
        # Thursdays at 19:00; the clocks change on the 29th.
        (
            "2026-03-19T18:00",
            "Europe/Berlin",
            ["2026-03-26T18:00", "2026-04-02T17:00", "2026-04-09T17:00"],
        ),
        ("2026-03-19T11:00", "Asia/Shanghai", ["2026-03-26T11:00", "2026-04-02T11:00", "2026-04-09T11:00"]),
        # Sundays at 02:30: left out once, moved on by the hour, and as before afterwards.
        ("2026-03-22T01:30", "Europe/Berlin", ["2026-03-29T01:30", "2026-04-05T00:30", "2026-04-12T00:30"]),
    ],
)
def test_every_week_has_the_same_wall_time(start: str, zone: str, instants: list[str]) -> None:
    assert weekly(utc(start), zone, 3) == [utc(each) for each in instants]


@given(DAYS, DAYTIMES, ZONES, st.integers(0, 60))
def test_weeks_follow_each_other(day: date, wall: time, zone: str, times: int) -> None:
    found = weekly(at(day, wall, zone), zone, times)
    assert [local(each, zone) for each in found] == [
        datetime.combine(day, wall) + timedelta(weeks=number + 1) for number in range(times)
    ]


@pytest.mark.parametrize(
    ("first", "days"),
    [
        ("2026-01-08", ["2026-02-12", "2026-03-12", "2026-04-09"]),  # the second Thursday
        ("2026-11-02", ["2026-12-07", "2027-01-04", "2027-02-01"]),  # the first Monday, over the end of the year
        ("2026-01-28", ["2026-02-25", "2026-03-25", "2026-04-22"]),  # the fourth Wednesday, be it the last or not
        ("2026-01-29", ["2026-02-26", "2026-03-26", "2026-04-30"]),  # a fifth Thursday: the last
        ("2026-12-31", ["2027-01-28", "2027-02-25", "2027-03-25"]),
    ],
)
def test_every_month_has_the_same_weekday(first: str, days: list[str]) -> None:
    start = at(date.fromisoformat(first), time(19), "Europe/Berlin")
    found = [local(each, "Europe/Berlin") for each in monthly(start, "Europe/Berlin", 3)]
    assert found == [datetime.fromisoformat(f"{each}T19:00") for each in days]


def test_in_a_month_in_which_the_time_is_left_out_it_is_moved_on() -> None:
    start = at(date(2026, 1, 25), time(2, 30), "Europe/Berlin")  # the fourth Sunday
    assert monthly(start, "Europe/Berlin", 2) == [utc("2026-02-22T01:30"), utc("2026-03-22T01:30")]
    last = at(date(2026, 8, 30), time(2, 30), "Europe/Berlin")  # the fifth
    assert monthly(last, "Europe/Berlin", 7)[-1] == utc("2027-03-28T01:30")


@given(DAYS, DAYTIMES, ZONES)
def test_months_follow_each_other_on_the_same_weekday(day: date, wall: time, zone: str) -> None:
    found = [local(each, zone) for each in monthly(at(day, wall, zone), zone, 24)]
    months = [day.year * 12 + day.month + number for number in range(1, 25)]
    assert [each.year * 12 + each.month for each in found] == months
    assert {(each.isoweekday(), each.time()) for each in found} == {(day.isoweekday(), wall)}


@given(DAYS, ZONES)
def test_a_fifth_weekday_means_the_last_and_others_keep_their_number(day: date, zone: str) -> None:
    n, _weekday = nth_weekday(day)
    for each in monthly(at(day, time(19), zone), zone, 12):
        there = local(each, zone)
        if n == -1:
            assert (there + timedelta(days=7)).month != there.month
        else:
            assert 7 * (n - 1) < there.day <= 7 * n


@pytest.mark.parametrize(
    ("day", "place"),
    [
        ("2026-05-01", (1, 5)),
        ("2026-05-07", (1, 4)),
        ("2026-05-08", (2, 5)),
        ("2026-05-28", (4, 4)),
        ("2026-05-29", (-1, 5)),
        ("2026-05-31", (-1, 7)),
        ("2026-02-28", (4, 6)),
    ],
)
def test_the_place_of_a_weekday_in_its_month(day: str, place: tuple[int, int]) -> None:
    assert nth_weekday(date.fromisoformat(day)) == place


@pytest.mark.parametrize(
    ("start", "likely"),
    [
        ("2026-05-11T11:59", False),
        ("2026-05-11T12:00", True),
        ("2027-11-27T18:00", True),
        ("2029-05-11T12:00", True),
        ("2029-05-11T12:01", False),
        ("2033-11-27T18:00", False),  # as a founding document has it
    ],
)
def test_what_may_be_planned(start: str, likely: bool) -> None:
    assert plausible(utc(start), NOW) is likely


@pytest.mark.parametrize(
    ("wall", "night"),
    [("21:59", False), ("22:00", True), ("00:00", True), ("06:59", True), ("07:00", False), ("12:00", False)],
)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Shanghai"])
def test_night_is_from_ten_to_seven_by_the_clock_there(wall: str, night: bool, zone: str) -> None:
    assert is_night(at(date(2026, 7, 1), time.fromisoformat(wall), zone), zone) is night
