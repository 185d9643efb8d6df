"""`make pictures`: starts the demonstration, walks through it in a real Chromium, and writes PNG files here."""

import asyncio
import base64
import re
import sys
import time
from pathlib import Path

import aiohttp
from playwright.async_api import Browser, Page, async_playwright

from tests.browser.chat import exactly
from tests.browser.conftest import CHROMIUM, FLAGS, PHONE
from tests.ports import find_free_port
from tests.stage import translate

HERE = Path(__file__).parent
STARTS_WITHIN_S = 120


async def open_demo(port: int) -> asyncio.subprocess.Process:
    """The demonstration in a process of its own, once it answers."""
    demo = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "demo", "--port", str(port))
    deadline = time.monotonic() + STARTS_WITHIN_S
    async with aiohttp.ClientSession() as http:
        while time.monotonic() < deadline:
            try:
                async with http.get(f"http://127.0.0.1:{port}/health") as answer:
                    if answer.status == 200:
                        return demo
            except aiohttp.ClientError:
                await asyncio.sleep(0.3)
    raise SystemExit("the demonstration did not start")


class Walk:
    """Somebody's shoes on a phone."""

    def __init__(self, page: Page, url: str, language: str) -> None:
        self.page = page
        self.url = url
        self.language = language

    async def step_into(self, shoes: str) -> None:
        await self.page.goto(self.url)
        await self.page.evaluate(
            "name => fetch('/demo/shoes', {method: 'POST', headers: {'Content-Type': 'application/json'},"
            " body: JSON.stringify({name})})",
            shoes,
        )
        await self.page.goto(self.url)
        await self.page.wait_for_timeout(1200)

    async def taps(self, label: str) -> None:
        await self.page.get_by_role("button", name=exactly(self.language, label)).last.click()
        await self.page.wait_for_timeout(900)

    async def writes(self, text: str) -> None:
        await self.page.locator("#text").fill(text)
        await self.page.locator("#composer button[type=submit]").click()
        await self.page.wait_for_timeout(900)

    async def take_picture(self, name: str) -> Path:
        """The last picture in the chat by itself, as it was sent."""
        picture = self.page.locator("#entries img").last
        await picture.wait_for()
        path = HERE / f"{name}.png"
        source = self.url + str(await picture.get_attribute("src"))
        path.write_bytes(await (await self.page.request.get(source)).body())
        return path

    async def take(self, name: str) -> Path:
        path = HERE / f"{name}.png"
        await self.page.screenshot(path=path)
        return path


async def walk(browser: Browser, url: str, locale: str, language: str, scheme: str) -> Walk:
    context = await browser.new_context(
        viewport=PHONE,
        device_scale_factor=1.5,
        locale=locale,
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    return Walk(await context.new_page(), url, language)


async def newcomer(browser: Browser, url: str) -> Path:
    """Joining in Chinese: the consent to the transfer abroad."""
    person = await walk(browser, url, "zh-CN", "zh_Hans", "light")
    await person.step_into("new")
    await person.page.locator("#languages").get_by_role("button", name="中文").click()
    await person.page.wait_for_timeout(900)
    for label in ("Register", "I have read this", "I agree", "In mainland China"):
        await person.taps(label)
    return await person.take("joining-zh")


async def chemnitz(browser: Browser, url: str) -> Path:
    """The clubs near Chemnitz, in German and dark."""
    person = await walk(browser, url, "de-DE", "de", "dark")
    await person.step_into("chemnitz")
    await person.writes("/clubs")
    return await person.take("clubs-de")


async def meetup(browser: Browser, url: str) -> Path:
    """A meetup with its waiting list, in German and dark."""
    person = await walk(browser, url, "de-DE", "de", "dark")
    await person.step_into("chemnitz")
    await person.writes("/events")
    await person.page.get_by_role("button", name="Stammtisch").last.click()
    await person.page.wait_for_timeout(900)
    await person.taps("Attend")
    return await person.take("meetup-de")


async def survey(browser: Browser, url: str) -> Path:
    """What people said after an event: the picture itself, as its organiser in Shanghai sees it."""
    person = await walk(browser, url, "zh-CN", "zh_Hans", "light")
    await person.step_into("shanghai")
    await person.writes("/start event_demo0008")
    for label in ("Organise", "How it was"):
        await person.taps(label)
    return await person.take_picture("survey-zh")


async def statistics(browser: Browser, url: str) -> None:
    """The network in numbers: the pictures themselves, as two coordinators see them."""
    person = await walk(browser, url, "de-DE", "de", "light")
    await person.step_into("coordinator")
    await person.writes("/stats")
    await person.taps("Events")
    await person.take_picture("events-de")
    person = await walk(browser, url, "zh-CN", "zh_Hans", "light")
    await person.step_into("second")
    await person.writes("/stats")
    await person.page.get_by_role("button", name=translate("zh_Hans", "Provinces"), exact=True).last.click()
    await person.page.wait_for_timeout(900)
    await person.take_picture("provinces-zh")


async def coordinator(browser: Browser, url: str) -> Path:
    """A registration to decide about."""
    person = await walk(browser, url, "en-GB", "en", "light")
    await person.step_into("coordinator")
    await person.writes("/verify")
    await person.page.locator("#entries .entry.bot").last.get_by_role("button").first.click()
    await person.page.wait_for_timeout(900)
    return await person.take("verifying")


async def announcement(browser: Browser, url: str) -> Path:
    """An announcement on its way, in each reader's morning, in German."""
    person = await walk(browser, url, "de-DE", "de", "light")
    await person.step_into("coordinator")
    await person.writes("/announce")
    going_out = re.compile(f"^{re.escape(translate('de', 'Going out'))} · ")
    await person.page.get_by_role("button", name=going_out).last.click()
    await person.page.wait_for_timeout(900)
    return await person.take("announcement-de")


async def combine(browser: Browser, pictures: list[Path]) -> None:
    """All of them side by side, for the top of the README."""
    images = "".join(
        f'<img src="data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}">' for path in pictures
    )
    style = "body{margin:0;display:flex;gap:24px;padding:24px;background:#8a93a0}img{width:390px;border-radius:24px}"
    page = await browser.new_page(viewport={"width": 24 + 3 * 414, "height": 892})
    await page.set_content(f"<style>{style}</style>{images}")
    await page.screenshot(path=HERE / "overview.png")


async def main() -> None:
    if CHROMIUM is None:
        raise SystemExit("no Chromium is installed here (Debian: apt-get install chromium fonts-noto-cjk)")
    port = find_free_port()
    url = f"http://127.0.0.1:{port}"
    demo = await open_demo(port)
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            await combine(browser, [await take(browser, url) for take in (newcomer, meetup, coordinator)])
            await chemnitz(browser, url)
            await survey(browser, url)
            await statistics(browser, url)
            await announcement(browser, url)
            await browser.close()
    finally:
        demo.terminate()
        await demo.wait()


if __name__ == "__main__":
    asyncio.run(main())
