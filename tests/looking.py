"""Everything one reader can see: every command, every button with every id there is, every form, every message the bot
sends by itself."""

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from itertools import islice, product
from typing import Any

from sqlalchemy.orm import Session

from bot.conversation.callbacks import Callback
from bot.conversation.incoming import Incoming, Kind
from bot.conversation.notices import Composing, Notice, Withdrawn
from bot.conversation.questions import Move, Step
from bot.conversation.reply import Go, Reply
from bot.conversation.routing import Made, Router
from bot.conversation.turn import Refused, Turn
from bot.domain.matching import Format
from db import members
from db.doors import Person
from db.models.members import Status
from tests.stage import Stage

MOST_TAPS = 40


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
    before_undoing: Callable[[Session], object] = lambda _session: None

    @property
    def router(self) -> Router:
        return self.stage.app.router

    @contextmanager
    def undone(self) -> Iterator[Session]:
        """A session of which nothing remains."""
        with self.stage.app.engine.connect() as connection, Session(connection, expire_on_commit=False) as session:
            yield session
            self.before_undoing(session)
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
