"""Invitations on their way to the browser: a table for the mailer, made while it is sent.

Its codes are made piece by piece; people count as invited when the browser has taken everything.
"""

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.channels.web.ground import Web
from bot.channels.web.parcels import pieces
from handlers.exports.invitations import Mailing, heading, lines_piece, note_next

T = TypeVar("T")


async def table_of(web: Web, mailing: Mailing) -> AsyncIterator[bytes]:
    """CSV, whatever the number of people."""
    yield heading(mailing)
    async for lines in pieces(web, partial(_piece, lines_piece, mailing)):
        yield lines
    await _note(web, mailing)


async def _note(web: Web, mailing: Mailing) -> None:
    async for _noted in pieces(web, partial(_piece, note_next, mailing)):
        pass


def _piece(
    make: Callable[[Session, Mailing, int], tuple[T, int] | None], mailing: Mailing, cursor: int, session: Session
) -> tuple[T, int] | None:
    return make(session, mailing, cursor)
