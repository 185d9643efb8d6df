"""Backups: what was in comes out, who was erased stays erased, and whatever goes wrong leaves nothing half-done."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, delete, func, insert, inspect, select, text, update
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.app import App
from bot.demo.preparing import demo_settings
from bot.demo.seeding import seed
from bot.keeping.backing_up import Made, back_up
from bot.keeping.hindered import Hindered
from bot.keeping.keys import make_key
from bot.keeping.postgres import version_of
from bot.keeping.restoring import Restored, look_through, restore
from bot.settings import Settings
from db import consents, merging
from db.doors import add_guest, new_number
from db.engine import in_session, open_engine
from db.models import Base
from db.models.announcements import Announcement, Attachment
from db.models.conversation import ACTED, Door, Inbox
from db.models.delivery import Outbox
from db.models.lists import Topic
from db.models.members import Code, Member
from db.models.privacy import Audit, Purpose
from db.models.web import Entry
from db.restored import MARK, UnfinishedRestore, stop_what_was_due
from tests.actors import WebActor
from tests.databases import Databases, Postgres, postgres_tools
from tests.handlers.test_privacy import OF_NOBODY, asks_to_be_erased
from tests.people import find, member
from tests.stage import SECRET, START, Stage

BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def no_bar(_done: int, _total: int) -> None:
    """Nobody looks."""


@dataclass
class Machine:
    """A bot's settings, a folder for backups, and the key to them, which lies elsewhere."""

    settings: Settings
    folder: Path
    key: Path

    def backs_up(
        self, progress: Callable[[int, int], None] = no_bar, keep: int | None = None, now: datetime = START
    ) -> Made:
        return back_up(self.settings, self.folder, keep, now, progress)

    def restores(self, file: Path, now: datetime = START) -> Restored:
        return restore(self.settings, file, self.key, now, no_bar)

    def runs(self, work: Callable[[Any], Any]) -> Any:
        engine = open_engine(self.settings.database_url)
        try:
            return in_session(engine, work)
        finally:
            engine.dispose()


def database_of(machine: Machine) -> Path:
    return Path(machine.settings.database_url.removeprefix("sqlite:///"))


class Machines:
    """Hands out machines, all with the same key and the same list of erased people."""

    def __init__(self, databases: Databases, postgres: Postgres, folder: Path) -> None:
        self._databases, self._postgres, self._folder = databases, postgres, folder
        self._count = 0
        self.key = folder / "key.txt"
        self.public = make_key(self.key)
        self.erasures = folder / "erased.txt"
        self.erasures.touch()

    def on(self, database: str) -> Machine:
        folder = self._folder / "backups"
        folder.mkdir(exist_ok=True)
        given = {
            "secret_key": SECRET,
            "database_url": database,
            "erasure_list": self.erasures,
            "backup_recipient": self.public,
            "postgres_tools": postgres_tools(),
        }
        return Machine(Settings(_env_file=None, **given), folder, self.key)  # type: ignore[call-arg,arg-type]

    def filled(self, kind: str) -> Machine:
        """One that has places and lists, and nobody in it."""
        return self.on(self._databases.fresh(kind))

    def empty(self, kind: str) -> Machine:
        """One with nothing in its database."""
        self._count += 1
        if kind == "sqlite":
            place = self._folder / f"new{self._count}"
            place.mkdir()
            return self.on(f"sqlite:///{place / 'alumni.db'}")
        name = f"new{self._count}_{os.getpid()}_{self._folder.name}".lower().replace("-", "_")[:60]
        self._postgres.run(f'DROP DATABASE IF EXISTS "{name}"')
        self._postgres.run(f'CREATE DATABASE "{name}"')
        return self.on(self._postgres.url(name))


@pytest.fixture
def machines(databases: Databases, postgres: Postgres, tmp_path: Path) -> Machines:
    return Machines(databases, postgres, tmp_path)


def rows_of(engine: Engine, *, but_not: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Everything in every table."""
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key.columns)).all()
            for table in Base.metadata.sorted_tables
            if table.name not in but_not
        }


def everything(machine: Machine, **which: Any) -> dict[str, list[Any]]:
    engine = open_engine(machine.settings.database_url)
    found = rows_of(engine, **which)
    engine.dispose()
    return found


# -- there and back


@BOTH
def test_a_restored_database_is_the_same_table_by_table(machines: Machines, tmp_path: Path, kind: str) -> None:
    before, after = machines.filled(kind), machines.empty(kind)
    if kind == "sqlite":
        # Ids given by hand, as there, leave PostgreSQL's counters behind.
        before.runs(lambda session: seed(session, demo_settings(tmp_path).house(demo=True), 7, START))
    before.runs(lambda session: session.execute(update(Member).values(erase_at=None)))
    before.runs(leave_things_to_say)
    content = bytes(range(256))
    picture = Attachment(name="Bild 图.png", media_type="image/png", size=256, content=content, given_at=START)
    before.runs(lambda session: session.add(picture))
    made = before.backs_up()
    assert (made.path.stat().st_mode & 0o777, database_left(before)) == (0o600, [])
    restored = after.restores(made.path, LONG_AGO)
    assert restored.manifest == made.manifest
    # What is stopped whatever the time is stopped here, too.
    before.runs(lambda session: stop_what_was_due(session, LONG_AGO))
    audit = select(Audit.action).order_by(Audit.id)
    said = before.runs(lambda session: session.scalars(audit).all())
    assert everything(after, but_not=("audit",)) == everything(before, but_not=("audit",))
    assert after.runs(lambda session: session.scalars(audit).all()) == [*said, "restored"]


def database_left(machine: Machine) -> list[str]:
    """Files beside the database that were not there before."""
    folder = database_of(machine).parent
    return [path.name for path in folder.iterdir() if path.name.startswith(".")] if folder.is_dir() else []


@BOTH
def test_the_copy_is_of_one_moment_while_others_write(machines: Machines, kind: str) -> None:
    """At every step of the copy somebody moves on, in two tables at once."""
    machine, after = machines.filled(kind), machines.empty(kind)
    machine.runs(lambda session: session.execute(insert(Audit), [audit_row("before")]))
    engine, steps = open_engine(machine.settings.database_url), []

    def write(_done: int, _total: int) -> None:
        steps.append(1)
        in_session(engine, lambda session: session.execute(insert(Audit), [audit_row("during")]))
        in_session(engine, lambda session: session.execute(update(Topic).values(position=100 + len(steps))))

    made = machine.backs_up(write)
    engine.dispose()
    assert steps
    assert made.manifest.counts["audit"] == 1
    after.restores(made.path)
    assert after.runs(lambda session: session.scalars(select(Audit.action).order_by(Audit.id)).all()) == [
        "before",
        "restored",
    ]
    assert after.runs(lambda session: max(session.scalars(select(Topic.position)), default=0)) < 100


def audit_row(action: str) -> dict[str, Any]:
    return {"at": START, "action": action, "details": {}}


def test_the_command_line_leads_from_a_key_to_a_restored_database(machines: Machines, tmp_path: Path) -> None:
    before, after, key = machines.filled("sqlite"), machines.empty("sqlite"), tmp_path / "own.txt"
    run = CliRunner().invoke
    said = run(cli, ["backup-key", str(key)]).output
    public = said.strip().rpartition("BACKUP_RECIPIENT=")[2]
    assert (key.stat().st_mode & 0o777, public in key.read_text()) == (0o600, True)
    environment = {"SECRET_KEY": SECRET, "ERASURE_LIST": str(machines.erasures), "BACKUP_RECIPIENT": public}

    def says(machine: Machine, *words: str) -> tuple[int, str]:
        found = run(cli, list(words), env={**environment, "DATABASE_URL": machine.settings.database_url})
        return found.exit_code, found.output

    code, said = says(before, "backup", str(before.folder), "--keep", "1")
    (file,) = before.folder.iterdir()
    assert (code, f"{file}: " in said, "member 0" in said) == (0, True, True)
    code, said = says(after, "restore", str(file), "--identity", str(key), "--check")
    assert (code, "It can be read to its end." in said, database_of(after).exists()) == (0, True, False)
    code, said = says(after, "restore", str(file), "--identity", str(key))
    assert (code, "Erased again: 0" in said, database_of(after).exists()) == (0, True, True)
    code, said = says(after, "restore", str(file), "--identity", str(key))
    assert (code, "is not empty, and was left as it is" in said) == (1, True)


def test_of_ours_the_newest_stay_and_nothing_else_is_touched(machines: Machines) -> None:
    machine = machines.filled("sqlite")
    for name in (
        "alumni-20250101T000000Z.age",
        "alumni-20250102T000000Z.age",
        "alumni-20250101T000000Z.age.txt",
        "x.age",
    ):
        (machine.folder / name).write_text("old")
    made = machine.backs_up(keep=2)
    assert made.removed == 1
    left = {path.name for path in machine.folder.iterdir()} - {made.path.name}
    assert left == {"alumni-20250102T000000Z.age", "alumni-20250101T000000Z.age.txt", "x.age"}


# -- who was erased stays erased


@pytest.mark.door("telegram")
@pytest.mark.language("de")
@pytest.mark.everywhere
async def test_who_was_erased_after_the_backup_is_erased_again_and_nobody_else(
    stage: Stage, machines: Machines
) -> None:
    """Not a namesake, and not who was erased before the backup and has come back by the same door."""
    erases_into(stage, machines)
    clara = member(stage, "Clara Cole")
    await asks_to_be_erased(clara)
    await stage.passes(hours=49)
    stage.looks_up(lambda session: comes_back(session, str(clara.number)))
    anna, namesake = member(stage, "Anna Weber"), member(stage, "Anna Weber", door="web")
    merge = merged_later(stage)
    made = machines.on(stage.app.settings.database_url).backs_up(now=stage.clock.now())
    before = stage.looks_up(numbers)

    await asks_to_be_erased(anna)
    stage.looks_up(merge)
    await stage.passes(hours=49)
    after = machines.empty(stage.app.engine.dialect.name)
    restored = after.restores(made.path, stage.clock.now())
    assert restored.outcome.erased == 3
    left = after.runs(numbers)
    assert (left, len(left)) == (before & stage.looks_up(numbers), len(before) - 3)
    assert {"CLARA", find(stage, namesake.name).number} <= left
    assert holds(after, str(anna.number)) == []
    actions = after.runs(lambda session: session.scalars(select(Audit.action).order_by(Audit.id)).all())
    assert (actions.count("erased"), actions[-1]) == (4, "restored")


def erases_into(stage: Stage, machines: Machines) -> None:
    """The bot's list of erased people is the one that restoring reads."""
    machines.erasures = Path(stage.app.house.erasure_list)
    machines.erasures.touch()


def comes_back(session: Any, door: str) -> None:
    session.execute(delete(Door).where(Door.external_id == door))
    again = add_guest(session.connection(), "CLARA", START, "de")
    session.add(Door(channel="telegram", external_id=door, member_id=again, used_at=START))


def numbers(session: Any) -> set[str]:
    return set(session.scalars(select(Member.number)))


def merged_later(stage: Stage) -> Callable[[Any], None]:
    """Two records of one person, which become one after the backup and are then erased."""
    first, second = (find(stage, member(stage, name).name) for name in ("Emil Twice", "E. Twice"))

    def merge(session: Any) -> None:
        door = session.scalars(select(Door.id).where(Door.member_id == second.id)).one()
        kept = merging.join(session, here=second.id, there=first.id, door=door, now=stage.clock.now())
        kept.erase_at = stage.clock.now() + timedelta(hours=1)

    return merge


def holds(machine: Machine, needle: str) -> list[str]:
    """The tables that know `needle`, a whole value."""
    found = everything(machine, but_not=tuple(OF_NOBODY))
    return [name for name, rows in found.items() if any(needle in map(str, row) for row in rows)]


@pytest.mark.door("telegram")
@pytest.mark.database("sqlite")
async def test_who_had_asked_to_be_erased_may_have_kept_their_data_since(stage: Stage, machines: Machines) -> None:
    anna = member(stage)
    await asks_to_be_erased(anna)
    made = machines.on(stage.app.settings.database_url).backs_up(now=stage.clock.now())
    await anna.taps("Keep my data")
    await stage.passes(hours=72)
    after = machines.empty("sqlite")
    assert after.restores(made.path, stage.clock.now()).outcome.asked == 1
    await stage.restart(database_url=after.settings.database_url)
    await stage.passes(hours=1)
    anna.reads("We had to go back to an earlier copy of our database. In it you have asked us to erase")
    await anna.taps("Keep my data")
    await stage.passes(hours=72)
    assert find(stage, "Anna Weber").erase_at is None


@pytest.mark.door("telegram")
async def test_a_button_from_the_time_that_was_lost_does_nothing(stage: Stage) -> None:
    """Telegram's clock is the real one."""
    anna, now = member(stage), datetime.now(UTC)
    await anna.says("/privacy")
    went_back = {"as_of": (now - timedelta(minutes=10)).isoformat()}
    row = Audit(at=now + timedelta(minutes=10), action="restored", details=went_back)
    stage.looks_up(lambda session: session.add(row))
    await stage.restart()
    await anna.taps("Withdraw contact among alumni")
    anna.reads("We had to go back to an earlier copy of our database, and it does not know this message any more.")
    assert stage.looks_up(lambda session: consents.is_given(session, find(stage, anna.name).id, Purpose.ALUMNI))


@pytest.mark.door("web")
async def test_a_page_that_shows_what_was_lost_begins_anew(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/privacy")
    await anna.says("/settings")
    assert isinstance(anna, WebActor)
    lost = max(anna.entries)
    stage.looks_up(lambda session: session.execute(delete(Entry).where(Entry.id >= lost)))
    await stage.restart()
    await anna.says("/privacy")
    assert anna.resets == 1
    assert len(anna.entries) == lost - min(anna.entries) + 2


async def test_without_the_list_or_the_secret_nobody_is_restored(machines: Machines) -> None:
    before, after = machines.filled("sqlite"), machines.empty("sqlite")
    file = before.backs_up().path
    machines.erasures.unlink()
    with pytest.raises(Hindered, match=r"The list of erased people is not at .*make an empty file there"):
        after.restores(file)
    machines.erasures.write_text(f"{'0' * 64} 2026-03-10T12:00:00+00:00\n\nshopping list\n")
    with pytest.raises(Hindered, match="is not a list of erased people: line 3 says something else"):
        after.restores(file)
    machines.erasures.write_text(f"{'0' * 64}\n")
    after.settings.secret_key = SecretStr("another one, another one, another one")
    with pytest.raises(Hindered, match="SECRET_KEY is not the one"):
        after.restores(file)
    assert list(database_of(after).parent.iterdir()) == []
    machines.erasures.write_text("")
    assert not after.restores(file).same_secret


# -- what is not said twice


def test_what_was_due_meanwhile_is_not_said_again(machines: Machines) -> None:
    before, after = machines.filled("sqlite"), machines.empty("sqlite")
    before.runs(leave_things_to_say)
    restored = after.restores(before.backs_up().path, START)
    assert restored.outcome.stopped == (1, 2)
    notices = select(Outbox.ref, Outbox.outcome).order_by(Outbox.id)
    found = after.runs(lambda session: [tuple(row) for row in session.execute(notices)])
    assert found == [("held for the morning", "stopped"), ("the day is another", None), ("tomorrow", None)]
    states = select(Announcement.state).order_by(Announcement.id)
    assert after.runs(lambda session: session.scalars(states).all()) == ["stopped", "stopped", "planned", "draft"]
    assert after.runs(lambda session: session.scalars(select(Inbox.payload).order_by(Inbox.id)).all()) == ["", "new"]
    spent = select(Code.kind).where(Code.used_at.is_not(None))
    assert after.runs(lambda session: session.scalars(spent).all()) == ["coordinator"]


def leave_things_to_say(session: Any) -> None:
    someone = add_guest(session.connection(), new_number(), START, "de")
    past, future = START - timedelta(hours=1), START + timedelta(days=1)
    for kind, ref, due in (
        ("passed", "held for the morning", past),
        ("event_changed", "the day is another", past),
        ("passed", "tomorrow", future),
    ):
        session.add(Outbox(member_id=someone, kind=kind, ref=ref, params={}, due_at=due))
        session.flush()
    for state, due in (("sending", past), ("planned", past), ("planned", future), ("draft", None)):
        made = {"texts": {}, "audience": {}, "created_at": START, "changed_at": START}
        session.add(Announcement(state=state, due_at=due, **made))
        session.flush()
    for key, state in (("acted", ACTED), ("new", 0)):
        message = {"channel": "telegram", "box": "1", "key": key, "sender": "1"}
        session.add(Inbox(**message, payload=key, state=state, replies="[]", received_at=START))
        session.flush()
    for kind in ("coordinator", "return"):
        session.add(Code(kind=kind, digest=kind, issued_at=START))


# -- what goes wrong is said, and leaves nothing behind


def wrong_key(machine: Machine, tmp_path: Path, file: Path) -> None:
    machine.key = tmp_path / "other.txt"
    make_key(machine.key)


def cut_off(_machine: Machine, _tmp_path: Path, file: Path) -> None:
    os.truncate(file, file.stat().st_size - 100)


def altered(_machine: Machine, _tmp_path: Path, file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def something_else(_machine: Machine, _tmp_path: Path, file: Path) -> None:
    file.write_bytes(os.urandom(5000))


def sealed_by_others(machine: Machine, _tmp_path: Path, file: Path) -> None:
    public = machine.settings.backup_recipient or ""
    file.write_bytes(pyrage.encrypt(b"Dear all", [pyrage.x25519.Recipient.from_str(public)]))


DAMAGED = "is not a backup, or is damaged or cut off"
FAULTS: dict[Callable[[Machine, Path, Path], None], str] = {
    wrong_key: "was not made for this key",
    cut_off: DAMAGED,
    altered: DAMAGED,
    something_else: DAMAGED,
    sealed_by_others: DAMAGED,
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_file_that_cannot_be_read_leaves_the_database_empty(
    machines: Machines, tmp_path: Path, fault: Callable[[Machine, Path, Path], None]
) -> None:
    after = machines.empty("sqlite")
    file = machines.filled("sqlite").backs_up().path
    fault(after, tmp_path, file)
    with pytest.raises(Hindered, match=FAULTS[fault]):
        after.restores(file)
    with pytest.raises(Hindered, match=FAULTS[fault]):
        look_through(file, after.key, no_bar)
    assert list(database_of(after).parent.iterdir()) == []


def test_a_cut_off_backup_leaves_nothing_on_postgresql(machines: Machines, tmp_path: Path) -> None:
    after = machines.empty("postgresql")
    file = machines.filled("postgresql").backs_up().path
    cut_off(after, tmp_path, file)
    with pytest.raises(Hindered, match=DAMAGED):
        after.restores(file)
    assert tables_of(after) == []


def tables_of(machine: Machine) -> list[str]:
    engine = open_engine(machine.settings.database_url)
    found = inspect(engine).get_table_names()
    engine.dispose()
    return found


@BOTH
def test_a_database_that_is_not_empty_is_left_as_it_is(machines: Machines, kind: str) -> None:
    before, after = machines.filled(kind), machines.filled(kind)
    file, was = before.backs_up().path, everything(after, but_not=tuple(OF_NOBODY))
    with pytest.raises(Hindered, match="is not empty, and was left as it is"):
        after.restores(file)
    assert everything(after, but_not=tuple(OF_NOBODY)) == was


def test_the_log_of_another_database_would_be_taken_for_its_own(machines: Machines) -> None:
    after = machines.empty("sqlite")
    file = machines.filled("sqlite").backs_up().path
    database_of(after).with_name("alumni.db-wal").write_bytes(b"x")
    with pytest.raises(Hindered, match=r"alumni\.db-wal belongs to an earlier database"):
        after.restores(file)


def test_a_backup_of_the_other_database_or_of_a_newer_version_is_refused(machines: Machines) -> None:
    newer, after = machines.filled("sqlite"), machines.empty("sqlite")
    with pytest.raises(Hindered, match="a backup of sqlite, and DATABASE_URL names a database of postgresql"):
        machines.empty("postgresql").restores(newer.backs_up().path)
    newer.runs(lambda session: session.execute(text("UPDATE alembic_version SET version_num = 'r9999_later'")))
    with pytest.raises(Hindered, match=r"made by another version of this program \(0\..*r9999_later\)"):
        after.restores(newer.backs_up(now=START + timedelta(days=1)).path)
    assert list(database_of(after).parent.iterdir()) == []


def no_public_key(machine: Machine) -> None:
    machine.settings.backup_recipient = None


def no_database(machine: Machine) -> None:
    machine.settings.database_url += ".gone"


def damaged_database(machine: Machine) -> None:
    with sqlite3.connect(database_of(machine)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'full_name', 'fuller_name') WHERE name='member'"
        )
        connection.execute("DELETE FROM sqlite_master WHERE type='index' AND sql IS NOT NULL")


def no_folder(machine: Machine) -> None:
    machine.folder = machine.folder / "elsewhere" / "x.age"


HINDRANCES: dict[Callable[[Machine], None], str] = {
    no_public_key: "BACKUP_RECIPIENT is not set; `python -m bot backup-key FILE` makes a key",
    no_database: "There is nothing to back up",
    damaged_database: "The database is damaged",
    no_folder: "There is no folder .*elsewhere; please make it first",
}


@pytest.mark.parametrize("hindrance", HINDRANCES, ids=lambda hindrance: hindrance.__name__)
def test_what_keeps_a_backup_from_being_made_is_said(machines: Machines, hindrance: Callable[[Machine], None]) -> None:
    machine = machines.filled("sqlite")
    folder = machine.folder
    hindrance(machine)
    with pytest.raises(Hindered, match=HINDRANCES[hindrance]):
        machine.backs_up()
    assert list(folder.iterdir()) == []


def test_postgresql_needs_its_own_programs_not_older_than_the_server(machines: Machines, tmp_path: Path) -> None:
    machine = machines.filled("postgresql")
    machine.settings.postgres_tools = tmp_path
    with pytest.raises(Hindered, match=r"pg_dump was not found in .*POSTGRES_TOOLS"):
        machine.backs_up()
    machine.settings.postgres_tools = postgres_tools("pginstall")
    with pytest.raises(Hindered, match=r"of version 16, the server of version 18"):
        machine.backs_up()
    assert list(machine.folder.iterdir()) == []


def test_the_version_of_a_program_is_read_in_all_its_forms() -> None:
    said = (
        "pg_dump (PostgreSQL) 18.0",
        "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0)",
        "pg_dump (PostgreSQL) 19beta1",
        "",
    )
    assert [version_of(each) for each in said] == [18, 15, 19, 0]


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@BOTH
def test_a_full_disk_leaves_no_half_backup(machines: Machines, kind: str) -> None:
    """On SQLite the copy does not fit, on PostgreSQL the backup itself."""
    machine = machines.filled(kind)
    with full_disk(100_000), pytest.raises(Hindered, match=r"cannot be (written|copied): .*Nothing of it was kept"):
        machine.backs_up()
    assert (list(machine.folder.iterdir()), database_left(machine)) == ([], [])


def test_a_full_disk_leaves_no_half_database(machines: Machines) -> None:
    after = machines.empty("sqlite")
    file = machines.filled("sqlite").backs_up().path
    with full_disk(100_000), pytest.raises(Hindered, match=r"cannot be written: .* Nothing was restored"):
        after.restores(file)
    assert list(database_of(after).parent.iterdir()) == []


# -- killed in the middle of it

DIES = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.keeping.backing_up import back_up
from bot.keeping.restoring import restore
from bot.settings import Settings

calls = []

def die(done, total):
    calls.append(done)
    if len(calls) == 2 if not key else done > total // 2:
        os.kill(os.getpid(), signal.SIGKILL)

settings, now, name, *key = Settings(_env_file=None), datetime.now(UTC), Path(sys.argv[1]), *map(Path, sys.argv[2:])
restore(settings, name, key[0], now, die) if key else back_up(settings, name, None, now, die)
"""


def dies(machine: Machine, *given: Path) -> None:
    """A process of its own does it, and kills itself half-way: nothing can be tidied up."""
    settings = machine.settings
    environment = {
        "SECRET_KEY": SECRET,
        "DATABASE_URL": settings.database_url,
        "ERASURE_LIST": str(settings.erasure_list),
        "BACKUP_RECIPIENT": settings.backup_recipient or "",
        "POSTGRES_TOOLS": str(settings.postgres_tools),
    }
    command = [sys.executable, "-c", DIES, *map(str, given)]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr


@BOTH
def test_a_killed_backup_leaves_nothing_readable_and_the_next_one_clears_up(machines: Machines, kind: str) -> None:
    machine = machines.filled(kind)
    dies(machine, machine.folder)
    assert database_left(machine) == []
    for left in machine.folder.iterdir():
        assert (left.name.startswith("."), b"Chemnitz" in left.read_bytes()) == (True, False)
    made = machine.backs_up()
    assert list(machine.folder.iterdir()) == [made.path]


@BOTH
async def test_a_killed_restore_is_begun_anew_and_no_bot_starts_on_it(machines: Machines, kind: str) -> None:
    after = machines.empty(kind)
    file = machines.filled(kind).backs_up().path
    dies(after, file, after.key)
    if kind == "sqlite":
        assert not database_of(after).exists()
    else:
        assert MARK in tables_of(after)
        with pytest.raises(UnfinishedRestore):
            await App(after.settings).start(tick=False)
    after.restores(file)
    if kind == "postgresql":
        # Killed a moment before its end: everything is there, and the mark.
        after.runs(lambda session: session.execute(text(f"CREATE TABLE {MARK} ()")))
        after.restores(file)
    assert after.runs(lambda session: session.scalar(select(func.count()).select_from(Audit))) == 1
    assert MARK not in tables_of(after)
