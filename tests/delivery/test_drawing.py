"""Drawing in a child process: it comes back with a picture or a reason, and nobody else waits meanwhile."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest
from markupsafe import Markup

from bot.conversation.notices import Composing
from bot.conversation.reply import Recipe, Reply
from bot.conversation.routing import Made, ToDraw
from bot.conversation.turn import Turn
from bot.delivery.drawing import DrawingFailed, drawn
from bot.drawing.data import Bars, Comments, Drawing, Sheet
from tests.actors import TelegramActor, WebActor
from tests.people import member
from tests.stage import Stage

BARS: Bars = {"title": "T", "bars": [{"label": "a", "value": 1}], "suppressed": "-", "footer": "F"}
COMMENTS: Comments = {"title": "T", "comments": ["ja"], "footer": "F"}
SHEET: Sheet = {"sheet": "S", "header": ["a"], "rows": [["=1"]]}
PNG, ZIP = b"\x89PNG", b"PK"
PICTURE = ToDraw("members.png", Drawing.BARS, BARS)
BROKEN = ToDraw("broken.png", Drawing.COMMENTS, {"title": "what somebody wrote"})


def children() -> list[psutil.Process]:
    """The children that draw just now."""
    return [child for child in psutil.Process().children() if is_drawing(child)]


def is_drawing(child: psutil.Process) -> bool:
    try:
        return "bot.drawing" in child.cmdline()
    except psutil.Error:  # it has just ended
        return False


async def child_at_work() -> psutil.Process:
    async with asyncio.timeout(10):
        while not (found := children()):  # noqa: ASYNC110 - a process rings no bell
            await asyncio.sleep(0.002)
    return found[0]


async def test_what_is_made_already_stays_as_it_is() -> None:
    made = Made("a.txt", b"content", "text/plain")
    assert await drawn(made) is made


@pytest.mark.parametrize(
    ("drawing", "data", "begins"),
    [(Drawing.BARS, BARS, PNG), (Drawing.COMMENTS, COMMENTS, PNG), (Drawing.SHEET, SHEET, ZIP)],
)
async def test_a_child_draws_it_and_is_gone(drawing: Drawing, data: Any, begins: bytes) -> None:
    made = await drawn(ToDraw("name", drawing, data))
    assert (made.name, made.media_type) == ("name", drawing.media_type)
    assert made.content.startswith(begins)
    assert children() == []


async def test_a_failure_is_told_by_its_kind_and_place_without_a_word_of_anybodys(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(DrawingFailed, match=r"^comments: KeyError at charts\.py:\d+$"):
        await drawn(BROKEN)
    assert "KeyError" in caplog.text and "what somebody wrote" not in caplog.text


async def test_a_child_that_takes_too_long_is_ended() -> None:
    with pytest.raises(DrawingFailed, match=r"^bars: took more than 0\.01 s$"):
        await drawn(PICTURE, longest_s=0.01)
    assert children() == []


async def test_a_child_that_dies_is_a_failure() -> None:
    drawing = asyncio.create_task(drawn(PICTURE))
    (await child_at_work()).kill()
    with pytest.raises(DrawingFailed, match="ended with -9"):
        await drawing


async def test_a_child_is_ended_when_nobody_waits_for_it_any_more() -> None:
    drawing = asyncio.create_task(drawn(PICTURE))
    child = await child_at_work()
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert not child.is_running()


async def test_one_child_at_a_time() -> None:
    drawing = [asyncio.create_task(drawn(PICTURE)) for _ in range(3)]
    while not all(each.done() for each in drawing):
        assert len(children()) <= 1
        await asyncio.sleep(0.02)
    assert all(each.result().content.startswith(PNG) for each in drawing)


async def test_a_failure_lets_the_next_one_go_on() -> None:
    failed, made = await asyncio.gather(drawn(BROKEN), drawn(PICTURE), return_exceptions=True)
    assert isinstance(failed, DrawingFailed) and isinstance(made, Made)


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_a_child_knows_no_secrets_and_writes_nothing_at_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "123:secret")
    monkeypatch.setenv("HOME", str(tmp_path))
    drawing = asyncio.create_task(drawn(PICTURE))
    child = await child_at_work()
    environment = child.environ()
    assert "BOT_TOKEN" not in environment and environment["HOME"] == str(tmp_path)
    await drawing
    assert left_in(tmp_path) == []


async def test_a_child_without_a_home_draws_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/proc/nowhere")
    assert (await drawn(PICTURE)).content.startswith(PNG)


def test_the_bot_itself_never_loads_what_draws() -> None:
    names = "'matplotlib', 'numpy', 'PIL', 'xlsxwriter', 'bot.drawing.charts', 'bot.drawing.sheets'"
    code = f"import sys, bot.__main__, bot.app, bot.demo; print([name for name in ({names}) if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


# -- in a conversation


def learn_to_draw(stage: Stage, what: ToDraw = PICTURE, name: str = "members.xlsx") -> None:
    """The application gets two commands: /chart shows a picture, /export a workbook."""
    router = stage.app.router

    def make(_at: Composing, params: dict[str, Any]) -> ToDraw:
        return what if params["chart"] else ToDraw(name, Drawing.SHEET, SHEET)

    def chart(_turn: Turn) -> Reply:
        return Reply(Markup("1"), picture=Recipe("drawn", "chart.png", {"chart": True}), new=True)

    def export(_turn: Turn) -> Reply:
        return Reply(Markup("2"), file=Recipe("drawn", "export.xlsx", {"chart": False}), new=True)

    router.maker("drawn", make)
    router.command("chart", chart)
    router.command("export", export)


@pytest.mark.door("telegram")
async def test_a_picture_and_a_workbook_come_on_telegram(stage: Stage) -> None:
    learn_to_draw(stage)
    anna = member(stage)
    assert isinstance(anna, TelegramActor)
    await anna.says("/chart")
    assert anna.screen.raw.photo.startswith(PNG)
    await anna.says("/export")
    name, content = anna.screen.raw.document
    assert (name, content[:2]) == ("members.xlsx", ZIP)
    assert anna.phone.chat.actions == ["upload_photo", "upload_document"]


@pytest.mark.door("web")
async def test_a_picture_and_a_workbook_come_on_the_web(stage: Stage) -> None:
    learn_to_draw(stage, name="Mitglieder – 会员.xlsx")
    anna = member(stage)
    assert isinstance(anna, WebActor)
    await anna.says("/chart")
    async with aiohttp.ClientSession(cookie_jar=anna.cookies) as http:
        async with http.get(anna.url + anna.screen.raw["picture"]["url"]) as answer:
            assert (answer.status, answer.content_type) == (200, "image/png")
            assert (await answer.read()).startswith(PNG)
        await anna.says("/export")
        async with http.get(anna.url + anna.screen.raw["file"]["url"]) as answer:
            assert (answer.status, answer.content_type) == (200, Drawing.SHEET.media_type)
            disposition = answer.content_disposition
            assert disposition is not None and disposition.type == "attachment"
            assert disposition.filename == "Mitglieder – 会员.xlsx"


@pytest.mark.door("web")
async def test_a_picture_that_fails_may_be_asked_for_again(stage: Stage) -> None:
    learn_to_draw(stage, BROKEN)
    anna = member(stage)
    assert isinstance(anna, WebActor)
    await anna.says("/chart")
    url = anna.url + anna.screen.raw["picture"]["url"]
    async with aiohttp.ClientSession(cookie_jar=anna.cookies) as http, http.get(url) as answer:
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")


@pytest.mark.door("telegram")
async def test_nobody_waits_while_a_picture_is_drawn(stage: Stage) -> None:
    learn_to_draw(stage)
    anna, ben = member(stage, "Anna Weber"), member(stage, "Ben Li")
    assert isinstance(anna, TelegramActor) and isinstance(ben, TelegramActor)
    anna.phone.says("/chart")
    child = await child_at_work()
    child.suspend()
    try:
        # However long it takes: the child stands still, and Ben is answered.
        ben.phone.says("/menu")
        async with asyncio.timeout(10):
            while not ben.messages():  # noqa: ASYNC110 - nor does a message
                await asyncio.sleep(0.005)
        assert child.is_running() and anna.messages() == []
    finally:
        child.resume()
    await stage.settle()
    assert anna.screen.raw.photo.startswith(PNG)
