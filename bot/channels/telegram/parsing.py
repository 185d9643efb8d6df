"""Reading Telegram's updates: who sent one, and what it says. Each is read by itself; one that cannot be
read harms no other."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.conversation.incoming import Contact, File, FileKind, Incoming, Kind, Unparsable
from bot.conversation.marks import from_entities
from bot.conversation.secrets import OPEN
from bot.domain.files import UNKNOWN_TYPE, clean_name, is_picture

# What Telegram formats and marks can say. It also finds addresses and commands by itself, which is no formatting.
FORMATS = frozenset({"bold", "italic", "text_link"})
LONGEST_FILE_ID = 200
LONGEST_TYPE = 80
KINDS = ["message", "callback_query", "my_chat_member"]


def sender_of(update: dict[str, Any]) -> str | None:
    """The private chat an update belongs to; None for groups, channels and kinds we do not take."""
    for kind in KINDS:
        body = update.get(kind)
        if isinstance(body, dict):
            return _private_chat(body.get("message", body) if kind == "callback_query" else body, body)
    return None


def _private_chat(holder: Any, body: dict[str, Any]) -> str | None:
    chat = holder.get("chat") if isinstance(holder, dict) else None
    person = body.get("from")
    if not isinstance(person, dict) or type(person.get("id")) is not int or not 0 < person["id"] < 2**63:
        return None
    if isinstance(chat, dict) and chat.get("type") != "private":
        return None
    return str(person["id"])


def parse(payload: str) -> Incoming:
    """A stored update as Incoming. Raises Unparsable."""
    try:
        return _read(json.loads(payload))
    except Exception as error:
        raise Unparsable(type(error).__name__) from error


def _read(update: dict[str, Any]) -> Incoming:
    """By hand: the few fields we look at cost a tenth of the library's whole tree of objects."""
    if "callback_query" in update:
        return _read_tap(update["callback_query"])
    if "message" in update:
        return _read_message(update["message"])
    return _read_membership(update["my_chat_member"])


def _read_tap(query: dict[str, Any]) -> Incoming:
    tapped = query.get("message")
    message = _number(tapped["message_id"]) if tapped else None
    shown_at = _shown_at(tapped) if tapped else None
    return Incoming(Kind.TAP, str(query.get("data") or ""), message=message, shown_at=shown_at, tag=_tag(query["from"]))


def _shown_at(message: dict[str, Any]) -> datetime | None:
    """When a message was sent or edited last; Telegram says 0 of one it no longer has."""
    seconds = max(_number(message.get("date") or 0), _number(message.get("edit_date") or 0))
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _read_message(message: dict[str, Any]) -> Incoming:
    person = message["from"]
    tag = _tag(person)
    if "forward_origin" in message:
        return Incoming(Kind.FILE, tag=tag)
    if "text" in message:
        words = _read_text(message["text"], _marked(message["text"], message.get("entities")), tag)
        return replace(words, replies_to=_replied_to(message.get("reply_to_message")))
    if "location" in message:
        place = message["location"]
        return Incoming(Kind.LOCATION, location=(_degrees(place["latitude"]), _degrees(place["longitude"])), tag=tag)
    if "contact" in message:
        contact = message["contact"]
        own = contact.get("user_id") == person["id"]
        return Incoming(Kind.CONTACT, contact=Contact(str(contact["phone_number"]), own), tag=tag)
    return _read_file(message, tag)


def _replied_to(original: Any) -> tuple[str, ...]:
    """What the buttons of the message say that somebody replies to: Telegram shows them with it, as they are now. It
    leaves the message out where it is gone."""
    markup = original.get("reply_markup") if isinstance(original, dict) else None
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    buttons = [button for row in rows or () for button in row]
    return tuple(button["callback_data"] for button in buttons if isinstance(button.get("callback_data"), str))


def _read_file(message: dict[str, Any], tag: str | None) -> Incoming:
    """A picture or file with its caption; of what cannot be passed on (stickers, voices, films) only that it came."""
    caption = str(message.get("caption") or "")
    marked = _marked(caption, message.get("caption_entities"))
    return Incoming(Kind.FILE, caption, file=_file(message), marked=marked, tag=tag)


def _file(message: dict[str, Any]) -> File | None:
    sizes, document = message.get("photo"), message.get("document")
    if sizes:
        largest = max(sizes, key=lambda size: (int(size.get("width") or 0), int(size.get("file_size") or 0)))
        return _held(largest, "photo.jpg", "image/jpeg")
    if document and "animation" not in message:
        return _held(document, str(document.get("file_name") or ""), str(document.get("mime_type") or UNKNOWN_TYPE))
    return None


def _held(found: dict[str, Any], name: str, media_type: str) -> File | None:
    """A file Telegram holds; None where its name there is longer than any we have seen."""
    file_id = found["file_id"]
    if not isinstance(file_id, str) or not 0 < len(file_id) <= LONGEST_FILE_ID:
        return None
    kind = FileKind.PICTURE if is_picture(media_type) else FileKind.FILE
    size = _number(found.get("file_size") or 0)
    return File(kind, clean_name(name), media_type[:LONGEST_TYPE], size, telegram_id=file_id)


def _marked(text: str, entities: Any) -> str | None:
    """The words with their formatting as marks; None where nothing is formatted: then marks may have been typed. No
    sign in it may stand for a code (`bot.conversation.secrets`)."""
    if not any(entity.get("type") in FORMATS for entity in entities or ()):
        return None
    return from_entities(text, entities, placeholders=True).replace(OPEN, "")


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise ValueError(value)
    return value


def _degrees(value: Any) -> float:
    degrees = float(value)
    if not -180 <= degrees <= 180:
        raise ValueError(value)
    return degrees


def _tag(person: dict[str, Any]) -> str | None:
    """The language tag of a person's client."""
    tag = person.get("language_code")
    return tag if isinstance(tag, str) else None


def _read_text(text: str, marked: str | None, tag: str | None) -> Incoming:
    if not text.startswith("/") or len(text) < 2 or not text[1].isalpha():
        return Incoming(Kind.TEXT, text, marked=marked, tag=tag)
    word, _space, args = text[1:].partition(" ")
    return Incoming(Kind.COMMAND, word.split("@")[0].lower(), args.strip(), tag=tag)


def _read_membership(change: dict[str, Any]) -> Incoming:
    gone = change["new_chat_member"]["status"] in ("kicked", "left")
    return Incoming(Kind.BLOCKED if gone else Kind.RETURNED)
