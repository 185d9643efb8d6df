"""When two entries about somebody's time at one programme are the same time, and when they are two."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stay:
    """A time at an institution or in a programme of it: ids and years; None is what nobody said."""

    programme: int | None = None
    cohort: int | None = None
    first: int | None = None
    last: int | None = None


def join_stays(one: Stay, other: Stay) -> Stay | None:
    """Both as one, with all that either says. None where they contradict each other: they were two times then, such as
    two cohorts, or a cohort and years that are not those of that cohort."""
    if one.programme != other.programme or _contradict(one, other):
        return None
    joined = Stay(
        one.programme,
        one.cohort if one.cohort is not None else other.cohort,
        one.first if one.first is not None else other.first,
        one.last if one.last is not None else other.last,
    )
    # Whoever is of a cohort has its years, so nothing may be added to them.
    of_cohort = [each for each in (one, other) if each.cohort is not None]
    return joined if all((each.first, each.last) == (joined.first, joined.last) for each in of_cohort) else None


def _contradict(one: Stay, other: Stay) -> bool:
    pairs = ((one.cohort, other.cohort), (one.first, other.first), (one.last, other.last))
    return any(mine is not None and theirs is not None and mine != theirs for mine, theirs in pairs)
