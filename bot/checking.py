"""What `check` and `coordinator` do on the command line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from rich.console import Console
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.door import Address, TelegramDoor
from bot.conversation.house import House
from bot.delivery.pacing import Pace
from bot.delivery.workers import Workers
from bot.keeping.hindered import Hindered
from bot.keeping.keys import read_recipient
from bot.lists_file import UnreadableLists, read_lists
from bot.settings import Settings
from db import codes
from db.engine import open_engine
from db.migrations.upgrade import configure
from db.restored import UnfinishedRestore, refuse_unfinished

CODE_LASTS = timedelta(hours=24)
CODE_LENGTH = 16


def issue_coordinator_code(session: Session, house: House) -> str:
    """A new one-time code that makes somebody a coordinator."""
    secret = codes.new_secret(CODE_LENGTH)
    codes.issue(session, "coordinator", house.digest("code", secret), datetime.now(UTC), lasting=CODE_LASTS)
    return secret


async def check_all(settings: Settings, out: Console) -> int:
    """Print one line for each part; how many need attention."""
    lines = [
        _settings_line(settings),
        _database_line(settings),
        *await _telegram_lines(settings),
        *_web_lines(settings),
        _lists_line(settings),
        _backup_line(settings),
    ]
    for good, words in lines:
        out.print("[green]ok[/green]  " if good else "[red]no[/red]  ", end="")
        out.print(words, markup=False)
    return sum(not good for good, _words in lines)


Line = tuple[bool, str]


def _settings_line(settings: Settings) -> Line:
    said = ("controller_name", "controller_address", "controller_email", "privacy_officer", "privacy_authority")
    missing = [name.upper() for name in said if getattr(settings, name) == Settings.model_fields[name].default]
    if missing:
        return False, f"settings: the privacy notice lacks {', '.join(missing)}"
    return True, "settings: complete"


def what_it_says(error: SQLAlchemyError) -> str:
    """The driver's own words, which name hosts and databases, never a password: their first line."""
    said = str(getattr(error, "orig", None) or type(error).__name__).strip()
    return said.splitlines()[0][:300]


def _database_line(settings: Settings) -> Line:
    address = make_url(settings.database_url)
    if address.get_backend_name() == "sqlite" and address.database and not Path(address.database).exists():
        return True, f"database: sqlite, {Path(address.database).absolute()} is not there yet; `run` will make it"
    engine = open_engine(settings.database_url)
    try:
        refuse_unfinished(engine)
        with engine.connect() as connection:
            have = MigrationContext.configure(connection).get_current_revision()
    except UnfinishedRestore:
        return False, "database: a restore was interrupted; run `restore` again before anybody talks to the bot"
    except SQLAlchemyError as error:
        return False, f"database: cannot be reached ({what_it_says(error)})"
    finally:
        engine.dispose()
    want = ScriptDirectory.from_config(configure(engine)).get_current_head()
    if have is None:
        return True, f"database: {engine.dialect.name}, empty; `run` will set it up"
    return True, f"database: {engine.dialect.name}, " + (
        "up to date" if have == want else "`run` will bring it up to date"
    )


async def _telegram_lines(settings: Settings) -> list[Line]:
    if settings.bot_token is None:
        return [(True, "Telegram: no BOT_TOKEN, so only the web door opens")]
    workers = Workers(0)
    address = Address(settings.bot_token.get_secret_value(), settings.telegram_api_url, settings.telegram_proxy)
    door = TelegramDoor(address, Pace(1), workers)
    await door.open()
    try:
        return await _ask_telegram(door, settings)
    except InvalidToken:
        return [(False, "Telegram: the token is rejected; get one from @BotFather and put it into BOT_TOKEN")]
    except TelegramError as error:
        return [(False, f"Telegram: cannot be reached ({type(error).__name__}); is a proxy needed (TELEGRAM_PROXY)?")]
    finally:
        await door.close()


async def _ask_telegram(door: TelegramDoor, settings: Settings) -> list[Line]:
    me = await door.bot.get_me()
    info = await door.bot.get_webhook_info()
    lines = [(True, f"Telegram: the token belongs to @{me.username}")]
    wanted = f"{settings.webhook_url}/telegram" if settings.webhook_url else ""
    if info.url != wanted:
        lines.append((True, f"webhook: now {info.url or 'none'}, `run` will set {wanted or 'none (long polling)'}"))
    elif info.last_error_message:
        lines.append((False, f"webhook: Telegram reports: {info.last_error_message}"))
    else:
        lines.append((True, f"webhook: {wanted or 'none (long polling)'}, {info.pending_update_count} updates waiting"))
    return lines


def _lists_line(settings: Settings) -> Line:
    if settings.lists_file is None:
        words = (
            "LISTS_FILE is not set: a new installation begins with the example's institutions, and /lists changes them"
        )
        return True, f"lists: {words}"
    try:
        read_lists(settings.lists_file)
    except UnreadableLists as error:
        return False, f"lists: {error}"
    return True, f"lists: {settings.lists_file}"


def _backup_line(settings: Settings) -> Line:
    if settings.backup_recipient is None:
        return False, "backups: BACKUP_RECIPIENT is not set, so `backup` makes none; `backup-key` makes a key"
    try:
        read_recipient(settings.backup_recipient)
    except Hindered as hindrance:
        return False, f"backups: {hindrance}"
    return True, "backups: BACKUP_RECIPIENT is a public key"


def _web_lines(settings: Settings) -> list[Line]:
    if settings.web_url.startswith("https://"):
        return [(True, f"web: {settings.web_url}")]
    local = settings.web_url.startswith(("http://127.", "http://localhost"))
    words = f"web: {settings.web_url} is not https; browsers then refuse to share a location"
    return [(local, words)]
