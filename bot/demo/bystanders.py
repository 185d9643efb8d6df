"""People of the invented network who have no part in anything else yet, for those that are still to be given."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.demo.shoes import MEMBER_IDS
from db.models.clubs import Proposal
from db.models.events import Attendance
from db.models.lists import Faculty, Programme
from db.models.members import Affiliation, Member, Role, Status
from db.models.mentoring import Mentor, MentorSearch, Mentorship
from db.models.places import Place

BUSY: tuple[InstrumentedAttribute[int], ...] = (
    Role.member_id,
    Proposal.member_id,
    Attendance.member_id,
    Mentor.member_id,
    MentorSearch.member_id,
    Mentorship.mentor_id,
    Mentorship.mentee_id,
)


def somebody(session: Session, *conditions: ColumnElement[bool]) -> Member:
    """The first of them, who can be written to. Raises NoResultFound where there is none."""
    free = (Member.id.not_in(select(column)) for column in BUSY)
    there = (Member.status == Status.VERIFIED, Member.erase_at.is_(None), Member.objected_at.is_(None))
    query = select(Member).where(Member.id > len(MEMBER_IDS), *there, *free, *conditions)
    return session.scalars(query.order_by(Member.id).limit(1)).one()


def lives_in(city: str) -> ColumnElement[bool]:
    """By the gazetteer's English name."""
    return Member.place_id.in_(select(Place.id).where(Place.name == city))


def was_in(programme: str) -> ColumnElement[bool]:
    """By its slug."""
    return Member.id.in_(select(Affiliation.member_id).join(Programme).where(Programme.slug == programme))


def was_at(faculty: str) -> ColumnElement[bool]:
    """By its slug."""
    query = select(Affiliation.member_id).join(Programme).join(Faculty, Faculty.id == Programme.faculty_id)
    return Member.id.in_(query.where(Faculty.slug == faculty))
