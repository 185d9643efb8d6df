"""Telegram and a crowd of people in one lean process, so that the bot under test is always the slower part.

    python -m tests.benchmarks.crowd --people 240 --latency 0.05

Speaks as much of the Bot API as a registration needs. Each person takes the next step only after reading the
reply to the last one, and begins again as somebody new after the fifth. Half of a latency passes on the way in,
half on the way out. Prints its address, then "measuring", then the figures as JSON.
"""

import argparse
import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Callable
from urllib.parse import unquote_plus

import uvloop

BATCH = 100
POLL_S = 5.0
STEPS = 5
FORGOTTEN_S = 15.0
BOT_MAY_TAKE_S = 60.0
# Plain JSON, or percent-encoded as in a form.
NUMBER = {name: re.compile(rb'\b%s"?[=:]\s*(\d+)' % name) for name in (b"chat_id", b"offset", b"message_id")}
FIRST_BUTTON = re.compile(rb'callback_data(?:"|%22)(?::|%3A)(?:\s|\+|%20)*(?:"|%22)(.*?)(?:"|%22)')
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
BOT = '{"id":4242,"is_bot":true,"first_name":"Bot","username":"bench_bot"}'


class Person:
    """Somebody with a phone: which step they are at, and the button they may tap."""

    __slots__ = ("asked_at", "button", "number", "shown", "step")

    def __init__(self, number: int) -> None:
        self.number = number
        self.step = 0
        self.shown = 0
        self.button = ""
        self.asked_at = 0.0

    def speak(self, update: int) -> str:
        """The update their next step is: /start, a button, a name, a city, a button."""
        user = f'{{"id":{self.number},"is_bot":false,"first_name":"Ada","language_code":"en"}}'
        chat = f'{{"id":{self.number},"first_name":"Ada","type":"private"}}'
        if self.step in (1, 4):
            message = f'{{"message_id":{self.shown},"from":{BOT},"chat":{chat},"date":1767225600,"text":"?"}}'
            tap = f'"id":"{update}","from":{user},"message":{message},"chat_instance":"1","data":"{self.button}"'
            return f'{{"update_id":{update},"callback_query":{{{tap}}}}}'
        words = ("/start", "", "Ada Lovelace", "Chemnitz")[self.step]
        command = ',"entities":[{"type":"bot_command","offset":0,"length":6}]' if self.step == 0 else ""
        body = f'"message_id":{update},"from":{user},"chat":{chat},"date":1767225600,"text":"{words}"{command}'
        return f'{{"update_id":{update},"message":{{{body}}}}}'


class Crowd:
    """Queues what people say, hands it to the bot, and lets them read what it answers."""

    def __init__(self, people: int, latency: float, on_first_poll: Callable[[], None]) -> None:
        self.loop = asyncio.get_running_loop()
        self.latency = latency
        self.steps = self.registrations = self.polls = self.forgotten = 0
        self._people = people
        self._on_first_poll = on_first_poll
        self._newest = self._ids = 1000
        self._by_chat: dict[int, Person] = {}
        self._waiting: deque[tuple[int, str]] = deque()
        self._poll: Connection | None = None
        self._handing = False

    def arrive(self) -> None:
        for _one in range(self._people):
            self._welcome()

    def lose_patience(self) -> None:
        """People who were never answered go; somebody new comes for each."""
        for person in [each for each in self._by_chat.values() if time.monotonic() - each.asked_at > FORGOTTEN_S]:
            del self._by_chat[person.number]
            self.forgotten += 1
            self._welcome()

    def _welcome(self) -> None:
        self._newest += 1
        person = self._by_chat[self._newest] = Person(self._newest)
        self._say(person)

    def _say(self, person: Person) -> None:
        self._ids += 1
        person.asked_at = time.monotonic()
        self._waiting.append((self._ids, person.speak(self._ids)))
        if self._poll is not None and not self._handing:
            self._handing = True
            self.loop.call_soon(self._hand_over)

    def take(self, connection: "Connection", method: bytes, body: bytes) -> None:
        """A call of the bot."""
        if method == b"getUpdates":
            self._take_poll(connection, body)
        elif method in (b"sendMessage", b"editMessageText"):
            connection.answer(self._show(body))
        elif method == b"getMe":
            connection.answer(BOT)
        else:
            connection.answer("true")

    def _take_poll(self, connection: "Connection", body: bytes) -> None:
        self.polls += 1
        if self.polls == 1:
            self._on_first_poll()
        offset = _number(body, b"offset")
        while self._waiting and self._waiting[0][0] < offset:
            self._waiting.popleft()
        self._poll = connection
        if self._waiting:
            self._hand_over()
        else:
            self.loop.call_later(POLL_S, self._give_up, connection, self.polls)

    def _give_up(self, connection: "Connection", poll: int) -> None:
        if self._poll is connection and self.polls == poll:
            self._hand_over()

    def _hand_over(self) -> None:
        self._handing = False
        if self._poll is not None:
            batch = ",".join(update for (_ident, update), _n in zip(self._waiting, range(BATCH), strict=False))
            self._poll, connection = None, self._poll
            connection.answer(f"[{batch}]")

    def _show(self, body: bytes) -> str:
        chat = _number(body, b"chat_id")
        self._ids += 1
        message = _number(body, b"message_id") or self._ids
        person = self._by_chat.get(chat)
        if person is not None:
            self._read(person, message, body)
        return (
            f'{{"message_id":{message},"from":{BOT},"chat":{{"id":{chat},"first_name":"Ada","type":"private"}},'
            f'"date":1767225600,"text":"?"}}'
        )

    def _read(self, person: Person, message: int, body: bytes) -> None:
        button = FIRST_BUTTON.search(body)
        person.shown = message
        person.button = unquote_plus(button[1].decode()) if button else ""
        person.step += 1
        self.steps += 1
        if person.step < STEPS:
            self._say(person)
            return
        self.registrations += 1
        del self._by_chat[person.number]
        self._welcome()


def _number(body: bytes, name: bytes) -> int:
    found = NUMBER[name].search(body)
    return int(found[1]) if found else 0


class Connection(asyncio.Protocol):
    """Just enough HTTP: requests one after the other, each with a length."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert hasattr(transport, "write")
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, rest = self._buffer.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        size = int(length[1]) if length else 0
        if separator and len(rest) >= size:
            self._buffer = rest[size:]
            method = head.split(b" ", 2)[1].rpartition(b"/")[2]
            self._after_half(self._crowd.take, self, method, rest[:size])

    def answer(self, result: str) -> None:
        body = f'{{"ok":true,"result":{result}}}'.encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self._after_half(self._write, head + body)

    def _write(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(data)

    def _after_half(self, act: Callable[..., None], *arguments: object) -> None:
        if self._crowd.latency:
            self._crowd.loop.call_later(self._crowd.latency / 2, act, *arguments)
        else:
            act(*arguments)


async def _measure(given: argparse.Namespace) -> None:
    polled = asyncio.Event()
    crowd = Crowd(given.people, given.latency, polled.set)
    server = await crowd.loop.create_server(lambda: Connection(crowd), "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.wait_for(polled.wait(), BOT_MAY_TAKE_S)  # a bot that does not start ends the round
    crowd.arrive()
    await asyncio.sleep(given.warm)
    print("measuring", flush=True)
    figures = await _count(crowd, given.seconds)
    print(json.dumps(figures), flush=True)


async def _count(crowd: Crowd, seconds: float) -> dict[str, float]:
    began, busy, steps, polls = time.monotonic(), time.process_time(), crowd.steps, crowd.polls
    while (lasted := time.monotonic() - began) < seconds:
        await asyncio.sleep(min(1.0, seconds - lasted))
        crowd.lose_patience()
    return {
        "seconds": lasted,
        "updates": crowd.steps - steps,
        "polls": crowd.polls - polls,
        "registrations": crowd.registrations,
        "forgotten": crowd.forgotten,
        "busy": (time.process_time() - busy) / lasted,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.benchmarks.crowd")
    parser.add_argument("--people", type=int, default=240)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--warm", type=float, default=1.5)
    parser.add_argument("--seconds", type=float, default=4.0)
    uvloop.run(_measure(parser.parse_args()))


if __name__ == "__main__":
    main()
