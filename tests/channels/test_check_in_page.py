"""The page behind a ticket's QR code, as a browser asks for it: from our own page only, and only done once."""

import asyncio
import sqlite3
from dataclasses import dataclass

import aiohttp
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from bot.conversation.reply import Reply
from bot.conversation.routing import Gate, Warden
from bot.conversation.turn import Turn
from db.models.conversation import Inbox
from db.models.events import Attendance
from db.models.privacy import Audit
from handlers.events.tickets import ticket_of
from tests.actors import Actor, WebActor
from tests.clubs import club
from tests.events import answers, event
from tests.people import find, member
from tests.stage import Stage, translate

pytestmark = pytest.mark.door("web")


def evening(stage: Stage) -> tuple[int, str, Actor]:
    """Anna is expected at a club's evening: the id of her answer, her ticket, and the ambassador."""
    leipzig = club(stage, "Leipzig")
    bernd = member(stage, "Bernd Sommer", ambassador_of=leipzig)
    member(stage, "Anna Weber")
    answer = answers(stage, "Anna Weber", event(stage, club=leipzig, in_hours=1))
    nonce = stage.looks_up(lambda session: session.get_one(Attendance, answer)).nonce
    assert nonce is not None
    return answer, ticket_of(stage.app.house, answer, nonce), bernd


async def presses(actor: Actor, path: str, origin: str | None = "own") -> tuple[int, str]:
    """Post to a path with the cookies of somebody's browser; status and page."""
    assert isinstance(actor, WebActor)
    headers = {"origin": actor.url if origin == "own" else origin} if origin else {}
    async with (
        aiohttp.ClientSession(cookie_jar=actor.cookies) as http,
        http.post(f"{actor.url}{path}", headers=headers, allow_redirects=False) as answer,
    ):
        return answer.status, await answer.text()


async def opens(actor: Actor, path: str) -> str:
    assert isinstance(actor, WebActor)
    async with aiohttp.ClientSession(cookie_jar=actor.cookies) as http, http.get(f"{actor.url}{path}") as answer:
        assert answer.status == 200
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        return await answer.text()


def is_here(stage: Stage, answer: int) -> bool:
    return stage.looks_up(lambda session: session.get_one(Attendance, answer)).checked_in_at is not None


def count(stage: Stage, table: type[Audit] | type[Inbox]) -> int:
    return stage.looks_up(lambda session: session.scalar(select(func.count()).select_from(table)) or 0)


@pytest.mark.parametrize("origin", [None, "https://elsewhere.example", "null"])
async def test_another_page_cannot_press_the_button(stage: Stage, origin: str | None) -> None:
    answer, ticket, bernd = evening(stage)
    assert (await presses(bernd, f"/door/{ticket}/in", origin))[0] == 403
    assert not is_here(stage, answer)


async def test_looking_writes_nothing(stage: Stage) -> None:
    answer, ticket, bernd = evening(stage)
    before = count(stage, Audit)
    page = await opens(bernd, f"/go/ticket_{ticket}")
    assert f'action="/door/{ticket}/in"' in page
    assert "Anna" not in page
    assert (count(stage, Audit), count(stage, Inbox)) == (before, 0)
    assert not is_here(stage, answer)


async def test_the_button_leaves_no_bubble_and_one_line_in_the_log(stage: Stage) -> None:
    answer, ticket, bernd = evening(stage)
    status, page = await presses(bernd, f"/door/{ticket}/in")
    assert (status, "Anna Weber" in page) == (200, True)
    assert is_here(stage, answer)
    assert count(stage, Inbox) == 0
    number = find(stage, "Anna Weber").number
    by = select(Audit.action, Audit.actor).where(Audit.subject == number)
    done = [tuple(row) for row in stage.looks_up(lambda session: session.execute(by).all())]
    assert done == [("checked_in", find(stage, "Bernd Sommer").number)]


async def test_pressed_three_times_at_once_it_counts_once(stage: Stage) -> None:
    answer, ticket, bernd = evening(stage)
    pages = await asyncio.gather(*(presses(bernd, f"/door/{ticket}/in") for _time in range(3)))
    already = translate(bernd.language, "Already checked in")
    assert sorted(already in page for _status, page in pages) == [False, True, True]
    assert is_here(stage, answer)


@pytest.mark.parametrize("act", ["in", "out", "admit"])
async def test_whoever_organises_nothing_is_led_to_both_doors(stage: Stage, act: str) -> None:
    answer, ticket, _bernd = evening(stage)
    dora = member(stage, "Dora Lang")
    status, _page = await presses(dora, f"/door/{ticket}/{act}")
    assert status == 303
    page = await opens(dora, f"/go/ticket_{ticket}")
    assert f'action="/go/ticket_{ticket}"' in page
    assert "/door/" not in page
    assert not is_here(stage, answer)


@pytest.mark.parametrize("act", ["in", "out", "admit"])
async def test_the_ambassador_of_another_club_can_do_nothing(stage: Stage, act: str) -> None:
    answer, ticket, _bernd = evening(stage)
    clara = member(stage, "Clara Jung", ambassador_of=club(stage, "Berlin"))
    _status, page = await presses(clara, f"/door/{ticket}/{act}")
    assert translate(clara.language, "Another event") in page
    assert "Anna" not in page
    assert not is_here(stage, answer)


async def test_a_browser_that_signed_out_is_nobodys(stage: Stage) -> None:
    answer, ticket, bernd = evening(stage)
    await bernd.says("/devices")
    await bernd.taps("Sign out here")
    assert (await presses(bernd, f"/door/{ticket}/in"))[0] == 303
    assert not is_here(stage, answer)


@pytest.mark.parametrize("path", ["/door/{ticket}/elsewhere", "/door/x%20y/in", "/door/" + "x" * 80 + "/in"])
async def test_an_address_nobody_wrote_is_not_found(stage: Stage, path: str) -> None:
    _answer, ticket, bernd = evening(stage)
    assert (await presses(bernd, path.format(ticket=ticket)))[0] == 404


@dataclass
class LockedFor:
    """The gates, at a database that is locked for the first so many questions."""

    gates: Warden
    times: int

    def admits(self, turn: Turn, gate: Gate) -> bool:
        self.times -= 1
        if self.times >= 0:
            locked = sqlite3.OperationalError("database is locked")
            locked.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise OperationalError("UPDATE", {}, locked)
        return self.gates.admits(turn, gate)

    def refuse(self, turn: Turn, gate: Gate) -> Reply:
        return self.gates.refuse(turn, gate)


async def test_a_database_that_cannot_is_said_so_and_the_button_works_afterwards(stage: Stage) -> None:
    answer, ticket, bernd = evening(stage)
    gates = stage.app.router.warden
    assert gates is not None
    stage.app.router.warden = LockedFor(gates, 1)
    status, page = await presses(bernd, f"/door/{ticket}/in")
    assert status == 503
    assert translate("en", "Nobody was checked in. Please load the page again in a moment.") in page
    assert not is_here(stage, answer)
    assert (await presses(bernd, f"/door/{ticket}/in"))[0] == 200
    assert is_here(stage, answer)
