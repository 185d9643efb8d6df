"""Whom a coordinator answers for: everybody, or those of some institutions, faculties and programmes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.audience import Audience, By, Condition

_PARTS = ("institutions", "faculties", "programmes")


@dataclass(frozen=True, slots=True)
class Scope:
    """Ids. `central` is everybody, whatever else is named; without anything, nobody.

    As it is granted, a scope names an institution alone; as it is used (`db.scopes.scope_of`), also everything that
    belongs to what it names, so that what it covers can be seen from it alone.
    """

    central: bool = False
    institutions: frozenset[int] = frozenset()
    faculties: frozenset[int] = frozenset()
    programmes: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.central or self.institutions or self.faculties or self.programmes)

    def __or__(self, other: "Scope") -> "Scope":
        return Scope(
            self.central or other.central,
            self.institutions | other.institutions,
            self.faculties | other.faculties,
            self.programmes | other.programmes,
        )

    def includes(self, other: "Scope") -> bool:
        """Whether whoever has this one may decide about everything in the other."""
        return self.central or (
            not other.central
            and self.institutions >= other.institutions
            and self.faculties >= other.faculties
            and self.programmes >= other.programmes
        )

    def has(self, institution: int, programme: int | None = None) -> bool:
        """Whether studies at an institution, in one of its programmes, lie in it."""
        return self.central or institution in self.institutions or programme in self.programmes

    def to_json(self) -> dict[str, Any] | None:
        """As it is stored with an office; None for everybody."""
        return None if self.central else {part: sorted(getattr(self, part)) for part in _PARTS if getattr(self, part)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> "Scope":
        """The stored form again. Raises ValueError for what this version does not know: better nobody than
        everybody."""
        if stored is None:
            return CENTRAL
        if unknown := set(stored) - set(_PARTS):
            raise ValueError(f"not a scope: {sorted(unknown)}")
        return cls(False, *(frozenset(stored.get(part, ())) for part in _PARTS))

    def narrow(self, audience: Audience) -> Audience:
        """Those of an audience who are in this scope. It stays so, whoever uses the audience later."""
        if self.central:
            return audience
        named = ((By.INSTITUTION, self.institutions), (By.PROGRAMME, self.programmes))
        return audience.narrowed(tuple(Condition(by, tuple(sorted(ids))) for by, ids in named))


CENTRAL = Scope(central=True)
