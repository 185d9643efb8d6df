"""What the buttons of the managed lists mean. Each says how things shall be, so that a double tap does nothing."""

from dataclasses import dataclass

from bot.conversation.callbacks import Callback
from db.models.lists import ListKind


@dataclass(frozen=True, slots=True)
class ListEntries(Callback, prefix="lel"):
    """A list: the institutions, the topics, or what belongs to an `owner`: the faculties or programmes of an
    institution, the cohorts of a programme."""

    kind: ListKind
    owner: int | None = None
    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenEntry(Callback, prefix="leo"):
    kind: ListKind
    entry: int


@dataclass(frozen=True, slots=True)
class AddEntry(Callback, prefix="lea"):
    """A new entry of a list."""

    kind: ListKind
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeEntry(Callback, prefix="lec"):
    kind: ListKind
    entry: int


@dataclass(frozen=True, slots=True)
class PlaceEntry(Callback, prefix="lep"):
    """To this place of its list, counted from 0."""

    kind: ListKind
    entry: int
    index: int


@dataclass(frozen=True, slots=True)
class CloseEntry(Callback, prefix="lex"):
    kind: ListKind
    entry: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class ReopenEntry(Callback, prefix="len"):
    kind: ListKind
    entry: int


@dataclass(frozen=True, slots=True)
class ChooseSuccessor(Callback, prefix="les"):
    """Look for the entry by which one is to be replaced."""

    kind: ListKind
    entry: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class ReplaceEntry(Callback, prefix="ler"):
    kind: ListKind
    entry: int
    by: int
    sure: bool = False
