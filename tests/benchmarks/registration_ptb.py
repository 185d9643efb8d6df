"""The registration of the comparison in python-telegram-bot's usual way: a ConversationHandler in memory.

    python -m tests.benchmarks.registration_ptb URL DATABASE

Different people run concurrently. One person's updates stay in order (an update processor of a few lines, as
its documentation suggests): with `concurrent_updates(True)` alone a quick answer would meet the old state.
"""

import asyncio
import sys
import warnings
from collections import defaultdict
from collections.abc import Awaitable
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BaseUpdateProcessor,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)
from telegram.warnings import PTBUserWarning

from tests.benchmarks.registered import LANGUAGES, TOKEN, Registered, create_tables, open_async

LANGUAGE, NAME, CITY, CONFIRM = range(4)
AT_ONCE = 256
Context = ContextTypes.DEFAULT_TYPE
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=tag)] for tag, label in LANGUAGES.items()])
RIGHT = InlineKeyboardMarkup([[InlineKeyboardButton("Everything is right", callback_data="yes")]])


class InOrder(BaseUpdateProcessor):
    """Different people at the same time, each person's updates one after the other."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE)
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        assert isinstance(update, Update)
        assert update.effective_user is not None
        async with self._locks[update.effective_user.id]:
            await coroutine

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""


async def start(update: Update, context: Context) -> int:
    await update.message.reply_text("Which language?", reply_markup=KEYBOARD)
    return LANGUAGE


async def take_language(update: Update, context: Context) -> int:
    query = update.callback_query
    context.user_data["language"] = query.data
    await query.answer()
    await query.edit_message_text("Your name, please?")
    return NAME


async def take_name(update: Update, context: Context) -> int:
    context.user_data["name"] = update.message.text
    await update.message.reply_text("Your city, please?")
    return CITY


async def take_city(update: Update, context: Context) -> int:
    given = context.user_data
    given["city"] = update.message.text
    text = f"Is everything right?\n\n{given['language']}\n{given['name']}\n{given['city']}"
    await update.message.reply_text(text, reply_markup=RIGHT)
    return CONFIRM


async def store(update: Update, context: Context) -> int:
    query = update.callback_query
    await query.answer()
    async with context.bot_data["sessions"]() as session:
        session.add(Registered(person=query.from_user.id, **context.user_data))
        await session.commit()
    await query.edit_message_text(f"Thank you, {context.user_data['name']}!")
    return ConversationHandler.END


def build(url: str, database: str) -> Application:  # type: ignore[type-arg]
    engine, sessions = open_async(database)

    async def prepare(application: Application) -> None:  # type: ignore[type-arg]
        await create_tables(engine)
        application.bot_data["sessions"] = sessions

    words = filters.TEXT & ~filters.COMMAND
    states = {
        LANGUAGE: [CallbackQueryHandler(take_language)],
        NAME: [MessageHandler(words, take_name)],
        CITY: [MessageHandler(words, take_city)],
        CONFIRM: [CallbackQueryHandler(store)],
    }
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{url}/bot").concurrent_updates(InOrder())
    application = builder.post_init(prepare).build()
    application.add_handler(ConversationHandler([CommandHandler("start", start)], states, fallbacks=[]))
    return application


if __name__ == "__main__":
    warnings.simplefilter("ignore", PTBUserWarning)
    build(*sys.argv[1:]).run_polling()
