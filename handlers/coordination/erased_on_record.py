"""People on record who asked to be erased are forgotten.

They are known only by the keyed hash of a name, so every name has to be hashed to find them. Whoever is erased takes
what lists say of them along (`db.records.erase`), and no later list brings it back; a database that was set back does,
and one from before that was so. Therefore all records are gone through once a day, in pieces, and what should not be
there is forgotten.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.routing import Router
from db import inviting, operations, records
from db.erased import Listed
from db.models.privacy import Audit
from db.restored import LISTS_CLEARED
from handlers.coordination.kept_out import erased_marks, is_gone

# So many take less than 50 ms.
PIECE = 1_000
AGAIN_AFTER = timedelta(days=1)


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
        gone = [each.record for each in found if is_gone(house, self._marks, each)]
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
        self._marks = erased_marks(house)
        return bool(self._marks)


def register(router: Router) -> None:
    router.planner(Clearing(), lambda _session, _now: None)
