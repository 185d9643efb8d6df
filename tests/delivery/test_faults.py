"""Three kinds of trouble with a turn, and three answers: a refusal, a fault of ours, a database that cannot."""

import asyncio
import logging
import sqlite3
from collections import Counter
from typing import Any

import pytest
from markupsafe import Markup
from sqlalchemy import Engine, NullPool, create_engine, event, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.conversation.reply import Reply
from bot.conversation.routing import Gate
from bot.conversation.turn import Refused, Turn
from db.models.conversation import ASIDE, SHOWN, Inbox
from db.models.members import Member, Status
from db.models.privacy import Audit
from tests.people import find, member
from tests.stage import Stage


def answers(stage: Stage, name: str, handler: Any) -> None:
    """A command of this test, for everybody."""
    stage.app.router.command(name, handler, gate=Gate.ANYONE)


def count_done(stage: Stage) -> int:
    return stage.looks_up(lambda session: session.scalar(select(func.count()).where(Audit.action == "data_taken")) or 0)


def count_inbox(stage: Stage, state: int) -> int:
    return stage.looks_up(lambda session: session.scalar(select(func.count()).where(Inbox.state == state)) or 0)


async def test_a_refusal_undoes_what_was_done_and_answers(house: Stage) -> None:
    anna = member(house)

    def refuse(turn: Turn) -> Reply:
        turn.member.function = "Director"
        turn.session.flush()
        raise Refused(Reply(Markup("Not today.")))

    answers(house, "refuse", refuse)
    await anna.says("/refuse")
    anna.reads("Not today.")
    assert find(house, "Anna Weber").function is None


async def test_a_fault_is_apologised_for_and_undone(house: Stage) -> None:
    house.goes_wrong()
    anna = member(house)

    def fail(turn: Turn) -> Reply:
        turn.record("data_taken")
        turn.session.flush()
        raise RuntimeError(turn.incoming.args)

    answers(house, "fail", fail)
    await anna.says("/fail")
    anna.reads("Something went wrong ({code}).")
    assert count_done(house) == 0


async def test_a_fault_is_logged_by_its_code_and_never_with_what_was_written(
    house: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    house.goes_wrong()
    anna = member(house)

    def fail(turn: Turn) -> Reply:
        raise RuntimeError(turn.incoming.args)

    answers(house, "fail", fail)
    with caplog.at_level(logging.DEBUG, logger="road"):
        await anna.says("/fail my secret words")
    code = anna.screen.text.partition("(")[2].partition(")")[0]
    records = [record for record in caplog.records if record.name == "road"]
    assert [code in record.getMessage() for record in records] == [True]
    assert not any("secret" in record.getMessage() or record.exc_info for record in caplog.records)


async def test_after_a_fault_the_next_message_works(house: Stage) -> None:
    house.goes_wrong()
    anna = member(house)
    answers(house, "fail", lambda _turn: 1 / 0)
    await anna.says("/fail")
    await anna.says("/menu")
    anna.reads("What would you like to do?")


async def test_an_update_nobody_can_read_is_set_aside(house: Stage) -> None:
    anna = member(house)
    sender = {"id": anna.number, "is_bot": False, "first_name": "Anna"}
    house.telegram.world.updates.add({"message": {"from": sender, "chat": {"id": 1, "type": "private"}, "text": {}}})
    await anna.says("/menu")
    anna.reads("What would you like to do?")
    assert count_inbox(house, ASIDE) == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"message": {"from": {"id": 10**100}, "text": "huge"}},
        {"message": {"from": {"id": 7}, "text": "half a pair \ud83d"}},
        {"message": {"from": {"id": 7}, "text": "nothing \u0000 there"}},
        {"message": []},
        {"callback_query": {"from": {"id": 7}, "message": {"chat": []}}},
    ],
)
async def test_a_poisonous_update_harms_no_other_of_its_batch(house: Stage, broken: dict[str, Any]) -> None:
    anna, ben = member(house), member(house, "Ben Ode")
    anna.phone.says("/menu")  # type: ignore[attr-defined]
    house.telegram.world.updates.add(broken)
    await ben.says("/menu")
    for each in (anna, ben):
        each.reads("What would you like to do?")


# A database that takes no answer to one sender, whatever it says.
REFUSING = {
    "sqlite": (
        "CREATE TRIGGER refuse BEFORE UPDATE ON inbox WHEN NEW.state = 1 AND NEW.sender = '{}' "
        "BEGIN SELECT RAISE(ABORT, 'refused'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF NEW.state = 1 AND NEW.sender = '{}' THEN RAISE 'refused'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER refuse BEFORE UPDATE ON inbox FOR EACH ROW EXECUTE FUNCTION refuse()",
    ),
}


async def test_a_message_that_cannot_even_be_apologised_for_is_set_aside(house: Stage) -> None:
    house.goes_wrong()
    anna, ben = member(house), member(house, "Ben Ode")
    for statement in REFUSING[house.app.engine.dialect.name]:
        house.looks_up(lambda session, words=statement: session.execute(text(words.format(anna.number))))
    await anna.says("/menu")
    assert count_inbox(house, ASIDE) == 1
    await ben.says("/menu")
    ben.reads("What would you like to do?")


async def test_a_lost_race_runs_again_and_counts_once(house: Stage) -> None:
    anna = member(house)
    runs: list[int] = []

    def race(turn: Turn) -> Reply:
        runs.append(1)
        turn.record("data_taken")
        if len(runs) < 3:
            number = turn.me.number
            row = Member(number=number, status=Status.GUEST, created_at=turn.now, seen_at=turn.now)
            turn.session.add(row)
            turn.session.flush()
        return Reply(Markup("Done."))

    answers(house, "race", race)
    await anna.says("/race")
    anna.reads("Done.")
    assert (len(runs), count_done(house)) == (3, 1)


async def test_a_rule_broken_each_time_is_a_fault(house: Stage) -> None:
    house.goes_wrong()
    anna = member(house)

    def collide(turn: Turn) -> Reply:
        turn.session.add(Member(number=turn.me.number, status=Status.GUEST, created_at=turn.now, seen_at=turn.now))
        turn.session.flush()
        return Reply(Markup("Never said."))

    answers(house, "collide", collide)
    await anna.says("/collide")
    anna.reads("Something went wrong ({code}).")


async def test_a_database_away_in_mid_turn_runs_the_turn_again(house: Stage) -> None:
    anna = member(house)
    runs: list[int] = []

    def stumble(turn: Turn) -> Reply:
        runs.append(1)
        turn.record("data_taken")
        turn.session.flush()
        if len(runs) == 1:
            _break_connection(house.app.engine, turn.session)
        return Reply(Markup("Done."))

    answers(house, "stumble", stumble)
    await anna.says("/stumble")
    anna.reads("Done.")
    assert (len(runs), count_done(house)) == (2, 1)


def _break_connection(engine: Engine, session: Session) -> None:
    """PostgreSQL ends our backend; SQLite says what it says of a locked file."""
    if engine.dialect.name == "sqlite":
        locked = sqlite3.OperationalError("database is locked")
        locked.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise OperationalError("UPDATE", {}, locked)
    backend = session.scalar(text("SELECT pg_backend_pid()"))
    with engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:backend)"), {"backend": backend})
    session.execute(text("SELECT 1"))


async def test_every_backend_ended_under_load_loses_nothing(house: Stage) -> None:
    if house.app.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no backends")
    people = [member(house, f"Person {letter}") for letter in "abcdefgh"]
    answers(house, "count", lambda turn: turn.record("data_taken") or Reply(Markup("Counted.")))
    for each in people:
        for _time in range(5):
            each.phone.says("/count")  # type: ignore[attr-defined]
    end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
    outside = create_engine(house.app.engine.url, poolclass=NullPool)
    for _time in range(3):
        await asyncio.sleep(0.02)
        with outside.connect() as connection:
            connection.execute(text(end_all + "current_database()"))
    await _until(lambda: count_done(house) == 40)
    await house.settle()
    await house.passes(seconds=31)  # replies whose turn was committed as its connection broke
    assert (count_done(house), count_inbox(house, SHOWN)) == (40, 40)


async def test_a_file_locked_by_somebody_else_is_waited_for(house: Stage) -> None:
    if house.app.engine.dialect.name != "sqlite":
        pytest.skip("a PostgreSQL is not a file")
    anna = member(house)
    answers(house, "count", lambda turn: turn.record("data_taken") or Reply(Markup("Counted.")))
    other = sqlite3.connect(house.app.engine.url.database or "", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    anna.phone.says("/count")  # type: ignore[attr-defined]
    await asyncio.sleep(2)
    other.execute("ROLLBACK")
    other.close()
    await _until(lambda: count_inbox(house, SHOWN) == 1)
    assert count_done(house) == 1


async def test_a_full_disk_is_waited_for(house: Stage) -> None:
    if house.app.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite can be told that its disk is full")
    anna = member(house)
    pages = {"most": 1}  # fewer than there are: then what there is
    event.listen(house.app.engine, "checkout", lambda raw, _record, _proxy: raw.execute(
        f"PRAGMA max_page_count = {pages['most']}"))  # fmt: skip
    answers(house, "count", lambda turn: turn.record("data_taken") or Reply(Markup("Counted.")))
    anna.phone.says("/count " + "x" * 60_000)  # type: ignore[attr-defined]
    await asyncio.sleep(1)
    assert count_inbox(house, SHOWN) == 0
    pages["most"] = 1_000_000
    await _until(lambda: count_inbox(house, SHOWN) == 1)
    assert (count_done(house), Counter(message.text for message in anna.messages())) == (1, {"Counted.": 1})


async def _until(holds: Any, seconds: float = 15) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not _holds_now(holds):
        assert asyncio.get_running_loop().time() < deadline, "in vain"
        await asyncio.sleep(0.05)


def _holds_now(holds: Any) -> bool:
    """Not while the test itself is handed a connection that it has just ended."""
    try:
        return bool(holds())
    except OperationalError:
        return False
