"""Whom something is for: conditions on members in three groups, all of which, any of which and none of which hold;
within one condition any of its values does."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from bot.domain.attendance import State
from bot.domain.people import Relation


class By(StrEnum):
    """What a condition looks at. Values are ids, but for countries and regions (ISO codes), relations, languages
    (tags), roles and parts in mentoring. COHORT has the first and the last year of a span; ANSWERED
    "<event id>:<answer>", where an answer is one of ANSWERS; SILENT one ISO date, the day before which (UTC) a member
    was heard from last."""

    CLUB = "club"
    COUNTRY = "country"
    REGION = "region"
    CITY = "city"
    INSTITUTION = "institution"
    PROGRAMME = "programme"
    COHORT = "cohort"
    RELATION = "relation"
    TOPIC = "topic"
    LANGUAGE = "language"
    ROLE = "role"
    MENTORING = "mentoring"
    ANSWERED = "answered"
    SILENT = "silent"


class Group(StrEnum):
    """How conditions are joined."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


Value = int | str

ROLES = ("ambassador", "coordinator")
# Who offers to be a mentor; who has one now.
MENTORING = ("mentor", "mentee")
# As people count answers: a seat offered is still waited for, one not taken in time was given up.
ANSWERS: Mapping[str, tuple[State, ...]] = {
    "yes": (State.YES,),
    "maybe": (State.MAYBE,),
    "waiting": (State.WAITING, State.OFFERED),
    "no": (State.NO, State.LAPSED),
}
ANSWER_OF: Mapping[str, str] = {state.value: answer for answer, states in ANSWERS.items() for state in states}
_SPAN = 2


@dataclass(frozen=True, slots=True)
class Condition:
    """Any of these values. Raises ValueError for values that its kind does not have."""

    by: By
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        if not _FIT[self.by](self.values):
            raise ValueError(f"not values of {self.by.value}")


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody for whom all `conditions` hold, at least one of `any_of` (where there are any), and none of `none_of`;
    without any condition, everybody. A kind occurs at most once in each group: ValueError otherwise.

    `within` are the scopes of the coordinators who made it: at least one condition of each holds.
    """

    conditions: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()
    none_of: tuple[Condition, ...] = ()
    within: tuple[tuple[Condition, ...], ...] = ()

    def __post_init__(self) -> None:
        for group in Group:
            kinds = [condition.by for condition in self.group(group)]
            if len(set(kinds)) != len(kinds):
                raise ValueError(f"a kind occurs twice in {group.value}")

    def group(self, group: Group) -> tuple[Condition, ...]:
        return {Group.ALL: self.conditions, Group.ANY: self.any_of, Group.NONE: self.none_of}[group]

    def values(self, group: Group, by: By) -> tuple[Value, ...]:
        """What a group asks of a kind; nothing where it does not look at it."""
        return next((condition.values for condition in self.group(group) if condition.by is by), ())

    def asking(self, group: Group, by: By, values: tuple[Value, ...]) -> "Audience":
        """The same, with these values of a kind in a group, in the place of others; without values the group does not
        look at this kind. Raises ValueError for values that the kind does not have."""
        asked = Condition(by, values) if values else None
        held = [asked if each.by is by else each for each in self.group(group)]
        if by not in [condition.by for condition in self.group(group)]:
            held.append(asked)
        groups = {Group.ALL: self.conditions, Group.ANY: self.any_of, Group.NONE: self.none_of}
        groups[group] = tuple(each for each in held if each is not None)
        return Audience(groups[Group.ALL], groups[Group.ANY], groups[Group.NONE], self.within)

    def narrowed(self, scope: tuple[Condition, ...]) -> "Audience":
        """Those of it for whom at least one of these conditions holds too."""
        return self if scope in self.within else replace(self, within=(*self.within, scope))

    def to_json(self) -> dict[str, Any]:
        """As it is stored: {"club": [1, 2], "relation": ["doctoral"]} where all are to hold, else by group:
        {"all": {"club": [1]}, "none": {"language": ["de"]}}; beside either the scopes:
        {"within": [{"programme": [3]}]}."""
        narrowed = {WITHIN: [_write(scope) for scope in self.within]} if self.within else {}
        if not self.any_of and not self.none_of:
            return _write(self.conditions) | narrowed
        return {group.value: _write(self.group(group)) for group in Group if self.group(group)} | narrowed

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Audience":
        """The stored form again, in groups or without. Raises ValueError for what this version does not know: better
        nobody than everybody."""
        within = tuple(_read(scope) for scope in stored.get(WITHIN, ()))
        groups = {name: held for name, held in stored.items() if name != WITHIN}
        if not set(groups) & set(Group):
            return cls(_read(groups), within=within)
        if unknown := set(groups) - set(Group):
            raise ValueError(f"no such group: {sorted(unknown)}")
        every, any_of, none_of = (_read(groups.get(group, {})) for group in Group)
        return cls(every, any_of, none_of, within)

    def includes(self, facts: "Facts") -> bool:
        """Whether somebody belongs to it."""
        return (
            all(_holds(condition, facts) for condition in self.conditions)
            and (not self.any_of or any(_holds(condition, facts) for condition in self.any_of))
            and not any(_holds(condition, facts) for condition in self.none_of)
            and all(any(_holds(condition, facts) for condition in scope) for scope in self.within)
        )


EVERYONE = Audience()
WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a member conditions may look at: for each kind the values that hold; `years` in which they left; the day
    (UTC) they were `seen` last."""

    values: Mapping[By, frozenset[Value]] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    seen: date = date.max


def read_value(by: By, written: str) -> Value:
    """A value that was written as text. Raises ValueError where an id is wanted and this is none."""
    return int(written) if _FIT[by] is _are_ids else written


def answer_value(event: int, answer: str) -> str:
    """An answer to an event, as a value of ANSWERED."""
    return f"{event}:{answer}"


def read_answers(values: Iterable[Value]) -> dict[int, list[str]]:
    """Event id -> answers, of values of ANSWERED. Raises ValueError for anything else."""
    found: dict[int, list[str]] = {}
    for value in values:
        event, _colon, answer = str(value).partition(":")
        if answer not in ANSWERS or not event.isascii() or not event.isdigit():
            raise ValueError(f"not an answer to an event: {value!r}")
        found.setdefault(int(event), []).append(answer)
    return found


def _write(conditions: tuple[Condition, ...]) -> dict[str, Any]:
    return {condition.by.value: list(condition.values) for condition in conditions}


def _read(stored: Any) -> tuple[Condition, ...]:
    if not isinstance(stored, Mapping):
        raise ValueError("not conditions")
    return tuple(Condition(By(by), _values(values)) for by, values in stored.items())


def _values(stored: Any) -> tuple[Value, ...]:
    if not isinstance(stored, list | tuple) or not all(isinstance(value, int | str) for value in stored):
        raise ValueError("not values")
    return tuple(stored)


def _holds(condition: Condition, facts: Facts) -> bool:
    if condition.by is By.COHORT:
        first, last = (int(year) for year in condition.values)
        return any(first <= year <= last for year in facts.years)
    if condition.by is By.SILENT:
        return facts.seen < date.fromisoformat(str(condition.values[0]))
    return not facts.values.get(condition.by, frozenset()).isdisjoint(condition.values)


_Fitting = Callable[[tuple[Value, ...]], bool]


def _are_ids(values: tuple[Value, ...]) -> bool:
    return all(type(value) is int for value in values)


def _are_words(values: tuple[Value, ...]) -> bool:
    return all(isinstance(value, str) for value in values)


def _are_of(known: Iterable[str]) -> _Fitting:
    return frozenset(known).issuperset


def _are_years(values: tuple[Value, ...]) -> bool:
    return _are_ids(values) and len(values) == _SPAN and values == tuple(sorted(values))


def _is_a_day(values: tuple[Value, ...]) -> bool:
    """Raises ValueError for words that are no date."""
    return len(values) == 1 and date.fromisoformat(str(values[0])).isoformat() == values[0]


def _are_answers(values: tuple[Value, ...]) -> bool:
    """As they are written by `answer_value`. Raises ValueError for words that are no answers."""
    written = {answer_value(event, each) for event, answers in read_answers(values).items() for each in answers}
    return written.issuperset(values)


_FIT: Mapping[By, _Fitting] = {
    By.CLUB: _are_ids,
    By.COUNTRY: _are_words,
    By.REGION: _are_words,
    By.CITY: _are_ids,
    By.INSTITUTION: _are_ids,
    By.PROGRAMME: _are_ids,
    By.COHORT: _are_years,
    By.RELATION: _are_of(Relation),
    By.TOPIC: _are_ids,
    By.LANGUAGE: _are_words,
    By.ROLE: _are_of(ROLES),
    By.MENTORING: _are_of(MENTORING),
    By.ANSWERED: _are_answers,
    By.SILENT: _is_a_day,
}
