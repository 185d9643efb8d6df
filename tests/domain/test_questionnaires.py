"""Questions that coordinators build, and what is told of the answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.questionnaires import MOST_SPANS, Asked, Kind, missing, moved, new_key, tally

NUMBER = Asked("q1", Kind.NUMBER, {"en": "How many?"}, least=0, most=100)
CHOICE = Asked("q2", Kind.CHOICE, {"en": "Which?", "de": "Welche?"}, ({"en": "A", "de": "A"}, {"en": "B"}))


def test_what_is_stored_is_read_again() -> None:
    assert Asked.from_json(CHOICE.to_json()) == CHOICE


@pytest.mark.parametrize(("tag", "places"), [("en", []), ("de", [0, 1, 2]), ("zh_Hans", [0, 1, 2])])
def test_what_is_missing_in_a_language(tag: str, places: list[int]) -> None:
    assert missing({"en": "T", "de": "T"}, {"en": "I"}, [NUMBER, CHOICE], tag) == places


@pytest.mark.parametrize(("place", "keys"), [(0, ["q2", "q1"]), (1, ["q1", "q2"]), (9, ["q1", "q2"])])
def test_a_question_moves(place: int, keys: list[str]) -> None:
    assert [one.key for one in moved([NUMBER, CHOICE], "q2", place)] == keys


def test_no_key_is_given_again() -> None:
    assert new_key([NUMBER], used=2) == "q3"


@given(st.lists(st.integers(0, 1_000_000), min_size=5))
def test_every_number_is_in_one_span_and_there_are_few(said: list[int]) -> None:
    found = tally(NUMBER, [{"q1": each} for each in said], anonymous=False)
    assert len(found.spans) <= MOST_SPANS
    assert sum(span.people or 0 for span in found.spans) == len(said)
    assert all(sum(span.first <= each <= span.last for span in found.spans) == 1 for each in said)


@given(st.lists(st.sampled_from(["1", "2", None]), max_size=40))
def test_of_an_anonymous_choice_no_small_group_can_be_told(said: list[str | None]) -> None:
    """Neither by itself nor as what is left of the total."""
    found = tally(CHOICE, [{"q2": each} for each in said], anonymous=True)
    shown = [people for people in found.counts.values() if people]
    assert all(people >= 5 for people in shown)
    assert found.people is None or found.people == 0 or sum(shown) == found.people or found.people - sum(shown) >= 5
