"""Pictures and files from the chat page: the bytes come here, and the page then says in the chat what came of them.

Only by who was asked for a file (the question lies open), and never more than the limit in
memory: what is larger is not read any further.
"""

import asyncio

from sqlalchemy.orm import Session
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.channels.web.ground import Web
from bot.channels.web.security import COOKIE, hash_token
from bot.domain.files import LARGEST_FILE, clean_name, largest, media_type_of
from db import attachments, drafts, web_sessions
from db.models.announcements import Attachment
from db.trouble import Trouble, classify

LONGEST_S = 900.0
AT_ONCE = 4  # uploads held in memory by a process
# Why an upload is refused, as the page knows it, and its status.
LARGE, EMPTY, UNASKED, BUSY, REFUSED = "large", "empty", "unasked", "busy", "refused"
STATUS = {LARGE: 413, EMPTY: 400, UNASKED: 409, BUSY: 503, REFUSED: 403}


class Declined(Exception):
    """Not taken, and why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Uploads:
    """The address that takes files."""

    def __init__(self) -> None:
        self._under_way = 0

    async def take(self, web: Web, request: Request) -> Response:
        """Keep a file. Answers its id, or why it was not taken."""
        try:
            return JSONResponse(await self._take(web, request))
        except Declined as declined:
            return JSONResponse({"reason": declined.reason}, STATUS[declined.reason])
        except (ClientDisconnect, TimeoutError):
            return JSONResponse({"reason": BUSY}, STATUS[BUSY])
        except Exception as error:
            if classify(error) is Trouble.FAULT:
                raise
            return JSONResponse({"reason": BUSY}, STATUS[BUSY])

    async def _take(self, web: Web, request: Request) -> dict[str, object]:
        token = hash_token(request.cookies.get(COOKIE, ""))
        await web.read(lambda session: _asked(web, session, token))
        content = await self._read(request)
        name = request.query_params.get("name", "")
        row: Attachment = await web.read(lambda session: _keep(web, session, token, name, content))
        return {"attachment": row.id, "name": row.name}

    async def _read(self, request: Request) -> bytes:
        if self._under_way >= AT_ONCE:
            raise Declined(BUSY)
        self._under_way += 1
        try:
            async with asyncio.timeout(LONGEST_S):
                return await _read_within_limits(request)
        finally:
            self._under_way -= 1


async def _read_within_limits(request: Request) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > LARGEST_FILE:
        raise Declined(LARGE)
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > LARGEST_FILE:
            raise Declined(LARGE)
    if not content:
        raise Declined(EMPTY)
    if len(content) > largest(media_type_of(bytes(content[:16]))):
        raise Declined(LARGE)
    return bytes(content)


def _asked(web: Web, session: Session, token_hash: str) -> int:
    """The member of this browser, if a file is what they were asked for. Raises Declined."""
    browser = web_sessions.find(session, token_hash, web.clock.now())
    member = web_sessions.member_of(session, browser.id) if browser is not None else None
    if member is None:
        raise Declined(REFUSED)
    filling = drafts.active(session.connection(), member)
    form, _gate = web.router.forms.get(filling.form, (None, None)) if filling is not None else (None, None)
    question = form.question(filling.question) if form is not None and filling is not None else None
    if question is None or not question.takes_file:
        raise Declined(UNASKED)
    return member


def _keep(web: Web, session: Session, token_hash: str, name: str, content: bytes) -> Attachment:
    return attachments.keep(
        session,
        _asked(web, session, token_hash),
        name=clean_name(name),
        media_type=media_type_of(content),
        size=len(content),
        now=web.clock.now(),
        content=content,
    )
