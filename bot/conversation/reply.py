"""What goes out: a reply in the reader's words, the same for every door.

A reply is written to the database with the turn that made it, so it has a wire form of plain JSON. Pictures
and files travel as recipes (a kind and ids) and are made when they are shown, never stored as bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from markupsafe import Markup

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import _

Wire = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Button:
    """A label with what tapping it means, or a link it opens."""

    label: str
    action: Callback | None = None
    url: str | None = None

    def wire(self) -> Wire:
        if self.url:
            return {"label": str(self.label), "url": self.url}
        assert self.action is not None
        return {"label": str(self.label), "data": self.action.pack()}


class Ask(StrEnum):
    """A keyboard that asks for something the person's phone knows. FILE needs none: there is a paper-clip at every
    door, which the web page shows while a file is asked for."""

    LOCATION = "location"
    CONTACT = "contact"
    FILE = "file"

    @property
    def has_keyboard(self) -> bool:
        return self is not Ask.FILE

    def label(self) -> Markup:
        return _("Share my location") if self is Ask.LOCATION else _("Share my phone number")


@dataclass(frozen=True, slots=True)
class AskFor(Callback, prefix="al"):
    """Please show me the keyboard that shares this (Telegram cannot put it under a message)."""

    what: Ask


@dataclass(frozen=True, slots=True)
class Recipe:
    """A file or picture made when shown: which maker, from which ids, under which name."""

    kind: str
    name: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Go(Callback, prefix="go"):
    """The same as typing /command."""

    command: str


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """One message. After a tap it replaces the message that was tapped, unless `new`."""

    text: Markup
    rows: Rows = ()
    new: bool = False
    ask: Ask | None = None
    picture: Recipe | None = None
    file: Recipe | None = None
    toast: str | None = None

    def with_row(self, *buttons: Button) -> "Reply":
        """The same reply with one more row of buttons at its end."""
        return replace(self, rows=(*self.rows, tuple(buttons)))

    @property
    def _needs_keyboard(self) -> bool:
        return self.ask is not None and self.ask.has_keyboard and not self.rows

    def wire(self, edits: int | None = None) -> Wire:
        """Plain JSON. `edits` is the message whose button was tapped; a reply that is `new`, or cannot be an
        edit (files, pictures, keyboards), does without."""
        wire: Wire = {"text": str(self.text)}
        if self.rows:
            wire["rows"] = [[button.wire() for button in row] for row in self.rows]
        if edits and not (self.new or self.file or self.picture or self._needs_keyboard):
            wire["edits"] = edits
        for name, recipe in (("picture", self.picture), ("file", self.file)):
            if recipe:
                wire[name] = {"kind": recipe.kind, "name": recipe.name, "params": recipe.params}
        if self.ask:
            wire["ask"] = {"kind": self.ask.value}
        if self.ask and self.ask.has_keyboard:
            wire["ask"] |= {"label": str(self.ask.label()), "data": AskFor(self.ask).pack()}
        if self.toast:
            wire["toast"] = str(self.toast)
        return wire


def pairs(*buttons: Button) -> Rows:
    """Buttons two a row, the most that fits in German."""
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))


def leaves(to: Callable[[int], Callback], page: int, *, more: bool, earlier: bool | None = None) -> Rows:
    """The way to the page before (where there is an `earlier` one; by default behind page 0) and, where there is
    `more`, to the next; `to` says what leads to a page."""
    back = page > 0 if earlier is None else earlier
    ways = [*([Button("‹", to(page - 1))] if back else []), *([Button("›", to(page + 1))] if more else [])]
    return (tuple(ways),) if ways else ()


def shorten(words: str, longest: int) -> str:
    """To what there is room for."""
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def column(*buttons: Button) -> Rows:
    """Buttons one a row."""
    return tuple((button,) for button in buttons)
