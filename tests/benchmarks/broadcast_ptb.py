"""The announcement of the comparison as it is sent with python-telegram-bot.

    python -m tests.benchmarks.broadcast_ptb URL gather|in_turn RECIPIENTS
    python -m tests.benchmarks.broadcast_ptb URL flat_out RECIPIENTS AT_ONCE

`gather`: `AIORateLimiter` and `asyncio.gather`, with retries, which it does not make by itself. `in_turn`: one
`send_message` after the other. Both answer /menu meanwhile, different people concurrently, and begin when told to.
`flat_out`: a bare `Bot` with its default request, so many messages under way at once.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable

import uvloop
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters, Update
from telegram.error import RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder, CommandHandler, ContextTypes

from tests.benchmarks.announced import BEGIN, TEXT, TOKEN

RETRIES = 5
Context = ContextTypes.DEFAULT_TYPE
Send = Callable[[Bot, Iterable[int]], Awaitable[None]]
LABELS = ("Events", "My club", "My profile", "Write to the office", "Settings", "My data")
MENU = InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label) for label in LABELS[n : n + 2]]
                             for n in range(0, len(LABELS), 2)])  # fmt: skip


async def gather(bot: Bot, chats: Iterable[int]) -> None:
    sending = (bot.send_message(chat, TEXT, parse_mode="HTML") for chat in chats)
    await asyncio.gather(*sending, return_exceptions=True)


async def in_turn(bot: Bot, chats: Iterable[int]) -> None:
    for chat in chats:
        await send(bot, chat)


async def send(bot: Bot, chat: int) -> None:
    """Once more after each 429, as its documentation says; whatever else fails is left."""
    for _try in range(RETRIES):
        try:
            await bot.send_message(chat, TEXT, parse_mode="HTML")
            return
        except RetryAfter as error:
            await asyncio.sleep(float(error._retry_after.total_seconds()))
        except TelegramError:
            return


async def flat_out(bot: Bot, chats: Iterable[int], at_once: int) -> None:
    """So many senders that share one list."""
    waiting = iter(chats)

    async def work() -> None:
        for chat in waiting:
            await send(bot, chat)

    async with bot:
        await asyncio.gather(*(work() for _one in range(at_once)))


async def show_menu(update: Update, context: Context) -> None:
    message = update.message
    assert message is not None
    quoted = ReplyParameters(message.message_id)
    await context.bot.send_message(
        message.chat_id, "What would you like to do?", reply_markup=MENU, reply_parameters=quoted
    )


def answer_and_send(url: str, way: Send, chats: Iterable[int]) -> Application:  # type: ignore[type-arg]
    async def begin(_update: Update, context: Context) -> None:
        context.application.create_task(way(context.bot, chats))

    builder = ApplicationBuilder().token(TOKEN).base_url(f"{url}/bot").concurrent_updates(True)
    if way is gather:
        builder.rate_limiter(AIORateLimiter(30, 1, max_retries=RETRIES))  # type: ignore[arg-type]
    application = builder.build()
    application.add_handlers([CommandHandler("menu", show_menu), CommandHandler(BEGIN[1:], begin)])
    return application


def main(url: str, way: str, recipients: str, at_once: str = "1") -> None:
    chats = range(1, int(recipients) + 1)
    if way == "flat_out":
        uvloop.run(flat_out(Bot(TOKEN, base_url=f"{url}/bot"), chats, int(at_once)))
        return
    uvloop.install()
    answer_and_send(url, {"gather": gather, "in_turn": in_turn}[way], chats).run_polling()


if __name__ == "__main__":
    main(*sys.argv[1:])
