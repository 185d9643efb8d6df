"""Whom a coordinator answers for: what lies in a scope, how it is stored, what it does to an audience."""

import pytest

from bot.domain.audience import EVERYONE, Audience, By, Condition, Facts, Group
from bot.domain.scope import CENTRAL, Scope

CHEMNITZ = Scope(institutions=frozenset({1}), faculties=frozenset({10}), programmes=frozenset({100, 101}))
COMPUTING = Scope(programmes=frozenset({101}))
NOBODY = Scope()


@pytest.mark.parametrize("scope", [CENTRAL, CHEMNITZ, COMPUTING, NOBODY])
def test_what_is_stored_comes_back(scope: Scope) -> None:
    assert Scope.from_json(scope.to_json()) == scope


def test_what_this_version_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="not a scope"):
        Scope.from_json({"clubs": [1]})


@pytest.mark.parametrize(
    ("wide", "narrow", "includes"),
    [
        (CENTRAL, CHEMNITZ, True),
        (CHEMNITZ, COMPUTING, True),
        (COMPUTING, CHEMNITZ, False),
        (CHEMNITZ, CENTRAL, False),
        (NOBODY, COMPUTING, False),
        (CHEMNITZ, CHEMNITZ, True),
    ],
)
def test_a_scope_includes_what_lies_in_it(wide: Scope, narrow: Scope, includes: bool) -> None:
    assert wide.includes(narrow) is includes


def test_offices_add_up() -> None:
    assert (COMPUTING | Scope(institutions=frozenset({2}))).has(2)
    assert (COMPUTING | CENTRAL).has(7)
    assert not COMPUTING.has(1, 100)


def facts(institution: int, programme: int) -> Facts:
    return Facts({By.INSTITUTION: frozenset({institution}), By.PROGRAMME: frozenset({programme})})


def test_an_audience_stays_within_the_scope_it_was_made_in() -> None:
    narrowed = Audience.from_json(COMPUTING.narrow(EVERYONE).to_json())
    assert narrowed.includes(facts(1, 101))
    assert not narrowed.includes(facts(1, 100))
    assert CENTRAL.narrow(narrowed) == narrowed
    both = CHEMNITZ.narrow(Scope(programmes=frozenset({200})).narrow(EVERYONE))
    assert not both.includes(facts(1, 101))
    assert both.asking(Group.ALL, By.LANGUAGE, ("de",)).within == both.within
    assert CHEMNITZ.narrow(both) == both


def test_the_scope_of_nobody_reaches_nobody() -> None:
    assert not NOBODY.narrow(Audience((Condition(By.LANGUAGE, ("de",)),))).includes(facts(1, 101))
