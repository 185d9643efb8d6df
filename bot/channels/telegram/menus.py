"""The command menu Telegram shows, and the bot's descriptions: in three languages and by role."""

from sqlalchemy.orm import Session
from telegram import Bot, BotCommand, BotCommandScopeChat

from bot.conversation.i18n import LANGUAGES, SOURCE, _, speaking
from bot.conversation.routing import Gate, Router
from db import members, scopes
from db.models.members import Status

PUBLIC = frozenset({Gate.ANYONE})
# Telegram knows languages by two letters.
TELEGRAM_TAGS = {"de": "de", "zh_Hans": "zh", "en": "en"}


def gates_of(session: Session, member: int) -> frozenset[Gate]:
    """Which gates a member passes, for what their menu offers."""
    status = members.load(session, member).status
    gates = {Gate.ANYONE}
    if status != Status.GUEST:
        gates.add(Gate.REGISTERED)
    if status == Status.VERIFIED:
        gates |= {Gate.VERIFIED, Gate.NETWORK}
    if status == Status.SUSPENDED:
        return frozenset(gates)
    if members.led_clubs(session, member):
        gates.add(Gate.AMBASSADOR)
    if members.is_coordinator(session, member):
        gates |= {Gate.COORDINATOR, Gate.AMBASSADOR}
    if scopes.scope_of(session, member).central:
        gates.add(Gate.CENTRAL)
    return frozenset(gates)


def menu_for(router: Router, gates: frozenset[Gate], language: str) -> list[BotCommand]:
    """The commands these gates open, described in `language`, in the order they were registered."""
    with speaking(language):
        return [
            BotCommand(name, str(_(route.about)))
            for name, route in router.commands.items()
            if route.about is not None and route.gate in gates
        ]


async def publish_menus(bot: Bot, router: Router, name: str) -> None:
    """Set what newcomers see: the public commands and what the bot is, in every language."""
    for language, tag in TELEGRAM_TAGS.items():
        # The source language is also what everybody with another language gets.
        code = None if language == SOURCE else tag
        await bot.set_my_commands(menu_for(router, PUBLIC, language), language_code=code)
        with speaking(language):
            await bot.set_my_description(str(describe(name)), language_code=code)
            await bot.set_my_short_description(str(summarise(name)), language_code=code)


async def set_chat_menu(bot: Bot, chat: int, commands: list[BotCommand]) -> None:
    """Set one person's menu."""
    await bot.set_my_commands(commands, scope=BotCommandScopeChat(chat))


def describe(name: str) -> str:
    """What stands in the empty chat before /start (512 characters at most)."""
    return _(
        "{name}: join a regional club near you, meet fellow alumni, stay in touch with "
        "your university. In German, English and Chinese. Press Start; you decide what you share, and with whom."
    ).format(name=name)[:512]


def summarise(name: str) -> str:
    """What stands on the bot's profile (120 characters at most)."""
    return _("{name}, in German, English and Chinese.").format(name=name)[:120]


assert set(TELEGRAM_TAGS) == set(LANGUAGES)
