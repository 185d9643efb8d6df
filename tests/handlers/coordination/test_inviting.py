"""People on record who are not registered are invited: a table for the mailer, or letters; each code works once."""

import asyncio
import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.channels.web.exports import LINK_COOKIE
from bot.channels.web.security import hash_token
from db.erased import name_mark
from db.models.lists import Institution, Programme
from db.models.members import Affiliation, Code, Member, Role
from db.models.privacy import Audit
from db.models.records import Import, ImportState, Record
from db.restored import stop_what_was_due
from handlers.coordination.import_buttons import InviteListed, OpenImport
from handlers.coordination.kept_out import may_be_fewer
from handlers.exports.invitations import Mailing, Overtaken, lines_piece, take
from handlers.exports.links import Asker
from tests.actors import Actor
from tests.channels.test_exports import Page, asks, browser_of
from tests.handlers.coordination.test_codes import LANGUAGE
from tests.handlers.coordination.test_statistics import answers_for
from tests.handlers.test_joining import picks
from tests.importing.jobs import put_on_record
from tests.people import find, member
from tests.stage import Stage, expected, translate

SOURCE = "What we knew of your name and studies came from the records of {institution}. How we handle data: {address}"
TOLD_SOURCE = (
    "Your name and studies come from the records of {institution}. How we handle data: {address}. If you would like to "
    "know what is on record about you, or receive no further invitations, please write to {contact}."
)
REASON = "Einladung der Jahrgänge 2004 bis 2019"
PEOPLE: tuple[tuple[str, str | None, str | None, str, int | None, int | None], ...] = (
    ("李雪梅", "LI Xuemei", "li@example.cn", "nrw-shanxi", 2005, 2009),
    ("Jürgen Müller", None, "jm@example.de", "nrw-jiangsu", None, 2019),
    ("=Wei Wang", None, "wei@example.org", "nrw-jiangsu", None, None),
    ("Lena Roth", None, None, "nrw-jiangsu", None, 2012),
)


def listed(stage: Stage, people: Any = PEOPLE) -> int:
    """A list that was taken over."""
    now = stage.clock.now()

    def work(session: Session) -> int:
        institution = session.scalars(select(Institution.id).where(Institution.slug == "nrw-programmes")).one()
        row = Import(
            institution_id=institution,
            state=ImportState.TAKEN,
            created_at=now,
            changed_at=now,
            taken_at=now,
            counts={"added": len(people), "altered": 0},
        )
        session.add(row)
        session.flush()
        rows = [_row(session, row, line, *each) for line, each in enumerate(people, 2)]
        put_on_record(session, rows)
        return row.id

    return stage.looks_up(work)


def _row(
    session: Session, of: Import, line: int, name: str, other: str | None, email: str | None, programme: str,
    first: int | None, last: int | None,
) -> dict[str, Any]:  # fmt: skip
    chosen = session.scalars(select(Programme.id).where(Programme.slug == programme)).one()
    said = {"full_name": name, "other_name": other, "email": email, "programme_id": chosen}
    years = {"from_year": first, "to_year": last, "institution_id": of.institution_id}
    return said | years | {"import_id": of.id, "line": line, "created_at": of.created_at, "changed_at": of.created_at}


async def asks_for(koch: Actor, number: int, *answers: str) -> str:
    """From the card of a list to the link; its path."""
    await koch.presses(InviteListed(number).pack(), None)
    for each in answers:
        await koch.taps(each)
    await koch.says(REASON)
    await koch.taps("Make the link")
    return "/export/" + koch.link("/export/").rpartition("/")[2]


def rows_of(page: Page) -> list[list[str]]:
    assert page.is_file, page.text
    return list(csv.reader(io.StringIO(page.content.decode("utf-8-sig")), delimiter=";"))[1:]


def on_record(stage: Stage, name: str) -> Record:
    return stage.looks_up(lambda session: session.scalars(select(Record).where(Record.full_name == name)).one())


def erase(stage: Stage, name: str) -> None:
    """Somebody of this name asked for erasure, once."""
    house = stage.app.house
    mark = house.digest("erasure", name_mark(name, "nrw-programmes"))
    with Path(house.erasure_list).open("a", encoding="ascii") as file:
        file.write(f"{mark} {(stage.clock.now() - timedelta(days=1)).isoformat()}\n")


async def registers(lena: Actor, link: str) -> None:
    """By the link of a letter: what is on record need not be answered."""
    await lena.says(f"/start {link.rpartition('/')[2]}")
    await lena.taps(LANGUAGE[lena.language])
    await lena.taps("I have read this")
    await lena.taps("I do not agree")
    await lena.taps("Elsewhere")
    await lena.taps("Skip")
    await lena.says("Herr Müller")
    await lena.taps("Graduate")
    await lena.taps("Done")
    await lena.says("Chemnitz")
    await picks(lena, 0)
    await lena.taps("Done")
    await lena.taps("Skip")
    await lena.taps("Skip")
    await lena.taps("Everything is right")


@pytest.mark.everywhere
async def test_a_code_from_the_mailers_table_registers_verifies_and_finds_its_record(stage: Stage) -> None:
    koch, number = member(stage, "Katrin Koch", coordinator=True), listed(stage)
    await koch.presses(OpenImport(number).pack(), None)
    assert koch.sees_button("Invite {n} people", n="4")
    path = await asks_for(koch, number, "Table for the mailer")
    koch.reads("The link below works for 15 minutes, in one browser and for you alone")
    rows = rows_of(await asks(stage, "POST", path, who=koch))
    assert [(row[0], row[1], row[2], row[4], row[7]) for row in rows] == [
        ("李雪梅", "LI Xuemei", "li@example.cn", "2005–2009", "zh_Hans"),
        ("Jürgen Müller", "", "jm@example.de", "2019", "de"),
        ("'=Wei Wang", "", "wei@example.org", "", "en"),
    ]
    for row in rows:
        address = f"{stage.app.house.web_url}/privacy"
        assert expected(row[7], TOLD_SOURCE, {"address": address}).fullmatch(row[8]), row
    code, link = rows[1][5:7]
    assert link.endswith(f"/go/code_{code.replace('-', '')}")
    jurgen = stage.person("Jürgen")
    await registers(jurgen, link)
    jurgen.reads("You are verified. Welcome, {name}! Now find the club near you.", name="Herr Müller")
    jurgen.reads(SOURCE, address=f"{stage.app.house.web_url}/privacy")
    assert on_record(stage, "Jürgen Müller").member_id == find(stage, "Jürgen Müller").id
    bernd = member(stage, "Bernd Sommer", verified=False)
    await bernd.says(f"/code {code}")
    bernd.reads("This code was used already. If it was not you, please tell the alumni office.")


@pytest.mark.language("en")
async def test_who_was_invited_lately_is_written_to_again_only_when_that_is_wanted(stage: Stage) -> None:
    koch, number = member(stage, "Katrin Koch", coordinator=True), listed(stage)
    await koch.presses(InviteListed(number).pack(), None)
    koch.reads("With an e-mail address: 3\nNone of them was invited before.")
    first = rows_of(await asks(stage, "POST", await asks_for(koch, number, "Table for the mailer"), who=koch))
    assert on_record(stage, "李雪梅").invited_at == stage.clock.now()
    assert on_record(stage, "Lena Roth").invited_at is None
    await koch.presses(InviteListed(number).pack(), None)
    koch.reads("Invited before: 3, the last of them on")
    await koch.taps("Table for the mailer")
    koch.reads("3 of them were invited within the last 90 days. Shall they be written to again?")
    await koch.taps("Only the others")
    await koch.says(REASON)
    koch.reads("0 people would be invited.")
    await koch.taps("Make the link")
    koch.reads("There is nobody to invite in this way, so nothing was made.")
    again = rows_of(
        await asks(stage, "POST", await asks_for(koch, number, "Table for the mailer", "Everybody again"), who=koch)
    )
    assert len(again) == 3
    lena = member(stage, "Anna Weber", verified=False)
    await lena.says(f"/code {first[0][5]}")
    lena.reads("This code has expired. The alumni office gives you a new one.")
    await lena.says(f"/code {again[0][5]}")
    lena.reads("You are verified.")
    await stage.passes(days=91)
    assert len(rows_of(await asks(stage, "POST", await asks_for(koch, number, "Table for the mailer"), who=koch))) == 2
    lines = select(Audit.details).where(Audit.action == "invitations_taken").order_by(Audit.id)
    assert stage.looks_up(lambda session: [line["people"] for line in session.scalars(lines)]) == [3, 3, 2]


async def on_its_way(stage: Stage, koch: Actor, path: str) -> Mailing:
    """What begins to go out when the button of a link is pressed."""
    await asks(stage, "GET", path, who=koch)
    cookie = next(each.value for each in browser_of(koch) if each.key == LINK_COOKIE)
    asker = Asker(path.rpartition("/")[2], hash_token(cookie), find(stage, "Katrin Koch").id)
    house, now = stage.app.house, stage.clock.now()
    _link, mailing = stage.looks_up(lambda session: take(session, house, asker, now))
    assert mailing is not None
    return mailing


@pytest.mark.language("en")
async def test_a_download_that_broke_off_counts_for_nothing(stage: Stage) -> None:
    koch, number = member(stage, "Katrin Koch", coordinator=True), listed(stage)
    path = await asks_for(koch, number, "Table for the mailer")
    mailing = await on_its_way(stage, koch, path)
    lines, _last = stage.looks_up(lambda session: lines_piece(session, mailing, 0)) or (b"", 0)
    assert lines.count(b"\n") == 3
    await stage.passes(minutes=1)
    assert len(rows_of(await asks(stage, "POST", path, who=koch))) == 3
    # What is still on its way from the first time does not go on as if its codes were good.
    with pytest.raises(Overtaken):
        stage.looks_up(lambda session: lines_piece(session, mailing, 0))
    used = await asks(stage, "POST", path, who=koch)
    assert (used.status, used.is_file) == (410, False)
    alive = select(Code).where(Code.record_id.is_not(None), Code.expires_at > stage.clock.now())
    assert len(stage.looks_up(lambda session: session.scalars(alive).all())) == 3
    assert len(stage.looks_up(lambda session: session.query(Code).where(Code.record_id.is_not(None)).all())) == 6


@pytest.mark.language("en")
async def test_a_line_that_is_cut_leaves_the_link_and_invites_nobody(stage: Stage) -> None:
    koch, url = member(stage, "Katrin Koch", coordinator=True), stage.app.web_address()
    number = listed(stage, [(f"Person {n}", None, None, "nrw-jiangsu", None, 2012) for n in range(150)])
    path = await asks_for(koch, number, "Letters to print", "English")
    async with aiohttp.ClientSession(cookie_jar=browser_of(koch)) as http:
        cut = await http.post(f"{url}{path}", headers={"origin": url})
        await cut.content.read(1_000)
        cut.close()
    assert on_record(stage, "Person 7").invited_at is None
    whole = await asks(stage, "POST", path, who=koch)
    codes = [code.replace("-", "") for code in re.findall(r'class="code">([^<]+)<', whole.text)]
    digests = {stage.app.house.digest("code", code) for code in codes}
    alive = select(Code.digest).where(Code.record_id.is_not(None), Code.expires_at > stage.clock.now())
    assert len(digests) == 150 and digests == set(stage.looks_up(lambda session: session.scalars(alive).all()))
    assert on_record(stage, "Person 7").invited_at == stage.clock.now()
    assert (await asks(stage, "POST", path, who=koch)).status == 410


@pytest.mark.language("en")
async def test_a_coordinator_invites_only_whom_they_answer_for(stage: Stage) -> None:
    koch, number = member(stage, "Katrin Koch", coordinator=True), listed(stage)
    answers_for(stage, "Katrin Koch", "nrw-shanxi")
    await koch.presses(InviteListed(number).pack(), None)
    koch.reads("This list is not here any more, or not yours to open.")
    await koch.says("/invite")
    for each in (0, 1):
        await picks(koch, each)
    await koch.taps("Skip")
    koch.reads("1 person on record is not registered.")
    await koch.taps("Table for the mailer")
    await koch.says(REASON)
    await koch.taps("Make the link")
    path = "/export/" + koch.link("/export/").rpartition("/")[2]
    answers_for(stage, "Katrin Koch", "nrw-jiangsu")
    assert (await asks(stage, "POST", path, who=koch)).status == 403
    answers_for(stage, "Katrin Koch", "nrw-shanxi")
    assert [row[0] for row in rows_of(await asks(stage, "POST", path, who=koch))] == ["李雪梅"]


@pytest.mark.language("en")
async def test_by_years_and_nobody_who_asked_for_erasure(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    listed(stage)
    await koch.says("/invite")
    offices = select(Institution.names).where(Institution.slug == "nrw-programmes")
    await koch.taps(stage.looks_up(lambda session: session.scalars(offices).one())["en"])
    await koch.taps("All I answer for")
    await koch.says("2009-2019")
    koch.reads("3 people on record are not registered.")
    erase(stage, "lena ROTH")
    await koch.taps("Back")
    await koch.says("2009-2019")
    koch.reads("2 people on record are not registered.")
    await koch.taps("Table for the mailer")
    await koch.says(REASON)
    await koch.taps("Make the link")
    koch.reads("2 people would be invited.")
    path = "/export/" + koch.link("/export/").rpartition("/")[2]
    erase(stage, "jürgen  MÜLLER")
    assert [row[0] for row in rows_of(await asks(stage, "POST", path, who=koch))] == ["李雪梅"]
    taken = select(Audit.details).where(Audit.action == "invitations_taken")
    assert stage.looks_up(lambda session: session.scalars(taken).one())["people"] == 1


def put_many(stage: Stage, number: int, people: int) -> None:
    """So many more people on a list, each with an address."""

    def add(session: Session) -> None:
        of = session.get_one(Import, number)
        one = _row(session, of, 0, "", None, "m@example.org", "nrw-jiangsu", None, 2012)
        rows = [one | {"line": 1_000 + each, "full_name": f"Many {each}"} for each in range(people)]
        session.execute(insert(Record), rows)

    stage.looks_up(add)


@pytest.mark.language("en")
async def test_of_many_people_those_who_asked_for_erasure_are_not_counted_either(stage: Stage) -> None:
    koch, number = member(stage, "Katrin Koch", coordinator=True), listed(stage)
    put_many(stage, number, 3_001)
    # As in a database that was set back to before they asked: the lists say something of them again.
    erase(stage, "jürgen  MÜLLER")
    erase(stage, "LI Xuemei")
    few = "Those who objected or asked to be erased are left out when the codes are made, so it may be a few less."
    await koch.presses(InviteListed(number).pack(), None)
    koch.reads("3,005 people on record are not registered.")
    await koch.taps("Table for the mailer")
    await koch.says(REASON)
    koch.reads("3,004 people would be invited.\n" + few)
    await stage.passes(minutes=1)
    await koch.presses(InviteListed(number).pack(), None)
    assert koch.reads("3,002 people would be invited.").text.find(few) < 0
    done = select(Audit.details).where(Audit.action == "lists_cleared")
    assert stage.looks_up(lambda session: list(session.scalars(done))) == [{"entries": 2}]
    # Set back, nothing is known of that any more.
    stage.looks_up(lambda session: stop_what_was_due(session, stage.clock.now()))
    assert stage.looks_up(lambda session: may_be_fewer(session, stage.app.house, 3_002))


@pytest.mark.language("en")
@pytest.mark.parametrize("way", ["Table for the mailer", "Letters to print"])
async def test_of_two_presses_at_once_one_has_good_codes_and_nothing_has_failed(stage: Stage, way: str) -> None:
    koch, number = member(stage, "Katrin Koch", coordinator=True), listed(stage)
    put_many(stage, number, 250)
    path = await asks_for(koch, number, way, *(["English"] if way == "Letters to print" else []))
    await asks(stage, "GET", path, who=koch)
    pages = await asyncio.gather(*(press(stage, path, koch) for _each in range(2)))
    whole = [page for page in pages if page is not None and page.status == 200 and OVERTAKEN not in page.text]
    assert len(whole) == 1
    good = set(re.findall(r"/go/code_(\w+)", whole[0].text))
    assert len(good) == (253 if way == "Table for the mailer" else 254)
    alive = select(Code.digest).where(Code.record_id.is_not(None), Code.expires_at > stage.clock.now())
    digests = stage.looks_up(lambda session: set(session.scalars(alive)))
    assert digests == {stage.app.house.digest("code", code) for code in good}


OVERTAKEN = "These letters do not count: the button was pressed once more"


async def press(stage: Stage, path: str, koch: Actor) -> Page | None:
    """None where the download broke off."""
    try:
        return await asks(stage, "POST", path, who=koch, language="en")
    except aiohttp.ClientError:
        return None


@pytest.mark.language("en")
async def test_an_expired_link_and_one_without_an_office_make_no_codes(stage: Stage) -> None:
    koch, number = member(stage, "Katrin Koch", coordinator=True), listed(stage)
    path = await asks_for(koch, number, "Table for the mailer")
    await stage.passes(minutes=16)
    assert (await asks(stage, "POST", path, who=koch)).status == 410
    path = await asks_for(koch, number, "Table for the mailer")
    stage.looks_up(lambda session: session.query(Role).delete())
    assert (await asks(stage, "POST", path, who=koch)).status == 403
    assert stage.looks_up(lambda session: session.query(Code).where(Code.record_id.is_not(None)).count()) == 0
    assert stage.looks_up(lambda session: session.query(Member).count()) == 1


@pytest.mark.language("de")
async def test_letters_are_a_page_to_print_with_a_sheet_for_each(stage: Stage) -> None:
    koch, number = member(stage, "Katrin Koch", coordinator=True), listed(stage)
    path = await asks_for(koch, number, "Letters to print", "中文")
    page = await asks(stage, "GET", path, who=koch)
    assert translate("de", "With this button you open the letters, to print") in page.text
    page = await asks(stage, "POST", path, who=koch)
    assert (page.status, page.is_file, page.headers["cache-control"]) == (200, False, "no-store")
    assert page.text.count("<article>") == page.text.count("<svg") == 4
    assert "style=" not in page.text and "<script" not in page.text
    assert translate("zh_Hans", "Let us stay in touch") in page.text
    assert len(expected("zh_Hans", TOLD_SOURCE, {}).findall(page.text)) == 4
    assert translate("de", "Please print this page now") in page.text
    hosts = set(re.findall(r"(?:src|href)=\"(https?:[^\"]*)", page.text))
    assert hosts == set()
    codes = re.findall(r'class="code">([^<]+)', page.text)
    links = re.findall(r'class="link">([^<]+)', page.text)
    assert [link.rpartition("code_")[2] for link in links] == [code.replace("-", "") for code in codes]
    anna = member(stage, "Anna Weber", verified=False)
    await anna.says(f"/code {codes[3].lower()}")
    anna.reads("You are verified.")
    assert on_record(stage, "Lena Roth").member_id == find(stage, "Anna Weber").id
    assert (await asks(stage, "POST", path, who=koch)).status == 410


@pytest.mark.language("en")
async def test_a_code_of_somebody_who_came_in_another_way_opens_nothing_for_others(stage: Stage) -> None:
    koch, number = member(stage, "Katrin Koch", coordinator=True), listed(stage)
    [first, *_others] = rows_of(
        await asks(stage, "POST", await asks_for(koch, number, "Table for the mailer"), who=koch)
    )
    member(stage, "Li Xuemei")
    came = find(stage, "Li Xuemei").id
    whose = update(Record).where(Record.full_name == "李雪梅").values(member_id=came)
    stage.looks_up(lambda session: session.execute(whose))
    bernd = member(stage, "Bernd Sommer", verified=False)
    await bernd.says(f"/code {first[5]}")
    bernd.reads("This code was used already.")
    assert on_record(stage, "李雪梅").member_id == came
    rows = rows_of(
        await asks(stage, "POST", await asks_for(koch, number, "Table for the mailer", "Everybody again"), who=koch)
    )
    assert "李雪梅" not in [row[0] for row in rows]


async def test_whoever_is_verified_and_enters_their_letters_code_is_found_on_record(stage: Stage) -> None:
    koch, number = member(stage, "Katrin Koch", coordinator=True), listed(stage)
    lena, other = member(stage, "Lena Roth", programme="nrw-jiangsu"), member(stage, "Bernd Sommer")
    without_years = update(Affiliation).where(Affiliation.member_id == find(stage, "Lena Roth").id)
    stage.looks_up(lambda session: session.execute(without_years.values(from_year=None, to_year=None)))
    page = await asks(stage, "POST", await asks_for(koch, number, "Letters to print", "English"), who=koch)
    codes = dict(zip(("Li", "Müller", "Wang", "Lena"), re.findall(r"/go/(code_[A-Z0-9]+)", page.text), strict=False))
    await other.says(f"/start {codes['Lena']}")
    other.reads("You are verified already, and this code was made for somebody of another name, so it stays unused.")
    assert on_record(stage, "Lena Roth").member_id is None
    await lena.says(f"/start {codes['Lena']}")
    lena.reads("Thank you! Your entry in the university's records and your registration are one from now on.")
    lena.reads(SOURCE)
    row = find(stage, "Lena Roth").id
    assert on_record(stage, "Lena Roth").member_id == row
    years = select(Affiliation.to_year).where(Affiliation.member_id == row)
    assert stage.looks_up(lambda session: session.scalars(years).all()) == [2012]
    again = member(stage, "Lena Roth", programme="nrw-jiangsu")
    await again.says(f"/start {codes['Lena']}")
    again.reads("This code was used already. If it was not you, please tell the alumni office.")
