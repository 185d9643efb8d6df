"""Work of more than 100 ms: a row, run in a child process, or where it only reads in a thread of its own, so that
neither the loop nor a database thread ever waits for it. One of each at a time, by the process that holds the lease; a
job whose process died runs again."""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Engine, or_, select, update
from sqlalchemy.orm import Session

from bot.delivery.lease import Lease
from bot.delivery.metrics import Metrics
from bot.delivery.workers import Urgency, Workers
from db.engine import in_session
from db.jobs import TRIES
from db.models.delivery import Job
from handlers.coordination.import_news import import_failed
from handlers.coordination.rounds import round_failed
from handlers.statistics.counting import JOB as STATISTICS
from handlers.statistics.counting import count
from handlers.statistics.showing import tell as tell_numbers

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
LONG: dict[str, Work] = {
    "gazetteer": _load_gazetteer,
    "round": _match_round,
    **{kind: partial(_work_on_import, kind) for kind in IMPORTS},
}
# Somebody waits for it, and the database does the work: it shall not stand behind long work, nor wait for a process.
COUNTING: dict[str, Work] = {STATISTICS: count}
KINDS = {**LONG, **COUNTING}
IS_COUNTING = Job.kind.in_(COUNTING)
# Whoever asked hears of it, whatever came of it.
TOLD: dict[str, Callable[[Session, int, dict[str, Any], datetime], None]] = {STATISTICS: tell_numbers}
# What becomes of work that failed for good, beside the row that says so.
FAILED: dict[str, Callable[[Session, dict[str, Any]], None]] = {
    "round": round_failed,
    **dict.fromkeys(IMPORTS, import_failed),
}


def run_job(engine: Engine, job_id: int) -> None:
    """Do the work of a row and write down its result: in the child process, or in the thread that counts."""
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
    if job.kind in TOLD:
        TOLD[job.kind](session, job.id, job.params, job.queued_at)
    if error is not None and job.kind in FAILED:
        FAILED[job.kind](session, job.params)


def _after(session: Session, job_id: int) -> tuple[str, str] | None:
    """Kind and outcome of a job whose child or thread ended: done, failed. A child that died left its row open: it runs
    again, or that was the last time (died). None where the row went with its member."""
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


def in_child(environment: dict[str, str]) -> Callable[[int], Awaitable[None]]:
    """Does a job in a process that has only `environment` beside our own, and is ended with us."""

    async def run(job: int) -> None:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "job", str(job)), env={**os.environ, **ONE_CORE, **environment}
        )
        try:
            await child.wait()
        finally:
            if child.returncode is None:
                child.terminate()

    return run


def in_thread(engine: Engine) -> Callable[[int], Awaitable[None]]:
    """Does a job that only reads in a thread beside those of the turns."""

    async def run(job: int) -> None:
        await asyncio.to_thread(run_job, engine, job)

    return run


class Jobs:
    """Does the waiting jobs of some kinds (`which`), one after the other."""

    def __init__(
        self,
        which: ColumnElement[bool],
        run: Callable[[int], Awaitable[None]],
        engine: Engine,
        workers: Workers,
        lease: Lease,
        metrics: Metrics,
    ) -> None:
        self._which = which
        self._run = run
        self._engine = engine
        self._workers = workers
        self._lease = lease
        self._metrics = metrics

    async def run_waiting(self) -> bool:
        """Do what waits; whether there was anything."""
        worked = False
        while self._lease.epoch is not None:
            job = await self._workers.run(Urgency.CHORE, in_session, self._engine, self._claim)
            if job is None:
                break
            await self._run(job)
            worked = True
            came = await self._workers.run(Urgency.CHORE, in_session, self._engine, partial(_after, job_id=job))
            if came is not None:
                self._metrics.worked(*came)
        return worked

    def _claim(self, session: Session) -> int | None:
        """The next job that no living process has."""
        epoch = self._lease.epoch
        if epoch is None:
            return None
        free = or_(Job.epoch.is_(None), Job.epoch < epoch)
        query = select(Job.id).where(Job.done_at.is_(None), self._which, Job.attempts < TRIES, free)
        job = session.scalar(query.order_by(Job.id).limit(1))
        if job is not None:
            session.execute(update(Job).where(Job.id == job).values(epoch=epoch, attempts=Job.attempts + 1))
        return job
