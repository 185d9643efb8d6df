"""The registration of the comparison in aiogram's usual way: a finite state machine in memory.

    python -m tests.benchmarks.registration_aiogram URL DATABASE

`run_polling` takes uvloop by itself where it is installed.
"""

import sys

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from tests.benchmarks.registered import LANGUAGES, TOKEN, Registered, create_tables, open_async

KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text=label, callback_data=tag)] for tag, label in LANGUAGES.items()]
)
RIGHT = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Everything is right", callback_data="yes")]])
router = Router()


class Registration(StatesGroup):
    language = State()
    name = State()
    city = State()
    confirm = State()


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    await state.set_state(Registration.language)
    await message.answer("Which language?", reply_markup=KEYBOARD)


@router.callback_query(Registration.language)
async def take_language(query: CallbackQuery, state: FSMContext) -> None:
    await state.update_data(language=query.data)
    await state.set_state(Registration.name)
    await query.answer()
    assert isinstance(query.message, Message)
    await query.message.edit_text("Your name, please?")


@router.message(Registration.name, F.text)
async def take_name(message: Message, state: FSMContext) -> None:
    await state.update_data(name=message.text)
    await state.set_state(Registration.city)
    await message.answer("Your city, please?")


@router.message(Registration.city, F.text)
async def take_city(message: Message, state: FSMContext) -> None:
    given = await state.update_data(city=message.text)
    await state.set_state(Registration.confirm)
    text = f"Is everything right?\n\n{given['language']}\n{given['name']}\n{given['city']}"
    await message.answer(text, reply_markup=RIGHT)


@router.callback_query(Registration.confirm)
async def store(query: CallbackQuery, state: FSMContext, sessions: async_sessionmaker[AsyncSession]) -> None:
    given = await state.get_data()
    await state.clear()
    await query.answer()
    async with sessions() as session:
        session.add(Registered(person=query.from_user.id, **given))
        await session.commit()
    assert isinstance(query.message, Message)
    await query.message.edit_text(f"Thank you, {given['name']}!")


def run(url: str, database: str) -> None:
    engine, sessions = open_async(database)

    async def prepare() -> None:
        await create_tables(engine)

    dispatcher = Dispatcher(sessions=sessions)
    dispatcher.startup.register(prepare)
    dispatcher.include_router(router)
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    dispatcher.run_polling(bot)


if __name__ == "__main__":
    run(*sys.argv[1:])
