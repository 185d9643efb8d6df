"""The page behind a ticket's QR code, on the phone of whoever is at the door, in a real browser without JavaScript."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from bot.channels.web.security import COOKIE
from db.models.events import Attendance
from handlers.events.tickets import ticket_of
from tests.actors import Actor, WebActor
from tests.browser.conftest import PHONE
from tests.clubs import club
from tests.events import answer_of, answers, event
from tests.people import member
from tests.stage import Stage, expected, translate

pytestmark = pytest.mark.door("web")


class Phone:
    """The phone of an organiser, signed in, and the words of their language."""

    def __init__(self, page: Page, stage: Stage, language: str) -> None:
        self.page = page
        self.stage = stage
        self.language = language

    async def scans(self, ticket: str) -> None:
        await self.page.goto(f"{self.stage.app.web_address()}/go/ticket_{ticket}")

    async def presses(self, label: str) -> None:
        await self.page.get_by_role("button", name=translate(self.language, label), exact=True).click()

    async def reads(self, sentence: str, **values: object) -> None:
        await expect(self.page.locator("main")).to_have_text(expected(self.language, sentence, values))

    async def fits(self) -> None:
        """Nothing is wider than the phone, and whatever can be pressed is large enough for a thumb."""
        assert await self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        for button in await self.page.locator("main button").all():
            box = await button.bounding_box()
            assert box is not None and box["height"] >= 44


async def belongs_to(page: Page, stage: Stage, actor: Actor) -> None:
    assert isinstance(actor, WebActor)
    token = next(cookie.value for cookie in actor.cookies if cookie.key == COOKIE)
    await page.context.add_cookies([{"name": COOKIE, "value": token, "url": stage.app.web_address()}])


@pytest.fixture
async def blank(browser: Browser) -> AsyncIterator[Page]:
    """A phone of nobody, on which scripts are switched off."""
    context = await browser.new_context(viewport=PHONE, java_script_enabled=False)
    context.set_default_timeout(10_000)
    opened = await context.new_page()
    yield opened
    await context.close()


@pytest.fixture
async def door(stage: Stage, blank: Page) -> Phone:
    """The phone of the ambassador of a club whose evening begins in two hours."""
    bernd = member(stage, "Bernd Sommer", ambassador_of=club(stage, "Leipzig"))
    await belongs_to(blank, stage, bernd)
    return Phone(blank, stage, bernd.language)


def evening(stage: Stage, **columns: object) -> int:
    return event(stage, "Stammtisch im Ratskeller", club=1, in_hours=2, **columns)  # type: ignore[arg-type]


def comes(stage: Stage, name: str, event_id: int, state: str = "yes", guests: int = 0) -> tuple[int, str]:
    """A member who has answered: the id of the answer, and their ticket."""
    member(stage, name)
    answer = answers(stage, name, event_id, state, guests)
    nonce = stage.looks_up(lambda session: session.get_one(Attendance, answer)).nonce
    assert nonce is not None
    return answer, ticket_of(stage.app.house, answer, nonce)


def is_here(stage: Stage, answer: int) -> bool:
    return stage.looks_up(lambda session: session.get_one(Attendance, answer)).checked_in_at is not None


@pytest.mark.parametrize("language", ["de", "zh_Hans", "en"])
async def test_one_button_checks_in_and_says_so_in_words(stage: Stage, door: Phone, language: str) -> None:
    answer, ticket = comes(stage, "Anna Weber", evening(stage), guests=2)
    door.language = language
    await door.page.goto(f"{stage.app.web_address()}/go/ticket_{ticket}?language={language}")
    await door.reads("Check in: {event}", event="Stammtisch im Ratskeller")
    assert "Anna" not in await door.page.inner_text("main")
    assert await door.page.locator("main button").count() == 1
    assert not is_here(stage, answer)
    await door.fits()


async def test_checked_in_and_scanned_again(stage: Stage, door: Phone) -> None:
    answer, ticket = comes(stage, "Anna Weber", evening(stage), guests=2)
    comes(stage, "Clara Vogel", 1)
    await door.scans(ticket)
    await door.presses("Check in")
    await door.reads("Checked in")
    await door.reads("With {n} guests.", n=2)
    await door.reads("{here} of {n} people are here.", here=3, n=4)
    assert await door.page.locator(".verdict.good .who").inner_text() == "Anna Weber"
    assert is_here(stage, answer)
    await door.fits()
    await door.scans(ticket)
    await door.presses("Check in")
    await door.reads("Already checked in")
    await door.reads("Checked in already, by you: {time}")
    assert await door.page.locator(".verdict.mind").count() == 1
    await door.fits()


async def test_a_wrong_scan_is_undone(stage: Stage, door: Phone) -> None:
    answer, ticket = comes(stage, "Anna Weber", evening(stage))
    await door.scans(ticket)
    await door.presses("Check in")
    await door.presses("Undo")
    await door.reads("Not checked in any more")
    assert not is_here(stage, answer)
    await door.presses("Check in again")
    assert is_here(stage, answer)


async def test_a_result_opened_anew_asks_again(stage: Stage, door: Phone) -> None:
    _answer, ticket = comes(stage, "Anna Weber", evening(stage))
    await door.scans(ticket)
    await door.presses("Check in")
    await door.page.goto(door.page.url)
    await door.reads("Check in: {event}")


async def test_another_language_is_one_tap_away(stage: Stage, door: Phone) -> None:
    _answer, ticket = comes(stage, "Anna Weber", evening(stage))
    await door.scans(ticket)
    await door.presses("Check in")
    for tag, name in (("zh_Hans", "中文"), ("de", "Deutsch"), ("en", "English")):
        await door.page.get_by_role("link", name=name).click()
        door.language = tag
        await door.reads("Check in: {event}")
        assert await door.page.locator("html").get_attribute("lang") == tag.replace("_", "-")


async def test_somebody_without_a_seat_is_let_in_all_the_same(stage: Stage, door: Phone) -> None:
    tonight = evening(stage, capacity=1)
    answer, ticket = comes(stage, "Anna Weber", tonight, "waiting")
    await door.scans(ticket)
    await door.presses("Check in")
    await door.reads("No seat")
    await door.reads("This person is on the waiting list and has no seat.")
    assert not is_here(stage, answer)
    await door.fits()
    await door.presses("Let them in all the same")
    await door.reads("Checked in")
    assert is_here(stage, answer)
    assert answer_of(stage, "Anna Weber", tonight) == ("yes", 0)


async def test_scanned_again_after_being_let_in_the_ticket_says_so(stage: Stage, door: Phone) -> None:
    _answer, ticket = comes(stage, "Anna Weber", evening(stage), "no")
    await door.scans(ticket)
    await door.presses("Check in")
    await door.presses("Let them in all the same")
    await door.scans(ticket)
    await door.presses("Check in")
    await door.reads("Already checked in")


@pytest.mark.parametrize("forged", ["{answer}-" + "0" * 24, "{answer}-" + "f" * 24])
async def test_a_forged_ticket_has_no_button(stage: Stage, door: Phone, forged: str) -> None:
    answer, _ticket = comes(stage, "Anna Weber", evening(stage))
    await door.scans(forged.format(answer=answer))
    await door.reads("Ticket not valid")
    assert await door.page.locator("main button").count() == 0
    assert not is_here(stage, answer)
    await door.fits()


async def test_the_ticket_of_another_event_says_so(stage: Stage, door: Phone) -> None:
    elsewhere = event(stage, "Sommerfest", club=club(stage, "Berlin"), in_hours=2)
    answer, ticket = comes(stage, "Anna Weber", elsewhere)
    await door.scans(ticket)
    await door.reads("Another event")
    text = await door.page.inner_text("main")
    assert "Anna" not in text and "Sommerfest" not in text
    assert not is_here(stage, answer)


async def test_before_the_door_opens_there_is_no_button(stage: Stage, door: Phone) -> None:
    tonight = event(stage, club=1, in_hours=5)
    _answer, ticket = comes(stage, "Anna Weber", tonight)
    await door.scans(ticket)
    await door.reads("The door is closed")
    await door.reads("It is too early: the door opens three hours before the start, on {time}.")
    assert await door.page.locator("main button").count() == 0


async def test_a_phone_of_nobody_and_the_owner_see_both_doors(stage: Stage, blank: Page) -> None:
    club(stage, "Leipzig")
    tonight = evening(stage)
    anna = member(stage, "Anna Weber")
    answer = answers(stage, "Anna Weber", tonight)
    nonce = stage.looks_up(lambda session: session.get_one(Attendance, answer)).nonce
    assert nonce is not None
    phone = Phone(blank, stage, anna.language)
    ticket = ticket_of(stage.app.house, answer, nonce)
    address = f"{stage.app.web_address()}/go/ticket_{ticket}?language={anna.language}"
    for _whose in ("nobody", "Anna"):
        await blank.goto(address)
        await phone.reads("Go on with {name}: here in the browser, or on Telegram.")
        await belongs_to(blank, stage, anna)
    await phone.presses("Go on in the browser")
    await stage.settle()
    await anna.catch_up()
    anna.reads("You attend.")
    assert not is_here(stage, answer)
