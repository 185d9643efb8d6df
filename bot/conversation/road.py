"""The one road: every message of every channel becomes one turn in one transaction."""

import json
import logging
import secrets
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import _, speaking
from bot.conversation.incoming import Incoming, Unparsable
from bot.conversation.reply import Reply, Wire
from bot.conversation.routing import Answer, Router
from bot.conversation.secrets import clear_of_marks
from bot.conversation.turn import Refused, Turn
from db import inbox, operations
from db.doors import NUMBER_LETTERS, Person, lock_sender
from db.inbox import Stored
from db.models.members import Status
from db.trouble import Trouble, classify, is_lasting

log = logging.getLogger("road")
RACES = 3


class Channel(Protocol):
    """What the road needs of a door: reading what it stored, and keeping what it will show."""

    def parse(self, payload: str) -> Incoming: ...

    def keep(self, turn: Turn, replies: list[Wire]) -> bool:
        """Keep replies in the turn's transaction if the door shows from its own table. True: nothing is
        left to show."""
        ...

    def keep_notice(self, session: Session, member: int, wire: Wire, now: datetime) -> bool:
        """The same for a notice."""
        ...


@dataclass(frozen=True, slots=True)
class Acted:
    """What a turn left to be shown; `outcome` is how it went: answered, refused, fault, aside."""

    row: int
    door_id: int
    member: int
    payload: str
    received_at: datetime
    replies: list[Wire]
    outcome: str = "answered"
    done: bool = False
    held_by: int | None = None
    menu_is_due: bool = False


@dataclass(slots=True)
class Road:
    """All that a turn needs of the world."""

    engine: Engine
    router: Router
    house: House
    now: Callable[[], datetime]
    channels: dict[str, Channel]


class DatabaseAway(Exception):
    """The database cannot just now. Nothing was confirmed or marked: run the same turn again, later."""


def travel(road: Road, channel: str, sender: str) -> Acted | None:
    """Act on the oldest waiting message of a sender; None if there is none (any more).

    Returning commits, raising rolls back. A refusal or a fault undoes what the handler did and answers the
    same message in a second transaction; a lost race runs again at once, three times. A message that cannot
    even be apologised for is set aside. Raises DatabaseAway.
    """
    answer: Answer = road.router.act
    outcome, message = "answered", list[int]()
    races = faults = 0
    while True:
        try:
            acted = _transact(road, channel, sender, answer, message)
            return acted if outcome == "answered" or acted is None else replace(acted, outcome=outcome)
        except Refused as refusal:
            answer, outcome = _constant(refusal.reply), "refused"
        except Exception as error:
            trouble = classify(error)
            races += trouble is Trouble.RACE
            if trouble is Trouble.RACE and races < RACES:
                continue
            if trouble is Trouble.AWAY or not (message and is_lasting(error)):
                raise DatabaseAway(type(error).__name__) from error
            faults += 1
            code = log_fault(error)
            answer, outcome = (_apology(code, error), "fault") if faults == 1 else (_put_aside, "aside")
            races = 0


def _transact(road: Road, channel: str, sender: str, answer: Answer, message: list[int]) -> Acted | None:
    """One attempt. `message` remembers which row the first attempt had: a repeat answers no other."""
    now = road.now()
    with road.engine.begin() as connection:
        me = lock_sender(connection, channel, sender, now)
        row = inbox.oldest(connection, channel, sender)
        if row is None or (message and message[0] != row.id):
            return None
        message[:] = [row.id]
        try:
            incoming = clear_of_marks(road.channels[channel].parse(row.payload))
            if answer is _put_aside:
                raise Unparsable
        except Unparsable:
            inbox.set_aside(connection, row.id)
            return Acted(row.id, me.door_id, me.id, "", row.received_at, [], "aside", done=True)
        return _act(road, connection, me, row, channel, incoming, answer)


def _act(
    road: Road,
    connection: Connection,
    me: Person,
    row: Stored,
    channel: str,
    incoming: Incoming,
    answer: Answer,
) -> Acted:
    now = road.now()
    turn = Turn(connection, me, incoming, now, road.house)
    try:
        with speaking(me.language, me.zone):
            outcome = answer(turn)
            replies = [outcome] if isinstance(outcome, Reply) else outcome or []
            wires = [reply.wire(edits=incoming.message) for reply in replies]
            shown = road.channels[channel].keep(turn, wires)
            turn.flush()
    finally:
        turn.close()
    if shown:
        inbox.mark_shown(connection, [row.id])
    else:
        inbox.mark_acted(connection, row.id, json.dumps(wires, ensure_ascii=False), now)
    menu_is_due = me.menu is None and turn.me.status is not Status.GUEST
    return Acted(
        row.id,
        me.door_id,
        turn.me.id,
        row.payload,
        row.received_at,
        wires,
        done=shown,
        held_by=row.held_by,
        menu_is_due=menu_is_due,
    )


def _constant(reply: Reply) -> Answer:
    return lambda _turn: reply


def _put_aside(_turn: Turn) -> None:
    """Stands for the answer to a message that cannot be answered."""


def _apology(code: str, error: Exception) -> Answer:
    kind, place = type(error).__name__, next(iter(places_of(error)), "")

    def apologise(turn: Turn) -> Reply:
        operations.note_fault(turn.session, code, kind, place, turn.now)
        text = _(
            "Something went wrong ({code}). What you had entered is kept; please try again in a moment. "
            "If it happens again, /contact reaches the alumni office: please name this code."
        ).format(code=code)
        return Reply(text, new=True)

    return apologise


def log_fault(error: BaseException) -> str:
    """Log a fault under a short code: its type and where it happened, never its message, which may quote
    what somebody wrote."""
    code = "".join(secrets.choice(NUMBER_LETTERS) for _ in range(4))
    kind, places = type(error).__name__, places_of(error)
    told = {"code": code, "error": kind, "trace": places}
    log.error("fault %s: %s at %s", code, kind, " < ".join(places), extra=told)
    return code


def places_of(error: BaseException) -> list[str]:
    """Where it happened and what led there, the innermost first."""
    frames = traceback.extract_tb(error.__traceback__)[::-1][:12]
    return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
