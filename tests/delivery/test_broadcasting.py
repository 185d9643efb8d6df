"""An announcement on its way: told to stay away for an hour, taken over from a frozen sender, bounded in memory."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.app import App
from bot.delivery.outbox import LARGEST
from db import outbox
from db.models.delivery import Lease
from tests.actors import Actor
from tests.announcements import announcement, outcomes
from tests.crash.broadcast import MARK
from tests.crash.cast import LEADER, gather_cast
from tests.databases import Databases
from tests.delivery.test_outbox import Told, tell, texts
from tests.people import member
from tests.stage import Stage

AN_HOUR = 3600


def told(actor: Actor, text: str = MARK) -> int:
    return sum(text in message.text for message in actor.messages())


def tried(stage: Stage) -> int:
    return stage.telegram.stats.calls["sendMessage"]


async def _interrupted(stage: Stage) -> list[Actor]:
    """Ten people, a hundred messages a second, and 429 for an hour at the fifth."""
    await stage.restart(messages_per_second=100)
    people = [member(stage, f"Person {letter}", coordinator=letter == "a") for letter in "abcdefghij"]
    stage.telegram.faults.too_many(retry_after=AN_HOUR, methods=["sendMessage"], chat=people[4].number)
    announcement(stage, MARK, author="Person a")
    await stage.app.ticks.all_at_once()
    return people


async def test_told_to_stay_away_for_an_hour_nothing_is_tried_until_it_lifts(house: Stage) -> None:
    people = await _interrupted(house)
    had, before = sum(map(told, people)), tried(house)
    assert 4 <= had < len(people)
    await house.passes(minutes=30)
    assert (tried(house), sum(map(told, people))) == (before, had)


async def test_after_an_hour_and_a_new_start_everybody_has_it_once(house: Stage) -> None:
    """The new process has not heard of the hour; the rows have."""
    people = await _interrupted(house)
    house.telegram.faults.clear()
    before = tried(house)
    await house.passes(minutes=30)
    await house.restart()
    await house.passes(minutes=29)
    assert tried(house) == before
    await house.passes(minutes=2)
    assert [told(each) for each in people] == [1] * 10


async def test_pages_show_what_is_announced_while_telegram_is_closed(house: Stage) -> None:
    people = await _interrupted(house)
    reader = member(house, "Wei Wu", door="web")
    sent = announcement(house, "Second", author="Person a")
    await house.passes(seconds=0)
    assert outcomes(house, sent)["Wei Wu"] in ("kept", "sent")
    assert (told(reader, "Second"), sum(told(each, "Second") for each in people)) == (1, 0)


async def test_who_asks_while_telegram_is_closed_is_not_forgotten(house: Stage) -> None:
    people = await _interrupted(house)
    house.telegram.faults.clear()
    await people[0].says("/menu")
    assert told(people[0], "What would you like to do?") == 0
    await house.restart()
    await house.passes(hours=1)
    assert told(people[0], "What would you like to do?") == 1


async def test_no_more_lies_in_memory_than_a_batch_and_a_half(house: Stage) -> None:
    await house.restart(messages_per_second=1000)
    cast = gather_cast(house.app.engine, 500)
    for number in (LEADER, *cast.members):
        house.telegram.person(number, known=True)
    announcement(house, MARK, author=f"Member {LEADER}.")
    most = await _most_under_way(house)
    assert LARGEST // 2 < most <= LARGEST + LARGEST // 2
    assert [_copies(house, number) for number in (LEADER, *cast.members)] == [1] * 501


def _copies(stage: Stage, number: int) -> int:
    return sum(MARK in message.text for message in stage.telegram.person(number).chat.messages)


async def _most_under_way(stage: Stage) -> int:
    """How many notices were being sent at once, at most, while everything due went out."""
    most, work = 0, asyncio.ensure_future(stage.app.ticks.all_at_once())
    while not work.done():
        under_way = sum("Delivery._send" in str(task.get_coro()) for task in asyncio.all_tasks())
        most = max(most, under_way)
        await asyncio.sleep(0.005)
    await work
    return most


# --- taken over ------------------------------------------------------------------------------------------------


@pytest.fixture
async def first(databases: Databases, tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(databases.fresh("postgresql"), "en", "telegram", tmp_path)
    await stage.open()
    stage.app.router.notice(Told)
    yield stage
    await stage.close()


@pytest.fixture
async def second(first: Stage) -> AsyncIterator[App]:
    app = App(first.settings(), clock=first.clock)
    app.router.notice(Told)
    await app.start(tick=False)
    yield app
    await app.stop()


def _let_lapse(session: Session) -> None:
    session.execute(update(Lease).values(until=datetime.now(UTC) - timedelta(seconds=1)))


async def test_what_a_frozen_sender_was_about_to_claim_goes_out_by_who_took_over(first: Stage, second: App) -> None:
    """Stopped between the claim and its commit, the old sender commits only when the other has long taken over."""
    anna = member(first)
    tell(first, "Anna Weber", "Not forgotten.")
    lease = first.app.lease
    with Session(first.app.engine) as frozen:
        assert outbox.claim(frozen, lease.holder, lease.epoch or 0, first.clock.now(), 30)
        first.looks_up(_let_lapse)
        await second.ticks.hold_lease()
        frozen.commit()
    await second.delivery.deliver_due()
    assert (second.lease.epoch, texts(anna)) == (2, ["Not forgotten."])


async def test_a_sender_that_wakes_up_late_sends_nothing_of_what_it_had_in_hand(first: Stage, second: App) -> None:
    people = [member(first, f"Person {letter}", coordinator=letter == "a") for letter in "abcdefghij"]
    first.telegram.faults.latency = 0.05
    announcement(first, MARK, author="Person a")
    await first.app.planning.plan()
    first.app.telegram._pace.pause(0.3)  # type: ignore[union-attr]
    working = asyncio.ensure_future(first.app.delivery.deliver_due())
    await asyncio.sleep(0.15)  # ten are in hand, and wait for their turn to be sent
    first.looks_up(_let_lapse)
    first.app.lease._until = 0.0
    await second.ticks.hold_lease()
    await second.delivery.deliver_due()
    await working
    assert [told(each) for each in people] == [1] * 10
