"""The file of a list, as it streams in: never more than a piece of it in memory."""

import asyncio
from collections.abc import Callable

from sqlalchemy.orm import Session
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.channels.web.ground import Web
from bot.channels.web.uploads import BUSY, EMPTY, LARGE, REFUSED, STATUS, UNASKED, Declined
from bot.domain.files import clean_name
from bot.domain.importing.faults import LARGEST_FILE
from db import imports
from db.models.records import Import, ImportState
from db.trouble import Trouble, classify
from handlers.coordination.import_page import Standing, Visit
from handlers.coordination.import_steps import read_file

PIECE = 256 * 1024
LONGEST_S = 900.0
LONGEST_NAME = 120

Visiting = Callable[[Session, bool], Visit]


async def take_file(web: Web, request: Request, visiting: Visiting) -> Response:
    """Keep the file and have it looked at. Answers why it was not taken."""
    try:
        async with asyncio.timeout(LONGEST_S):
            await _take(web, request, visiting)
        return JSONResponse({})
    except Declined as declined:
        return JSONResponse({"reason": declined.reason}, STATUS[declined.reason])
    except (ClientDisconnect, TimeoutError):
        return JSONResponse({"reason": BUSY}, STATUS[BUSY])
    except Exception as error:
        if classify(error) is Trouble.FAULT:
            raise
        return JSONResponse({"reason": BUSY}, STATUS[BUSY])


async def _take(web: Web, request: Request, visiting: Visiting) -> None:
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > LARGEST_FILE:
        raise Declined(LARGE)
    number: int = await web.read(lambda session: _begin(session, visiting))
    places = size = 0
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        size += len(chunk)
        if size > LARGEST_FILE:
            raise Declined(LARGE)
        while len(held) >= PIECE:
            await _store(web, number, places, bytes(held[:PIECE]))
            places += 1
            del held[:PIECE]
    if not size:
        raise Declined(EMPTY)
    if held:
        await _store(web, number, places, bytes(held))
        places += 1
    name = clean_name(request.query_params.get("name", ""))[:LONGEST_NAME]
    await web.read(lambda session: _finish(web, session, visiting, name, (places, size)))


async def _store(web: Web, number: int, place: int, content: bytes) -> None:
    await web.read(lambda session: imports.add_piece(session, number, place, content))


def _open(session: Session, visiting: Visiting) -> Import:
    visit = visiting(session, True)
    if visit.standing is not Standing.GOOD or visit.row is None:
        raise Declined(REFUSED)
    if visit.row.state != ImportState.OPEN:
        raise Declined(UNASKED)
    return visit.row


def _begin(session: Session, visiting: Visiting) -> int:
    """What an attempt that broke off has left goes."""
    row = _open(session, visiting)
    imports.drop_pieces(session, row.id)
    return row.id


def _finish(web: Web, session: Session, visiting: Visiting, name: str, whole: tuple[int, int]) -> None:
    row = _open(session, visiting)
    if not imports.is_whole(session, row.id, *whole):
        raise Declined(BUSY)
    read_file(session, row, name, web.clock.now())
