"""The demonstration: its figures, the people one can step into, the clock, and that an ordinary run has none of it."""

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.app import App
from bot.conversation import marks
from bot.demo.announced import SEGMENTS, WRITTEN
from bot.demo.asked import NETWORK, REFRESHER, SURVEYS
from bot.demo.line import open_line
from bot.demo.listed import people_on_list
from bot.demo.preparing import demo_settings
from bot.demo.routes import demo_routes
from bot.demo.seeding import seed
from bot.demo.shoes import SHOES
from bot.domain.questionnaires import missing
from bot.domain.scope import CENTRAL
from bot.settings import Settings
from db import announcements, segments
from db.engine import in_session, open_engine
from db.models import Base
from db.models.announcements import Announcement
from db.models.clubs import Club, Membership
from db.models.conversation import Door
from db.models.events import Attendance, Event
from db.models.lists import Programme
from db.models.members import Affiliation, Member, Role, Status
from db.models.places import Place
from db.models.privacy import Consent, Purpose
from handlers.announcements.wording import PLACEHOLDERS
from tests.actors import WebActor
from tests.databases import Databases
from tests.ports import find_free_port
from tests.stage import START, Stage

SEED = 7
LANGUAGE_OF = {shoe.name: shoe.language for shoe in SHOES}


class DemoStage(Stage):
    """The stage of a demonstration: over a seeded database, with its routes, without Telegram."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        super().__init__(settings.database_url, "en", "web", folder)
        self._seeded = settings

    async def open(self) -> None:
        self.app = App(self.settings(), clock=self.clock, demo=True)
        line = open_line(self.app.road, self.app.doors, self._seeded)
        self.moves_in_no_time = line.in_no_time(self.app.ticks.move_clock)
        self.app.extra_routes = demo_routes(self.app.web, self.moves_in_no_time)
        await self.app.start(tick=False)

    def settings(self) -> Settings:
        return self._seeded

    async def close(self) -> None:
        for actor in self._actors:
            await actor.leave()
        await self.app.stop()

    async def passes(self, **span: float) -> None:
        await self.moves_in_no_time(timedelta(**span))
        await self.settle()
        for actor in self._actors:
            await actor.catch_up()

    def visitor(self, language: str = "en") -> "Visitor":
        actor = Visitor(self, "Visitor", 1, language)
        self._actors.append(actor)
        return actor


class Visitor(WebActor):
    """Somebody who tries the demonstration out."""

    async def steps_into(self, name: str) -> None:
        if self._http is None:
            await self.opens()
        self.language = LANGUAGE_OF.get(name, self.language)
        assert (await self.posts("shoes", {"name": name}))[0] == 200
        await self.reloads()
        await self.stage.settle()
        await self.catch_up()

    async def reloads(self) -> None:
        assert self._socket is not None
        await self._socket.close()
        self.entries.clear()
        self.seen = 0
        await self.opens()

    async def posts(self, path: str, body: Any, origin: str | None = None) -> tuple[int, Any]:
        assert self._http is not None
        headers = {"Origin": origin or self.url}
        async with self._http.post(f"{self.url}/demo/{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json() if answer.status == 200 else None

    async def state(self) -> Any:
        if self._http is None:
            await self.opens()
        assert self._http is not None
        async with self._http.get(f"{self.url}/demo/state") as answer:
            return await answer.json()


def sow(settings: Settings, number: int) -> None:
    engine = open_engine(settings.database_url)
    in_session(engine, lambda session: seed(session, settings.house(demo=True), number, START))
    engine.dispose()


@pytest.fixture(scope="module")
def seeded(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a database that is seeded once and copied for each test."""
    settings = demo_settings(tmp_path_factory.mktemp("demo"))
    made = settings.model_copy(update={"database_url": databases.fresh("sqlite")})
    sow(made, SEED)
    return made


@pytest.fixture
async def demo(seeded: Settings, tmp_path: Path) -> AsyncIterator[DemoStage]:
    copied = shutil.copyfile(seeded.database_url.removeprefix("sqlite:///"), tmp_path / "demo.db")
    own = {"database_url": f"sqlite:///{copied}", "erasure_list": tmp_path / "erased.txt"}
    made = DemoStage(seeded.model_copy(update=own), tmp_path)
    await made.open()
    yield made
    await made.close()


def sown_digest(databases: Databases, settings: Settings, number: int) -> str:
    """Of every row of every table."""
    own = settings.model_copy(update={"database_url": databases.fresh("sqlite")})
    sow(own, number)
    engine = open_engine(own.database_url)
    digest = sha256()
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in ("gazetteer", "place", "place_name"):
                rows = connection.execute(select(table).order_by(*table.primary_key.columns))
                digest.update(repr([table.name, *rows]).encode())
    engine.dispose()
    return digest.hexdigest()


def test_the_same_seed_writes_the_same_rows_and_another_seed_others(databases: Databases, tmp_path: Path) -> None:
    settings = demo_settings(tmp_path)
    first = sown_digest(databases, settings, 1)
    assert sown_digest(databases, settings, 1) == first
    assert sown_digest(databases, settings, 2) != first


def count_by_programme(session: Session) -> dict[str, int]:
    counted = select(Programme.slug, func.count()).join(Affiliation).where(Programme.slug.startswith("nrw-"))
    return dict(session.execute(counted.group_by(Programme.slug)).all())


async def test_the_programmes_have_the_figures_of_the_founding_documents(demo: DemoStage) -> None:
    assert demo.looks_up(count_by_programme) == {
        "nrw-jiangsu": 265,
        "nrw-shanxi": 506,
        "nrw-sichuan": 237,
        "nrw-other": 82,
        "nrw-young": 10,
    }


async def test_everybody_in_mainland_china_agreed_to_the_transfer(demo: DemoStage) -> None:
    agreed = select(Consent.member_id).where(Consent.purpose == Purpose.TRANSFER, Consent.given)
    missing = (
        select(func.count()).select_from(Member).join(Place).where(Place.country == "CN", Member.id.not_in(agreed))
    )
    assert demo.looks_up(lambda session: session.scalar(missing)) == 0


async def test_an_ambassador_agreed_to_be_named_and_is_in_the_club(demo: DemoStage) -> None:
    agreed = select(Consent.member_id).where(Consent.purpose == Purpose.ALUMNI, Consent.given)
    query = (
        select(func.count())
        .select_from(Role)
        .join(Membership, (Membership.member_id == Role.member_id) & (Membership.club_id == Role.club_id))
        .where(Role.kind == "ambassador", Membership.state == "in", Role.member_id.in_(agreed))
    )
    assert demo.looks_up(lambda session: session.scalar(query)) == 13


async def test_chinese_names_bear_their_pinyin(demo: DemoStage) -> None:
    query = select(Member.other_name).where(Member.full_name == "李雪梅", Member.id == 1)
    assert demo.looks_up(lambda session: session.scalar(query)) == "LI Xuemei"


@pytest.mark.parametrize("name", LANGUAGE_OF)
async def test_in_somebodys_shoes_one_reads_their_language(demo: DemoStage, name: str) -> None:
    visitor = demo.visitor()
    await visitor.steps_into(name)
    visitor.reads("What would you like to do?")
    await visitor.says("/profile")
    shoe = next(shoe for shoe in SHOES if shoe.name == name)
    assert shoe.named.full in visitor.screen.text
    assert (await visitor.state())["current"] == name


async def test_somebody_new_begins_at_the_start(demo: DemoStage) -> None:
    visitor = demo.visitor("de")
    await visitor.steps_into("chemnitz")
    await visitor.steps_into("new")
    assert visitor.messages() == []
    await visitor.says("/start")
    await visitor.taps("Deutsch")
    visitor.language = "de"
    await visitor.taps("Register")
    visitor.reads("<b>How we handle your data</b>")


async def test_the_bar_speaks_the_language_of_the_page(demo: DemoStage) -> None:
    visitor = demo.visitor("de")
    state = await visitor.state()
    assert state["now"] == "Di., 10. März, 11:00 Berlin"
    assert [shoe["name"] for shoe in state["shoes"]] == ["new", *LANGUAGE_OF]
    assert state["current"] == "new"


async def test_the_coordinator_verifies_one_of_those_who_wait(demo: DemoStage) -> None:
    visitor = demo.visitor()
    await visitor.steps_into("coordinator")
    await visitor.says("/verify")
    visitor.reads("Registrations that wait for a decision ({n}), the oldest first:", n=4)
    button = visitor.screen.buttons[0][0]
    await visitor.presses(button[1], visitor.screen.ident)
    await visitor.taps("Approve")
    visitor.reads("Approved.")
    await visitor.says("/verify")
    visitor.reads("Registrations that wait for a decision ({n}), the oldest first:", n=3)


async def test_the_ambassador_lets_in_who_has_asked(demo: DemoStage) -> None:
    visitor = demo.visitor()
    await visitor.steps_into("shanghai")
    visitor.reads("<b>{name}</b> would like to join {club}.", club="上海地区校友会")
    await visitor.taps("Let in")
    asked = select(func.count()).select_from(Membership).join(Club).where(Membership.state == "asked")
    assert demo.looks_up(lambda session: session.scalar(asked)) == 0


async def test_a_day_later_whoever_asked_for_it_is_erased(demo: DemoStage) -> None:
    leaving = select(func.count()).select_from(Member).where(Member.erase_at.is_not(None))
    assert demo.looks_up(lambda session: session.scalar(leaving)) == 1
    visitor = demo.visitor()
    await visitor.opens()
    status, state = await visitor.posts("clock", {"hours": 24})
    assert (status, state["now"]) == (200, "Wed, 11 Mar, 11:00 Berlin")
    assert demo.looks_up(lambda session: session.scalar(leaving)) == 0


async def test_who_signed_out_in_somebodys_shoes_can_step_in_again(demo: DemoStage) -> None:
    visitor = demo.visitor()
    await visitor.steps_into("london")
    sessions = Base.metadata.tables["web_session"]
    ended = sessions.update().where(sessions.c.token_hash == visitor.token_hash).values(revoked_at=START)
    demo.looks_up(lambda session: session.execute(ended))
    await visitor.steps_into("london")
    await visitor.says("/menu")
    visitor.reads("What would you like to do?")


async def test_who_was_erased_offers_no_shoes(demo: DemoStage) -> None:
    visitor = demo.visitor()
    demo.looks_up(lambda session: session.delete(session.get_one(Member, 3)))
    assert "london" not in [shoe["name"] for shoe in (await visitor.state())["shoes"]]
    assert (await visitor.posts("shoes", {"name": "london"}))[0] == 404


@pytest.mark.parametrize(("path", "body"), [("shoes", {"name": "coordinator"}), ("clock", {"hours": 24})])
async def test_another_site_can_neither_step_in_nor_move_the_clock(demo: DemoStage, path: str, body: Any) -> None:
    visitor = demo.visitor()
    await visitor.opens()
    assert (await visitor.posts(path, body, origin="https://elsewhere.example"))[0] == 403


@pytest.mark.parametrize(
    ("path", "body"), [("shoes", {"name": 3}), ("shoes", []), ("clock", {"hours": 48}), ("clock", {"hours": [1]})]
)
async def test_nonsense_is_refused(demo: DemoStage, path: str, body: Any) -> None:
    visitor = demo.visitor()
    await visitor.opens()
    assert (await visitor.posts(path, body))[0] in (400, 404)


@pytest.mark.door("web")
@pytest.mark.database("sqlite")
@pytest.mark.parametrize(("method", "path"), [("GET", "state"), ("POST", "shoes"), ("POST", "clock")])
async def test_an_ordinary_run_has_neither_shoes_nor_clock(stage: Stage, method: str, path: str) -> None:
    url = stage.app.web_address()
    body = {"name": "coordinator", "hours": 1}
    async with (
        aiohttp.ClientSession(headers={"Origin": url}) as browser,
        browser.request(method, f"{url}/demo/{path}", json=body) as answer,
    ):
        assert answer.status == 404


async def test_the_command_starts_beside_a_broken_env_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SECRET_KEY=short\nWEB_PORT=none\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    root = str(Path(__file__).parents[1])
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": root, "BOT_TOKEN": "nonsense"}
    port = str(find_free_port())
    with socket.create_server(("127.0.0.1", int(port))):
        command = [sys.executable, "-m", "bot", "demo", "--port", port, "--seed", "3"]
        process = await asyncio.create_subprocess_exec(
            *command, cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE
        )
        try:
            address = await asyncio.wait_for(read_address(process), 60)
            async with aiohttp.ClientSession() as browser, browser.get(f"{address}/demo/state") as answer:
                assert len((await answer.json())["shoes"]) == 1 + len(SHOES)
            process.send_signal(signal.SIGINT)
            await asyncio.wait_for(process.communicate(), 30)
        finally:
            if process.returncode is None:
                process.kill()
    assert process.returncode == 0
    assert not address.endswith(f":{port}")
    assert list(temporary.iterdir()) == []


async def read_address(process: asyncio.subprocess.Process) -> str:
    """The address that the command prints."""
    assert process.stdout is not None
    async for line in process.stdout:
        word = line.decode().strip().split(" ")[-1]
        if word.startswith("http://"):
            return word
    raise AssertionError("it ended without an address")


async def test_there_is_something_over_something_on_and_something_to_come(demo: DemoStage) -> None:
    now = demo.clock.now()
    found = demo.looks_up(lambda session: session.execute(select(Event.starts_at, Event.ends_at, Event.state)).all())
    published = [(start, end) for start, end, state in found if state == "published"]
    assert any(end < now for _start, end in published)
    assert any(start <= now < end for start, end in published)
    assert any(start > now for start, _end in published)
    assert {state for _start, _end, state in found} == {"draft", "published", "cancelled"}
    states = demo.looks_up(lambda session: set(session.scalars(select(Attendance.state))))
    assert {"yes", "maybe", "no", "waiting"} <= states


async def test_the_alumna_in_taiyuan_answers_and_is_reminded(demo: DemoStage) -> None:
    visitor = demo.visitor()
    await visitor.steps_into("taiyuan")
    await visitor.says("/events")
    await visitor.taps("{when} · 太原校友周末茶叙")
    await visitor.taps("Attend")
    visitor.reads("You attend.")
    await demo.passes(hours=24 * 4)
    visitor.reads("Are you still coming? If not, somebody else will be glad of the seat.")


def counts(demo: DemoStage, announcement: int) -> dict[str, int]:
    """So many readers of each outcome."""
    found: dict[str, int] = {}
    for line in demo.looks_up(lambda session: announcements.ledger(session, announcement, "en")):
        found[line.outcome] = found.get(line.outcome, 0) + line.people
    return found


async def test_more_than_500_people_are_on_telegram_and_some_cannot_be_reached(demo: DemoStage) -> None:
    telegram = select(func.count()).select_from(Door).where(Door.channel == "telegram")
    works = demo.looks_up(lambda session: session.scalar(telegram.where(Door.unreachable_since.is_(None))))
    lost = demo.looks_up(lambda session: session.scalar(telegram.where(Door.unreachable_since.is_not(None))))
    assert works is not None
    assert works >= 500
    assert lost is not None
    assert lost > 0


def test_what_was_announced_is_well_formed_and_names_are_short_enough() -> None:
    for written in WRITTEN:
        for text in written.texts.values():
            marks.check(text, PLACEHOLDERS)
    assert all(len(name) <= segments.LONGEST_NAME for name in SEGMENTS)


async def test_announcements_are_in_every_state_but_planned(demo: DemoStage) -> None:
    states = demo.looks_up(lambda session: set(session.scalars(select(Announcement.state))))
    assert states == {"draft", "asked", "sending", "done", "stopped"}
    everybody = counts(demo, 1)
    assert {"sent", "kept", "unreachable", "failed"} <= set(everybody)
    assert sum(line.doubtful for line in demo.looks_up(lambda session: announcements.ledger(session, 1, "en"))) > 0
    assert "stopped" in counts(demo, 4)
    assert {"sent", "waiting"} <= set(counts(demo, 5))


async def test_what_one_finds_in_mydata_was_sent_when_it_went_out(demo: DemoStage) -> None:
    visitor = demo.visitor()
    await visitor.steps_into("taiyuan")
    taiyuan = next(number for number, shoe in enumerate(SHOES, 1) if shoe.name == "taiyuan")
    found = demo.looks_up(lambda session: announcements.received_by(session, taiyuan, 5))
    assert [each.announcement.id for each in found if each.at < START - timedelta(days=2)] == [1]


async def test_every_saved_segment_has_people(demo: DemoStage) -> None:
    rows = demo.looks_up(segments.all)
    sizes = demo.looks_up(lambda session: [segments.count(session, segments.audience_of(row), CENTRAL) for row in rows])
    assert len(sizes) == len(SEGMENTS)
    assert min(sizes) > 10


async def test_in_each_morning_the_rest_of_them_have_it(demo: DemoStage) -> None:
    before = counts(demo, 5)
    await demo.passes(hours=24)
    after = counts(demo, 5)
    assert sum(after.values()) == sum(before.values())
    assert "waiting" not in after
    assert demo.looks_up(lambda session: session.get_one(Announcement, 5).state) == "done"


async def announces_to(visitor: Visitor, whom: str) -> None:
    await visitor.says("/announce")
    await visitor.taps("New announcement")
    await visitor.taps(whom)
    await visitor.says("Das Sommerfest findet am 3. Juli statt.")
    await visitor.taps("Look at it")
    await visitor.taps("Send …")
    await visitor.taps("Send it anyway")


async def test_the_progress_line_moves_at_the_pace_of_the_line(demo: DemoStage) -> None:
    visitor = demo.visitor()
    await visitor.steps_into("coordinator")
    await announces_to(visitor, "Alumni in Deutschland")
    number = demo.looks_up(lambda session: session.scalar(select(func.max(Announcement.id))))
    assert number is not None
    demo.clock.move(timedelta(minutes=1))
    await demo.app.planning.plan()
    sending = asyncio.create_task(demo.app.delivery.deliver_due())
    async with asyncio.timeout(30):
        while (begun := counts(demo, number)).get("sent", 0) < 60:  # noqa: ASYNC110 - the database rings no bell
            await asyncio.sleep(0.1)
    # The tap is answered at once; then we wait until everything due is out.
    await visitor.taps("Refresh")
    await sending
    ended = counts(demo, number)
    assert "▓░" in visitor.reads("Still to get it").text
    assert begun["waiting"] > 200
    assert ended["sent"] > 300
    assert sum(ended.values()) == sum(begun.values())


async def test_everybody_waits_for_a_second_coordinator(demo: DemoStage) -> None:
    author, second = demo.visitor(), demo.visitor()
    await author.steps_into("coordinator")
    await announces_to(author, "Everybody")
    author.reads("<b>To be approved by a second coordinator</b>")
    await second.steps_into("second")
    await second.taps("Look at it")
    await second.taps("Approve and send")
    second.reads("It begins to go out within a minute. Until then you can undo it.")


# --- on the coordinators' desk ---------------------------------------------------------------------------------


async def test_who_was_in_a_named_cohort_has_its_years(demo: DemoStage) -> None:
    young = select(Affiliation.cohort_id, Affiliation.to_year).join(Programme).where(Programme.slug == "nrw-young")
    rows = demo.looks_up(lambda session: session.execute(young).all())
    assert None not in {cohort for cohort, _year in rows}
    assert {year for _cohort, year in rows} <= {2019, 2022, 2024}


def test_built_surveys_speak_all_their_languages() -> None:
    for built in SURVEYS:
        assert [missing(built.titles, built.intros, built.questions, tag) for tag in built.titles] == [[], [], []]
    assert {asked.kind for asked in NETWORK.questions} == {asked.kind for asked in REFRESHER.questions}


async def test_the_coordinator_looks_at_the_results_of_a_survey_that_is_over(demo: DemoStage) -> None:
    visitor = demo.visitor()
    await visitor.steps_into("coordinator")
    await visitor.says("/survey")
    await visitor.taps(f"Beendet · {NETWORK.titles['de']}")
    await visitor.taps("Results")
    visitor.reads("The survey has closed: these results are final.")
    assert sum("Antworten auf die Umfrage" in each.text for each in visitor.messages()) == 3


async def test_the_alumna_in_taiyuan_is_asked_and_answers_by_name(demo: DemoStage) -> None:
    visitor = demo.visitor()
    await visitor.steps_into("taiyuan")
    await visitor.taps("Answer the survey")
    await visitor.taps(REFRESHER.questions[0].options[0]["zh_Hans"])
    assert REFRESHER.questions[1].words["zh_Hans"] in visitor.screen.text


async def test_questions_and_proposals_wait_for_the_coordinator(demo: DemoStage) -> None:
    visitor = demo.visitor()
    await visitor.steps_into("coordinator")
    await visitor.says("/inbox")
    visitor.reads("Questions that wait for an answer ({n}), the longest waiting first:", n=2)
    await visitor.says("/proposals")
    visitor.reads("<b>Proposals</b> ({n}), the oldest first:", n=2)
    await visitor.says("/role")
    assert sum(" · " in label for row in visitor.screen.buttons for label, *_more in row) == 5


async def test_somebody_who_waits_is_on_the_list_of_the_programme_office(demo: DemoStage) -> None:
    newest = select(Member.full_name).order_by(Member.id.desc()).limit(1)
    assert demo.looks_up(lambda session: session.scalar(newest)) == next(people_on_list(SEED)).named.other


async def test_somebody_is_suspended_and_an_export_is_told(demo: DemoStage) -> None:
    suspended = select(func.count()).select_from(Member).where(Member.status == Status.SUSPENDED)
    assert demo.looks_up(lambda session: session.scalar(suspended)) == 1
    visitor = demo.visitor()
    await visitor.steps_into("taiyuan")
    await visitor.says("/mydata")
    visitor.reads("Your data were in an export by the alumni office:")
