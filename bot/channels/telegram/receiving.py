"""Receiving from Telegram: whatever comes is stored before it is confirmed, by long polling or by webhook."""

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.warnings import PTBUserWarning

from bot.channels.telegram.parsing import KINDS, sender_of
from bot.conversation.road import log_fault

log = logging.getLogger("telegram_door")
POLL_S = 25
LONGEST_WAIT_S = 30.0

Store = Callable[[Sequence[tuple[str, str, dict[str, Any]]]], Awaitable[None]]


class Poller:
    """Long polling. An update is confirmed by asking for the next one, and that is not asked for before the
    batch is stored."""

    def __init__(self, bot: Bot, store: Store, may_poll: Callable[[], bool]) -> None:
        self._bot = bot
        self._store = store
        self._may_poll = may_poll
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll until cancelled. Only a rejected token ends it, by InvalidToken."""
        pause = 0.5
        while True:
            if not self._may_poll():
                await asyncio.sleep(0.5)
                continue
            try:
                await self._once()
                pause = 0.5
            except InvalidToken:
                raise
            except RetryAfter as wait:
                await asyncio.sleep(max(1.0, float(wait._retry_after.total_seconds())))
            except TelegramError as error:
                hint = "; is another process polling with this token?" if isinstance(error, Conflict) else ""
                log.warning("Telegram does not answer (%s)%s, again in %.1f s", type(error).__name__, hint, pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_WAIT_S)
            except Exception as error:
                log_fault(error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_WAIT_S)

    async def _once(self) -> None:
        parameters = {"timeout": POLL_S, "allowed_updates": KINDS, "limit": 100}
        if self._offset is not None:
            parameters["offset"] = self._offset
        # Raw on purpose: one update the library cannot read would otherwise lose its whole batch.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PTBUserWarning)
            updates = await self._bot.do_api_request("getUpdates", api_kwargs=parameters, read_timeout=POLL_S + 10)
        await self._store(addressed(updates))
        numbers = [update["update_id"] for update in updates if _is_numbered(update)]
        if numbers:
            self._offset = max(numbers) + 1


def addressed(updates: Sequence[dict[str, Any]]) -> list[tuple[str, str, dict[str, Any]]]:
    """(key, sender, update) for those that somebody wrote to us in private."""
    found = []
    for update in updates:
        sender = sender_of(update) if _is_numbered(update) else None
        if sender is not None:
            found.append((str(update["update_id"]), sender, update))
    return found


def _is_numbered(update: Any) -> bool:
    return isinstance(update, dict) and type(update.get("update_id")) is int and 0 <= update["update_id"] < 2**63
