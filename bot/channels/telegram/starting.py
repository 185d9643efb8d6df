"""How Telegram is started: it learns where updates go, and we learn the bot's name."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.menus import publish_menus
from bot.channels.telegram.parsing import KINDS
from bot.conversation.routing import Router

log = logging.getLogger("telegram_door")
MAX_CONNECTIONS = 40
LONGEST_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram brings updates, and how it shows that it is Telegram."""

    url: str
    secret: str


async def introduce(
    bot: Bot, router: Router, name: str, webhook: Webhook | None, learn: Callable[[str | None], None]
) -> None:
    """`learn` the bot's name, set the webhook or remove it, publish menus for the network's `name`; again until
    Telegram answers. Only a rejected token ends it, by InvalidToken."""
    pause = 1.0
    while True:
        try:
            me = await bot.get_me()
            learn(me.username)
            await _set_webhook(bot, webhook)
            await publish_menus(bot, router, name)
            return
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("Telegram cannot be reached (%s), again in %.0f s", type(error).__name__, pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_WAIT_S)


async def _set_webhook(bot: Bot, webhook: Webhook | None) -> None:
    if webhook is None:
        await bot.delete_webhook()
        return
    await bot.set_webhook(
        webhook.url, secret_token=webhook.secret, allowed_updates=KINDS, max_connections=MAX_CONNECTIONS
    )
