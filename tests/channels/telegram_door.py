"""The Telegram door by itself, before a stand-in for Telegram."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Bot

from bot.channels.telegram.request import AiohttpRequest
from bot.channels.telegram.showing import Showing
from bot.conversation.reply import Wire
from bot.conversation.routing import Made
from bot.delivery.pacing import Pace
from tests.botapi import BotApi


@asynccontextmanager
async def opened(telegram: BotApi, *, timeout: float = 15.0) -> AsyncIterator[Bot]:  # noqa: ASYNC109
    """The client, as the door sets it up."""
    requests = AiohttpRequest(timeout=timeout), AiohttpRequest(connections=2)
    for request in requests:
        await request.initialize()
    bot = Bot(telegram.token, base_url=telegram.base_url, request=requests[0], get_updates_request=requests[1])
    try:
        yield bot
    finally:
        for request in requests:
            await request.shutdown()


def showing(bot: Bot, rate: float = 1000, *, pays: bool = False) -> Showing:
    return Showing(bot, Pace(rate), _make, pays=pays)


async def _make(_sender: str, recipe: Wire) -> Made:
    return Made(recipe["name"], b"content", "text/plain")
