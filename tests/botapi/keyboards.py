"""Checking and reading reply_markup: inline keyboards, reply keyboards and their removal."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .errors import bad
from .wire import Json, Params

DATA_BYTES = 64
BUTTONS = 100
ACTIONS = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query", "copy_text", "pay",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "callback_game",
)  # fmt: skip


def read_markup(params: Params, checks: bool, inline_only: bool = False) -> Json | None:
    if not params.has("reply_markup"):
        return None
    markup = params.obj("reply_markup")
    if not checks or not markup:
        return markup or None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if inline_only and "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    _check(markup)
    # Telegram treats a keyboard without buttons as none.
    return None if markup.get("inline_keyboard") == [] else markup


def _check(markup: Json) -> None:
    if "inline_keyboard" in markup:
        for button in _buttons(markup["inline_keyboard"], "inline_keyboard"):
            _check_inline(button)
    elif "keyboard" in markup:
        for button in _buttons(markup["keyboard"], "keyboard"):
            if not key_label(button):
                raise bad("keyboard button text must be non-empty")


def _buttons(rows: Any, name: str) -> list[Any]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad(f'field "{name}" must be of type Array')
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTONS and name == "inline_keyboard":
        raise bad("reply markup is too long")
    return buttons


def _check_inline(button: Any) -> None:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"]:
        raise bad('can\'t parse inline keyboard button: Field "text" must be of type String')
    if not any(action in button for action in ACTIONS):
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        _check_data(button["callback_data"])
    if "url" in button:
        _check_url(button["url"])


def _check_data(data: Any) -> None:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")


def _check_url(url: Any) -> None:
    parts = urlsplit(str(url))
    if parts.scheme in ("tg", "ton"):
        return
    # The real thing refuses names without a dot too, so http://localhost never works as a button.
    if parts.scheme not in ("", "http", "https") or "." not in (parts.netloc or parts.path):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def inline_rows(markup: Json | None) -> list[list[Json]]:
    rows: list[list[Json]] = (markup or {}).get("inline_keyboard") or []
    return rows


def inline_pairs(markup: Json | None) -> list[list[tuple[str, str]]]:
    return [[(button["text"], _action(button)) for button in row] for row in inline_rows(markup)]


def _action(button: Json) -> str:
    for name in ACTIONS:
        value = button.get(name)
        if value is not None:
            return str(value.get("url", value) if isinstance(value, dict) else value)
    return ""


def key_label(key: Any) -> str:
    return str(key.get("text", "")) if isinstance(key, dict) else str(key)


def key_rows(markup: Json | None) -> list[list[str]] | None:
    rows = (markup or {}).get("keyboard")
    return None if rows is None else [[key_label(key) for key in row] for row in rows]
