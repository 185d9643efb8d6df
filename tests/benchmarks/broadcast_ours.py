"""The announcement of the comparison as this product sends it: `bot run`, a row written when it is to begin."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from db.engine import in_session, open_engine
from db.gazetteer.load import load_gazetteer
from db.models.announcements import Announcement, AnnouncementState
from db.models.delivery import Outbox
from db.models.members import Member, Role, RoleKind
from db.outbox import ANNOUNCED
from tests.benchmarks.announced import TEXT, TOKEN
from tests.benchmarks.population import open_with
from tests.benchmarks.processes import BOT_CORE, running
from tests.databases import fill

T = TypeVar("T")
PATIENCE_S = 10.0


def prepare(folder: Path, members: int) -> Path:
    """A database with so many members who have no quiet hours now, and with everything else a start would load."""
    path = folder / "template.db"
    address = f"sqlite:///{path}"
    engine = open_engine(address)
    fill(engine)
    load_gazetteer(engine)
    engine.dispose()
    app = open_with(address, members)
    in_session(app.engine, lambda session: session.execute(update(Member).values(quiet_from=0, quiet_to=0)))
    app.workers.close()
    app.engine.dispose()
    return path


@contextmanager
def start(template: Path, url: str, messages_per_second: str = "") -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """The program on its core with a copy of the database, and the address of that."""
    path = Path(shutil.copyfile(template, template.with_name(f"{time.monotonic_ns()}.db")))
    address = f"sqlite:///{path}"
    environment = {
        "SECRET_KEY": "only for benchmarks, only for benchmarks",
        "DATABASE_URL": address,
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": url,
        "WEB_PORT": "0",
        "ERASURE_LIST": str(path.with_suffix(".erased")),
        "MESSAGES_PER_SECOND": messages_per_second,  # empty: as it is by default
    }
    with running("bot", "run", core=BOT_CORE, environment=environment) as bot:
        yield bot, address


def announce(address: str) -> None:
    """What confirming it writes: an announcement to everybody, due now. The newest member becomes a coordinator."""
    now = datetime.now(UTC)
    row = {"state": AnnouncementState.PLANNED, "texts": {"en": TEXT}, "audience": {}, "morning": False, "cursor": 0}
    times = {"due_at": now, "created_at": now, "changed_at": now}

    def write(session: Session) -> None:
        author = session.scalar(select(func.max(Member.id)))
        session.execute(insert(Role).values(member_id=author, kind=RoleKind.COORDINATOR, granted_at=now))
        session.execute(insert(Announcement).values(author_id=author, **row, **times))

    _in(address, write)


def read_ledger(address: str, members: int) -> str:
    """How many notices ended how, once the last of them are recorded."""
    deadline = time.monotonic() + PATIENCE_S
    while sum((found := _outcomes(address)).values()) < members and time.monotonic() < deadline:
        time.sleep(0.2)
    return ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(found.items()))


def _outcomes(address: str) -> dict[str, int]:
    query = (
        select(Outbox.outcome, func.count())
        .where(Outbox.kind == ANNOUNCED, Outbox.done_at.is_not(None))
        .group_by(Outbox.outcome)
    )
    return _in(address, lambda session: {str(outcome): count for outcome, count in session.execute(query)})


def _in(address: str, work: Callable[[Session], T]) -> T:
    engine = open_engine(address)
    try:
        return in_session(engine, work)
    finally:
        engine.dispose()
