"""The chat page and its socket, and the files and pictures of its bubbles."""

import contextlib
import secrets
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.websockets import WebSocket

from bot.channels.web.ground import Web
from bot.channels.web.pages import asked_language, templates
from bot.channels.web.security import COOKIE, hash_token, own_origin, token_of, with_cookie
from bot.channels.web.texts import page_texts
from bot.conversation.i18n import LANGUAGES, speaking
from bot.conversation.notices import Composing
from bot.conversation.routing import Made, ToDraw
from bot.conversation.secrets import reveal
from bot.delivery.clock import Clock
from bot.delivery.drawing import DrawingFailed, drawn
from bot.domain.files import LARGEST_FILE, LARGEST_PICTURE, PICTURES
from db import members, web_sessions
from db.models.web import Entry
from handlers.attachments import Gone, NotYet


async def chat_page(web: Web, request: Request) -> Response:
    """The chat. Looking at it stores nothing: a session begins with the first message."""
    token = token_of(request)
    known = await web.read(lambda session: _language_of(session, hash_token(token), web.clock))
    language = known[1] or asked_language(request) if known else asked_language(request)
    if known is None and await web.read(lambda session: _was_ended(session, hash_token(token), web.clock)):
        token = secrets.token_urlsafe(32)
    names = sorted(LANGUAGES, key=lambda tag: tag != asked_language(request))
    setup = {
        "language": language,
        "languages": [{"tag": tag, "name": LANGUAGES[tag]} for tag in names],
        "texts": page_texts(),
        "known": known is not None,
        "session": known[0] if known else "",
        "payload": "",
        "socket": "/chat",
        "demo": web.demo,
        "title": web.house.name,
        "institution": web.house.controller.name,
        "files": {"pictures": PICTURES, "largest_picture": LARGEST_PICTURE, "largest_file": LARGEST_FILE},
    }
    page = templates.get_template("chat.html").render(setup=setup)
    return with_cookie(web.house, HTMLResponse(page), token)


def _language_of(session: Session, token_hash: str, clock: Clock) -> tuple[str, str | None] | None:
    found = web_sessions.find(session, token_hash, clock.now())
    if found is None:
        return None
    web_sessions.prolong(found, clock.now())
    return found.id, web_sessions.language_of(session, found.id)


def _was_ended(session: Session, token_hash: str, clock: Clock) -> bool:
    return web_sessions.was_ended(session, token_hash, clock.now())


async def chat_socket(web: Web, socket: WebSocket) -> None:
    """The page's socket: only from our own page, only with its cookie."""
    token = socket.cookies.get(COOKIE, "")
    if socket.headers.get("origin") != own_origin(web.house, socket) or len(token) < 40:
        await socket.close(4403)
        return
    await socket.accept()
    await web.sockets.serve(socket, hash_token(token))


async def file(web: Web, request: Request) -> Response:
    """A file or picture of a bubble, made now, for the browser whose history it is in. What is still to be fetched
    from Telegram is worth asking for again."""
    token_hash = hash_token(request.cookies.get(COOKIE, ""))
    try:
        found: Made | ToDraw | None = await web.read(
            lambda session: _make(web, session, token_hash, request.path_params["entry"])
        )
        made = await drawn(found) if found is not None else None
    except (NotYet, DrawingFailed):
        return PlainTextResponse("not available now", 503, {"retry-after": "5"})
    if made is None:
        return PlainTextResponse("not found", 404)
    kind = "inline" if made.media_type.startswith("image/") else "attachment"
    # Headers are Latin-1; a name may be Chinese.
    disposition = f"{kind}; filename*=utf-8''{quote(made.name, safe='')}"
    return Response(made.content, media_type=made.media_type, headers={"content-disposition": disposition})


def _make(web: Web, session: Session, token_hash: str, entry_id: int) -> Made | ToDraw | None:
    now = web.clock.now()
    browser = web_sessions.find(session, token_hash, now)
    entry = session.get(Entry, entry_id)
    if browser is None or entry is None or web_sessions.member_of(session, browser.id) != entry.member_id:
        return None
    recipe = entry.body.get("file") or entry.body.get("picture")
    if recipe is None:
        return None
    member = members.load(session, entry.member_id)
    with speaking(member.language, member.zone), contextlib.suppress(Gone):
        return web.router.make(reveal(web.house, recipe), Composing(session, member, web.house, now))
    return None
