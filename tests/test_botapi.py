"""Proof that the stand-in Bot API behaves as the real one does, with python-telegram-bot as the client."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.request import HTTPXRequest

from tests.botapi import BotApi
from tests.botapi.markup import parse_html

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def the_library_speaks_of_waits_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with BotApi() as running:
        yield running


@pytest.fixture
async def bot(server: BotApi) -> AsyncIterator[Bot]:
    async with bot_at(server) as client:
        yield client


def bot_at(server: BotApi, token: str | None = None) -> Bot:
    return Bot(
        token or server.token,
        base_url=server.base_url,
        base_file_url=server.base_file_url,
        request=HTTPXRequest(connection_pool_size=32, read_timeout=5),
        get_updates_request=HTTPXRequest(connection_pool_size=4, read_timeout=5),
    )


def keys(*pairs: tuple[str, str]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data)] for label, data in pairs])


async def refused(call: Any, part: str) -> None:
    with pytest.raises(BadRequest) as caught:
        await call
    assert part.lower() in str(caught.value).lower()


# -- sending


async def test_a_message_arrives_and_is_parsed(server: BotApi, bot: Bot) -> None:
    ada = server.person(7, known=True)
    message = await bot.send_message(7, "  <b>Grüß</b> &amp; 你好\n", parse_mode="HTML", reply_markup=keys(("Ja", "y")))
    assert (message.text, message.chat.id, message.from_user and message.from_user.id) == (
        "Grüß & 你好",
        7,
        4242,
    )
    assert message.text_html == "<b>Grüß</b> &amp; 你好"
    assert ada.chat.last.buttons == [[("Ja", "y")]]
    assert ada.chat.last.html == "  <b>Grüß</b> &amp; 你好\n"


async def test_files_go_up_and_come_down(server: BotApi, bot: Bot) -> None:
    ada = server.person(7, known=True)
    sent = await bot.send_document(7, b"a,b\n1,2\n", filename="export.csv", caption="Hier")
    assert ada.chat.last.document == ("export.csv", b"a,b\n1,2\n")
    assert sent.document and sent.caption == "Hier" and ada.chat.last.text == "Hier"
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"a,b\n1,2\n"
    photo = await bot.send_photo(7, b"\x89PNG", caption="Bild")
    await bot.send_photo(7, photo.photo[-1].file_id)
    assert [message.photo for message in ada.chat.messages[1:]] == [b"\x89PNG", b"\x89PNG"]


async def test_json_bodies_and_get_are_understood(server: BotApi) -> None:
    server.person(7, known=True)
    async with aiohttp.ClientSession() as http:
        body = {
            "chat_id": 7,
            "text": "hi",
            "reply_markup": {"inline_keyboard": [[{"text": "A", "url": "https://a.b"}]]},
        }
        async with http.post(f"{server.base_url}{server.token}/sendmessage", json=body) as answer:
            assert (await answer.json())["result"]["text"] == "hi"
        async with http.get(f"{server.base_url}{server.token}/sendMessage?chat_id=7&text=a%20b") as answer:
            assert (await answer.json())["result"]["text"] == "a b"
        async with http.post(f"{server.base_url}{server.token}/flyToMoon") as answer:
            assert answer.status == 404


async def test_a_wrong_token_is_not_let_in(server: BotApi) -> None:
    with pytest.raises(InvalidToken):
        async with bot_at(server, "1:wrong"):
            pass


# -- refusals


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"text": "x" * 4097}, "Message is too long"),
        ({"text": ""}, "Message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "Message text is empty"),
        ({"text": "x", "reply_markup": keys(("A", "ä" * 33))}, "Button_data_invalid"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "Can't parse entities"),
        ({"text": "x", "chat_id": 8}, "Chat not found"),
        ({"text": "x", "reply_parameters": ReplyParameters(99)}, "message to be replied not found"),
    ],
)
async def test_telegram_refuses(server: BotApi, bot: Bot, given: dict[str, Any], reason: str) -> None:
    server.person(7, known=True)
    await refused(bot.send_message(**({"chat_id": 7} | given)), reason)
    assert server.stats.accepted == 0 and server.stats.answers[400] == 1


async def test_markup_does_not_count_as_length(server: BotApi, bot: Bot) -> None:
    server.person(7, known=True)
    await bot.send_message(7, f"<b>{'&amp;' * 4096}</b>", parse_mode="HTML")
    await refused(bot.send_photo(7, b"1", caption="x" * 1025), "caption is too long")


async def test_bots_cannot_write_first(server: BotApi, bot: Bot) -> None:
    ada = server.person(7)
    await refused(bot.send_message(7, "hi"), "Chat not found")
    ada.says("/start")
    await bot.send_message(7, "hi")


async def test_whoever_blocks_is_not_reached(server: BotApi, bot: Bot) -> None:
    ada = server.person(7, known=True)
    ada.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(7, "hi")
    ada.returns()
    await bot.send_message(7, "hi")
    updates = await bot.get_updates()
    standing = [update.my_chat_member for update in updates]
    assert [change and change.new_chat_member.status for change in standing] == ["kicked", "member"]


# -- HTML


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a < b".replace("<", "&lt;"), "a < b"),
        ("R&D", "R&D"),
        ("&#8364;&#x20AC;&quot;&gt;", '€€">'),
        ('<a href="https://x.y/?a=1&amp;b=>">x</a>', "x"),
        ('<pre><code class="language-python">1</code></pre>', "1"),
        ('<span class="tg-spoiler">1</span><tg-spoiler>2</tg-spoiler>', "12"),
        ("<blockquote expandable>q</blockquote>", "q"),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍"),
        ("<B><ins>x</ins></B>", "x"),
    ],
)
def test_html_telegram_takes(source: str, text: str) -> None:
    assert parse_html(source).text == text


@pytest.mark.parametrize(
    "source",
    [
        "<b>", "</b>", "<b><i></b></i>", "<p>x</p>", "<br>", "<br/>", "a < b", "<b", "&nbsp;", "&copy;",
        "<span>x</span>", "<tg-emoji>x</tg-emoji>", "<a href>x</a>", '<a href="x>y</a>', "&#99999999;",
    ],
)  # fmt: skip
def test_html_telegram_refuses(source: str) -> None:
    with pytest.raises(Exception, match="can't parse entities"):
        parse_html(source)


def test_offsets_count_utf16_and_move_with_trimmed_space() -> None:
    parsed = parse_html("\n👍 <b>x </b>\n")
    assert (parsed.text, parsed.entities) == ("👍 x", [{"type": "bold", "offset": 3, "length": 1}])


# -- editing and taps


async def test_edits_replace_text_and_keyboard(server: BotApi, bot: Bot) -> None:
    ada = server.person(7, known=True)
    message = await bot.send_message(7, "one", reply_markup=keys(("A", "a")))
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("one", 7, message.message_id, reply_markup=keys(("A", "a")))
    await bot.edit_message_text("one", 7, message.message_id)
    assert ada.chat.last.buttons == [] and ada.chat.last.edited == 1
    await bot.edit_message_reply_markup(7, message.message_id, reply_markup=keys(("B", "b")))
    assert (ada.chat.last.text, ada.chat.last.buttons) == ("one", [[("B", "b")]])
    await refused(bot.edit_message_text("x", 7, 999), "Message to edit not found")
    await refused(bot.edit_message_caption(7, message.message_id, caption="x"), "no caption in the message")


async def test_deleted_messages_are_gone(server: BotApi, bot: Bot) -> None:
    ada = server.person(7, known=True)
    message = await bot.send_message(7, "one")
    await bot.delete_message(7, message.message_id)
    assert ada.chat.messages[0].deleted and ada.chat.shown == []
    await refused(bot.delete_message(7, message.message_id), "message to delete not found")
    await refused(bot.edit_message_text("x", 7, message.message_id), "Message to edit not found")


async def test_a_reply_brings_the_original_along_as_it_is_now(server: BotApi, bot: Bot) -> None:
    ada = server.person(7, known=True)
    message = await bot.send_message(7, "old", reply_markup=keys(("Ja", "old")))
    await bot.edit_message_text("new", 7, message.message_id, reply_markup=keys(("Ja", "new")))
    ada.replies("Well", ada.chat.by_id[message.message_id])
    (update,) = await bot.get_updates()
    assert update.message and update.message.text == "Well"
    original = update.message.reply_to_message
    assert original and (original.message_id, original.text) == (message.message_id, "new")
    assert original.reply_markup and original.reply_markup.inline_keyboard[0][0].callback_data == "new"


async def test_taps_are_answered_once_and_in_time(server: BotApi, bot: Bot) -> None:
    ada = server.person(7, known=True)
    await bot.send_message(7, "old", reply_markup=keys(("Ja", "old")))
    await bot.send_message(7, "new", reply_markup=keys(("Ja", "new"), ("Nein", "no")))
    ada.taps("Ja")
    (update,) = await bot.get_updates()
    assert update.callback_query and update.callback_query.data == "new"
    await refused(bot.answer_callback_query(update.callback_query.id, "x" * 201), "Message_too_long")
    await update.callback_query.answer("Danke")
    assert await ada.sees_toast("Danke") == "Danke"
    await refused(bot.answer_callback_query("1", "x"), "query is too old")
    server.world.query_lifetime = 0
    await refused(update.callback_query.answer("again"), "query is too old")
    with pytest.raises(AssertionError, match="Nein"):
        ada.taps("Vielleicht")


# -- what people do


async def test_every_act_becomes_an_update_the_library_reads(server: BotApi, bot: Bot) -> None:
    ada = server.person(7, language_code="zh", last_name="L", username="ada")
    said = ada.says("/start@alumni_test_bot now")
    ada.edits(said, "/help")
    ada.shares_location(48.1, 11.6)
    ada.shares_contact("+49123")
    ada.sends_photo("me")
    ada.sends_sticker()
    ada.sends_document("cv.pdf", b"%PDF")
    ada.forwards("news")
    updates = await bot.get_updates()
    start = updates[0].message
    assert start and start.from_user and start.from_user.language_code == "zh"
    assert start.parse_entities(["bot_command"]) and updates[0].update_id == said
    assert updates[1].edited_message and updates[1].edited_message.text == "/help"
    kinds = [update.effective_message for update in updates[2:]]
    attachments = [type(message.effective_attachment).__name__ for message in kinds if message]
    assert attachments == ["Location", "Contact", "tuple", "Sticker", "Document", "NoneType"]
    assert kinds[-1] and kinds[-1].forward_origin


async def test_reply_keyboards_stay_until_removed(server: BotApi, bot: Bot) -> None:
    ada = server.person(7, known=True)
    await bot.send_message(7, "?", reply_markup=ReplyKeyboardMarkup([["Weiter", "Zurück"]]))
    await bot.send_message(7, "!")
    assert ada.chat.keyboard == [["Weiter", "Zurück"]]
    ada.presses_key("Weiter")
    await bot.send_message(7, "ok", reply_markup=ReplyKeyboardRemove())
    with pytest.raises(AssertionError, match="no key"):
        ada.presses_key("Weiter")


async def test_people_speak_in_groups(server: BotApi, bot: Bot) -> None:
    group = server.group(-5)
    ada = server.person(7)
    ada.says("hello", where=group)
    (update,) = await bot.get_updates()
    assert update.effective_chat and update.effective_chat.type == "group"
    await bot.send_message(-5, "hello all")
    assert await ada.hears("all", where=group)
    ada.removes_bot(group)
    with pytest.raises(Forbidden, match="kicked"):
        await bot.send_message(-5, "hello?")


async def test_hearing_waits_for_what_comes_after_the_last_act(server: BotApi, bot: Bot) -> None:
    ada = server.person(7)
    ada.says("one")
    message = await bot.send_message(7, "answer")
    assert (await ada.hears("answer")).message_id == message.message_id
    ada.says("two")
    with pytest.raises(AssertionError, match="did not hear"):
        await ada.hears("answer", timeout=0.02)
    waiting = asyncio.create_task(ada.hears(lambda sent: sent.edited == 1))
    await bot.edit_message_text("answer 2", 7, message.message_id)
    assert (await waiting).text == "answer 2"


async def test_broken_updates_pass_as_they_are(server: BotApi) -> None:
    raw = {"update_id": 5, "message": {"text": "\ud800", "n": 10**30}}
    assert server.person(7).update(raw) == 5
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{server.base_url}{server.token}/getUpdates") as answer,
    ):
        assert json.loads(await answer.read())["result"] == [raw]


# -- long polling


async def test_updates_stay_until_a_higher_offset_comes(server: BotApi, bot: Bot) -> None:
    ada = server.person(7)
    numbers = [ada.says(str(index)) for index in range(3)]
    assert [update.update_id for update in await bot.get_updates(limit=2)] == numbers[:2]
    assert [update.update_id for update in await bot.get_updates()] == numbers
    assert [update.update_id for update in await bot.get_updates(offset=numbers[1])] == numbers[1:]
    assert [update.update_id for update in await bot.get_updates(offset=-1)] == numbers[2:]
    assert await bot.get_updates(offset=numbers[2] + 1) == ()
    assert server.world.updates.confirmed == 3


async def test_a_long_poll_ends_with_the_first_update(server: BotApi, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=5))
    await server.polled()
    server.person(7).says("hi")
    assert len(await waiting) == 1


async def test_a_second_poller_ends_the_first(server: BotApi, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await server.polled()
    second = asyncio.create_task(bot.get_updates(timeout=5))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    server.person(7).says("hi")
    assert len(await second) == 1


async def test_updates_a_bot_did_not_ask_for_are_left_out(server: BotApi, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["message"])
    server.person(7).blocks()
    server.person(7).says("hi")
    assert [update.message is not None for update in await bot.get_updates()] == [True]


async def test_settled_means_confirmed_and_quiet(server: BotApi, bot: Bot) -> None:
    ada = server.person(7)
    number = ada.says("hi")
    with pytest.raises(AssertionError, match="1 updates unconfirmed"):
        await server.settled(timeout=0.05)
    server.faults.slow(0.2, methods=["sendMessage"])
    sending = asyncio.create_task(bot.send_message(7, "slow"))
    await bot.get_updates(offset=number + 1)
    await server.settled(quiet=0.05)
    assert sending.done() and ada.chat.last.text == "slow"


# -- webhook


class Hook:
    """A bot's webhook: refuses as often as told, then records what it takes."""

    def __init__(self) -> None:
        self.refusals = 0
        self.taken: list[Update] = []
        self.secrets: set[str | None] = set()
        self.slow_messages = 0.0
        self.reply: dict[str, Any] | None = None

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        update = Update.de_json(await request.json())
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if update.message:
            await asyncio.sleep(self.slow_messages)
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=503)
        self.taken.append(update)
        return web.json_response(self.reply) if self.reply else web.Response()


@pytest.fixture
async def hook() -> AsyncIterator[tuple[Hook, str]]:
    taker = Hook()
    runner = web.ServerRunner(web.Server(taker))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield taker, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


async def test_a_webhook_gets_all_until_it_accepts(server: BotApi, bot: Bot, hook: tuple[Hook, str]) -> None:
    taker, url = hook
    taker.refusals = 2
    ada = server.person(7)
    ada.says("0")
    await bot.set_webhook(url, secret_token="S3cret", max_connections=5)
    for index in range(1, 5):
        ada.says(str(index))
    await server.settled()
    assert [update.message and update.message.text for update in taker.taken] == ["0", "1", "2", "3", "4"]
    assert taker.secrets == {"S3cret"} and server.world.webhook.attempts == 7
    info = await bot.get_webhook_info()
    assert info.pending_update_count == 0 and "503" in (info.last_error_message or "")
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_taps_overtake_messages_on_a_webhook(server: BotApi, bot: Bot, hook: tuple[Hook, str]) -> None:
    taker, url = hook
    taker.slow_messages = 0.1
    ada = server.person(7, known=True)
    await bot.send_message(7, "?", reply_markup=keys(("A", "a")))
    await bot.set_webhook(url)
    ada.says("first")
    ada.taps("A")
    await server.settled()
    assert [update.callback_query is not None for update in taker.taken] == [True, False]


async def test_a_webhook_may_answer_with_a_call(server: BotApi, bot: Bot, hook: tuple[Hook, str]) -> None:
    taker, url = hook
    taker.reply = {"method": "sendMessage", "chat_id": 7, "text": "by reply"}
    await bot.set_webhook(url)
    ada = server.person(7)
    ada.says("hi")
    assert await ada.hears("by reply")


async def test_webhooks_need_tls_and_plain_secrets(bot: Bot) -> None:
    await refused(bot.set_webhook("http://example.org/x"), "HTTPS URL must be provided")
    await refused(bot.set_webhook("https://example.org/x", secret_token="ä"), "unallowed characters")


# -- faults


async def test_floods_name_the_wait(server: BotApi, bot: Bot) -> None:
    server.person(7, known=True)
    server.faults.too_many(retry_after=3, count=2, methods=["sendMessage"])
    for _ in range(2):
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(7, "hi")
        assert int(caught.value._retry_after.total_seconds()) == 3
    await bot.get_me()
    await bot.send_message(7, "hi")
    assert server.stats.too_many == 2 and server.stats.accepted == 1


async def test_a_rate_is_kept_over_everything_sent(server: BotApi, bot: Bot) -> None:
    for number in range(5):
        server.person(number + 1, known=True)
    server.faults.limit(rate=1, burst=3)
    sent = [bot.send_message(number + 1, "hi") for number in range(5)]
    answers = await asyncio.gather(*sent, return_exceptions=True)
    assert sum(isinstance(answer, RetryAfter) for answer in answers) == 2


async def test_server_errors_of_both_kinds(server: BotApi, bot: Bot) -> None:
    ada = server.person(7, known=True)
    server.faults.internal(count=1)
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.send_message(7, "hi")
    server.faults.bad_gateway(count=1, accepted=True)
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(7, "hi")
    assert [message.text for message in ada.chat.messages] == ["hi"]


@pytest.mark.parametrize("accepted", [False, True])
async def test_connections_break_before_or_after(server: BotApi, bot: Bot, accepted: bool) -> None:
    ada = server.person(7, known=True)
    fault = server.faults.reset(accepted=accepted, count=1, methods=["sendMessage"])
    with pytest.raises(NetworkError):
        await bot.send_message(7, "hi")
    assert len(ada.chat.messages) == int(accepted) and fault.hits == 1
    await bot.send_message(7, "hi")
    assert bool(server.stats.duplicates) == accepted


async def test_chance_is_seeded(server: BotApi, bot: Bot) -> None:
    async def outcome() -> list[bool]:
        server.faults.seed(5)
        calls = [await asyncio.gather(bot.get_me(), return_exceptions=True) for _ in range(12)]
        return [isinstance(answer, Exception) for (answer,) in calls]

    server.faults.internal(chance=0.5)
    first = await outcome()
    assert first == await outcome() and 0 < sum(first) < 12


async def test_slow_answers(server: BotApi, bot: Bot) -> None:
    server.person(7, known=True)
    server.faults.slow(0.3, methods=["getMe"])
    started = monotonic()
    slow, quick = asyncio.create_task(bot.get_me()), asyncio.create_task(bot.send_message(7, "hi"))
    await asyncio.wait({slow, quick}, return_when=asyncio.FIRST_COMPLETED)
    assert quick.done() and not slow.done()
    await slow
    assert monotonic() - started >= 0.3


async def test_an_outage_breaks_everything_and_ends(server: BotApi, bot: Bot) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=5))
    await server.polled()
    server.faults.gone(seconds=0.2)
    with pytest.raises(NetworkError):
        await polling
    with pytest.raises(NetworkError):
        await bot.get_me()
    await asyncio.sleep(0.25)
    await bot.get_me()
    server.person(7).says("hi")
    assert len(await bot.get_updates(timeout=1)) == 1


# -- what the bot says about itself


async def test_commands_are_kept_per_scope_and_language(bot: Bot) -> None:
    scope = BotCommandScopeChat(7)
    await bot.set_my_commands([BotCommand("start", "Los")], language_code="de")
    await bot.set_my_commands([BotCommand("admin", "Boss")], scope=scope)
    assert [command.command for command in await bot.get_my_commands(language_code="de")] == ["start"]
    assert [command.command for command in await bot.get_my_commands(scope=scope)] == ["admin"]
    assert await bot.get_my_commands() == ()
    await bot.delete_my_commands(scope=scope)
    assert await bot.get_my_commands(scope=scope) == ()
    await refused(bot.set_my_commands([("Start", "x")]), "BOT_COMMAND_INVALID")
    await refused(bot.set_my_commands([("start", "")]), "DESCRIPTION_INVALID")
    await refused(bot.set_my_commands([(f"c{n}", "x") for n in range(101)]), "TOO_MUCH")


async def test_names_descriptions_and_chats(server: BotApi, bot: Bot) -> None:
    await bot.set_my_name("Ehemalige", language_code="de")
    await bot.set_my_description("d")
    await bot.set_my_short_description("s")
    await bot.set_chat_menu_button()
    assert (await bot.get_my_name("de")).name == "Ehemalige" and (await bot.get_my_description("zh")).description == "d"
    server.person(7, first_name="Ada", known=True)
    assert (await bot.get_chat(7)).first_name == "Ada"
    await bot.send_chat_action(7, "typing")
    assert server.person(7).chat.actions == ["typing"]


# -- a process of its own


async def test_the_server_alone_is_steered_over_http() -> None:
    command = (sys.executable, "-m", "tests.botapi", "--token", "1:T", "--latency", "0.01")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    url = (await process.stdout.readline()).decode().split()[-1]
    try:
        await steer(url)
    finally:
        process.terminate()
        await process.communicate()
    assert process.returncode == 0


async def steer(url: str) -> None:
    async with aiohttp.ClientSession(url) as http:

        async def control(name: str, **body: Any) -> dict[str, Any]:
            async with http.post(f"/control/{name}", json=body) as answer:
                result: dict[str, Any] = await answer.json()
                return result

        await control("people", people=[{"id": 7, "language_code": "zh"}])
        await control("acts", acts=[{"id": 7, "does": "says", "with": ["hi"]}] * 3)
        await control("updates", updates=[{"message": {}}])
        async with http.get("/bot1:T/getUpdates") as answer:
            assert len((await answer.json())["result"]) == 4
        for _ in range(2):
            async with http.post("/bot1:T/sendMessage", data={"chat_id": "7", "text": "yo"}) as answer:
                assert answer.status == 200
        assert (await control("counts"))["counts"] == {"yo": 2}
        assert [chat["messages"][0]["text"] for chat in (await control("chats"))["chats"]] == ["yo"]
        stats = await control("stats")
        assert stats["accepted"] == 2 and stats["duplicates"] == [{"chat": 7, "text": "yo", "count": 2}]
        await control("faults", kind="gone", seconds=60)
        with pytest.raises(aiohttp.ClientConnectionError):
            await http.get("/bot1:T/getMe")
        assert (await control("faults", kind="back"))["gone"] is False
        assert (await control("faults", kind="nonsense"))["ok"] is False
        await control("faults", kind="too_many", count=1, retry_after=4)
        async with http.get("/bot1:T/getMe") as answer:
            assert (await answer.json())["parameters"] == {"retry_after": 4}
        await control("clear")
        assert (await control("messages"))["count"] == 0 and (await control("settled", timeout=2))["ok"]


async def test_the_busiest_second_counts_what_is_sent_and_edited_wherever_it_begins() -> None:
    async with BotApi() as server:
        for moment in (0.0, 0.9, 1.1, 1.5, 1.85, 3.0):
            server.stats.moments.append(moment)
        assert server.stats.busiest_second == 4
        assert server.stats.between(0.9, 1.5) == 3


async def test_a_call_refused_by_one_limit_takes_nothing_from_another() -> None:
    async with BotApi() as server:
        server.faults.limit(rate=0.1, burst=2)
        server.faults.limit(rate=0.1, burst=1, per_chat=True)
        waits = [server.faults.retry_after("sendmessage", chat) > 0 for chat in (7, 7, 7, 8, 9)]
        assert waits == [False, True, True, False, True]
