"""sendMessage, sendPhoto, sendDocument, sendChatAction."""

from __future__ import annotations

from .chats import Chat, Sent
from .errors import bad
from .keyboards import read_markup
from .markup import Parsed, parse_html
from .wire import Json, Params, Upload
from .world import Stored, World, now

TEXT_LENGTH = 4096
CAPTION_LENGTH = 1024
ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip
MODES = frozenset({"", "html", "markdown", "markdownv2"})


def formatted(world: World, params: Params, name: str) -> Parsed:
    source = params.text(name)
    if not world.checks:
        return Parsed(source)
    mode = params.text("parse_mode").lower()
    if mode not in MODES:
        raise bad("unsupported parse_mode")
    if mode == "html":
        return parse_html(source)
    return Parsed(source.strip(), params.obj("caption_entities" if name == "caption" else "entities") or [])


def text_of(world: World, params: Params) -> Parsed:
    parsed = formatted(world, params, "text")
    if world.checks and not parsed.text:
        raise bad("message text is empty")
    if world.checks and len(parsed.text) > TEXT_LENGTH:
        raise bad("message is too long")
    return parsed


def caption_of(world: World, params: Params) -> Parsed:
    parsed = formatted(world, params, "caption")
    if world.checks and len(parsed.text) > CAPTION_LENGTH:
        raise bad("message caption is too long")
    return parsed


def send_message(world: World, params: Params) -> Json:
    parsed = text_of(world, params)
    chat = world.chat_to_write(params)
    return world.post(chat, _draft(world, chat, params, parsed, "text"))


def send_photo(world: World, params: Params) -> Json:
    chat, draft, stored = _media(world, params, "photo")
    draft.photo, draft.file_id = stored.data, stored.file_id
    return world.post(chat, draft)


def send_document(world: World, params: Params) -> Json:
    chat, draft, stored = _media(world, params, "document")
    draft.document, draft.file_id = (stored.name, stored.data), stored.file_id
    return world.post(chat, draft)


def send_chat_action(world: World, params: Params) -> bool:
    chat = world.chat_to_write(params)
    action = params.text("action")
    if action not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat.actions.append(action)
    chat.changed()
    return True


def _draft(world: World, chat: Chat, params: Params, parsed: Parsed, field: str) -> Sent:
    markup = read_markup(params, world.checks)
    reply_to = _reply_to(world, chat, params)
    return Sent(
        message_id=world.next_message_id(),
        chat_id=chat.id,
        text=parsed.text,
        html=params.text(field),
        date=now(),
        parse_mode=params.text("parse_mode"),
        entities=parsed.entities,
        markup=markup,
        reply_to=reply_to,
        paid=params.text("allow_paid_broadcast").lower() == "true",
    )


def _reply_to(world: World, chat: Chat, params: Params) -> int | None:
    reply = params.obj("reply_parameters") or {}
    number: int | None = reply.get("message_id") or params.number("reply_to_message_id")
    if number is None or not world.checks:
        return number
    replied = chat.by_id.get(number)
    if number in chat.incoming or (replied and not replied.deleted):
        return number
    if reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def _media(world: World, params: Params, kind: str) -> tuple[Chat, Sent, Stored]:
    parsed = caption_of(world, params)
    chat = world.chat_to_write(params)
    draft = _draft(world, chat, params, parsed, "caption")
    return chat, draft, _stored(world, params, kind)


def _stored(world: World, params: Params, kind: str) -> Stored:
    upload = params.upload(kind)
    if upload is not None:
        return _kept(world, kind, upload)
    pointer = params.text(kind)
    if pointer in world.files:
        return _of_kind(world.files[pointer], kind)
    if pointer.startswith(("https://", "http://")):  # the real thing would fetch it
        return world.store(kind, pointer.rpartition("/")[2], b"", "application/octet-stream")
    raise bad("wrong file identifier/HTTP URL specified" if pointer else f"there is no {kind} in the request")


def _of_kind(stored: Stored, kind: str) -> Stored:
    """A file goes out as what it came as."""
    known = stored.file_id.partition("-")[0]
    if known != kind:
        raise bad(f"can't use file of type {known.title()} as {kind.title()}")
    return stored


def _kept(world: World, kind: str, upload: Upload) -> Stored:
    if not upload.data:
        raise bad("file must be non-empty")
    return world.store(kind, upload.name, upload.data, upload.mime)
