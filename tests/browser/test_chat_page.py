"""The chat page in a real browser: a member in Taiyuan who has no Telegram."""

import pytest
from playwright.async_api import BrowserContext, Page, expect
from sqlalchemy import func, select

from db import codes
from db.models.clubs import Club, Membership
from db.models.conversation import Door
from db.models.lists import Institution, Programme
from db.models.members import Member
from db.models.places import Place
from tests.browser.chat import ChatPage
from tests.stage import START, Stage, translate

pytestmark = [pytest.mark.language("zh_Hans"), pytest.mark.door("web")]
FOR_CLUBS = (
    "Which details may members of your clubs see, beside your name? The next question is what all alumni may see; "
    "the rest is for the alumni office only."
)


def found_club(stage: Stage) -> None:
    def work(session):  # type: ignore[no-untyped-def]
        place = session.scalars(select(Place).where(Place.name == "Taiyuan")).one()
        names = {"zh_Hans": "太原校友会", "de": "Alumni-Club Taiyuan", "en": "Alumni Club Taiyuan"}
        session.add(Club(slug="taiyuan", names=names, place_id=place.id, admission="open", founded_at=START))

    stage.looks_up(work)


def issue_code(stage: Stage, secret: str) -> None:
    def work(session):  # type: ignore[no-untyped-def]
        institution = session.scalars(select(Institution).where(Institution.slug == "nrw-programmes")).one()
        programme = session.scalars(select(Programme).where(Programme.slug == "nrw-shanxi")).one()
        prefill = {"name": "陈诗博", "institution": str(institution.id), "programme": str(programme.id)}
        codes.issue(session, "personal", stage.app.house.digest("code", secret), START, prefill=prefill)

    stage.looks_up(work)


async def agrees(chat: ChatPage) -> None:
    """From the start page through what has to be agreed to in China."""
    await chat.page.locator("#languages").get_by_role("button", name="中文").click()
    await chat.taps("I have a code")
    await chat.writes("bcdf-ghjk-23")
    await chat.taps("I have read this")
    await chat.taps("I agree")
    await chat.taps("In mainland China")
    await chat.sees("向德国提供您的个人信息")
    await chat.taps("I agree")


async def fills_in(chat: ChatPage) -> None:
    """The rest of the form; name, institution and programme came with the code."""
    await chat.writes("CHEN Shibo")
    await chat.picks("陈诗博")
    await chat.taps("Scholarship holder")
    await chat.taps("Done")
    await chat.picks("2012")
    await chat.reads("In which city do you live? Write its name, or share your location.")
    await chat.taps("Share my location")
    for prompt, label in (
        ("What do you work on? Several answers are fine.", "Done"),
        ("What is your function, for example “Head of Development”? You may skip this.", "Skip"),
        ("For whom do you work? You may skip this.", "Skip"),
        (FOR_CLUBS, "Done"),
        ("And which details may all verified alumni see?", "Done"),
    ):
        await chat.reads(prompt)
        await chat.taps(label)
    await chat.reads("<b>Is everything right?</b> Tap a line below to change it.")
    await chat.sees("中国山西太原")


async def test_joining_from_the_language_to_the_club_in_chinese(stage: Stage, page: Page) -> None:
    found_club(stage)
    issue_code(stage, "BCDFGHJK23")
    chat = ChatPage(page, stage, "zh_Hans")
    await agrees(chat)
    await fills_in(chat)
    await chat.taps("Everything is right")
    await chat.reads("You are verified. Welcome, {name}! Now find the club near you.")
    await chat.taps("Clubs near me")
    await chat.picks("太原校友会")
    await chat.taps("Join")
    await chat.reads("You are a member.")
    assert stage.looks_up(lambda session: session.scalar(select(func.count()).where(Membership.state == "in"))) == 1
    assert await page.locator("html").get_attribute("lang") == "zh-Hans"


async def test_a_reload_in_the_middle_loses_nothing(stage: Stage, page: Page) -> None:
    issue_code(stage, "BCDFGHJK23")
    chat = ChatPage(page, stage, "zh_Hans")
    await agrees(chat)
    await chat.writes("CHEN Shibo")
    await chat.reads("How shall we address you? For example “Ms Weber” or “Professor Chen”.")
    await page.reload()
    await chat.reads("How shall we address you? For example “Ms Weber” or “Professor Chen”.")
    await chat.sees("CHEN Shibo")
    await chat.picks("陈诗博")
    await chat.reads(
        "What connects you with us? Several answers are fine; a degree is not needed. People of predecessor "
        "institutions belong, too."
    )


async def test_what_is_written_without_a_connection_arrives_once_when_it_is_back(
    stage: Stage, page: Page, phone: BrowserContext
) -> None:
    issue_code(stage, "BCDFGHJK23")
    chat = ChatPage(page, stage, "zh_Hans")
    await agrees(chat)
    await stage.app.sockets.drop_all()
    await phone.set_offline(True)
    await chat.writes("CHEN Shibo")
    await expect(page.locator("#state")).to_contain_text(
        translate("zh_Hans", "Not connected. We keep trying; what you write is kept and sent.")
    )
    await phone.set_offline(False)
    await chat.reads("How shall we address you? For example “Ms Weber” or “Professor Chen”.")
    assert await page.locator(".entry.me", has_text="CHEN Shibo").count() == 1


async def test_connecting_telegram_joins_both_doors_to_one_member(stage: Stage, page: Page) -> None:
    issue_code(stage, "BCDFGHJK23")
    chat = ChatPage(page, stage, "zh_Hans")
    await agrees(chat)
    await fills_in(chat)
    await chat.taps("Everything is right")
    await chat.reads("You are verified. Welcome, {name}! Now find the club near you.")
    await chat.writes("/web")
    link = await page.get_by_role("link", name=translate("zh_Hans", "Connect Telegram")).last.get_attribute("href")
    assert link is not None
    telegram = stage.person("Shibo", door="telegram")
    await telegram.says(f"/start {link.split('start=')[1]}")
    await telegram.taps("中文") if telegram.sees_button("中文") else None
    telegram.reads("Welcome back, {name}. Both doors now lead to the same conversation with you.")
    doors = stage.looks_up(lambda session: session.scalars(select(Door.member_id)).all())
    assert len(doors) == 2
    assert len(set(doors)) == 1
    assert stage.looks_up(lambda session: session.scalar(select(func.count()).select_from(Member))) == 1


async def test_nothing_somebody_writes_becomes_markup(stage: Stage, page: Page) -> None:
    chat = ChatPage(page, stage, "zh_Hans")
    await page.locator("#languages").get_by_role("button", name="中文").click()
    await chat.reads("Welcome to {name}!")
    await chat.writes("<img src=x onerror=document.title='taken'>")
    await chat.sees("<img src=x onerror=document.title='taken'>")
    assert await page.title() != "taken"
    assert await page.locator("#entries img").count() == 0


async def test_merely_looking_at_the_page_stores_nothing(stage: Stage, page: Page) -> None:
    await expect(page.locator("#languages").get_by_role("button", name="中文")).to_be_visible()
    assert stage.looks_up(lambda session: session.scalar(select(func.count()).select_from(Door))) == 0
