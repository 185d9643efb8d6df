"""Whom something is for: conditions on members, all of which must hold; within one any of its values does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class By(StrEnum):
    """What a condition looks at. Values are ids, but for countries and regions (ISO codes), relations, and years:
    COHORT has the first and the last year of a span."""

    CLUB = "club"
    COUNTRY = "country"
    REGION = "region"
    INSTITUTION = "institution"
    PROGRAMME = "programme"
    COHORT = "cohort"
    RELATION = "relation"
    TOPIC = "topic"


Value = int | str


@dataclass(frozen=True, slots=True)
class Condition:
    """Any of these values."""

    by: By
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody for whom all conditions hold; without any, everybody."""

    conditions: tuple[Condition, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is stored: {"club": [1, 2], "relation": ["doctoral"]}."""
        return {condition.by.value: list(condition.values) for condition in self.conditions}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Audience":
        """The stored form again. Raises ValueError for a condition this version does not know: better nobody than
        everybody."""
        return cls(tuple(Condition(By(by), tuple(values)) for by, values in stored.items()))

    def includes(self, facts: "Facts") -> bool:
        """Whether somebody belongs to it."""
        return all(_holds(condition, facts) for condition in self.conditions)


EVERYONE = Audience()


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a member conditions may look at: for each kind the values that hold; `years` in which they left."""

    values: Mapping[By, frozenset[Value]] = field(default_factory=dict)
    years: frozenset[int] = frozenset()


def _holds(condition: Condition, facts: Facts) -> bool:
    if condition.by is By.COHORT:
        first, last = (int(year) for year in condition.values)
        return any(first <= year <= last for year in facts.years)
    return not facts.values.get(condition.by, frozenset()).isdisjoint(condition.values)
