"""Regional clubs: finding them, and who is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from bot.domain.geography import distance_km
from db.consents import may_be_seen
from db.models.clubs import Club, Membership
from db.models.events import Event, EventState
from db.models.members import Member, Role, RoleKind
from db.models.places import Place


@dataclass(frozen=True, slots=True)
class Listed:
    """A club in a list: with its place and, where asked for, the distance in kilometres."""

    club: Club
    place: Place
    km: float | None = None


def _open_clubs() -> Select[Club, Place]:
    return select(Club, Place).join(Place, Place.id == Club.place_id).where(Club.closed_at.is_(None))


def find(session: Session, slug: str) -> Club | None:
    """The club with this short name, open or closed."""
    return session.scalar(select(Club).where(Club.slug == slug))


def load(session: Session, club: int) -> Club | None:
    """The club with this id; of one that became part of another, the other."""
    row = session.get(Club, club)
    return session.get(Club, row.merged_into) if row is not None and row.merged_into is not None else row


def now_called(session: Session, clubs: Sequence[int]) -> list[int]:
    """The same clubs, each that became part of another as the other, none twice."""
    return list({found.id: None for club in clubs if (found := load(session, club)) is not None})


def load_to_enter(session: Session, club: int) -> Club | None:
    """The same, read anew and held as it is: nobody closes it while somebody joins it."""
    row = session.get(Club, club, with_for_update={"read": True}, populate_existing=True)
    return load(session, club) if row is not None and row.merged_into is not None else row


def lock_many(session: Session, wanted: Sequence[int]) -> dict[int, Club]:
    """Clubs by their ids, read anew and locked: two coordinators who change them wait for each other."""
    query = select(Club).where(Club.id.in_(wanted)).order_by(Club.id)
    locked = session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return {club.id: club for club in locked}


def nearest(session: Session, latitude: float, longitude: float) -> list[Listed]:
    """All open clubs, the nearest first (great circle)."""
    listed = [
        Listed(club, place, distance_km(latitude, longitude, place.latitude, place.longitude))
        for club, place in session.execute(_open_clubs())
    ]
    return sorted(listed, key=lambda one: (one.km, one.club.id))


def countries(session: Session) -> list[tuple[str, int]]:
    """Countries with open clubs and how many, the most first."""
    query = (
        select(Place.country, func.count())
        .join(Club, Club.place_id == Place.id)
        .where(Club.closed_at.is_(None))
        .group_by(Place.country)
        .order_by(func.count().desc(), Place.country)
    )
    return [(country, count) for country, count in session.execute(query)]


def regions(session: Session, country: str) -> list[tuple[str | None, int]]:
    """Provinces or states of a country with open clubs, and how many."""
    query = (
        select(Place.region, func.count())
        .join(Club, Club.place_id == Place.id)
        .where(Club.closed_at.is_(None), Place.country == country)
        .group_by(Place.region)
        .order_by(Place.region)
    )
    return [(region, count) for region, count in session.execute(query)]


def within(session: Session, country: str, region: str | None = None) -> list[Listed]:
    """Open clubs of a country, or of one province or state of it."""
    query = _open_clubs().where(Place.country == country).order_by(Place.region, Club.id)
    if region is not None:
        query = query.where(Place.region == region)
    return [Listed(club, place) for club, place in session.execute(query)]


def of_member(session: Session, member: int, states: Sequence[str] = ("in",)) -> list[tuple[Club, Membership]]:
    """A member's clubs, in the order of their founding."""
    query = (
        select(Club, Membership)
        .join(Membership, Membership.club_id == Club.id)
        .where(Membership.member_id == member, Membership.state.in_(states))
        .order_by(Club.id)
    )
    return [(club, membership) for club, membership in session.execute(query)]


def membership(session: Session, member: int, club: int) -> Membership | None:
    return session.get(Membership, (member, club))


def standing(session: Session, member: int, club: int) -> Membership | None:
    """The same, of a club that became part of another in the other."""
    row = membership(session, member, club)
    if row is not None:
        return row
    now = load(session, club)
    return membership(session, member, now.id) if now is not None and now.id != club else None


def is_in(club: int) -> ColumnElement[bool]:
    """True for the members of this club."""
    return Member.id.in_(select(Membership.member_id).where(Membership.club_id == club, Membership.state == "in"))


def asking(session: Session, club: int) -> list[Membership]:
    """Requests to join that wait for an answer."""
    query = select(Membership).where(Membership.club_id == club, Membership.state == "asked")
    return list(session.scalars(query.order_by(Membership.changed_at, Membership.member_id)))


def count_members(session: Session, club: int) -> int:
    query = select(func.count()).where(Membership.club_id == club, Membership.state == "in")
    return session.scalar(query) or 0


def ambassadors(session: Session, club: int) -> list[Member]:
    query = (
        select(Member)
        .join(Role, Role.member_id == Member.id)
        .where(Role.kind == RoleKind.AMBASSADOR, Role.club_id == club)
        .order_by(Role.id)
    )
    return list(session.scalars(query))


def shown_ambassadors(session: Session, club: int) -> list[Member]:
    """Those who agreed to be seen by other alumni."""
    query = (
        select(Member)
        .join(Role, Role.member_id == Member.id)
        .where(Role.kind == RoleKind.AMBASSADOR, Role.club_id == club, may_be_seen())
        .order_by(Role.id)
    )
    return list(session.scalars(query))


def shown_members(session: Session, club: int, *, limit: int) -> list[Member]:
    """Members who agreed to be seen by other alumni, those who joined last first."""
    query = (
        select(Member)
        .join(Membership, Membership.member_id == Member.id)
        .where(Membership.club_id == club, Membership.state == "in", may_be_seen())
        .order_by(Membership.changed_at.desc(), Member.id)
    )
    return list(session.scalars(query.limit(limit)))


def enter(session: Session, member: int, club: int, state: str, now: datetime) -> Membership:
    """Bring a membership into a state ("asked" or "in"); coming back uses the same row."""
    row = session.get(Membership, (member, club))
    if row is None:
        row = Membership(member_id=member, club_id=club, state=state, times_asked=1, changed_at=now)
        session.add(row)
    elif row.state != state:
        row.times_asked += row.state in ("left", "declined")
        row.state, row.changed_at, row.muted = state, now, False
    session.flush()
    return row


def all_open(session: Session) -> list[Club]:
    """Every open club, by short name."""
    return list(session.scalars(select(Club).where(Club.closed_at.is_(None)).order_by(Club.slug)))


def all_closed(session: Session) -> list[Club]:
    """Every closed club, those that became part of another too, the last closed first."""
    return list(
        session.scalars(select(Club).where(Club.closed_at.is_not(None)).order_by(Club.closed_at.desc(), Club.id))
    )


def belonging(club: int, states: Sequence[str] = ("in", "asked")) -> Select[int]:
    """Member ids of those who are in a club, or have asked to be."""
    return select(Membership.member_id).where(Membership.club_id == club, Membership.state.in_(states))


def let_all_in(session: Session, club: int, now: datetime) -> list[Membership]:
    """Everybody who has asked to be in it is; these."""
    waiting = asking(session, club)
    for row in waiting:
        row.state, row.changed_at = "in", now
    session.flush()
    return waiting


def coming_events(session: Session, club: int, now: datetime) -> int:
    """How many events of a club are published and not over."""
    is_coming = (Event.club_id == club, Event.state == EventState.PUBLISHED, Event.ends_at > now)
    return session.scalar(select(func.count()).where(*is_coming)) or 0
