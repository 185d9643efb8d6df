"""What a list that comes in says by itself: the dry run is done, it was taken over, it could not be read. Counts only;
names stay on the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import _
from bot.conversation.notices import Composing, Notice, queue
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Router
from bot.domain.importing.faults import Fault
from db import imports, jobs, scopes
from db.models.records import Import, ImportState
from handlers.coordination.import_buttons import OpenImport
from handlers.coordination.import_steps import may_open
from handlers.coordination.import_wording import fault_text, figures_text

# A list whose taking over died for the last time is taken up again after this long.
AFTER_DEATH = timedelta(minutes=1)
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class ImportNews(Notice, kind="import"):
    """To whoever brought the list in, who waits for it. `at` tells one dry run from the next."""

    number: int
    state: str
    at: str
    waits = False

    def compose(self, at: Composing) -> Reply | None:
        row = imports.load(at.session, self.number)
        if row is None or row.state != self.state:
            return None
        if not may_open(scopes.scope_of(at.session, at.member.id), at.member.id, row):
            return None
        texts = {
            ImportState.CHECKED: _("The dry run of your list is done. Nothing was taken over yet."),
            ImportState.TAKEN: _("Your list was taken over."),
            ImportState.FAILED: _("Your list could not be read, and nothing of it was kept."),
        }
        detail = fault_text(row.fault or {}) if row.state == ImportState.FAILED else figures_text(at.session, row)
        text = texts[ImportState(row.state)] + "\n\n" + detail
        return Reply(text, column(Button(_("Open the list"), OpenImport(row.id)), Button(_("Menu"), Go("menu"))))


def tell(session: Session, number: int, now: datetime) -> None:
    """Whoever brought a list in hears what became of it."""
    row = imports.load(session, number)
    if row is not None and row.made_by is not None:
        queue(session, row.made_by, ImportNews(number, row.state, row.changed_at.isoformat()), now)


def import_failed(session: Session, params: Mapping[str, Any]) -> None:
    """A job failed for good (its parameters). What is being taken over is never left half done: it goes on later."""
    number, now = params["import"], datetime.fromisoformat(params["at"])
    before = [ImportState.READING, ImportState.CHECKING]
    fault = {"fault": Fault.DIED.value, "line": None}
    if imports.move(session, number, before, ImportState.FAILED, now, fault=fault, cursor=0):
        tell(session, number, now)


def go_on_taking(session: Session, now: datetime, _house: House) -> bool:
    """The planner: what died while it was being taken over is taken up again."""
    for number in imports.stuck(session, now - AFTER_DEATH):
        row = imports.lock(session, number)
        if row is not None and not jobs.is_waiting(session, "import_take", number):
            row.changed_at = now
            jobs.queue(session, "import_take", now, {"import": number, "at": now.isoformat()})
    return False


def empty_old(session: Session, now: datetime, _house: House) -> bool:
    """The planner: of lists that are over the cells are forgotten, some at a time; lists nobody goes on with are given
    up."""
    imports.give_up_old(session, now)
    row = imports.next_over(session)
    if row is not None:
        imports.empty_some(session, row, MOST_AT_ONCE)
    return row is not None


def next_old(session: Session, after: datetime) -> datetime | None:
    """When the next list will have been left alone for too long."""
    first = session.scalar(select(func.min(Import.changed_at)).where(Import.state.in_(imports.WAITING)))
    due = first + imports.KEPT + timedelta(seconds=1) if first is not None else None
    return due if due is not None and due > after else None


def next_stuck(session: Session, after: datetime) -> datetime | None:
    first = session.scalar(select(func.min(Import.changed_at)).where(Import.state == ImportState.TAKING))
    due = first + AFTER_DEATH + timedelta(seconds=1) if first is not None else None
    return due if due is not None and due > after else None


def register(router: Router) -> None:
    router.notice(ImportNews)
    router.planner(go_on_taking, next_stuck)
    router.planner(empty_old, next_old)
