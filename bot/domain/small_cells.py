"""Which numbers of people may leave the house in a picture or a table, so that nobody in a small group is found out.

Groups of one to four are never shown. Two things keep them from being worked out:

- In a table of groups whatever is small is put together with the next smallest groups (`fold`); over time and in rows,
  where nothing can be put together, it is kept back together with others (`keep_back`). Which groups these are is
  decided by `bot.domain.anonymity.suppress`: who knows the total and this rule still cannot tell their sizes.
- Everything that is shown is rounded down to a multiple of five. So whatever is subtracted from whatever (a total, the
  picture of another topic, that of a coordinator with a smaller scope, that of last week), the result is a multiple of
  five and leaves open a span of at least five numbers of people: a scope's picture taken from that of everybody never
  tells of one to four people outside the scope.

Nothing is promised where a picture says less than that there are five people: then `fold` gives none.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.domain.anonymity import MIN, suppress

STEP = MIN

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Folded(Generic[K]):
    """People by group, the largest group first; `rest` are those of all other groups together (None: there are none),
    `total` those of all. Multiples of five."""

    groups: dict[K, int]
    rest: int | None
    total: int


def in_steps(people: int) -> int:
    """Rounded down to a multiple of five."""
    return people - people % STEP


def fold(counts: Mapping[K, int], most: int | None = None) -> Folded[K] | None:
    """A table that may be shown: groups too small to be shown by themselves, and all but the `most` largest, put
    together. None where there are fewer than five people altogether. Groups of nobody are not in it: beside them, the
    others would tell more."""
    total = sum(counts.values())
    if total < MIN:
        return None
    shown = {group: people for group, people in suppress(counts).items() if people}
    largest = sorted(shown, key=lambda group: -shown[group])[:most]
    rest = total - sum(shown[group] for group in largest)
    return Folded({group: in_steps(shown[group]) for group in largest}, in_steps(rest) or None, in_steps(total))


def keep_back(counts: Mapping[K, int]) -> dict[K, int | None]:
    """The same places in the same order, such as months: None in place of what must not be shown; 0 is nobody."""
    return {place: None if people is None else in_steps(people) for place, people in suppress(counts).items()}


def alone(people: int) -> int | None:
    """A number that is part of no table: None for one to four."""
    return keep_back({"": people})[""]


def at_least(shown: Iterable[int | None]) -> int:
    """How many people there are for certain, by nothing but what is shown: so it tells nothing more."""
    return sum(people or 0 for people in shown)
