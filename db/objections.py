"""Objections to messages (Art. 21 GDPR): said in the chat, or elsewhere and noted by a coordinator.

What holds for a member is `Member.objected_at` alone, whoever wrote it down. Somebody who is only on a list is kept out
of invitations by the note about their record, and so is everybody of the same name at the same institution
(`namesakes`): a later list may bring the same person as a new record.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, exists, select
from sqlalchemy.orm import Session

from db.models.members import Affiliation, Member
from db.models.people import MemberName
from db.models.privacy import Came, NotedObjection
from db.models.records import Record, RecordName
from db.names import wholes_of
from db.records import Called

# Whoever noted an objection by mistake takes it back so long.
UNDONE_WITHIN = timedelta(days=1)
KEYS_AT_ONCE = 900


def stop(session: Session, member: Member, now: datetime) -> None:
    """A member objects, and it is theirs from now on. The first day counts."""
    member.objected_at = member.objected_at or now
    _forget_notes(session, member)


def resume(session: Session, member: Member) -> None:
    """A member ends it, whoever had noted it."""
    member.objected_at = None
    _forget_notes(session, member)


def _forget_notes(session: Session, member: Member) -> None:
    session.execute(delete(NotedObjection).where(NotedObjection.member_id == member.id))


def note(session: Session, member: Member, came: Came, by: str, now: datetime) -> bool:
    """The same as `stop`, noted by a coordinator (a member's number); False where the member has objected already."""
    if member.objected_at is not None:
        return False
    stop(session, member, now)
    session.add(NotedObjection(member_id=member.id, came=came, noted_at=now, noted_by=by))
    session.flush()
    return True


def noted(session: Session, member: Member) -> NotedObjection | None:
    """The note about the objection that holds; None where there is no objection, or they said it themselves."""
    query = select(NotedObjection).where(
        NotedObjection.member_id == member.id, NotedObjection.noted_at == member.objected_at
    )
    return session.scalar(query.order_by(NotedObjection.id).limit(1))


def may_be_undone(row: NotedObjection | None, by: str, now: datetime) -> bool:
    """By whoever noted it, for a day."""
    return row is not None and row.noted_by == by and now < row.noted_at + UNDONE_WITHIN


# --- people who are only on a list -----------------------------------------------------------------------------------


def note_listed(session: Session, record: int, came: Came, by: str, now: datetime) -> None:
    """Somebody on record objected."""
    session.add(NotedObjection(record_id=record, came=came, noted_at=now, noted_by=by))
    session.flush()


def noted_of_listed(session: Session, record: int) -> NotedObjection | None:
    return session.scalar(select(NotedObjection).where(NotedObjection.record_id == record))


def undo_listed(session: Session, record: int) -> None:
    session.execute(delete(NotedObjection).where(NotedObjection.record_id == record))


def has_not_objected() -> ColumnElement[bool]:
    """True for people on record about whom no objection is noted."""
    return ~exists().where(NotedObjection.record_id == Record.id)


def come_along(session: Session, record: int, member: int) -> None:
    """Somebody on record turned out to be a member: what was noted about them holds for the member, until they end it.
    Nothing where the record is another's."""
    query = select(NotedObjection).join(Record).where(Record.id == record, Record.member_id == member)
    row = session.scalar(query)
    if row is None:
        return
    person = session.get_one(Member, member)
    if person.objected_at is None:
        person.objected_at, row.member_id, row.record_id = row.noted_at, member, None
    else:
        session.delete(row)
    session.flush()


def exist(session: Session) -> bool:
    """Whether anybody objected, in the chat or elsewhere."""
    query = select(exists().where(Member.objected_at.is_not(None)) | exists().where(NotedObjection.id.is_not(None)))
    return bool(session.scalar(query))


def namesakes(session: Session, people: Iterable[Called]) -> set[int]:
    """Those of these records that may be somebody who objected: of the same name, at the same institution."""
    by_key: dict[tuple[str, int], set[int]] = defaultdict(set)
    for each in people:
        for key in wholes_of(each.name, each.other_name):
            by_key[key, each.institution].add(each.record)
    keys, found = sorted({key for key, _institution in by_key}), set[int]()
    for first in range(0, len(keys), KEYS_AT_ONCE):
        for query in (_on_lists, _members):
            for row in session.execute(query(keys[first : first + KEYS_AT_ONCE])):
                found |= by_key.get((row[0], row[1]), set())
    return found


def _on_lists(keys: Sequence[str]) -> Select[str, int]:
    query = select(RecordName.folded, Record.institution_id).join(Record, Record.id == RecordName.record_id)
    return query.join(NotedObjection, NotedObjection.record_id == Record.id).where(RecordName.folded.in_(keys))


def _members(keys: Sequence[str]) -> Select[str, int]:
    query = select(MemberName.folded, Affiliation.institution_id).join(Member, Member.id == MemberName.member_id)
    query = query.join(Affiliation, Affiliation.member_id == Member.id)
    return query.where(MemberName.folded.in_(keys), Member.objected_at.is_not(None))
