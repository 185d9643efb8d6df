"""Two people meet when both are awake, if there is such a time at all, and as near to both working days as can be."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.meeting import AT_ONCE, LASTS, WITHIN, Waking, offered, offers, strain

DAY = timedelta(days=1)
ZONES = st.sampled_from(
    (
        "Europe/Berlin",
        "Asia/Shanghai",
        "America/Los_Angeles",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Auckland",
        "Pacific/Kiritimati",
    )
)
CLOCK_CHANGES = (date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1))
DAYS = st.builds(lambda change, off: change + timedelta(days=off), st.sampled_from(CLOCK_CHANGES), st.integers(-15, 15))
INSTANTS = st.builds(
    lambda day, minute: datetime.combine(day, time(), UTC) + timedelta(minutes=minute), DAYS, st.integers(0, 24 * 60)
)
HOLIDAYS = st.frozensets(DAYS, max_size=12)
ANYBODY = st.builds(Waking, ZONES, st.integers(0, 23), st.integers(0, 23), HOLIDAYS)
BERLIN = Waking("Europe/Berlin", 21, 8)
SHANGHAI = Waking("Asia/Shanghai", 21, 8)
LOS_ANGELES = Waking("America/Los_Angeles", 21, 8)
TUESDAY = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)


def there(start: datetime, person: Waking) -> datetime:
    return start.astimezone(ZoneInfo(person.zone))


def is_awake(start: datetime, person: Waking) -> bool:
    """Minute by minute: no quiet hour of theirs, and between seven and ten."""
    for minute in range(0, int(LASTS.total_seconds()) // 60):
        hour = there(start + timedelta(minutes=minute), person).hour
        over_midnight = person.quiet_from > person.quiet_to
        inside = (hour >= person.quiet_from or hour < person.quiet_to) if over_midnight else (
            person.quiet_from <= hour < person.quiet_to
        )  # fmt: skip
        if inside or not 7 <= hour < 22:
            return False
    return True


def may_be(start: datetime, person: Waking, now: datetime) -> bool:
    day = there(start, person).date()
    return day > there(now, person).date() and day not in person.holidays and is_awake(start, person)


def all_possible(one: Waking, other: Waking, now: datetime) -> Iterator[datetime]:
    start = now.replace(minute=0)
    while start <= now + WITHIN:
        if may_be(start, one, now) and may_be(start, other, now):
            yield start
        start += timedelta(minutes=30)


@settings(max_examples=60)
@given(ANYBODY, ANYBODY, INSTANTS)
@example(BERLIN, SHANGHAI, datetime(2026, 3, 27, 23, 30, tzinfo=UTC))
@example(LOS_ANGELES, SHANGHAI, datetime(2026, 3, 6, 12, 0, tzinfo=UTC))
@example(
    Waking("Europe/Berlin", 22, 6), Waking("America/Los_Angeles", 23, 7), datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
)
def test_what_is_offered_is_possible_and_the_best_there_is(one: Waking, other: Waking, now: datetime) -> None:
    found = offers(one, other, now)
    possible = list(all_possible(one, other, now))
    assert set(found) <= set(possible)
    assert bool(found) == bool(possible)
    for person in (one, other):
        days = [there(start, person).date() for start in found]
        assert len(days) == len(set(days))
    strains = [strain(start, one) + strain(start, other) for start in found]
    assert strains == sorted(strains)
    if possible:
        assert strains[0] == min(strain(start, one) + strain(start, other) for start in possible)


@given(st.lists(INSTANTS, unique=True, max_size=14), st.integers(0, 20))
def test_three_at_once_in_the_order_of_time(starts: list[datetime], page: int) -> None:
    shown = offered(starts, page)
    assert shown == sorted(shown)
    assert set(shown) <= set(starts)
    assert len(shown) == min(AT_ONCE, len(starts)) or page > 0


@pytest.mark.parametrize("now", [TUESDAY, datetime(2026, 3, 27, 8, 0, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)])
def test_berlin_and_shanghai_meet_at_work(now: datetime) -> None:
    """Also across the change of clocks in Germany, which makes seven hours six."""
    for start in offered(offers(BERLIN, SHANGHAI, now), 0):
        for person in (BERLIN, SHANGHAI):
            local = there(start, person)
            assert local.weekday() < 5
            assert time(9) <= local.time() <= (datetime.combine(local.date(), time(18)) - LASTS).time()


def test_los_angeles_and_shanghai_meet_late_here_and_early_there() -> None:
    """At work is nobody at the same time: the end of one day is the beginning of the other's next."""
    for start in offered(offers(LOS_ANGELES, SHANGHAI, TUESDAY), 0):
        assert 16 <= there(start, LOS_ANGELES).hour <= 20
        assert 8 <= there(start, SHANGHAI).hour <= 12
        assert {there(start, person).weekday() for person in (LOS_ANGELES, SHANGHAI)} <= set(range(5))


def test_the_same_city_has_different_times_of_day() -> None:
    found = offers(BERLIN, BERLIN, TUESDAY)
    assert {there(start, BERLIN).hour for start in found[:3]} == {10, 14, 16}
    assert [there(start, BERLIN).weekday() for start in found[-2:]] == [5, 6]


def test_on_a_holiday_of_one_nobody_meets() -> None:
    wednesday = date(2026, 3, 11)
    resting = Waking("Asia/Shanghai", 21, 8, frozenset({wednesday}))
    assert any(there(start, SHANGHAI).date() == wednesday for start in offers(BERLIN, SHANGHAI, TUESDAY))
    assert not any(there(start, resting).date() == wednesday for start in offers(BERLIN, resting, TUESDAY))


def test_some_are_never_awake_together() -> None:
    night_owl = Waking("Asia/Shanghai", 7, 22)
    assert offers(BERLIN, night_owl, TUESDAY) == []
    assert offered([], 3) == []


def test_after_the_last_times_the_best_come_again() -> None:
    found = offers(BERLIN, SHANGHAI, TUESDAY)
    pages = -(-len(found) // AT_ONCE)
    assert pages > 2
    assert offered(found, pages) == offered(found, 0) != offered(found, 1)


def test_nothing_on_the_same_day() -> None:
    """In Los Angeles it is still Monday evening, in Berlin already Tuesday."""
    now = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
    first = min(offers(LOS_ANGELES, BERLIN, now))
    assert there(first, LOS_ANGELES).date() > date(2026, 3, 9)
    assert there(first, BERLIN).date() > date(2026, 3, 10)
