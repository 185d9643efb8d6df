"""What was kept long enough goes, what was not stays; and the database itself keeps the audit log."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.domain.retention import Keep, Kind, span
from db import retention
from db.doors import new_number
from db.engine import in_session, open_engine
from db.models.announcements import Announcement, AnnouncementState, Attachment
from db.models.base import Base
from db.models.breaches import BreachMessage
from db.models.clubs import Club, ClubMerge, Proposal
from db.models.contact import Thread
from db.models.conversation import SHOWN, Attempt, Draft, Inbox
from db.models.delivery import Job, Outbox
from db.models.events import Attendance, Event
from db.models.exports import Export
from db.models.lists import Institution
from db.models.members import Code, Member, Role, Status, Suspension, Verification
from db.models.mentoring import MentorSearch, Mentorship
from db.models.operations import Fault
from db.models.people import ContactRequest, Look, LookedUp, Relayed
from db.models.places import Place
from db.models.privacy import Audit
from db.models.records import Import, ImportRow, ImportState
from db.models.surveys import Ballot, NamedAnswer, Questionnaire, Survey
from db.models.web import Entry, WebSession
from tests.databases import Databases

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
KEEP = Keep()
A_DAY = timedelta(days=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Engine]:
    opened = open_engine(databases.fresh(request.param))
    yield opened
    opened.dispose()


def person(session: Session, status: Status = Status.VERIFIED, seen: datetime = NOW) -> int:
    row = Member(number=new_number(), status=status, full_name="Anna Weber", created_at=seen, seen_at=seen)
    session.add(row)
    session.flush()
    return row.id


def event(session: Session, ended: datetime) -> int:
    row = Event(
        slug=new_number()[:12],
        kind="meetup",
        titles={"en": "Tea"},
        questions=[{"en": "Allergies?"}],
        starts_at=ended - timedelta(hours=2),
        ends_at=ended,
        zone="Europe/Berlin",
        created_at=ended,
        changed_at=ended,
    )
    session.add(row)
    session.flush()
    return row.id


def merged(session: Session, at: datetime) -> list[ClubMerge]:
    place = session.scalars(select(Place.id).limit(1)).one()
    clubs = [Club(slug=new_number(), names={}, place_id=place, founded_at=at) for _each in range(2)]
    session.add_all(clubs)
    session.flush()
    old, new = (each.id for each in clubs)
    return [ClubMerge(club_id=old, into_id=new, at=at, people={}, known={}, leaders=[], events=[], parts=[])]


def imported(session: Session, state: ImportState, at: datetime) -> int:
    institution = session.scalars(select(Institution.id).limit(1)).one()
    row = Import(institution_id=institution, state=state, created_at=at, changed_at=at, taken_at=at)
    session.add(row)
    session.flush()
    return row.id


def rows_of(session: Session, kind: Kind, at: datetime, tag: str) -> list[Any]:
    """One row of the kind whose time counts from `at`, and what it needs."""
    a, b = person(session), person(session)
    mentee = {"mentee_id": b, "format": "call", "began_at": at}
    search = {"topics": [], "languages": ["en"], "format": "call", "created_at": at}
    known: dict[Kind, Any] = {
        Kind.DECISIONS: lambda: [Verification(member_id=a, state="declined", asked_at=at, note="No", decided_at=at)],
        Kind.SUSPENSIONS: lambda: [Suspension(member_id=a, at=at, reason="…", before="verified", lifted_at=at)],
        Kind.PROPOSALS: lambda: [
            Proposal(
                kind="club",
                member_id=a,
                place_id=session.scalars(select(Place.id).limit(1)).one(),
                words="…",
                would_lead=False,
                state="declined",
                made_at=at,
                decided_at=at,
            )
        ],
        Kind.MERGES: lambda: merged(session, at),
        Kind.ANNOUNCEMENTS: lambda: [
            Announcement(state=AnnouncementState.DONE, texts={}, audience={}, created_at=at, changed_at=at)
        ],
        Kind.REPLIES: lambda: [
            Attendance(event_id=event(session, at), member_id=a, state="yes", answered_at=at, replies={"0": "nuts"})
        ],
        Kind.SURVEYS: lambda: [Survey(occasion=tag, opened_at=at, closes_at=at, closed_at=at)],
        Kind.SURVEY_DRAFTS: lambda: [
            Questionnaire(
                author_id=a,
                titles={"en": tag},
                languages=["en"],
                audience={},
                last_day=at.date(),
                remind_after=7,
                created_at=at,
                changed_at=at,
            )
        ],
        Kind.WORDS: lambda: [Relayed(about="contact", ref=1, sender_id=a, receiver_id=b, words="Hello", at=at)],
        Kind.CONTACTS: lambda: [
            ContactRequest(asker_id=a, asked_id=b, message="…", state="lapsed", asked_at=at, answered_at=at)
        ],
        Kind.QUESTIONS: lambda: [
            Thread(member_id=a, about="other", state="closed", opened_at=at, changed_at=at, closed_at=at)
        ],
        Kind.IMPORT_LINES: lambda: [
            ImportRow(import_id=imported(session, ImportState.TAKEN, at), line=2, verdict="doubtful", decision="same")
        ],
        Kind.SEARCHES: lambda: [MentorSearch(member_id=a, goal="…", state="closed", looked_at=at, **search)],
        Kind.MENTORSHIPS: lambda: [Mentorship(mentor_id=a, goal="…", state="ended", ended_at=at, **mentee)],
        Kind.LOOKS: lambda: [Look(member_id=a, viewer_id=b, day=at.date())],
        Kind.EXPORTS: lambda: [
            Export(at=at, actor_id=a, purpose="letters", reason="Letters", parts=["name"], format="csv")
        ],
        Kind.BREACHES: lambda: [
            BreachMessage(kind="b", ref=0, texts={}, state="done", created_at=at, changed_at=at, done_at=at)
        ],
        Kind.AUDIT: lambda: [Audit(at=at, actor=None, action="erased", subject=tag, details={})],
        Kind.CHAT: lambda: [
            Entry(member_id=a, seq=1, mine=False, at=at, body={}),
            Entry(member_id=a, seq=2, mine=False, at=NOW, body={}),
        ],
        Kind.DRAFTS: lambda: [
            Draft(member_id=a, form="f", question="q", answers={}, expires_at=at + timedelta(days=30))
        ],
        Kind.ATTACHMENTS: lambda: [Attachment(name="a", media_type="b", size=1, content=b"c", given_by=a, given_at=at)],
        Kind.NOTICES: lambda: [Outbox(member_id=a, kind="erased", ref=tag, params={}, due_at=at, done_at=at)],
        Kind.INBOX: lambda: [
            Inbox(channel="web", box="b", key=tag, sender="s", payload="", received_at=at, state=SHOWN)
        ],
        Kind.SESSIONS: lambda: [WebSession(id=tag, token_hash=tag, created_at=at, expires_at=NOW, revoked_at=at)],
        Kind.CODES: lambda: [Code(kind="link", digest=tag, issued_at=at, expires_at=at)],
        Kind.ATTEMPTS: lambda: [Attempt(member_id=a, wrong=1, since=at)],
        Kind.LOOKUPS: lambda: [LookedUp(member_id=a, day=at.date(), names=3)],
        Kind.JOBS: lambda: [Job(kind="gazetteer", params={}, queued_at=at, done_at=at)],
        Kind.FAULTS: lambda: [Fault(at=at, code="ABCD2345", error="ValueError", place=tag)],
    }
    if kind is Kind.GUESTS:
        person(session, Status.GUEST, at)
        return []
    if kind is Kind.IMPORTS:
        imported(session, ImportState.FAILED, at)
        return []
    if kind is Kind.REGISTRATIONS:
        pending = person(session, Status.PENDING, at)
        return [Verification(member_id=pending, asked_at=at, warned_at=at + A_DAY)]
    found: list[Any] = known[kind]()
    return found


def fill(session: Session) -> None:
    """Of each kind one row that should have gone three days ago, and one that stays a day longer."""
    # Everything at once would need each other's people: so members first, all rows of the log in their order.
    for kind in Kind:
        for tag, age in (("old", span(kind, KEEP) + 3 * A_DAY), ("new", span(kind, KEEP) - A_DAY)):
            session.add_all(rows_of(session, kind, NOW - age, f"{tag} {kind}"))
    session.add(Audit(at=NOW, actor=None, action="erased", subject="today", details={}))


def test_of_every_kind_the_old_goes_and_the_rest_stays(engine: Engine) -> None:
    in_session(engine, fill)
    before = in_session(engine, lambda session: retention.standings(session, NOW, KEEP))
    assert {one.kind: one.overdue for one in before} == dict.fromkeys(Kind, 1)
    for kind in Kind:
        while in_session(engine, lambda session, kind=kind: retention.forget_some(session, kind, NOW, KEEP)):
            pass
    after = in_session(engine, lambda session: retention.standings(session, NOW, KEEP))
    assert {one.kind: one.overdue for one in after} == dict.fromkeys(Kind, 0)
    gone = {one.kind: old.rows - one.rows for old, one in zip(before, after, strict=True)}
    # The registration that went left a line in the log.
    assert gone == dict.fromkeys(Kind, 1) | {Kind.AUDIT: 0}
    assert all(one.oldest is not None and one.oldest > NOW - span(one.kind, KEEP) - A_DAY for one in after)


def test_what_is_emptied_stays_as_a_row(engine: Engine) -> None:
    in_session(engine, fill)
    for kind in (Kind.DECISIONS, Kind.REPLIES, Kind.MENTORSHIPS):
        in_session(engine, lambda session, kind=kind: retention.forget_some(session, kind, NOW, KEEP))
    with Session(engine) as session:
        assert sorted(session.scalars(select(Verification.note).where(Verification.state == "declined")), key=str) == [
            "No",
            None,
        ]
        assert sorted(map(str, session.scalars(select(Attendance.replies)))) == ["{'0': 'nuts'}", "{}"]
        assert sorted(session.scalars(select(Mentorship.goal))) == ["", "…"]


def test_pieces_are_small_and_a_ledger_goes_before_its_announcement(engine: Engine) -> None:
    def announced(session: Session) -> None:
        session.add_all(rows_of(session, Kind.ANNOUNCEMENTS, NOW - timedelta(days=500), "a"))
        session.flush()
        ref = str(session.scalars(select(Announcement.id)).one())
        given = {"full_name": "Anna Weber", "created_at": NOW, "seen_at": NOW, "status": Status.VERIFIED}
        session.add_all(Member(number=new_number(), **given) for _n in range(retention.PIECE + 1))
        session.flush()
        for reader in session.scalars(select(Member.id).order_by(Member.id.desc()).limit(retention.PIECE + 1)):
            session.add(Outbox(member_id=reader, kind="announced", ref=ref, params={}, due_at=NOW, done_at=NOW))

    in_session(engine, announced)
    went = [
        in_session(engine, lambda session: retention.forget_some(session, Kind.ANNOUNCEMENTS, NOW, KEEP))
        for _n in range(4)
    ]
    assert went == [retention.PIECE, 1, 1, 0]
    assert count(engine, Outbox) == count(engine, Announcement) == 0


def count(engine: Engine, table: type[Base]) -> int:
    return in_session(engine, lambda session: session.scalar(select(func.count()).select_from(table)) or 0)


def test_a_survey_goes_with_its_answers(engine: Engine) -> None:
    def closed(session: Session) -> None:
        session.add_all(rows_of(session, Kind.SURVEYS, NOW - timedelta(days=2000), "s"))
        session.flush()
        survey = session.scalars(select(Survey.id)).one()
        session.add(Ballot(key="k", survey_id=survey, content={}))
        named = Survey(occasion="n", anonymous=False, opened_at=NOW, closes_at=NOW)
        session.add(named)
        session.flush()
        session.add(NamedAnswer(survey_id=named.id, member_id=person(session), content={}, answered_at=NOW))
        session.flush()
        named.closed_at = NOW - timedelta(days=2000)

    in_session(engine, closed)
    assert count(engine, NamedAnswer) == 1
    in_session(engine, lambda session: retention.forget_some(session, Kind.SURVEYS, NOW, KEEP))
    assert count(engine, Ballot) == count(engine, NamedAnswer) == count(engine, Survey) == 0


def test_a_registration_goes_only_after_its_person_was_told_and_stayed_away(engine: Engine) -> None:
    long_ago = NOW - timedelta(days=800)
    told = {
        "not told": None,
        "told before the last visit": long_ago - A_DAY,
        "told last week": NOW - timedelta(days=7),
        "told a month ago": NOW - timedelta(days=31),
    }

    def register(session: Session) -> None:
        for words, warned in told.items():
            row = person(session, Status.DECLINED, long_ago)
            session.add(Verification(member_id=row, asked_at=long_ago, warned_at=warned, note=words))

    in_session(engine, register)
    in_session(engine, lambda session: retention.forget_some(session, Kind.REGISTRATIONS, NOW, KEEP))
    left = in_session(engine, lambda session: set(session.scalars(select(Verification.note))))
    assert left == set(told) - {"told a month ago"}
    assert in_session(engine, lambda session: list(session.scalars(select(Audit.action)))) == ["registration_lapsed"]


# -- the audit log


def log(session: Session) -> None:
    for days in (800, 364, 0):
        session.add(Audit(at=NOW - timedelta(days=days), actor=None, action="erased", subject=str(days), details={}))
        session.flush()


CHANGES = [
    update(Audit).values(actor="nobody"),
    update(Audit).where(Audit.subject == "800").values(at=NOW),
    delete(Audit),
    delete(Audit).where(Audit.subject == "364"),
]


@pytest.mark.parametrize("change", CHANGES, ids=["all", "an old row", "delete all", "delete a young row"])
def test_the_database_refuses_to_change_the_log(engine: Engine, change: Any) -> None:
    in_session(engine, log)
    with pytest.raises(DBAPIError, match="the audit log is only ever added to"):
        in_session(engine, lambda session: session.execute(change))
    assert count(engine, Audit) == 3


def test_not_even_by_the_back_door(engine: Engine) -> None:
    in_session(engine, log)
    first = in_session(engine, lambda session: session.scalars(select(Audit.id).order_by(Audit.id)).first())
    trick = {
        "sqlite": f"REPLACE INTO audit (id, at, action, details) VALUES ({first}, '2026-01-01', 'x', '{{}}')",
        "postgresql": "TRUNCATE audit",
    }[engine.dialect.name]
    with pytest.raises(DBAPIError, match="the audit log is only ever added to"):
        in_session(engine, lambda session: session.execute(text(trick)))
    assert count(engine, Audit) == 3


def test_what_is_older_than_a_year_may_go(engine: Engine) -> None:
    in_session(engine, log)
    in_session(engine, lambda session: session.execute(delete(Audit).where(Audit.subject == "800")))
    assert count(engine, Audit) == 2


def test_offices_are_no_guests_to_be_forgotten(engine: Engine) -> None:
    """A coordinator need not be a member."""

    def office(session: Session) -> None:
        row = person(session, Status.GUEST, NOW - timedelta(days=100))
        session.add(Role(member_id=row, kind="coordinator", granted_at=NOW))

    in_session(engine, office)
    assert in_session(engine, lambda session: retention.forget_some(session, Kind.GUESTS, NOW, KEEP)) == 0
    standing = in_session(engine, lambda session: retention.standings(session, NOW, KEEP))
    assert next(one.rows for one in standing if one.kind is Kind.GUESTS) == 0


def test_who_waits_for_an_answer_of_the_alumni_office_is_no_guest_to_be_forgotten(engine: Engine) -> None:
    asked = NOW - timedelta(days=100)

    def question(session: Session) -> None:
        row = person(session, Status.GUEST, asked)
        times = {"opened_at": asked, "changed_at": asked, "waiting_since": asked}
        session.add(Thread(member_id=row, about="other", state="open", **times))

    in_session(engine, question)
    assert in_session(engine, lambda session: retention.forget_some(session, Kind.GUESTS, NOW, KEEP)) == 0
    standing = in_session(engine, lambda session: retention.standings(session, NOW, KEEP))
    assert next((one.rows, one.overdue) for one in standing if one.kind is Kind.GUESTS) == (0, 0)


def test_a_list_that_was_taken_over_stays_with_its_records_when_its_lines_go(engine: Engine) -> None:
    def taken(session: Session) -> None:
        number = imported(session, ImportState.TAKEN, NOW - timedelta(days=400))
        session.add(ImportRow(import_id=number, line=2, verdict="new"))

    in_session(engine, taken)
    for kind in (Kind.IMPORT_LINES, Kind.IMPORTS):
        in_session(engine, lambda session, kind=kind: retention.forget_some(session, kind, NOW, KEEP))
    assert (count(engine, ImportRow), count(engine, Import)) == (0, 1)
