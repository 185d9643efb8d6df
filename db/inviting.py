"""People who are on record and not registered: how many, who is next, and the codes that were made for them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, insert, or_, select, true, update
from sqlalchemy.orm import Session

from bot.domain.inviting import Way, Whom
from bot.domain.scope import Scope
from db import objections, records
from db.lists import meaning_the_same
from db.models.base import table_of
from db.models.lists import Institution, Programme
from db.models.members import Code
from db.models.records import Record
from db.records import Called

PERSONAL = "personal"


class Figures(NamedTuple):
    """How many people, how many of them with an e-mail address; how many were invited before, when the last of them,
    and how many of those a short time ago."""

    people: int
    with_email: int
    invited: int
    last: datetime | None
    lately: int


class OnRecord(NamedTuple):
    """Somebody to invite, where they were."""

    record: Record
    institution: Institution
    programme: Programme | None


def meant(whom: Whom, scope: Scope) -> ColumnElement[bool]:
    """True for people on record whom nobody has turned out to be and about whom no objection is noted, as far as this
    scope goes."""
    wanted = [records.counts(), Record.member_id.is_(None), records.within(scope), objections.has_not_objected()]
    if whom.listed is not None:
        wanted.append(Record.import_id == whom.listed)
    if whom.institution is not None:
        wanted.append(Record.institution_id.in_(meaning_the_same(Institution, [whom.institution])))
    if whom.programme is not None:
        wanted.append(Record.programme_id.in_(meaning_the_same(Programme, [whom.programme])))
    if whom.first is not None:
        wanted.append(func.coalesce(Record.to_year, Record.from_year).between(whom.first, whom.last))
    return and_(*wanted)


def reached_by(way: Way) -> ColumnElement[bool]:
    """The mailer needs an address."""
    return Record.email.is_not(None) if way is Way.MAILER else true()


def not_since(since: datetime) -> ColumnElement[bool]:
    """True for those who were not invited since then."""
    return or_(Record.invited_at.is_(None), Record.invited_at < since)


def figures(session: Session, condition: ColumnElement[bool], since: datetime) -> Figures:
    """How many people are meant; `lately` is since `since`."""
    lately = func.coalesce(func.sum(case((Record.invited_at >= since, 1), else_=0)), 0)
    counted = select(
        func.count(), func.count(Record.email), func.count(Record.invited_at), func.max(Record.invited_at), lately
    )
    return Figures(*session.execute(counted.select_from(Record).where(condition)).one())


def names_of(session: Session, condition: ColumnElement[bool], limit: int) -> list[Called]:
    """What so many of those who are meant are called."""
    return [Called(*row) for row in session.execute(_called().where(condition).limit(limit))]


def unclaimed_after(session: Session, cursor: int, limit: int) -> list[Called]:
    """What people on record who are not registered are called, in the order of their ids."""
    query = _called().where(records.counts(), Record.member_id.is_(None), Record.id > cursor)
    return [Called(*row) for row in session.execute(query.order_by(Record.id).limit(limit))]


def _called() -> Select[int, str, str | None, int, str]:
    columns = select(Record.id, Record.full_name, Record.other_name, Institution.id, Institution.slug)
    return columns.join(Institution, Institution.id == Record.institution_id)


def longest_waiting(session: Session, condition: ColumnElement[bool], limit: int) -> list[int]:
    """Those who were never invited, then those for whom it is the longest time ago."""
    never = case((Record.invited_at.is_(None), 0), else_=1)
    query = select(Record.id).where(condition).order_by(never, Record.invited_at, Record.id)
    return list(session.scalars(query.limit(limit)))


def piece(session: Session, condition: ColumnElement[bool], cursor: int, limit: int) -> list[OnRecord]:
    """The next people, in the order of their ids."""
    query = (
        select(Record, Institution, Programme)
        .join(Institution, Institution.id == Record.institution_id)
        .outerjoin(Programme, Programme.id == Record.programme_id)
        .where(condition, Record.id > cursor)
    )
    return [OnRecord(*row) for row in session.execute(query.order_by(Record.id).limit(limit))]


def renew_codes(session: Session, digests: dict[int, str], by: str, now: datetime, lasting: timedelta) -> None:
    """A code for each of these records, by its hash; older ones open nothing from now on. What is on record is read
    when the code is used, so a code holds nothing about anybody."""
    if not digests:
        return
    older = update(Code).where(Code.record_id.in_(digests), Code.used_at.is_(None), Code.expires_at > now)
    session.execute(older.values(expires_at=now).execution_options(synchronize_session=False))
    rows = [
        {
            "kind": PERSONAL,
            "digest": digest,
            "record_id": record,
            "issued_at": now,
            "issued_by": by,
            "expires_at": now + lasting,
        }
        for record, digest in digests.items()
    ]
    session.execute(insert(table_of(Code)), rows)


def note_invited(session: Session, by: str, at: datetime, cursor: int, limit: int) -> int | None:
    """The codes somebody made at an instant have reached them whole: the next people count as invited; the last of
    them, None behind the last."""
    made = select(Code.record_id).where(
        Code.record_id > cursor, Code.issued_at == at, Code.issued_by == by, Code.kind == PERSONAL
    )
    found: Sequence[int | None] = session.scalars(made.order_by(Code.record_id).limit(limit)).all()
    if not found:
        return None
    invited = update(Record).where(Record.id.in_(found)).values(invited_at=at)
    session.execute(invited.execution_options(synchronize_session=False))
    return found[-1]


def claim(session: Session, record: int, member: int, now: datetime) -> None:
    """Somebody on record has come. Codes of theirs that were not used open nothing any more."""
    claimed = update(Record).where(Record.id == record, Record.member_id.is_(None)).values(member_id=member)
    session.execute(claimed)
    objections.come_along(session, record, member)
    unused = update(Code).where(Code.record_id == record, Code.used_at.is_(None), Code.expires_at > now)
    session.execute(unused.values(expires_at=now))
