"""Long work of lists, done at once and in this process: starting a child for each piece takes a second. That children
do it, and may be killed, is tested in tests/delivery/test_imports.py."""

from sqlalchemy import select, update

from bot.importing.work import WORK
from db.models.delivery import Job
from tests.stage import Stage


def do_waiting(stage: Stage) -> None:
    waiting = select(Job.kind, Job.params).where(Job.done_at.is_(None), Job.kind.in_(list(WORK)))
    for kind, params in stage.looks_up(lambda session: session.execute(waiting).all()):
        WORK[kind](stage.app.engine, params)
    done = update(Job).where(Job.kind.in_(list(WORK))).values(done_at=stage.clock.now())
    stage.looks_up(lambda session: session.execute(done))
