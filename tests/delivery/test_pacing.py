"""How fast we send: evenly under the rate, who waits for an answer first, and nothing during a pause."""

import asyncio
import time

import pytest

from bot.delivery.doors import Later
from bot.delivery.pacing import CHAT_GAP_S, LATE_S, SPARE, Pace
from tests.botapi import BotApi
from tests.channels.telegram_door import opened, showing

REPLY, ANNOUNCEMENT = 0, 2


async def departures(pace: Pace, count: int, lane: int = REPLY) -> list[float]:
    async def go() -> float:
        await pace.turn(lane)
        return time.monotonic()

    return sorted(await asyncio.gather(*(go() for _one in range(count))))


@pytest.mark.parametrize("rate", [40, 150])
async def test_no_second_sees_more_than_the_rate_and_a_small_burst(rate: int) -> None:
    times = await departures(Pace(rate), 2 * rate)
    busiest = max(sum(start <= moment < start + 1 for moment in times) for start in times)
    assert busiest <= rate + SPARE + max(1, LATE_S * rate) + 1


async def test_the_rate_is_used() -> None:
    times = await departures(Pace(200), 200)
    assert times[-1] - times[0] < 1.2


async def test_somebody_waiting_goes_before_every_announcement() -> None:
    pace, order = Pace(100), []

    async def go(name: str, lane: int) -> None:
        await pace.turn(lane)
        order.append(name)

    announcements = [asyncio.create_task(go("announcement", ANNOUNCEMENT)) for _one in range(50)]
    await asyncio.sleep(0.1)
    before = len(order)
    await go("reply", REPLY)
    await asyncio.gather(*announcements)
    assert order.index("reply") <= before + 2


async def test_nothing_goes_during_a_pause() -> None:
    pace = Pace(1000)
    waiting = [asyncio.create_task(departures(pace, 20))]
    start = time.monotonic()
    pace.pause(0.3)
    late = await departures(pace, 20)
    await asyncio.gather(*waiting)
    assert min(late) - start >= 0.3


async def test_a_pause_says_how_long_it_lasts() -> None:
    pace = Pace(1000)
    pace.pause(5)
    assert 4.9 < pace.paused_for() <= 5


async def test_a_long_pause_is_not_waited_for_here() -> None:
    pace = Pace(10)
    waiting = [asyncio.create_task(pace.turn(ANNOUNCEMENT)) for _one in range(5)]
    await asyncio.sleep(0)
    pace.pause(3600)
    outcomes = await asyncio.gather(*waiting, pace.turn(REPLY), return_exceptions=True)
    assert [type(one) for one in outcomes[1:]] == [Later] * 5


async def test_after_a_pause_replies_go_before_announcements() -> None:
    pace, order = Pace(20), []

    async def go(name: str, lane: int) -> None:
        await pace.turn(lane)
        order.append(name)

    await pace.turn(ANNOUNCEMENT)
    pace.pause(0.2)
    announcements = [asyncio.create_task(go("announcement", ANNOUNCEMENT)) for _one in range(3)]
    replies = [asyncio.create_task(go("reply", REPLY)) for _one in range(3)]
    await asyncio.gather(*announcements, *replies)
    assert order == ["reply"] * 3 + ["announcement"] * 3


async def test_a_reply_uses_the_reserve_while_announcements_wait() -> None:
    pace = Pace(10)
    announcements = [asyncio.create_task(pace.turn(ANNOUNCEMENT)) for _one in range(20)]
    await asyncio.sleep(0.35)
    start = time.monotonic()
    await pace.turn(REPLY)
    assert time.monotonic() - start < 0.05
    for task in announcements:
        task.cancel()


async def test_announcements_to_one_person_are_a_second_apart() -> None:
    pace = Pace(1000)
    start = time.monotonic()
    await asyncio.gather(*(pace.turn(ANNOUNCEMENT, "7") for _one in range(3)), pace.turn(ANNOUNCEMENT, "8"))
    assert time.monotonic() - start >= 2 * CHAT_GAP_S - 0.01


async def test_who_gave_up_waiting_takes_nobody_elses_turn() -> None:
    pace = Pace(20)
    await departures(pace, 3)
    gone = [asyncio.create_task(pace.turn(REPLY)) for _one in range(20)]
    await asyncio.sleep(0)
    for task in gone:
        task.cancel()
    start = time.monotonic()
    await pace.turn(REPLY)
    assert time.monotonic() - start < 0.5


async def test_telegram_has_nothing_to_complain_about() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        door = showing(bot, rate=80)
        people = [telegram.person(number, known=True).id for number in range(1, 151)]
        telegram.faults.limit(rate=100, burst=20)  # a busy machine may hold us up for a moment
        await asyncio.gather(*(door.show(number, "", [{"text": "Hello."}], REPLY) for number in map(str, people)))
        assert (telegram.stats.too_many, telegram.stats.accepted) == (0, 150)
