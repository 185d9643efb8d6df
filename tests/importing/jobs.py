"""Long work of lists, done at once and in this process: starting a child for each piece takes a second. That children
do it, and may be killed, is tested in tests/delivery/test_imports.py."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.importing.work import WORK
from db import records
from db.models.delivery import Job
from db.names import keys_of
from tests.stage import Stage


def do_waiting(stage: Stage) -> None:
    waiting = select(Job.kind, Job.params).where(Job.done_at.is_(None), Job.kind.in_(list(WORK)))
    for kind, params in stage.looks_up(lambda session: session.execute(waiting).all()):
        WORK[kind](stage.app.engine, params)
    done = update(Job).where(Job.kind.in_(list(WORK))).values(done_at=stage.clock.now())
    stage.looks_up(lambda session: session.execute(done))


def put_on_record(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Records of one import, found by their names."""
    records.add(session, rows)
    last = max(row["line"] for row in rows)
    found = records.names_of(session, rows[0]["import_id"], 0, last)
    records.index(session, sorted((key, record) for record, *names in found for key in keys_of(*names)))
