"""Getting the database ready for a start: the newest tables, the lists of institutions, the cities."""

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.delivery.workers import Urgency, Workers
from bot.lists_file import EXAMPLE, read_lists
from db import jobs
from db.engine import in_session
from db.lists import has_institutions, take_lists
from db.migrations.upgrade import upgrade
from db.restored import Lost, lost_times, refuse_unfinished

log = logging.getLogger("app")
PAUSES = (1.0, 2.0, 4.0, 8.0)


async def prepare_database(engine: Engine, workers: Workers, lists_file: Path | None) -> tuple[Lost, ...]:
    """The times it was set back over. Tried several times: it may still be starting, or another process of ours does
    the same just now. Raises UnfinishedRestore and UnreadableLists."""
    for pause in PAUSES:
        try:
            return await workers.run(Urgency.TURN, _prepare, engine, lists_file)
        except SQLAlchemyError as error:
            log.warning("the database is not ready (%s), again in %.0f s", type(error).__name__, pause)
        await asyncio.sleep(pause)
    return await workers.run(Urgency.TURN, _prepare, engine, lists_file)


def _prepare(engine: Engine, lists_file: Path | None) -> tuple[Lost, ...]:
    refuse_unfinished(engine)
    upgrade(engine)
    in_session(engine, lambda session: _fill(session, lists_file))
    return in_session(engine, lost_times)


def _fill(session: Session, lists_file: Path | None) -> None:
    """The example's institutions where there are none yet and no file is named."""
    path = lists_file if lists_file or has_institutions(session) else EXAMPLE
    if path is not None:
        take_lists(session, read_lists(path))
    jobs.queue_gazetteer(session, datetime.now(UTC))
