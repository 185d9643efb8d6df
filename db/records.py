"""What the university knows about people: only what a list that was taken over says."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, Text, cast, delete, func, insert, or_, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from bot.domain.importing.lines import FIELDS, Said
from bot.domain.importing.verdicts import Known
from bot.domain.scope import Scope
from db.models.base import table_of
from db.models.lists import Institution
from db.models.members import Affiliation, Member
from db.models.records import Import, ImportState, Record, RecordName
from db.names import keys_of, wholes_of, words_of
from db.people import MOST_WORDS
from db.plans import plan_for_many

# The column of a field where it is not called the same.
_COLUMNS = {"programme": "programme_id"}


class Called(NamedTuple):
    """Somebody on record, by what they are called, and their institution with its slug."""

    record: int
    name: str
    other_name: str | None
    institution: int
    slug: str


def called_of(row: Record, institution: Institution) -> Called:
    return Called(row.id, row.full_name, row.other_name, institution.id, institution.slug)


def counts() -> ColumnElement[bool]:
    """True for records of lists that were taken over. Of a list that is just being taken over none counts yet: all of
    them do from one instant on."""
    return Record.import_id.in_(select(Import.id).where(Import.state == ImportState.TAKEN))


def columns_of(said: dict[str, Any]) -> dict[str, Any]:
    """What a line says (`Said.to_json`), by the columns of a record."""
    return {_COLUMNS.get(name, name): value for name, value in said.items()}


# A record as a line would say it, column by column.
_SAID = tuple(getattr(Record, _COLUMNS.get(name, name)) for name in FIELDS)


def named(session: Session, institution: int, names: Collection[str]) -> dict[str, list[Known]]:
    """Those on record at an institution by the keys of their whole names (`db.names.wholes_of`), the oldest first."""
    query = (
        select(RecordName.folded, Record.id, *_SAID)
        .join(Record, Record.id == RecordName.record_id)
        .where(RecordName.folded.in_(names), Record.institution_id == institution, counts())
    )
    return _known(session, query)


def numbered(session: Session, institution: int, numbers: Collection[str]) -> dict[str, list[Known]]:
    """Those on record at an institution by the university's own number, the oldest first."""
    query = select(Record.external_id, Record.id, *_SAID)
    return _known(session, query.where(Record.institution_id == institution, Record.external_id.in_(numbers), counts()))


def _known(session: Session, query: Select[Any]) -> dict[str, list[Known]]:
    """By the first column. Put in order here: asked to, SQLite would go through all records in their order."""
    found: dict[str, list[Known]] = {}
    for key, record, *said in sorted(session.execute(query), key=lambda row: row[1]):
        found.setdefault(key, []).append(Known(record, Said(*said)))
    return found


def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """New records of one import; they are found by nothing yet."""
    session.execute(insert(table_of(Record)), rows)


def names_of(session: Session, import_id: int, after: int, last: int) -> list[tuple[int, str, str | None]]:
    """Id and names of the records of the lines behind `after`, up to `last`."""
    query = select(Record.id, Record.full_name, Record.other_name).where(
        Record.import_id == import_id, Record.line > after, Record.line <= last
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def index(session: Session, names: Sequence[tuple[str, int]]) -> None:
    """By these keys are these records found; those that are there already are passed over. PostgreSQL takes them as two
    arrays in one statement."""
    table = table_of(RecordName)
    if session.get_bind().dialect.name == "postgresql":
        plan_for_many(session)
        folded, ids = (list(column) for column in zip(*names, strict=True))
        both = select(func.unnest(cast(folded, ARRAY(Text))), func.unnest(cast(ids, ARRAY(BigInteger))))
        session.execute(postgresql.insert(table).from_select(["folded", "record_id"], both).on_conflict_do_nothing())
    else:
        rows = [{"folded": key, "record_id": record} for key, record in names]
        session.execute(sqlite.insert(table).on_conflict_do_nothing(), rows)


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
        index(session, [(key, record) for key in sorted(keys_of(row.full_name, row.other_name))])


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
        forget(session, unclaimed(session, institution, member.full_name or "", member.other_name))


def unclaimed(session: Session, institution: int, full_name: str, other_name: str | None) -> set[int]:
    """Entries at an institution with one of these names, of people who are not registered."""
    query = select(Record.id).join(RecordName, RecordName.record_id == Record.id)
    query = query.where(RecordName.folded.in_(wholes_of(full_name, other_name)), Record.institution_id == institution)
    return set(session.scalars(query.where(Record.member_id.is_(None))))


def called(session: Session, typed: str, scope: Scope, limit: int) -> list[Record]:
    """People on record and not registered, in a scope, whose names have all the words typed; by name."""
    words = words_of(typed)[:MOST_WORDS]
    if not words:
        return []
    has = (Record.id.in_(select(RecordName.record_id).where(RecordName.folded == word)) for word in words)
    query = select(Record).where(*has, Record.member_id.is_(None), counts(), within(scope))
    return list(session.scalars(query.order_by(Record.full_name, Record.id).limit(limit)))


def find(session: Session, record: int, scope: Scope) -> Record | None:
    """Somebody on record and not registered, if in a scope."""
    query = select(Record).where(Record.id == record, Record.member_id.is_(None), counts(), within(scope))
    return session.scalar(query)


def within(scope: Scope) -> ColumnElement[bool]:
    """True for the people on record in a scope."""
    if scope.central:
        return true()
    return or_(Record.institution_id.in_(scope.institutions), Record.programme_id.in_(scope.programmes))


def forget(session: Session, records: Iterable[int]) -> None:
    if ids := set(records):
        session.execute(delete(Record).where(Record.id.in_(ids)))
