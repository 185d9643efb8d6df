"""Downloading what people sent us through Telegram and the web shall show: until then we know only its name there."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.channels.telegram.attachments import Asking
from bot.domain.files import LARGEST_FILE
from db import attachments
from db.attachments import Waiting

log = logging.getLogger("telegram_door")
# Telegram hands a file out for an hour; after a day of trying it never will.
GIVEN_UP_AFTER = timedelta(days=1)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
DOWNLOAD_S = 120.0


class TooLarge(Exception):
    """Telegram has more of it than we keep."""


@dataclass(slots=True)
class Trial:
    """How often a file could not be fetched, and when it is tried again."""

    failures: int
    again_at: datetime


class Fetching:
    """Fetches one file after the other. Failures are remembered in memory: a new process simply tries again."""

    def __init__(self, bot: Bot, ask: Asking) -> None:
        self._bot = bot
        self._ask = ask
        self._trials: dict[int, Trial] = {}
        self._busy = False

    async def fetch_waiting(self, now: datetime) -> None:
        """Fetch what is waiting and whose pause is over. Called again while it is at work, it does nothing."""
        if self._busy:
            return
        self._busy = True
        try:
            found = await self._ask(lambda session: attachments.waiting(session, now - GIVEN_UP_AFTER))
            waiting = {one.id for one in found}
            self._trials = {one: trial for one, trial in self._trials.items() if one in waiting}
            for one in found:
                if one.id not in self._trials or self._trials[one.id].again_at <= now:
                    await self._fetch(one, now)
        finally:
            self._busy = False

    async def _fetch(self, one: Waiting, now: datetime) -> None:
        try:
            content = await self._download(one.file_id)
        except TooLarge:
            log.warning("attachment %d is too large to be kept", one.id)
            self._trials[one.id] = Trial(0, now + GIVEN_UP_AFTER)
        except TelegramError as error:
            self._put_off(one, now, error)
        else:
            await self._ask(lambda session: attachments.store(session, one.id, content))

    async def _download(self, file_id: str) -> bytes:
        """The bytes. Telegram says their number before it hands them out."""
        file = await self._bot.get_file(file_id)
        if (file.file_size or 0) > LARGEST_FILE:
            raise TooLarge
        if file.file_path is None:
            raise TelegramError("no path")
        content = bytes(await file.download_as_bytearray(read_timeout=DOWNLOAD_S))
        if len(content) > LARGEST_FILE:
            raise TooLarge
        if not content:
            raise TelegramError("an empty file")
        return content

    def _put_off(self, one: Waiting, now: datetime, error: TelegramError) -> None:
        before = self._trials.get(one.id)
        failures = before.failures + 1 if before else 1
        pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 20), LONGEST_PAUSE)
        if isinstance(error, RetryAfter):
            pause = max(pause, timedelta(seconds=error._retry_after.total_seconds()))
        self._trials[one.id] = Trial(failures, now + pause)
        if failures == 1 or now + pause > one.given_at + GIVEN_UP_AFTER:
            log.warning("attachment %d could not be fetched (%s)", one.id, type(error).__name__)
