"""How long we keep what: every kind of row that goes by itself, and after how many days.

What an alumni office may want otherwise is a setting (`Keep`); the rest is as long as the machine needs it. What is
not named here stays as long as the member it belongs to. What a university has on record about people who have not
come yet does not go by itself either: without it they could not be recognised when they come.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.local_time import at_or_after

# Once a night by the university's clock; whoever was switched off at that hour catches up when switched on.
NIGHT_ZONE, NIGHT_HOUR = "Europe/Berlin", 2
# What falls due during a day goes in the following night: only what is still there after that is overdue.
LATE = timedelta(hours=36)
# Who registered and was never confirmed is told so long before the registration goes.
WARNED_BEFORE = timedelta(days=30)


class Kind(StrEnum):
    """What is forgotten after a time, in the order in which it is shown."""

    REGISTRATIONS = "registrations"
    DECISIONS = "decisions"
    SUSPENSIONS = "suspensions"
    PROPOSALS = "proposals"
    MERGES = "merges"
    ANNOUNCEMENTS = "announcements"
    REPLIES = "replies"
    SURVEYS = "surveys"
    SURVEY_DRAFTS = "survey_drafts"
    WORDS = "words"
    CONTACTS = "contacts"
    QUESTIONS = "questions"
    IMPORT_LINES = "import_lines"
    IMPORTS = "imports"
    SEARCHES = "searches"
    MENTORSHIPS = "mentorships"
    LOOKS = "looks"
    EXPORTS = "exports"
    BREACHES = "breaches"
    AUDIT = "audit"
    CHAT = "chat"
    DRAFTS = "drafts"
    ATTACHMENTS = "attachments"
    NOTICES = "notices"
    INBOX = "inbox"
    GUESTS = "guests"
    SESSIONS = "sessions"
    CODES = "codes"
    ATTEMPTS = "attempts"
    LOOKUPS = "lookups"
    JOBS = "jobs"
    FAULTS = "faults"


@dataclass(frozen=True, slots=True)
class Keep:
    """Days, as the settings have them."""

    registrations: int = 730
    decisions: int = 365
    announcements: int = 400
    replies: int = 90
    surveys: int = 1095
    words: int = 90
    mentoring: int = 730
    looks: int = 365
    audit: int = 1095
    chat: int = 90


# Days no setting changes. Notices: the weekly budget of a person looks back over them. Requests for contact that came
# to nothing: so long nobody is asked again by the same person.
FIXED = {
    Kind.CONTACTS: 180,
    Kind.QUESTIONS: 365,
    Kind.PROPOSALS: 730,
    Kind.MERGES: 1,
    Kind.IMPORT_LINES: 365,
    Kind.IMPORTS: 30,
    Kind.DRAFTS: 30,
    Kind.ATTACHMENTS: 30,
    Kind.NOTICES: 8,
    Kind.INBOX: 3,
    Kind.GUESTS: 30,
    Kind.SESSIONS: 30,
    Kind.CODES: 90,
    Kind.ATTEMPTS: 1,
    Kind.LOOKUPS: 7,
    Kind.JOBS: 30,
    Kind.FAULTS: 90,
}


def span(kind: Kind, keep: Keep) -> timedelta:
    """How long rows of this kind are kept."""
    chosen = {
        Kind.REGISTRATIONS: keep.registrations,
        Kind.DECISIONS: keep.decisions,
        Kind.SUSPENSIONS: keep.decisions,
        Kind.ANNOUNCEMENTS: keep.announcements,
        Kind.REPLIES: keep.replies,
        Kind.SURVEYS: keep.surveys,
        Kind.SURVEY_DRAFTS: keep.surveys,
        Kind.WORDS: keep.words,
        Kind.SEARCHES: keep.mentoring,
        Kind.MENTORSHIPS: keep.mentoring,
        Kind.LOOKS: keep.looks,
        Kind.AUDIT: keep.audit,
        Kind.EXPORTS: keep.audit,
        Kind.BREACHES: keep.audit,
        Kind.CHAT: keep.chat,
    }
    return timedelta(days=chosen.get(kind) or FIXED[kind])


def last_night(now: datetime) -> datetime:
    """When the last run was due: 02:00 of today, or of yesterday in the small hours."""
    local = now.astimezone(ZoneInfo(NIGHT_ZONE))
    day = local.date() if local.hour >= NIGHT_HOUR else local.date() - timedelta(days=1)
    return at_or_after(day, time(NIGHT_HOUR), NIGHT_ZONE)
