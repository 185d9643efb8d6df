"""What an answer leads to where seats are limited."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.attendance import HOLDING, NoRoom, Seats, State, decide, party

PARTIES = st.integers(1, 10)
NUMBERS = st.integers(0, 40)
WITHOUT_SEATS = (None, State.NO, State.MAYBE, State.WAITING, State.LAPSED)


@pytest.mark.parametrize(
    ("capacity", "taken", "free"), [(10, 7, 3), (10, 10, 0), (10, 12, 0), (10, 0, 10), (None, 500, None)]
)
def test_free_seats_are_those_nobody_holds(capacity: int | None, taken: int, free: int | None) -> None:
    assert Seats(capacity, taken).free == free


@pytest.mark.parametrize(
    ("capacity", "taken", "people", "fits"),
    [(10, 7, 3, True), (10, 7, 4, False), (10, 12, 1, False), (10, 12, 0, True), (None, 500, 100, True)],
)
def test_a_party_fits_as_a_whole_or_not_at_all(capacity: int | None, taken: int, people: int, fits: bool) -> None:
    assert Seats(capacity, taken).room_for(people) is fits


@pytest.mark.parametrize(("guests", "people"), [(0, 1), (1, 2), (9, 10)])
def test_guests_count_like_everybody_else(guests: int, people: int) -> None:
    assert party(guests) == people


@pytest.mark.parametrize("mine", WITHOUT_SEATS)
@pytest.mark.parametrize(
    ("capacity", "taken", "wanted", "becomes"),
    [
        (10, 9, 1, State.YES),
        (10, 10, 1, State.WAITING),
        (10, 9, 2, State.WAITING),
        (10, 12, 1, State.WAITING),
        (1, 0, 2, State.WAITING),
        (None, 500, 10, State.YES),
    ],
)
def test_whoever_holds_no_seat_gets_one_or_waits(
    mine: State | None, capacity: int | None, taken: int, wanted: int, becomes: State
) -> None:
    assert decide(Seats(capacity, taken), mine, 0, wanted) is becomes


@pytest.mark.parametrize("mine", sorted(HOLDING))
@pytest.mark.parametrize(
    ("capacity", "taken", "held", "wanted"),
    [
        (10, 10, 2, 2),  # a full house
        (10, 10, 3, 1),
        (5, 12, 4, 4),  # the capacity was lowered
        (5, 12, 4, 3),
        (10, 8, 2, 4),  # two more, and two are free
        (None, 12, 1, 10),
    ],
)
def test_whoever_holds_seats_keeps_them(mine: State, capacity: int | None, taken: int, held: int, wanted: int) -> None:
    assert decide(Seats(capacity, taken), mine, held, wanted) is State.YES


@pytest.mark.parametrize("mine", sorted(HOLDING))
@pytest.mark.parametrize(
    ("capacity", "taken", "held", "wanted", "free"), [(10, 8, 2, 5, 2), (10, 10, 1, 2, 0), (5, 12, 4, 5, 0)]
)
def test_a_party_grows_by_no_more_than_fits(
    mine: State, capacity: int, taken: int, held: int, wanted: int, free: int
) -> None:
    with pytest.raises(NoRoom) as refused:
        decide(Seats(capacity, taken), mine, held, wanted)
    assert refused.value.free == free


@given(NUMBERS, NUMBERS, st.sampled_from(WITHOUT_SEATS), PARTIES)
def test_a_new_yes_never_overbooks(capacity: int, taken: int, mine: State | None, wanted: int) -> None:
    becomes = decide(Seats(capacity, taken), mine, 0, wanted)
    assert (becomes is State.YES) == (taken + wanted <= capacity)


@given(NUMBERS, NUMBERS, st.sampled_from(sorted(HOLDING)), PARTIES, PARTIES)
def test_what_is_said_to_fit_fits_and_one_more_does_not(
    capacity: int, others: int, mine: State, held: int, wanted: int
) -> None:
    seats = Seats(capacity, others + held)
    try:
        decide(seats, mine, held, wanted)
    except NoRoom as refused:
        assert wanted > held + refused.free
        assert decide(seats, mine, held, held + refused.free) is State.YES
    else:
        assert wanted <= held or others + wanted <= capacity
