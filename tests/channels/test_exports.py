"""The page behind an export link, and the file: in one browser, for a quarter of an hour, and all who are on it can see
that."""

import asyncio
import csv
import io
import json
import re
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from weakref import WeakKeyDictionary

import aiohttp
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.events import Attendance
from db.models.members import Code, Role
from db.models.privacy import Audit
from db.models.web import Entry
from handlers.events.organising import ExportAnswers
from tests.actors import Actor, WebActor
from tests.clubs import club
from tests.events import answers, event
from tests.handlers.test_privacy import file_of
from tests.people import find, guest, member
from tests.stage import Stage, translate

REASON = "Namensschilder drucken"
BROWSERS: WeakKeyDictionary[Actor, aiohttp.CookieJar] = WeakKeyDictionary()


@dataclass(frozen=True)
class Page:
    """What a browser got."""

    status: int
    content: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def is_file(self) -> bool:
        return self.headers.get("content-disposition", "").startswith("attachment")


def browser_of(who: Actor) -> aiohttp.CookieJar:
    """What somebody's browser remembers. Whoever is on Telegram has one there, in which nobody is signed in."""
    return who.cookies if isinstance(who, WebActor) else BROWSERS.setdefault(who, aiohttp.CookieJar(unsafe=True))


async def asks(
    stage: Stage, method: str, path: str, *, who: Actor | None = None, origin: str | None = "own", language: str = "de"
) -> Page:
    """Ask for a path in somebody's browser, or in one that never was here."""
    url = stage.app.web_address()
    headers = {"accept-language": language}
    if method == "POST" and origin is not None:
        headers["origin"] = url if origin == "own" else origin
    jar = browser_of(who) if who is not None else aiohttp.CookieJar(unsafe=True)
    async with (
        aiohttp.ClientSession(cookie_jar=jar) as http,
        http.request(method, f"{url}{path}", headers=headers) as answer,
    ):
        low = {name.lower(): value for name, value in answer.headers.items()}
        return Page(answer.status, await answer.read(), low)


def evening(stage: Stage, **columns: Any) -> tuple[int, Actor]:
    """A meetup of a club and its ambassador."""
    leipzig = club(stage, "Leipzig")
    columns = {"club": leipzig, "questions": [{"de": "Essen?"}], **columns}
    return event(stage, **columns), member(stage, "Bernd Sommer", ambassador_of=leipzig)


def comes(stage: Stage, name: str, event_id: int, state: str = "yes", guests: int = 0, **columns: Any) -> Actor:
    """A member who has answered."""
    actor = member(stage, name)
    answer = answers(stage, name, event_id, state, guests)

    def more(session: Session) -> None:
        row = session.get_one(Attendance, answer)
        for column, value in columns.items():
            setattr(row, column, value)

    stage.looks_up(more)
    return actor


async def exports(organiser: Actor, event_id: int, kind: str = "Plain table (CSV)") -> str:
    """Ask for a list; the path of the link."""
    await organiser.presses(ExportAnswers(event_id).pack(), None)
    await organiser.says(REASON)
    await organiser.taps(kind)
    return "/export/" + organiser.link("/export/").rpartition("/")[2]


def rows_of(page: Page) -> list[list[str]]:
    """A downloaded CSV, header first."""
    assert page.is_file, page.text
    return list(csv.reader(io.StringIO(page.content.decode("utf-8-sig")), delimiter=";"))


def log(stage: Stage, action: str) -> list[Audit]:
    query = select(Audit).where(Audit.action == action).order_by(Audit.subject)
    return stage.looks_up(lambda session: list(session.scalars(query)))


def says_page(page: Page, actor: Actor, sentence: str) -> bool:
    return translate(actor.language, sentence) in page.text


@pytest.mark.everywhere
async def test_a_list_is_taken_away_as_a_spreadsheet(stage: Stage) -> None:
    meetup, bernd = evening(stage)
    comes(stage, "Özlem Kaya", meetup, guests=2, replies={"1": "Vegan"}, checked_in_at=stage.clock.now())
    comes(stage, "Anna Weber", meetup, "no")
    path = await exports(bernd, meetup, "Excel (XLSX)")
    bernd.reads("The list of <b>{event}</b> is behind the link below.", event="Stammtisch")
    assert re.fullmatch(r"/export/[0-9A-Z]{22}", path)
    page = await asks(stage, "GET", path, who=bernd)
    assert page.status == 200 and f'action="{path}"' in page.text
    assert says_page(page, bernd, "Download (Excel)")
    got = await asks(stage, "POST", path, who=bernd)
    assert got.headers["content-disposition"] == "attachment; filename*=utf-8''Stammtisch%202026-03-10.xlsx"
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(got.content)).get_sheet_by_index(0).to_python()
    with_header, ozlem, anna = sheet
    assert with_header[:2] == [translate(bernd.language, each) for each in ("Name", "Name in another script")]
    assert with_header[4] == "Essen?"
    assert ozlem[:2] + ozlem[3:] == ["Özlem Kaya", "", 2.0, "Vegan", "2026-03-10 11:00", "2026-03-10 11:00"]
    assert anna[:2] + anna[3:] == ["Anna Weber", "", 0.0, "", "2026-03-10 11:00", ""]


async def test_a_list_is_taken_away_as_a_plain_table_in_the_organisers_language_and_time(stage: Stage) -> None:
    nanjing = club(stage, "Nanjing")
    chen = member(stage, "Chen Shibo", city="Nanjing", language="zh_Hans", ambassador_of=nanjing)
    dinner = event(stage, "聚会/南京", club=nanjing)
    comes(stage, "Anna Weber", dinner, "maybe")
    got = await asks(stage, "POST", await exports(chen, dinner), who=chen)
    header, anna = rows_of(got)
    assert header[:4] == ["姓名", "姓名（其他文字）", "答复", "同行人员"]
    assert "上海" in header[4]
    assert anna == ["Anna Weber", "", "可能参加", "0", "2026-03-10 18:00", ""]
    assert got.content.startswith(b"\xef\xbb\xbf")
    assert "%2F" not in got.headers["content-disposition"]


@pytest.mark.parametrize("kind", ["Excel (XLSX)", "Plain table (CSV)"])
async def test_nothing_people_write_becomes_a_formula(stage: Stage, kind: str) -> None:
    meetup, bernd = evening(stage, questions=[{"de": "+1?"}])
    comes(stage, "=cmd|' /C calc'!A0", meetup, replies={"1": "@SUM(A1)"})
    got = await asks(stage, "POST", await exports(bernd, meetup, kind), who=bernd)
    if kind == "Plain table (CSV)":
        header, row = rows_of(got)
        assert (header[4], row[0], row[4]) == ("'+1?", "'=cmd|' /C calc'!A0", "'@SUM(A1)")
    else:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(got.content)).get_sheet_by_index(0).to_python()
        assert (sheet[0][4], sheet[1][0], sheet[1][4]) == ("+1?", "=cmd|' /C calc'!A0", "@SUM(A1)")


async def test_a_preview_that_opens_the_link_spends_nothing(stage: Stage) -> None:
    meetup, bernd = evening(stage)
    comes(stage, "Anna Weber", meetup)
    path = await exports(bernd, meetup)
    for method in ("GET", "HEAD", "GET"):
        page = await asks(stage, method, path, who=bernd)
        assert page.status == 200 and "Anna" not in page.text
    assert log(stage, "exported") == log(stage, "attendees_exported") == []
    assert len(rows_of(await asks(stage, "POST", path, who=bernd))) == 2


async def test_what_broke_off_is_downloaded_again_in_the_same_browser_only(stage: Stage) -> None:
    meetup, bernd = evening(stage)
    comes(stage, "Anna Weber", meetup)
    path = await exports(bernd, meetup)
    for _time in range(2):
        assert len(rows_of(await asks(stage, "POST", path, who=bernd))) == 2
    for method in ("POST", "GET"):
        page = await asks(stage, method, path)
        assert (page.status, page.is_file, "Anna" in page.text) == (403, False, False)
        why = "You are not signed in here" if stage.door == "web" else "This link works in another browser"
        assert says_page(page, bernd, why)
    assert (len(log(stage, "attendees_exported")), len(log(stage, "exported"))) == (2, 2)


@pytest.mark.door("telegram")
@pytest.mark.parametrize("kind", ["Excel (XLSX)", "Plain table (CSV)"])
async def test_pressed_in_three_browsers_at_once_it_gives_one_file(stage: Stage, kind: str) -> None:
    meetup, bernd = evening(stage)
    comes(stage, "Anna Weber", meetup)
    path = await exports(bernd, meetup, kind)
    pages = await asyncio.gather(*(asks(stage, "POST", path) for _browser in range(3)))
    assert sorted(page.is_file for page in pages) == [False, False, True]
    assert (len(log(stage, "attendees_exported")), len(log(stage, "exported"))) == (1, 1)


async def test_a_list_that_cannot_be_made_costs_nothing(stage: Stage) -> None:
    meetup, bernd = evening(stage)
    comes(stage, "Anna Weber", meetup, replies={"1": "\ud800"})  # no spreadsheet can hold half a sign
    path = await exports(bernd, meetup, "Excel (XLSX)")
    page = await asks(stage, "POST", path, who=bernd)
    assert page.status == 503
    assert (
        translate("de", "Nothing was downloaded, and the link still works. Please try again in a moment.") in page.text
    )
    assert log(stage, "exported") == []
    stage.looks_up(lambda session: session.query(Attendance).update({"replies": {"1": "Vegan"}}))
    assert (await asks(stage, "POST", path, who=bernd)).is_file


async def test_after_a_quarter_of_an_hour_a_link_opens_nothing(stage: Stage) -> None:
    meetup, bernd = evening(stage)
    comes(stage, "Anna Weber", meetup)
    early, late = await exports(bernd, meetup), await exports(bernd, meetup)
    await stage.passes(minutes=14)
    assert (await asks(stage, "POST", early, who=bernd)).is_file
    await stage.passes(minutes=2)
    for method, path in product(("GET", "POST"), (early, late)):
        page = await asks(stage, method, path, who=bernd)
        assert page.status == 410
        assert says_page(page, bernd, "This link has expired")


@pytest.mark.door("web")
async def test_a_link_that_was_passed_on_opens_nothing_for_somebody_else(stage: Stage) -> None:
    meetup, bernd = evening(stage)
    anna = comes(stage, "Anna Weber", meetup)
    path = await exports(bernd, meetup)
    for method in ("GET", "POST"):
        page = await asks(stage, method, path, who=anna, language=anna.language[:2])
        assert (page.status, page.is_file) == (403, False)
        assert says_page(page, anna, "This link was made for somebody else")
    assert (await asks(stage, "POST", path, who=bernd)).is_file


@pytest.mark.door("telegram")
async def test_a_browser_in_which_somebody_only_looked_round_is_nobodys(stage: Stage) -> None:
    meetup, bernd = evening(stage)
    comes(stage, "Anna Weber", meetup)
    stranger = guest(stage, "Gast", door="web")
    assert (await asks(stage, "POST", await exports(bernd, meetup), who=stranger)).is_file


async def test_a_link_nobody_wrote_is_not_found(stage: Stage) -> None:
    for secret in ("A" * 22, "x", "A" * 80, "%E2%80%8B"):
        page = await asks(stage, "GET", f"/export/{secret}", language="de")
        assert page.status == 404
        assert translate("de", "We do not know this link") in page.text
        assert (await asks(stage, "POST", f"/export/{secret}")).status == 404


@pytest.mark.parametrize("origin", [None, "https://elsewhere.example", "null"])
async def test_another_page_cannot_press_the_button(stage: Stage, origin: str | None) -> None:
    meetup, bernd = evening(stage)
    comes(stage, "Anna Weber", meetup)
    path = await exports(bernd, meetup)
    assert (await asks(stage, "POST", path, origin=origin, who=bernd)).status == 403
    assert (await asks(stage, "POST", path, who=bernd)).is_file


async def test_whoever_organises_no_longer_takes_nothing_away(stage: Stage) -> None:
    meetup, bernd = evening(stage)
    comes(stage, "Anna Weber", meetup)
    path = await exports(bernd, meetup)
    stage.looks_up(lambda session: session.query(Role).delete())
    for method in ("GET", "POST"):
        page = await asks(stage, method, path, who=bernd)
        assert page.status == 403
        assert says_page(page, bernd, "This list is not open to you")


async def test_the_page_speaks_another_language_where_it_is_asked_to(stage: Stage) -> None:
    meetup, bernd = evening(stage)
    comes(stage, "Anna Weber", meetup)
    path = await exports(bernd, meetup)
    page = await asks(stage, "GET", f"{path}?language=zh_Hans", who=bernd)
    assert '<html lang="zh-Hans">' in page.text
    assert translate("zh_Hans", "Download (CSV)") in page.text


async def test_the_reason_is_asked_for_and_there_must_be_one(stage: Stage) -> None:
    meetup, bernd = evening(stage)
    comes(stage, "Anna Weber", meetup)
    await bernd.presses(ExportAnswers(meetup).pack(), None)
    bernd.reads("What do you need the list for?")
    await bernd.says("...")
    bernd.reads("Please use words, not only signs or pictures.")
    assert not bernd.sees_button("Excel (XLSX)")


async def test_of_what_nobody_has_answered_there_is_no_list(stage: Stage) -> None:
    meetup, bernd = evening(stage)
    await bernd.presses(ExportAnswers(meetup).pack(), None)
    bernd.reads("Nobody has answered yet, so there is nothing to export.")


@pytest.mark.everywhere
async def test_an_export_is_recorded_and_everybody_on_the_list_can_see_it(stage: Stage) -> None:
    meetup, bernd = evening(stage)
    anna, clara = comes(stage, "Anna Weber", meetup), comes(stage, "Clara Lang", meetup, "no")
    comes_too = answers(stage, "Bernd Sommer", meetup)
    dora = member(stage, "Dora Jung")
    await asks(stage, "POST", await exports(bernd, meetup), who=bernd)
    number = find(stage, "Bernd Sommer").number
    [whole] = log(stage, "attendees_exported")
    assert (whole.actor, whole.details) == (number, {"event": meetup, "format": "csv", "reason": REASON})
    concerned = log(stage, "exported")
    assert {row.actor for row in concerned} == {number}
    assert {row.subject for row in concerned} == {find(stage, name).number for name in ("Anna Weber", "Clara Lang")}
    assert comes_too
    for person in (anna, clara):
        await person.says("/mydata")
        person.reads("{day}: an ambassador of a club")
    entry = (await file_of(anna))["who_did_what"][-2]
    assert entry == {"day": "2026-03-10", "by": "ambassador of a club", "what": "exported", "why": REASON}
    await dora.says("/mydata")
    dora.reads("Nobody else has opened your record yet.")


async def test_a_coordinators_export_is_the_alumni_offices(stage: Stage) -> None:
    meetup, _bernd = evening(stage)
    anna, chief = comes(stage, "Anna Weber", meetup), member(stage, "Karin Chef", coordinator=True)
    assert (await asks(stage, "POST", await exports(chief, meetup), who=chief)).is_file
    await anna.says("/mydata")
    anna.reads("{day}: the alumni office")


async def test_no_row_holds_the_secret_of_a_link(stage: Stage) -> None:
    meetup, bernd = evening(stage)
    comes(stage, "Anna Weber", meetup)
    secret = (await exports(bernd, meetup)).rpartition("/")[2]
    [code] = stage.looks_up(lambda session: list(session.scalars(select(Code).where(Code.kind == "export"))))
    assert code.prefill == {"event": meetup, "format": "csv", "reason": REASON, "signed_in": stage.door == "web"}
    entries = stage.looks_up(lambda session: [entry.body for entry in session.scalars(select(Entry))])
    assert secret not in json.dumps(entries) and secret not in repr(vars(code))


@pytest.mark.door("web")
async def test_no_list_is_a_file_in_the_chat(stage: Stage) -> None:
    meetup, bernd = evening(stage)
    comes(stage, "Anna Weber", meetup)
    await exports(bernd, meetup)
    assert all("file" not in message.raw and "Anna" not in message.text for message in bernd.messages())
