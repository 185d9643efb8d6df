"""Who may do what only one process may do. A lease is a row, since advisory locks break behind transaction
poolers; the database is the same on both engines."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models.delivery import Lease


def take(session: Session, name: str, holder: str, now: datetime, lasting: timedelta) -> int | None:
    """Hold or renew the lease `name` until now + lasting. The epoch, which rises when another takes over;
    None while somebody else holds it."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(Lease).values(name=name, holder="", epoch=0, until=now - lasting).on_conflict_do_nothing())
    renewed = update(Lease).where(Lease.name == name, Lease.holder == holder, Lease.until > now)
    if session.execute(renewed.values(until=now + lasting)).rowcount:  # type: ignore[attr-defined]
        return session.scalar(select(Lease.epoch).where(Lease.name == name))
    taken = update(Lease).where(Lease.name == name, or_(Lease.until <= now, Lease.holder == holder))
    values = {"holder": holder, "epoch": Lease.epoch + 1, "until": now + lasting}
    return session.scalar(taken.values(values).returning(Lease.epoch).execution_options(synchronize_session=False))


def holder_of(session: Session, name: str) -> str | None:
    """Who holds or held the lease last."""
    return session.scalar(select(Lease.holder).where(Lease.name == name))


def release(session: Session, name: str, holder: str, now: datetime) -> None:
    """Give the lease back, so that the next process need not wait."""
    session.execute(update(Lease).where(Lease.name == name, Lease.holder == holder).values(until=now))
