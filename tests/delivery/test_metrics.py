"""What Prometheus is told: figures that rise where things happen, seen from this machine or with the token alone."""

import re
from datetime import timedelta

import aiohttp
import pytest
from markupsafe import Markup
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select
from starlette.requests import Request

from bot.channels.web.metrics import FORWARDED, _is_from_here
from bot.conversation.reply import Reply
from bot.conversation.routing import Gate
from bot.conversation.turn import Refused, Turn
from db import jobs
from db.models.operations import Fault, LastRun
from tests.botapi.errors import BLOCKED
from tests.delivery.test_outbox import Told, tell
from tests.people import find, guest, member
from tests.stage import Stage

TOKEN = "a token of at least sixteen"


async def asked(stage: Stage, **headers: str) -> tuple[int, str]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"{stage.app.web_address()}/metrics", headers=given) as got,
    ):
        return got.status, await got.text()


async def figures(stage: Stage) -> dict[str, float]:
    """Everything that is told, by name and labels: `alumni_turns_total telegram answered`."""
    status, text = await asked(stage)
    assert status == 200
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def answers(stage: Stage, name: str, handler: object) -> None:
    stage.app.router.command(name, handler, gate=Gate.ANYONE)  # type: ignore[arg-type]


def refuse(_turn: Turn) -> Reply:
    raise Refused(Reply(Markup("Not today.")))


@pytest.mark.database("sqlite")
async def test_whoever_comes_through_a_proxy_finds_nothing(stage: Stage) -> None:
    assert (await asked(stage))[0] == 200
    for name in FORWARDED:
        assert await asked(stage, **{name: "127.0.0.1"}) == (404, ""), name


@pytest.mark.parametrize(
    ("peer", "here"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.0.2.7", False),
        ("10.0.0.5", False),
        ("::ffff:192.0.2.7", False),
        ("2001:db8::1", False),
        ("localhost", False),
        ("", False),
        (None, False),
    ],
)
def test_only_a_program_on_this_machine_is_from_here(peer: str | None, here: bool) -> None:
    client = None if peer is None else (peer, 1)
    assert _is_from_here(Request({"type": "http", "client": client, "headers": []})) is here


@pytest.mark.database("sqlite")
async def test_the_token_opens_and_nothing_like_it_does(stage: Stage) -> None:
    await stage.restart(metrics_token=TOKEN)
    proxied = {"x_forwarded_for": "192.0.2.7"}
    assert (await asked(stage, authorization=f"Bearer {TOKEN}", **proxied))[0] == 200
    for wrong in ("", "Bearer", "Bearer ", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN):
        assert await asked(stage, authorization=wrong, **proxied) == (404, "")


@pytest.mark.database("sqlite")
async def test_without_a_token_none_opens(stage: Stage) -> None:
    for wrong in ("Bearer", "Bearer ", "Bearer None"):
        assert await asked(stage, authorization=wrong, x_forwarded_for="192.0.2.7") == (404, "")


async def test_turns_are_counted_by_how_they_went(house: Stage) -> None:
    house.goes_wrong()
    anna = member(house, "Anna Distinctive")
    answers(house, "refuse", refuse)
    answers(house, "fail", lambda _turn: 1 / 0)
    house.telegram.world.updates.add({"message": {"from": {"id": anna.number}, "text": {}}})
    for words in ("/menu", "my own words", "/refuse", "/fail"):
        await anna.says(words)
    await anna.presses("go:menu", anna.screen.ident)
    found = await figures(house)
    assert {name: value for name, value in found.items() if name.startswith("alumni_turns_total")} == {
        "alumni_turns_total telegram answered": 3,
        "alumni_turns_total telegram refused": 1,
        "alumni_turns_total telegram fault": 1,
        "alumni_turns_total telegram aside": 1,
    }
    assert found["alumni_updates_received_total telegram callback_query"] == 1
    assert found["alumni_replies_total telegram shown"] == found["alumni_reply_seconds_count telegram"] == 5
    assert (found["alumni_inbox_unacted"], found["alumni_log_lines_total error"]) == (0, 1)
    _status, text = await asked(house)
    number = find(house, "Anna Distinctive").number
    # By itself: the same digits may stand in the middle of a time or a size.
    said = [
        word
        for word in ("Distinctive", "own words", number, anna.number)
        if re.search(rf"(?<![\d.]){word}(?!\d)", text)
    ]
    assert said == []


@pytest.mark.database("sqlite")
@pytest.mark.door("telegram")
async def test_the_page_counts_as_the_chat_does(stage: Stage) -> None:
    anna = member(stage, door="web")
    await anna.says("/menu")
    await anna.says("good morning")
    found = await figures(stage)
    assert found["alumni_updates_received_total web text"] == found["alumni_turns_total web answered"] == 2
    assert (found["alumni_reply_seconds_count web"], found["alumni_browsers"]) == (2, 1)


@pytest.mark.database("sqlite")
@pytest.mark.door("telegram")
async def test_a_late_reply_counts_with_all_its_lateness(stage: Stage) -> None:
    anna = member(stage)
    stage.telegram.faults.too_many(30, methods=["sendMessage"], count=1)
    await anna.says("/menu")
    found = await figures(stage)
    assert (found["alumni_replies_total telegram later"], found["alumni_inbox_unshown"]) == (1, 1)
    assert found["alumni_telegram_told_to_wait_seconds_count"] == 1
    assert found["alumni_telegram_told_to_wait_seconds_sum"] == 30


async def test_notices_are_counted_by_what_they_came_to(house: Stage) -> None:
    house.app.router.notice(Told)
    anna, _web, lost = member(house), member(house, "Ben Web", door="web"), member(house, "Lena Lost")
    house.telegram.person(lost.number).chat.refusal = BLOCKED
    for name in ("Anna Weber", "Ben Web", "Lena Lost"):
        tell(house, name, "Something.")
    await house.settle()
    await house.settle()
    tell(house, "Anna Weber", "Late.", house.clock.now() - timedelta(minutes=7))
    tell(house, "Anna Weber", "Not yet.", house.clock.now() + timedelta(hours=1))
    found = await figures(house)
    assert found["alumni_notices_total answer sent"] == found["alumni_notices_total answer kept"] == 1
    assert found["alumni_notices_total answer blocked"] == found["alumni_notices_total answer unreachable"] == 1
    assert anna.screen.text == "Something."
    assert (found["alumni_outbox_due answer"], found["alumni_outbox_oldest_seconds answer"]) == (1, 420)
    assert (found["alumni_outbox_due unasked"], found["alumni_outbox_oldest_seconds unasked"]) == (0, 0)


async def test_the_database_says_who_is_there_and_who_can_be_reached(house: Stage) -> None:
    member(house)
    house.looks_up(lambda session: jobs.queue(session, "nothing like this", house.clock.now()))
    member(house, "Ben Web", door="web")
    member(house, "Petra Pending", verified=False)
    guest(house)
    found = await figures(house)
    assert (found["alumni_members verified"], found["alumni_members pending"], found["alumni_members guest"]) == (
        2,
        1,
        1,
    )
    assert (found["alumni_reach telegram"], found["alumni_reach web_only"], found["alumni_reach objected"]) == (1, 1, 0)
    assert (found["alumni_registrations_pending"], found["alumni_lease_held"], found["alumni_database_up"]) == (1, 1, 1)
    assert (found["alumni_jobs_open waiting"], found["alumni_jobs_open running"]) == (1, 0)
    assert found["alumni_database_bytes"] > 100_000
    await house.app.jobs.run_waiting()
    found = await figures(house)
    assert (found["alumni_jobs_total nothing like this failed"], found["alumni_jobs_open waiting"]) == (1, 0)


@pytest.mark.language("en")
@pytest.mark.door("telegram")
async def test_a_fault_is_kept_by_its_code_until_nobody_asks_any_more(stage: Stage) -> None:
    stage.goes_wrong()
    anna = member(stage)
    answers(stage, "fail", lambda _turn: 1 / 0)
    await anna.says("/fail")
    code = anna.screen.text.partition("(")[2].partition(")")[0]
    fault = stage.looks_up(lambda session: session.scalars(select(Fault)).one())
    assert (fault.code, fault.error, fault.at) == (code, "ZeroDivisionError", stage.clock.now())
    assert "test_metrics.py" in fault.place
    stage.clock.move(timedelta(days=91))
    await stage.app.ticks.hold_lease()
    await stage.app.planning.clear()
    assert stage.looks_up(lambda session: session.scalars(select(Fault)).all()) == []
    assert stage.looks_up(lambda session: session.scalars(select(LastRun)).one()).at == stage.clock.now()
