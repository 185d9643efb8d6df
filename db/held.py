"""Which rows each kind of `bot.domain.retention` is about, and from when their time counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, cast, exists, func, or_, select, text
from sqlalchemy.orm import aliased

from bot.domain.retention import Kind
from db.models.announcements import Announcement, Attachment
from db.models.base import Base
from db.models.breaches import BreachMessage
from db.models.clubs import ClubMerge, Proposal
from db.models.contact import Letter, Thread
from db.models.conversation import ASIDE, SHOWN, Attempt, Draft, Inbox
from db.models.delivery import Job, Outbox
from db.models.events import Attendance, Event
from db.models.exports import Export
from db.models.members import Code, Member, Role, Status, Suspension, Verification
from db.models.mentoring import MentorSearch, Mentorship
from db.models.operations import Fault
from db.models.people import ContactRequest, Look, LookedUp, Relayed
from db.models.privacy import Audit
from db.models.records import Import, ImportRow, ImportState, Record
from db.models.surveys import Questionnaire, Survey
from db.models.web import Entry, WebSession


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
# What is left of the lines of any other list goes at once (`db.imports.empty_some`).
_taken_over = select(Import.id).where(Import.state == ImportState.TAKEN)
_taken_at = select(Import.taken_at).where(Import.id == ImportRow.import_id).scalar_subquery()
_waits = exists().where(Thread.member_id == Member.id, Thread.state == "open")

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
    Kind.PROPOSALS: Held(Proposal, Proposal.decided_at, (Proposal.state != "open",)),
    Kind.MERGES: Held(ClubMerge, ClubMerge.at),
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
    Kind.IMPORT_LINES: Held(ImportRow, _taken_at, (ImportRow.import_id.in_(_taken_over),)),
    Kind.IMPORTS: Held(
        Import,
        Import.changed_at,
        (
            Import.state.in_((ImportState.GIVEN_UP, ImportState.FAILED)),
            ~exists().where(Record.import_id == Import.id),
        ),
    ),
    Kind.SEARCHES: Held(MentorSearch, MentorSearch.looked_at, (MentorSearch.state.in_(("matched", "closed")),)),
    Kind.MENTORSHIPS: Held(
        Mentorship, Mentorship.ended_at, (Mentorship.state != "active", Mentorship.goal != ""), emptied={"goal": ""}
    ),
    Kind.LOOKS: Held(Look, Look.day, by_day=True),
    Kind.EXPORTS: Held(Export, Export.at),
    Kind.BREACHES: Held(BreachMessage, BreachMessage.changed_at),
    Kind.AUDIT: Held(Audit, Audit.at),
    Kind.CHAT: Held(Entry, Entry.at, (_followed(),)),
    Kind.DRAFTS: Held(Draft, Draft.expires_at, ahead=timedelta(days=30)),
    Kind.ATTACHMENTS: Held(Attachment, Attachment.given_at, (~_goes_with_something(),)),
    # Written out, not bound: SQLite uses a partial index only where the query says the same words.
    Kind.NOTICES: Held(Outbox, Outbox.done_at, (text("outbox.done_at IS NOT NULL AND outbox.kind <> 'announced'"),)),  # type: ignore[arg-type]
    Kind.INBOX: Held(Inbox, Inbox.received_at, (Inbox.state.in_((SHOWN, ASIDE)),)),
    Kind.GUESTS: Held(
        Member, Member.seen_at, (Member.status == Status.GUEST, ~exists().where(Role.member_id == Member.id), ~_waits)
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
