"""Notices on their way: claimed by the one sender, composed at the moment of sending, sent in pace, recorded."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.conversation.i18n import speaking
from bot.conversation.notices import Composing, Notice
from bot.conversation.reply import Wire
from bot.conversation.road import Road, log_fault
from bot.delivery.batching import Batch
from bot.delivery.doors import Impossible, Later, Showing, Unreachable
from bot.delivery.lease import Lease
from bot.delivery.workers import Urgency, Workers
from bot.domain.quiet_hours import next_waking
from db import doors as door_rows
from db import outbox
from db.engine import in_session
from db.members import load
from db.models.conversation import Door
from db.models.members import Member
from db.outbox import Claimed
from db.trouble import Trouble, classify

log = logging.getLogger("outbox")
BATCH = 30
# With waits of ten minutes at last, this lasts two days; a notice nobody can compose is given up within minutes.
TRIES = 300
COMPOSE_TRIES = 4
LONGEST_WAIT_S = 600.0


@dataclass(frozen=True, slots=True)
class Ready:
    """A notice composed for one door."""

    id: int
    lane: int
    attempts: int
    door: int
    channel: str
    sender: str
    wire: Wire


Record = Callable[[Session], object]


class Delivery:
    """Sends what is due while this process holds the lease."""

    def __init__(self, road: Road, workers: Workers, lease: Lease, doors: dict[str, Showing]) -> None:
        self._road = road
        self._workers = workers
        self._lease = lease
        self._doors = doors
        self._records: Batch[Record] = Batch(self._write)
        self._delivering = asyncio.Lock()

    async def deliver_due(self) -> int:
        """Send everything due now; how many notices were dealt with."""
        async with self._delivering:
            # One round at a time: whatever else lies claimed by us is left from a round that broke off.
            await self._records.settle()
            return await self._deliver()

    async def _deliver(self) -> int:
        dealt = 0
        while (epoch := self._lease.epoch) is not None:
            ready, claimed = await self._workers.run(
                Urgency.NOTICE, in_session, self._road.engine, self._prepare(epoch)
            )
            for door in self._doors.values():
                door.nudge(None, 0)
            await asyncio.gather(*(self._send(epoch, one) for one in ready))
            await self._records.settle()
            dealt += claimed
            if claimed < BATCH:
                break
        return dealt

    async def free_stale(self) -> None:
        """After taking over: what the dead sender had claimed goes out again."""
        epoch = self._lease.epoch
        if epoch is not None:
            await self._workers.run(
                Urgency.NOTICE, in_session, self._road.engine, lambda session: outbox.free_stale(session, epoch)
            )

    def _prepare(self, epoch: int) -> Callable[[Session], tuple[list[Ready], int]]:
        def prepare(session: Session) -> tuple[list[Ready], int]:
            claimed = outbox.claim(session, self._lease.holder, epoch, self._road.now(), BATCH)
            ready = [self._try_composing(session, epoch, one) for one in claimed]
            return [one for one in ready if one is not None], len(claimed)

        return prepare

    def _try_composing(self, session: Session, epoch: int, claimed: Claimed) -> Ready | None:
        """In a savepoint, so that a notice with a fault harms no other of its batch."""
        try:
            with session.begin_nested():
                return self._compose(session, epoch, claimed)
        except Exception as error:
            if classify(error) is Trouble.AWAY:
                raise
            now, code = self._road.now(), log_fault(error)
            if claimed.attempts >= COMPOSE_TRIES:
                outbox.finish(session, claimed.id, epoch, now, "failed", f"compose {code}")
            else:
                outbox.postpone(session, [claimed.id], epoch, now + timedelta(seconds=10 * 2.0**claimed.attempts))
            return None

    def _compose(self, session: Session, epoch: int, claimed: Claimed) -> Ready | None:
        """A message ready for a door; or None, and the outcome recorded."""
        now = self._road.now()
        member = load(session, claimed.member_id)
        kind = self._road.router.notices.get(claimed.kind)
        door = door_rows.best_door(session, member.id)
        if kind is None or door is None or door.channel not in self._doors:
            outbox.finish(
                session, claimed.id, epoch, now, "unreachable" if kind else "failed", None if kind else "kind"
            )
            return None
        notice = kind(**claimed.params)
        later = _held_back(notice, member, now)
        if later is not None:
            outbox.postpone(session, [claimed.id], epoch, later)
            return None
        wire = self._word(session, notice, member, now)
        if wire is None:
            outbox.finish(session, claimed.id, epoch, now, "unwanted")
            return None
        return self._for_door(session, epoch, claimed, door, wire)

    def _word(self, session: Session, notice: Notice, member: Member, now: datetime) -> Wire | None:
        if (notice.unasked and member.objected_at is not None) or notice.switch in member.switched_off:
            return None
        with speaking(member.language, member.zone):
            reply = notice.compose(Composing(session, member, self._road.house, now))
        return reply.wire() if reply else None

    def _for_door(self, session: Session, epoch: int, claimed: Claimed, door: Door, wire: Wire) -> Ready | None:
        """On the web a notice is a row of the member's own history, written with its record: exactly once."""
        channel = self._road.channels[door.channel]
        now = self._road.now()
        if channel.keep_notice(session, door.member_id, wire, now):
            outbox.finish(session, claimed.id, epoch, now, "sent")
            return None
        return Ready(claimed.id, claimed.lane, claimed.attempts, door.id, door.channel, door.external_id, wire)

    async def _send(self, epoch: int, ready: Ready) -> None:
        now = self._road.now()
        try:
            await self._doors[ready.channel].show(ready.sender, "", [ready.wire], ready.lane + 1)
        except Later as later:
            wait = later.seconds or min(2.0**ready.attempts, LONGEST_WAIT_S)
            self._records.add(_after_trouble(ready, epoch, now, wait))
        except Unreachable:
            self._records.add(_try_another_door(ready, epoch, now))
        except Impossible as error:
            log.error("notice %s refused for good: %s", ready.id, error)
            self._records.add(_finished(ready, epoch, now, "failed", str(error)[:200]))
        except Exception as error:
            log_fault(error)
            self._records.add(_after_trouble(ready, epoch, now, min(2.0**ready.attempts, LONGEST_WAIT_S)))
        else:
            self._records.add(_finished(ready, epoch, now, "sent"))

    async def _write(self, records: list[Record]) -> None:
        def write(session: Session) -> None:
            for record in records:
                record(session)

        await self._workers.run(Urgency.NOTICE, in_session, self._road.engine, write)


def _held_back(notice: Notice, member: Member, now: datetime) -> datetime | None:
    """When the reader's quiet hours end, if this notice waits for that."""
    waking = next_waking(now, member.zone, member.quiet_from, member.quiet_to)
    return waking if notice.waits and waking > now else None


def _finished(ready: Ready, epoch: int, now: datetime, outcome: str, error: str | None = None) -> Record:
    return lambda session: outbox.finish(session, ready.id, epoch, now, outcome, error)


def _after_trouble(ready: Ready, epoch: int, now: datetime, wait: float) -> Record:
    if ready.attempts >= TRIES:
        return _finished(ready, epoch, now, "failed", "line")
    return lambda session: outbox.postpone(session, [ready.id], epoch, now + timedelta(seconds=wait))


def _try_another_door(ready: Ready, epoch: int, now: datetime) -> Record:
    def record(session: Session) -> None:
        door_rows.mark_unreachable(session, ready.door, now)
        outbox.postpone(session, [ready.id], epoch, now)

    return record
