"""Showing replies on Telegram: in pace, with its refusals understood."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.conversation.reply import Wire
from bot.conversation.routing import Made
from bot.delivery.doors import Impossible, Later, Unreachable
from bot.delivery.pacing import Pace

log = logging.getLogger("telegram")
MAKING = Callable[[str, Wire], Awaitable[Made]]
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# Telegram's words for an edit that changes nothing, and for a message that can no longer be edited.
UNCHANGED = "not modified"
GONE = ("message to edit not found", "message can't be edited", "message_id_invalid", "there is no text in")
STRANGER = ("chat not found", "user is deactivated", "peer_id_invalid")


class Showing:
    """The asynchronous side of the Telegram door."""

    def __init__(self, bot: Bot, pace: Pace, make: MAKING) -> None:
        self._bot = bot
        self._pace = pace
        self._make = make
        self._answers: set[asyncio.Task[bool]] = set()

    async def show(self, sender: str, payload: str, replies: list[Wire], lane: int) -> None:
        """Show replies in order; a tap is answered at once, so that its button stops turning."""
        query = json.loads(payload).get("callback_query") if payload else None
        toast = next((wire["toast"] for wire in replies if wire.get("toast")), None)
        worded = [wire for wire in replies if wire["text"]]
        if query is not None:
            answering = asyncio.ensure_future(self._answer(str(query.get("id")), toast))
            self._answers.add(answering)
            answering.add_done_callback(self._answers.discard)
            if toast and not worded and not await answering:
                worded = [{"text": toast}]
        for wire in worded:
            await self._pace.turn(lane)
            await self._try(sender, wire)

    async def settle(self) -> None:
        """Wait for answers to taps that are still under way."""
        await asyncio.gather(*self._answers, return_exceptions=True)

    async def _answer(self, query: str, toast: str | None) -> bool:
        """Whether Telegram took the answer; one that comes too late hurts nobody."""
        try:
            return await self._bot.answer_callback_query(query, text=toast[:200] if toast else None)
        except TelegramError:
            return False

    async def _try(self, sender: str, wire: Wire) -> None:
        try:
            await self._present(int(sender), wire)
        except RetryAfter as wait:
            seconds = _seconds(wait.retry_after)
            self._pace.pause(seconds)
            raise Later(seconds) from wait
        except Forbidden as error:
            raise Unreachable from error
        except BadRequest as error:
            if any(words in error.message.lower() for words in STRANGER):
                raise Unreachable from error
            raise Impossible(error.message) from error
        except InvalidToken as error:
            raise Later(60) from error
        except NetworkError as error:
            raise Later(1) from error

    async def _present(self, chat: int, wire: Wire) -> None:
        if "edits" in wire and await self._edit(chat, wire):
            return
        if "picture" in wire:
            made = await self._make(str(chat), wire["picture"])
            await self._bot.send_photo(
                chat, made.content, caption=wire["text"], parse_mode=ParseMode.HTML, reply_markup=_inline(wire)
            )
        elif "file" in wire:
            made = await self._make(str(chat), wire["file"])
            document = InputFile(BytesIO(made.content), filename=made.name)
            await self._bot.send_document(
                chat, document, caption=wire["text"], parse_mode=ParseMode.HTML, reply_markup=_inline(wire)
            )
        else:
            await self._bot.send_message(
                chat,
                wire["text"],
                parse_mode=ParseMode.HTML,
                reply_markup=_markup(wire),
                link_preview_options=NO_PREVIEW,
            )

    async def _edit(self, chat: int, wire: Wire) -> bool:
        """Whether the edit is done with; False where the message can no longer be edited."""
        try:
            await self._bot.edit_message_text(
                wire["text"],
                chat_id=chat,
                message_id=wire["edits"],
                parse_mode=ParseMode.HTML,
                reply_markup=_inline(wire),
                link_preview_options=NO_PREVIEW,
            )
        except BadRequest as error:
            words = error.message.lower()
            if UNCHANGED in words:
                return True
            if any(gone in words for gone in GONE):
                return False
            raise
        return True


def _seconds(span: int | timedelta) -> float:
    return span.total_seconds() if isinstance(span, timedelta) else float(span)


def _markup(wire: Wire) -> Any:
    """Buttons under the message; or, where only something is asked for, the phone's own keyboard."""
    ask = wire.get("ask")
    if ask and not wire.get("rows"):
        key = KeyboardButton(ask["label"], request_location=ask["kind"] == "location" or None,
                             request_contact=ask["kind"] == "contact" or None)  # fmt: skip
        return ReplyKeyboardMarkup([[key]], resize_keyboard=True, one_time_keyboard=True)
    return _inline(wire)


def _inline(wire: Wire) -> InlineKeyboardMarkup | None:
    rows = [[_button(button) for button in row] for row in wire.get("rows", ())]
    ask = wire.get("ask")
    if ask and rows:
        rows.insert(0, [InlineKeyboardButton(ask["label"], callback_data=ask["data"])])
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: Wire) -> InlineKeyboardButton:
    if "url" in button:
        return InlineKeyboardButton(button["label"], url=button["url"])
    return InlineKeyboardButton(button["label"], callback_data=button["data"])
