"""Buttons carry a small typed value of at most 64 bytes, Telegram's limit."""

import dataclasses
import types
import typing
from enum import Enum
from typing import Any, ClassVar, Self

LIMIT = 64
# Of ids in PostgreSQL; numbers of pages stay far below.
LARGEST_NUMBER = 2**31 - 1


class Unreadable(Exception):
    """Button data that this version of the bot did not write."""


@dataclasses.dataclass(frozen=True, slots=True)
class Callback:
    """Base of what a button means. A subclass names its prefix and has fields of int, str, bool or an Enum,
    each of which may be None; texts never belong in here, only short ids.

        @dataclass(frozen=True, slots=True)
        class JoinClub(Callback, prefix="cj"):
            club: int
    """

    prefix: ClassVar[str]

    def __init_subclass__(cls, prefix: str = "", **kwargs: Any) -> None:
        if prefix:
            cls.prefix = prefix

    def pack(self) -> str:
        """The wire form. Raises ValueError past 64 bytes or when a text holds the separator."""
        parts = [self.prefix, *(_write(getattr(self, field.name)) for field in dataclasses.fields(self))]
        data = ":".join(parts)
        if len(data.encode()) > LIMIT or data.count(":") != len(parts) - 1:
            raise ValueError(f"button data does not fit: {self.prefix}")
        return data

    @classmethod
    def unpack(cls, data: str) -> Self:
        """The value again. Raises Unreadable for anything `pack` of this version would not write, but for numbers: see
        `_number`."""
        _prefix, *parts = data.split(":")
        kinds = _kinds(cls)
        try:
            if len(parts) != len(kinds) or len(data.encode()) > LIMIT or "\x00" in data:
                raise Unreadable(data)
            return cls(*(_read(kind, part) for kind, part in zip(kinds, parts, strict=True)))
        except ValueError as error:
            raise Unreadable(data) from error


_KINDS: dict[type, tuple[Any, ...]] = {}


def _kinds(cls: type[Callback]) -> tuple[Any, ...]:
    if cls not in _KINDS:
        hints = typing.get_type_hints(cls)
        _KINDS[cls] = tuple(hints[field.name] for field in dataclasses.fields(cls))
    return _KINDS[cls]


def _write(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value.value if isinstance(value, Enum) else value)


def _read(kind: Any, part: str) -> Any:
    if isinstance(kind, types.UnionType):
        if not part:
            return None
        kind = next(option for option in typing.get_args(kind) if option is not types.NoneType)
    if kind is bool:
        return bool(("0", "1").index(part))
    return _number(part) if kind is int else kind(part)


def _number(part: str) -> int:
    """As it was written; one that no database takes becomes the nearest it does, which nobody has."""
    number = int(part)
    if str(number) != part:
        raise ValueError(part)
    return min(max(number, -LARGEST_NUMBER), LARGEST_NUMBER)
