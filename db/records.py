"""What the university knows about people: only what a list that was taken over says."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from bot.domain.importing.lines import Said
from bot.domain.importing.verdicts import Known
from db.models.base import table_of
from db.models.members import Affiliation, Member
from db.models.records import Import, ImportState, Record, RecordName
from db.names import keys_of, wholes_of

# The column of a field where it is not called the same.
_COLUMNS = {"programme": "programme_id"}


def counts() -> ColumnElement[bool]:
    """True for records of lists that were taken over. Of a list that is just being taken over none counts yet: all of
    them do from one instant on."""
    return Record.import_id.in_(select(Import.id).where(Import.state == ImportState.TAKEN))


def columns_of(said: dict[str, Any]) -> dict[str, Any]:
    """What a line says (`Said.to_json`), by the columns of a record."""
    return {_COLUMNS.get(name, name): value for name, value in said.items()}


def said_of(record: Record) -> Said:
    """A record as a line would say it."""
    return Said(
        record.full_name,
        record.other_name,
        record.external_id,
        record.email,
        record.programme_id,
        record.from_year,
        record.to_year,
        record.province,
        record.direction,
        record.relation,
    )


def named(session: Session, institution: int, names: Collection[str]) -> dict[str, list[Known]]:
    """Those on record at an institution by the keys of their whole names (`db.names.wholes_of`)."""
    query = (
        select(RecordName.folded, Record)
        .join(Record, Record.id == RecordName.record_id)
        .where(RecordName.folded.in_(names), Record.institution_id == institution, counts())
        .order_by(Record.id)
    )
    found: dict[str, list[Known]] = {}
    for key, record in session.execute(query):
        found.setdefault(key, []).append(Known(record.id, said_of(record)))
    return found


def numbered(session: Session, institution: int, numbers: Collection[str]) -> dict[str, list[Known]]:
    """Those on record at an institution by the university's own number."""
    query = select(Record).where(Record.institution_id == institution, Record.external_id.in_(numbers), counts())
    found: dict[str, list[Known]] = {}
    for record in session.scalars(query.order_by(Record.id)):
        found.setdefault(record.external_id or "", []).append(Known(record.id, said_of(record)))
    return found


def add(session: Session, rows: Sequence[dict[str, Any]], keys: dict[int, set[str]]) -> None:
    """New records of one import, and by line the keys of their names."""
    if not rows:
        return
    session.execute(insert(table_of(Record)), rows)
    written = select(Record.id, Record.line).where(
        Record.import_id == rows[0]["import_id"], Record.line.in_([row["line"] for row in rows])
    )
    names = [
        {"folded": key, "record_id": record} for record, line in session.execute(written) for key in sorted(keys[line])
    ]
    session.execute(insert(table_of(RecordName)), sorted(names, key=lambda row: (row["folded"], row["record_id"])))


def change(session: Session, record: int, said: dict[str, Any], now: datetime) -> None:
    """Overwrite what a line says; what it does not say stays. Nothing where the record is gone."""
    row = session.get(Record, record)
    if row is None:
        return
    before = row.full_name, row.other_name
    for column, value in columns_of(said).items():
        setattr(row, column, value)
    row.changed_at = now
    session.flush()
    if (row.full_name, row.other_name) != before:
        session.execute(delete(RecordName).where(RecordName.record_id == record))
        names = sorted(keys_of(row.full_name, row.other_name))
        session.execute(insert(table_of(RecordName)), [{"folded": key, "record_id": record} for key in names])


def figures(session: Session, import_id: int) -> dict[int | None, int]:
    """How many people of a list are on record, by programme."""
    query = select(Record.programme_id, func.count()).where(Record.import_id == import_id)
    return dict(session.execute(query.group_by(Record.programme_id)).all())


def claimed_by(session: Session, member: int) -> list[Record]:
    """What was on record about somebody before they came."""
    return list(session.scalars(select(Record).where(Record.member_id == member).order_by(Record.id)))


def erase(session: Session, member: Member) -> None:
    """Forget what is on record about a member: what was found to be theirs, and unclaimed entries of the same name at
    one of their institutions, since a later list will not bring such a name back either."""
    session.execute(delete(Record).where(Record.member_id == member.id))
    institutions = set(session.scalars(select(Affiliation.institution_id).where(Affiliation.member_id == member.id)))
    for institution in institutions if member.full_name else ():
        wholes = wholes_of(member.full_name or "", member.other_name)
        query = select(Record.id).join(RecordName, RecordName.record_id == Record.id)
        query = query.where(RecordName.folded.in_(wholes), Record.institution_id == institution)
        _forget(session, session.scalars(query.where(Record.member_id.is_(None))))


def _forget(session: Session, records: Iterable[int]) -> None:
    if ids := set(records):
        session.execute(delete(Record).where(Record.id.in_(ids)))
