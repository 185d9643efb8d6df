"""The page behind an export link: looking at it changes nothing, since previews open links; its button downloads the
file, and from then on the link works in that browser only.

Who may: see `handlers.exports.links`.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.channels.web.export_pages import show_failure, show_link
from bot.channels.web.ground import Web
from bot.channels.web.invitations import letters_of, table_of
from bot.channels.web.parcels import MEDIA_TYPES, text_of, workbook_of
from bot.channels.web.security import COOKIE, hash_token
from bot.conversation.house import House
from bot.conversation.routing import Made
from bot.delivery.drawing import DrawingFailed, drawn
from bot.domain.inviting import Way
from db import members, web_sessions
from db.models.members import Status
from db.trouble import Trouble, classify
from handlers.breaches import unreached
from handlers.events import exporting as answers_to_event
from handlers.exports.invitations import take as take_invitations
from handlers.exports.links import About, Asker, Format, Link, Standing
from handlers.exports.taking import Parcel, look_at, take
from handlers.surveys import taking as answers_to_survey

LINK_COOKIE = "alumni-export"
Asked = Callable[[Session], tuple[Session, House, Asker, datetime]]


async def export(web: Web, request: Request) -> Response:
    """GET shows one button, POST downloads, as often as it is pressed while the link lives."""
    token = _token_of(request)
    asked = partial(_asked, web, request, hash_token(token))
    link: Link = await web.read(lambda session: look_at(*asked(session)))
    if request.method != "POST":
        response = show_link(web, request, link)
    else:
        response = await _handed_out(web, request, asked, link)
    return _remembered(web, response, token) if link.standing is Standing.GOOD else response


def _token_of(request: Request) -> str:
    token = request.cookies.get(LINK_COOKIE, "")
    return token if 40 <= len(token) <= 64 else secrets.token_urlsafe(32)


def _remembered(web: Web, response: Response, token: str) -> Response:
    """So that this browser is known again when its button is pressed once more."""
    secure = web.house.web_url.startswith("https://")
    response.set_cookie(LINK_COOKIE, token, path="/export/", httponly=True, samesite="lax", secure=secure)
    return response


async def _handed_out(web: Web, request: Request, asked: Asked, link: Link) -> Response:
    try:
        if link.about is About.MEMBERS:
            return await _members(web, request, asked)
        if link.about is About.INVITATIONS:
            return await _invitations(web, request, asked)
        return await _table(web, request, asked, link.about)
    except DrawingFailed:
        return show_failure(web, request)
    except Exception as error:
        if classify(error) is Trouble.FAULT:
            raise
        return show_failure(web, request)


LISTS = {each.about: each for each in (answers_to_event.LIST, answers_to_survey.LIST, unreached.LIST)}


async def _table(web: Web, request: Request, asked: Asked, about: About) -> Response:
    """First the file is made, then it is noted that it leaves: what could not be made is not recorded."""
    listing = LISTS[about]
    link, listed = await web.read(lambda session: listing.prepare(*asked(session)))
    if listed is None:
        return show_link(web, request, link)
    made = await drawn(listed.file)
    link = await web.read(lambda session: listing.hand_out(*asked(session), listed.last))
    return _attached(made) if link.standing is Standing.GOOD else show_link(web, request, link)


async def _members(web: Web, request: Request, asked: Asked) -> Response:
    """First everybody in it is written down; only then does anything leave the house."""
    link, parcel = await web.read(lambda session: take(*asked(session)))
    if parcel is None:
        return show_link(web, request, link)
    return await _stream(web, parcel)


async def _invitations(web: Web, request: Request, asked: Asked) -> Response:
    """The codes are made while they are handed out; when all are out the link is spent."""
    link, mailing = await web.read(lambda session: take_invitations(*asked(session)))
    if mailing is None:
        return show_link(web, request, link)
    if mailing.way is Way.LETTERS:
        return StreamingResponse(letters_of(web, mailing), media_type="text/html")
    return StreamingResponse(
        table_of(web, mailing), media_type=MEDIA_TYPES[Format.CSV], headers=_disposition(mailing.name)
    )


async def _stream(web: Web, parcel: Parcel) -> Response:
    pieces = await workbook_of(web, parcel) if parcel.format is Format.XLSX else text_of(web, parcel)
    return StreamingResponse(pieces, media_type=MEDIA_TYPES[parcel.format], headers=_disposition(parcel.name))


def _asked(web: Web, request: Request, browser: str, session: Session) -> tuple[Session, House, Asker, datetime]:
    """What every question about a link is asked with."""
    now = web.clock.now()
    asker = Asker(request.path_params["secret"], browser, signed_in(session, request, now))
    return session, web.house, asker, now


def signed_in(session: Session, request: Request, now: datetime) -> int | None:
    """The member this browser is signed in as; a guest who only looked round is nobody."""
    browser = web_sessions.find(session, hash_token(request.cookies.get(COOKIE, "")), now)
    member = web_sessions.member_of(session, browser.id) if browser is not None else None
    known = member is not None and members.load(session, member).status != Status.GUEST
    return member if known else None


def _attached(made: Made) -> Response:
    return Response(made.content, media_type=made.media_type, headers=_disposition(made.name))


def _disposition(name: str) -> dict[str, str]:
    # Headers are Latin-1; a name may be Chinese.
    return {"content-disposition": f"attachment; filename*=utf-8''{quote(name, safe='')}"}
