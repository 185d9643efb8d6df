"""The letters of questions to the alumni office: all of one, the newest, those that wait, pictures and files."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models.announcements import Attachment
from db.models.contact import Letter, Thread
from db.models.members import Member
from db.places import LARGEST_ID


def of(session: Session, thread: int, *, with_notes: bool) -> list[Letter]:
    """In the order they were written; notes between colleagues only where they are asked for."""
    query = select(Letter).where(Letter.thread_id == thread).order_by(Letter.id)
    return list(session.scalars(query if with_notes else query.where(Letter.handed_to.is_(None))))


def first_unanswered(session: Session, thread: int) -> Letter | None:
    """The letter of the member that has waited longest for an answer."""
    answered = select(func.coalesce(func.max(Letter.id), 0)).where(
        Letter.thread_id == thread, Letter.by.is_not(None), Letter.handed_to.is_(None)
    )
    waits = select(Letter).where(
        Letter.thread_id == thread, Letter.by.is_(None), Letter.id > answered.scalar_subquery()
    )
    return session.scalar(waits.order_by(Letter.id).limit(1))


def newest(session: Session, thread: int) -> int:
    """The id of the newest letter to or of the member."""
    query = select(func.max(Letter.id)).where(Letter.thread_id == thread, Letter.handed_to.is_(None))
    return session.scalar(query) or 0


def answered_by_others(session: Session, thread: int, number: str, after: int) -> Sequence[str]:
    """The numbers of other coordinators who have answered since that letter."""
    query = select(Letter.by).where(
        Letter.thread_id == thread, Letter.id > after, Letter.by != number, Letter.handed_to.is_(None)
    )
    return [each for each in session.scalars(query.distinct()) if each is not None]


def writers_of(session: Session, thread: int) -> list[int]:
    """Member ids of the coordinators who have answered."""
    numbers = select(Letter.by).where(Letter.thread_id == thread, Letter.handed_to.is_(None))
    return list(session.scalars(select(Member.id).where(Member.number.in_(numbers)).order_by(Member.id)))


def count(session: Session, member: int, since: datetime) -> int:
    """How many letters a member has written since then."""
    query = select(func.count()).select_from(Letter).join(Thread, Thread.id == Letter.thread_id)
    return session.scalar(query.where(Thread.member_id == member, Letter.by.is_(None), Letter.at > since)) or 0


def file_of(session: Session, letter: int) -> tuple[Thread, Attachment] | None:
    """The picture or file of a letter, and the question it belongs to."""
    if not 0 < letter <= LARGEST_ID:
        return None
    query = select(Thread, Attachment).join(Letter, Letter.thread_id == Thread.id)
    found = session.execute(query.join(Attachment, Attachment.id == Letter.attachment_id).where(Letter.id == letter))
    row = found.one_or_none()
    return (row[0], row[1]) if row is not None else None


def files_of(session: Session, thread: int, limit: int) -> list[tuple[int, str]]:
    """The letters of a question that are pictures or files, with their names, the newest first."""
    query = select(Letter.id, Attachment.name).join(Attachment, Attachment.id == Letter.attachment_id)
    rows = session.execute(query.where(Letter.thread_id == thread).order_by(Letter.id.desc()).limit(limit))
    return [(row[0], row[1]) for row in rows]
