"""Questions to the alumni office: asking, answering, handing over, waiting, and how long they are kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.questions_to_office import Subject
from bot.domain.scope import Scope
from db import desks, scopes
from db.models.contact import Letter, Thread
from db.models.members import Member
from db.places import LARGEST_ID

# After an answer nobody reacts to, a question is taken to be settled; settled ones are kept for a year.
SETTLES_AFTER = timedelta(days=30)
MEASURED = 20
AT_ONCE = 50


def load(session: Session, thread: int) -> Thread | None:
    return session.get(Thread, thread) if 0 < thread <= LARGEST_ID else None


def lock(session: Session, thread: int) -> Thread | None:
    """Read anew and locked: two who answer at once come one after the other."""
    if not 0 < thread <= LARGEST_ID:
        return None
    return session.get(Thread, thread, with_for_update=True, populate_existing=True)


def visible_to(session: Session, member: int, scope: Scope) -> ColumnElement[bool]:
    """True for what a coordinator may read: questions of those in their scope or to an institution in it, and those
    that are with them or with whom they stand in for. Never their own."""
    if scope.central:
        return Thread.member_id != member
    covered = select(Member.id).where(scopes.within(scope)).correlate(None)
    seen = or_(
        Thread.assigned_to.in_(scopes.stands_in(session, member)),
        Thread.institution_id.in_(scope.institutions),
        Thread.member_id.in_(covered),
    )
    return and_(Thread.member_id != member, seen)


def may_read(session: Session, thread: int, member: int, scope: Scope) -> bool:
    """Whether a coordinator may read a question."""
    if not 0 < thread <= LARGEST_ID:
        return False
    query = select(Thread.id).where(Thread.id == thread, visible_to(session, member, scope))
    return session.scalar(query) is not None


# --- asking and answering ------------------------------------------------------------------------------------


def unsettled(session: Session, member: int, subject: Subject) -> Thread | None:
    """The question of a member about this that is not closed; there is one at most. The caller holds the member."""
    query = select(Thread).where(
        Thread.member_id == member,
        Thread.about == subject.about,
        Thread.institution_id.is_not_distinct_from(subject.institution),
        Thread.state != "closed",
    )
    return session.scalar(query.with_for_update())


@dataclass(frozen=True, slots=True)
class Content:
    """What a letter says: words, or a picture or file."""

    words: str = ""
    attachment: int | None = None


def ask(session: Session, member: int, subject: Subject, says: Content, now: datetime, remind_at: datetime) -> Letter:
    """A letter of a member: it goes into the question they have about this, or begins a new one."""
    thread = unsettled(session, member, subject) or _begun(session, member, subject, now)
    if thread.state != "open":
        thread.state, thread.waiting_since, thread.remind_at, thread.reminded = "open", now, remind_at, 0
    elif thread.remind_at is None:
        thread.remind_at = remind_at
    assign_anew(session, thread)
    return _write(session, thread, Letter(text=says.words, attachment_id=says.attachment, at=now))


def _begun(session: Session, member: int, subject: Subject, now: datetime) -> Thread:
    thread = Thread(
        member_id=member,
        about=subject.about,
        institution_id=subject.institution,
        state="open",
        opened_at=now,
        changed_at=now,
        waiting_since=now,
    )
    session.add(thread)
    session.flush()
    return thread


def _write(session: Session, thread: Thread, letter: Letter) -> Letter:
    letter.thread_id, thread.changed_at = thread.id, letter.at
    session.add(letter)
    session.flush()
    return letter


def assign_anew(session: Session, thread: Thread) -> bool:
    """Take a question from whoever may not answer any more, and give it to the one who is fixed for it, if there is
    one. Whether it changed hands."""
    before = thread.assigned_to
    if before is None or not desks.those_who_may(session, [before]):
        fixed = desks.fixed_for(session, desks.subject_of(thread))
        thread.assigned_to = fixed if fixed != thread.member_id else None
    return thread.assigned_to != before


def answer(session: Session, thread: Thread, coordinator: Member, says: Content, now: datetime) -> Letter:
    """A letter of a coordinator. Who answers first has the question from then on. The caller holds `thread`."""
    is_first = thread.answered_at is None
    if is_first or not desks.those_who_may(session, [thread.assigned_to]):
        thread.assigned_to = coordinator.id
    thread.state, thread.answered_at = "answered", thread.answered_at or now
    _stop_waiting(thread)
    letter = Letter(by=coordinator.number, text=says.words, attachment_id=says.attachment, at=now)
    return _write(session, thread, letter)


def hand_over(session: Session, thread: Thread, by: Member, to: Member, note: str, now: datetime) -> Letter:
    """Give a question to a colleague, with a note. The caller holds `thread`."""
    thread.assigned_to = to.id
    return _write(session, thread, Letter(by=by.number, handed_to=to.number, text=note, at=now))


def close(thread: Thread, now: datetime) -> None:
    """Settled. The caller holds `thread`."""
    thread.state, thread.closed_at = "closed", now
    _stop_waiting(thread)


def _stop_waiting(thread: Thread) -> None:
    thread.waiting_since, thread.remind_at, thread.reminded = None, None, 0


# --- reading -------------------------------------------------------------------------------------------------


def of_member(session: Session, member: int, limit: int) -> list[Thread]:
    """A member's questions that are not closed, the newest first."""
    query = select(Thread).where(Thread.member_id == member, Thread.state != "closed")
    return list(session.scalars(query.order_by(Thread.changed_at.desc(), Thread.id.desc()).limit(limit)))


def listed(
    session: Session, visible: ColumnElement[bool], state: str, limit: int, offset: int
) -> list[tuple[Thread, Member]]:
    """Questions with who asked them: the longest waiting first, or those answered, the newest first."""
    order = (Thread.waiting_since, Thread.id) if state == "open" else (Thread.changed_at.desc(), Thread.id.desc())
    query = select(Thread, Member).join(Member, Member.id == Thread.member_id).where(visible, Thread.state == state)
    return [(row[0], row[1]) for row in session.execute(query.order_by(*order).limit(limit).offset(offset))]


def count(session: Session, visible: ColumnElement[bool], state: str = "open") -> int:
    return session.scalar(select(func.count()).select_from(Thread).where(visible, Thread.state == state)) or 0


def last_waits(session: Session) -> list[timedelta]:
    """How long the last questions that were answered had waited for the first answer."""
    query = select(Thread.opened_at, Thread.answered_at).where(Thread.answered_at.is_not(None))
    rows = session.execute(query.order_by(Thread.answered_at.desc()).limit(MEASURED))
    return [answered - opened for opened, answered in rows if answered is not None]


# --- waiting, and being kept ---------------------------------------------------------------------------------


def to_remind(session: Session, now: datetime) -> list[Thread]:
    """Some of those that have waited too long, locked."""
    query = select(Thread).where(Thread.state == "open", Thread.remind_at <= now)
    return list(session.scalars(query.order_by(Thread.remind_at, Thread.id).limit(AT_ONCE).with_for_update()))


def next_reminder(session: Session, now: datetime) -> datetime | None:
    """When, after now, the next question has waited too long."""
    return session.scalar(select(func.min(Thread.remind_at)).where(Thread.state == "open", Thread.remind_at > now))


def left_behind(session: Session) -> list[Thread]:
    """Some of the open questions that are with somebody who may not answer any more, locked."""
    able = exists().where(Member.id == Thread.assigned_to, desks.may_answer())
    query = select(Thread).where(Thread.state == "open", Thread.assigned_to.is_not(None), ~able)
    return list(session.scalars(query.order_by(Thread.id).limit(AT_ONCE).with_for_update()))


def settle(session: Session, now: datetime) -> None:
    """Close what was answered a month ago without an echo."""
    silent = update(Thread).where(Thread.state == "answered", Thread.changed_at < now - SETTLES_AFTER)
    session.execute(silent.values(state="closed", closed_at=now).execution_options(synchronize_session=False))


def join(session: Session, keep: Member, drop: Member) -> None:
    """The questions of `drop` are `keep`'s from now on. Of two about the same that are not closed one remains, with the
    letters of both."""
    mine = session.scalars(select(Thread).where(Thread.member_id == drop.id)).all()
    for thread in mine:
        same = unsettled(session, keep.id, desks.subject_of(thread)) if thread.state != "closed" else None
        if same is None:
            thread.member_id = keep.id
        else:
            _pour(session, thread, same)
        session.flush()
    session.execute(update(Thread).where(Thread.assigned_to == drop.id).values(assigned_to=keep.id))
    for column in (Letter.by, Letter.handed_to):
        session.execute(update(Letter).where(column == drop.number).values({column: keep.number}))


def _pour(session: Session, out_of: Thread, into: Thread) -> None:
    """All letters of one thread into another, which waits if either does."""
    session.execute(update(Letter).where(Letter.thread_id == out_of.id).values(thread_id=into.id))
    if out_of.state == "open" and into.state != "open":
        into.state, into.waiting_since, into.remind_at = "open", out_of.waiting_since, out_of.remind_at
    session.delete(out_of)
