"""People on record who asked to be erased are invited by nobody, and not counted among those who are.

They are known only by the keyed hash of a name, so every name has to be hashed to find them. Whoever is erased takes
what lists say of them along (`db.records.erase`), and no later list brings it back; a database that was set back does,
and one from before that was so. Therefore all records are gone through once a day, in pieces, and what should not be
there is forgotten. Since then a count of records is a count of people, however many there are.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.routing import Router
from db import erased, inviting, operations, records
from db.erased import Listed, name_mark
from db.models.privacy import Audit
from db.models.records import Record
from db.restored import LISTS_CLEARED

# Hashing two names each of so many takes less than a tenth of a second.
MOST_HASHED = 3_000
# So many take less than 50 ms.
PIECE = 1_000
AGAIN_AFTER = timedelta(days=1)


def listed(house: House) -> Listed:
    """The marks of those who asked for erasure."""
    return erased.read(Path(house.erasure_list)) if house.erasure_list else {}


def is_gone(house: House, marks: Listed, names: Iterable[str | None], institution: str) -> bool:
    """Whether somebody of one of these names asked for erasure at an institution (its slug)."""
    return bool(marks) and any(house.digest("erasure", name_mark(name, institution)) in marks for name in names if name)


def without_erased(session: Session, house: House, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same condition without those who asked for erasure. Of few people each is looked at; of many they have been
    forgotten, or `may_be_fewer` says that they may not have been yet."""
    marks = listed(house)
    found = inviting.names_of(session, condition, MOST_HASHED + 1) if marks else []
    if len(found) > MOST_HASHED:
        return condition
    gone = _gone(house, marks, found)
    return condition & Record.id.not_in(gone) if gone else condition


def _gone(house: House, marks: Listed, found: Iterable[inviting.Called]) -> list[int]:
    return [each.record for each in found if is_gone(house, marks, (each.name, each.other_name), each.institution)]


def may_be_fewer(session: Session, house: House, people: int) -> bool:
    """Whether so many people were counted without looking at each, before all records were gone through."""
    return people > MOST_HASHED and bool(listed(house)) and LISTS_CLEARED not in operations.last_runs(session)


class Clearing:
    """The planner: goes through all records, a piece at a time, at the start of the program and then once a day."""

    def __init__(self) -> None:
        self._marks: Listed = {}
        self._cursor = 0
        self._ended: datetime | None = None

    def __call__(self, session: Session, now: datetime, house: House) -> bool:
        if self._cursor == 0 and not self._begins(now, house):
            return False
        found = inviting.unclaimed_after(session, self._cursor, PIECE)
        gone = _gone(house, self._marks, found)
        records.forget(session, gone)
        if gone:
            session.add(Audit(at=now, actor=None, action="lists_cleared", subject=None, details={"entries": len(gone)}))
        if found:
            self._cursor = found[-1].record
            return True
        operations.note_run(session, LISTS_CLEARED, now)
        self._cursor, self._ended = 0, now
        return False

    def _begins(self, now: datetime, house: House) -> bool:
        if self._ended is not None and now < self._ended + AGAIN_AFTER:
            return False
        self._marks = listed(house)
        return bool(self._marks)


def register(router: Router) -> None:
    router.planner(Clearing(), lambda _session, _now: None)
