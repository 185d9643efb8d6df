"""A club that became part of another is a club of its own again: for a day it is known how it was.

What people did since holds: who left stays away, who was let in is in. What was sent or decided stays where it went:
announcements, offers to lead, offices that ended, and whoever has joined since.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from db.models.clubs import Club, ClubMerge, Membership
from db.models.events import Event
from db.models.members import Member, Role, RoleKind

FOR = timedelta(hours=24)


def remember(session: Session, old: Club, new: Club, now: datetime) -> None:
    """How it is, before `old` becomes part of `new`."""
    people, known = _people(session, old.id), _people(session, new.id)
    moving = select(Event.id).where(Event.club_id == old.id, Event.ends_at > now)
    row = ClubMerge(
        club_id=old.id,
        into_id=new.id,
        at=now,
        people=people,
        known={number: was for number, was in known.items() if number in people},
        leaders=sorted(set(session.scalars(_leaders(old.id))) - set(session.scalars(_leaders(new.id)))),
        events=list(session.scalars(moving)),
        parts=list(session.scalars(select(Club.id).where(Club.merged_into == old.id))),
    )
    session.merge(row)


def _people(session: Session, club: int) -> dict[str, list[Any]]:
    """Member number -> how they stand to a club."""
    query = select(Member.number, Membership).join(Membership, Membership.member_id == Member.id)
    return {number: _stored(row) for number, row in session.execute(query.where(Membership.club_id == club))}


def _stored(row: Membership) -> list[Any]:
    return [row.state, row.times_asked, row.muted, row.changed_at.isoformat()]


def _leaders(club: int) -> Select[str]:
    query = select(Member.number).join(Role, Role.member_id == Member.id)
    return query.where(Role.kind == RoleKind.AMBASSADOR, Role.club_id == club)


def find(session: Session, club: int, now: datetime) -> ClubMerge | None:
    """How it was, while that can be undone: for a day, and until the other has become part of a third itself."""
    row, old = session.get(ClubMerge, club), session.get(Club, club)
    if row is None or old is None or now > row.at + FOR:
        return None
    return row if old.merged_into == row.into_id else None


def part(session: Session, row: ClubMerge) -> list[int]:
    """Both clubs, which are locked, are as they were; the ids of those who lead the old one again."""
    into, old = row.into_id, session.get_one(Club, row.club_id)
    _give_people_back(session, row)
    session.execute(update(Event).where(Event.id.in_(row.events), Event.club_id == into).values(club_id=old.id))
    session.execute(update(Club).where(Club.id.in_(row.parts), Club.merged_into == into).values(merged_into=old.id))
    leading = list(session.scalars(select(Member.id).where(Member.number.in_(row.leaders))))
    theirs = (Role.kind == RoleKind.AMBASSADOR, Role.club_id == into, Role.member_id.in_(leading))
    session.execute(update(Role).where(*theirs).values(club_id=old.id))
    old.closed_at, old.merged_into = None, None
    session.delete(row)
    session.flush()
    session.expire_all()
    return leading


def _give_people_back(session: Session, row: ClubMerge) -> None:
    query = select(Member.number, Membership).join(Membership, Membership.member_id == Member.id)
    for number, here in session.execute(query.where(Membership.club_id == row.into_id)).all():
        if number not in row.people:
            continue
        acted = here.changed_at > row.at
        there = Membership(member_id=here.member_id, club_id=row.club_id)
        _write(session, there, _stored(here) if acted else row.people[number])
        if number not in row.known:
            session.delete(here)
        elif not acted:
            _write(session, here, row.known[number])
    session.flush()


def _write(session: Session, row: Membership, stored: list[Any]) -> None:
    row.state, row.times_asked, row.muted = stored[:3]
    row.changed_at = datetime.fromisoformat(stored[3])
    session.add(row)
