"""Reading Telegram's updates: who sent one, and what it says. Each is read by itself; one that cannot be
read harms no other."""

import json
from typing import Any

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update

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
    if not isinstance(person, dict) or not isinstance(person.get("id"), int):
        return None
    if isinstance(chat, dict) and chat.get("type") != "private":
        return None
    return str(person["id"])


def parse(payload: str) -> Incoming:
    """A stored update as Incoming. Raises Unparsable."""
    try:
        update = Update.de_json(json.loads(payload), None)
        incoming = _read(update)
    except Exception as error:
        raise Unparsable(type(error).__name__) from error
    if incoming is None:
        raise Unparsable("unknown kind")
    return incoming


def _read(update: Update) -> Incoming | None:
    if update.callback_query is not None:
        return _read_tap(update.callback_query)
    if update.message is not None:
        return _read_message(update.message)
    if update.my_chat_member is not None:
        return _read_membership(update.my_chat_member)
    return None


def _read_tap(query: CallbackQuery) -> Incoming:
    message = query.message.message_id if query.message else None
    return Incoming(Kind.TAP, query.data or "", message=message, tag=query.from_user.language_code)


def _read_message(message: Message) -> Incoming:
    tag = message.from_user.language_code if message.from_user else None
    if message.text is not None:
        return _read_text(message.text, tag)
    if message.location is not None:
        place = message.location
        return Incoming(Kind.LOCATION, location=(place.latitude, place.longitude), tag=tag)
    if message.contact is not None:
        own = message.from_user is not None and message.contact.user_id == message.from_user.id
        return Incoming(Kind.CONTACT, contact=Contact(message.contact.phone_number, own), tag=tag)
    return Incoming(Kind.FILE, message.caption or "", tag=tag)


def _read_text(text: str, tag: str | None) -> Incoming:
    if not text.startswith("/") or len(text) < 2 or not text[1].isalpha():
        return Incoming(Kind.TEXT, text, tag=tag)
    word, _space, args = text[1:].partition(" ")
    return Incoming(Kind.COMMAND, word.split("@")[0].lower(), args.strip(), tag=tag)


def _read_membership(change: ChatMemberUpdated) -> Incoming:
    gone = change.new_chat_member.status in ("kicked", "left")
    return Incoming(Kind.BLOCKED if gone else Kind.RETURNED)
