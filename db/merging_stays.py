"""What two records that become one say about the same studies: once what both say, and everything either says."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.stays import Stay, join_stays
from db.models.members import Affiliation


def join_affiliations(session: Session, keep: int, drop: int) -> None:
    """A stay of `drop` is joined with the first of `keep` it does not contradict; any other becomes one of `keep`."""
    mine = _of(session, keep)
    for row in _of(session, drop):
        if not any(_takes_in(each, row) for each in mine):
            row.member_id = keep
            mine.append(row)
    session.flush()


def _of(session: Session, member: int) -> list[Affiliation]:
    query = select(Affiliation).where(Affiliation.member_id == member).order_by(Affiliation.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _takes_in(row: Affiliation, other: Affiliation) -> bool:
    """Whether `row` says now what both said."""
    joined = join_stays(_stay(row), _stay(other)) if row.institution_id == other.institution_id else None
    if joined is None:
        return False
    row.cohort_id, row.from_year, row.to_year = joined.cohort, joined.first, joined.last
    return True


def _stay(row: Affiliation) -> Stay:
    return Stay(row.programme_id, row.cohort_id, row.from_year, row.to_year)
