"""Handing in a picture or a file on the chat page, in a real browser of a phone's width."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Locator, Page, ViewportSize, expect

from bot.channels.web.security import COOKIE
from bot.channels.web.texts import page_texts
from db import attachments, drafts
from tests.actors import WebActor
from tests.botapi.incoming import PIXEL
from tests.browser.chat import ChatPage
from tests.channels.test_attachments import MEGABYTE, PDF, asked, rows, shows
from tests.people import find
from tests.stage import START, Stage

pytestmark = [pytest.mark.language("en"), pytest.mark.door("web")]
NARROW = ViewportSize(width=320, height=640)


async def opens(stage: Stage, page: Page) -> ChatPage:
    """Somebody who has just been asked for a file opens the page."""
    anna = await asked(stage)
    assert isinstance(anna, WebActor)
    token = next(cookie.value for cookie in anna.cookies if cookie.key == COOKIE)
    await page.context.add_cookies([{"name": COOKIE, "value": token, "url": stage.app.web_address()}])
    await page.goto(stage.app.web_address())
    chat = ChatPage(page, stage, "en")
    await chat.reads("Which file?")
    return chat


@pytest.fixture
async def chat(stage: Stage, page: Page) -> AsyncIterator[ChatPage]:
    """Their phone; any error on its console fails the test."""
    chat = await opens(stage, page)
    yield chat
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.fixture
async def unlucky(stage: Stage, phone: BrowserContext) -> ChatPage:
    """A phone whose console reports what the server refuses."""
    return await opens(stage, await phone.new_page())


def clip(chat: ChatPage) -> Locator:
    return chat.page.get_by_role("button", name="Send a picture or a file")


async def chooses(chat: ChatPage, folder: Path, name: str, content: bytes) -> None:
    """By the paper-clip, as a person does."""
    file = folder / name
    file.write_bytes(content)
    async with chat.page.expect_file_chooser() as choosing:
        await clip(chat).click()
    await (await choosing.value).set_files(file)


async def test_a_picture_goes_up_and_is_seen_in_the_conversation(stage: Stage, chat: ChatPage, tmp_path: Path) -> None:
    await chooses(chat, tmp_path, "cat.png", PIXEL)
    await chat.reads("The wall")
    image = chat.page.locator("#entries .entry.me img")
    await expect(image).to_have_attribute("alt", "cat.png")
    await expect(image).to_have_js_property("naturalWidth", 1)
    await expect(chat.page.locator("#outgoing article")).to_have_count(0)
    await expect(clip(chat)).to_be_hidden()
    assert [(row.name, row.media_type) for row in rows(stage)] == [("cat.png", "image/png")]


async def test_a_file_can_be_downloaded_again(stage: Stage, chat: ChatPage, tmp_path: Path) -> None:
    await chooses(chat, tmp_path, "校友会.pdf", PDF)
    await chat.reads("The wall")
    async with chat.page.expect_download() as downloading:
        await chat.page.locator("#entries .entry.me a.file").click()
    download = await downloading.value
    assert download.suggested_filename == "校友会.pdf"


async def test_the_paper_clip_is_there_only_while_a_file_is_asked_for(chat: ChatPage) -> None:
    await expect(clip(chat)).to_be_visible()
    box = await clip(chat).bounding_box()
    assert box is not None and box["width"] >= 44 and box["height"] >= 44
    await chat.writes("some words")
    await chat.reads("Please send a picture or a file, or use the buttons below.")
    await expect(clip(chat)).to_be_visible()
    await chat.page.reload()
    await expect(clip(chat)).to_be_visible()
    await chat.taps("Bare")
    await chat.reads("The wall")
    await expect(clip(chat)).to_be_hidden()


async def test_on_a_narrow_phone_there_is_room_to_write(chat: ChatPage) -> None:
    await chat.page.set_viewport_size(NARROW)
    for name in ("#menu", "#attach", "#text", "#composer [type=submit]"):
        box = await chat.page.locator(name).bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= NARROW["width"]
        assert box["height"] >= 44
        assert name != "#text" or box["width"] >= 90


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("film.mp4", 21 * MEGABYTE, "It has 21 MB, and at most 20 MB can be passed on."),
        ("cat.png", 10 * MEGABYTE + 1, "It has 10.1 MB, and at most 10 MB can be passed on."),
        ("nothing.txt", 0, "This file is empty."),
    ],
)
async def test_what_cannot_be_taken_is_said_at_the_bubble(
    stage: Stage, chat: ChatPage, tmp_path: Path, name: str, size: int, said: str
) -> None:
    await chooses(chat, tmp_path, name, bytes(size))
    refused = chat.page.locator("#outgoing .refused")
    await expect(refused.get_by_role("alert")).to_contain_text(said)
    await expect(refused).to_contain_text(name)
    await refused.get_by_role("button", name="Discard").click()
    await expect(refused).to_have_count(0)
    await expect(clip(chat)).to_be_visible()
    assert rows(stage) == []


async def test_progress_is_shown_and_it_can_be_stopped(stage: Stage, chat: ChatPage, tmp_path: Path) -> None:
    line = await chat.page.context.new_cdp_session(chat.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000}
    await line.send("Network.emulateNetworkConditions", slow)
    await chooses(chat, tmp_path, "slides.zip", bytes(6 * MEGABYTE))
    bar = chat.page.locator("#outgoing progress")
    await expect(bar).to_have_attribute("aria-label", "Sending… 0 %")
    await expect(chat.page.locator("#outgoing .time")).to_have_text(re.compile("^Sending… [1-9][0-9]? %$"))
    assert await bar.evaluate("bar => bar.value") > 0
    await expect(clip(chat)).to_be_hidden()
    await chat.page.locator("#outgoing").get_by_role("button", name="Discard").click()
    await expect(chat.page.locator("#outgoing article")).to_have_count(0)
    await expect(clip(chat)).to_be_visible()
    assert rows(stage) == []


async def test_after_a_broken_line_it_is_chosen_again(stage: Stage, chat: ChatPage, tmp_path: Path) -> None:
    await chat.page.route("**/uploads*", lambda route: route.abort(), times=1)
    await chooses(chat, tmp_path, "a.pdf", PDF)
    refused = chat.page.locator("#outgoing .refused")
    await expect(refused.get_by_role("alert")).to_contain_text("Please try again in a moment.")
    await chooses(chat, tmp_path, "a.pdf", PDF)
    await chat.reads("The wall")
    assert [row.name for row in rows(stage)] == ["a.pdf"]


async def test_a_question_that_was_closed_elsewhere_takes_no_file(
    stage: Stage, unlucky: ChatPage, tmp_path: Path
) -> None:
    member_id = find(stage, "Anna Weber").id
    stage.looks_up(lambda session: drafts.park(session.connection(), member_id))
    await chooses(unlucky, tmp_path, "a.pdf", PDF)
    refused = unlucky.page.locator("#outgoing .refused")
    await expect(refused.get_by_role("alert")).to_contain_text("A file is no longer asked for here.")
    assert rows(stage) == []


async def test_a_picture_that_is_still_on_its_way_appears_by_itself(stage: Stage, unlucky: ChatPage) -> None:
    giver = find(stage, "Anna Weber").id
    given: dict[str, Any] = {"name": "photo.jpg", "media_type": "image/jpeg", "size": len(PIXEL), "file_id": "photo-1"}
    row = stage.looks_up(lambda session: attachments.keep(session, giver, now=START, **given).id)
    shows(stage, row)
    await unlucky.writes("/see")
    image = unlucky.page.locator("#entries .entry.bot img").last
    await expect(image).to_have_js_property("complete", True)
    await expect(image).to_have_js_property("naturalWidth", 0)
    stage.looks_up(lambda session: attachments.store(session, row, PIXEL))
    await expect(image).to_have_js_property("naturalWidth", 1)


@pytest.mark.parametrize("language", ["de", "zh_Hans"])
async def test_the_page_knows_what_to_say_in_every_language(stage: Stage, chat: ChatPage, language: str) -> None:
    await chat.page.evaluate("tag => import('/static/page.js').then((page) => page.speak(tag))", language)
    await expect(chat.page.locator("#attach")).to_have_attribute("aria-label", page_texts()[language]["attach"])
