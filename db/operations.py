"""How the bot itself is doing: what waits, what failed, what was done last. For /health and /metrics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.jobs import TRIES
from db.models.conversation import ACTED, NEW, Door, Inbox
from db.models.delivery import Job, Lease, Outbox
from db.models.members import Member, Verification
from db.models.operations import Fault, LastRun

CHORES, BACKUP = "chores", "backup"
_OPEN_INBOX = text("inbox.state < 2")


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait, and since when the oldest does."""

    waiting: int = 0
    oldest: datetime | None = None

    def age(self, now: datetime) -> timedelta:
        """How long the oldest has waited; nothing where none waits."""
        return max(now - self.oldest, timedelta()) if self.oldest else timedelta()


def due_notices(session: Session, now: datetime) -> dict[int, Queue]:
    """By lane, the notices that should be out by now."""
    query = (
        select(Outbox.lane, func.count(), func.min(Outbox.due_at))
        .where(text("outbox.done_at IS NULL"), Outbox.due_at <= now)
        .group_by(Outbox.lane)
    )
    return {lane: Queue(count, oldest) for lane, count, oldest in session.execute(query)}


def unacted(session: Session) -> Queue:
    """Messages stored and not acted on yet."""
    return _one_queue(session, _inbox(NEW))


def unshown(session: Session) -> Queue:
    """Messages acted on whose replies are not known to be shown."""
    return _one_queue(session, _inbox(ACTED))


def _inbox(state: int) -> Select[int, datetime]:
    return select(func.count(), func.min(Inbox.received_at)).where(Inbox.state == state, _OPEN_INBOX)


def _one_queue(session: Session, query: Select[int, datetime]) -> Queue:
    return Queue(*session.execute(query).one())


def open_jobs(session: Session) -> tuple[int, int]:
    """How many jobs run, and how many wait."""
    begun = func.count(Job.epoch)
    running, all_open = session.execute(
        select(begun, func.count()).where(text("job.done_at IS NULL"), Job.attempts <= TRIES)
    ).one()
    return running, all_open - running


def failed_jobs(session: Session, since: datetime) -> list[tuple[str, str, datetime]]:
    """Kind, kind of error, and when, the newest first."""
    query = select(Job.kind, Job.error, Job.done_at).where(Job.error.is_not(None), Job.done_at > since)
    found = session.execute(query.order_by(Job.done_at.desc()).limit(5))
    return [(kind, error or "", at or since) for kind, error, at in found]


def failed_notices(session: Session, since: datetime) -> int:
    """How many notices were given up since then."""
    query = select(func.count()).where(
        text("outbox.done_at IS NOT NULL AND outbox.kind <> 'announced'"),
        Outbox.done_at > since,
        Outbox.outcome == "failed",
    )
    return session.scalar(query) or 0


def note_fault(session: Session, code: str, error: str, place: str, now: datetime) -> None:
    """Remember a turn that failed, so that a code somebody names can be found."""
    session.add(Fault(at=now, code=code, error=error[:80], place=place[:120]))


def latest_faults(session: Session, since: datetime, limit: int = 3) -> Sequence[Fault]:
    """The newest first."""
    query = select(Fault).where(Fault.at > since).order_by(Fault.at.desc(), Fault.id.desc())
    return session.scalars(query.limit(limit)).all()


def count_faults(session: Session, since: datetime) -> int:
    return session.scalar(select(func.count()).where(Fault.at > since)) or 0


def note_run(session: Session, name: str, now: datetime) -> None:
    """Something that is done again and again was done just now."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(LastRun).values(name=name, at=now)
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"at": now}))


def last_runs(session: Session) -> dict[str, datetime]:
    """What was done last when, as far as anybody noted it."""
    return {run.name: run.at for run in session.scalars(select(LastRun))}


def lease_holder(session: Session, name: str) -> str | None:
    """The process that holds the lease now. By the real time, as leases go: never by the movable clock."""
    return session.scalar(select(Lease.holder).where(Lease.name == name, Lease.until > datetime.now(UTC)))


def database_bytes(session: Session) -> int:
    """How large the database is."""
    if session.get_bind().dialect.name == "postgresql":
        return session.scalar(text("SELECT pg_database_size(current_database())")) or 0
    pages = session.scalar(text("PRAGMA page_count")) or 0
    return int(pages * (session.scalar(text("PRAGMA page_size")) or 0))


def members_by_status(session: Session) -> dict[str, int]:
    """How many there are of each status."""
    query = select(Member.status, func.count()).group_by(Member.status)
    return {str(status): count for status, count in session.execute(query)}


def open_registrations(session: Session) -> Queue:
    """Registrations that wait for a coordinator."""
    query = select(func.count(), func.min(Verification.asked_at)).where(Verification.state == "open")
    return _one_queue(session, query)


def last_heard(session: Session, channel: str) -> datetime | None:
    """When the newest message came by a channel, as long as it is kept (three days)."""
    query = select(Inbox.received_at).where(Inbox.channel == channel)
    return session.scalar(query.order_by(Inbox.received_at.desc()).limit(1))


def has_doors(session: Session, channel: str) -> bool:
    """Whether anybody reaches us by a channel."""
    return session.scalar(select(Door.id).where(Door.channel == channel).limit(1)) is not None
