"""Telegram, the recipients of an announcement and some people who talk to the bot, in a process of their own.

    python -m tests.benchmarks.readers --recipients 9000 --latency 0.05 --rate 30 --burst 5 --quiet 150

Prints its address. With `--quiet` people talk to the bot, half of that time before the announcement and half after, and
meanwhile: prints "now" when it is to begin (with `--order` somebody says /broadcast). Prints how many have it when it
begins to come; what came of it, as JSON, when everybody has it or nothing comes any more; and, of those who talked, how
long they waited without it. A wait is from the update being there to the answer being accepted.
"""

import argparse
import asyncio
import gc
import json
import random
import time
from collections.abc import Callable
from statistics import quantiles
from typing import Any, NamedTuple

import uvloop

from tests.benchmarks.announced import BEGIN, MARK, TALKING, TOKEN
from tests.botapi import BotApi, Sent

WARM_S = 5.0
TALK_EACH_S = 5.0  # twenty people, four messages a second
BOT_MAY_TAKE_S = 120.0
STALLED_S = 45.0
LOOK_S = 0.25

Figures = dict[str, Any]


class Heard(NamedTuple):
    """How many questions were asked, and how long each answer took."""

    asked: int
    waits: list[float]

    def join(self, other: "Heard") -> "Heard":
        return Heard(self.asked + other.asked, self.waits + other.waits)

    def figures(self) -> Figures:
        cuts = quantiles(self.waits, n=100) if len(self.waits) > 1 else [0.0] * 99
        return {"asked": self.asked, "unanswered": self.asked - len(self.waits), "p50": cuts[49], "p99": cuts[98]}


class Talk:
    """People who ask for the menu at random moments, whether or not they were answered, and what they waited."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._asked: dict[int, list[tuple[int, float]]] = {}
        self._answered: dict[int, int] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        self._asked = {number: [] for number in TALKING}
        self._answered = {number: len(self._answers(number)) for number in TALKING}
        self._tasks = [asyncio.create_task(self._talk(number)) for number in TALKING]

    async def end(self) -> Heard:
        """Nobody asks any more, and everybody is answered (if they ever are)."""
        for task in self._tasks:
            task.cancel()
        asked = sum(map(len, self._asked.values()))
        await _until_still(lambda: len(self._waits()) >= asked, lambda: len(self._waits()))
        return Heard(asked, self._waits())

    async def _talk(self, number: int) -> None:
        dice = random.Random(number)
        person = self._api.person(number)
        while True:
            await asyncio.sleep(dice.expovariate(1 / TALK_EACH_S))
            update = person.says("/menu")
            self._asked[number].append((person.chat.said[update]["message_id"], time.monotonic()))

    def _answers(self, number: int) -> list[Sent]:
        return [sent for sent in self._api.person(number).chat.messages if MARK not in sent.text]

    def _waits(self) -> list[float]:
        answers = {number: self._answers(number)[self._answered[number] :] for number in TALKING}
        return [wait for number in TALKING for wait in _pair(self._asked[number], answers[number])]


def _pair(asked: list[tuple[int, float]], answers: list[Sent]) -> list[float]:
    """A bot that may lose answers quotes what it answers; one that answers everything in order need not."""
    quoted = {sent.reply_to: sent.sent_at for sent in answers if sent.reply_to}
    if quoted:
        return [quoted[message] - at for message, at in asked if message in quoted]
    return [sent.sent_at - at for (_message, at), sent in zip(asked, answers, strict=False)]


async def _until_still(is_done: Callable[[], bool], progress: Callable[[], int], first: float = STALLED_S) -> None:
    """Wait until it is done, or makes no progress any more; `first` is how long it may take to begin."""
    seen, since, patience = progress(), time.monotonic(), first
    while not is_done() and time.monotonic() - since < patience:
        await asyncio.sleep(LOOK_S)
        if (now := progress()) != seen:
            seen, since, patience = now, time.monotonic(), STALLED_S


async def _broadcast(api: BotApi, recipients: int, talk: Talk | None) -> Figures:
    """From the order until everybody has it."""

    def reached() -> int:
        return sum(MARK in text for _chat, text in api.stats.texts)

    await _until_still(lambda: reached() > 0, reached, BOT_MAY_TAKE_S)
    print(reached(), flush=True)
    busy, began = time.process_time(), time.monotonic()
    if talk is not None:
        talk.begin()
    await _until_still(lambda: reached() >= recipients, reached)
    busy = (time.process_time() - busy) / (time.monotonic() - began)
    waits = (await talk.end()).figures() if talk is not None else {}
    return {**_count(api), "busy": busy, "waits": waits}


def _count(api: BotApi) -> Figures:
    """Chat by chat what came, and how fast, replies counted in, between the first announcement and the last."""
    came = sorted(
        (sent.sent_at, chat.id) for chat in api.world.chats.values() for sent in chat.messages if MARK in sent.text
    )
    if len(came) < 2:
        raise SystemExit("nothing came")
    seconds = came[-1][0] - came[0][0]
    chats = {chat for _at, chat in came}
    return {
        "recipients": len(chats),
        "doubled": len(came) - len(chats),
        "seconds": seconds,
        "announced": (len(came) - 1) / seconds,
        "every": (api.stats.between(came[0][0], came[-1][0]) - 1) / seconds,
        "too_many": api.stats.too_many,
        "busiest": api.stats.busiest_second,
    }


async def _run(given: argparse.Namespace) -> None:
    async with BotApi(TOKEN, latency=given.latency, checks=not given.no_checks) as api:
        for number in range(1, given.recipients + 1):
            api.person(number, language_code="en", known=True)
        if given.rate:
            api.faults.limit(given.rate, given.burst)
        print(api.url, flush=True)
        if given.quiet:
            await _run_with_talk(api, given)
        else:
            print(json.dumps(await _broadcast(api, given.recipients, None)), flush=True)


async def _run_with_talk(api: BotApi, given: argparse.Namespace) -> None:
    """Half of the quiet time before and half after, since a shared machine is not the same all the time."""
    talk = Talk(api)
    await api.polled(BOT_MAY_TAKE_S)
    await _listen(talk, WARM_S)
    before = await _listen(talk, given.quiet / 2)
    print("now", flush=True)
    api.stats.clear()
    if given.order:
        api.person(TALKING[0]).says(BEGIN)
    print(json.dumps(await _broadcast(api, given.recipients, talk)), flush=True)
    after = await _listen(talk, given.quiet / 2)
    print(json.dumps(before.join(after).figures()), flush=True)


async def _listen(talk: Talk, seconds: float) -> Heard:
    talk.begin()
    await asyncio.sleep(seconds)
    return await talk.end()


def main() -> None:
    gc.set_threshold(100_000, 20, 20)  # recorded messages only ever grow; scanning them costs speed
    parser = argparse.ArgumentParser(prog="tests.benchmarks.readers")
    parser.add_argument("--recipients", type=int, default=9_000)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--burst", type=float, default=5.0)
    parser.add_argument("--quiet", type=float, default=0.0)
    parser.add_argument("--order", action="store_true", help="somebody says /broadcast")
    parser.add_argument("--no-checks", action="store_true")
    uvloop.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
