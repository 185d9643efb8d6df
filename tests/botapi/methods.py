"""The table of Bot API methods, and the two ways a bot gets its updates."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from . import editing, profile, sending
from .errors import WEBHOOK_ACTIVE, WEBHOOK_CAME, bad, conflict
from .profile import Method
from .webhook import Target
from .wire import Json, Params
from .world import World

LONGEST_POLL = 50
MOST_UPDATES = 100
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


async def get_updates(world: World, params: Params) -> list[Json]:
    if world.webhook.target:
        raise conflict(WEBHOOK_ACTIVE)
    _allow(world, params)
    limit = params.number("limit") or MOST_UPDATES
    timeout = params.number("timeout") or 0
    updates = world.updates
    return await updates.poll(
        params.number("offset") or 0, min(max(limit, 1), MOST_UPDATES), min(timeout, LONGEST_POLL)
    )


def _allow(world: World, params: Params) -> None:
    """What a bot once asked for holds until it asks for something else."""
    allowed = params.obj("allowed_updates")
    if isinstance(allowed, list):
        world.updates.allowed = allowed


def set_webhook(world: World, params: Params) -> bool:
    if not params.text("url"):
        return delete_webhook(world, params)
    target = Target(_url(params), _secret(params), min(max(params.number("max_connections") or 40, 1), 100))
    _allow(world, params)
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    world.updates.dismiss(WEBHOOK_CAME)
    world.webhook.set(target)
    return True


def _url(params: Params) -> str:
    url = params.text("url")
    parts = urlsplit(url)
    # Plain HTTP is good enough on loopback, where tests listen; elsewhere Telegram wants TLS.
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in LOOPBACK):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    return url


def _secret(params: Params) -> str:
    secret = params.text("secret_token")
    if secret and not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    return secret


def delete_webhook(world: World, params: Params) -> bool:
    world.webhook.remove()
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    return True


def webhook_info(world: World, params: Params) -> Json:
    hook, target = world.webhook, world.webhook.target
    info: Json = {
        "url": target.url if target else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    if target:
        info |= {"max_connections": target.max_connections, "ip_address": "127.0.0.1"}
    if hook.error:
        info |= {"last_error_date": hook.error_date, "last_error_message": hook.error}
    if world.updates.allowed:
        info["allowed_updates"] = world.updates.allowed
    return info


METHODS: dict[str, Method] = {
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": editing.edit_text,
    "editMessageCaption": editing.edit_caption,
    "editMessageReplyMarkup": editing.edit_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "answerCallbackQuery": editing.answer_query,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
    **profile.METHODS,
}
WAITING: dict[str, Callable[[World, Params], Awaitable[list[Json]]]] = {"getUpdates": get_updates}
# The real thing takes method names in any case.
SPELLING = {name.lower(): name for name in (*METHODS, *WAITING)}
