"""The bodies of updates: what Telegram tells a bot about a person's act."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from .chats import Chat, Sent
from .errors import BLOCKED
from .markup import utf16
from .wire import Json
from .world import Stored, World, document, now, photo_sizes

if TYPE_CHECKING:
    from .people import Person

COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@\w+)?")
LINK = re.compile(r"https?://[^\s]+")
PIXEL = base64.b64decode(
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def text_body(text: str) -> Json:
    spans = [(found, "bot_command") for found in COMMAND.finditer(text)]
    spans += [(found, "url") for found in LINK.finditer(text)]
    entities = [
        {"type": kind, "offset": utf16(text[: found.start()]), "length": utf16(found.group())} for found, kind in spans
    ]
    return {"text": text, "entities": entities} if entities else {"text": text}


def photo_body(stored: Stored, caption: str | None) -> Json:
    return {"photo": photo_sizes(stored)} | ({"caption": caption} if caption else {})


def document_body(stored: Stored, caption: str | None = None) -> Json:
    return {"document": document(stored)} | ({"caption": caption} if caption else {})


def sticker_body() -> Json:
    sticker: Json = dict.fromkeys(("is_animated", "is_video"), False)
    sticker |= {"file_id": "sticker-1", "file_unique_id": "u-sticker-1", "type": "regular"}
    return {"sticker": sticker | {"width": 512, "height": 512, "emoji": "👍", "set_name": "Hands"}}


def forward_body(text: str) -> Json:
    origin = {"type": "hidden_user", "date": now(), "sender_user_name": "Somebody Else"}
    return {**text_body(text), "forward_origin": origin}


def said(world: World, person: Person, chat: Chat, body: Json) -> int:
    """Queues a person's new message; from now on the bot may write to the chat."""
    number = world.next_message_id()
    message: Json = {
        "message_id": number,
        "from": person.user,
        "chat": chat.about,
        "date": now(),
        **body,
    }
    chat.known = True
    chat.mark = chat.changes
    chat.incoming[number] = message
    update_id = world.updates.add({"message": message})
    chat.said[update_id] = message
    return update_id


def edited(world: World, chat: Chat, update_id: int | None, text: str) -> int:
    if not chat.said:
        raise AssertionError(f"nobody said anything in chat {chat.id}")
    key = next(reversed(chat.said)) if update_id is None else update_id
    if key not in chat.said:
        raise AssertionError(f"no message in chat {chat.id} came with update {key}")
    message = chat.said[key] = {**chat.said[key], **text_body(text), "edit_date": now()}
    chat.mark = chat.changes
    return world.updates.add({"edited_message": message})


def tapped(world: World, person: Person, chat: Chat, message: Sent, data: str) -> int:
    query = world.ask(chat, data)
    chat.mark = chat.changes
    body = {
        "id": query.id,
        "from": person.user,
        "chat_instance": str(chat.id),
        "data": data,
        "message": world.message(message),
    }
    return world.updates.add({"callback_query": body})


def membership(world: World, person: Person, chat: Chat, old: str, new: str) -> int:
    """The bot's own standing in a chat changed: blocked, taken back, added or removed."""
    chat.mark = chat.changes
    body = {
        "chat": chat.about,
        "from": person.user,
        "date": now(),
        "old_chat_member": _member(world, old),
        "new_chat_member": _member(world, new),
    }
    return world.updates.add({"my_chat_member": body})


def blocked(world: World, person: Person, refusal: str = BLOCKED) -> int:
    person.chat.refusal = refusal
    return membership(world, person, person.chat, "member", "kicked")


def _member(world: World, status: str) -> Json:
    member: Json = {"user": world.bot, "status": status}
    return member | {"until_date": 0} if status == "kicked" else member
