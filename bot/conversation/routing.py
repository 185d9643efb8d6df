"""The one road: every message of every channel becomes one turn in one transaction.

Handlers register what they answer; a route that says nothing about who may use it is for verified members.
"""

import json
import logging
import secrets
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Protocol, TypeVar

from markupsafe import Markup
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from bot.conversation import forms
from bot.conversation.callbacks import Callback, Unreadable
from bot.conversation.forms import Form, Leaf, Move, Pick, Step
from bot.conversation.house import House
from bot.conversation.i18n import _, speaking
from bot.conversation.incoming import Incoming, Kind, Unparsable
from bot.conversation.notices import Composing, Notice
from bot.conversation.reply import AskFor, Button, Go, Reply, Wire
from bot.conversation.secrets import clear_of_marks
from bot.conversation.turn import Outcome, Refused, Turn
from db import drafts, inbox
from db.doors import NUMBER_LETTERS, Person, lock_sender
from db.drafts import Filling
from db.inbox import Stored
from db.models.members import Status
from db.trouble import Trouble, classify, is_lasting

log = logging.getLogger("road")
RACES = 3


class Gate(Enum):
    """Who may pass. GUEST: only who is not registered yet. NETWORK is the second gate of the law: members who
    agreed to contact among alumni."""

    ANYONE = "anyone"
    GUEST = "guest"
    REGISTERED = "registered"
    VERIFIED = "verified"
    NETWORK = "network"
    AMBASSADOR = "ambassador"
    COORDINATOR = "coordinator"


C = TypeVar("C", bound=Callback)
Answer = Callable[[Turn], Outcome]


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and who may use it."""

    handler: Callable[..., Outcome]
    gate: Gate
    takes: type[Callback] | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A file or picture, made."""

    name: str
    content: bytes
    media_type: str


class Warden(Protocol):
    """Decides whether a turn passes a gate, and what to say when it does not."""

    def admits(self, turn: Turn, gate: Gate) -> bool: ...

    def refuse(self, turn: Turn, gate: Gate) -> Reply: ...


@dataclass
class Router:
    """What handlers registered: the product's table of contents."""

    commands: dict[str, Route] = field(default_factory=dict)
    taps: dict[str, Route] = field(default_factory=dict)
    links: dict[str, Route] = field(default_factory=dict)
    events: dict[Kind, Route] = field(default_factory=dict)
    forms: dict[str, tuple[Form, Gate]] = field(default_factory=dict)
    notices: dict[str, type[Notice]] = field(default_factory=dict)
    planners: list[Callable[[Session, datetime, House], None]] = field(default_factory=list)
    moments: list[Callable[[Session, datetime], datetime | None]] = field(default_factory=list)
    makers: dict[str, Callable[[Composing, dict[str, Any]], Made]] = field(default_factory=dict)
    warden: Warden | None = None
    newcomer: Answer | None = None
    otherwise: Answer | None = None

    def command(self, name: str, handler: Answer, *, gate: Gate = Gate.VERIFIED, about: str | None = None) -> None:
        """/name. With `about` (marked by N_) it stands in the command menu of those who pass its gate."""
        self.commands[name] = Route(handler, gate, about=about)

    def tap(self, kind: type[C], handler: Callable[[Turn, C], Outcome], *, gate: Gate = Gate.VERIFIED) -> None:
        """A button."""
        assert kind.prefix not in self.taps, kind.prefix
        self.taps[kind.prefix] = Route(handler, gate, kind)

    def link(self, prefix: str, handler: Callable[[Turn, str], Outcome], *, gate: Gate = Gate.VERIFIED) -> None:
        """A deep link `prefix_rest`; the handler gets the rest."""
        self.links[prefix] = Route(handler, gate)

    def event(self, kind: Kind, handler: Answer) -> None:
        """Something that happened to the chat itself (blocked, returned)."""
        self.events[kind] = Route(handler, Gate.ANYONE)

    def form(self, form: Form, *, gate: Gate = Gate.VERIFIED) -> None:
        self.forms[form.name] = form, gate

    def notice(self, kind: type[Notice]) -> None:
        self.notices[kind.kind] = kind

    def planner(
        self,
        plan: Callable[[Session, datetime, House], None],
        next_due: Callable[[Session, datetime], datetime | None],
    ) -> None:
        """`plan` is called at every tick in a transaction of its own and does what has become due; `next_due` says
        when, after an instant, there is something again (a moved clock visits each such moment)."""
        self.planners.append(plan)
        self.moments.append(next_due)

    def maker(self, kind: str, make: Callable[[Composing, dict[str, Any]], Made]) -> None:
        """What makes the file or picture of a recipe, at the moment it is shown."""
        self.makers[kind] = make

    def make(self, recipe: Wire, at: Composing) -> Made:
        """The file or picture of a recipe in its wire form."""
        return self.makers[recipe["kind"]](at, recipe["params"])

    def act(self, turn: Turn) -> list[Reply]:
        """Find the route of a message, check its gate, call its handler."""
        outcome = self._find(turn)
        replies = [outcome] if isinstance(outcome, Reply) else outcome or []
        if turn.parked and replies:
            replies[-1] = self._offer_again(replies[-1], turn.parked)
        return replies

    def _find(self, turn: Turn) -> Outcome:
        kind = turn.incoming.kind
        if kind in self.events:
            return self.events[kind].handler(turn)
        if turn.me.language is None and self.newcomer is not None and not self._is_form_free(turn):
            return self.newcomer(turn)
        if kind is Kind.COMMAND:
            return self._command(turn)
        if kind is Kind.TAP:
            return self._tap(turn)
        filling = drafts.active(turn.connection, turn.me.id)
        if filling is None or filling.form not in self.forms:
            return self._call(turn, Route(self.otherwise, Gate.ANYONE)) if self.otherwise else None
        return self._form(turn, filling.form, lambda form: forms.hear(turn, form, filling))

    def _is_form_free(self, turn: Turn) -> bool:
        """Taps that need no language yet: choosing one."""
        return turn.incoming.kind is Kind.TAP and turn.incoming.text.startswith("lg:")

    def _command(self, turn: Turn) -> Outcome:
        return self._run(turn, turn.incoming.text)

    def _run(self, turn: Turn, command: str) -> Outcome:
        turn.parked = drafts.park(turn.connection, turn.me.id)
        route = self.commands.get(command)
        if route is None:
            return self._call(turn, Route(self.otherwise, Gate.ANYONE)) if self.otherwise else None
        return self._call(turn, route)

    def _tap(self, turn: Turn) -> Outcome:
        try:
            tap = self._unpack(turn.incoming.text)
        except Unreadable:
            return Reply(Markup(""), toast=_("This button is from an earlier version. Please open /menu."))
        if isinstance(tap, Pick | Leaf | Move):
            return self._form_tap(turn, tap)
        if isinstance(tap, AskFor):
            return Reply(_("Please tap the button below the text field."), ask=tap.what, new=True)
        if isinstance(tap, Go):
            return self._run(turn, tap.command)
        turn.parked = drafts.park(turn.connection, turn.me.id)
        return self._call(turn, self.taps[tap.prefix], tap)

    def _unpack(self, data: str) -> Callback:
        prefix = data.split(":", 1)[0]
        kinds: dict[str, type[Callback]] = {kind.prefix: kind for kind in (Pick, Leaf, Move, AskFor, Go)}
        route = self.taps.get(prefix)
        kind = kinds.get(prefix) or (route.takes if route else None)
        if kind is None:
            raise Unreadable(data)
        return kind.unpack(data)

    def _form_tap(self, turn: Turn, tap: Pick | Leaf | Move) -> Outcome:
        if tap.form not in self.forms:
            return Reply(Markup(""), toast=_("This form no longer exists. Please open /menu."))
        filling = drafts.find(turn.connection, turn.me.id, tap.form)
        if filling is None:
            return self._closed(turn, tap)
        return self._form(turn, tap.form, lambda form: _tapped(turn, form, filling, tap))

    def _closed(self, turn: Turn, tap: Pick | Leaf | Move) -> Outcome:
        if isinstance(tap, Move) and tap.step is Step.RESUME:
            return self._form(turn, tap.form, lambda form: forms.begin(turn, form))
        return Reply(Markup(""), toast=_("This form is already closed. Everything you can do is in /menu."))

    def _form(self, turn: Turn, name: str, go_on: Callable[[Form], Outcome]) -> Outcome:
        form, gate = self.forms[name]
        return self._call(turn, Route(lambda _turn: go_on(form), gate))

    def follow(self, turn: Turn, payload: str) -> Outcome:
        """Go where a deep link leads; None for a link nobody knows."""
        prefix, _separator, rest = payload.partition("_")
        route = self.links.get(prefix)
        return self._call(turn, route, rest) if route else None

    def _call(self, turn: Turn, route: Route, *arguments: Any) -> Outcome:
        warden = self.warden
        if route.gate is not Gate.ANYONE and warden is not None and not warden.admits(turn, route.gate):
            return warden.refuse(turn, route.gate)
        return route.handler(turn, *arguments)

    def _offer_again(self, reply: Reply, name: str) -> Reply:
        if name not in self.forms or not reply.text:
            return reply
        title = self.forms[name][0].title()
        return reply.with_row(Button(_("Continue: {form}").format(form=title), Move(name, Step.RESUME)))


def _tapped(turn: Turn, form: Form, filling: Filling, tap: Pick | Leaf | Move) -> Outcome:
    if isinstance(tap, Pick):
        return forms.pick(turn, form, filling, tap)
    if isinstance(tap, Leaf):
        return forms.turn_page(turn, form, filling, tap)
    return forms.move(turn, form, filling, tap)


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
    """What a turn left to be shown."""

    row: int
    door_id: int
    member: int
    payload: str
    replies: list[Wire]
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
    message: list[int] = []
    races = faults = 0
    while True:
        try:
            return _transact(road, channel, sender, answer, message)
        except Refused as refusal:
            answer = _constant(refusal.reply)
        except Exception as error:
            trouble = classify(error)
            races += trouble is Trouble.RACE
            if trouble is Trouble.RACE and races < RACES:
                continue
            if trouble is Trouble.AWAY or not (message and is_lasting(error)):
                raise DatabaseAway(type(error).__name__) from error
            faults += 1
            code = log_fault(error)
            answer, races = (_apology(code) if faults == 1 else _put_aside), 0


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
            return Acted(row.id, me.door_id, me.id, "", [], done=True)
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
    return Acted(row.id, me.door_id, turn.me.id, row.payload, wires, shown, row.held_by, menu_is_due)


def _constant(reply: Reply) -> Answer:
    return lambda _turn: reply


def _put_aside(_turn: Turn) -> None:
    """Stands for the answer to a message that cannot be answered."""


def _apology(code: str) -> Answer:
    def apologise(turn: Turn) -> Reply:
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
    frames = traceback.extract_tb(error.__traceback__)[::-1][:12]
    places = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames)
    log.error("fault %s: %s at %s", code, type(error).__name__, places)
    return code
