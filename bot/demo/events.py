"""Events of the invented network as rows: past ones with their answers, one that is running, and coming ones."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.clubs import Gathering, Regional
from bot.demo.ground import Ground
from bot.demo.members import Person
from bot.demo.occasions import EVENTS
from bot.demo.planned import Planned
from bot.demo.shoes import MEMBER_IDS
from bot.domain.local_time import at_or_after
from db.models.events import EventKind, EventState

Row = dict[str, Any]
# Shares of those asked who say yes, maybe, no; the rest has not answered.
ANSWERS = {"yes": 0.35, "maybe": 0.1, "no": 0.12}
CAME = 0.85


class Programme:
    """Gives planned events their rows, always the same ones for the same random numbers."""

    def __init__(
        self, ground: Ground, clubs: Sequence[Regional], people: Sequence[Person], gathering: Gathering, now: datetime
    ) -> None:
        self._ground = ground
        self._clubs = {club.table.city: club for club in clubs}
        self._people = [person for person in people if person.verified is not None and person.erase_at is None]
        self._gathering = gathering
        self._now = now
        self.random = Random(7)  # noqa: S311 - nothing here is secret
        self._answers = 0

    def event_rows(self) -> list[Row]:
        return [self._event(number, planned) for number, planned in enumerate(EVENTS, 1)]

    def invitation_rows(self) -> list[Row]:
        """Whom events were told to."""
        rows = []
        for number, planned in enumerate(EVENTS, 1):
            if planned.state != EventState.DRAFT:
                rows += [{"event_id": number, "member_id": member} for member in sorted(self._told(planned))]
        return rows

    def attendance_rows(self) -> list[Row]:
        return [row for number, planned in enumerate(EVENTS, 1) for row in self._attendances(number, planned)]

    def ends(self) -> list[datetime]:
        return [self._end_of(planned) for planned in EVENTS]

    def _end_of(self, planned: Planned) -> datetime:
        return self.start_of(planned) + timedelta(hours=planned.lasts)

    def start_of(self, planned: Planned) -> datetime:
        """By the venue's clock; hour -1 is the full hour that has just begun."""
        zone = self._ground.places[planned.city].zone
        if planned.hour < 0:
            return self._now.replace(minute=0, second=0, microsecond=0)
        today = self._now.astimezone(ZoneInfo(zone)).date()
        return at_or_after(today + timedelta(days=planned.days), time(planned.hour), zone)

    def _event(self, number: int, planned: Planned) -> Row:
        place, start = self._ground.places[planned.city], self.start_of(planned)
        club = self._clubs.get(planned.city) if planned.club else None
        published = min(start, self._now) - timedelta(days=10)
        leader = self._gathering.leaders.get(club.id) if club is not None else None
        organiser = leader.id if leader is not None else MEMBER_IDS["coordinator"]
        return {
            "id": number,
            "slug": f"demo{number:04d}",
            "kind": planned.kind,
            "state": planned.state,
            "club_id": club.id if club else None,
            "organiser_id": organiser,
            "titles": planned.titles,
            "descriptions": planned.about,
            "starts_at": start,
            "ends_at": start + timedelta(hours=planned.lasts),
            "zone": place.zone,
            "place_id": None if planned.online else place.id,
            "venue": planned.venue,
            "latitude": planned.spot[0] if planned.spot else None,
            "longitude": planned.spot[1] if planned.spot else None,
            "online_url": planned.online,
            "capacity": planned.seats or None,
            "guests_allowed": planned.guests,
            "answer_by": None,
            "audience": {"club": [club.id]} if club else {},
            "invited_only": planned.kind == EventKind.REFRESHER,
            "contact": leader.invented.named.full if leader is not None else "Dr. Katrin Seidel",
            "reminds": True,
            "questions": planned.questions,
            "sequence": 1 if planned.state == EventState.CANCELLED else 0,
            "walk_ins": 0,
            "created_at": published,
            "changed_at": published,
            "published_at": None if planned.state == EventState.DRAFT else published,
            "cancelled_at": self._now - timedelta(days=1) if planned.state == EventState.CANCELLED else None,
        }

    def _told(self, planned: Planned) -> list[int]:
        club = self._clubs.get(planned.city) if planned.club else None
        members = [key for key, row in self._gathering.members[club.id].items() if row["state"] == "in"] if club else []
        return sorted({*members, *(MEMBER_IDS[name] for name in (*planned.invited, *planned.comes))})

    def _attendances(self, number: int, planned: Planned) -> Iterator[Row]:
        """Those who said yes before the seats were gone; then the waiting list; then maybe and no."""
        if planned.state == EventState.DRAFT:
            return
        people = [*sorted(MEMBER_IDS[name] for name in planned.comes), *self._crowd(planned)]
        taken = line = 0
        for member, said in zip(people, self._said(planned, len(people) - len(planned.comes)), strict=False):
            state, guests = said, 0
            if said == "yes":
                guests = self.random.choice((0, 0, 0, 1)) if planned.guests else 0
                if planned.seats and taken + 1 + guests > planned.seats:
                    if line == planned.waiting:
                        continue
                    state, guests, line = "waiting", 0, line + 1
                else:
                    taken += 1 + guests
            yield self._attendance(number, planned, member, state, guests, line)

    def _crowd(self, planned: Planned) -> list[int]:
        """Those who might answer, in any order; whose shoes one can step into answer themselves."""
        told = self._told(planned)
        if not planned.club:
            told = [person.id for person in self.random.sample(self._people, 40)]
        crowd = [member for member in told if member > len(MEMBER_IDS)]
        self.random.shuffle(crowd)
        return crowd

    def _said(self, planned: Planned, people: int) -> list[str]:
        """What so many people answer, as many as do."""
        wanted = {state: max(2, round(people * share)) for state, share in ANSWERS.items()}
        if planned.waiting:
            wanted["yes"] = planned.seats
        return [state for state, count in wanted.items() for _each in range(count)]

    def _attendance(self, number: int, planned: Planned, member: int, state: str, guests: int, line: int) -> Row:
        self._answers += 1
        start = self.start_of(planned)
        over = start + timedelta(hours=planned.lasts) < self._now
        came = state == "yes" and over and self.random.random() < CAME
        return {
            "id": self._answers,
            "event_id": number,
            "member_id": member,
            "state": state,
            "guests": guests,
            "round": 1 if state == "yes" else 0,
            "line": line if state == "waiting" else None,
            "answered_at": min(start, self._now) - timedelta(hours=self.random.randint(3, 200)),
            "replies": {},
            "nonce": f"{self.random.getrandbits(64):016x}",
            "code": 1000 + self._answers if state == "yes" else None,
            "checked_in_at": start + timedelta(minutes=self.random.randint(-10, 25)) if came else None,
        }
