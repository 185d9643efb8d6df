"""Telegram: what comes is stored before it is confirmed, however odd it is; what goes out obeys its rules."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import NetworkError, TimedOut

from bot.app import App
from bot.channels.telegram.menus import TELEGRAM_TAGS
from bot.channels.telegram.parsing import KINDS, parse, sender_of
from bot.channels.telegram.receiving import Poller, addressed
from bot.conversation.i18n import SOURCE
from bot.conversation.incoming import Incoming, Kind, Unparsable
from bot.delivery.doors import Impossible, Later, Unreachable
from db import doors, members
from db.models.members import RoleKind
from tests.actors import TelegramActor
from tests.botapi import BotApi
from tests.botapi.errors import BLOCKED
from tests.channels.telegram_door import opened, showing
from tests.people import find, member
from tests.stage import Stage

pytestmark = pytest.mark.door("telegram")
HELLO = [{"text": "Hello."}]

# -- reading updates

NAMES = st.sampled_from([
    "update_id", "message", "callback_query", "my_chat_member", "from", "chat", "id", "type", "text", "data",
    "message_id", "location", "latitude", "longitude", "contact", "phone_number", "user_id", "new_chat_member",
    "status", "language_code", "caption", "forward_origin",
])  # fmt: skip
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["private", "/start"])
ANYTHING = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6))
UPDATES = st.dictionaries(st.sampled_from(["update_id", *KINDS, "edited_message"]), ANYTHING, max_size=4)


@given(UPDATES)
def test_whatever_comes_is_read_or_set_aside(update: dict[str, Any]) -> None:
    sender = sender_of(update)
    assert sender is None or sender.isdigit()
    try:
        incoming = parse(json.dumps(update))
    except Unparsable:
        return
    assert isinstance(incoming, Incoming)
    assert isinstance(incoming.text, str)
    assert incoming.message is None or isinstance(incoming.message, int)


@given(st.text())
def test_what_is_no_json_is_set_aside(payload: str) -> None:
    try:
        parse(payload)
    except Unparsable:
        return
    assert json.loads(payload)


@given(st.lists(UPDATES | PLAIN, max_size=5))  # type: ignore[arg-type]
def test_only_what_has_a_number_and_a_sender_is_kept(updates: list[Any]) -> None:
    assert all(key.isdigit() and sender.isdigit() for key, sender, _update in addressed(updates))


def message(**content: Any) -> str:
    sender = {"id": 7, "is_bot": False, "first_name": "Ada", "language_code": "zh-hans"}
    return json.dumps({"update_id": 1, "message": {"message_id": 3, "from": sender, **content}})


@pytest.mark.parametrize(
    ("content", "incoming"),
    [
        ({"text": "Hello"}, Incoming(Kind.TEXT, "Hello", tag="zh-hans")),
        ({"text": "/start club_x"}, Incoming(Kind.COMMAND, "start", "club_x", tag="zh-hans")),
        ({"text": "/Menu@alumni_bot"}, Incoming(Kind.COMMAND, "menu", tag="zh-hans")),
        ({"text": "/"}, Incoming(Kind.TEXT, "/", tag="zh-hans")),
        ({"text": "/1"}, Incoming(Kind.TEXT, "/1", tag="zh-hans")),
        ({"sticker": {}}, Incoming(Kind.FILE, tag="zh-hans")),
        (
            {
                "text": "Yes",
                "reply_to_message": {
                    "message_id": 2,
                    "text": "?",
                    "reply_markup": {
                        "inline_keyboard": [
                            [{"text": "A", "callback_data": "kr:1:2"}, {"text": "B", "url": "https://a.b"}],
                            [{"text": "C", "callback_data": "kt:1:"}],
                        ]
                    },
                },
            },
            Incoming(Kind.TEXT, "Yes", tag="zh-hans", replies_to=("kr:1:2", "kt:1:")),
        ),
        ({"text": "Yes", "reply_to_message": {"message_id": 2}}, Incoming(Kind.TEXT, "Yes", tag="zh-hans")),
        (
            {"location": {"latitude": 50.8, "longitude": 12.9}},
            Incoming(Kind.LOCATION, location=(50.8, 12.9), tag="zh-hans"),
        ),
    ],
)
def test_a_message_is_read(content: dict[str, Any], incoming: Incoming) -> None:
    assert parse(message(**content)) == incoming


# -- groups, channels and kinds nobody asked for


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_a_group_hears_nothing_from_us(stage: Stage, kind: str) -> None:
    anna = member(stage)
    assert isinstance(anna, TelegramActor)
    group = stage.telegram.group(kind=kind)
    anna.phone.adds_bot(group)
    anna.phone.says("/menu", where=group)
    await anna.says("/menu")
    assert (len(group.messages), len(anna.messages())) == (0, 1)


async def test_kinds_of_updates_nobody_asked_for_are_confirmed_and_forgotten(stage: Stage) -> None:
    anna = member(stage)
    stage.telegram.world.updates.allowed = []
    for kind in ("channel_post", "inline_query", "poll", "a_kind_of_2030"):
        stage.telegram.world.updates.add({kind: {"from": {"id": anna.number}, "text": "/menu"}})
    await anna.says("/menu")
    assert len(anna.messages()) == 1


async def test_an_edited_message_is_no_new_one(stage: Stage) -> None:
    anna = member(stage)
    assert isinstance(anna, TelegramActor)
    await anna.says("/menu")
    anna.phone.edits(None, "/help")
    await anna.says("/menu")
    assert [shown.text for shown in anna.messages()] == [anna.messages()[0].text] * 2


# -- polling


class Kept:
    """Where a poller stores; it can be told to fail."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.failures = 0

    async def store(self, updates: Sequence[tuple[str, str, dict[str, Any]]]) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("not stored")
        self.keys += [key for key, _sender, _update in updates]


async def test_nothing_is_confirmed_before_it_is_stored() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        kept = Kept()
        kept.failures = 1
        number = telegram.person(1).says("hello")
        polling = asyncio.create_task(Poller(bot, kept.store, lambda: True).run())
        await asyncio.sleep(0.3)
        assert (list(telegram.world.updates.pending), kept.keys) == ([number], [])
        await telegram.settled()
        polling.cancel()
        assert kept.keys == [str(number)]


async def test_who_may_not_poll_does_not() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        polling = asyncio.create_task(Poller(bot, Kept().store, lambda: False).run())
        await asyncio.sleep(0.2)
        polling.cancel()
        assert telegram.stats.calls["getUpdates"] == 0


async def test_another_poller_is_complained_about_and_survived(caplog: pytest.LogCaptureFixture) -> None:
    async with BotApi() as telegram, opened(telegram) as bot, opened(telegram) as other:
        kept = Kept()
        polling = asyncio.create_task(Poller(bot, kept.store, lambda: True).run())
        await telegram.polled()
        with caplog.at_level(logging.WARNING, logger="telegram_door"):
            await other.get_updates(timeout=0)
            await asyncio.sleep(0.2)
        telegram.person(1).says("hello")
        await telegram.settled()
        polling.cancel()
        assert ["another process polling" in record.getMessage() for record in caplog.records] == [True]
        assert len(kept.keys) == 1


async def test_an_update_without_a_number_does_not_end_polling() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        kept = Kept()
        polling = asyncio.create_task(Poller(bot, kept.store, lambda: True).run())
        await telegram.polled()
        telegram.world.updates.pending[1] = {"nothing": "at all"}
        first = telegram.person(1).says("hello")
        await asyncio.sleep(0.3)
        telegram.world.updates.pending.clear()
        polling.cancel()
        assert str(first) in kept.keys


# -- showing


async def test_a_slow_answer_is_a_line_that_is_down() -> None:
    async with BotApi() as telegram, opened(telegram, timeout=0.1) as bot:
        telegram.person(1, known=True)
        telegram.faults.slow(1, methods=["sendMessage"], count=1)
        with pytest.raises(Later) as later:
            await showing(bot).show("1", "", HELLO, 0)
        assert later.value.seconds == 0


@pytest.mark.parametrize(("seconds", "error"), [(1, TimedOut), (0, NetworkError)])
async def test_trouble_of_the_line_has_the_library_s_names(seconds: float, error: type[Exception]) -> None:
    async with BotApi() as telegram, opened(telegram, timeout=0.1) as bot:
        if seconds:
            telegram.faults.slow(seconds)
        else:
            telegram.faults.reset()
        with pytest.raises(error):
            await bot.get_me()


async def test_a_blocked_chat_and_an_unknown_one_are_unreachable() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        telegram.person(1, known=True).chat.refusal = BLOCKED
        for number in ("1", "2"):
            with pytest.raises(Unreachable):
                await showing(bot).show(number, "", HELLO, 0)


async def test_what_telegram_will_never_take_is_impossible() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        telegram.person(1, known=True)
        with pytest.raises(Impossible):
            await showing(bot).show("1", "", [{"text": "<b>never closed"}], 0)


async def test_an_answer_to_a_tap_that_comes_too_late_hurts_nobody() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        person = telegram.person(1, known=True)
        door = showing(bot)
        await door.show("1", json.dumps({"callback_query": {"id": "long ago"}}), HELLO, 0)
        await door.settle()
        assert [sent.text for sent in person.chat.messages] == ["Hello."]


async def test_a_toast_that_comes_too_late_becomes_a_message() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        person = telegram.person(1, known=True)
        await showing(bot).show(
            "1", json.dumps({"callback_query": {"id": "long ago"}}), [{"text": "", "toast": "Closed."}], 0
        )
        assert [sent.text for sent in person.chat.messages] == ["Closed."]


# -- menus


async def test_newcomers_find_the_public_commands_in_three_languages(stage: Stage) -> None:
    commands = stage.telegram.world.profile.commands
    wanted = {("" if language == SOURCE else tag) for language, tag in TELEGRAM_TAGS.items()}
    await _until(lambda: wanted <= {code for _scope, code in commands})
    described = {code: [each["description"] for each in menu] for (_scope, code), menu in commands.items()}
    names = {tuple(each["command"] for each in menu) for menu in commands.values()}
    assert (len(names), len({tuple(texts) for texts in described.values()})) == (1, 3)


async def test_a_member_s_chat_gets_its_menu_once(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/menu")
    calls = stage.telegram.stats.calls["setMyCommands"]
    await anna.says("/menu")
    await anna.says("/help")
    assert stage.telegram.stats.calls["setMyCommands"] == calls
    assert "myclubs" in menu_of(stage, anna.number)


async def test_a_new_role_brings_a_new_menu(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/menu")
    before, row = menu_of(stage, anna.number), find(stage, "Anna Weber").id
    stage.looks_up(lambda session: members.grant(session, row, RoleKind.COORDINATOR, stage.clock.now()))
    stage.looks_up(lambda session: doors.reset_menus(session, row))
    await anna.says("/menu")
    assert before < menu_of(stage, anna.number)


async def test_a_menu_that_could_not_be_set_is_set_at_the_next_message(stage: Stage) -> None:
    anna = member(stage)
    stage.telegram.faults.internal(methods=["setMyCommands"], count=1)
    await anna.says("/menu")
    await anna.says("/menu")
    assert "myclubs" in menu_of(stage, anna.number)


def menu_of(stage: Stage, chat: int) -> set[str]:
    commands = stage.telegram.world.profile.commands
    return {each["command"] for (scope, _code), menu in commands.items() if str(chat) in scope for each in menu}


# -- start


async def test_a_rejected_token_ends_the_program_with_one_sentence(tmp_path: Path) -> None:
    async with BotApi() as telegram:
        status, words = await _run(tmp_path, {"BOT_TOKEN": "1:WRONG", "TELEGRAM_API_URL": telegram.url})
    assert (status, "Telegram rejects the token in BOT_TOKEN" in words, "Traceback" in words) == (1, True, False)


async def test_while_telegram_cannot_be_reached_the_web_door_is_open(stage: Stage) -> None:
    anna = stage.person("Anna", door="web")
    stage.telegram.faults.gone()
    app = App(stage.settings(), clock=stage.clock)
    await stage.app.stop()
    stage.app = app
    async with asyncio.timeout(5):
        await app.start(tick=False)
    await anna.says("/start")
    anna.reads("Welcome · Willkommen · 欢迎")
    stage.telegram.faults.back()


async def _run(folder: Path, environment: dict[str, str]) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run",
        cwd=Path(__file__).parents[2],
        env={**os.environ, "SECRET_KEY": "x" * 40, "DATABASE_URL": f"sqlite:///{folder}/new.db", "WEB_PORT": "0",
             "LOG_LEVEL": "ERROR", **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    async with asyncio.timeout(30):
        words, _nothing = await process.communicate()
    return process.returncode, " ".join(words.decode().split())


async def _until(holds: Any) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - the stand-in rings no bell
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("pays", [False, True])
async def test_only_notices_are_paid_for_and_only_if_we_pay(pays: bool) -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        chat = telegram.person(1, known=True).chat
        door = showing(bot, pays=pays)
        await door.show("1", "", HELLO, 0)
        await door.show("1", "", HELLO, None)
        assert [message.paid for message in chat.messages] == [False, pays]
