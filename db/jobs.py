"""Long work that waits to be done: a row, asked for by a turn, run by `bot.delivery.jobs` beside the turns."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from db.models.delivery import Job
from db.places import gazetteer_loaded

TRIES = 3


def queue(
    session: Session, kind: str, now: datetime, params: dict[str, Any] | None = None, member_id: int | None = None
) -> None:
    """Ask for a job with these parameters (plain JSON), unless the same one waits already. It goes with the member for
    whom it is done, if that is just one."""
    params = params or {}
    waiting = select(Job.params).where(Job.kind == kind, Job.done_at.is_(None), Job.attempts < TRIES)
    if params not in session.scalars(waiting).all():
        given = {"kind": kind, "params": params, "member_id": member_id, "queued_at": now, "attempts": 0}
        session.execute(insert(Job).values(given))


def result_of(session: Session, job_id: int) -> dict[str, Any] | None:
    """What a job found out; None where it failed, or is forgotten."""
    return session.scalar(select(Job.result).where(Job.id == job_id))


def is_waiting(session: Session, kind: str, import_id: int) -> bool:
    """Whether a job for this list waits or runs."""
    waiting = select(Job.params).where(Job.kind == kind, Job.done_at.is_(None))
    return any(params.get("import") == import_id for params in session.scalars(waiting))


def queue_gazetteer(session: Session, now: datetime) -> None:
    """The list of cities is loaded once for each edition of it."""
    if not gazetteer_loaded(session):
        queue(session, "gazetteer", now)
