"""Clubs made directly in the database, and what is in it about them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import places
from db.models.clubs import Club, Membership
from tests.people import find
from tests.stage import Stage


def club(stage: Stage, city: str, name: str | None = None, *, admission: str = "open", closed: bool = False) -> int:
    """A club in a city, called the same in every language; its id. Its short name is the city's in small letters."""
    title = name or f"Club {city}"
    now = stage.clock.now()

    def found(session: Session) -> int:
        place = places.find_places(session, city, limit=1)[0]
        row = Club(
            slug=title.removeprefix("Club ").lower().replace(" ", ""),
            names=dict.fromkeys(("de", "zh_Hans", "en"), title),
            place_id=place.id,
            admission=admission,
            founded_at=now,
            closed_at=now if closed else None,
        )
        session.add(row)
        session.flush()
        return int(row.id)

    return stage.looks_up(found)


def states(stage: Stage, name: str) -> dict[int, str]:
    """Club id -> state, of every membership row the member of this name has."""
    member = find(stage, name).id
    query = select(Membership.club_id, Membership.state).where(Membership.member_id == member)
    return {row.club_id: row.state for row in stage.looks_up(lambda session: session.execute(query).all())}


def enters(stage: Stage, name: str, club_id: int, state: str = "in") -> None:
    """Let the member of this name be in a club."""
    member = find(stage, name).id
    row = Membership(member_id=member, club_id=club_id, state=state, times_asked=1, changed_at=stage.clock.now())
    stage.looks_up(lambda session: session.add(row))
