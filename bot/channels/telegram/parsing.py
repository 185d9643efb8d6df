"""Reading Telegram's updates: who sent one, and what it says. Each is read by itself; one that cannot be
read harms no other."""

import json
from typing import Any

from bot.conversation.incoming import Contact, Incoming, Kind, Unparsable

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
    message = _number(query["message"]["message_id"]) if query.get("message") else None
    return Incoming(Kind.TAP, str(query.get("data") or ""), message=message, tag=_tag(query["from"]))


def _read_message(message: dict[str, Any]) -> Incoming:
    person = message["from"]
    tag = _tag(person)
    if "forward_origin" in message:
        return Incoming(Kind.FILE, tag=tag)
    if "text" in message:
        return _read_text(message["text"], tag)
    if "location" in message:
        place = message["location"]
        return Incoming(Kind.LOCATION, location=(_degrees(place["latitude"]), _degrees(place["longitude"])), tag=tag)
    if "contact" in message:
        contact = message["contact"]
        own = contact.get("user_id") == person["id"]
        return Incoming(Kind.CONTACT, contact=Contact(str(contact["phone_number"]), own), tag=tag)
    return Incoming(Kind.FILE, str(message.get("caption") or ""), tag=tag)


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


def _read_text(text: str, tag: str | None) -> Incoming:
    if not text.startswith("/") or len(text) < 2 or not text[1].isalpha():
        return Incoming(Kind.TEXT, text, tag=tag)
    word, _space, args = text[1:].partition(" ")
    return Incoming(Kind.COMMAND, word.split("@")[0].lower(), args.strip(), tag=tag)


def _read_membership(change: dict[str, Any]) -> Incoming:
    gone = change["new_chat_member"]["status"] in ("kicked", "left")
    return Incoming(Kind.BLOCKED if gone else Kind.RETURNED)
