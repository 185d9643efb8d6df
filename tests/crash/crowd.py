"""People who use the program while it dies: each does things that can be counted, and waits for the answers."""

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.botapi import BotApi, Person
from tests.botapi.chats import Sent
from tests.crash.cast import FIRST_NEWCOMER, Cast

PATIENCE_S = 150.0
KEY = re.compile(r"Your return key: ([A-Z0-9-]+)")
# What somebody new does about what they read: the first button or sentence of this list that they find.
TAPPED = (
    "English",
    "Everything is right",
    "Register",
    "I have read this",
    "I agree",
    "Elsewhere",
    "Skip",
    "Done",
)
ANSWERED = {"What is your full name": "Ada Lovelace", "In which city": "Chemnitz"}
ARRIVED = "Your registration has arrived"


class Stuck(Exception):
    """Somebody waits in vain."""


@dataclass
class Tally:
    """What was said and done, to be held against the database afterwards."""

    messages: int = 0
    keys: Counter[int] = field(default_factory=Counter)
    joins: Counter[int] = field(default_factory=Counter)
    is_in: dict[int, bool] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)
    consents: Counter[int] = field(default_factory=Counter)
    registered: set[int] = field(default_factory=set)
    stuck: list[str] = field(default_factory=list)
    longest_wait: float = 0.0


class Crowd:
    """Members who order keys and come and go, and newcomers who register one after the other."""

    def __init__(self, telegram: BotApi, cast: Cast, newcomers: int, seed: int) -> None:
        self.telegram = telegram
        self.cast = cast
        self.tally = Tally()
        self._newcomers = newcomers
        self._newest = FIRST_NEWCOMER
        self._random = random.Random(seed)
        self._over = asyncio.Event()

    async def live(self) -> None:
        """Until `go_home`, and then until each has got the answer they wait for."""
        lives = [self._guarded(number, self._belong) for number in self.cast.members]
        lives += [self._guarded(number, self._come_in) for number in range(self._newcomers)]
        await asyncio.gather(*lives)

    def go_home(self) -> None:
        self._over.set()

    async def _guarded(self, number: int, life: Callable[..., object]) -> None:
        try:
            await life(number)  # type: ignore[misc]
        except Stuck as stuck:
            self.tally.stuck.append(str(stuck))

    # -- a member's life

    async def _belong(self, number: int) -> None:
        person = self.telegram.person(number, first_name="Member", language_code="en", known=True)
        card = await self._open_club(person)
        while not self._over.is_set():
            await self._pause()
            await self._random.choice((self._order_keys, self._order_keys, self._come_and_go))(person, card)
            if number not in self.tally.asked and self._random.random() < 0.2:
                await self._ask_in(person, card)

    async def _open_club(self, person: Person) -> Sent:
        self._say(person, "/start club_open")
        await self._until(person, "the club's card", lambda: bool(_buttons(person)))
        self.tally.is_in[person.id] = False
        return next(message for message in reversed(person.chat.shown) if message.buttons)

    async def _order_keys(self, person: Person, _card: Sent) -> None:
        """One, or several without waiting for the first."""
        for _one in range(self._random.choice((1, 1, 3))):
            self._say(person, "/key")
            self.tally.keys[person.id] += 1
        wanted = self.tally.keys[person.id]
        await self._until(person, f"key {wanted}", lambda: len(keys_of(person)) >= wanted)

    async def _come_and_go(self, person: Person, card: Sent) -> None:
        is_in = self.tally.is_in[person.id]
        self._tap(person, f"{'cx' if is_in else 'cj'}:{self.cast.open_club}", card)
        self.tally.joins[person.id] += not is_in
        self.tally.is_in[person.id] = not is_in
        offered = f"{'cj' if is_in else 'cx'}:{self.cast.open_club}"
        await self._until(person, f"the button {offered}", lambda: offered in _data(card))

    async def _ask_in(self, person: Person, card: Sent) -> None:
        """The card becomes the strict club's, and then the open one's again."""
        self.tally.asked.add(person.id)
        strict, back = self.cast.strict_club, self.cast.open_club
        self._tap(person, f"cj:{strict}", card)
        await self._until(person, "the request's card", lambda: f"cx:{strict}" in _data(card))
        self._tap(person, f"cl:{back}", card)
        await self._until(person, "the club again", lambda: {f"cx:{back}", f"cj:{back}"} & _data(card))

    # -- a newcomer's life

    async def _come_in(self, _number: int) -> None:
        while not self._over.is_set():
            self._newest += 1
            await self._register(self.telegram.person(self._newest, first_name="Ada", language_code="en"))

    async def _register(self, person: Person) -> None:
        act: Callable[[], object] = lambda: self._say(person, "/start")  # noqa: E731
        for _step in range(60):
            before, toasts = person.chat.changes, len(person.chat.toasts)
            act()
            await self._until(
                person,
                f"the next question after {person.chat.describe(newest=1)}",
                lambda: person.chat.changes > before or len(person.chat.toasts) > toasts,  # noqa: B023
            )
            if any(ARRIVED in message.text for message in person.chat.shown):
                self.tally.registered.add(person.id)
                return
            await self._pause()
            act = self._next_act(person)
        raise Stuck(f"newcomer {person.id} never gets done; {person.chat.describe(newest=2)}")

    def _next_act(self, person: Person) -> Callable[[], object]:
        message = person.chat.last
        labels = {label: data for row in message.buttons for label, data in row}
        for sentence, words in ANSWERED.items():
            if sentence in message.text:
                return lambda: self._say(person, words)
        if "Graduate" in labels:
            return lambda: self._tap(person, labels["Graduate"], message)
        for label in TAPPED:
            if label in labels:
                self.tally.consents[person.id] += label in ("I have read this", "I agree")
                return lambda: self._tap(person, labels[label], message)
        return lambda: self._tap(person, next(iter(labels.values())), message)

    # -- what everybody does

    def _say(self, person: Person, words: str) -> None:
        self.tally.messages += 1
        person.says(words)

    def _tap(self, person: Person, data: str, message: Sent) -> None:
        self.tally.messages += 1
        person.forges_tap(data, message)

    async def _pause(self) -> None:
        await asyncio.sleep(self._random.expovariate(1 / 0.4))

    async def _until(self, person: Person, what: str, holds: Callable[[], object]) -> None:
        start = time.monotonic()
        if not await person.chat.bell.until(holds, PATIENCE_S):
            raise Stuck(f"{person.id} waits for {what}")
        self.tally.longest_wait = max(self.tally.longest_wait, time.monotonic() - start)


def keys_of(person: Person) -> Counter[str]:
    """The return keys somebody has read, and how often each."""
    found = (KEY.search(message.text) for message in person.chat.messages)
    return Counter(match[1] for match in found if match)


def _data(message: Sent) -> set[str]:
    return {data for row in message.buttons for _label, data in row}


def _buttons(person: Person) -> list[str]:
    return [data for message in person.chat.shown for row in message.buttons for _label, data in row]
