"""What other programs ask of the web door: Telegram its webhook, a load balancer whether we are well."""

import asyncio
import hmac
import json

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.channels.telegram.receiving import addressed
from bot.channels.web.ground import Web
from db.trouble import Trouble, classify

LARGEST_BODY = 1_000_000


async def webhook(web: Web, request: Request) -> Response:
    """Telegram's webhook: stored, then 200; while the database is away 503, and Telegram comes again."""
    secret = request.headers.get("x-telegram-bot-api-secret-token", "")
    if not hmac.compare_digest(secret.encode(), web.webhook_secret.encode()):
        return PlainTextResponse("forbidden", 403)
    body = await request.body()
    if len(body) > LARGEST_BODY:
        return PlainTextResponse("too large", 413)
    try:
        update = json.loads(body)
    except ValueError:
        return PlainTextResponse("not JSON", 400)
    assert web.store_updates is not None
    try:
        await asyncio.wait_for(web.store_updates(addressed([update] if isinstance(update, dict) else [])), 10)
    except TimeoutError:
        return PlainTextResponse("try again", 503)
    except Exception as error:
        if classify(error) is Trouble.FAULT:
            raise
        return PlainTextResponse("try again", 503)
    return PlainTextResponse("ok")


async def health(web: Web, _request: Request) -> Response:
    """For the load balancer: whether the database answers."""
    try:
        await asyncio.wait_for(web.read(lambda session: session.connection().exec_driver_sql("SELECT 1")), 5)
    except Exception as error:
        return JSONResponse({"ok": False, "trouble": type(error).__name__}, 503)
    return JSONResponse({"ok": True, "browsers": len(web.sockets)})
