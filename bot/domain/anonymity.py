"""What of a survey may be shown, so that nobody's answer can be worked out from it (TEAMMATES#11793)."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

MIN = 5
PROMOTER_FROM = 9
DETRACTOR_TO = 6


def publishable(answered: int, shown_before: int | None) -> int | None:
    """How many of the answers may be shown now; None under five.

    `shown_before` is what this returned for the picture shown so far, if there was one. That picture stays until
    there are at least five more answers: the difference of two pictures is never about fewer than five people.
    """
    if answered < MIN:
        return None
    return answered if answered >= (shown_before or 0) + MIN else shown_before


def suppress(counts: Mapping[K, int]) -> dict[K, int | None]:
    """How many people are in each group, without the small groups: None in place of one to four.

    The total is known, so whatever is hidden is known as a sum. Therefore the next smallest groups are hidden as
    well until two groups and five people are, the sum does not tell the sizes, and no group that is shown is as small
    as one that is not: else a reader of this rule could tell which is which. Groups of nobody stay, and are no cover.
    Nothing can be promised where there are fewer than five people altogether, or only groups of one: then show
    neither this nor the total.
    """
    filled = sorted((name for name, people in counts.items() if people), key=counts.__getitem__)
    sizes = [counts[name] for name in filled]
    hide = sum(size < MIN for size in sizes)
    while 0 < hide < len(sizes) and not (_is_cover(sizes[:hide]) and sizes[hide - 1] < sizes[hide]):
        hide += 1
    return {name: None if name in filled[:hide] else people for name, people in counts.items()}


def _is_cover(hidden: Sequence[int]) -> bool:
    """Whether the sum of these sizes says little; a single small group never gets to five. Of small groups that are
    all as small, or all as large, as small ones can be, it says everything."""
    return sum(hidden) >= MIN and set(hidden) not in ({1}, {MIN - 1})


def nps(scores: Sequence[int]) -> int:
    """The net promoter score, -100 to 100, of answers from 0 to 10: the per cent that answered 9 or 10, less the
    per cent that answered 0 to 6. Halves are rounded away from zero. Raises ValueError where there is no answer."""
    if not scores:
        raise ValueError("no scores")
    balance = sum((score >= PROMOTER_FROM) - (score <= DETRACTOR_TO) for score in scores)
    rounded = (200 * abs(balance) + len(scores)) // (2 * len(scores))
    return rounded if balance >= 0 else -rounded
