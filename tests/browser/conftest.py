"""A real Chromium on the real chat page."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.stage import Stage

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed here (Debian: apt-get install chromium fonts-noto-cjk)")
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        await made.close()


@pytest.fixture
async def phone(browser: Browser, stage: Stage) -> AsyncIterator[BrowserContext]:
    """A phone set to Chinese, in Taiyuan."""
    context = await browser.new_context(
        viewport=PHONE,
        locale="zh-CN",
        geolocation={"latitude": 37.87, "longitude": 112.55},
        permissions=["geolocation"],
    )
    context.set_default_timeout(10_000)
    yield context
    await context.close()


@pytest.fixture
async def page(phone: BrowserContext, stage: Stage) -> AsyncIterator[Page]:
    """The chat page; any error on its console fails the test."""
    opened = await phone.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    await opened.goto(stage.app.web_address())
    yield opened
    unexpected = [each for each in complaints if "WebSocket" not in each and "ERR_" not in each]
    assert unexpected == []
