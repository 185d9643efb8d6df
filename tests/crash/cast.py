"""Who is there before the first message: members, a club that is open, one with approval, and who leads it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from db import members, places
from db.doors import new_number
from db.engine import in_session
from db.models.clubs import Club
from db.models.conversation import Door
from db.models.members import Member, RoleKind, Status

FIRST_MEMBER = 10_000
FIRST_NEWCOMER = 20_000
LEADER = 9_000


@dataclass(frozen=True)
class Cast:
    """Database ids by Telegram ids; ids of the clubs."""

    members: dict[int, int]
    open_club: int
    strict_club: int


def gather_cast(engine: Engine, count: int) -> Cast:
    return in_session(engine, lambda session: _write(session, count))


def _write(session: Session, count: int) -> Cast:
    now = datetime.now(UTC)
    place = places.find_places(session, "Chemnitz", limit=1)[0].id
    open_club, strict_club = (
        _found(session, slug, admission, place, now) for slug, admission in (("open", "open"), ("strict", "approval"))
    )
    leader = _add(session, LEADER, place, now)
    members.grant(session, leader, RoleKind.COORDINATOR, now)
    members.grant(session, leader, RoleKind.AMBASSADOR, now, strict_club)
    numbers = range(FIRST_MEMBER, FIRST_MEMBER + count)
    return Cast({number: _add(session, number, place, now) for number in numbers}, open_club, strict_club)


def _found(session: Session, slug: str, admission: str, place: int, now: datetime) -> int:
    names = dict.fromkeys(("de", "en", "zh_Hans"), f"Club {slug}")
    club = Club(slug=slug, names=names, place_id=place, admission=admission, founded_at=now)
    session.add(club)
    session.flush()
    return club.id


def _add(session: Session, number: int, place: int, now: datetime) -> int:
    """A verified member who speaks English and is never asleep."""
    row = Member(
        number=new_number(),
        status=Status.VERIFIED,
        language="en",
        zone="Europe/Berlin",
        quiet_from=0,
        quiet_to=0,
        full_name=f"Member {number}.",
        addressed_as=f"Member {number}",
        place_id=place,
        created_at=now,
        registered_at=now,
        verified_at=now,
        seen_at=now,
    )
    session.add(row)
    session.flush()
    session.add(Door(channel="telegram", external_id=str(number), member_id=row.id, used_at=now))
    return row.id
