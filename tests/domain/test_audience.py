"""Whom something is for: three groups of conditions, how they are stored, and who belongs."""

from datetime import date
from typing import Any

import pytest

from bot.domain.attendance import State
from bot.domain.audience import (
    ANSWERS,
    EVERYONE,
    Audience,
    By,
    Condition,
    Facts,
    Group,
    answer_value,
    read_answers,
    read_value,
)

CLUB = Condition(By.CLUB, (1, 2))
GERMAN = Condition(By.LANGUAGE, ("de",))
ANNA = Facts(
    {By.CLUB: frozenset({2}), By.LANGUAGE: frozenset({"de"}), By.ANSWERED: frozenset({"7:yes"})},
    frozenset({2008, 2012}),
    date(2026, 3, 9),
)
BO = Facts({By.CLUB: frozenset({3}), By.LANGUAGE: frozenset({"en"})}, frozenset({2011}), date(2024, 1, 1))


def both(audience: Audience) -> tuple[bool, bool]:
    return audience.includes(ANNA), audience.includes(BO)


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (EVERYONE, (True, True)),
        (Audience((CLUB,)), (True, False)),
        (Audience((CLUB, Condition(By.LANGUAGE, ("en",)))), (False, False)),
        (Audience((), (CLUB, Condition(By.LANGUAGE, ("en",)))), (True, True)),
        (Audience((), (), (CLUB,)), (False, True)),
        (Audience((CLUB,), (GERMAN,), (Condition(By.CLUB, (2,)),)), (False, False)),
        (Audience((Condition(By.COHORT, (2009, 2011)),)), (False, True)),
        (Audience((Condition(By.COHORT, (2012, 2012)),)), (True, False)),
        (Audience((Condition(By.SILENT, ("2026-03-09",)),)), (False, True)),
        (Audience((Condition(By.SILENT, ("2026-03-10",)),)), (True, True)),
        (Audience((Condition(By.ANSWERED, ("7:yes", "7:maybe")),)), (True, False)),
        (Audience((), (), (Condition(By.ANSWERED, tuple(f"7:{each}" for each in ANSWERS)),)), (False, True)),
        (Audience((Condition(By.TOPIC, (1,)),)), (False, False)),
        (Audience((Condition(By.CLUB, ()),)), (False, False)),
        (Audience((), (), (Condition(By.CLUB, ()),)), (True, True)),
    ],
)
def test_who_belongs(audience: Audience, expected: tuple[bool, bool]) -> None:
    assert both(audience) == expected


@pytest.mark.parametrize(
    ("audience", "stored"),
    [
        (EVERYONE, {}),
        (Audience((CLUB, GERMAN)), {"club": [1, 2], "language": ["de"]}),
        (Audience((CLUB,), (GERMAN,)), {"all": {"club": [1, 2]}, "any": {"language": ["de"]}}),
        (Audience((), (), (CLUB,)), {"none": {"club": [1, 2]}}),
        (
            Audience((CLUB,), (CLUB,), (CLUB,)),
            {"all": {"club": [1, 2]}, "any": {"club": [1, 2]}, "none": {"club": [1, 2]}},
        ),
    ],
)
def test_stored_and_read_again(audience: Audience, stored: dict[str, Any]) -> None:
    assert audience.to_json() == stored
    assert Audience.from_json(stored) == audience


def test_all_of_is_read_in_both_forms() -> None:
    assert Audience.from_json({"all": {"club": [1, 2]}}) == Audience.from_json({"club": [1, 2]}) == Audience((CLUB,))


@pytest.mark.parametrize(
    "stored",
    [
        {"mentor": ["yes"]},
        {"some": {"club": [1]}},
        {"all": {"club": [1]}, "some": {"club": [1]}},
        {"all": {"club": [1]}, "topic": [1]},
        {"all": ["club"]},
        {"none": {"mentor": [1]}},
        {"club": 1},
        {"club": ["1"]},
        {"club": [True]},
        {"club": [[1]]},
        {"region": [1]},
        {"relation": ["landlord"]},
        {"role": ["treasurer"]},
        {"cohort": []},
        {"cohort": [2012]},
        {"cohort": [2012, 2008]},
        {"answered": ["7"]},
        {"answered": ["7:perhaps"]},
        {"answered": [":yes"]},
        {"answered": ["07:yes"]},
        {"silent": []},
        {"silent": ["2025-02-30"]},
        {"silent": ["a year"]},
        {"silent": ["2025-01-01", "2024-01-01"]},
    ],
)
def test_what_this_version_does_not_know_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Audience.from_json(stored)


def test_a_kind_occurs_once_in_a_group() -> None:
    with pytest.raises(ValueError, match="twice"):
        Audience((), (CLUB, CLUB))


def test_asking_for_more_and_for_less() -> None:
    first = EVERYONE.asking(Group.NONE, By.CLUB, (1, 2))
    second = first.asking(Group.NONE, By.LANGUAGE, ("de",)).asking(Group.NONE, By.CLUB, (3,))
    assert first == Audience((), (), (CLUB,))
    assert second == Audience((), (), (Condition(By.CLUB, (3,)), GERMAN))
    assert second.values(Group.NONE, By.CLUB) == (3,)
    assert second.values(Group.ALL, By.CLUB) == ()
    assert second.asking(Group.NONE, By.CLUB, ()).asking(Group.NONE, By.LANGUAGE, ()) == EVERYONE
    assert EVERYONE.asking(Group.ALL, By.TOPIC, ()) == EVERYONE


def test_every_state_of_an_answer_is_one_of_four() -> None:
    assert sorted(state for states in ANSWERS.values() for state in states) == sorted(State)


def test_answers_are_read_by_event() -> None:
    values = (answer_value(7, "yes"), answer_value(12, "no"), answer_value(7, "maybe"))
    assert read_answers(values) == {7: ["yes", "maybe"], 12: ["no"]}


def test_ids_are_numbers_and_codes_are_not() -> None:
    assert read_value(By.CLUB, "12") == 12
    assert read_value(By.REGION, "CN-JS") == "CN-JS"
    with pytest.raises(ValueError):
        read_value(By.TOPIC, "steel")
