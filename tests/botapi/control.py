"""Steering the server over HTTP when it runs in a process of its own: POST /control/<name> with JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp.web import BaseRequest, Response

from .chats import Chat, Sent
from .wire import Json, dumps, loads

if TYPE_CHECKING:
    from .server import BotApi

Command = Callable[["BotApi", Json], Any]
ACTS = frozenset({
    "says", "sends", "taps", "forges_tap", "presses_key", "shares_location", "shares_contact",
    "sends_photo", "sends_sticker", "forwards", "edits", "blocks", "returns", "deactivates",
})  # fmt: skip
FAULTS = frozenset({
    "too_many", "bad_gateway", "internal", "reset", "slow", "limit", "gone", "back", "clear", "seed",
})  # fmt: skip


def updates(server: BotApi, body: Json) -> Json:
    """{"updates": [raw, ...]} -> their numbers."""
    return {"update_ids": [server.world.updates.add(raw) for raw in body["updates"]]}


def people(server: BotApi, body: Json) -> Json:
    """{"people": [{"id": 1, "language_code": "zh", "known": true}, ...]}"""
    return {"ids": [server.person(**one).id for one in body["people"]]}


def acts(server: BotApi, body: Json) -> Json:
    """{"acts": [{"id": 1, "does": "says", "with": ["hello"]}, ...]}"""
    return {"update_ids": [_act(server, one) for one in body["acts"]]}


def _act(server: BotApi, act: Json) -> int:
    if act["does"] not in ACTS:
        raise ValueError(f"nobody can do {act['does']!r}")
    number: int = getattr(server.person(act["id"]), act["does"])(*act.get("with", ()), **act.get("how", {}))
    return number


def faults(server: BotApi, body: Json) -> Json:
    """{"kind": "too_many", "retry_after": 2, "methods": ["sendMessage"], "count": 3}, ..."""
    options = {key: value for key, value in body.items() if key != "kind"}
    if body["kind"] == "latency":
        server.faults.latency = float(options["seconds"])
    elif body["kind"] in FAULTS:
        getattr(server.faults, body["kind"])(**options)
    else:
        raise ValueError(f"unknown fault {body['kind']!r}")
    return {"active": [fault.kind for fault in server.faults.active], "gone": server.faults.is_gone}


def chats(server: BotApi, body: Json) -> Json:
    """{"ids": [1, 2]} or {} for every chat."""
    wanted = body.get("ids")
    held = server.world.chats.values()
    return {"chats": [_chat(chat) for chat in held if wanted is None or chat.id in wanted]}


def messages(server: BotApi, body: Json) -> Json:
    """Every message holding {"text": part}, at most the newest {"limit": 1000}."""
    part, limit = body.get("text", ""), body.get("limit", 1000)
    every = [sent for chat in server.world.chats.values() for sent in chat.messages if part in sent.text]
    every.sort(key=lambda sent: sent.sent_at)
    return {"messages": [_message(sent) for sent in every[-limit:]], "count": len(every)}


def counts(server: BotApi, body: Json) -> Json:
    """How often each text was accepted, over all chats or in {"chat": id}."""
    if "chat" not in body:
        return {"counts": dict(server.stats.by_text())}
    texts = server.stats.texts.items()
    return {"counts": {text: count for (chat, text), count in texts if chat == body["chat"]}}


def stats(server: BotApi, body: Json) -> Json:
    state = {"pending": len(server.world.updates.pending), "busy": server.world.busy}
    return server.stats.as_json() | state


async def settled(server: BotApi, body: Json) -> Json:
    """{"quiet": 0.2, "timeout": 30} -> once settled, or ok=false."""
    await server.settled(**body)
    return {}


def clear(server: BotApi, body: Json) -> Json:
    server.world.forget()
    return {}


COMMANDS: dict[str, Command] = {
    command.__name__: command
    for command in (updates, people, acts, faults, chats, messages, counts, stats, settled, clear)
}


async def answer(server: BotApi, request: BaseRequest) -> Response:
    name = request.path.removeprefix("/control/")
    if name not in COMMANDS:
        return _response(404, {"ok": False, "error": f"there are only {sorted(COMMANDS)}"})
    try:
        result = COMMANDS[name](server, loads(await request.read() or b"{}"))
        result = await result if isinstance(result, Awaitable) else result
    except (AssertionError, AttributeError, KeyError, TypeError, ValueError) as error:
        return _response(400, {"ok": False, "error": f"{type(error).__name__}: {error}"})
    return _response(200, {"ok": True, **result})


def _response(status: int, body: Json) -> Response:
    return Response(body=dumps(body), status=status, content_type="application/json")


def _chat(chat: Chat) -> Json:
    return {
        "id": chat.id,
        "refusal": chat.refusal,
        "messages": [_message(sent) for sent in chat.messages],
        "toasts": chat.toasts,
        "actions": chat.actions,
        "keyboard": chat.keyboard,
        "unanswered": sum(not query.answered for query in chat.queries),
    }


def _message(sent: Sent) -> Json:
    return {
        "message_id": sent.message_id,
        "chat_id": sent.chat_id,
        "text": sent.text,
        "html": sent.html,
        "buttons": sent.buttons,
        "keyboard": sent.keyboard,
        "document": sent.document and {"name": sent.document[0], "size": len(sent.document[1])},
        "photo": None if sent.photo is None else len(sent.photo),
        "edited": sent.edited,
        "deleted": sent.deleted,
        "sent_at": sent.sent_at,
    }
