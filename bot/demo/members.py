"""Invented people as rows: since when they are members, what they agreed to, how they are reached."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bot.channels.telegram.door import NAME as TELEGRAM
from bot.channels.web.door import NAME as WEB
from bot.channels.web.security import hash_token
from bot.conversation.house import House
from bot.conversation.i18n import LANGUAGES, speaking
from bot.conversation.privacy_texts import VERSION, consent_text
from bot.demo.ground import Ground
from bot.demo.line import chat_of
from bot.demo.people import Invented
from bot.demo.shoes import SHOES, token_of
from bot.demo.tables import WAITING
from db.doors import NUMBER_LETTERS
from db.lists import years_of
from db.models.conversation import NEW
from db.models.members import Status
from db.models.places import Place
from db.models.privacy import Purpose
from db.places import name_place
from db.web_sessions import LASTS

Row = dict[str, Any]
USUAL_HOURS, ALL_DAY = (21, 8), (0, 0)
OTHER_HOURS = ((22, 7), (20, 9), (23, 10))
WITH_OTHER_HOURS = 0.06
OBJECTED = 0.012
ERASED_IN = timedelta(hours=20)
# In mainland China few have Telegram. Of a hundred people so many have blocked the bot there since, and have no other
# door; of those who came long ago one in twelve was never heard from again.
ON_TELEGRAM, ON_TELEGRAM_IN_CHINA, LOST = 92, 12, 3
SILENT_EVERY = 12
SPELLED = {"de": "de", "zh": "zh_Hans", "en": "en"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with their place in the database and in time. `erase_at`: asked to be erased."""

    id: int
    number: str
    invented: Invented
    place: Place
    registered: datetime
    verified: datetime | None
    seen: datetime
    browser: str
    token_hash: str
    quiet: tuple[int, int] = USUAL_HOURS
    objected: datetime | None = None
    erase_at: datetime | None = None

    @property
    def is_known(self) -> bool:
        """Whether one can step into their shoes."""
        return self.id <= len(SHOES)

    @property
    def channel(self) -> str:
        """Their one door. Whose shoes one can step into, and who waits, came by the web."""
        if self.is_known or self.verified is None:
            return WEB
        share = ON_TELEGRAM_IN_CHINA if self.place.country == "CN" else ON_TELEGRAM
        return TELEGRAM if self._draw < share else WEB

    @property
    def lost(self) -> bool:
        return self.channel == TELEGRAM and self._draw < LOST

    @property
    def _draw(self) -> int:
        """One of a hundred, always the same."""
        return int(self.browser, 16) % 100


class Registrar:
    """Gives invented people their numbers and days, always the same ones for the same random numbers."""

    def __init__(self, random: Random, ground: Ground, house: House, now: datetime) -> None:
        self._random = random
        self._ground = ground
        self._house = house
        self._now = now

    def enrol(self, people: list[Invented]) -> list[Person]:
        """Everybody, in the order of their ids. The last one verified has asked to be erased."""
        leaving = len(people) - WAITING.size
        return [self._enrol(number, invented, number == leaving) for number, invented in enumerate(people, 1)]

    def _enrol(self, number: int, invented: Invented, leaving: bool) -> Person:
        registered, verified, seen = self._days(invented)
        known = number <= len(SHOES)
        if verified is not None and not known and number % SILENT_EVERY == 0:
            seen = verified
        return Person(
            id=number,
            number="".join(self._random.choices(NUMBER_LETTERS, k=8)),
            invented=invented,
            place=self._ground.places[invented.city],
            registered=registered,
            verified=verified,
            seen=seen,
            browser=f"{self._random.getrandbits(96):024x}",
            token_hash=hash_token(self._token(number)),
            quiet=self._hours(number),
            objected=None if known or leaving or invented.waiting else self._objection(verified),
            erase_at=self._now + ERASED_IN if leaving else None,
        )

    def _days(self, invented: Invented) -> tuple[datetime, datetime | None, datetime]:
        """Registered, verified, seen last."""
        if invented.waiting:
            registered = self._ago(hours=self._random.uniform(2, 60))
            return registered, None, registered
        registered = self._ago(days=self._random.uniform(20, 700))
        verified = min(registered + timedelta(hours=self._random.uniform(2, 120)), self._ago(days=1))
        seen = self._ago(days=self._random.uniform(0.1, 100))
        return registered, verified, max(verified, seen)

    def _ago(self, **span: float) -> datetime:
        """Whole seconds, as both databases keep them alike."""
        return (self._now - timedelta(**span)).replace(microsecond=0)

    def _hours(self, number: int) -> tuple[int, int]:
        """Those with an office can be reached at any hour, so that their notices are there when one looks."""
        if number <= len(SHOES) and (SHOES[number - 1].leads or SHOES[number - 1].coordinates):
            return ALL_DAY
        return self._random.choice(OTHER_HOURS) if self._random.random() < WITH_OTHER_HOURS else USUAL_HOURS

    def _objection(self, verified: datetime | None) -> datetime | None:
        return verified if self._random.random() < OBJECTED else None

    def _token(self, number: int) -> str:
        if number <= len(SHOES):
            return token_of(self._house, SHOES[number - 1].name)
        return f"{self._random.getrandbits(256):064x}"


def member_row(person: Person) -> Row:
    invented = person.invented
    city = name_place(person.place, SPELLED[invented.culture])
    return {
        "id": person.id,
        "number": person.number,
        "status": Status.PENDING if invented.waiting else Status.VERIFIED,
        "language": invented.language,
        "zone": person.place.zone,
        "quiet_from": person.quiet[0],
        "quiet_to": person.quiet[1],
        "full_name": invented.named.full,
        "other_name": invented.named.other,
        "addressed_as": invented.named.addressed,
        "place_id": person.place.id,
        "function": invented.function,
        "employer": invented.employer.format(city=city) if invented.employer else None,
        "created_at": person.registered,
        "registered_at": person.registered,
        "verified_at": person.verified,
        "seen_at": person.seen,
        "objected_at": person.objected,
        "erase_at": person.erase_at,
    }


def affiliation_rows(person: Person, ground: Ground) -> Iterator[Row]:
    """Whoever was in a named cohort has chosen it, and has its years."""
    for studies in person.invented.studies:
        programme = ground.programmes[studies.programme] if studies.programme else None
        cohort = ground.cohort_of(programme, studies.years[1])
        first, last = years_of(cohort) if cohort is not None else studies.years
        yield {
            "member_id": person.id,
            "institution_id": ground.institutions[studies.institution],
            "programme_id": programme,
            "cohort_id": cohort.id if cohort is not None else None,
            "from_year": first,
            "to_year": last,
        }


def write_consents(house: House) -> dict[tuple[Purpose, str], str]:
    """The exact words of every purpose in every language, as a registration records them."""
    texts = {}
    for tag in LANGUAGES:
        with speaking(tag):
            texts.update({(purpose, tag): str(consent_text(purpose, house)) for purpose in Purpose})
    return texts


def consent_rows(person: Person, texts: dict[tuple[Purpose, str], str]) -> Iterator[Row]:
    """The notice for everybody, contact among alumni as they wished, in China the transfer abroad."""
    answers = {Purpose.UNIVERSITY: True, Purpose.ALUMNI: person.invented.in_network}
    if person.place.country == "CN":
        answers[Purpose.TRANSFER] = True
    for purpose, given in answers.items():
        yield {
            "member_id": person.id,
            "purpose": purpose,
            "given": given,
            "version": VERSION,
            "text": texts[purpose, person.invented.language],
            "language": person.invented.language,
            "at": person.registered,
        }


def verification_row(person: Person, coordinator: Person) -> Row:
    decided = person.verified is not None
    return {
        "id": person.id,
        "member_id": person.id,
        "state": "approved" if decided else "open",
        "asked_at": person.registered,
        "decided_at": person.verified,
        "decided_by": coordinator.number if decided else None,
    }


def session_row(person: Person) -> Row:
    return {
        "id": person.browser,
        "token_hash": person.token_hash,
        "created_at": person.registered,
        "expires_at": person.seen + LASTS,
    }


def door_row(person: Person) -> Row:
    return {
        "channel": person.channel,
        "external_id": person.browser if person.channel == WEB else chat_of(person.id),
        "member_id": person.id,
        "used_at": person.seen,
        "unreachable_since": person.seen + timedelta(days=1) if person.lost else None,
    }


def greeting_row(person: Person, now: datetime) -> Row:
    """A /start of somebody whose shoes one can step into: it is answered by the real road at the start."""
    frame = {"kind": "start", "language": person.invented.language, "payload": "", "key": "greeting"}
    return {
        "channel": "web",
        "box": person.browser,
        "key": "greeting",
        "sender": person.browser,
        "payload": json.dumps(frame),
        "received_at": now,
        "state": NEW,
        "tries": 0,
    }
