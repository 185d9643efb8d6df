"""Retention: which rows are kept for a time only, how many there are, and forgetting them in pieces.

Every kind of `bot.domain.retention` has its rows here. A piece is small enough for one short transaction; nothing is
forgotten anywhere else, but for what people erase themselves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    Text,
    cast,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, aliased

from bot.domain.retention import LATE, Keep, Kind, last_night, span
from db import erasure
from db.models.announcements import Announcement, Attachment
from db.models.base import Base, table_of
from db.models.contact import Letter, Thread
from db.models.conversation import ASIDE, SHOWN, Attempt, Draft, Inbox
from db.models.delivery import Job, Outbox
from db.models.events import Attendance, Event
from db.models.exports import Export
from db.models.members import Code, Member, Role, Status, Suspension, Verification
from db.models.mentoring import MentorSearch, Mentorship
from db.models.operations import Fault
from db.models.people import ContactRequest, Look, LookedUp, Relayed
from db.models.privacy import Audit, Clearing
from db.models.surveys import Questionnaire, Survey
from db.models.web import Entry, WebSession
from db.outbox import ANNOUNCED

PIECE = 500
# Erasing a person looks through the histories of others: a few at a time.
PEOPLE_AT_ONCE = 5
# Gone through every hour, and first: a receipt promises an end, and is known by its notice.
PROMPT = (Kind.GUESTS,)


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of a kind: `since` is from when their span counts (a day where `by_day`, and `ahead` too late), `which`
    those it is about. `emptied` are the columns that are emptied while the row stays."""

    table: type[Base]
    since: SQLColumnExpression[Any]
    which: Sequence[ColumnElement[bool]] = ()
    ahead: timedelta = timedelta()
    by_day: bool = False
    emptied: dict[str, Any] | None = None


def _followed() -> ColumnElement[bool]:
    """A member's newest bubble stays: pages left open count from its number."""
    newer = aliased(Entry)
    return exists().where(newer.member_id == Entry.member_id, newer.seq > Entry.seq)


def _goes_with_something() -> ColumnElement[bool]:
    """With an announcement, or a letter to or from the alumni office."""
    announced = exists().where(Announcement.attachment_id == Attachment.id)
    return announced | exists().where(Letter.attachment_id == Attachment.id)


# Where an event asked nothing, its answers need not be looked at.
_asked_something = select(Event.id).where(cast(Event.questions, Text) != "[]")
_end_of_event = select(Event.ends_at).where(Event.id == Attendance.event_id).scalar_subquery()

HELD: dict[Kind, Held] = {
    Kind.REGISTRATIONS: Held(
        Member, Member.seen_at, (Member.status.in_((Status.PENDING, Status.DECLINED)), Member.erase_at.is_(None))
    ),
    Kind.DECISIONS: Held(
        Verification,
        Verification.decided_at,
        (Verification.decided_at.is_not(None), or_(Verification.note.is_not(None), Verification.answer.is_not(None))),
        emptied={"note": None, "answer": None},
    ),
    Kind.SUSPENSIONS: Held(Suspension, Suspension.lifted_at, (Suspension.lifted_at.is_not(None),)),
    Kind.ANNOUNCEMENTS: Held(Announcement, Announcement.changed_at),
    Kind.REPLIES: Held(
        Attendance,
        _end_of_event,
        (Attendance.event_id.in_(_asked_something), cast(Attendance.replies, Text) != "{}"),
        emptied={"replies": {}},
    ),
    Kind.SURVEYS: Held(Survey, Survey.closed_at, (Survey.closed_at.is_not(None),)),
    Kind.SURVEY_DRAFTS: Held(Questionnaire, Questionnaire.changed_at, (Questionnaire.survey_id.is_(None),)),
    Kind.WORDS: Held(Relayed, Relayed.at),
    Kind.CONTACTS: Held(
        ContactRequest, ContactRequest.answered_at, (ContactRequest.state.in_(("declined", "lapsed")),)
    ),
    Kind.QUESTIONS: Held(Thread, Thread.closed_at, (Thread.state == "closed",)),
    Kind.SEARCHES: Held(MentorSearch, MentorSearch.looked_at, (MentorSearch.state.in_(("matched", "closed")),)),
    Kind.MENTORSHIPS: Held(
        Mentorship, Mentorship.ended_at, (Mentorship.state != "active", Mentorship.goal != ""), emptied={"goal": ""}
    ),
    Kind.LOOKS: Held(Look, Look.day, by_day=True),
    Kind.EXPORTS: Held(Export, Export.at),
    Kind.AUDIT: Held(Audit, Audit.at),
    Kind.CHAT: Held(Entry, Entry.at, (_followed(),)),
    Kind.DRAFTS: Held(Draft, Draft.expires_at, ahead=timedelta(days=30)),
    Kind.ATTACHMENTS: Held(Attachment, Attachment.given_at, (~_goes_with_something(),)),
    # Written out, not bound: SQLite uses a partial index only where the query says the same words.
    Kind.NOTICES: Held(Outbox, Outbox.done_at, (text("outbox.done_at IS NOT NULL AND outbox.kind <> 'announced'"),)),  # type: ignore[arg-type]
    Kind.INBOX: Held(Inbox, Inbox.received_at, (Inbox.state.in_((SHOWN, ASIDE)),)),
    Kind.GUESTS: Held(
        Member, Member.seen_at, (Member.status == Status.GUEST, ~exists().where(Role.member_id == Member.id))
    ),
    Kind.SESSIONS: Held(WebSession, func.coalesce(WebSession.revoked_at, WebSession.expires_at)),
    Kind.CODES: Held(
        Code,
        func.coalesce(Code.used_at, Code.expires_at),
        (or_(Code.used_at.is_not(None), Code.expires_at.is_not(None)),),
    ),
    Kind.ATTEMPTS: Held(Attempt, Attempt.since),
    Kind.LOOKUPS: Held(LookedUp, LookedUp.day, by_day=True),
    Kind.JOBS: Held(Job, Job.done_at, (Job.done_at.is_not(None),)),
    Kind.FAULTS: Held(Fault, Fault.at),
}


def _due(held: Held, before: datetime) -> list[ColumnElement[bool]]:
    """The rows of a kind whose span was over before an instant."""
    since = before + held.ahead
    return [*held.which, held.since < (since.date() if held.by_day else since)]


# --- forgetting ----------------------------------------------------------------------------------------------


def tonight(session: Session, now: datetime, keep: Keep) -> tuple[list[Kind], list[Kind]]:
    """What is to be gone through: once since the last night began, or every hour; and what of it may have anything to
    forget."""
    ran = {row.kind: row.ran_at for row in session.scalars(select(Clearing))}
    night = last_night(now)
    nightly = [kind for kind in Kind if kind not in PROMPT and (kind not in ran or ran[kind] < night)]
    open_kinds = [*PROMPT, *nightly]
    return open_kinds, [kind for kind in open_kinds if kind in PROMPT or _any_due(session, kind, now, keep)]


def _any_due(session: Session, kind: Kind, now: datetime, keep: Keep) -> bool:
    held = HELD[kind]
    key = table_of(held.table).primary_key.columns[0]
    return session.scalar(select(key).where(*_due(held, now - span(kind, keep))).limit(1)) is not None


def forget_some(session: Session, kind: Kind, now: datetime, keep: Keep) -> int:
    """One piece of what has been kept long enough; how many rows went. 0: nothing is left to do."""
    before = now - span(kind, keep)
    return _SPECIAL[kind](session, now, before) if kind in _SPECIAL else _forget_rows(session, HELD[kind], before)


def _forget_rows(session: Session, held: Held, before: datetime) -> int:
    keys = list(table_of(held.table).primary_key.columns)
    found = session.execute(select(*keys).where(*_due(held, before)).limit(PIECE)).all()
    if not found:
        return 0
    if len(keys) == 1:
        these = keys[0].in_([row[0] for row in found])
    else:
        these = tuple_(*keys).in_([tuple(row) for row in found])
    act = delete(held.table) if held.emptied is None else update(held.table).values(**held.emptied)
    session.execute(act.where(these).execution_options(synchronize_session=False))
    return len(found)


def _forget_announcements(session: Session, _now: datetime, before: datetime) -> int:
    """The ledger first, a piece at a time, then the announcement itself."""
    oldest = session.scalar(select(Announcement.id).where(Announcement.changed_at < before).limit(1))
    if oldest is None:
        return 0
    ledger = select(Outbox.id).where(Outbox.kind == ANNOUNCED, Outbox.ref == str(oldest)).limit(PIECE)
    rows = session.scalars(ledger).all()
    if rows:
        session.execute(delete(Outbox).where(Outbox.id.in_(rows)))
    else:
        session.execute(delete(Announcement).where(Announcement.id == oldest))
    return len(rows) or 1


def _forget_guests(session: Session, now: datetime, _before: datetime) -> int:
    return erasure.forget_guests(session, now)


def _forget_registrations(session: Session, now: datetime, before: datetime) -> int:
    """Only who was told a month ago and has not come back since."""
    return erasure.forget_registrations(session, now, before, PEOPLE_AT_ONCE)


_SPECIAL: dict[Kind, Callable[[Session, datetime, datetime], int]] = {
    Kind.ANNOUNCEMENTS: _forget_announcements,
    Kind.GUESTS: _forget_guests,
    Kind.REGISTRATIONS: _forget_registrations,
}


def note(session: Session, gone: dict[Kind, int], now: datetime) -> None:
    """These kinds were gone through, and so many rows went."""
    for kind, rows in gone.items():
        session.merge(Clearing(kind=kind, ran_at=now, gone=rows))


# --- looking -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """How a kind stands: its rows, since when the oldest counts, how many should have gone by now, the last run."""

    kind: Kind
    rows: int
    oldest: datetime | None
    overdue: int
    ran_at: datetime | None
    gone: int


def standings(session: Session, now: datetime, keep: Keep) -> list[Standing]:
    """Every kind, in the order of `Kind`."""
    runs = {row.kind: row for row in session.scalars(select(Clearing))}
    return [_standing(session, kind, runs.get(kind), now, keep) for kind in Kind]


def _standing(session: Session, kind: Kind, run: Clearing | None, now: datetime, keep: Keep) -> Standing:
    held = HELD[kind]
    count = select(func.count(), func.min(held.since)).select_from(held.table)
    rows, oldest = session.execute(count.where(*held.which)).one()
    late = _due(held, now - span(kind, keep) - LATE)
    overdue = session.scalar(select(func.count()).select_from(held.table).where(*late)) or 0
    since = _instant(oldest) - held.ahead if oldest is not None else None
    return Standing(kind, rows, since, overdue, run.ran_at if run else None, run.gone if run else 0)


def _instant(value: date) -> datetime:
    """A day begins at midnight UTC."""
    return value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)
