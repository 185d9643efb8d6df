"""A database that was set back to an earlier moment: what it must not do again, and whether it is ready at all.

What was said between that moment and now is lost; what we said has been read. So:

- People who had asked to be erased get their 48 hours and a word once more: they may have said "keep my data".
- Buttons in chats that were shown between the two moments may name rows that are others by now, as numbers are given
  out again: they are answered with the menu (`lost_times`). A web page that shows more than the database knows begins
  anew.
- Notices that were due by now are stopped. In a backup of three at night lie all that wait for the morning; restored
  in the afternoon they would arrive a second time. That an event was moved or cancelled is told again: twice does no
  harm, never may send somebody on a journey.
- Announcements and messages about a breach under way or due by now are stopped: their card says so, and whoever wrote
  them decides.
- Errands of events go on, but for messages passed on: they write down who is invited, reminded, asked, and people
  must answer again, since their answers are lost. Reminders for times to come are there already or planned anew.
- Replies nobody is known to have seen are not shown any more: they answer what was said long ago. Messages not acted on
  are acted on.
- What lists say of people who were erased since is back: it is looked for and forgotten anew.
- Codes that make coordinators or open a list of answers are void; they last a day and are issued anew. Personal codes,
  letters and return keys are people's only way in, and browsers stay signed in, for the same reason: one that was
  signed out after that moment is signed in again, and has to be signed out again.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Engine, delete, inspect, select, update
from sqlalchemy.orm import Session

from db.models.announcements import Announcement, AnnouncementState
from db.models.breaches import BreachMessage, MessageState
from db.models.conversation import ACTED, SHOWN, Inbox
from db.models.delivery import Lease, Outbox
from db.models.events import Errand
from db.models.members import Code
from db.models.operations import LastRun
from db.models.privacy import Audit

# The name of an empty table that is there while a database is being restored.
RESTORED = "restored"
NEVER = datetime.min.replace(tzinfo=UTC)
CLOCKS_DIFFER = timedelta(minutes=1)
MARK = "restore_unfinished"
# That what lists say of erased people was looked for and forgotten.
LISTS_CLEARED = "lists_cleared"
TOLD_AGAIN = ("event_changed", "event_cancelled")
NOT_PASSED_ON_AGAIN = ("message",)
VOID = ("coordinator", "export")


class UnfinishedRestore(Exception):
    """A restore into this database was interrupted: erased people may be in it."""


class Lost(NamedTuple):
    """What happened between these two moments the database does not know."""

    after: datetime
    until: datetime


class Stopped(NamedTuple):
    """How many notices and announcements do not go out."""

    notices: int
    announcements: int


def refuse_unfinished(engine: Engine) -> None:
    """Raises UnfinishedRestore while a restore is not finished."""
    if inspect(engine).has_table(MARK):
        raise UnfinishedRestore


def lost_times(session: Session) -> tuple[Lost, ...]:
    """Every span over which this database was set back. Clocks may differ by a minute."""
    query = select(Audit.at, Audit.details).where(Audit.subject.is_(None), Audit.action == RESTORED)
    found = [(at, datetime.fromisoformat(details["as_of"])) for at, details in session.execute(query)]
    return tuple(Lost(as_of - CLOCKS_DIFFER, at) for at, as_of in found)


def stop_what_was_due(session: Session, now: datetime) -> Stopped:
    """Take off what was due while the database did not know of it; how much of what people would have read. Whoever
    held the lease then sends nothing here."""
    due = update(Outbox).where(Outbox.done_at.is_(None), Outbox.due_at <= now, Outbox.kind.not_in(TOLD_AGAIN))
    notices = _run(session, due.values(done_at=now, outcome="stopped", error="restored", holder=None, params={}))
    under_way = (Announcement.state == AnnouncementState.SENDING) | (
        (Announcement.state == AnnouncementState.PLANNED) & (Announcement.due_at <= now)
    )
    stop = update(Announcement).where(under_way)
    announcements = _run(session, stop.values(state=AnnouncementState.STOPPED, planned_at=now, done_at=None))
    told = update(BreachMessage).where(
        (BreachMessage.state == MessageState.SENDING)
        | ((BreachMessage.state == MessageState.PLANNED) & (BreachMessage.due_at <= now))
    )
    _run(session, told.values(state=MessageState.STOPPED, planned_at=now, done_at=None))
    passed_on = update(Errand).where(Errand.done_at.is_(None), Errand.due_at <= now)
    _run(session, passed_on.where(Errand.kind.in_(NOT_PASSED_ON_AGAIN)).values(done_at=now))
    unshown = update(Inbox).where(Inbox.state == ACTED)
    _run(session, unshown.values(state=SHOWN, payload="", replies=None, show_after=None))
    _run(session, update(Lease).values(until=NEVER))
    _run(session, delete(LastRun).where(LastRun.name == LISTS_CLEARED))
    _run(session, update(Code).where(Code.kind.in_(VOID), Code.used_at.is_(None)).values(used_at=now))
    return Stopped(notices, announcements)


def _run(session: Session, statement: object) -> int:
    done = session.execute(statement, execution_options={"synchronize_session": False})  # type: ignore[call-overload]
    return int(done.rowcount)
