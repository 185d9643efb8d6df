"""Private calendar feeds: an address with a secret, for calendar programs, which come again every hour."""

from hashlib import sha256

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.web.ground import Web
from bot.conversation.i18n import speaking
from db import codes, members
from db.models.members import Status
from handlers.events.calendars import FEED, feed_of

HEADERS = {"cache-control": "private, no-cache", "content-disposition": 'inline; filename="alumni.ics"'}


async def calendar(web: Web, request: Request) -> Response:
    """The feed behind a secret; an unknown secret and an ended one are told alike."""
    content: bytes | None = await web.read(lambda session: _read(web, session, request.path_params["secret"]))
    if content is None:
        return PlainTextResponse("not found", 404)
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    if _is_known(tag, request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers={"etag": tag, **HEADERS})
    return Response(content, media_type="text/calendar; charset=utf-8", headers={"etag": tag, **HEADERS})


def _is_known(tag: str, asked: str) -> bool:
    """Whether a program has this content already. It may name several tags, and a proxy that compresses makes them
    weak (W/): both count (RFC 9110, 13.1.2)."""
    return asked.strip() == "*" or tag in [each.strip().removeprefix("W/") for each in asked.split(",")]


def _read(web: Web, session: Session, secret: str) -> bytes | None:
    now = web.clock.now()
    code = codes.find(session, FEED, web.house.digest("code", codes.normalise(secret)))
    if code is None or code.member_id is None or not codes.is_alive(code, now):
        return None
    member = members.load(session, code.member_id)
    if member.status != Status.VERIFIED:  # the gate of /calendar
        return None
    with speaking(member.language, member.zone):
        return feed_of(session, member, web.house, now)
