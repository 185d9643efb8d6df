"""Two senders started by mistake on one database, and one that sleeps through the other's taking over."""

import asyncio
import os
import random
import signal
import time
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models.delivery import Lease, Outbox
from db.outbox import ANNOUNCED
from tests.crash.broadcast import MARK, Broadcast, Sending, announce, broadcasting, count_claimed, settle
from tests.crash.program import Program

PEOPLE = 12_000
ASLEEP_S = 20.0
# How long a process that wakes up is watched for what it must not do.
WATCHED_S = 3.0


async def run_two_senders(database: str, sleeps: int, seed: int) -> Sending:
    """The one that sends is stopped until the other has taken over, and woken in the midst of the other's sending."""
    chance, found = random.Random(seed), Sending()
    async with broadcasting(database, PEOPLE, 2, 5300 + seed) as here:
        await announce(here)
        for _sleep in range(sleeps):
            await here.until_more(chance.randint(50, 250))
            await _put_to_sleep(here, found)
        await settle(here, found)
    found.notes.append(f"stopped for {ASLEEP_S:.0f} s and longer, {sleeps} times, and woken while the other sent")
    return found


async def _put_to_sleep(here: Broadcast, found: Sending) -> None:
    program, epoch = await here.sender(), await here.looks_up(_epoch)
    _signal(program, signal.SIGSTOP)
    began = time.monotonic()
    try:
        found.claimed += await here.looks_up(count_claimed)
        await asyncio.sleep(0.5)  # what was on the line arrives
        await here.until_more(1)
        found.resumed.append(time.monotonic() - began)
        await asyncio.sleep(max(0.0, began + ASLEEP_S - time.monotonic()))
    finally:
        _signal(program, signal.SIGCONT)
    await _watch(here, found, epoch)


async def _watch(here: Broadcast, found: Sending, epoch: int) -> None:
    """Whoever woke up neither sends what somebody has already, nor writes."""
    woken, moment = time.monotonic(), datetime.now(UTC)
    await asyncio.sleep(WATCHED_S)
    late = sum(_repeated_since(here, number, woken) for number in here.recipients)
    written = await here.looks_up(lambda session: _written_by(session, epoch, moment))
    if late:
        found.faults.append(f"who woke up sent {late} messages again")
    if written:
        found.faults.append(f"who woke up wrote {written} outcomes")


def _repeated_since(here: Broadcast, number: int, moment: float) -> int:
    copies = [one.sent_at for one in here.telegram.person(number).chat.messages if MARK in one.text]
    return sum(at > moment for at in copies[1:])


def _epoch(session: Session) -> int:
    return session.scalars(select(Lease.epoch).where(Lease.name == "sender")).one()


def _written_by(session: Session, epoch: int, since: datetime) -> int:
    done = Outbox.kind == ANNOUNCED, Outbox.epoch == epoch, Outbox.done_at > since
    return session.scalar(select(func.count()).where(*done)) or 0


def _signal(program: Program, number: signal.Signals) -> None:
    assert program.process is not None
    os.kill(program.process.pid, number)
