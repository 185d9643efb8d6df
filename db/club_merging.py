"""Two clubs become one: who is in them, who leads them, what they have planned. Nothing is doubled, nothing is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from db import clubs, proposals
from db.models.announcements import Announcement, AnnouncementState
from db.models.clubs import Club, Membership
from db.models.events import Event
from db.models.members import Role, RoleKind

# Of two states the one that says more stays.
_RANK = {"in": 0, "asked": 1, "declined": 2, "left": 2}
UNSENT = (AnnouncementState.DRAFT, AnnouncementState.ASKED, AnnouncementState.PLANNED)


@dataclass(frozen=True, slots=True)
class Stock:
    """What comes along: members, and how many of them are in the other club already; who asks to be let in; coming
    events; announcements that have not gone out."""

    members: int
    both: int
    asking: int
    events: int
    announcements: int


@dataclass(frozen=True, slots=True)
class Leaders:
    """Member ids: who leads the new club besides those who did, and whose office has ended."""

    come_along: Sequence[int]
    ended: Sequence[int]


def stock(session: Session, old: int, new: int, now: datetime) -> Stock:
    """What merging a club into another would move."""
    theirs = select(Membership.member_id).where(Membership.club_id == new, Membership.state == "in")
    both = (Membership.club_id == old, Membership.state == "in", Membership.member_id.in_(theirs))
    unsent = (Announcement.club_id == old, Announcement.state.in_(UNSENT))
    return Stock(
        clubs.count_members(session, old),
        session.scalar(select(func.count()).select_from(Membership).where(*both)) or 0,
        len(clubs.asking(session, old)),
        clubs.coming_events(session, old, now),
        session.scalar(select(func.count()).select_from(Announcement).where(*unsent)) or 0,
    )


def is_sending(session: Session, club: int) -> bool:
    """Whether an announcement to a club is being handed out at this moment: it would lose the rest of its readers."""
    query = select(Announcement.id).where(Announcement.club_id == club, Announcement.planned_at.is_(None))
    return session.scalar(query.where(Announcement.state == AnnouncementState.SENDING).limit(1)) is not None


def merge(session: Session, old: Club, new: Club, now: datetime, *, with_ambassadors: bool) -> Leaders:
    """`old` is closed and part of `new`, which is open; both are locked. Past events stay with the old one."""
    _move_members(session, old.id, new)
    if new.admission == "open":
        clubs.let_all_in(session, new.id, now)
    session.execute(update(Event).where(Event.club_id == old.id, Event.ends_at > now).values(club_id=new.id))
    _take_back_announcements(session, old.id, new.id, now)
    leaders = _move_ambassadors(session, old.id, new.id) if with_ambassadors else _end_ambassadors(session, old.id)
    proposals.pass_on(session, old.id, new.id, now)
    old.closed_at, old.merged_into = now, new.id
    session.execute(update(Club).where(Club.merged_into == old.id).values(merged_into=new.id))
    session.flush()
    return leaders


def _move_members(session: Session, old: int, new: Club) -> None:
    """Who is in the new club stays there as they are; whoever comes keeps their state and whether it is muted."""
    for row in _in_both(session, old, new.id):
        held = session.get_one(Membership, (row.member_id, new.id))
        if _RANK[row.state] < _RANK[held.state]:
            held.state, held.muted, held.changed_at = row.state, row.muted, row.changed_at
            held.times_asked += row.times_asked
        session.delete(row)
    session.flush()
    session.execute(update(Membership).where(Membership.club_id == old).values(club_id=new.id))
    session.expire_all()


def _in_both(session: Session, old: int, new: int) -> Sequence[Membership]:
    theirs = select(Membership.member_id).where(Membership.club_id == new)
    return session.scalars(select(Membership).where(Membership.club_id == old, Membership.member_id.in_(theirs))).all()


def _take_back_announcements(session: Session, old: int, new: int, now: datetime) -> None:
    """More people would read them than whoever confirmed them knew of: they are drafts of the new club."""
    unsent = update(Announcement).where(Announcement.club_id == old, Announcement.state.in_(UNSENT))
    session.execute(unsent.values(club_id=new, state=AnnouncementState.DRAFT, due_at=None, changed_at=now))


def _offices(session: Session, club: int) -> list[tuple[int, int]]:
    """Ids of the ambassadors' offices and of who holds them, deputies too."""
    query = select(Role.id, Role.member_id).where(Role.kind == RoleKind.AMBASSADOR, Role.club_id == club)
    return [(row[0], row[1]) for row in session.execute(query.order_by(Role.id))]


def _move_ambassadors(session: Session, old: int, new: int) -> Leaders:
    held = {member for _office, member in _offices(session, new)}
    moved = []
    for office, member in _offices(session, old):
        if member in held:
            session.execute(delete(Role).where(Role.id == office))
        else:
            session.execute(update(Role).where(Role.id == office).values(club_id=new))
            held.add(member)
            moved.append(member)
    return Leaders(moved, [])


def _end_ambassadors(session: Session, club: int) -> Leaders:
    ended = [member for _office, member in _offices(session, club)]
    session.execute(delete(Role).where(Role.kind == RoleKind.AMBASSADOR, Role.club_id == club))
    return Leaders([], ended)
