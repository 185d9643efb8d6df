"""Showing replies on Telegram: in pace, with its refusals understood."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from io import BytesIO

from telegram import Bot, InlineKeyboardMarkup, InputFile
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.channels.telegram.attachments import Attachments, Names, NoNames, Out, is_attachment, paid
from bot.channels.telegram.request import Unanswered, call
from bot.conversation.notices import Lane
from bot.conversation.reply import Wire
from bot.conversation.routing import Made
from bot.delivery.doors import Impossible, Later, Unreachable
from bot.delivery.pacing import Pace

log = logging.getLogger("telegram_door")
MAKING = Callable[[str, Wire], Awaitable[Made]]
AS_HTML = {"parse_mode": ParseMode.HTML, "link_preview_options": {"is_disabled": True}}
# Telegram's words for an edit that changes nothing, and for a message that can no longer be edited.
UNCHANGED = "not modified"
GONE = ("message to edit not found", "message can't be edited", "message_id_invalid", "there is no text in")
STRANGER = ("chat not found", "user is deactivated", "peer_id_invalid")


class Showing:
    """The asynchronous side of the Telegram door. With `pays`, notices may go beyond the line that costs nothing."""

    def __init__(self, bot: Bot, pace: Pace, make: MAKING, names: Names | None = None, *, pays: bool = False) -> None:
        self._bot = bot
        self._pays = pays
        self._pace = pace
        self._make = make
        self._attachments = Attachments(bot, make, names or NoNames(), partial(pace.turn, Lane.UNASKED))
        self._answers: set[asyncio.Task[bool]] = set()

    async def show(self, sender: str, payload: str, replies: list[Wire], lane: int | None) -> None:
        """Show replies in order; a tap is answered at once, so that its button stops turning."""
        query = json.loads(payload).get("callback_query") if '"callback_query"' in payload else None
        toast = next((wire["toast"] for wire in replies if wire.get("toast")), None)
        worded = [wire for wire in replies if wire["text"] or "picture" in wire or "file" in wire]
        if query is not None:
            answering = asyncio.ensure_future(self._answer(str(query.get("id")), toast))
            self._answers.add(answering)
            answering.add_done_callback(self._answers.discard)
            if toast and not worded and not await answering:
                worded = [{"text": toast}]
        for place, wire in enumerate(worded):
            try:
                await self._try(sender, wire, lane)
            except Later as later:
                later.shown = place
                raise

    async def settle(self) -> None:
        """Wait for answers to taps that are still under way."""
        await asyncio.gather(*self._answers, return_exceptions=True)

    async def _answer(self, query: str, toast: str | None) -> bool:
        """Whether Telegram took the answer; one that comes too late hurts nobody."""
        try:
            text = toast[:200] if toast else None
            return bool(await call(self._bot, "answerCallbackQuery", callback_query_id=query, text=text))
        except TelegramError:
            return False

    async def _try(self, sender: str, wire: Wire, lane: int | None) -> None:
        if lane is not None:
            await self._pace.turn(lane, sender)
        elif self._pays:
            wire = {**wire, "paid": True}
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
        except TelegramError as error:
            raise Later(0, doubtful=isinstance(error, TimedOut | Unanswered)) from error

    async def _present(self, chat: int, wire: Wire) -> None:
        if "edits" in wire and await self._edit(chat, wire):
            return
        if is_attachment(wire):
            await self._attachments.send(Out(chat, wire, _inline(wire)))
        elif "picture" in wire:
            made = await self._make(str(chat), wire["picture"])
            await self._bot.send_photo(
                chat, made.content, caption=wire["text"], parse_mode=ParseMode.HTML, reply_markup=_buttons(wire)
            )
        elif "file" in wire:
            made = await self._make(str(chat), wire["file"])
            document = InputFile(BytesIO(made.content), filename=made.name)
            await self._bot.send_document(
                chat, document, caption=wire["text"], parse_mode=ParseMode.HTML, reply_markup=_buttons(wire)
            )
        else:
            given = {"text": wire["text"], "reply_markup": _markup(wire), **AS_HTML, **paid(wire)}
            await call(self._bot, "sendMessage", chat_id=chat, **given)

    async def _edit(self, chat: int, wire: Wire) -> bool:
        """Whether the edit is done with; False where the message can no longer be edited."""
        try:
            await call(
                self._bot,
                "editMessageText",
                chat_id=chat,
                message_id=wire["edits"],
                text=wire["text"],
                reply_markup=_inline(wire),
                **AS_HTML,
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


def _markup(wire: Wire) -> Wire | None:
    """Buttons under the message; or, where only something is asked for, the phone's own keyboard."""
    ask = _keyboard(wire)
    if ask and not wire.get("rows"):
        key = {"text": ask["label"], f"request_{ask['kind']}": True}
        return {"keyboard": [[key]], "resize_keyboard": True, "one_time_keyboard": True}
    return _inline(wire)


def _keyboard(wire: Wire) -> Wire | None:
    """What is asked for by a keyboard. A file is not: Telegram always shows its paper-clip."""
    ask: Wire | None = wire.get("ask")
    return ask if ask and "data" in ask else None


def _inline(wire: Wire) -> Wire | None:
    rows = [[_button(button) for button in row] for row in wire.get("rows", ())]
    ask = _keyboard(wire)
    if ask and rows:
        rows.insert(0, [_button(ask)])
    return {"inline_keyboard": rows} if rows else None


def _buttons(wire: Wire) -> InlineKeyboardMarkup | None:
    """The same as the library has it, for what it sends itself."""
    markup = _inline(wire)
    return InlineKeyboardMarkup.de_json(markup, None) if markup else None


def _button(button: Wire) -> dict[str, str]:
    if "url" in button:
        return {"text": button["label"], "url": button["url"]}
    return {"text": button["label"], "callback_data": button["data"]}
