"""Telegram's webhook: only with the secret, stored before it is confirmed, and no update breaks it."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.app import App
from db.models.conversation import Inbox
from tests.databases import Databases
from tests.people import member
from tests.ports import find_free_port
from tests.stage import Stage

SECRET = "the_secret_of_this_webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture(params=["sqlite", "postgresql"])
async def house(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> AsyncIterator[Stage]:
    port = find_free_port()
    stage = Stage(
        databases.fresh(request.param),
        "en",
        "telegram",
        tmp_path,
        webhook_url=f"http://127.0.0.1:{port}",
        webhook_secret=SECRET,
        web_port=port,
    )
    await stage.telegram.start()
    stage.app = App(stage.settings(), clock=stage.clock)
    await stage.app.start(tick=False)
    async with asyncio.timeout(10):
        while stage.telegram.world.webhook.target is None:  # noqa: ASYNC110 - the stand-in rings no bell
            await asyncio.sleep(0.01)
    yield stage
    await stage.close()


async def post(stage: Stage, body: bytes, secret: str | None = SECRET) -> int:
    headers = {HEADER: secret} if secret is not None else {}
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{stage.app.web_address()}/telegram", data=body, headers=headers) as answer,
    ):
        return answer.status


def count_stored(stage: Stage) -> int:
    return stage.looks_up(lambda session: session.scalar(select(func.count()).select_from(Inbox)) or 0)


def update(number: int, text: str = "/menu") -> dict[str, Any]:
    person = {"id": 1001, "is_bot": False, "first_name": "Anna"}
    chat = {"id": 1001, "type": "private", "first_name": "Anna"}
    return {"update_id": number, "message": {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": text}}


async def test_a_message_is_answered(house: Stage) -> None:
    anna = member(house)
    await anna.says("/menu")
    anna.reads("What would you like to do?")


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "ü"])
async def test_without_the_right_secret_nothing_is_taken(house: Stage, secret: str | None) -> None:
    assert (await post(house, json.dumps(update(1)).encode(), secret), count_stored(house)) == (403, 0)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b" " * 1_000_001, 413),
        (b"[]", 200),
        (b"7", 200),
        (b'{"update_id": 1}', 200),
        (b'{"update_id": "x", "message": {"from": {"id": 1}}}', 200),
        (b'{"message": {"from": {"id": 1}, "text": "no number"}}', 200),
    ],
)
async def test_what_is_no_update_is_not_stored(house: Stage, body: bytes, status: int) -> None:
    assert (await post(house, body), count_stored(house)) == (status, 0)


async def test_the_same_update_again_is_the_same_message(house: Stage) -> None:
    anna = member(house)
    for _time in range(3):
        assert await post(house, json.dumps(update(1)).encode()) == 200
    await house.settle()
    assert (count_stored(house), len(anna.messages())) == (1, 1)


async def test_a_second_start_keeps_the_webhook(house: Stage) -> None:
    await house.restart()
    anna = member(house)
    await anna.says("/menu")
    anna.reads("What would you like to do?")


async def test_while_the_database_is_away_telegram_is_told_to_come_again(house: Stage) -> None:
    if house.app.engine.dialect.name != "sqlite":
        pytest.skip("a PostgreSQL is not a file")
    anna = member(house)
    other = sqlite3.connect(house.app.engine.url.database or "", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    status = await post(house, json.dumps(update(1)).encode())
    other.execute("ROLLBACK")
    other.close()
    assert status == 503
    assert await post(house, json.dumps(update(1)).encode()) == 200
    await house.settle()
    assert (count_stored(house), len(anna.messages())) == (1, 1)
