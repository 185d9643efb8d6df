"""Work of more than 100 ms: a row, run in a child process, so that neither the loop nor a database thread
ever waits for it. One at a time, by the process that holds the lease; a job whose process died runs again."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Engine, insert, or_, select, update
from sqlalchemy.orm import Session

from bot.delivery.lease import Lease
from bot.delivery.workers import Urgency, Workers
from db.engine import in_session
from db.models.delivery import Job
from db.places import gazetteer_loaded

log = logging.getLogger("jobs")
TRIES = 3

Work = Callable[[Engine, dict[str, Any]], dict[str, Any] | None]


def _load_gazetteer(engine: Engine, params: dict[str, Any]) -> dict[str, Any]:
    # Only the child process needs it: with its tables of readings it takes 58 MB.
    from db.gazetteer.load import load_gazetteer  # noqa: PLC0415

    return {"places": load_gazetteer(engine, population_over=params.get("population_over", 0))}


KINDS: dict[str, Work] = {"gazetteer": _load_gazetteer}


def queue(session: Session, kind: str, now: datetime, **params: Any) -> None:
    """Ask for a job, unless the same one waits already."""
    waiting = select(Job.id).where(Job.kind == kind, Job.done_at.is_(None), Job.attempts < TRIES)
    if session.scalar(waiting.limit(1)) is None:
        session.execute(insert(Job).values(kind=kind, params=params, queued_at=now, attempts=0))


def queue_gazetteer(session: Session, now: datetime) -> None:
    """The list of cities is loaded once for each edition of it."""
    if not gazetteer_loaded(session):
        queue(session, "gazetteer", now)


def run_job(engine: Engine, job_id: int) -> None:
    """In the child process: do the work of a row and write down its result."""
    with Session(engine) as session:
        job = session.get_one(Job, job_id)
        kind, params = job.kind, job.params
    result, error = None, None
    try:
        result = KINDS[kind](engine, params)
    except Exception as trouble:
        error = type(trouble).__name__
    done = {"result": result, "error": error, "done_at": datetime.now(UTC)}
    in_session(engine, lambda session: session.execute(update(Job).where(Job.id == job_id).values(done)))


def _after_child(session: Session, job: int) -> None:
    """A child that died left its row open: it runs again, or that was the last time."""
    still_open = update(Job).where(Job.id == job, Job.done_at.is_(None))
    session.execute(still_open.where(Job.attempts < TRIES).values(epoch=None))
    session.execute(still_open.where(Job.attempts >= TRIES).values(error="died", done_at=datetime.now(UTC)))


class Jobs:
    """Starts child processes for waiting jobs."""

    def __init__(self, environment: dict[str, str], engine: Engine, workers: Workers, lease: Lease) -> None:
        self._environment = environment
        self._engine = engine
        self._workers = workers
        self._lease = lease

    async def run_waiting(self) -> None:
        """Run what waits, one after the other. A child is ended with us."""
        while self._lease.epoch is not None:
            job = await self._workers.run(Urgency.CHORE, in_session, self._engine, self._claim)
            if job is None:
                return
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "job", str(job), env={**os.environ, **self._environment}
            )
            try:
                await child.wait()
            finally:
                if child.returncode is None:
                    child.terminate()
            await self._workers.run(Urgency.CHORE, in_session, self._engine, partial(_after_child, job=job))

    def _claim(self, session: Session) -> int | None:
        """The next job that no living process has."""
        epoch = self._lease.epoch
        if epoch is None:
            return None
        free = or_(Job.epoch.is_(None), Job.epoch < epoch)
        query = select(Job.id).where(Job.done_at.is_(None), Job.attempts < TRIES, free).order_by(Job.id).limit(1)
        job = session.scalar(query)
        if job is not None:
            session.execute(update(Job).where(Job.id == job).values(epoch=epoch, attempts=Job.attempts + 1))
        return job
