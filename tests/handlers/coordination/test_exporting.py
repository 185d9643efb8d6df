"""Coordinators export members: within their scope, only what the purpose needs, with a reason; everybody in the file
can see that it was taken."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.audience import Audience, By, Condition
from db import members, segments
from db.models.exports import Export, ExportedPerson
from db.models.lists import Topic
from db.models.members import Member, Role, Status
from db.models.privacy import Audit
from tests.actors import Actor
from tests.channels.test_exports import Page, asks
from tests.clubs import club, enters
from tests.handlers.coordination.test_statistics import JIANGSU, answers_for
from tests.handlers.test_privacy import file_of
from tests.mentoring import studied, topic_id
from tests.people import find, member
from tests.stage import Stage, translate

REASON = "Einladung zum Neujahrsempfang"
WRITING = "Writing to them (without those who objected)"


async def asks_for(
    koch: Actor,
    *parts: str,
    whom: tuple[str, ...] = ("Everybody I answer for",),
    purpose: str = WRITING,
    kind: str = "Plain table (CSV)",
) -> str:
    """Fill the form in up to its summary, and confirm; the path of the link."""
    await koch.says("/export")
    for each in (*whom, purpose, *(parts or ("Names", "City and country")), "Done"):
        await koch.taps(each)
    await koch.says(REASON)
    await koch.taps(kind)
    await koch.taps("Make the link")
    return "/export/" + koch.link("/export/").rpartition("/")[2]


def rows_of(page: Page) -> list[list[str]]:
    assert page.is_file, page.text
    return list(csv.reader(io.StringIO(page.content.decode("utf-8-sig")), delimiter=";"))


def names_in(page: Page) -> list[str]:
    return [row[0] for row in rows_of(page)[1:]]


def changes(stage: Stage, name: str, **values: Any) -> None:
    stage.looks_up(lambda session: session.execute(update(Member).where(Member.full_name == name).values(**values)))


def contained(stage: Stage) -> set[str]:
    """The names of those who are written down as exported."""
    query = select(Member.full_name).join(ExportedPerson, ExportedPerson.member_id == Member.id)
    return {name or "" for name in stage.looks_up(lambda session: session.scalars(query).all())}


@pytest.mark.everywhere
async def test_members_leave_as_a_table_and_can_see_it(stage: Stage) -> None:
    koch, anna = member(stage, "Katrin Koch", coordinator=True), member(stage, "Anna Weber", city="Nanjing")
    changes(stage, "Anna Weber", contact="anna@example.org", function="+Leiterin")
    path = await asks_for(koch)
    koch.reads("The file is behind the link below.")
    header, *rows = rows_of(await asks(stage, "POST", path, who=koch))
    assert header[:2] == [translate(koch.language, each) for each in ("Name", "Name in another script")]
    assert len(header) == 6
    assert sorted(row[0] for row in rows) == ["Anna Weber", "Katrin Koch"]
    assert "anna@example.org" not in str(rows)
    await anna.says("/mydata")
    anna.reads("Your data were in an export by the alumni office:")
    anna.reads("{day}: {purpose}", purpose=translate(anna.language, WRITING))
    taken = (await file_of(anna))["exported"]
    assert taken == [{"day": "2026-03-10", "by": "alumni office", "what_for": "letters", "why": REASON}]


@pytest.mark.language("en")
async def test_the_summary_says_how_many_and_everything_is_written_down_before_the_first_byte(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber")
    await koch.says("/export")
    for each in ("Everybody I answer for", "A report (without names)", "City and country", "Done"):
        await koch.taps(each)
    await koch.says("Bericht")
    koch.reads("Please say it in a few more words: at least 10 characters.")
    await koch.says(REASON)
    await koch.taps("For programs (JSON)")
    koch.reads("The data of 2 people would leave the house:")
    await koch.taps("Make the link")
    path = "/export/" + koch.link("/export/").rpartition("/")[2]
    assert contained(stage) == set()
    found = json.loads((await asks(stage, "POST", path, who=koch)).content)
    assert found == [{"place": {"name": "Chemnitz", "region": "DE-SN", "country": "DE"}}] * 2
    [row] = stage.looks_up(lambda session: session.scalars(select(Export)).all())
    assert (row.purpose, row.reason, row.parts, row.format, row.people) == ("report", REASON, ["place"], "json", 2)
    assert contained(stage) == {"Katrin Koch", "Anna Weber"}
    lines = select(Audit).where(Audit.action == "members_exported")
    [line] = stage.looks_up(lambda session: session.scalars(lines).all())
    assert line.details == {"export": row.id, "people": 2, "purpose": "report", "format": "json"}


async def test_what_is_offered_depends_on_what_it_is_for(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.says("/export")
    await koch.taps("Everybody I answer for")
    await koch.taps("A report (without names)")
    assert not koch.sees_button("Names") and not koch.sees_button("Function and employer")
    await koch.taps("Back")
    await koch.taps(WRITING)
    assert koch.sees_button("Names") and not koch.sees_button("Function and employer")


async def test_letters_go_to_nobody_who_objected_and_nothing_goes_of_who_leaves_or_waits(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    for name in ("Anna Weber", "Olga Objects", "Lars Leaves"):
        member(stage, name)
    member(stage, "Petra Pending", verified=False)
    changes(stage, "Olga Objects", objected_at=stage.clock.now())
    changes(stage, "Lars Leaves", erase_at=stage.clock.now() + timedelta(hours=48))
    got = await asks(stage, "POST", await asks_for(koch), who=koch)
    assert sorted(names_in(got)) == ["Anna Weber", "Katrin Koch"]
    got = await asks(stage, "POST", await asks_for(koch, purpose="Choosing people for a programme"), who=koch)
    assert sorted(names_in(got)) == ["Anna Weber", "Katrin Koch", "Olga Objects"]


async def test_a_club_or_a_segment_is_exported(stage: Stage) -> None:
    koch, leipzig = member(stage, "Katrin Koch", coordinator=True), club(stage, "Leipzig")
    for name in ("Anna Weber", "Clara Lang"):
        member(stage, name)
    enters(stage, "Anna Weber", leipzig)
    only = Audience((Condition(By.LANGUAGE, ("de", "en", "zh_Hans")),), none_of=(Condition(By.CLUB, (leipzig,)),))
    who, now = find(stage, "Katrin Koch").id, stage.clock.now()
    stage.looks_up(lambda session: segments.save(session, "Ohne Club", only, who, now))
    got = await asks(stage, "POST", await asks_for(koch, whom=("The members of a club", "Club Leipzig")), who=koch)
    assert names_in(got) == ["Anna Weber"]
    got = await asks(stage, "POST", await asks_for(koch, whom=("A segment", "Ohne Club")), who=koch)
    assert sorted(names_in(got)) == ["Clara Lang", "Katrin Koch"]


async def test_a_workbook_holds_what_people_wrote_as_text(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    changes(stage, "Katrin Koch", function="=1+1", employer="TU")
    path = await asks_for(
        koch, "Names", "Function and employer", purpose="Choosing people for a programme", kind="Excel (XLSX)"
    )
    got = await asks(stage, "POST", path, who=koch)
    assert got.headers["content-disposition"].endswith("2026-03-10.xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(got.content)).get_sheet_by_index(0).to_python()
    assert sheet[1] == ["Katrin Koch", "", "Katrin Koch", "=1+1", "TU"]


async def test_a_workbook_that_cannot_be_made_has_exported_nobody(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    called(stage, "Katrin Koch", "\ud800")  # no spreadsheet can hold half a sign
    purpose, kind = "Choosing people for a programme", "Excel (XLSX)"
    path = await asks_for(koch, "Professional focus", purpose=purpose, kind=kind)
    assert (await asks(stage, "POST", path, who=koch)).status == 503
    assert contained(stage) == set()
    called(stage, "Katrin Koch", "Robotik")
    assert (await asks(stage, "POST", path, who=koch)).is_file
    assert contained(stage) == {"Katrin Koch"}


def called(stage: Stage, name: str, topic: str) -> None:
    """Let somebody work on one topic, and that be called so."""
    who, number = find(stage, name).id, topic_id(stage)

    def call(session: Session) -> None:
        members.set_topics(session, who, [number])
        session.get_one(Topic, number).names = {"en": topic}

    stage.looks_up(call)


async def test_a_scoped_coordinator_exports_their_own_people(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    for name in ("Anna Weber", "Chen Shibo"):
        member(stage, name)
    studied(stage, "Chen Shibo", JIANGSU, 2019)
    answers_for(stage, koch.name, JIANGSU)
    assert names_in(await asks(stage, "POST", await asks_for(koch), who=koch)) == ["Chen Shibo"]


async def test_whose_scope_has_narrowed_or_office_has_ended_takes_nothing_away(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber")
    first = await asks_for(koch)
    answers_for(stage, koch.name, JIANGSU)
    await refused(stage, koch, first)
    studied(stage, "Anna Weber", JIANGSU, 2019)
    second = await asks_for(koch)
    changes(stage, koch.name, status=Status.SUSPENDED)
    await refused(stage, koch, second)
    changes(stage, koch.name, status=Status.VERIFIED)
    stage.looks_up(lambda session: session.query(Role).delete())
    await refused(stage, koch, second)
    assert contained(stage) == set()


async def refused(stage: Stage, koch: Actor, path: str) -> None:
    for method in ("GET", "POST"):
        page = await asks(stage, method, path, who=koch)
        assert (page.status, page.is_file) == (403, False)
        assert translate(koch.language, "This list is not open to you") in page.text


async def test_a_download_that_breaks_off_is_repeated_and_counts_as_one_export(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    path = await asks_for(koch)
    await asks(stage, "POST", path, who=koch)
    member(stage, "Anna Weber")
    assert names_in(await asks(stage, "POST", path, who=koch)) == ["Katrin Koch"]
    assert contained(stage) == {"Katrin Koch"}
    [export] = stage.looks_up(lambda session: session.scalars(select(Export)).all())
    lines = select(Audit.details).where(Audit.action == "members_exported")
    taken = stage.looks_up(lambda session: session.scalars(lines).all())
    assert [line["export"] for line in taken] == [export.id, export.id]
    await stage.passes(minutes=16)
    expired = await asks(stage, "POST", path, who=koch)
    assert expired.status == 410 and translate(koch.language, "This link has expired") in expired.text


@pytest.mark.door("web")
async def test_a_link_opens_nothing_in_another_persons_browser(stage: Stage) -> None:
    koch, other = member(stage, "Katrin Koch", coordinator=True), member(stage, "Olga Office", coordinator=True)
    path = await asks_for(koch)
    page = await asks(stage, "POST", path, who=other)
    assert (page.status, page.is_file) == (403, False)
    assert (await asks(stage, "POST", path, who=koch)).is_file


async def test_a_name_is_told_only_of_who_agreed(stage: Stage) -> None:
    koch, anna = member(stage, "Katrin Koch", coordinator=True), member(stage, "Anna Weber")
    await asks(stage, "POST", await asks_for(koch), who=koch)
    await anna.says("/mydata")
    anna.reads_not("Katrin Koch")
    changes(stage, koch.name, looks_named=True)
    await asks(stage, "POST", await asks_for(koch), who=koch)
    await anna.says("/mydata")
    anna.reads("{day}: {purpose}, by {name}", name="Katrin Koch", purpose=translate(anna.language, WRITING))


async def test_where_there_is_nobody_there_is_no_link(stage: Stage) -> None:
    koch, leipzig = member(stage, "Katrin Koch", coordinator=True), club(stage, "Leipzig")
    assert leipzig
    await koch.says("/export")
    for each in ("The members of a club", "Club Leipzig", WRITING, "Names", "Done"):
        await koch.taps(each)
    await koch.says(REASON)
    await koch.taps("Plain table (CSV)")
    await koch.taps("Make the link")
    koch.reads("Nobody you answer for belongs to it, so there is nothing to export.")


async def test_a_year_is_not_enough_to_forget_an_export_and_three_are(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    await asks(stage, "POST", await asks_for(koch), who=koch)
    now = stage.clock.now()
    await stage.app.ticks.hold_lease()
    for days, left in ((1_000, {"Katrin Koch"}), (1_100, set())):
        stage.clock.move(now + timedelta(days=days) - stage.clock.now())
        await stage.app.planning.clear()
        assert contained(stage) == left
