"""Somebody on record turns out to be a member: a human says so, and what the member left out is filled in."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.scope import Scope
from db import objections
from db.lists import same
from db.models.lists import Institution
from db.models.members import Affiliation, Member
from db.models.records import Record
from db.records import counts


def find(session: Session, record: int, scope: Scope) -> Record | None:
    """Somebody on record, for those in whose scope they are."""
    row = session.scalar(select(Record).where(Record.id == record, counts()))
    return row if row is not None and scope.has(row.institution_id, row.programme_id) else None


def claim(session: Session, record: Record, member: Member, now: datetime) -> bool:
    """The member is this person on record from now on; False where that is somebody else by now."""
    free = update(Record).where(Record.id == record.id, Record.member_id.is_(None))
    session.execute(free.values(member_id=member.id, changed_at=now).execution_options(synchronize_session=False))
    session.refresh(record)
    if record.member_id != member.id:
        return False
    objections.come_along(session, record.id, member.id)
    _fill_in(session, record, member)
    return True


def studied(session: Session, record: Record, member: int) -> Affiliation | None:
    """What a member said themselves about the studies on record: there, in the same programme where they named it."""
    there = same(session, Institution, record.institution_id)
    query = select(Affiliation).where(Affiliation.member_id == member, Affiliation.institution_id.in_(there))
    rows = session.scalars(query.order_by(Affiliation.id)).all()
    wanted = (record.programme_id, None)
    return next((row for programme in wanted for row in rows if row.programme_id == programme), next(iter(rows), None))


def differs(session: Session, record: Record, member: int) -> bool:
    """Whether the record says otherwise than the member about the same studies. What one of them leaves out is no
    difference."""
    said = studied(session, record, member)
    both = [(getattr(said, name, None), getattr(record, name)) for name in ("programme_id", "from_year", "to_year")]
    return any(mine is not None and theirs is not None and mine != theirs for mine, theirs in both)


def _fill_in(session: Session, record: Record, member: Member) -> None:
    """What they said stays; years only where they fit to those, and only of the same programme. Those of a named
    cohort are its own."""
    said = studied(session, record, member.id)
    if said is None:
        said = Affiliation(member_id=member.id, institution_id=record.institution_id)
        session.add(said)
    if said.programme_id is None:
        said.programme_id = record.programme_id
    is_same = said.programme_id == record.programme_id or record.programme_id is None
    if is_same and said.cohort_id is None:
        first, last = said.from_year or record.from_year, said.to_year or record.to_year
        if not first or not last or first <= last:
            said.from_year, said.to_year = first, last
    session.flush()
