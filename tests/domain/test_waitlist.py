"""Nobody is passed over, nothing is overbooked, and nobody's offer lapses while they sleep."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.attendance import HOLDING, NoRoom, Seats, State, decide
from bot.domain.quiet_hours import is_quiet
from bot.domain.waitlist import CUTOFF, Waiting, next_up, offer_length, offer_until

ZONES = st.sampled_from(
    (
        "Europe/Berlin",
        "Asia/Shanghai",
        "America/New_York",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
    )
)
CLOCK_CHANGES = [datetime(2026, 3, 29), datetime(2026, 10, 25), datetime(2027, 3, 28), datetime(2027, 10, 31)]
QUARTER = timedelta(minutes=15)
SECONDS = st.integers(-4 * 86_400, 2 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
NOWS = st.builds(lambda change, off: change.replace(tzinfo=UTC) + off, st.sampled_from(CLOCK_CHANGES), SECONDS)
AHEAD = st.integers(0, 6 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
HOURS = st.integers(0, 23)
LINES = st.lists(st.integers(1, 6), max_size=12).map(
    lambda parties: [Waiting(100 - place, people) for place, people in enumerate(parties)]
)


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def waking(since: datetime, until: datetime, zone: str, quiet_from: int, quiet_to: int) -> timedelta:
    """Counted quarter by quarter: how long somebody is up between two instants."""
    marks = [since]
    while marks[-1] < until:
        quarters = (marks[-1] - datetime(2026, 1, 1, tzinfo=UTC)) // QUARTER
        marks.append(min(until, datetime(2026, 1, 1, tzinfo=UTC) + (quarters + 1) * QUARTER))
    pieces = [end - begin for begin, end in pairwise(marks) if not is_quiet(begin, zone, quiet_from, quiet_to)]
    return sum(pieces, timedelta())


@pytest.mark.parametrize(
    ("free", "parties", "chosen"),
    [
        (0, [1, 1], []),
        (1, [1, 1], [0]),
        (2, [1, 1], [0, 1]),
        (2, [3, 1, 2, 1], [1, 3]),  # three do not fit and keep their place; the later ones take the seats
        (4, [3, 2, 1], [0, 2]),
        (5, [], []),
        (None, [4, 9], [0, 1]),
    ],
)
def test_first_come_first_served_as_far_as_parties_fit(free: int | None, parties: list[int], chosen: list[int]) -> None:
    assert next_up(free, [Waiting(place, people) for place, people in enumerate(parties)]) == chosen


@given(st.integers(0, 20), LINES)
def test_what_is_offered_at_once_never_overbooks(free: int, line: list[Waiting]) -> None:
    chosen = next_up(free, line)
    assert sum(one.party for one in line if one.id in chosen) <= free


@given(st.integers(0, 20), LINES)
def test_nobody_who_fits_is_passed_over_for_somebody_behind(free: int, line: list[Waiting]) -> None:
    chosen = next_up(free, line)
    for place, one in enumerate(line):
        ahead = sum(other.party for other in line[:place] if other.id in chosen)
        assert (one.id in chosen) == (ahead + one.party <= free)


@given(st.integers(0, 20) | st.none(), LINES)
def test_offers_are_in_the_order_of_the_line(free: int | None, line: list[Waiting]) -> None:
    places = [[one.id for one in line].index(chosen) for chosen in next_up(free, line)]
    assert places == sorted(set(places))


# Who does what: a person says yes with so many people, or (None) no longer comes.
DEEDS = st.lists(st.tuples(st.integers(0, 7), st.integers(1, 4) | st.none()), max_size=40)


@given(st.integers(1, 10), DEEDS)
def test_whatever_people_do_no_seat_is_given_twice_and_nobody_waits_beside_a_free_one(
    capacity: int, deeds: list[tuple[int, int | None]]
) -> None:
    answers: dict[int, tuple[State, int]] = {}
    line: list[int] = []

    def seats() -> Seats:
        return Seats(capacity, sum(people for state, people in answers.values() if state in HOLDING))

    for person, wanted in deeds:
        mine, held = answers.get(person, (None, 0))
        if wanted is None:
            answers[person] = (State.NO, 0)
        else:
            try:
                state = decide(seats(), mine, held if mine in HOLDING else 0, wanted)
            except NoRoom:
                continue
            answers[person] = (state, wanted)
        waits = answers[person][0] is State.WAITING
        line = [other for other in line if other != person or waits] + [person] * (waits and person not in line)
        for moved in next_up(seats().free, [Waiting(each, answers[each][1]) for each in line]):
            answers[moved] = (State.OFFERED, answers[moved][1])
            line.remove(moved)
        assert seats().taken <= capacity
        assert not any(seats().room_for(answers[each][1]) for each in line)


@pytest.mark.parametrize(
    ("before_start", "length"),
    [
        (timedelta(days=60), timedelta(hours=4)),
        (timedelta(days=2), timedelta(hours=4)),
        (timedelta(hours=34), timedelta(hours=4)),
        (timedelta(hours=26), timedelta(hours=3)),
        (timedelta(hours=10), timedelta(hours=1)),
        (timedelta(hours=6), timedelta(minutes=30)),
        (timedelta(hours=3), timedelta(minutes=30)),
    ],
)
def test_an_offer_is_shorter_the_nearer_the_start(before_start: timedelta, length: timedelta) -> None:
    start = at("2026-05-20T19:00")
    assert offer_length(start - before_start, start) == length


@pytest.mark.parametrize(
    ("now", "start", "zone", "until"),
    [
        ("2026-05-11T10:00", "2026-05-20T19:00", "Europe/Berlin", "2026-05-11T14:00"),
        ("2026-05-11T18:30", "2026-05-20T19:00", "Europe/Berlin", "2026-05-12T09:30"),  # asleep from 21 to 8
        ("2026-05-11T23:00", "2026-05-20T19:00", "Europe/Berlin", "2026-05-12T12:00"),
        ("2026-05-11T17:00", "2026-05-20T19:00", "Europe/Berlin", "2026-05-11T21:00"),  # the moment quiet begins
        ("2026-05-11T20:00", "2026-05-13T12:00", "Europe/Berlin", "2026-05-12T11:00"),
        ("2026-05-11T20:00", "2026-05-12T14:00", "Asia/Shanghai", "2026-05-12T04:00"),  # 10:00 in Nanjing
        ("2026-05-20T15:00", "2026-05-20T19:00", "Europe/Berlin", "2026-05-20T15:30"),
        ("2026-05-20T16:45", "2026-05-20T19:00", "Europe/Berlin", "2026-05-20T17:00"),  # cut off
        ("2026-05-11T20:40", "2026-05-12T09:00", "Europe/Berlin", "2026-05-11T21:00"),  # no more waking before it
        ("2026-03-28T19:00", "2026-04-20T19:00", "Europe/Berlin", "2026-03-29T10:00"),  # a night of ten hours
        ("2026-10-24T19:00", "2026-11-20T19:00", "Europe/Berlin", "2026-10-25T10:00"),  # and one of twelve
    ],
)
def test_the_clock_of_an_offer_runs_while_its_reader_is_up(now: str, start: str, zone: str, until: str) -> None:
    assert offer_until(at(now), at(start), zone, 21, 8) == at(until)


@pytest.mark.parametrize(
    ("now", "start"),
    [
        ("2026-05-20T17:00", "2026-05-20T19:00"),
        ("2026-05-20T18:00", "2026-05-20T19:00"),
        ("2026-05-20T20:00", "2026-05-20T19:00"),
        ("2026-05-20T16:46", "2026-05-20T19:00"),  # 14 minutes before the cut-off
        ("2026-05-20T22:00", "2026-05-21T10:00"),  # asleep until then
        ("2026-05-20T20:46", "2026-05-21T10:00"),
    ],
)
def test_nothing_is_offered_to_whoever_could_hardly_answer(now: str, start: str) -> None:
    assert offer_until(at(now), at(start), "Europe/Berlin", 21, 8) is None


def test_two_hours_offered_in_the_evening_in_berlin_do_not_lapse_at_night_in_nanjing() -> None:
    now = at("2026-05-11T20:00")
    start = now + CUTOFF + timedelta(hours=16)
    assert offer_until(now, start, "Asia/Shanghai", 21, 8) == at("2026-05-12T10:00", "Asia/Shanghai")


@given(NOWS, AHEAD, ZONES, HOURS, HOURS)
@example(datetime(2026, 3, 28, 20, tzinfo=UTC), timedelta(days=4), "Europe/Berlin", 3, 2)  # its hour is left out
@example(datetime(2026, 10, 24, 20, tzinfo=UTC), timedelta(days=4), "Europe/Berlin", 3, 2)  # its hour comes twice
@example(datetime(2026, 9, 26, 13, 37, tzinfo=UTC), timedelta(days=4), "Pacific/Chatham", 4, 2)
def test_an_offer_stands_as_long_as_promised_or_as_there_is_waking_time(
    now: datetime, ahead: timedelta, zone: str, quiet_from: int, quiet_to: int
) -> None:
    until = offer_until(now, now + ahead, zone, quiet_from, quiet_to)
    there_is = waking(now, now + ahead - CUTOFF, zone, quiet_from, quiet_to)
    if until is None:
        assert there_is < QUARTER
    else:
        promised = offer_length(now, now + ahead)
        assert waking(now, until, zone, quiet_from, quiet_to) == min(promised, there_is) >= QUARTER


@given(NOWS, AHEAD, ZONES, HOURS, HOURS)
def test_an_offer_ends_before_the_cut_off_and_never_in_quiet_hours_but_at_their_edge(
    now: datetime, ahead: timedelta, zone: str, quiet_from: int, quiet_to: int
) -> None:
    until = offer_until(now, now + ahead, zone, quiet_from, quiet_to)
    if until is None:
        return
    assert now < until <= now + ahead - CUTOFF
    assert not is_quiet(until - timedelta(microseconds=1), zone, quiet_from, quiet_to)


@given(NOWS, st.integers(48 * 60, 60 * 24 * 60), ZONES, HOURS)
def test_without_quiet_hours_an_offer_two_days_ahead_stands_four_hours(
    now: datetime, minutes: int, zone: str, hour: int
) -> None:
    assert offer_until(now, now + timedelta(minutes=minutes), zone, hour, hour) == now + timedelta(hours=4)
