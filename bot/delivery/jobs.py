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

from sqlalchemy import Engine, or_, select, update
from sqlalchemy.orm import Session

from bot.delivery.lease import Lease
from bot.delivery.metrics import Metrics
from bot.delivery.workers import Urgency, Workers
from db.engine import in_session
from db.jobs import TRIES
from db.models.delivery import Job
from handlers.coordination.import_news import import_failed
from handlers.coordination.rounds import round_failed

log = logging.getLogger("jobs")
# A child counts on one core, whatever its libraries would like: the others are for people who wait for an answer.
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1"}

Work = Callable[[Engine, dict[str, Any]], dict[str, Any] | None]


def _load_gazetteer(engine: Engine, params: dict[str, Any]) -> dict[str, Any]:
    # Only the child process needs it: with its tables of readings it takes 58 MB.
    from db.gazetteer.load import load_gazetteer  # noqa: PLC0415

    return {"places": load_gazetteer(engine, population_over=params.get("population_over", 0))}


def _match_round(engine: Engine, params: dict[str, Any]) -> dict[str, Any]:
    # Only the child process needs it: SciPy takes half a second and 60 MB.
    from bot.delivery.match_round import match_round  # noqa: PLC0415

    return match_round(engine, params)


def _work_on_import(kind: str, engine: Engine, params: dict[str, Any]) -> dict[str, Any]:
    # Only the child process needs it: what reads spreadsheets, and readings of Chinese names.
    from bot.importing.ground import keep_memory_small  # noqa: PLC0415
    from bot.importing.work import WORK  # noqa: PLC0415

    keep_memory_small()
    return WORK[kind](engine, params)


IMPORTS = ("import_look", "import_check", "import_take")
KINDS: dict[str, Work] = {
    "gazetteer": _load_gazetteer,
    "round": _match_round,
    **{kind: partial(_work_on_import, kind) for kind in IMPORTS},
}
# What becomes of work that failed for good, beside the row that says so.
FAILED: dict[str, Callable[[Session, dict[str, Any]], None]] = {
    "round": round_failed,
    **dict.fromkeys(IMPORTS, import_failed),
}


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
    in_session(engine, lambda session: _finish(session, session.get_one(Job, job_id), result, error))


def _finish(session: Session, job: Job, result: dict[str, Any] | None, error: str | None) -> None:
    job.result, job.error, job.done_at = result, error, datetime.now(UTC)
    if error is not None and job.kind in FAILED:
        FAILED[job.kind](session, job.params)


def _after_child(session: Session, job_id: int) -> tuple[str, str] | None:
    """Kind and outcome of a job whose child ended: done, failed. A child that died left its row open: it runs again,
    or that was the last time (died). None where the row went with its member."""
    job = session.get(Job, job_id)
    if job is None:
        return None
    if job.done_at is not None:
        return job.kind, "failed" if job.error else "done"
    if job.attempts < TRIES:
        job.epoch = None
        return job.kind, "again"
    _finish(session, job, None, "died")
    return job.kind, "died"


class Jobs:
    """Starts child processes for waiting jobs."""

    def __init__(
        self, environment: dict[str, str], engine: Engine, workers: Workers, lease: Lease, metrics: Metrics
    ) -> None:
        self._environment = environment
        self._engine = engine
        self._workers = workers
        self._lease = lease
        self._metrics = metrics

    async def run_waiting(self) -> None:
        """Run what waits, one after the other. A child is ended with us."""
        while self._lease.epoch is not None:
            job = await self._workers.run(Urgency.CHORE, in_session, self._engine, self._claim)
            if job is None:
                return
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "job", str(job), env={**os.environ, **ONE_CORE, **self._environment}
            )
            try:
                await child.wait()
            finally:
                if child.returncode is None:
                    child.terminate()
            came = await self._workers.run(Urgency.CHORE, in_session, self._engine, partial(_after_child, job_id=job))
            if came is not None:
                self._metrics.worked(*came)

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
