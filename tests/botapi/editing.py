"""Editing and deleting messages, and answering button queries."""

from __future__ import annotations

from time import monotonic

from .chats import Query, Sent
from .errors import NOT_MODIFIED, QUERY_TOO_OLD, bad
from .keyboards import read_markup
from .markup import Parsed
from .sending import caption_of, text_of
from .wire import Json, Params
from .world import World, now

TOAST_LENGTH = 200
DELETED_AT_ONCE = 100


def edit_text(world: World, params: Params) -> Json:
    parsed = text_of(world, params)
    sent = _target(world, params)
    if sent.is_media:
        raise bad("there is no text in the message to edit")
    return _edit(world, params, sent, parsed, "text")


def edit_caption(world: World, params: Params) -> Json:
    parsed = caption_of(world, params)
    sent = _target(world, params)
    if not sent.is_media:
        raise bad("there is no caption in the message to edit")
    return _edit(world, params, sent, parsed, "caption")


def edit_markup(world: World, params: Params) -> Json:
    sent = _target(world, params)
    return _edit(world, params, sent, Parsed(sent.text, sent.entities), None)


def _target(world: World, params: Params) -> Sent:
    chat = world.chat_to_write(params)
    number = params.number("message_id")
    if not number:
        raise bad("message identifier is not specified")
    sent = chat.by_id.get(number)
    if sent and not sent.deleted:
        return sent
    raise bad("message can't be edited" if number in chat.incoming else "message to edit not found")


def _edit(world: World, params: Params, sent: Sent, parsed: Parsed, field: str | None) -> Json:
    # An edit says how the whole message looks from now on: no reply_markup means no keyboard.
    markup = read_markup(params, world.checks, inline_only=True)
    same = (parsed.text, parsed.entities, markup) == (sent.text, sent.entities, _inline(sent))
    if same and world.checks:
        raise bad(NOT_MODIFIED)
    sent.text, sent.entities, sent.markup = parsed.text, parsed.entities, markup
    if field:
        sent.html, sent.parse_mode = params.text(field), params.text("parse_mode")
    return _changed(world, sent)


def _inline(sent: Sent) -> Json | None:
    return sent.markup if sent.markup and "inline_keyboard" in sent.markup else None


def _changed(world: World, sent: Sent) -> Json:
    sent.edited += 1
    sent.edit_date = now()
    world.stats.edit()
    world.chats[sent.chat_id].changed(sent)
    return world.message(sent)


def delete_message(world: World, params: Params) -> bool:
    number = params.number("message_id")
    if not number:
        raise bad("message identifier is not specified")
    if not _delete(world, params, number) and world.checks:
        raise bad("message to delete not found")
    return True


def delete_messages(world: World, params: Params) -> bool:
    """The plural form skips messages that are not there."""
    numbers = params.obj("message_ids") or []
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= DELETED_AT_ONCE:
        raise bad("wrong number of message identifiers specified")
    for number in numbers:
        _delete(world, params, int(number))
    return True


def _delete(world: World, params: Params, number: int) -> bool:
    chat = world.chat_of(params)
    sent = chat.by_id.get(number)
    if sent is None or sent.deleted:
        return chat.incoming.pop(number, None) is not None
    sent.deleted = True
    chat.changed(sent)
    return True


def answer_query(world: World, params: Params) -> bool:
    text = params.text("text")
    if len(text) > TOAST_LENGTH and world.checks:
        raise bad("MESSAGE_TOO_LONG")
    query = world.queries.get(params.text("callback_query_id"))
    if query and monotonic() - query.at <= world.query_lifetime:
        return _answered(query, text, params.flag("show_alert"))
    if world.checks:
        raise bad(QUERY_TOO_OLD)
    return True


def _answered(query: Query, text: str, alert: bool) -> bool:
    if query.answered:
        return True  # people see only the first answer
    query.answered, query.text, query.alert = True, text, alert
    if text:
        query.chat.toasts.append(text)
    query.chat.changed()
    return True
