"""Pages beside the chat: behind shared links both doors, behind sign-in links one button, the privacy notice."""

import secrets
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from bot.channels.web.ground import Web
from bot.channels.web.security import hash_token, token_of, with_cookie
from bot.conversation.i18n import LANGUAGES, SOURCE, _, negotiate, speaking
from bot.conversation.privacy_texts import notice_sections
from db import web_sessions

templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)


def asked_language(request: Request) -> str:
    """What the address asks for, else what the browser speaks."""
    asked = request.query_params.get("language")
    accepted = request.headers.get("accept-language", SOURCE).split(",")[0].split(";")[0]
    return asked if asked in LANGUAGES else negotiate(accepted)


def render(web: Web, request: Request, template: str, *, language: str | None = None, **values: Any) -> Response:
    languages = [{"tag": tag, "name": name} for tag, name in LANGUAGES.items()]
    page = templates.get_template(template).render(
        language=language or asked_language(request),
        languages=languages,
        site=web.house.name,
        institution=web.house.controller.name,
        **values,
    )
    return HTMLResponse(page)


async def doors_page(web: Web, request: Request) -> Response:
    """Behind every shared link: both doors. Looking at it spends nothing, so previews do no harm."""
    payload = request.path_params["payload"]
    if not is_payload(payload):
        return PlainTextResponse("not found", 404)
    with speaking(asked_language(request)):
        return render(
            web,
            request,
            "doors.html",
            title=_("You are invited"),
            lead=_("Go on with {name}: here in the browser, or on Telegram.").format(name=web.house.name),
            web_url=f"/go/{payload}",
            web_label=_("Go on in the browser"),
            payload=payload,
            token="",
            telegram_url=web.house.telegram_link(payload),
            telegram_label=_("Open in Telegram"),
            note=_("Both lead to the same conversation. The browser works everywhere, without an account."),
        )


async def go_web(web: Web, request: Request) -> Response:
    """Take the web door with a payload."""
    return await _enter(web, request, request.path_params["payload"])


async def redeem_page(web: Web, request: Request) -> Response:
    """A sign-in link from the other door: one button, because previews open links."""
    payload = request.path_params["payload"]
    with speaking(asked_language(request)):
        return render(
            web,
            request,
            "redeem.html",
            title=_("Open your conversation here?"),
            sentence=_("This browser will then be signed in as you. Only go on if you asked for this link yourself."),
            button=_("Yes, open it here"),
            token="",
            action=f"/in/{payload}" if is_payload(payload) else "",
        )


async def redeem(web: Web, request: Request) -> Response:
    return await _enter(web, request, request.path_params["payload"])


def is_payload(payload: str) -> bool:
    return 0 < len(payload) <= 64 and all(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in payload)


async def _enter(web: Web, request: Request, payload: str) -> Response:
    """Store a /start with this payload for the browser, exactly as Telegram would, and open the chat."""
    if not is_payload(payload):
        return PlainTextResponse("not found", 404)
    token = token_of(request)
    if await web.read(lambda session: web_sessions.was_ended(session, hash_token(token), web.clock.now())):
        token = secrets.token_urlsafe(32)
    session = await web.read(lambda session: web_sessions.ensure(session, hash_token(token), web.clock.now()))
    frame = {"kind": "start", "language": asked_language(request), "payload": payload, "key": secrets.token_hex(8)}
    await web.store(session, frame["key"], frame)
    return with_cookie(web.house, RedirectResponse("/", 303), token)


async def privacy_page(web: Web, request: Request) -> Response:
    """The privacy notice, for everybody."""
    with speaking(asked_language(request)):
        paragraphs = [Markup(text).striptags() for _name, text in notice_sections(web.house)]
        return render(web, request, "text.html", title=_("Privacy"), paragraphs=paragraphs)
