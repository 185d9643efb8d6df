"""The regional clubs, who is in them, who leads them, and who would like to join."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bot.demo.ground import Ground
from bot.demo.members import Person
from bot.demo.shoes import SHOES
from bot.demo.tables import CLUBS, ClubAt
from bot.domain.folding import fold
from bot.domain.geography import distance_km
from db.models.places import Place

Row = dict[str, Any]
REACH_KM = 130.0
JOINS, JOINS_ELSEWHERE, LEFT, MUTED = 0.6, 0.05, 0.02, 0.04
ASKED_IN = "Shanghai"


@dataclass(frozen=True, slots=True)
class Regional:
    """A club with its place in the database."""

    id: int
    table: ClubAt
    place: Place
    founded: datetime


def found_clubs(ground: Ground, random: Random, now: datetime) -> list[Regional]:
    """All clubs, founded over the last ten years."""
    return [
        Regional(number, club, ground.places[club.city], _founded(random, now)) for number, club in enumerate(CLUBS, 1)
    ]


def _founded(random: Random, now: datetime) -> datetime:
    return (now - timedelta(days=random.uniform(750, 3650))).replace(microsecond=0)


def club_row(club: Regional) -> Row:
    return {
        "id": club.id,
        "slug": fold(club.place.name).replace(" ", ""),
        "names": {
            "en": f"Alumni Club {club.place.name}",
            "de": f"Alumni-Club {club.place.name_de}",
            "zh_Hans": f"{club.place.name_zh}地区校友会",
        },
        "place_id": club.place.id,
        "admission": club.table.admission,
        "founded_at": club.founded,
    }


class Gathering:
    """Lets people join the club near them, and some a second one; then every led club finds its ambassador."""

    def __init__(self, clubs: Sequence[Regional], people: Sequence[Person], random: Random, now: datetime) -> None:
        self._clubs = clubs
        self._random = random
        self._now = now
        self._nearest = _nearest_clubs(clubs, people)
        members = [person for person in people if person.verified is not None]
        self.members: dict[int, dict[int, Row]] = {club.id: {} for club in clubs}
        for person in members:
            self._go_to_clubs(person)
        self.leaders = {club.id: self._leader(club, members) for club in clubs if club.table.led}
        self.asking = self._asking(members)

    def membership_rows(self) -> list[Row]:
        return [row for rows in self.members.values() for row in rows.values()]

    def role_rows(self) -> Iterator[Row]:
        for club in self._clubs:
            if club.id in self.leaders:
                granted = self.members[club.id][self.leaders[club.id].id]["changed_at"]
                yield {
                    "member_id": self.leaders[club.id].id,
                    "kind": "ambassador",
                    "club_id": club.id,
                    "granted_at": granted,
                }

    def _go_to_clubs(self, person: Person) -> None:
        near = self._nearest[person.place.id]
        if near is not None and (person.is_known or self._random.random() < JOINS):
            self._join(person, near)
        if not person.is_known and self._random.random() < JOINS_ELSEWHERE:
            self._join(person, self._random.choice(self._clubs).id)

    def _join(self, person: Person, club: int, state: str | None = None) -> None:
        assert person.verified is not None
        chosen = state or ("left" if not person.is_known and self._random.random() < LEFT else "in")
        self.members[club][person.id] = {
            "member_id": person.id,
            "club_id": club,
            "state": chosen,
            "times_asked": 1,
            "muted": chosen == "in" and self._random.random() < MUTED,
            "changed_at": min(person.verified + timedelta(hours=self._random.randint(1, 200)), self._now),
        }

    def _leader(self, club: Regional, members: Sequence[Person]) -> Person:
        """The one the demonstration names, else somebody of the same city who may be named to others."""
        named = [person for person, shoe in zip(members, SHOES, strict=False) if shoe.leads == club.table.city]
        near = [person for person in members if person.place.id == club.place.id and _may_lead(person)]
        leader = named[0] if named else self._random.choice(near)
        self._join(leader, club.id, "in")
        return leader

    def _asking(self, members: Sequence[Person]) -> tuple[Regional, Person]:
        """Somebody who waits for the ambassador's answer."""
        club = next(club for club in self._clubs if club.table.city == ASKED_IN)
        outside = [person for person in members if person.place.id == club.place.id and _may_lead(person)]
        person = self._random.choice([each for each in outside if each.id not in self.members[club.id]])
        self._join(person, club.id, "asked")
        self.members[club.id][person.id]["changed_at"] = self._now - timedelta(hours=5)
        return club, person


def _may_lead(person: Person) -> bool:
    free = person.objected is None and person.erase_at is None
    return free and person.invented.in_network and not person.is_known


def _nearest_clubs(clubs: Sequence[Regional], people: Sequence[Person]) -> dict[int, int | None]:
    """Of each city where people live the club they would go to; None where all are too far."""
    places = {person.place.id: person.place for person in people}
    return {key: _nearest_club(clubs, place) for key, place in places.items()}


def _nearest_club(clubs: Sequence[Regional], place: Place) -> int | None:
    far, number = min((_distance(club.place, place), club.id) for club in clubs)
    return number if far <= REACH_KM else None


def _distance(one: Place, other: Place) -> float:
    return distance_km(one.latitude, one.longitude, other.latitude, other.longitude)
