"""An announcement to many while the program that sends it dies: who has it, who has it twice, what the ledger says."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from db import leases
from db.engine import in_session, open_engine
from db.models.announcements import Announcement, AnnouncementState
from db.models.conversation import Door
from db.models.delivery import Outbox
from db.outbox import ANNOUNCED
from tests.botapi import BotApi
from tests.crash.cast import LEADER, Cast, gather_cast
from tests.crash.program import Program, environment_for

T = TypeVar("T")
MARK = "Summer festival"
RATE, LATENCY_S = 200, 0.03
PATIENCE_S = 120.0


@dataclass
class Sending:
    """What an announcement came to. `doubled` are copies too many at the stand-in, `maybe_doubled` those the ledger
    counts; `claimed` was under way at the kills."""

    recipients: int = 0
    unreachable: int = 0
    kills: int = 0
    claimed: int = 0
    doubled: int = 0
    maybe_doubled: int = 0
    resumed: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Line(NamedTuple):
    """What the ledger says of one recipient."""

    outcome: str | None
    maybe_doubled: int


@dataclass
class Broadcast:
    """An announcement on its way, with everything around it."""

    telegram: BotApi
    engine: Engine
    cast: Cast
    programs: list[Program]

    @property
    def recipients(self) -> list[int]:
        return [LEADER, *self.cast.members]

    @property
    def accepted(self) -> int:
        return self.telegram.stats.accepted

    def copies(self, number: int) -> int:
        """How often somebody has it."""
        return sum(MARK in message.text for message in self.telegram.person(number).chat.messages)

    async def looks_up(self, work: Callable[[Session], T]) -> T:
        return await asyncio.to_thread(in_session, self.engine, work)

    async def until_more(self, messages: int, seconds: float = PATIENCE_S) -> None:
        """Wait until the stand-in has accepted so many more."""
        wanted, deadline = self.accepted + messages, time.monotonic() + seconds
        while self.accepted < wanted:
            assert time.monotonic() < deadline, f"nothing more was sent for {seconds:.0f} s"
            await asyncio.sleep(0.005)

    async def until_done(self, seconds: float = PATIENCE_S) -> bool:
        """Wait until everybody was tried, and the sender knows."""
        deadline = time.monotonic() + seconds
        while not await asyncio.to_thread(_is_done, self.engine):
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.5)
        return True

    async def sender(self) -> Program:
        """The process that holds the lease."""
        holder = await self.looks_up(lambda session: leases.holder_of(session, "sender"))
        assert holder is not None
        pid = int(holder.split("-")[-2])
        return next(one for one in self.programs if one.process is not None and one.process.pid == pid)


def _is_done(engine: Engine) -> bool:
    query = select(func.count()).where(Announcement.state != AnnouncementState.DONE)
    try:
        return not in_session(engine, lambda session: session.scalar(query))
    except SQLAlchemyError:
        return False


@asynccontextmanager
async def broadcasting(database: str, people: int, processes: int, number: int) -> AsyncIterator[Broadcast]:
    """The program runs; nothing is announced yet. `number` tells the stand-ins apart."""
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(BotApi(token=f"{number}:CRASH", latency=LATENCY_S))
        engine = open_engine(database)
        stack.callback(engine.dispose)
        cast = await asyncio.to_thread(gather_cast, engine, people)
        for each in (LEADER, *cast.members):
            telegram.person(each, first_name="Member", language_code="en", known=True)
        given = environment_for(database, telegram.url, telegram.token, None)
        programs = [Program(given | {"MESSAGES_PER_SECOND": str(RATE)}) for _one in range(processes)]
        for program in programs:
            program.start()
            stack.callback(program.end)
        for program in programs:
            await program.until_open()
        yield Broadcast(telegram, engine, cast, programs)


async def announce(here: Broadcast) -> None:
    """What confirming an announcement to everybody writes."""
    now = datetime.now(UTC)

    def write(session: Session) -> None:
        author = session.scalars(select(Door.member_id).where(Door.external_id == str(LEADER))).one()
        row = Announcement(state=AnnouncementState.PLANNED, author_id=author, texts={"en": MARK}, audience={})
        row.due_at = row.created_at = row.changed_at = now
        session.add(row)

    await here.looks_up(write)


async def kill_in_mid_broadcast(database: str, processes: int, kills: int, seed: int) -> Sending:
    """SIGKILL whoever sends, start it again, wait until sending goes on, and so on."""
    chance, found = random.Random(seed), Sending(kills=kills)
    async with broadcasting(database, 100 * kills, processes, 5200 + seed) as here:
        await announce(here)
        for _kill in range(kills):
            await here.until_more(chance.randint(10, 80))
            await _kill_the_sender(here, found)
        await settle(here, found)
    return found


async def _kill_the_sender(here: Broadcast, found: Sending) -> None:
    program = await here.sender()
    program.kill()
    killed = time.monotonic()
    found.claimed += await here.looks_up(count_claimed)
    program.start()
    await asyncio.sleep(2 * LATENCY_S)  # what was on the line arrives
    await here.until_more(1)
    found.resumed.append(time.monotonic() - killed)


async def end_in_mid_broadcast(database: str, ends: int, seed: int) -> Sending:
    """SIGTERM, as at every new version: what is on the line is waited for and recorded, so nobody has it twice."""
    chance, found = random.Random(seed), Sending()
    async with broadcasting(database, 100 * ends, 1, 5500 + seed) as here:
        await announce(here)
        for _end in range(ends):
            await here.until_more(chance.randint(10, 80))
            await _end_in_peace(here, found)
        await settle(here, found)
    if found.doubled or found.maybe_doubled:
        found.faults.append(f"{found.doubled} doubled, {found.maybe_doubled} maybe, though nobody died")
    return found


async def _end_in_peace(here: Broadcast, found: Sending) -> None:
    program, began = here.programs[0], time.monotonic()
    await asyncio.to_thread(program.end)
    found.claimed += await here.looks_up(count_claimed)
    program.start()
    await here.until_more(1)
    found.resumed.append(time.monotonic() - began)


def count_claimed(session: Session) -> int:
    """Notices that a sender has taken on and not recorded."""
    claimed = Outbox.kind == ANNOUNCED, Outbox.done_at.is_(None), Outbox.holder.is_not(None)
    return session.scalar(select(func.count()).where(*claimed)) or 0


def read_ledger(session: Session) -> dict[int, Line]:
    """Telegram's number of each recipient -> what became of it."""
    query = (
        select(Door.external_id, Outbox.outcome, Outbox.maybe_doubled)
        .join(Door, Door.member_id == Outbox.member_id)
        .where(Outbox.kind == ANNOUNCED)
    )
    return {int(number): Line(outcome, doubled) for number, outcome, doubled in session.execute(query)}


async def settle(here: Broadcast, found: Sending, blocked: frozenset[int] = frozenset()) -> None:
    """Wait for the end, and hold the ledger against the stand-in, recipient by recipient."""
    if not await here.until_done():
        found.faults.append("it never ends")
    ledger = await here.looks_up(read_ledger)
    found.recipients = len(here.recipients)
    for number in here.recipients:
        _check(number, here.copies(number), ledger.get(number, Line(None, 0)), found, blocked=number in blocked)
    found.maybe_doubled = sum(line.maybe_doubled for line in ledger.values())
    outcomes = Counter(line.outcome or "waiting" for line in ledger.values())
    found.unreachable = outcomes["unreachable"]
    found.notes.append("ledger: " + ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(outcomes.items())))


def _check(number: int, copies: int, line: Line, found: Sending, *, blocked: bool) -> None:
    wanted = ("unreachable", 0) if blocked else ("sent", 1)
    if (line.outcome, min(copies, 1)) != wanted:
        found.faults.append(f"{number} has it {copies} times, the ledger says {line.outcome}")
    extra = max(copies - 1, 0)
    found.doubled += extra
    if extra > line.maybe_doubled:
        found.faults.append(f"{number} has it {copies} times, the ledger counts {line.maybe_doubled}")
