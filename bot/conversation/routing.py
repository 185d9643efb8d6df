"""Where a message goes: handlers register what they answer, and who may use it. A route that says nothing about
that is for verified members.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any, Protocol, TypeVar

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation import forms
from bot.conversation.callbacks import Callback, Unreadable
from bot.conversation.forms import Form, Leaf, Move, Pick, Step
from bot.conversation.house import House
from bot.conversation.i18n import _
from bot.conversation.incoming import Kind
from bot.conversation.notices import Composing, Notice
from bot.conversation.questions import stamped, unstamped
from bot.conversation.reply import AskFor, Button, Go, Reply, Wire
from bot.conversation.turn import Outcome, Turn
from bot.drawing.data import Drawing
from db import drafts
from db.drafts import Filling


class Gate(Enum):
    """Who may pass. GUEST: only who is not registered yet. NETWORK is the second gate of the law: members who
    agreed to contact among alumni. COORDINATOR: all of them, each for those in their scope (`Turn.scope`); CENTRAL:
    those who answer for everybody."""

    ANYONE = "anyone"
    GUEST = "guest"
    REGISTERED = "registered"
    VERIFIED = "verified"
    NETWORK = "network"
    AMBASSADOR = "ambassador"
    COORDINATOR = "coordinator"
    CENTRAL = "central"


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


@dataclass(frozen=True, slots=True)
class ToDraw:
    """A picture or spreadsheet that takes too long to make here: the channel has it drawn from this data, plain JSON
    in the shape `bot.drawing.data` has for the drawing, in a child process."""

    name: str
    drawing: Drawing
    data: Mapping[str, Any]


Making = Callable[[Composing, dict[str, Any]], Made | ToDraw]


class Warden(Protocol):
    """Decides whether a turn passes a gate, and what to say when it does not."""

    def admits(self, turn: Turn, gate: Gate) -> bool: ...

    def refuse(self, turn: Turn, gate: Gate) -> Reply: ...


@dataclass
class Router:
    """What handlers registered: the product's table of contents."""

    commands: dict[str, Route] = field(default_factory=dict)
    taps: dict[str, Route] = field(default_factory=dict)
    replies: dict[str, Route] = field(default_factory=dict)
    links: dict[str, Route] = field(default_factory=dict)
    events: dict[Kind, Route] = field(default_factory=dict)
    forms: dict[str, tuple[Form, Gate]] = field(default_factory=dict)
    notices: dict[str, type[Notice]] = field(default_factory=dict)
    planners: list[Callable[[Session, datetime, House], bool | None]] = field(default_factory=list)
    moments: list[Callable[[Session, datetime], datetime | None]] = field(default_factory=list)
    makers: dict[str, Making] = field(default_factory=dict)
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

    def reply(self, kind: type[C], handler: Callable[[Turn, C], Outcome], *, gate: Gate = Gate.VERIFIED) -> None:
        """Words that reply to a message with this button (Telegram has that): `turn.incoming.text`."""
        self.replies[kind.prefix] = Route(handler, gate, kind)

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
        plan: Callable[[Session, datetime, House], bool | None],
        next_due: Callable[[Session, datetime], datetime | None],
    ) -> None:
        """`plan` is called at every tick in a transaction of its own and does what has become due, in pieces of
        under 50 ms: while it returns True it is called again. `next_due` says when, after an instant, there is
        something again (a moved clock visits each such moment)."""
        self.planners.append(plan)
        self.moments.append(next_due)

    def maker(self, kind: str, make: Making) -> None:
        """What makes the file or picture of a recipe, at the moment it is shown. Charts and workbooks are left
        `ToDraw`: a maker runs in a database thread and has 100 ms."""
        self.makers[kind] = make

    def make(self, recipe: Wire, at: Composing) -> Made | ToDraw:
        """The file or picture of a recipe in its wire form, or what is needed to draw it."""
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
            return _answer_lost(turn) or self.tapped(turn, turn.incoming.text)
        replied = next((data for data in turn.incoming.replies_to if _prefix_of(data) in self.replies), None)
        if replied is not None:
            return self._replied(turn, replied)
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

    def tapped(self, turn: Turn, data: str) -> Outcome:
        """The same as tapping the button with this data."""
        try:
            tap = self._unpack(data)
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

    def _replied(self, turn: Turn, data: str) -> Outcome:
        """Whoever replies to a message means that one, whatever form they are in the middle of."""
        route = self.replies[_prefix_of(data)]
        assert route.takes is not None
        try:
            tap = route.takes.unpack(data)
        except Unreadable:
            return Reply(_("This message is from an earlier version. Please open /menu."))
        turn.parked = drafts.park(turn.connection, turn.me.id)
        return self._call(turn, route, tap)

    def _unpack(self, data: str) -> Callback:
        prefix = _prefix_of(data)
        kinds: dict[str, type[Callback]] = {kind.prefix: kind for kind in (Pick, Leaf, Move, AskFor, Go)}
        route = self.taps.get(prefix)
        kind = kinds.get(prefix) or (route.takes if route else None)
        if kind is None:
            raise Unreadable(data)
        return kind.unpack(data)

    def _form_tap(self, turn: Turn, tap: Pick | Leaf | Move) -> Outcome:
        name = unstamped(tap.form)
        if name not in self.forms:
            return Reply(Markup(""), toast=_("This form no longer exists. Please open /menu."))
        filling = drafts.find(turn.connection, turn.me.id, name)
        if filling is None or tap.form not in (name, stamped(self.forms[name][0], filling.answers)):
            return self._closed(turn, replace(tap, form=name))
        return self._form(turn, name, lambda form: _tapped(turn, form, filling, tap))

    def _closed(self, turn: Turn, tap: Pick | Leaf | Move) -> Outcome:
        if isinstance(tap, Move) and tap.step is Step.RESUME and self.forms[tap.form][0].starts is not None:
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


def _answer_lost(turn: Turn) -> Reply | None:
    """A button from a time our database no longer knows: its numbers may be those of others by now."""
    shown = turn.incoming.shown_at
    if shown is None or not any(lost.after <= shown <= lost.until for lost in turn.house.lost):
        return None
    text = _(
        "We had to go back to an earlier copy of our database, and it does not know this message any more. What you "
        "said since then may be missing, too. We are sorry; the menu shows how everything stands now."
    )
    return Reply(text, ((Button(_("Menu"), Go("menu")),),))


def _is_its_turn(form: Form, filling: Filling, name: str) -> bool:
    """Whether a question is being asked, or could be, since what comes before it is answered; a button under an older
    message may name one that is still to come. Forms of one question at a time know their answers."""
    question = form.question(name)
    if question is None or form.card is not None or name == filling.question or name in filling.answers:
        return True
    before = form.questions[: form.questions.index(question)]
    missing = any(one.name not in filling.answers and one.when(filling.answers) for one in before)
    return question.when(filling.answers) and not missing


def _prefix_of(data: str) -> str:
    return data.split(":", 1)[0]


def _tapped(turn: Turn, form: Form, filling: Filling, tap: Pick | Leaf | Move) -> Outcome:
    if not _is_its_turn(form, filling, tap.question):
        return forms.resume(turn, form, filling)
    if isinstance(tap, Pick):
        return forms.pick(turn, form, filling, tap)
    if isinstance(tap, Leaf):
        return forms.turn_page(turn, form, filling, tap)
    return forms.move(turn, form, filling, tap)
