"""Invitations on their way to the browser: a table for the mailer, or letters to print, made while they are sent.

Their codes are made piece by piece; people count as invited when the browser has taken everything. QR codes are drawn
outside the transactions, in a thread, since they take a while.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.channels.web.ground import Web
from bot.channels.web.pages import templates
from bot.channels.web.parcels import pieces
from bot.channels.web.serving import BrokenOff
from bot.conversation.i18n import speaking
from handlers.exports.invitations import (
    Invited,
    Mailing,
    Overtaken,
    heading,
    lines_piece,
    next_invited,
    note_next,
    spend,
)
from handlers.exports.letters import screen_words, words_of

T = TypeVar("T")
_END = "</main></body></html>"


async def table_of(web: Web, mailing: Mailing) -> AsyncIterator[bytes]:
    """CSV, whatever the number of people. Raises BrokenOff where the button was pressed once more meanwhile."""
    yield heading(mailing)
    try:
        async for lines in pieces(web, partial(_piece, lines_piece, mailing)):
            yield lines
        await _note(web, mailing)
    except Overtaken:
        # A whole table with a sentence at its end would be mailed to people all the same.
        raise BrokenOff from None


async def letters_of(web: Web, mailing: Mailing) -> AsyncIterator[str]:
    """A page with a letter on each sheet; without any, and with a sentence that says why, where the button was pressed
    once more meanwhile."""
    words = screen_words(mailing)
    yield templates.get_template("letters.html").render(**words)
    try:
        async for invited in pieces(web, partial(_piece, next_invited, mailing)):
            yield await asyncio.to_thread(_sheets, mailing, invited)
        yield _END
        await _note(web, mailing)
    except Overtaken:
        yield templates.get_template("_overtaken.html").render(**words)


def _sheets(mailing: Mailing, invited: Sequence[Invited]) -> str:
    template = templates.get_template("_letter.html")
    with speaking(mailing.language, mailing.zone):
        return "".join(template.render(words_of(each, mailing)) for each in invited)


async def _note(web: Web, mailing: Mailing) -> None:
    await web.read(partial(spend, mailing=mailing))
    async for _noted in pieces(web, partial(_piece, note_next, mailing)):
        pass


def _piece(
    make: Callable[[Session, Mailing, int], tuple[T, int] | None], mailing: Mailing, cursor: int, session: Session
) -> tuple[T, int] | None:
    return make(session, mailing, cursor)
