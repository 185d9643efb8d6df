"""The Telegram door as the rest of the house sees it."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session
from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.channels.telegram.attachments import KeptNames
from bot.channels.telegram.fetching import Fetching
from bot.channels.telegram.menus import gates_of, menu_for, set_chat_menu
from bot.channels.telegram.parsing import parse
from bot.channels.telegram.request import AiohttpRequest, call
from bot.channels.telegram.showing import Showing
from bot.conversation.i18n import SOURCE, speaking
from bot.conversation.incoming import Incoming
from bot.conversation.notices import Composing
from bot.conversation.reply import Wire
from bot.conversation.road import Road
from bot.conversation.routing import Made, ToDraw
from bot.conversation.secrets import reveal
from bot.conversation.turn import Turn
from bot.delivery.drawing import drawn
from bot.delivery.pacing import Pace
from bot.delivery.workers import Urgency, Workers
from db import doors, members
from db.engine import in_session

log = logging.getLogger("telegram_door")
NAME = "telegram"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Address:
    """Where Telegram is: the bot's token, the API's URL, a proxy if there is one; whether we pay for announcements."""

    token: str
    url: str
    proxy: str | None = None
    pays: bool = False


class TelegramDoor:
    """Both sides of the channel: what a turn needs (`parse`, `keep`), and what delivery needs (`show`, menus)."""

    def __init__(self, address: Address, pace: Pace, workers: Workers) -> None:
        self._requests = (AiohttpRequest(proxy=address.proxy), AiohttpRequest(connections=2, proxy=address.proxy))
        self.bot = Bot(
            address.token,
            base_url=f"{address.url}/bot",
            base_file_url=f"{address.url}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )
        self._workers = workers
        self._pace = pace
        self._road: Road | None = None
        self._showing = Showing(self.bot, pace, self._make, KeptNames(self._ask), pays=address.pays)
        self._fetching = Fetching(self.bot, self._ask)

    async def open(self) -> None:
        """Open the HTTP sessions, without asking Telegram anything yet."""
        for request in self._requests:
            await request.initialize()

    async def close(self) -> None:
        for request in self._requests:
            await request.shutdown()

    def join(self, road: Road) -> None:
        """The road is built after its doors."""
        self._road = road

    def parse(self, payload: str) -> Incoming:
        return parse(payload)

    def keep(self, turn: Turn, replies: list[Wire]) -> bool:
        return False

    def keep_notice(self, session: Session, member: int, wire: Wire, now: datetime) -> bool:
        return False

    async def turn(self, sender: str, lane: int) -> None:
        await self._pace.turn(lane, sender)

    async def show(self, sender: str, payload: str, replies: list[Wire], lane: int | None) -> None:
        assert self._road is not None
        await self._showing.show(sender, payload, reveal(self._road.house, replies), lane)

    def paused_for(self) -> float:
        return self._pace.paused_for()

    async def fetch_waiting(self) -> None:
        """Download what came in through Telegram and is not here yet. For the process that holds the lease."""
        assert self._road is not None
        await self._fetching.fetch_waiting(self._road.now())

    async def _ask(self, work: Callable[[Session], T]) -> T:
        assert self._road is not None
        return await self._workers.run(Urgency.NOTICE, in_session, self._road.engine, work)

    async def settle(self) -> None:
        await self._showing.settle()

    def nudge(self, sender: str | None, member: int) -> None:
        """Nothing is ever kept for Telegram."""

    async def set_menu(self, sender: str, member: int, door: int) -> None:
        """Give a chat the commands of its person's role and language. Trouble is left for the next turn."""
        road = self._road
        assert road is not None

        def choose(session: Session) -> tuple[str, list[Any]]:
            language = members.load(session, member).language or SOURCE
            gates = gates_of(session, member)
            return f"{language}:{len(gates)}", menu_for(road.router, gates, language)

        try:
            name, commands = await self._workers.run(Urgency.CHORE, in_session, road.engine, choose)
            await set_chat_menu(self.bot, int(sender), commands)
            await self._workers.run(
                Urgency.CHORE, in_session, road.engine, lambda session: doors.note_menu(session, door, name)
            )
        except Exception as error:
            log.info("menu not set (%s)", type(error).__name__)

    async def _make(self, sender: str, recipe: Wire) -> Made:
        """A file or picture, in the words of whom it is for; while it is being drawn, the chat shows that."""
        road = self._road
        assert road is not None

        def make(session: Session) -> Made | ToDraw:
            member = members.load(session, doors.member_behind(session, NAME, sender))
            with speaking(member.language, member.zone):
                return road.router.make(recipe, Composing(session, member, road.house, road.now()))

        made = await asyncio.shield(self._workers.run(Urgency.NOTICE, in_session, road.engine, make))
        if isinstance(made, ToDraw):
            await self._show_that_it_works(int(sender), made.drawing.media_type)
        return await drawn(made)

    async def _show_that_it_works(self, chat: int, media_type: str) -> None:
        action = ChatAction.UPLOAD_PHOTO if media_type.startswith("image/") else ChatAction.UPLOAD_DOCUMENT
        with contextlib.suppress(TelegramError):
            await call(self.bot, "sendChatAction", chat_id=chat, action=action)
