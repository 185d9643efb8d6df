"""Coordinators take the records of processing along as a file. It names fields and rules, and nobody."""

from dataclasses import dataclass
from typing import Any

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import _
from bot.conversation.notices import Composing
from bot.conversation.reply import Button, Go, Recipe, Reply, column
from bot.conversation.routing import Gate, Made, Router
from bot.conversation.turn import Turn
from handlers.records.document import write

NAME = "records.md"


@dataclass(frozen=True, slots=True)
class TakeRecords(Callback, prefix="xd"):
    """The document, please."""


def take(_turn: Turn, _tap: TakeRecords) -> list[Reply]:
    file = Reply(_("Records of processing and list of data fields"), new=True, file=Recipe("records", NAME))
    text = _(
        "This is how the program is set up today. Please read it through, add what your servers do, and file it with "
        "your data protection officer."
    )
    return [file, Reply(text, column(Button(_("Back"), Go("retention")), Button(_("Menu"), Go("menu"))), new=True)]


def make_records(at: Composing, _params: dict[str, Any]) -> Made:
    return Made(NAME, write(at.house, at.now).encode(), "text/markdown; charset=utf-8")


def register(router: Router) -> None:
    router.tap(TakeRecords, take, gate=Gate.CENTRAL)
    router.maker("records", make_records)
