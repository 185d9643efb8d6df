"""What can be done with a list, from the chat and from its page alike. Whoever calls holds the list's row."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.importing.layout import Layout
from bot.domain.importing.verdicts import Outcome
from bot.domain.scope import Scope
from db import imports, jobs
from db.models.members import Member
from db.models.privacy import Audit
from db.models.records import Import, ImportState

# A list in one of these can be given up: nothing of it counts yet.
GIVEN_UP_FROM = frozenset({*imports.WAITING, ImportState.FAILED})


class Refusal(StrEnum):
    """Why a step was not taken."""

    LATE = "late"
    NO_NAMES = "no_names"
    NOTHING = "nothing"
    OVERTAKEN = "overtaken"


def may_open(scope: Scope, member: int, row: Import) -> bool:
    """The same as `db.imports.seen_by`, for one list; whoever answers for nobody any more opens none."""
    if scope.is_empty:
        return False
    return scope.central or row.institution_id in scope.institutions or row.made_by == member


def read_file(session: Session, row: Import, file_name: str, now: datetime) -> Refusal | None:
    """The file is here: look at it."""
    row.file_name = file_name
    return _go(session, row, {ImportState.OPEN}, ImportState.READING, "import_look", now)


def read_again(session: Session, row: Import, sheet: int, heading: int | None, now: datetime) -> Refusal | None:
    """Another sheet, or another line with the headings."""
    chosen = {"sheet": sheet, "heading": heading}
    return _go(session, row, {ImportState.MAPPING}, ImportState.READING, "import_look", now, **chosen)


def change_columns(session: Session, row: Import, now: datetime) -> Refusal | None:
    """Back from the report to the columns."""
    return _move(session, row, {ImportState.CHECKED}, ImportState.MAPPING, now)


def check(session: Session, row: Import, layout: Layout, now: datetime) -> Refusal | None:
    """The dry run, with these columns and words."""
    if not layout.has_names:
        return Refusal.NO_NAMES
    before = {ImportState.MAPPING, ImportState.CHECKED}
    refusal = _go(session, row, before, ImportState.CHECKING, "import_check", now)
    if refusal is None:
        row.layout, row.done, row.total, row.counts = layout.to_json(), 0, 0, None
    return refusal


def take_over(session: Session, row: Import, by: Member, now: datetime) -> Refusal | None:
    """The point of no return. Lists of one institution wait for each other, and one that was looked through before
    another was taken over must be looked through again."""
    imports.lock_institution(session, row.institution_id)
    if row.state != ImportState.CHECKED:
        return Refusal.LATE
    if imports.taken_since(session, row.institution_id, row.changed_at, row.id):
        return Refusal.OVERTAKEN
    outcomes = imports.tally(session, row.id).outcomes
    if not outcomes[Outcome.ADD] + outcomes[Outcome.CHANGE]:
        return Refusal.NOTHING
    refusal = _go(session, row, {ImportState.CHECKED}, ImportState.TAKING, "import_take", now)
    row.cursor = row.done = 0
    _record(session, by, "import_taken", row, now)
    return refusal


def give_up(session: Session, row: Import, by: Member, now: datetime) -> Refusal | None:
    """Nothing of the list stays."""
    row.cursor = 0
    _record(session, by, "import_given_up", row, now)
    return _move(session, row, GIVEN_UP_FROM, ImportState.GIVEN_UP, now)


def _go(
    session: Session,
    row: Import,
    before: Collection[ImportState],
    to: ImportState,
    job: str,
    now: datetime,
    **params: Any,
) -> Refusal | None:
    refusal = _move(session, row, before, to, now)
    if refusal is None:
        jobs.queue(session, job, now, {"import": row.id, "at": now.isoformat(), **params})
    return refusal


def _move(
    session: Session, row: Import, before: Collection[ImportState], to: ImportState, now: datetime
) -> Refusal | None:
    if row.state not in before:
        return Refusal.LATE
    row.state, row.changed_at = to, now
    return None


def _record(session: Session, by: Member, action: str, row: Import, now: datetime) -> None:
    session.add(Audit(at=now, actor=by.number, action=action, subject=None, details={"number": row.id}))
