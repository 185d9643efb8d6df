"""Reminders come at a human hour, in time, or not at all."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.reminders import (
    DEFAULT_LEADS,
    Hours,
    Lead,
    chase_at,
    each,
    is_too_late,
    next_morning,
    remind_at,
    span,
    survey_at,
)

LONG = (Lead.WEEK, Lead.TWO_DAYS, Lead.DAY)
SHORT = (Lead.THREE_HOURS, Lead.HOUR)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ZONES = st.sampled_from(("Europe/Berlin", "Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"))
CLOCK_CHANGES = (date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31))
DAYS = st.builds(lambda change, off: change + timedelta(days=off), st.sampled_from(CLOCK_CHANGES), st.integers(-9, 9))
INSTANTS = st.builds(
    lambda day, minute: datetime.combine(day, time(), UTC) + timedelta(minutes=minute), DAYS, st.integers(0, 24 * 60)
)
HOLIDAYS = st.frozensets(DAYS, max_size=30)
ANY_HOURS = st.builds(Hours, ZONES, st.integers(0, 23), st.integers(0, 23), HOLIDAYS)
USUAL_NIGHTS = st.builds(Hours, ZONES, st.just(21), st.just(8), HOLIDAYS)
ALWAYS_UP = st.builds(Hours, ZONES, st.just(0), st.just(0))

# Easter: Good Friday on the 3rd, Monday on the 6th; Golden Week in China.
EASTER = frozenset({date(2026, 4, 3), date(2026, 4, 6)})
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 26)})
GOLDEN_WEEK = frozenset(date(2026, 10, number) for number in range(1, 9))


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def berlin(holidays: frozenset[date] = frozenset(), quiet: tuple[int, int] = (21, 8)) -> Hours:
    return Hours("Europe/Berlin", *quiet, holidays)


def on_holiday_morning(moment: datetime, hours: Hours) -> bool:
    there = moment.astimezone(ZoneInfo(hours.zone))
    return there.hour < 12 and there.date() in hours.holidays


def test_leads_come_longest_first() -> None:
    assert each(31) == [Lead.WEEK, Lead.TWO_DAYS, Lead.DAY, Lead.THREE_HOURS, Lead.HOUR]
    assert each(0) == []
    assert each(Lead.HOUR | Lead.WEEK) == [Lead.WEEK, Lead.HOUR]


def test_without_a_choice_it_is_a_day_and_an_hour() -> None:
    assert each(DEFAULT_LEADS) == [Lead.DAY, Lead.HOUR]
    assert DEFAULT_LEADS == 20  # as it is stored


def test_bits_of_another_version_are_passed_over() -> None:
    assert each(64 | Lead.DAY) == [Lead.DAY]


@pytest.mark.parametrize(
    ("lead", "length"),
    [
        (Lead.WEEK, timedelta(days=7)),
        (Lead.TWO_DAYS, timedelta(hours=48)),
        (Lead.DAY, timedelta(hours=24)),
        (Lead.THREE_HOURS, timedelta(hours=3)),
        (Lead.HOUR, timedelta(hours=1)),
    ],
)
def test_how_long_a_lead_is(lead: Lead, length: timedelta) -> None:
    assert span(lead) == length


def test_several_leads_have_no_length() -> None:
    with pytest.raises(KeyError):
        span(DEFAULT_LEADS)


@pytest.mark.parametrize(
    ("start", "lead", "moment"),
    [
        ("2026-05-20T19:00", Lead.DAY, "2026-05-19T19:00"),
        ("2026-05-20T19:00", Lead.TWO_DAYS, "2026-05-18T19:00"),
        ("2026-05-20T19:00", Lead.WEEK, "2026-05-13T19:00"),
        ("2026-05-20T19:00", Lead.THREE_HOURS, "2026-05-20T16:00"),
        ("2026-05-20T19:00", Lead.HOUR, "2026-05-20T18:00"),
        ("2026-03-29T19:00", Lead.DAY, "2026-03-28T19:00"),  # 23 hours before
        ("2026-10-25T19:00", Lead.DAY, "2026-10-24T19:00"),  # 25 hours before
        ("2026-03-29T10:00", Lead.HOUR, "2026-03-29T09:00"),
        ("2026-05-20T22:00", Lead.DAY, "2026-05-20T08:00"),  # held over the night
        ("2026-05-20T07:30", Lead.DAY, "2026-05-19T08:00"),
        ("2026-05-20T22:30", Lead.HOUR, None),  # nobody is woken for an hour
        ("2026-05-20T08:30", Lead.HOUR, None),
        ("2026-05-20T09:00", Lead.HOUR, "2026-05-20T08:00"),
        ("2026-05-20T22:00", Lead.HOUR, None),
        ("2026-05-20T21:59", Lead.HOUR, "2026-05-20T20:59"),
    ],
)
def test_reminders_in_berlin(start: str, lead: Lead, moment: str | None) -> None:
    assert remind_at(at(start), lead, berlin()) == (at(moment) if moment else None)


def test_the_day_before_is_that_of_the_readers_clock() -> None:
    start = at("2026-03-29T19:00")  # 01:00 in Shanghai, where no clock changes
    assert remind_at(start, Lead.DAY, Hours("Asia/Shanghai", 21, 8)) == at("2026-03-29T08:00", "Asia/Shanghai")
    assert remind_at(start, Lead.DAY, Hours("Asia/Shanghai", 3, 8)) == at("2026-03-29T01:00", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("start", "moment"),
    [
        ("2026-05-20T12:00", "2026-05-20T09:00"),  # three hours ahead, and no later
        ("2026-05-20T11:59", None),
    ],
)
def test_a_reminder_held_too_long_is_dropped(start: str, moment: str | None) -> None:
    assert remind_at(at(start), Lead.DAY, berlin(quiet=(10, 9))) == (at(moment) if moment else None)


@pytest.mark.parametrize(
    ("start", "lead", "quiet", "holidays", "moment"),
    [
        ("2026-04-07T10:00", Lead.DAY, (21, 8), EASTER, "2026-04-05T18:00"),  # the evening before Easter Monday
        ("2026-04-07T11:59", Lead.DAY, (21, 8), EASTER, "2026-04-05T18:00"),
        ("2026-04-07T12:00", Lead.DAY, (21, 8), EASTER, "2026-04-06T12:00"),  # noon is no morning
        ("2026-04-06T22:00", Lead.DAY, (21, 8), EASTER, "2026-04-05T18:00"),  # held until that morning
        ("2026-12-27T10:00", Lead.DAY, (21, 8), CHRISTMAS, "2026-12-24T18:00"),  # two holidays back
        ("2026-04-07T10:00", Lead.DAY, (18, 8), EASTER, "2026-04-05T17:00"),  # the last waking hour before
        ("2026-04-07T10:00", Lead.DAY, (15, 8), EASTER, "2026-04-05T14:00"),
        ("2026-04-07T00:30", Lead.DAY, (1, 0), EASTER, "2026-04-05T00:00"),  # up for one hour only
        ("2026-04-07T09:00", Lead.DAY, (19, 20), EASTER, "2026-04-05T18:00"),
        ("2026-10-05T10:00", Lead.DAY, (21, 8), GOLDEN_WEEK, "2026-10-04T12:00"),  # four days back: noon instead
        ("2026-10-05T10:00", Lead.DAY, (11, 9), GOLDEN_WEEK, "2026-10-04T10:00"),  # asleep at noon: as it was
        ("2026-10-04T10:00", Lead.DAY, (21, 8), GOLDEN_WEEK, "2026-09-30T18:00"),  # three days back
        ("2026-04-10T10:00", Lead.WEEK, (21, 8), EASTER, "2026-04-02T18:00"),
        ("2026-04-05T10:00", Lead.TWO_DAYS, (21, 8), EASTER, "2026-04-02T18:00"),
        ("2026-04-06T09:00", Lead.HOUR, (21, 8), EASTER, "2026-04-06T08:00"),  # an hour before is an hour before
        ("2026-04-06T10:00", Lead.DAY, (21, 8), EASTER, "2026-04-05T10:00"),
    ],
)
def test_mornings_of_holidays_are_spared(
    start: str, lead: Lead, quiet: tuple[int, int], holidays: frozenset[date], moment: str
) -> None:
    assert remind_at(at(start), lead, berlin(holidays, quiet)) == at(moment)


def test_noon_of_a_holiday_is_no_choice_within_three_hours_of_the_start() -> None:
    hours = berlin(GOLDEN_WEEK, quiet=(23, 10))
    assert remind_at(at("2026-10-05T23:30"), Lead.DAY, hours) == at("2026-10-05T12:00")
    assert remind_at(at("2026-10-05T15:00"), Lead.DAY, berlin(GOLDEN_WEEK, quiet=(14, 10))) == at("2026-10-05T12:00")
    nearly_always_quiet = berlin(GOLDEN_WEEK, quiet=(14, 10))
    assert remind_at(at("2026-10-05T14:30"), Lead.DAY, nearly_always_quiet) == at("2026-10-05T10:00")


@given(INSTANTS, st.sampled_from(LONG), ANY_HOURS)
@example(at("2026-03-30T02:30"), Lead.DAY, berlin(quiet=(0, 0)))  # the day before has no such time
@example(at("2026-10-26T02:30"), Lead.DAY, berlin(quiet=(0, 0)))  # and here it has two
def test_a_long_reminder_is_never_in_quiet_hours_nor_within_three_hours_of_the_start(
    start: datetime, lead: Lead, hours: Hours
) -> None:
    moment = remind_at(start, lead, hours)
    if moment is not None:
        assert not hours.is_quiet(moment)
        assert start - span(lead) - 4 * DAY <= moment <= start - 3 * HOUR


@given(INSTANTS, st.sampled_from(LONG), USUAL_NIGHTS)
def test_whoever_sleeps_at_night_gets_every_long_reminder_and_none_on_the_morning_of_a_holiday(
    start: datetime, lead: Lead, hours: Hours
) -> None:
    moment = remind_at(start, lead, hours)
    assert moment is not None
    assert not on_holiday_morning(moment, hours)


@given(INSTANTS, st.sampled_from(LONG), ALWAYS_UP)
def test_a_long_reminder_has_the_wall_time_of_the_start(start: datetime, lead: Lead, hours: Hours) -> None:
    moment = remind_at(start, lead, hours)
    assert moment is not None
    shown, meant = hours.local(moment), hours.local(start) - span(lead)
    assert shown.date() == meant.date()
    assert shown.time() == meant.time() or (1 <= meant.hour <= 2 and shown > meant)


@given(INSTANTS, st.sampled_from(SHORT), ANY_HOURS)
def test_a_short_reminder_is_exact_or_dropped(start: datetime, lead: Lead, hours: Hours) -> None:
    exact = start - span(lead)
    assert remind_at(start, lead, hours) == (None if hours.is_quiet(exact) else exact)


@pytest.mark.parametrize(
    ("lead", "before_start", "late"),
    [
        (Lead.HOUR, timedelta(minutes=60), False),
        (Lead.HOUR, timedelta(minutes=40), False),
        (Lead.HOUR, timedelta(minutes=39), True),
        (Lead.THREE_HOURS, timedelta(minutes=160), False),
        (Lead.THREE_HOURS, timedelta(minutes=159), True),
        (Lead.DAY, timedelta(hours=20), False),
        (Lead.DAY, timedelta(hours=3), False),
        (Lead.DAY, timedelta(minutes=179), True),
        (Lead.WEEK, timedelta(hours=3), False),
        (Lead.WEEK, timedelta(minutes=179), True),
        *((lead, timedelta(minutes=minutes), True) for lead in Lead for minutes in (0, -1, -600)),
    ],
)
def test_what_is_sent_too_late_is_not_sent(lead: Lead, before_start: timedelta, late: bool) -> None:
    start = at("2026-05-20T19:00")
    assert is_too_late(start, lead, start - before_start) is late


@given(INSTANTS, st.sampled_from(list(Lead)), ANY_HOURS)
def test_at_its_own_moment_no_reminder_is_too_late(start: datetime, lead: Lead, hours: Hours) -> None:
    moment = remind_at(start, lead, hours)
    assert moment is None or not is_too_late(start, lead, moment)


@pytest.mark.parametrize(
    ("end", "quiet", "holidays", "moment"),
    [
        ("2026-05-20T21:00", (21, 8), frozenset(), "2026-05-21T09:00"),
        ("2026-05-20T11:00", (21, 8), frozenset(), "2026-05-21T09:00"),
        ("2026-05-21T00:30", (21, 8), frozenset(), "2026-05-21T09:00"),  # the evening went on
        ("2026-05-21T03:59", (21, 8), frozenset(), "2026-05-21T09:00"),
        ("2026-05-21T04:00", (21, 8), frozenset(), "2026-05-22T09:00"),
        ("2026-05-20T21:00", (23, 11), frozenset(), "2026-05-21T11:00"),
        ("2026-03-28T21:00", (21, 8), frozenset(), "2026-03-29T09:00"),
        ("2026-04-02T21:00", (21, 8), EASTER, "2026-04-04T09:00"),
        ("2026-04-05T16:00", (21, 8), EASTER, "2026-04-07T09:00"),
        ("2026-09-30T21:00", (21, 8), GOLDEN_WEEK, "2026-10-09T09:00"),
        ("2026-04-04T21:00", (9, 8), EASTER, "2026-04-07T08:00"),  # the quiet hours end on the holiday
    ],
)
def test_a_survey_comes_the_morning_after(
    end: str, quiet: tuple[int, int], holidays: frozenset[date], moment: str
) -> None:
    assert survey_at(at(end), berlin(holidays, quiet)) == at(moment)


@pytest.mark.parametrize(("free_from", "moment"), [(11, "2026-05-31T09:00"), (12, "2026-05-21T09:00")])
def test_mornings_are_sought_ten_days_on_and_no_further(free_from: int, moment: str) -> None:
    """Eleven mornings are looked at; where all of them are holidays, it is the first."""
    holidays = frozenset(date(2026, 5, 20) + timedelta(days=number) for number in range(1, free_from))
    assert survey_at(at("2026-05-20T21:00"), berlin(holidays)) == at(moment)


@given(INSTANTS, ANY_HOURS)
def test_a_survey_comes_after_the_end_and_out_of_quiet_hours(end: datetime, hours: Hours) -> None:
    moment = survey_at(end, hours)
    assert not hours.is_quiet(moment)
    assert end + 5 * HOUR - timedelta(minutes=30) < moment <= end + 15 * DAY


@given(INSTANTS, ANY_HOURS)
def test_a_survey_never_comes_on_a_holiday_that_can_be_avoided(end: datetime, hours: Hours) -> None:
    moment = hours.local(survey_at(end, hours)).date()
    days = {moment + timedelta(days=number) for number in range(10)}
    assert moment not in hours.holidays or days <= hours.holidays


@pytest.mark.parametrize(
    ("invited", "answer_by", "moment"),
    [
        ("2026-05-01T10:00", "2026-05-20T18:00", "2026-05-17T18:00"),
        ("2026-05-01T10:00", "2026-05-20T23:59", "2026-05-18T08:00"),
        ("2026-05-17T10:00", "2026-05-20T18:00", "2026-05-18T10:00"),  # a day after the invitation
        ("2026-05-16T18:00", "2026-05-20T18:00", "2026-05-17T18:00"),
        ("2026-05-19T15:00", "2026-05-20T18:00", "2026-05-20T15:00"),  # three hours ahead, and no later
        ("2026-05-19T15:01", "2026-05-20T18:00", None),
        ("2026-05-18T22:00", "2026-05-20T10:00", None),  # the night ends two hours ahead
        ("2026-05-18T22:00", "2026-05-20T11:00", "2026-05-20T08:00"),
        ("2026-05-20T10:00", "2026-05-20T18:00", None),
        ("2026-03-01T10:00", "2026-03-31T18:00", "2026-03-28T18:00"),  # also across a clock change
    ],
)
def test_whoever_has_not_answered_is_reminded_once(invited: str, answer_by: str, moment: str | None) -> None:
    assert chase_at(at(invited), at(answer_by), berlin()) == (at(moment) if moment else None)


@given(INSTANTS, st.integers(0, 10 * 24 * 60), ANY_HOURS)
def test_the_reminder_to_answer_is_neither_hasty_nor_late_nor_at_night(
    invited: datetime, minutes: int, hours: Hours
) -> None:
    answer_by = invited + timedelta(minutes=minutes)
    moment = chase_at(invited, answer_by, hours)
    if moment is None:
        asleep = [n for n in range(28) if hours.is_quiet(answer_by - 3 * HOUR - n * HOUR / 4)]
        assert answer_by - invited < DAY + 3 * HOUR or 0 in asleep
    else:
        assert not hours.is_quiet(moment)
        assert max(invited + DAY, answer_by - 3 * DAY - HOUR) <= moment <= answer_by - 3 * HOUR


@given(INSTANTS, st.integers(4 * 24 * 60, 60 * 24 * 60), USUAL_NIGHTS)
def test_whoever_was_invited_in_time_is_reminded(invited: datetime, minutes: int, hours: Hours) -> None:
    answer_by = invited + timedelta(minutes=minutes)
    moment = chase_at(invited, answer_by, hours)
    assert moment is not None
    assert moment <= answer_by - 2 * DAY


@pytest.mark.parametrize(
    ("now", "quiet", "holidays", "moment"),
    [
        ("2026-05-20T22:00", (21, 8), frozenset(), "2026-05-21T09:00"),
        ("2026-05-21T00:30", (21, 8), frozenset(), "2026-05-21T09:00"),
        ("2026-05-21T08:59", (21, 8), frozenset(), "2026-05-21T09:00"),
        ("2026-05-21T09:00", (21, 8), frozenset(), "2026-05-22T09:00"),
        ("2026-05-21T07:00", (22, 10), frozenset(), "2026-05-21T10:00"),
        ("2026-05-21T09:30", (22, 10), frozenset(), "2026-05-22T10:00"),
        ("2026-10-24T22:00", (21, 8), frozenset(), "2026-10-25T09:00"),
        ("2026-04-03T07:00", (21, 8), EASTER, "2026-04-04T09:00"),
        ("2026-09-30T12:00", (21, 8), GOLDEN_WEEK, "2026-10-09T09:00"),
    ],
)
def test_the_next_morning(now: str, quiet: tuple[int, int], holidays: frozenset[date], moment: str) -> None:
    assert next_morning(at(now), berlin(holidays, quiet)) == at(moment)


@given(INSTANTS, ANY_HOURS)
def test_the_next_morning_is_ahead_and_out_of_quiet_hours(now: datetime, hours: Hours) -> None:
    moment = next_morning(now, hours)
    assert not hours.is_quiet(moment)
    assert now < moment <= now + 13 * DAY


@given(INSTANTS, ZONES)
def test_on_ordinary_days_the_next_morning_is_nine_o_clock_within_a_day(now: datetime, zone: str) -> None:
    moment = next_morning(now, Hours(zone, 21, 8))
    assert moment.astimezone(ZoneInfo(zone)).time() == time(9)
    assert moment <= now + 25 * HOUR


@given(INSTANTS, USUAL_NIGHTS)
def test_a_morning_off_holidays_is_the_first_there_is(now: datetime, hours: Hours) -> None:
    ordinary = next_morning(now, Hours(hours.zone, 21, 8))
    days = [hours.local(ordinary).date() + timedelta(days=number) for number in range(11)]
    free = next((day for day in days if day not in hours.holidays), days[0])
    assert hours.local(next_morning(now, hours)).date() == free
