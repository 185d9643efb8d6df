"""An announcement while Telegram is in trouble: told to stay away for minutes, 502, resets, people who blocked us."""

import asyncio
import math
import random
import time
from functools import partial

from tests.botapi import Fault
from tests.botapi.errors import BLOCKED
from tests.crash.broadcast import LATENCY_S, MARK, Broadcast, Sending, announce, broadcasting, settle

PEOPLE = 1_000
BAD_GATEWAY, RESET, BLOCKING = 0.05, 0.02, 0.03
TALKERS = 10
ASKED, ANSWERED = "/menu", "What would you like to do?"
METHODS = ("sendMessage",)


async def announce_in_trouble(database: str, minutes: float, seed: int, *, accepted: bool = False) -> Sending:
    """5 % 502, 2 % resets (before acceptance, or after it where `accepted`), 3 % of the people have blocked the bot;
    after the first messages 429 for so many minutes, with the seconds that are left as Telegram says them."""
    found = Sending()
    async with broadcasting(database, PEOPLE, 1, 5400 + seed + accepted) as here:
        blocked = _block(here, seed)
        here.telegram.faults.bad_gateway(methods=METHODS, chance=BAD_GATEWAY)
        resets = here.telegram.faults.reset(accepted=accepted, methods=METHODS, chance=RESET)
        await announce(here)
        if minutes:
            await here.until_more(PEOPLE // 5)
            await _stay_away(here, found, 60 * minutes, blocked)
        await settle(here, found, blocked)
        struck = dict(here.telegram.stats.faults)
    found.notes.append(f"struck: {struck}; {resets.hits} resets {'after' if accepted else 'before'} acceptance")
    if found.doubled and not accepted:
        found.faults.append(f"{found.doubled} doubled though nothing was accepted before it broke")
    if accepted and found.doubled > resets.hits:
        found.faults.append(f"{found.doubled} doubled by {resets.hits} resets")
    return found


def _block(here: Broadcast, seed: int) -> frozenset[int]:
    """They have blocked the bot, and the bot has not heard of it."""
    people = sorted(here.cast.members)[TALKERS:]
    blocked = random.Random(seed).sample(people, round(BLOCKING * PEOPLE))
    for number in blocked:
        here.telegram.person(number).chat.refusal = BLOCKED
    return frozenset(blocked)


async def _stay_away(here: Broadcast, found: Sending, seconds: float, blocked: frozenset[int]) -> None:
    """429 for so long. Some people ask something meanwhile, and wait."""
    faults = here.telegram.faults
    fault = faults.too_many(retry_after=math.ceil(seconds), methods=METHODS, seconds=seconds)
    faults.active.insert(0, faults.active.pop())  # before the other troubles
    counting = asyncio.create_task(_count_down(fault))
    await asyncio.sleep(1)  # what was on the line is refused
    tried, sent = here.telegram.stats.calls[METHODS[0]], here.accepted
    talkers = sorted(here.cast.members)[:TALKERS]
    for number in talkers:
        here.telegram.person(number).says(ASKED)
    await asyncio.sleep(fault.until - time.monotonic() - LATENCY_S)
    tries, sends = here.telegram.stats.calls[METHODS[0]] - tried, here.accepted - sent
    if tries or sends:
        found.faults.append(f"while told to stay away: {tries} tried, {sends} sent")
    found.notes.append(f"429 for {seconds:.0f} s of real time: {fault.hits} refused at its beginning, {tries} tried")
    await counting
    await _listen(here, found, talkers, fault.until)


async def _count_down(fault: Fault) -> None:
    while (left := fault.until - time.monotonic()) > 0:
        fault.retry_after = math.ceil(left)
        await asyncio.sleep(0.1)


async def _listen(here: Broadcast, found: Sending, talkers: list[int], lifted: float) -> None:
    """How soon those who asked are answered, and how many announcements went before the last of them."""
    for number in talkers:
        await here.telegram.person(number).chat.until(partial(_answered_at, here, number), 60)
    last = max(_answered_at(here, number) for number in talkers)
    before = sum(
        lifted <= message.sent_at < last
        for number in here.recipients
        for message in here.telegram.person(number).chat.messages
        if MARK in message.text
    )
    found.notes.append(
        f"{len(talkers)} who asked meanwhile are answered {last - lifted:.1f} s after it lifts; "
        f"announcements sent before the last of these: {before}"
    )


def _answered_at(here: Broadcast, number: int) -> float:
    found = (one.sent_at for one in here.telegram.person(number).chat.messages if ANSWERED in one.text)
    return next(found, 0.0)
