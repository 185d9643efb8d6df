"""Surveys that coordinators build: what a question is, which languages have all their texts, and what was answered.

Of anonymous answers only those numbers are told that say nothing about anybody: options, spans of numbers and months
are groups of people, so small ones are kept back as `anonymity.suppress` says; an opinion on a scale is not.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from statistics import mean, quantiles
from typing import Any

from bot.domain.anonymity import MIN, suppress

Texts = Mapping[str, str]

MOST_QUESTIONS = 20
FEWEST_OPTIONS, MOST_OPTIONS = 2, 12
LONGEST_TITLE, LONGEST_INTRO, LONGEST_WORDS, LONGEST_OPTION, LONGEST_ANSWER = 80, 800, 300, 48, 600
LARGEST_NUMBER = 1_000_000
MOST_SPANS, MOST_MONTHS = 8, 18


class Kind(StrEnum):
    CHOICE = "choice"
    SEVERAL = "several"
    SCALE = "scale"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"

    @property
    def has_options(self) -> bool:
        return self in (Kind.CHOICE, Kind.SEVERAL)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `key` stays the same wherever it stands, and is never given to another. Words, options and the
    ends of a scale are named by language; an option is answered by its place, from 1. `least` and `most` bound a
    scale or a number."""

    key: str
    kind: Kind
    words: Texts
    options: tuple[Texts, ...] = ()
    ends: tuple[Texts, ...] = ()
    least: int = 0
    most: int = 0
    required: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "kind": self.kind.value,
            "words": dict(self.words),
            "options": [dict(option) for option in self.options],
            "ends": [dict(end) for end in self.ends],
            "least": self.least,
            "most": self.most,
            "required": self.required,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Asked":
        return cls(
            stored["key"],
            Kind(stored["kind"]),
            stored["words"],
            tuple(stored["options"]),
            tuple(stored["ends"]),
            stored["least"],
            stored["most"],
            stored["required"],
        )

    def speaks(self, language: str) -> bool:
        """Whether all its texts are there in a language."""
        return all(texts.get(language) for texts in (self.words, *self.options, *self.ends))

    def spelt_out(self, value: Any) -> Any:
        """An answer with the names of its options in place of their numbers."""
        if self.kind is Kind.SEVERAL:
            return [self.options[int(place) - 1] for place in value]
        return self.options[int(value) - 1] if self.kind is Kind.CHOICE else value


def new_key(questions: Iterable[Asked], used: int) -> str:
    """A key for another question, where so many were given away before."""
    taken = {asked.key for asked in questions}
    return next(key for key in (f"q{n}" for n in range(used + 1, used + MOST_QUESTIONS + 2)) if key not in taken)


def moved(questions: Sequence[Asked], key: str, place: int) -> list[Asked]:
    """The same with one question at another place, from 0."""
    left = [asked for asked in questions if asked.key != key]
    left[place:place] = [asked for asked in questions if asked.key == key]
    return left


def missing(titles: Texts, intros: Texts, questions: Sequence[Asked], language: str) -> list[int]:
    """What has no text in a language: 0 for title or introduction, else the place of the question."""
    head = not titles.get(language) or (bool(intros) and not intros.get(language))
    return [*([0] if head else []), *(n for n, asked in enumerate(questions, 1) if not asked.speaks(language))]


# --- what was answered -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """So many answered a number from `first` to `last`."""

    first: int
    last: int
    people: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """What was answered to a question by `people`; None where these are so few that nothing is told. `counts` are by
    option, by point of a scale, or by month ("2026-03") or year, None for one that is kept back."""

    people: int | None
    counts: Mapping[str, int | None] = field(default_factory=dict)
    mean: float | None = None
    quartiles: tuple[float, float, float] | None = None
    spans: tuple[Span, ...] = ()
    texts: tuple[str, ...] = ()


def tally(asked: Asked, ballots: Iterable[Mapping[str, Any]], *, anonymous: bool) -> Tally:
    """The answers to one question, put together. Texts come in the order of the ballots."""
    said = [ballot[asked.key] for ballot in ballots if ballot.get(asked.key) not in (None, [])]
    if anonymous and len(said) < MIN:
        return Tally(None if said else 0)
    if asked.kind is Kind.TEXT:
        return Tally(len(said), texts=tuple(str(each) for each in said))
    if asked.kind is Kind.SCALE:
        return _on_scale(asked, [int(each) for each in said])
    if asked.kind is Kind.NUMBER:
        return _of_numbers([int(each) for each in said], anonymous)
    return Tally(len(said), _counted(asked, said, anonymous))


def _on_scale(asked: Asked, said: list[int]) -> Tally:
    counts = {str(point): said.count(point) for point in range(asked.least, asked.most + 1)}
    return Tally(len(said), counts, mean(said) if said else None)


def _of_numbers(said: list[int], anonymous: bool) -> Tally:
    if len(said) < FEWEST_OPTIONS:
        return Tally(len(said), spans=tuple(Span(each, each, 1) for each in said))
    first, middle, last = quantiles(said, n=4, method="inclusive")
    spans = _spans(said)
    kept = _guarded({str(place): span.people or 0 for place, span in enumerate(spans)}, anonymous)
    shown = (Span(span.first, span.last, kept[str(place)]) for place, span in enumerate(spans))
    return Tally(len(said), mean=mean(said), quartiles=(first, middle, last), spans=tuple(shown))


def _spans(said: list[int]) -> list[Span]:
    """At most eight spans of the same round width that hold all of them."""
    low, high = min(said), max(said)
    width = next(
        width
        for width in (step * 10**power for power in range(7) for step in (1, 2, 5))
        if high // width - low // width < MOST_SPANS
    )
    starts = range(low // width * width, (high // width + 1) * width + 1, width)
    return [Span(start, end - 1, sum(start <= each < end for each in said)) for start, end in pairwise(starts)]


def _counted(asked: Asked, said: list[Any], anonymous: bool) -> dict[str, int | None]:
    if asked.kind is Kind.SEVERAL:
        return {option: _kept(said, option, anonymous) for option in _places(asked)}
    if asked.kind is Kind.DATE:
        return _guarded(_by_month(said), anonymous)
    return _guarded({option: said.count(option) for option in _places(asked)}, anonymous)


def _by_month(said: list[Any]) -> dict[str, int]:
    """By year, where there would be too many."""
    months = Counter(str(each)[:7] for each in said)
    found = months if len(months) <= MOST_MONTHS else Counter(str(each)[:4] for each in said)
    return {each: found[each] for each in sorted(found)}


def _places(asked: Asked) -> list[str]:
    return [str(place) for place in range(1, len(asked.options) + 1)]


def _kept(said: list[list[str]], option: str, anonymous: bool) -> int | None:
    """Who chose one of several options, and who did not, are the two groups of which neither may be small."""
    people = sum(option in each for each in said)
    return _guarded({"on": people, "off": len(said) - people}, anonymous)["on"]


def _guarded(counts: dict[str, int], anonymous: bool) -> dict[str, int | None]:
    return suppress(counts) if anonymous else dict(counts)
