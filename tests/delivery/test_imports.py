"""A list from the file to records: looked at, tried out, taken over; whole or not at all, whatever dies."""

import asyncio
import signal
import zlib
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import Engine, event, func, select, update

from bot.demo.importing import list_of
from bot.domain.importing.layout import Layout
from bot.importing.ground import Erased
from bot.importing.taking import Taker
from db import imports, records
from db.erased import name_mark
from db.jobs import TRIES
from db.models.delivery import Job, Outbox
from db.models.lists import Institution, Programme
from db.models.members import Affiliation, Member
from db.models.records import Import, ImportPiece, ImportRow, ImportState, Record, RecordName
from db.names import keys_of
from handlers.coordination import import_steps as steps
from handlers.coordination.import_news import AFTER_DEATH
from tests.databases import Databases
from tests.delivery.test_jobs import SECONDS, find_child
from tests.importing.files import PEOPLE, Rows, bomb, text, xlsx
from tests.importing.jobs import do_waiting
from tests.people import find, member
from tests.stage import Stage

HEADS = ("Name", "Matrikelnummer", "Programm", "Jahrgang", "Provinz", "E-Mail")


@pytest.fixture
async def office(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> AsyncIterator[Stage]:
    """On one of the two databases, by the test's name."""
    kind = ("sqlite", "postgresql")[zlib.crc32(request.node.name.encode()) % 2]
    stage = Stage(databases.fresh(kind), "en", "telegram", tmp_path)
    await stage.open()
    yield stage
    await stage.close()


def coordinator(house: Stage) -> Member:
    if not house.looks_up(lambda session: session.scalar(select(Member.id))):
        member(house, "Katrin Koch", coordinator=True)
    return find(house, "Katrin Koch")


def sends(house: Stage, content: bytes, institution: str = "nrw-programmes") -> int:
    """A list whose file has come; its number."""

    by = coordinator(house).id
    house.clock.move(AFTER_DEATH)  # what was found out at the very instant of a taking over no longer holds

    def work(session: Any) -> int:
        place = session.scalars(select(Institution.id).where(Institution.slug == institution)).one()
        row = imports.create(session, place, by, house.clock.now())
        for place, start in enumerate(range(0, len(content), 1000)):
            imports.add_piece(session, row.id, place, content[start : start + 1000])
        assert steps.read_file(session, row, "list.xlsx", house.clock.now()) is None
        return row.id

    return house.looks_up(work)


def checks(house: Stage, number: int, **otherwise: Any) -> None:
    """Confirm the columns as they were guessed."""

    def work(session: Any) -> None:
        row = imports.lock(session, number)
        layout = Layout.from_json(row.layout).corrected({}, otherwise)
        assert steps.check(session, row, layout, house.clock.now()) is None

    house.looks_up(work)
    do_waiting(house)


def takes(house: Stage, number: int) -> steps.Refusal | None:
    me = find(house, "Katrin Koch")
    return house.looks_up(
        lambda session: steps.take_over(session, imports.lock(session, number), me, house.clock.now())
    )


def tried_out(house: Stage, content: bytes, **otherwise: Any) -> int:
    number = sends(house, content)
    do_waiting(house)
    checks(house, number, **otherwise)
    return number


def taken(house: Stage, content: bytes) -> int:
    number = tried_out(house, content)
    assert takes(house, number) is None
    do_waiting(house)
    return number


def state(house: Stage, number: int) -> Import:
    return house.looks_up(lambda session: session.get_one(Import, number))


def lines(house: Stage, number: int) -> dict[int, tuple[str, list[tuple[str, str]]]]:
    query = select(ImportRow).where(ImportRow.import_id == number).order_by(ImportRow.line)
    found = house.looks_up(lambda session: list(session.scalars(query)))
    return {row.line: (row.verdict, [tuple(each) for each in row.remarks]) for row in found}


def counting(house: Stage) -> list[Record]:
    return house.looks_up(lambda session: list(session.scalars(select(Record).where(records.counts()))))


def people(count: int) -> Rows:
    names = (f"Anna Weber {chr(65 + n % 26)}{'a' * (n // 26)}" for n in range(count))
    return [HEADS, *((name, n, "Jiangsu", 2005, "", "") for n, name in enumerate(names))]


def test_a_list_becomes_records(house: Stage) -> None:
    number = taken(house, xlsx([["Alumni von NRW", ""], [], *PEOPLE]))
    found = {record.full_name: record for record in counting(house)}
    assert set(found) == {"李雪梅", "Jürgen Müller", "王伟"}
    li = found["李雪梅"]
    slug = house.looks_up(lambda session: session.get_one(Programme, li.programme_id).slug)
    assert (li.other_name, li.external_id, slug, li.to_year, li.province, li.email, li.line) == (
        "LI Xuemei", "4711", "nrw-shanxi", 2009, "CN-SX", "li@example.cn", 4,
    )  # fmt: skip
    assert {"李雪梅", "lixuemei", "xuemei"} <= found_by(house, li)
    assert (found["王伟"].to_year, state(house, number).state) == (2005, "taken")
    told = house.looks_up(lambda session: list(session.scalars(select(Outbox.params).where(Outbox.kind == "import"))))
    assert [each["state"] for each in told] == ["checked", "taken"]


def test_the_figures_of_the_demonstration_are_those_of_its_source(office: Stage) -> None:
    """Seed 000: 265 from Jiangsu, 506 from Shanxi, 237 from Sichuan, 82 from other provinces in the 1980s."""
    source = {"nrw-jiangsu": 265, "nrw-shanxi": 506, "nrw-sichuan": 237, "nrw-other": 82}
    number = tried_out(office, list_of(2026))
    assert (by_slug(office, number), state(office, number).counts["verdicts"]) == (source, {"new": 1090})  # type: ignore[index]
    takes(office, number)
    do_waiting(office)
    assert by_slug(office, number) == source
    ids = dict(office.looks_up(lambda session: session.execute(select(Programme.id, Programme.slug)).all()))
    assert Counter(ids[record.programme_id or 0] for record in counting(office)) == source
    eighties = [record for record in counting(office) if ids[record.programme_id or 0] == "nrw-other"]
    assert all(1981 <= (record.to_year or 0) <= 1989 and record.province for record in eighties)


def by_slug(house: Stage, number: int) -> dict[str, int]:
    ids = dict(house.looks_up(lambda session: session.execute(select(Programme.id, Programme.slug)).all()))
    counted = (state(house, number).counts or {})["programmes"]
    return {ids[int(ident)]: count for ident, count in counted.items()}


def test_what_is_doubtful_or_wrong_is_told_by_line(office: Stage) -> None:
    rows = [
        HEADS,
        ("Anna Weber", 1, "Jiangsu", 2005, "", ""),
        ("Weber, Anna", 1, "Jiangsu", 2005, "", ""),
        ("Bo Chen", "", "", "", "", ""),
        ("Chen Bo", "", "", "", "", ""),
        ("王伟", "", "Shanxi", 2001, "", ""),
        ("王伟", "", "Shanxi", 2002, "", ""),
        ("", 7, "Jiangsu", 2005, "", ""),
        ("=cmd|' /C calc'!A0", 8, "Jiangsu", 2005, "", ""),
        ("Carla Diaz", 9, "Raumfahrt", 2005, "Mordor", ""),
        ("Dora Ernst", 10, "Jiangsu", "2005-2001", "", "dora at example"),
    ]
    found = lines(office, tried_out(office, xlsx(rows)))
    assert found == {
        2: ("new", []),
        3: ("doubtful", [("twice", "2")]),
        4: ("new", []),
        5: ("new", []),
        6: ("new", []),
        7: ("new", []),
        8: ("wrong", [("no_name", "")]),
        9: ("wrong", [("not_a_name", "=cmd|' /C calc'!A0")]),
        10: ("doubtful", [("programme", "Raumfahrt"), ("province", "Mordor")]),
        11: ("doubtful", [("address", "dora at example"), ("reversed", "2005-2001")]),
    } | {5: found[5]}
    assert counting(office) == []


def test_the_same_list_again_changes_nothing_and_a_newer_one_what_it_says(office: Stage) -> None:
    taken(office, xlsx(PEOPLE))
    again = tried_out(office, text(PEOPLE, "gb18030", ","))
    assert {verdict for verdict, _remarks in lines(office, again).values()} == {"same"}
    assert takes(office, again) is steps.Refusal.NOTHING
    newer = [PEOPLE[0], ("李雪梅", "", 4711, "", 2010, "", ""), ("王伟", "", 9999, "Jiangsu", 1999, "", ""), ("王伟",)]
    number = tried_out(office, xlsx(newer))
    found = lines(office, number)
    assert found[2] == ("changed", [("changes", "to_year")])
    assert found[3] == ("new", [])
    assert (found[4][0], found[4][1][0][0]) == ("doubtful", "namesake")
    assert takes(office, number) is None
    do_waiting(office)
    years = Counter((record.full_name, record.to_year) for record in counting(office))
    assert years == {("李雪梅", 2010): 1, ("Jürgen Müller", 2019): 1, ("王伟", 2005): 1, ("王伟", 1999): 1}


def test_whoever_was_erased_is_not_brought_back(office: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = office.app.house.digest("erasure", name_mark("李雪梅", "nrw-programmes"))
    Path(office.app.house.erasure_list).write_text(f"{digest}\n", encoding="ascii")
    monkeypatch.setenv("ERASURE_LIST", office.app.house.erasure_list)
    monkeypatch.setenv("SECRET_KEY", office.app.house.secret.decode())
    number = tried_out(office, xlsx(PEOPLE))
    assert lines(office, number)[2] == ("erased", [("erased", "")])
    staged = office.looks_up(lambda session: session.get_one(ImportRow, (number, 2)))
    assert (staged.cells, staged.said) == (None, None)
    later = office.app.house.digest("erasure", name_mark("WANG Wei", "nrw-programmes"))
    Path(office.app.house.erasure_list).write_text(f"{digest}\n{later}\n", encoding="ascii")
    assert takes(office, number) is None
    do_waiting(office)
    assert [record.full_name for record in counting(office)] == ["Jürgen Müller"]
    assert lines(office, number)[4] == ("erased", [("erased", "")])


def test_whoever_is_erased_while_a_list_is_taken_over_is_not_brought_back(
    office: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind the job's back: their record was written a moment before, and cannot be found by its name yet."""
    number = tried_out(office, xlsx(PEOPLE))
    assert takes(office, number) is None
    monkeypatch.setenv("ERASURE_LIST", office.app.house.erasure_list)
    monkeypatch.setenv("SECRET_KEY", office.app.house.secret.decode())
    at_the_start = Erased(frozenset(), office.app.house.secret, "nrw-programmes")
    digest = office.app.house.digest("erasure", name_mark("李雪梅", "nrw-programmes"))
    Path(office.app.house.erasure_list).write_text(f"{digest}\n", encoding="ascii")
    taker = Taker(number, state(office, number).institution_id, at_the_start, office.clock.now())
    assert taker.take(0, office.looks_up, office.looks_up)
    assert {record.full_name for record in counting(office)} == {"Jürgen Müller", "王伟"}


def test_erasing_a_member_erases_what_was_on_record(office: Stage) -> None:
    taken(office, xlsx([HEADS, ("Katrin Koch", 1, "Jiangsu", 2005, "", ""), ("Bo Chen", 2, "Jiangsu", 2005, "", "")]))
    me = find(office, "Katrin Koch")

    def erase(session: Any) -> None:
        place = session.scalars(select(Institution.id).where(Institution.slug == "nrw-programmes")).one()
        session.add(Affiliation(member_id=me.id, institution_id=place))
        session.flush()
        records.erase(session, session.get_one(Member, me.id))

    office.looks_up(erase)
    assert [record.full_name for record in counting(office)] == ["Bo Chen"]


@pytest.mark.parametrize("content", [b"%PDF-1.7", bomb(260), b'Name;Ort\r\n"Anna;Bonn'], ids=["pdf", "bomb", "quotes"])
def test_a_file_that_is_not_what_it_says_is_refused_and_forgotten(office: Stage, content: bytes) -> None:
    number = sends(office, content)
    do_waiting(office)
    if state(office, number).state == "mapping":
        checks(office, number)
    assert state(office, number).state == "failed"
    empties(office)
    left = select(func.count()).select_from(ImportPiece)
    assert office.looks_up(lambda session: session.scalar(left)) == 0


def empties(house: Stage) -> None:
    """What the planner does with lists that are over."""
    while house.looks_up(lambda session: _empty(session)):
        pass


def _empty(session: Any) -> bool:
    row = imports.next_over(session)
    if row is not None:
        imports.empty_some(session, row, 2)
    return row is not None


def test_nothing_of_the_file_is_kept_once_it_is_over(office: Stage) -> None:
    number = taken(office, xlsx(PEOPLE))
    empties(office)
    rows = office.looks_up(lambda session: list(session.scalars(select(ImportRow))))
    assert [(row.cells, row.said) for row in rows] == [(None, None)] * 3
    assert office.looks_up(lambda session: session.scalar(select(func.count()).select_from(ImportPiece))) == 0
    assert state(office, number).layout["first"] == []  # type: ignore[index]
    given_up = tried_out(office, xlsx([HEADS, ("Carla Diaz", 1, "", "", "", "")]))
    me = find(office, "Katrin Koch")
    office.looks_up(lambda s: steps.give_up(s, imports.lock(s, given_up), me, office.clock.now()))
    empties(office)
    assert (lines(office, given_up), state(office, given_up).layout) == ({}, None)


def test_records_count_all_at_once(house: Stage) -> None:
    """Whatever a reader sees while a list is taken over: nothing or all of it."""
    number = tried_out(house, xlsx(people(400)))
    takes(house, number)
    seen = set()
    with reading_after_each_commit(house.app.engine, lambda: seen.add(len(counting(house)))):
        do_waiting(house)
    assert seen == {0, 400}
    assert house.looks_up(lambda session: session.scalar(select(func.count()).select_from(Record))) == 400


class reading_after_each_commit:  # noqa: N801 - reads as a sentence
    """Look again after every transaction."""

    def __init__(self, engine: Engine, look: Any) -> None:
        self._engine, self._look, self._looking = engine, look, False

    def __enter__(self) -> None:
        event.listen(self._engine.pool, "checkin", self._after)

    def __exit__(self, *_error: object) -> None:
        event.remove(self._engine.pool, "checkin", self._after)

    def _after(self, *_args: object) -> None:
        if not self._looking:
            self._looking = True
            self._look()
            self._looking = False


async def kill_after(house: Stage, number: int, lines_done: int) -> None:
    """End the child once it has taken so many lines over."""
    async with asyncio.timeout(SECONDS):
        while state(house, number).cursor < lines_done:  # noqa: ASYNC110 - another process works
            await asyncio.sleep(0.001)
    child = find_child()
    assert child is not None
    child.send_signal(signal.SIGKILL)


def found_by(house: Stage, record: Record) -> set[str]:
    query = select(RecordName.folded).where(RecordName.record_id == record.id)
    return set(house.looks_up(lambda session: session.scalars(query).all()))


@pytest.mark.parametrize("lines_done", [300, 901], ids=["among the records", "among their names"])
async def test_a_child_killed_while_it_takes_over_leaves_nothing_half_done(house: Stage, lines_done: int) -> None:
    number = tried_out(house, xlsx(people(900)))
    takes(house, number)
    await asyncio.gather(house.app.jobs.run_waiting(), kill_after(house, number, lines_done))
    job = house.looks_up(lambda session: session.scalars(select(Job).where(Job.kind == "import_take")).one())
    assert (job.attempts, job.error) == (2, None)
    assert len({record.line for record in counting(house)}) == len(counting(house)) == 900
    assert all(found_by(house, record) == keys_of(record.full_name) for record in counting(house))


async def test_a_list_whose_child_always_dies_is_taken_up_again(office: Stage) -> None:
    number = tried_out(office, xlsx(people(900)))
    takes(office, number)
    office.looks_up(
        lambda session: session.execute(update(Job).where(Job.done_at.is_(None)).values(attempts=TRIES - 1))
    )
    await asyncio.gather(office.app.jobs.run_waiting(), kill_after(office, number, 300))
    assert (state(office, number).state, counting(office)) == ("taking", [])
    office.clock.move(AFTER_DEATH * 2)
    await office.app.planning.plan()
    await office.app.jobs.run_waiting()
    assert (state(office, number).state, len(counting(office))) == ("taken", 900)


async def test_a_dry_run_whose_child_was_killed_begins_anew(office: Stage) -> None:
    number = sends(office, xlsx(people(900)))
    do_waiting(office)
    layout = Layout.from_json(state(office, number).layout or {})
    office.looks_up(lambda s: steps.check(s, imports.lock(s, number), layout, office.clock.now()))

    async def kill() -> None:
        async with asyncio.timeout(SECONDS):
            while not state(office, number).done:  # noqa: ASYNC110 - another process works
                await asyncio.sleep(0.001)
        child = find_child()
        assert isinstance(child, psutil.Process)
        child.send_signal(signal.SIGKILL)

    await asyncio.gather(office.app.jobs.run_waiting(), kill())
    assert (state(office, number).state, len(lines(office, number))) == ("checked", 900)


def test_what_was_found_out_before_another_list_was_taken_over_no_longer_holds(office: Stage) -> None:
    first, second = tried_out(office, xlsx(PEOPLE)), tried_out(office, text(PEOPLE))
    assert takes(office, first) is None
    assert takes(office, second) is steps.Refusal.OVERTAKEN
    do_waiting(office)
    assert takes(office, second) is steps.Refusal.OVERTAKEN
    office.clock.move(AFTER_DEATH)
    checks(office, second)
    assert takes(office, second) is steps.Refusal.NOTHING
    assert len(counting(office)) == 3


def test_a_list_left_alone_is_given_up(office: Stage) -> None:
    number = tried_out(office, xlsx(PEOPLE))
    office.looks_up(lambda session: imports.give_up_old(session, office.clock.now() + imports.KEPT * 2))
    assert state(office, number).state == ImportState.GIVEN_UP
