"""A file of many members on its way to the browser, piece by piece: whatever their number, we never hold more of it
than the members of one piece. Each piece is read in a transaction of its own, behind those who wait for an answer.
"""

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.channels.web.ground import Web
from bot.delivery.drawing import write_workbook
from bot.delivery.workers import Urgency
from bot.drawing.data import Drawing
from db.engine import in_session
from handlers.exports.links import Format
from handlers.exports.taking import Parcel, ending, head, opening, rows_piece, take_back, text_piece

MEDIA_TYPES = {
    Format.XLSX: Drawing.SHEET.media_type,
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSON: "application/json",
}
CHUNK = 64 * 1024

T = TypeVar("T")


async def text_of(web: Web, parcel: Parcel) -> AsyncIterator[bytes]:
    """CSV or JSON, made while it is sent."""
    yield opening(parcel)
    async for piece in pieces(web, partial(_piece, text_piece, parcel)):
        yield piece
    yield ending(parcel)


async def workbook_of(web: Web, parcel: Parcel) -> AsyncIterator[bytes]:
    """A workbook, written to a file by a child process first. Raises DrawingFailed."""
    folder = TemporaryDirectory(prefix="alumni-export-")
    path = Path(folder.name) / "members.xlsx"
    try:
        await write_workbook(path, parcel.name, head(parcel), pieces(web, partial(_piece, rows_piece, parcel)))
    except BaseException:
        folder.cleanup()
        await web.read(partial(take_back, parcel=parcel, now=web.clock.now()))
        raise
    return _read(folder, path)


async def _read(folder: "TemporaryDirectory[str]", path: Path) -> AsyncIterator[bytes]:
    """The file, which goes when it was sent or nobody waits for it any more."""
    with folder, path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


async def pieces(web: Web, make: Callable[[int, Session], tuple[T, int] | None]) -> AsyncIterator[T]:
    """What `make` makes behind each cursor, beginning at 0, until it makes nothing; each in a transaction of its own,
    when those who wait for an answer leave time for it."""
    cursor = 0
    while True:
        found = await web.workers.run(Urgency.CHORE, in_session, web.engine, partial(make, cursor))
        if found is None:
            return
        piece, cursor = found
        yield piece


def _piece(
    make: Callable[[Session, Parcel, int], tuple[T, int] | None], parcel: Parcel, cursor: int, session: Session
) -> tuple[T, int] | None:
    return make(session, parcel, cursor)
