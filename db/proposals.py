"""What members propose about clubs, and what became of it."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.models.clubs import Proposal

LONGEST_WORDS = 500


def find(session: Session, proposal: int) -> Proposal | None:
    return session.get(Proposal, proposal)


def lock(session: Session, proposal: int) -> Proposal | None:
    """Read anew and locked: two who decide, or decide and withdraw, wait for each other."""
    return session.get(Proposal, proposal, with_for_update=True, populate_existing=True)


def waiting(session: Session, *, limit: int, offset: int = 0) -> list[Proposal]:
    """Those to be decided, the longest waiting first."""
    query = select(Proposal).where(Proposal.state == "open").order_by(Proposal.made_at, Proposal.id)
    return list(session.scalars(query.limit(limit).offset(offset)))


def count_waiting(session: Session) -> int:
    return session.scalar(select(func.count()).where(Proposal.state == "open")) or 0


def open_of(session: Session, member: int) -> list[Proposal]:
    """A member's own that wait for an answer."""
    query = select(Proposal).where(Proposal.member_id == member, Proposal.state == "open")
    return list(session.scalars(query.order_by(Proposal.id)))


def of_place(session: Session, member: int, place: int) -> Proposal | None:
    """A member's open proposal of a club at a place."""
    return next((each for each in open_of(session, member) if each.place_id == place), None)


def of_club(session: Session, member: int, club: int) -> Proposal | None:
    """A member's open offer to lead a club."""
    offers = [each for each in open_of(session, member) if each.kind == "ambassador"]
    return next((each for each in offers if each.club_id == club), None)


def about_club(session: Session, club: int) -> list[Proposal]:
    """Open offers to lead a club."""
    query = select(Proposal).where(Proposal.club_id == club, Proposal.state == "open")
    return list(session.scalars(query.order_by(Proposal.id)))


def close(row: Proposal, state: str, now: datetime, by: str | None = None, note: str | None = None) -> None:
    """It is decided, or taken back."""
    row.state, row.decided_at, row.decided_by, row.note = state, now, by, note


def pass_on(session: Session, old: int, new: int, now: datetime) -> None:
    """Offers to lead a club are offers to lead another from now on; who has offered that already has one offer."""
    known = {each.member_id for each in about_club(session, new)}
    for row in about_club(session, old):
        if row.member_id in known:
            close(row, "withdrawn", now)
    session.flush()
    own = (Proposal.club_id == old, Proposal.kind == "ambassador", Proposal.state == "open")
    session.execute(update(Proposal).where(*own).values(club_id=new))
