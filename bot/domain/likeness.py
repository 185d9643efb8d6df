"""How alike two people are, by their names in any script and what is known of their studies.

It only ranks: whether two are one person is for a human to say (hitobito#10, monica#1687).
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

# Less alike than this, two spellings are two names.
SIMILAR = 82
# What each observation is worth; all that can agree together are 100.
SAME_NAME, SOUNDS_ALIKE, PART_OF_NAME = 60, 42, 50
PROGRAMME, INSTITUTION, YEARS = 20, 8, 20
OTHER_PROGRAMME, OTHER_YEARS = -5, -25
# What is worth a look.
LIKELY = 45
FIRST_HAN, LAST_HAN = "\u3400", "\u9fff"
# Names of more words are not turned around: nobody writes them in so many orders.
MOST_TURNED = 4


class Reason(StrEnum):
    """What speaks for two being one person, and what against it."""

    SAME_NAME = "same_name"
    OTHER_SCRIPT = "other_script"
    SIMILAR_NAME = "similar_name"
    PART_OF_NAME = "part_of_name"
    SOUNDS_ALIKE = "sounds_alike"
    SAME_PROGRAMME = "same_programme"
    SAME_INSTITUTION = "same_institution"
    YEARS_MEET = "years_meet"
    OTHER_PROGRAMME = "other_programme"
    OTHER_YEARS = "other_years"


@dataclass(frozen=True, slots=True)
class Studied:
    """A time at an institution; what stands for the same has the same id. Years may be missing."""

    institution: int
    programme: int | None = None
    from_year: int | None = None
    to_year: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody. `written` are folded spellings of the names as they were given, words parted by a
    space; `read` how Chinese ones are read."""

    written: Collection[str]
    read: Collection[str] = ()
    studies: Collection[Studied] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """`score` is 0 (nothing in common) to 100; without a name in common it is 0, whatever else agrees."""

    score: int
    reasons: tuple[Reason, ...] = ()

    @property
    def is_likely(self) -> bool:
        return self.score >= LIKELY


def compare(one: Known, two: Known) -> Alike:
    """The same whichever comes first."""
    name = _compare_names(one, two)
    if name is None:
        return Alike(0)
    score, reason = name
    found = compare_studies(one.studies, two.studies)
    return Alike(max(0, min(100, score + found[0])), (reason, *found[1]))


def compare_studies(mine: Collection[Studied], theirs: Collection[Studied]) -> tuple[int, tuple[Reason, ...]]:
    """What the two closest of their studies are worth, and why; less than nothing where they speak against it."""
    return max((_compare_studies(one, two) for one in mine for two in theirs), default=(0, ()))


def likest(spelling: str, others: Iterable[str]) -> float:
    """How alike a spelling is to the closest of others, 0 to 100, in whatever order their words are."""
    return max((_alike(spelling, other) for other in others), default=0.0)


def turns(spelling: str) -> Iterator[str]:
    """In one word, beginning with each of its words: Chen Shi Bo and Shi Bo Chen."""
    words = spelling.split()
    for first in range(len(words) if len(words) <= MOST_TURNED else 1):
        yield "".join(words[first:] + words[:first])


def _compare_names(one: Known, two: Known) -> tuple[int, Reason] | None:
    mine, theirs = _han(one.written), _han(two.written)
    if mine and theirs:
        # Characters say more than their sound: 诗博 and 世博 are two names.
        return _by_characters(one, two, mine, theirs)
    if mine or theirs:
        best = max((likest(word, _latin(two)) for word in _latin(one)), default=0.0)
        return _worth(best, Reason.OTHER_SCRIPT)
    best = max((likest(word, two.written) for word in one.written), default=0.0)
    found = _worth(best, Reason.SAME_NAME)
    if found is None and any(_is_part(a, b) for a in one.written for b in two.written):
        return PART_OF_NAME, Reason.PART_OF_NAME
    return found


def _by_characters(one: Known, two: Known, mine: set[str], theirs: set[str]) -> tuple[int, Reason] | None:
    if mine & theirs:
        return SAME_NAME, Reason.SAME_NAME
    heard = any(likest(word, two.read) == 100 for word in one.read)
    return (SOUNDS_ALIKE, Reason.SOUNDS_ALIKE) if heard else None


def _worth(best: float, same: Reason) -> tuple[int, Reason] | None:
    if best == 100:
        return SAME_NAME, same
    return (round(SAME_NAME * best / 100) - 5, Reason.SIMILAR_NAME) if best >= SIMILAR else None


def _han(spellings: Collection[str]) -> set[str]:
    """Those in Chinese characters, without their spaces."""
    closed = ("".join(spelling.split()) for spelling in spellings)
    return {spelling for spelling in closed if spelling and all(FIRST_HAN <= sign <= LAST_HAN for sign in spelling)}


def _latin(known: Known) -> set[str]:
    return {*known.written, *known.read} - {word for word in known.written if _han([word])}


def _alike(one: str, two: str) -> float:
    """Two words more or less of which a name is written change nothing: they are compared as one, turned around."""
    mine, theirs = "".join(one.split()), "".join(two.split())
    pairs = [*((turned, theirs) for turned in turns(one)), *((mine, turned) for turned in turns(two))]
    return max((fuzz.ratio(*pair) for pair in pairs if all(pair)), default=0.0)


def _is_part(one: str, two: str) -> bool:
    """Two words at least, and all of one name are in the other: Anna Weber, and Anna Maria Weber."""
    mine, theirs = set(one.split()), set(two.split())
    return min(len(mine), len(theirs)) >= 2 and (mine <= theirs or theirs <= mine)


def _compare_studies(one: Studied, two: Studied) -> tuple[int, tuple[Reason, ...]]:
    if one.institution != two.institution:
        return 0, ()
    found = [_where(one, two), _when(one, two)]
    known = [each for each in found if each is not None]
    return sum(score for score, _reason in known), tuple(reason for _score, reason in known)


def _where(one: Studied, two: Studied) -> tuple[int, Reason]:
    if one.programme is None or two.programme is None:
        return INSTITUTION, Reason.SAME_INSTITUTION
    if one.programme == two.programme:
        return PROGRAMME, Reason.SAME_PROGRAMME
    return OTHER_PROGRAMME, Reason.OTHER_PROGRAMME


def _when(one: Studied, two: Studied) -> tuple[int, Reason] | None:
    mine, theirs = _span(one), _span(two)
    if mine is None or theirs is None:
        return None
    # A year off is how people remember.
    if mine[0] <= theirs[1] + 1 and theirs[0] <= mine[1] + 1:
        return YEARS, Reason.YEARS_MEET
    return OTHER_YEARS, Reason.OTHER_YEARS


def _span(studied: Studied) -> tuple[int, int] | None:
    first, last = studied.from_year or studied.to_year, studied.to_year or studied.from_year
    return (first, last) if first and last else None
