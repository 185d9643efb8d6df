"""Who does not agree to contact among alumni finds no name of anybody: every command, every button with every id there
is, every form, every message the bot sends by itself is looked at as such a reader."""

import dataclasses
import types
import typing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import Enum
from itertools import islice, product
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.conversation.callbacks import Callback
from bot.conversation.forms import Move, Step
from bot.conversation.i18n import speaking
from bot.conversation.incoming import Incoming, Kind
from bot.conversation.notices import Composing, Notice, Withdrawn
from bot.conversation.reply import Go, Reply
from bot.conversation.routing import Made, Router
from bot.conversation.turn import Refused, Turn
from bot.domain.matching import Format
from db import consents, members
from db.doors import Person
from db.models.members import RoleKind, Status
from db.models.people import ContactRequest, Look, Offer, Relayed
from db.models.privacy import Purpose
from tests.clubs import club, enters
from tests.events import answers, event
from tests.marks import on_both_databases
from tests.mentoring import mentor as mentor_called
from tests.mentoring import mentorship, opens_to_all, request, search
from tests.people import find, member
from tests.stage import Stage

READER = "Rita Leserin"
OTHERS = ("Wilhelmine Ottersbach", "Korbinian Zwetschgenried", "Philippa Quarrington")
FIELDS = ("studies", "city", "topics", "function", "employer")
MOST_TAPS = 40
WORDS = "x"


def a_network(stage: Stage) -> int:
    """Three people who agree to everything, and a reader who has to do with all of them and has withdrawn; their id."""
    first, second, third = OTHERS
    member(stage, READER)
    for name in (first, second):
        mentor_called(stage, name, opens=FIELDS)
    member(stage, third)
    opens_to_all(stage, third, *FIELDS)
    _gathers(stage)
    mine = search(stage, READER)
    request(stage, mine, READER, second)
    request(stage, search(stage, third), third, READER)
    mentorship(stage, READER, first)
    stage.looks_up(lambda session: session.add_all(_ties(stage)))
    me = find(stage, READER).id
    stage.looks_up(lambda session: _withdraws(session, me, stage))
    return me


def _gathers(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    coming, over = event(stage, club=leipzig), event(stage, "Rückblick", club=leipzig, in_hours=-48)
    for name in (READER, *OTHERS):
        enters(stage, name, leipzig)
        answers(stage, name, coming)
        answers(stage, name, over)
    leader = find(stage, OTHERS[0]).id
    stage.looks_up(lambda session: members.grant(session, leader, RoleKind.AMBASSADOR, stage.clock.now(), leipzig))


def _ties(stage: Stage) -> list[Any]:
    """Requests for contact both ways, words passed on, offers, looks."""
    now, me, others = stage.clock.now(), find(stage, READER).id, [find(stage, name).id for name in OTHERS]
    day = now.date() - timedelta(days=1)
    rows: list[Any] = []
    for other in others:
        rows += [
            ContactRequest(asker_id=other, asked_id=me, message=WORDS, asked_at=now),
            ContactRequest(asker_id=me, asked_id=other, message=WORDS, asked_at=now, state="shared", answered_at=now),
            Relayed(about="mentorship", ref=1, sender_id=other, receiver_id=me, words=WORDS, at=now),
            Relayed(about="contact", ref=1, sender_id=other, receiver_id=me, words=WORDS, at=now),
            Offer(member_id=other, kind="offer", words=WORDS, at=now),
            Look(member_id=me, viewer_id=other, day=day, named=True),
        ]
    return rows


def _withdraws(session: Session, member_id: int, stage: Stage) -> None:
    given = {"given": False, "version": "test", "text": "…", "language": "en", "at": stage.clock.now()}
    consents.add(session, member_id, Purpose.ALUMNI, **given)  # type: ignore[arg-type]


def values_of(kind: Any) -> list[Any]:
    """What a field of a button or notice may hold."""
    if isinstance(kind, types.UnionType):
        options = [option for option in typing.get_args(kind) if option is not types.NoneType]
        return [*values_of(options[0]), None]
    if kind is int:
        return [1, 2, 3, 4, 0]
    if kind is bool:
        return [True, False]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)
    return ["DE", Format.CALL.value]


def every(kind: type[Any]) -> Iterator[Any]:
    """Instances of a button or notice with all the values its fields may have, up to a number."""
    hints = typing.get_type_hints(kind)
    fields = [values_of(hints[field.name]) for field in dataclasses.fields(kind)]
    return (kind(*given) for given in islice(product(*fields), MOST_TAPS))


def messages(router: Router) -> Iterator[Incoming]:
    yield from (Incoming(Kind.COMMAND, text=name) for name in router.commands)
    taps = [tap for route in router.taps.values() if route.takes is not None for tap in every(route.takes)]
    resumed: list[Callback] = [Move(name, Step.RESUME) for name in router.forms]
    yield from (Incoming(Kind.TAP, text=tap.pack()) for tap in [*taps, *resumed, Go("menu")])


@dataclasses.dataclass
class Looking:
    """Everything one reader can see, undone after each look."""

    stage: Stage
    reader: int

    @property
    def router(self) -> Router:
        return self.stage.app.router

    @contextmanager
    def undone(self) -> Iterator[Session]:
        """A session of which nothing remains."""
        with self.stage.app.engine.connect() as connection, Session(connection, expire_on_commit=False) as session:
            yield session
            session.rollback()
            connection.rollback()

    def acts(self, incoming: Incoming) -> str:
        """What the reader is shown for a message."""
        with self.undone() as session:
            row = members.load(session, self.reader)
            me = Person(1, row.id, row.number, Status(row.status), "en", row.zone)
            turn = Turn(session.connection(), me, incoming, self.stage.clock.now(), self.stage.app.house)
            try:
                replies = self.router.act(turn)
                turn.flush()
            except Refused as refusal:
                replies = [refusal.reply]
            return self._shown(turn.session, replies)

    def composed(self, notice: Notice) -> str:
        """What the bot would tell the reader by itself."""
        with self.undone() as session:
            at = self._at(session)
            try:
                found = notice.compose(at)
            except (Withdrawn, LookupError, ValueError):
                return ""
            return self._shown(session, found if isinstance(found, list) else [found] if found else [])

    def _shown(self, session: Session, replies: list[Reply]) -> str:
        """All words of replies, with those in their files and pictures."""
        wires = [reply.wire() for reply in replies]
        recipes = [wire[name] for wire in wires for name in ("picture", "file") if name in wire]
        made = [self.router.make(recipe, self._at(session)) for recipe in recipes]
        contents = [each.content.decode("utf-8", "ignore") if isinstance(each, Made) else str(each) for each in made]
        return "\n".join([*map(str, wires), *contents])

    def _at(self, session: Session) -> Composing:
        return Composing(session, members.load(session, self.reader), self.stage.app.house, self.stage.clock.now())


def names_in(text: str) -> set[str]:
    return {part for name in OTHERS for part in name.split() if part in text}


@on_both_databases
async def test_no_screen_has_a_name_for_a_reader_without_consent(stage: Stage) -> None:
    reader = a_network(stage)
    looking, seen, betrayed = Looking(stage, reader), 0, set()
    with speaking("en"):
        for incoming in messages(looking.router):
            text = looking.acts(incoming)
            seen += bool(text)
            betrayed |= {(incoming.text, name) for name in names_in(text)}
        for kind in looking.router.notices.values():
            betrayed |= {(notice.kind, name) for notice in every(kind) for name in names_in(looking.composed(notice))}
    assert betrayed == set()
    assert seen > 500


@pytest.mark.database("sqlite")
async def test_the_same_screens_have_names_for_who_agrees(stage: Stage) -> None:
    """Otherwise the test above would say nothing."""
    reader = a_network(stage)
    given = {"given": True, "version": "test", "text": "…", "language": "en", "at": stage.clock.now()}
    stage.looks_up(lambda session: consents.add(session, reader, Purpose.ALUMNI, **given))  # type: ignore[arg-type]
    looking, found = Looking(stage, reader), set()
    with speaking("en"):
        for incoming in messages(looking.router):
            if names_in(looking.acts(incoming)):
                found.add(incoming.text.split(":")[0])
    assert {"fp", "mo", "ms"} <= found
    assert len(found) > 12
