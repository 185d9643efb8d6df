"""How fast we send: evenly under the rate, who waits for an answer first, and nothing during a pause."""

import asyncio

import pytest

from bot.delivery.doors import Later
from bot.delivery.pacing import AFTER_YOU_S, CHAT_GAP_S, LATE_S, SPARE, Pace
from tests.botapi import BotApi
from tests.channels.telegram_door import opened, showing
from tests.in_no_time import in_no_time

REPLY, ANNOUNCEMENT = 0, 2


def now() -> float:
    return asyncio.get_running_loop().time()


def pace_of(rate: float) -> Pace:
    return Pace(rate, clock=now)


async def departures(pace: Pace, count: int, lane: int = REPLY) -> list[float]:
    async def go() -> float:
        await pace.turn(lane)
        return now()

    return sorted(await asyncio.gather(*(go() for _one in range(count))))


@pytest.mark.parametrize("rate", [40, 150])
@in_no_time
async def test_no_second_sees_more_than_the_rate_and_a_small_burst(rate: int) -> None:
    times = await departures(pace_of(rate), 2 * rate)
    busiest = max(sum(start <= moment < start + 1 for moment in times) for start in times)
    assert busiest <= rate + SPARE + max(1, LATE_S * rate) + 1


@in_no_time
async def test_the_rate_is_used() -> None:
    times = await departures(pace_of(200), 200)
    assert times[-1] - times[0] == pytest.approx((200 - 1 - SPARE) / 200)


@in_no_time
async def test_somebody_waiting_goes_before_every_announcement() -> None:
    pace, order = pace_of(100), []

    async def go(name: str, lane: int) -> None:
        await pace.turn(lane)
        order.append(name)

    announcements = [asyncio.create_task(go("announcement", ANNOUNCEMENT)) for _one in range(50)]
    await asyncio.sleep(0.1)
    before = len(order)
    await go("reply", REPLY)
    await asyncio.gather(*announcements)
    assert 5 < before < 15
    assert order.index("reply") == before


@in_no_time
async def test_nothing_goes_during_a_pause() -> None:
    pace = pace_of(1000)
    waiting = asyncio.create_task(departures(pace, 20))
    pace.pause(0.3)
    late = await departures(pace, 20)
    assert min(late + await waiting) == pytest.approx(0.3)


@in_no_time
async def test_a_pause_says_how_long_it_lasts() -> None:
    pace = pace_of(1000)
    pace.pause(5)
    await asyncio.sleep(2)
    assert pace.paused_for() == pytest.approx(3)


@in_no_time
async def test_a_long_pause_is_not_waited_for_here() -> None:
    pace = pace_of(10)
    waiting = [asyncio.create_task(pace.turn(ANNOUNCEMENT)) for _one in range(5)]
    await asyncio.sleep(0)
    pace.pause(3600)
    outcomes = await asyncio.gather(*waiting, pace.turn(REPLY), return_exceptions=True)
    assert [type(one) for one in outcomes[1:]] == [Later] * 5


@in_no_time
async def test_after_a_long_pause_announcements_let_replies_come_back_first() -> None:
    pace = pace_of(10)
    pace.pause(60)
    await asyncio.sleep(60)
    announced, replied = await asyncio.gather(departures(pace, 1, ANNOUNCEMENT), departures(pace, 1, REPLY))
    assert replied == [60]
    assert announced[0] == pytest.approx(60 + AFTER_YOU_S, abs=(1 + SPARE) / 10)


@in_no_time
async def test_after_a_pause_replies_go_before_announcements() -> None:
    pace, order = pace_of(20), []

    async def go(name: str, lane: int) -> None:
        await pace.turn(lane)
        order.append(name)

    await pace.turn(ANNOUNCEMENT)
    pace.pause(0.2)
    announcements = [asyncio.create_task(go("announcement", ANNOUNCEMENT)) for _one in range(3)]
    replies = [asyncio.create_task(go("reply", REPLY)) for _one in range(3)]
    await asyncio.gather(*announcements, *replies)
    assert order == ["reply"] * 3 + ["announcement"] * 3


@in_no_time
async def test_a_reply_uses_the_reserve_while_announcements_wait() -> None:
    pace = pace_of(10)
    announcements = [asyncio.create_task(pace.turn(ANNOUNCEMENT)) for _one in range(20)]
    await asyncio.sleep(0.35)
    start = now()
    await pace.turn(REPLY)
    assert now() == start
    for task in announcements:
        task.cancel()


@in_no_time
async def test_announcements_to_one_person_are_a_second_apart() -> None:
    pace = pace_of(1000)
    await asyncio.gather(*(pace.turn(ANNOUNCEMENT, "7") for _one in range(3)), pace.turn(ANNOUNCEMENT, "8"))
    assert now() == pytest.approx(2 * CHAT_GAP_S, abs=0.01)


@in_no_time
async def test_who_gave_up_waiting_takes_nobody_elses_turn() -> None:
    pace = pace_of(20)
    await departures(pace, 3)
    gone = [asyncio.create_task(pace.turn(REPLY)) for _one in range(20)]
    await asyncio.sleep(0)
    for task in gone:
        task.cancel()
    start = now()
    await pace.turn(REPLY)
    assert now() - start == pytest.approx(1 / 20)


async def test_telegram_has_nothing_to_complain_about() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        door = showing(bot, rate=80)
        people = [telegram.person(number, known=True).id for number in range(1, 151)]
        telegram.faults.limit(rate=100, burst=20)  # a busy machine may hold us up for a moment
        await asyncio.gather(*(door.show(number, "", [{"text": "Hello."}], REPLY) for number in map(str, people)))
        assert (telegram.stats.too_many, telegram.stats.accepted) == (0, 150)
