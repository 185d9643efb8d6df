"""What the bot says about itself: commands, name, descriptions, menu buttons; and getMe, getChat, getFile."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .errors import bad
from .wire import Json, Params, dumps
from .world import World

COMMANDS = 100
DOWNLOAD_BYTES = 20 * 1024 * 1024
NAME = re.compile(r"[a-z0-9_]{1,32}")
SCOPES = frozenset({
    "default", "all_private_chats", "all_group_chats", "all_chat_administrators",
    "chat", "chat_administrators", "chat_member",
})  # fmt: skip
LENGTHS = {"name": 64, "description": 512, "short_description": 120}
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")

Method = Callable[[World, Params], Any]


def get_me(world: World, params: Params) -> Json:
    return {
        **world.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def get_chat(world: World, params: Params) -> Json:
    about = world.chat_of(params).about
    gifts = dict.fromkeys(GIFTS, True)
    return {**about, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def get_file(world: World, params: Params) -> Json:
    stored = world.files.get(params.text("file_id"))
    if stored is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    size = len(stored.data)
    if size > DOWNLOAD_BYTES:
        raise bad("file is too big")
    unique = f"u-{stored.file_id}"
    return {"file_id": stored.file_id, "file_unique_id": unique, "file_size": size, "file_path": stored.path}


def set_commands(world: World, params: Params) -> bool:
    commands = params.obj("commands")
    if not isinstance(commands, list):
        raise bad("can't parse commands JSON array")
    if len(commands) > COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    key = _audience(params)
    world.profile.commands[key] = [_command(command) for command in commands]
    return True


def get_commands(world: World, params: Params) -> list[Json]:
    return world.profile.commands.get(_audience(params), [])


def delete_commands(world: World, params: Params) -> bool:
    world.profile.commands.pop(_audience(params), None)
    return True


def _command(command: Any) -> Json:
    if not isinstance(command, dict) or not NAME.fullmatch(str(command.get("command"))):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= len(str(command.get("description", ""))) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command["command"], "description": command["description"]}


def _audience(params: Params) -> tuple[str, str]:
    scope = params.obj("scope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    return dumps(dict(sorted(scope.items()))).decode(), _language(params)


def _language(params: Params) -> str:
    code = params.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad("invalid language code specified")
    return code


def _setter(kind: str) -> Method:
    def set_text(world: World, params: Params) -> bool:
        text = params.text(kind)
        if len(text) > LENGTHS[kind]:
            raise bad(f"{kind.replace('_', ' ')} is too long")
        world.profile.texts[kind, _language(params)] = text
        return True

    return set_text


def _getter(kind: str) -> Method:
    def get_text(world: World, params: Params) -> Json:
        texts = world.profile.texts
        general = world.bot["first_name"] if kind == "name" else ""
        return {kind: texts.get((kind, _language(params))) or texts.get((kind, "")) or general}

    return get_text


def set_menu_button(world: World, params: Params) -> bool:
    button = params.obj("menu_button") or {"type": "default"}
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad("can't parse MenuButton: Unsupported type specified")
    world.profile.menu_buttons[params.number("chat_id") or 0] = button
    return True


def get_menu_button(world: World, params: Params) -> Json:
    buttons = world.profile.menu_buttons
    return buttons.get(params.number("chat_id") or 0) or buttons.get(0) or {"type": "default"}


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getChat": get_chat,
    "getFile": get_file,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setMyName": _setter("name"),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description"),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
    "setChatMenuButton": set_menu_button,
    "getChatMenuButton": get_menu_button,
}
