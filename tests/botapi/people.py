"""The people who write to the bot: each act queues one update and returns its number."""

from __future__ import annotations

import mimetypes

from . import incoming
from .chats import Chat, Sent, Wanted
from .errors import DEACTIVATED, KICKED
from .keyboards import inline_rows
from .wire import Json
from .world import World


class Person:
    """A person with a private chat; `where` names a group instead."""

    def __init__(self, world: World, user: Json) -> None:
        self.world = world
        self.user = user
        self.id: int = user["id"]
        about: Json = {key: user[key] for key in ("id", "first_name", "last_name", "username") if key in user}
        self.chat = world.chats.setdefault(self.id, Chat({"id": self.id}))
        self.chat.about |= {**about, "type": "private"}

    # -- messages

    def says(self, text: str, where: Chat | None = None) -> int:
        return self.sends(incoming.text_body(text), where)

    def sends(self, body: Json, where: Chat | None = None) -> int:
        """A message with any content: {"voice": {...}}, {"reply_to_message": ..., "text": ...}, ..."""
        return incoming.said(self.world, self, where or self.chat, body)

    def replies(self, text: str, message: Sent | None = None) -> int:
        """Swipes a message of the bot, or its newest, and writes: Telegram sends the original along, as it is now."""
        original = self.world.message(message or self.chat.last)
        return self.sends({"reply_to_message": original, **incoming.text_body(text)})

    def presses_key(self, text: str, where: Chat | None = None) -> int:
        keys = (where or self.chat).keyboard or []
        if not any(text in row for row in keys):
            raise AssertionError(f"no key {text!r}; the keyboard shows {keys}")
        return self.says(text, where)

    def shares_location(self, lat: float, lon: float) -> int:
        return self.sends({"location": {"latitude": lat, "longitude": lon}})

    def shares_contact(self, phone: str, user_id: int | None = None, first_name: str | None = None) -> int:
        """One's own number by default; `user_id` 0 is a contact who is not on Telegram."""
        contact: Json = {"phone_number": phone, "first_name": first_name or self.user["first_name"]}
        number = self.id if user_id is None else user_id
        return self.sends({"contact": contact | ({"user_id": number} if number else {})})

    def sends_photo(self, caption: str | None = None, data: bytes = incoming.PIXEL) -> int:
        stored = self.world.store("photo", "photo.jpg", data, "image/jpeg")
        return self.sends(incoming.photo_body(stored, caption))

    def sends_document(self, name: str, data: bytes, caption: str | None = None) -> int:
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return self.sends(incoming.document_body(self.world.store("document", name, data, mime), caption))

    def sends_sticker(self) -> int:
        return self.sends(incoming.sticker_body())

    def forwards(self, text: str) -> int:
        return self.sends(incoming.forward_body(text))

    def edits(self, message: int | None, text: str, where: Chat | None = None) -> int:
        """`message` is what `says` returned, or None for the newest one said in the chat."""
        return incoming.edited(self.world, where or self.chat, message, text)

    def update(self, raw: Json) -> int:
        """Any update, however broken; an integer update_id of its own is kept."""
        self.chat.mark = self.chat.changes
        return self.world.updates.add(raw)

    # -- buttons

    def taps(self, button: str, message: Sent | None = None, where: Chat | None = None) -> int:
        """Taps a button by its exact label or data, in `message` or the newest message having it."""
        chat = where or self.chat
        messages = [message] if message else chat.shown[::-1]
        for candidate in messages:
            for found in _named(candidate, button):
                return self._tap(chat, candidate, found)
        raise AssertionError(f"no button {button!r}; there are {[m.buttons for m in messages if m.buttons]}")

    def forges_tap(self, data: str, message: Sent | None = None, where: Chat | None = None) -> int:
        """Sends callback data no button shows (any more), as an old or a hostile client can."""
        chat = where or self.chat
        return incoming.tapped(self.world, self, chat, message or chat.last, data)

    def _tap(self, chat: Chat, message: Sent, button: Json) -> int:
        if "callback_data" not in button:
            raise AssertionError(f"{button['text']!r} is no callback button but {button}")
        return incoming.tapped(self.world, self, chat, message, button["callback_data"])

    # -- coming and going

    def blocks(self) -> int:
        return incoming.blocked(self.world, self)

    def returns(self) -> int:
        self.chat.refusal = None
        return incoming.membership(self.world, self, self.chat, "kicked", "member")

    def deactivates(self) -> int:
        return incoming.blocked(self.world, self, DEACTIVATED)

    def adds_bot(self, group: Chat) -> int:
        group.known, group.refusal = True, None
        return incoming.membership(self.world, self, group, "left", "member")

    def removes_bot(self, group: Chat) -> int:
        group.refusal = KICKED
        return incoming.membership(self.world, self, group, "member", "kicked")

    # -- what the person sees

    async def hears(
        self,
        wanted: Wanted,
        timeout: float = 5,  # noqa: ASYNC109
        since: int | None = None,
        where: Chat | None = None,
    ) -> Sent:
        """Waits for a message, sent or edited since the last act in the chat, that matches."""
        return await (where or self.chat).hears(wanted, timeout, since)

    async def sees_toast(self, part: str = "", timeout: float = 5) -> str:  # noqa: ASYNC109
        """Waits until the newest answer to a tap contains `part`."""
        toasts = self.chat.toasts
        await self.chat.until(lambda: toasts and part in toasts[-1], timeout)
        return toasts[-1]


def _named(message: Sent, name: str) -> list[Json]:
    buttons = [button for row in inline_rows(message.markup) for button in row]
    by_label = [button for button in buttons if button["text"] == name]
    return by_label or [button for button in buttons if button.get("callback_data") == name]
