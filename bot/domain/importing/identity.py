"""Whether two entries of one name are one person (hitobito#10, monica#1687: never joined on names alone)."""

from enum import Enum
from typing import NamedTuple


class Likeness(Enum):
    """UNCLEAR: nothing tells the two apart, and nothing says that they are one."""

    SAME = "same"
    OTHER = "other"
    UNCLEAR = "unclear"


class Marks(NamedTuple):
    """By what people of one name are told apart."""

    external_id: str | None
    programme: int | None
    from_year: int | None
    to_year: int | None


def compare(one: Marks, two: Marks) -> Likeness:
    """The likeness of two entries with the same name. A number decides alone; else what both say about programme and
    years: one difference makes two people, one agreement without a difference makes one."""
    if one.external_id and two.external_id:
        return Likeness.SAME if one.external_id == two.external_id else Likeness.OTHER
    both = [(mine, theirs) for mine, theirs in zip(one[1:], two[1:], strict=True) if mine and theirs]
    if any(mine != theirs for mine, theirs in both):
        return Likeness.OTHER
    return Likeness.SAME if both else Likeness.UNCLEAR
