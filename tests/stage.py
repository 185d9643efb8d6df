"""The stage: one running application, a clock that stands until it is moved, and people who talk."""

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from babel.messages.pofile import read_po
from sqlalchemy.orm import Session

from bot.app import App
from bot.delivery.clock import FixedClock
from bot.settings import Settings
from db.engine import in_session
from tests import audited
from tests.actors import Actor, TelegramActor, WebActor
from tests.botapi import BotApi
from tests.databases import share_statements
from tests.leftovers import leftovers

T = TypeVar("T")
LOCALES = Path(__file__).parents[1] / "locales"
START = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
# Where faults are logged: of turns and of what we do by ourselves, and of pages.
LOGGERS = ("road", "uvicorn.error")
SECRET = "only for tests, only for tests, only"


class Faults(logging.Handler):
    """What failed by our fault while a dialogue was played."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.logged: list[str] = []
        self.meant = False

    def emit(self, record: logging.LogRecord) -> None:
        self.logged.append(record.getMessage())


class Stage:
    """Opens everything, hands out people, moves time."""

    def __init__(self, database: str, language: str, door: str, folder: Path, **settings: Any) -> None:
        self.language = language
        self.door = door
        self.clock = FixedClock(START)
        self.telegram = BotApi()
        self._database = database
        self._folder = folder
        self._settings = settings
        self._people = 0
        self._actors: list[Actor] = []
        self._faults = Faults()
        self.app: App

    def goes_wrong(self) -> None:
        """In this dialogue a fault is meant to happen."""
        self._faults.meant = True

    async def open(self) -> None:
        for name in LOGGERS:
            logging.getLogger(name).addHandler(self._faults)
        await self.telegram.start()
        self.app = self._opened()
        await self.app.start(tick=False)
        await self.telegram.polled()
        await self.app.settle()

    def settings(self) -> Settings:
        given = {
            "network_name": "Alumni Chemnitz",
            "secret_key": SECRET,
            "database_url": self._database,
            "bot_token": self.telegram.token,
            "telegram_api_url": self.telegram.url,
            "messages_per_second": 5000,
            "seconds_per_chat": 0,
            "web_port": 0,
            "erasure_list": self._folder / "erased.txt",
            "controller_name": "TU Chemnitz",
            "controller_email": "alumni@tu-chemnitz.example",
        }
        return Settings(_env_file=None, **{**given, **self._settings})  # type: ignore[call-arg,arg-type]

    def _opened(self) -> App:
        app = App(self.settings(), clock=self.clock)
        share_statements(app.engine)
        return app

    async def close(self) -> None:
        english = [
            piece
            for actor in self._actors
            for message in (actor.messages() if actor.reads_one_language else [])
            for text in (message.text, *message.labels())
            for piece in leftovers(actor.language, text)
        ]
        recorded = self.looks_up(audited.faults)
        for actor in self._actors:
            await actor.leave()
        await self.app.stop()
        await self.telegram.stop()
        for name in LOGGERS:
            logging.getLogger(name).removeHandler(self._faults)
        assert self._faults.meant or self._faults.logged == [], "something failed by our fault, whatever was read"
        assert english == [], f"English was shown to somebody who reads {self.language}"
        assert recorded == [], "the audit log keeps ids, not values, and each action has a sentence"

    async def restart(self, **settings: Any) -> None:
        """Stop the program and start another on the same database, with these settings changed."""
        self._settings |= settings
        await self.app.stop()
        self.app = self._opened()
        await self.app.start(tick=False)
        for actor in self._actors:
            await actor.reconnect()

    def person(self, name: str = "Anna", *, language: str | None = None, door: str | None = None) -> Actor:
        """Somebody nobody knows yet, at the stage's door unless another is named."""
        self._people += 1
        kind = TelegramActor if (door or self.door) == "telegram" else WebActor
        actor = kind(self, name, 1000 + self._people, language or self.language)
        self._actors.append(actor)
        return actor

    async def settle(self) -> None:
        """Everything said so far is acted on and shown, and every notice due is out."""
        await self.app.settle()
        await self.app.delivery.deliver_due()
        await self.app.settle()

    async def passes(self, **span: float) -> None:
        """Time passes: `await stage.passes(hours=23)`."""
        await self.app.ticks.move_clock(timedelta(**span))
        await self.settle()
        for actor in self._actors:
            await actor.catch_up()

    def looks_up(self, work: Callable[[Session], T]) -> T:
        """Read or write the database directly."""
        return in_session(self.app.engine, work)


@cache
def catalogue(language: str) -> dict[str, list[str]]:
    """Every English sentence, singular or plural, with its translations in all contexts."""
    texts: dict[str, list[str]] = {}
    path = LOCALES / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        for message in read_po(file, locale=language):
            strings = [message.string] if isinstance(message.string, str) else list(message.string)
            for english in [message.id] if isinstance(message.id, str) else message.id:
                texts.setdefault(english, []).extend(strings)
    return texts


def translations(language: str, sentence: str) -> list[str]:
    """A sentence in a language, in all its contexts; the beginning of a longer text stands for all of it. Words
    that are not in the catalogue (data) stand for themselves."""
    if language == "en":
        return [sentence]
    texts = catalogue(language)
    begun = [english for english in texts if " " in sentence and english.startswith(sentence)]
    return texts.get(sentence) or (texts[begun[0]] if len(begun) == 1 else [sentence])


def translate(language: str, sentence: str) -> str:
    """A sentence that has just one translation."""
    return translations(language, sentence)[0]


def expected(language: str, sentence: str, values: dict[str, object]) -> re.Pattern[str]:
    """What somebody reading `language` should read; placeholders not given match anything."""
    patterns = [_pattern(string, values) for string in translations(language, sentence)]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.DOTALL)


def _pattern(string: str, values: dict[str, object]) -> str:
    plain = re.sub(r"</?[a-z]+>", "", string)
    parts = re.split(r"(\{\w+\})", plain)
    return "".join(
        (re.escape(str(values[part[1:-1]])) if part[1:-1] in values else ".*?")
        if part.startswith("{") and part.endswith("}") and part != "{}"
        else re.escape(part)
        for part in parts
    )
