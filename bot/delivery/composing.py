"""Notices become messages at the moment of sending: for this reader, through the door that leads to them now."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.conversation.i18n import speaking
from bot.conversation.notices import Composing, Notice, Withdrawn
from bot.conversation.reply import Wire
from bot.conversation.road import Road, log_fault
from bot.delivery.lease import Lease
from bot.domain.budget import WEEK, free_at
from bot.domain.quiet_hours import next_waking
from db import doors, members, outbox
from db.doors import Way
from db.models.members import Member
from db.outbox import BUDGETED, Claimed
from db.trouble import Trouble, classify

# A notice nobody can compose is given up within minutes.
TRIES = 4


@dataclass(frozen=True, slots=True)
class Ready:
    """A notice composed for one door; `wires` are those of its messages that have not arrived yet."""

    id: int
    lane: int
    attempts: int
    door: int
    channel: str
    sender: str
    wires: list[Wire]


@dataclass(frozen=True, slots=True)
class Taken:
    """A claimed batch: what is ready for a door, and how many of each lane came to which outcome without one."""

    ready: list[Ready]
    settled: Counter[tuple[int, str]]

    @property
    def claimed(self) -> int:
        return len(self.ready) + self.settled.total()


@dataclass(frozen=True, slots=True)
class _Around:
    """What is known about the readers of a batch, looked up at once."""

    members: dict[int, Member]
    doors: dict[int, Way]
    lately: dict[int, list[datetime]]


class Composer:
    """Claims what is due and words it."""

    def __init__(self, road: Road, lease: Lease) -> None:
        self._road = road
        self._lease = lease

    def take(self, session: Session, epoch: int, limit: int, *, orphans: bool, past: str | None) -> Taken:
        """Up to `limit` due notices: those ready for a door, and what became of the others, which is recorded. `past`
        leaves out people reached through that channel."""
        now = self._road.now()
        claimed = outbox.claim(session, self._lease.holder, epoch, now, limit, orphans=orphans, by=past)
        if not claimed:
            return Taken([], Counter())
        around = self._look_around(session, claimed)
        try:
            with session.begin_nested():
                composed = [self._compose(session, epoch, one, around) for one in claimed]
        except Exception as error:
            if classify(error) is Trouble.AWAY:
                raise
            composed = [self._compose_alone(session, epoch, one) for one in claimed]
        settled = Counter(
            (one.lane, came) for one, came in zip(claimed, composed, strict=True) if isinstance(came, str)
        )
        return Taken([one for one in composed if isinstance(one, Ready)], settled)

    def _look_around(self, session: Session, claimed: list[Claimed]) -> _Around:
        ids = sorted({one.member_id for one in claimed})
        rationed = sorted({one.member_id for one in claimed if self._is_budgeted(one)})
        since = self._road.now() - WEEK
        return _Around(
            members.load_many(session, ids),
            doors.best_doors(session, ids),
            outbox.told_lately(session, rationed, since) if rationed else {},
        )

    def _is_budgeted(self, claimed: Claimed) -> bool:
        kind = self._road.router.notices.get(claimed.kind)
        return kind is not None and kind.budgeted

    def _compose_alone(self, session: Session, epoch: int, claimed: Claimed) -> Ready | str:
        """In a savepoint, so that a notice with a fault harms no other of its batch."""
        try:
            with session.begin_nested():
                return self._compose(session, epoch, claimed, self._look_around(session, [claimed]))
        except Exception as error:
            if classify(error) is Trouble.AWAY:
                raise
            now, code = self._road.now(), log_fault(error)
            if claimed.attempts >= TRIES:
                return self._finish(session, epoch, claimed, "failed", f"compose {code}")
            outbox.postpone(session, claimed.id, epoch, now + timedelta(seconds=10 * 2.0**claimed.attempts))
            return "later"

    def _finish(self, session: Session, epoch: int, claimed: Claimed, outcome: str, error: str | None = None) -> str:
        outbox.finish(session, [claimed.id], epoch, self._road.now(), outcome, error)
        return outcome

    def _compose(self, session: Session, epoch: int, claimed: Claimed, around: _Around) -> Ready | str:
        """A message ready for a door; or what became of it, and that is recorded."""
        now = self._road.now()
        kind = self._road.router.notices.get(claimed.kind)
        door = around.doors.get(claimed.member_id)
        if kind is None:
            return self._finish(session, epoch, claimed, "failed", "kind")
        if door is None or door.channel not in self._road.channels:
            return self._finish(session, epoch, claimed, "unreachable")
        notice, member = kind(**claimed.params), around.members[claimed.member_id]
        lately = around.lately.setdefault(member.id, [])
        later = _held_back(notice, member, now) or self._rationed(notice, lately)
        if later is not None:
            outbox.postpone(session, claimed.id, epoch, later)
            return "later"
        wires = self._word(session, notice, member, now)
        if isinstance(wires, str):
            return self._finish(session, epoch, claimed, wires)
        if claimed.kind in BUDGETED:
            lately.append(now)
        return self._for_door(session, epoch, claimed, door, wires)

    def _rationed(self, notice: Notice, lately: list[datetime]) -> datetime | None:
        """When the reader may be told this, where others have told them enough this week."""
        return free_at(lately, self._road.house.weekly_budget) if notice.budgeted else None

    def _word(self, session: Session, notice: Notice, member: Member, now: datetime) -> list[Wire] | str:
        """Its messages; or the outcome, where there are none."""
        if (notice.unasked and member.objected_at is not None) or notice.switch in member.switched_off:
            return "unwanted"
        with speaking(member.language, member.zone):
            try:
                reply = notice.compose(Composing(session, member, self._road.house, now))
            except Withdrawn:
                return "stopped"
        replies = reply if isinstance(reply, list) else [reply] if reply else []
        return [one.wire() for one in replies] or "unwanted"

    def _for_door(self, session: Session, epoch: int, claimed: Claimed, door: Way, wires: list[Wire]) -> Ready | str:
        """On the web a notice is a row of the member's own history, written with its record: exactly once. It waits
        there until the member looks."""
        channel, now = self._road.channels[door.channel], self._road.now()
        if all(channel.keep_notice(session, door.member, wire, now) for wire in wires):
            return self._finish(session, epoch, claimed, "kept")
        left = wires[claimed.parts :]
        return Ready(claimed.id, claimed.lane, claimed.attempts, door.id, door.channel, door.sender, left)


def _held_back(notice: Notice, member: Member, now: datetime) -> datetime | None:
    """When the reader's quiet hours end, if this notice waits for that."""
    waking = next_waking(now, member.zone, member.quiet_from, member.quiet_to)
    return waking if notice.waits and waking > now else None
