"""The log, as text and as JSON: what it tells of each kind of trouble, and that it has no word of anybody's."""

import asyncio
import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.conversation.reply import Reply
from bot.conversation.routing import Gate
from bot.conversation.turn import Refused, Turn
from bot.delivery.clock import ticking
from bot.delivery.doors import Impossible
from bot.log_lines import OURS, JsonLines, TextLines
from db import jobs
from db.models.members import Member, Status
from tests.delivery.test_outbox import COMPOSED, Told, tell
from tests.people import member
from tests.stage import Stage

NAME, PHONE = "Zaphodine-Quirlmann", "+49 371 5318008"
WORDS = f"{NAME}, {PHONE}"


@pytest.fixture
def lines() -> Iterator[dict[str, io.StringIO]]:
    """What is logged meanwhile, at the most talkative, in both shapes."""
    shapes = {"text": TextLines(), "json": JsonLines()}
    written = {name: io.StringIO() for name in shapes}
    handlers = []
    for name, shape in shapes.items():
        handlers.append(logging.StreamHandler(written[name]))
        handlers[-1].setFormatter(shape)
        logging.getLogger().addHandler(handlers[-1])
    for name in OURS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield written
    for handler in handlers:
        logging.getLogger().removeHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)


def events(lines: dict[str, io.StringIO]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines["json"].getvalue().splitlines()]


def has_no_word_of_it(lines: dict[str, io.StringIO]) -> bool:
    told = "".join(written.getvalue() for written in lines.values())
    return not any(piece in told for piece in (NAME, "Quirl", PHONE, "5318008"))


def fail(_turn: Any) -> Reply:
    raise RuntimeError(WORDS)


def refuse(_turn: Turn) -> Reply:
    raise Refused(Reply(Markup(WORDS)))


def break_a_rule(turn: Turn) -> Reply:
    """The database's own words quote the row."""
    for _twice in range(2):
        row = Member(number="QUIRL5318", status=Status.GUEST, full_name=WORDS, created_at=turn.now, seen_at=turn.now)
        turn.session.add(row)
    turn.session.flush()
    return Reply(Markup(""))


async def fail_in_a_page(_request: Request) -> Response:
    raise RuntimeError(WORDS)


@pytest.mark.door("telegram")
@pytest.mark.language("en")
@pytest.mark.everywhere
async def test_whatever_goes_wrong_no_word_of_it_is_logged(stage: Stage, lines: dict[str, io.StringIO]) -> None:
    stage.goes_wrong()
    router, anna = stage.app.router, member(stage, NAME)
    for name, handler in (("fail", fail), ("refuse", refuse), ("rule", break_a_rule)):
        router.command(name, handler, gate=Gate.ANYONE)
    router.command("markup", lambda _turn: Reply(Markup(f"<{NAME}>")), gate=Gate.ANYONE)
    router.notice(Told)
    COMPOSED.update(fails=fail, markup=lambda _at: Reply(Markup(f'<a href="{PHONE}"><{NAME}></a>')))
    sender = {"id": anna.number, "first_name": NAME}
    for broken in (
        {"text": {NAME: PHONE}},
        {"text": f"{NAME}\u0000", "date": 1},
        {"contact": [PHONE], "text": "\ud83d"},
    ):
        stage.telegram.world.updates.add(
            {"message": {"from": sender, "chat": {"id": anna.number, "type": "private"}, **broken}}
        )
    for command in ("/refuse", "/fail", "/rule", "/markup"):
        await anna.says(f"{command} {WORDS}")
    await anna.sends("contact")
    for what in ("fails", "markup"):
        tell(stage, NAME, what)
    stage.looks_up(lambda session: jobs.queue(session, NAME, stage.clock.now(), {"phone": PHONE}))
    await stage.app.jobs.run_waiting()
    await stage.passes(minutes=6)
    found = events(lines)
    assert {event["logger"] for event in found} >= {"road", "lanes", "outbox"}
    assert {event.get("error") for event in found} >= {"RuntimeError", "IntegrityError"}
    assert has_no_word_of_it(lines)


@pytest.mark.database("sqlite")
async def test_a_page_that_fails_is_logged_by_where_and_not_by_what(
    stage: Stage, lines: dict[str, io.StringIO]
) -> None:
    stage.goes_wrong()
    await stage.app.stop()
    stage.app = stage._opened()
    stage.app.extra_routes = (Route("/fails", fail_in_a_page),)
    await stage.app.start(tick=False)
    async with aiohttp.ClientSession() as client, client.get(f"{stage.app.web_address()}/fails?{NAME}") as answer:
        assert answer.status == 500
    (event,) = [event for event in events(lines) if event["logger"] == "uvicorn.error"]
    assert (event["message"], event["error"]) == ("Exception in ASGI application", "RuntimeError")
    assert event["trace"][0].startswith("test_log_lines.py")
    assert has_no_word_of_it(lines)


async def test_what_the_loop_says_of_lost_work_quotes_nothing(lines: dict[str, io.StringIO]) -> None:
    loop = asyncio.get_running_loop()
    task = loop.create_task(_fails_unheard())
    await asyncio.wait({task})
    del task
    loop.call_soon(_fails_as_a_callback, WORDS)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert {event["message"] for event in events(lines)} == {
        "Task exception was never retrieved",
        "Exception in callback _fails_as_a_callback",
    }
    assert has_no_word_of_it(lines)


async def _fails_unheard() -> None:
    raise RuntimeError(WORDS)


def _fails_as_a_callback(words: str) -> None:
    raise RuntimeError(words)


def test_a_library_is_quoted_up_to_where_it_may_quote_somebody(lines: dict[str, io.StringIO]) -> None:
    log = logging.getLogger("some.library")
    log.warning("could not read %s, %.2f s", NAME, 5318008.0)
    log.warning(f"unknown header: {NAME}")
    log.warning(f"bad '{NAME}' given")
    assert [event["message"] for event in events(lines)] == ["could not read …, … s", "unknown header", "bad"]
    assert has_no_word_of_it(lines)


def test_a_fault_has_its_code_and_its_place_in_fields_of_their_own(lines: dict[str, io.StringIO]) -> None:
    from bot.conversation.road import log_fault

    try:
        fail(None)
    except RuntimeError as error:
        code = log_fault(error)
    (event,) = events(lines)
    assert (event["code"], event["error"], event["level"], event["logger"]) == (code, "RuntimeError", "error", "road")
    assert event["trace"][0].startswith("test_log_lines.py:")
    assert event["time"].endswith("Z")
    assert f"fault {code}: RuntimeError at test_log_lines.py:" in lines["text"].getvalue()
    assert lines["text"].getvalue().count("\n") == 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            'can\'t parse entities: Unsupported start tag "anna" at byte offset 5',
            "can't parse entities: Unsupported start tag",
        ),
        ("inline keyboard button URL 'https://x.example/anna' is invalid", "inline keyboard button URL"),
        ("message is too long", "message is too long"),
        ("MESSAGE_TOO_LONG", "MESSAGE_TOO_LONG"),
    ],
)
def test_what_telegram_refuses_is_kept_without_what_it_quotes(said: str, kept: str) -> None:
    assert str(Impossible(said)) == kept


ENDING = f"""
import threading, warnings
from bot.log_lines import set_up_logging
set_up_logging("INFO", "json")
def fail():
    raise RuntimeError({WORDS!r})
class Unlucky:
    def __del__(self):
        fail()
thread = threading.Thread(target=fail)
thread.start()
thread.join()
Unlucky()
warnings.warn({WORDS!r})
fail()
"""


def test_what_ends_the_program_or_a_thread_is_logged_in_the_same_way(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", ENDING], capture_output=True, text=True, timeout=60)
    said = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == 1
    assert [(each["message"], each.get("error")) for each in said] == [
        ("a thread ended", "RuntimeError"),
        ("an error was ignored", "RuntimeError"),
        ("<string>:14: UserWarning", None),
        ("the program ended", "RuntimeError"),
    ]
    assert NAME not in done.stderr and PHONE not in done.stderr


async def test_a_tick_that_ends_with_the_program_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    begun = asyncio.Event()

    async def tick() -> None:
        begun.set()
        await asyncio.sleep(60)

    scheduler = ticking({"tick": (0.01, tick)})
    scheduler.start()
    await begun.wait()
    scheduler.shutdown(wait=False)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
