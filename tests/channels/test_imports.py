"""A list of people on its page: from the chat's link to records, with counts in the chat and names on the page only."""

import csv
import io
import re
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.domain.importing.faults import LARGEST_FILE
from db import records
from db.models.lists import Institution, Programme
from db.models.members import Role
from db.models.records import Import, ImportPiece, Record
from handlers.coordination.import_buttons import GiveUp, ListImports, NewImport, OpenImport, OpenPage, TakeOver
from tests.actors import Actor, WebActor
from tests.importing.files import PEOPLE, Rows, text, xlsx
from tests.importing.jobs import do_waiting
from tests.people import find, member
from tests.stage import Stage, translate

NAMES = ("李雪梅", "LI Xuemei", "Jürgen", "王伟", "li@example.cn")
ODD: Rows = (
    ("Name", "Programm", "Jahrgang"),
    ("Anna Weber", "Raumfahrt", 2005),
    ("Bo Chen", "Shanxi", 2005),
    ("Bo Chen", "Shanxi", 2005),
    ("=cmd|' /C calc'!A0", "Shanxi", 2005),
    ("Carla Diaz", "Raumfahrt", "irgendwann"),
)


class Browser:
    """Somebody's browser, which keeps its cookies."""

    def __init__(self, stage: Stage, path: str, who: Actor | None = None) -> None:
        self.path = path
        self.url = stage.app.web_address()
        self.jar = who.cookies if isinstance(who, WebActor) else aiohttp.CookieJar(unsafe=True)
        self.text = ""

    async def asks(self, method: str, more: str = "", *, origin: str | None = "own", **given: Any) -> int:
        headers = {"referer": f"{self.url}{self.path}"} | ({} if origin is None else {"origin": origin})
        headers |= {"origin": self.url} if origin == "own" else {}
        async with (
            aiohttp.ClientSession(cookie_jar=self.jar) as http,
            http.request(method, f"{self.url}{self.path}{more}", headers=headers, **given) as answer,
        ):
            self.text = await answer.text()
            return answer.status

    async def opens(self) -> None:
        assert await self.asks("GET") == 200
        assert await self.asks("POST", "/enter") == 200

    async def sends(self, content: bytes, name: str = "list.xlsx") -> int:
        return await self.asks("POST", f"/file?name={name}", data=io.BytesIO(content))

    async def posts(self, step: str, **form: str) -> int:
        return await self.asks("POST", f"/{step}", data=form)

    def chosen(self) -> dict[str, str]:
        """What the selects of the page stand at, as sending the form unchanged would post them."""
        found = {}
        for name, inside in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', self.text, re.DOTALL):
            marked = re.search(r'<option value="([^"]*)" selected', inside)
            found[name] = marked[1] if marked else re.findall(r'<option value="([^"]*)"', inside)[0]
        return found

    def reads(self, actor: Actor, sentence: str) -> bool:
        return translate(actor.language, sentence) in self.text


async def begins(stage: Stage, katrin: Actor, institution: str = "nrw-programmes") -> Browser:
    """Ask the chat for a new list; the page behind its link, not opened yet."""
    await katrin.presses(NewImport(place(stage, institution)).pack(), None)
    return Browser(stage, "/import/" + katrin.link("/import/").rpartition("/")[2])


async def tries_out(stage: Stage, katrin: Actor, content: bytes) -> Browser:
    """As far as the report of the dry run, with the columns as they were guessed."""
    browser = await begins(stage, katrin)
    await browser.opens()
    assert await browser.sends(content) == 200
    await works(stage)
    assert await browser.asks("GET") == 200
    await browser.posts("columns", **browser.chosen())
    await works(stage)
    assert await browser.asks("GET") == 200
    return browser


async def works(stage: Stage) -> None:
    """What waits to be done is done."""
    do_waiting(stage)
    await stage.settle()


def place(stage: Stage, slug: str) -> int:
    return stage.looks_up(lambda session: session.scalars(select(Institution.id).where(Institution.slug == slug)).one())


def on_record(stage: Stage) -> list[str]:
    query = select(Record.full_name).where(records.counts()).order_by(Record.line)
    return stage.looks_up(lambda session: list(session.scalars(query)))


def scoped(stage: Stage, name: str, **scope: list[int]) -> None:
    def work(session: Any) -> None:
        role = session.scalars(select(Role).where(Role.member_id == find(stage, name).id)).one()
        role.scope = scope

    stage.looks_up(work)


@pytest.mark.everywhere
async def test_a_list_comes_in(stage: Stage) -> None:
    katrin = member(stage, "Katrin Koch", coordinator=True)
    await katrin.says("/import")
    katrin.reads("<b>Lists of people</b>\nBring in")
    await katrin.taps("New list")
    katrin.reads("Whose people are in the list?")
    browser = await tries_out(stage, katrin, xlsx(PEOPLE))
    await katrin.catch_up()
    katrin.reads("The dry run of your list is done. Nothing was taken over yet.")
    assert browser.reads(katrin, "Take the list over")
    await katrin.taps("Open the list")
    await katrin.taps("Take the list over")
    katrin.reads("It has begun, and is finished whatever happens. You will hear when it is done.")
    assert on_record(stage) == []
    await works(stage)
    await katrin.catch_up()
    katrin.reads("Your list was taken over.")
    assert on_record(stage) == ["李雪梅", "Jürgen Müller", "王伟"]
    assert not [name for name in NAMES for message in katrin.messages() if name in message.text]
    assert await browser.asks("GET") == 200
    assert browser.reads(katrin, "The list itself contains personal data.")


async def test_the_columns_are_shown_with_their_first_lines_and_corrected(stage: Stage) -> None:
    katrin = member(stage, "Katrin Koch", coordinator=True)
    browser = await begins(stage, katrin)
    await browser.opens()
    odd = [["Liste A"], ["Wer", "Sonst", "Jahr"], ["Weber, Anna", "Bonn", 2005], ["Bo Chen", "Ulm", "2006届"]]
    assert await browser.sends(text(odd, "utf-16"), "odd.csv") == 200
    await works(stage)
    await browser.asks("GET")
    assert "Weber, Anna" in browser.text and "2006届" in browser.text
    chosen = browser.chosen()
    assert (chosen["column-1"], chosen["column-2"]) == ("-", "years")
    await browser.posts("columns", **{**chosen, "column-0": "-"})
    assert browser.reads(katrin, "No column holds names. Please say which one does.")
    await browser.posts("columns", **{**chosen, "column-0": "name", "column-1": "name"})
    assert browser.reads(katrin, "Two columns hold the same.")
    young = stage.looks_up(lambda s: s.scalars(select(Programme.id).where(Programme.slug == "nrw-young")).one())
    await browser.posts("columns", **{**chosen, "column-0": "name", "otherwise-programme": str(young)})
    await works(stage)
    await browser.posts("take")
    await works(stage)
    assert on_record(stage) == ["Anna Weber", "Bo Chen"]
    programmes = stage.looks_up(lambda session: set(session.scalars(select(Record.programme_id))))
    assert programmes == {young}


async def test_doubtful_lines_are_decided_and_words_explained_once_for_all(stage: Stage) -> None:
    katrin = member(stage, "Katrin Koch", coordinator=True, language="de")
    browser = await tries_out(stage, katrin, xlsx(ODD))
    assert "„Raumfahrt“" in browser.text
    jiangsu = stage.looks_up(lambda s: s.scalars(select(Programme.id).where(Programme.slug == "nrw-jiangsu")).one())
    await browser.posts("words", **{"programme-0": str(jiangsu)})
    await works(stage)
    await browser.asks("GET")
    assert "Raumfahrt" in browser.text and "programme-0" not in browser.text
    assert browser.chosen() == {"line-4": "", "line-6": ""}
    await browser.posts("decide", stay="1", **{"line-4": "take", "line-6": "take"})
    assert browser.chosen() == {"line-4": "", "line-6": "take"}
    await browser.posts("decide", stay="1", **{"line-4": "other", "line-6": ""})
    await browser.posts("decide-all", stay="1")
    assert browser.chosen() == {"line-4": "other", "line-6": "take"}
    await browser.posts("take")
    await works(stage)
    assert on_record(stage) == ["Anna Weber", "Bo Chen", "Bo Chen", "Carla Diaz"]


async def test_the_report_is_a_table_and_nothing_in_it_becomes_a_formula(stage: Stage) -> None:
    katrin = member(stage, "Katrin Koch", coordinator=True, language="de")
    browser = await tries_out(stage, katrin, xlsx(ODD))
    assert await browser.asks("GET", "/report.csv") == 200
    header, *rows = csv.reader(io.StringIO(browser.text.lstrip("\ufeff")), delimiter=";")
    assert header == [translate("de", each) for each in ("Line", "Result", "Name", "Reason")]
    assert [(row[0], row[2]) for row in rows] == [
        ("2", "Anna Weber"), ("4", "Bo Chen"), ("5", "'=cmd|' /C calc'!A0"), ("6", "Carla Diaz"),
    ]  # fmt: skip
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


async def test_a_link_works_in_one_browser_for_one_person_and_for_an_hour(stage: Stage) -> None:
    katrin = member(stage, "Katrin Koch", coordinator=True, language="de")
    first = await begins(stage, katrin)
    await first.opens()
    other = Browser(stage, first.path)
    assert await other.asks("GET") == 410
    assert other.reads(katrin, "This link was used already")
    assert (await other.posts("give-up"), await other.sends(xlsx(PEOPLE))) == (410, 403)
    assert (await first.asks("POST", "/give-up", origin="https://elsewhere.example"), await first.asks("GET")) == (
        403,
        200,
    )
    await katrin.presses(NewImport(place(stage, "nrw-programmes")).pack(), None)
    late = Browser(stage, "/import/" + katrin.link("/import/").rpartition("/")[2])
    await stage.passes(minutes=61)
    assert (await late.asks("GET"), await first.asks("GET")) == (410, 200)
    await stage.passes(hours=8)
    assert await first.asks("GET") == 410
    assert [await Browser(stage, f"/import/{'A' * n}").asks("GET") for n in (22, 5)] == [404, 404]


@pytest.mark.door("web")
async def test_a_link_that_was_passed_on_opens_nothing_for_somebody_else(stage: Stage) -> None:
    katrin, bernd = member(stage, "Katrin Koch", coordinator=True), member(stage, "Bernd Vogel", coordinator=True)
    path = (await begins(stage, katrin)).path
    for method, more in (("GET", ""), ("POST", "/enter")):
        assert await Browser(stage, path, bernd).asks(method, more) == 403
    await Browser(stage, path, katrin).opens()


async def test_whoever_answers_for_the_institution_no_longer_sees_nothing(stage: Stage) -> None:
    katrin = member(stage, "Katrin Koch", coordinator=True, language="de")
    browser = await tries_out(stage, katrin, xlsx(PEOPLE))
    stage.looks_up(lambda session: session.query(Role).delete())
    assert (await browser.asks("GET"), "王伟" in browser.text) == (403, False)
    assert (await browser.posts("take"), await browser.asks("GET", "/report.csv")) == (403, 403)


async def test_coordinators_bring_in_only_whom_they_answer_for(stage: Stage) -> None:
    katrin, bernd = member(stage, "Katrin Koch", coordinator=True), member(stage, "Bernd Vogel", coordinator=True)
    scoped(stage, "Bernd Vogel", institutions=[place(stage, "tu-chemnitz")])
    await tries_out(stage, katrin, xlsx(PEOPLE))
    number = stage.looks_up(lambda session: session.scalars(select(Import.id)).one())
    for tap in (OpenImport(number), OpenPage(number), TakeOver(number), GiveUp(number, True)):
        await bernd.presses(tap.pack(), None)
        bernd.reads("This list is not here any more, or not yours to open.")
    await bernd.presses(NewImport(place(stage, "nrw-programmes")).pack(), None)
    bernd.reads("You answer for no institution of which lists could come in.")
    await bernd.presses(ListImports().pack(), None)
    bernd.reads("No list has come in yet.")
    shanxi = stage.looks_up(lambda s: s.scalars(select(Programme.id).where(Programme.slug == "nrw-shanxi")).one())
    scoped(stage, "Bernd Vogel", programmes=[shanxi])
    browser = await tries_out(stage, bernd, xlsx(PEOPLE))
    await browser.posts("take")
    await works(stage)
    assert on_record(stage) == ["李雪梅"]


async def test_a_file_is_taken_once_and_only_up_to_its_limit(stage: Stage) -> None:
    katrin = member(stage, "Katrin Koch", coordinator=True, language="de")
    browser = await begins(stage, katrin)
    assert await browser.sends(xlsx(PEOPLE)) == 403
    await browser.opens()
    assert await browser.sends(b"") == 400
    assert await browser.sends(b"x" * (LARGEST_FILE + 1)) == 413
    assert await browser.sends(b"%PDF-1.7" + b"x" * 600_000) == 200
    assert stage.looks_up(lambda session: session.query(ImportPiece).count()) == 3
    assert await browser.sends(xlsx(PEOPLE)) == 409
    await works(stage)
    await browser.asks("GET")
    assert browser.reads(katrin, "This is a PDF. Please send the table it was made from, as XLSX or CSV.")
    await katrin.catch_up()
    katrin.reads("Your list could not be read, and nothing of it was kept.")


async def test_a_list_is_given_up_and_nothing_stays(stage: Stage) -> None:
    katrin = member(stage, "Katrin Koch", coordinator=True, language="de")
    browser = await tries_out(stage, katrin, xlsx(PEOPLE))
    number = stage.looks_up(lambda session: session.scalars(select(Import.id)).one())
    await katrin.presses(OpenImport(number).pack(), None)
    await katrin.taps("Give it up")
    katrin.reads("<b>Give this list up?</b>")
    await katrin.taps("Give it up")
    katrin.reads("The list is given up; nothing of it is kept.")
    await stage.passes(seconds=1)
    assert stage.looks_up(lambda session: session.query(ImportPiece).count()) == 0
    assert await browser.posts("take") == 200
    assert browser.reads(katrin, "This was done already, or somebody else was faster. Below you see how it is now.")
    assert on_record(stage) == []
