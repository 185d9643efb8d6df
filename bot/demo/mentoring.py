"""Mentoring in the invented network: who offers it, who looks for it, who was asked, who is together; offers and names
to be found by."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bot.demo.ground import Ground
from bot.demo.members import Person
from bot.demo.mentored import AVAILABLE, GOALS, HELPS, OFFERS
from bot.demo.shoes import MEMBER_IDS
from bot.domain.matching import Format, topic_keys
from db.names import keys_of
from handlers.mentoring.request_card import MentorAsked

Row = dict[str, Any]
MENTORS, SEARCHES, TOGETHER = 90, 70, 60
FIRST_CHECK = timedelta(days=30)
# Who of those one can step into offers it, and about what.
OFFERING = {"chemnitz": ("industry40", "materials", "startup"), "shanghai": ("trade", "smartcity", "startup")}


class Mentoring:
    """Gives mentoring rows, always the same ones for the same network. The alumna in London has asked the ambassador
    in Shanghai; the alumnus in Chemnitz is a mentor for a month tomorrow."""

    def __init__(self, ground: Ground, people: Sequence[Person], now: datetime) -> None:
        self._ground = ground
        self._people = {person.id: person for person in people}
        self._now = now
        self._random = Random(17)  # noqa: S311 - nothing here is secret
        free = [person for person in people if _may_be_asked(person) and not person.is_known]
        drawn = self._random.sample(free, MENTORS + SEARCHES + TOGETHER)
        known = [self._people[MEMBER_IDS[name]] for name in OFFERING]
        self.mentors = [*known, *drawn[:MENTORS]]
        self.seeking = [self._people[MEMBER_IDS["london"]], *drawn[MENTORS : MENTORS + SEARCHES]]
        self.taught = drawn[MENTORS + SEARCHES :]

    def mentor_rows(self) -> list[Row]:
        return [
            {
                "member_id": person.id,
                "capacity": self._random.choice((1, 2, 2, 3)) if not person.is_known else 2,
                "formats": sorted(self._random.sample([each.value for each in Format], 2)),
                "languages": self._languages(person),
                "free_topics": [],
                "helps": self._random.choice(HELPS[person.invented.language]),
                "availability": self._random.choice(AVAILABLE[person.invented.language]),
                "offered_at": self._now - timedelta(days=self._random.randint(60, 400)),
                "changed_at": self._now - timedelta(days=59),
            }
            for person in self.mentors
        ]

    def topic_rows(self) -> list[Row]:
        return [
            {"key": key, "member_id": person.id}
            for person in self.mentors
            for key in sorted(topic_keys(self._topics(person), ()))
        ]

    def search_rows(self) -> list[Row]:
        return [
            {
                "id": number,
                "member_id": person.id,
                "goal": self._random.choice(GOALS[person.invented.language]),
                "topics": [str(topic) for topic in self._topics(person)],
                "free_topics": [],
                "languages": self._languages(person),
                "format": self._random.choice(list(Format)).value,
                "far": self._random.choice(("any", "any", "cohort", "region", "both")),
                "state": "open",
                "created_at": self._now - timedelta(days=3),
                "looked_at": self._now - timedelta(days=3),
            }
            for number, person in enumerate(self.seeking, 1)
        ]

    def request_rows(self) -> list[Row]:
        """The alumna in London asked yesterday."""
        asked = {
            "id": 1,
            "search_id": 1,
            "mentor_id": MEMBER_IDS["shanghai"],
            "mentee_id": MEMBER_IDS["london"],
            "position": 1,
        }
        return [{**asked, "state": "asked", "asked_at": self._now - timedelta(days=1)}]

    def notices(self) -> list[tuple[int, MentorAsked]]:
        """The ambassador finds the request in the chat."""
        return [(MEMBER_IDS["shanghai"], MentorAsked(1))]

    def mentorship_rows(self) -> list[Row]:
        mentors = [person for person in self.mentors if person.id != MEMBER_IDS["shanghai"]]
        return [
            self._together(mentors[number % len(mentors)], person, number) for number, person in enumerate(self.taught)
        ]

    def offer_rows(self) -> list[Row]:
        members = self._random.sample(self.mentors + self.taught, len(OFFERS))
        return [
            {
                "member_id": person.id,
                "kind": kind,
                "topic_id": self._ground.topics[topic] if topic else None,
                "words": words[person.invented.language],
                "at": self._now - timedelta(days=self._random.randint(1, 60)),
            }
            for person, (kind, topic, words) in zip(members, OFFERS, strict=True)
        ]

    def name_rows(self) -> list[Row]:
        return [
            {"folded": key, "member_id": person.id}
            for person in self._people.values()
            for key in sorted(keys_of(person.invented.named.full, person.invented.named.other))
        ]

    def _together(self, mentor: Person, mentee: Person, number: int) -> Row:
        """Half of them have come to an end; the first began 29 days ago."""
        ended = number % 2 == 1
        began = self._now - timedelta(days=29 if number == 0 else self._random.randint(3, 28))
        return {
            "mentor_id": mentor.id,
            "mentee_id": mentee.id,
            "goal": self._random.choice(GOALS[mentee.invented.language]),
            "format": self._random.choice(list(Format)).value,
            "state": "finished" if ended else "active",
            "began_at": began - timedelta(days=200) if ended else began,
            "ended_at": self._now - timedelta(days=20) if ended else None,
            "check_at": None if ended else began + FIRST_CHECK,
            "checks": 0,
            "mentor_shares": False,
            "mentee_shares": False,
        }

    def _topics(self, person: Person) -> list[int]:
        known = {MEMBER_IDS[name]: slugs for name, slugs in OFFERING.items()}
        return [self._ground.topics[slug] for slug in known.get(person.id, person.invented.topics)]

    def _languages(self, person: Person) -> list[str]:
        others = {"de": ["de", "en"], "zh_Hans": ["zh_Hans", "en"], "en": ["en"]}
        return ["de", "en", "zh_Hans"] if person.is_known else others[person.invented.language]


def _may_be_asked(person: Person) -> bool:
    return (
        person.invented.in_network
        and person.verified is not None
        and person.erase_at is None
        and person.objected is None
    )
