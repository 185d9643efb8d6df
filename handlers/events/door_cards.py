"""What organisers see at the door: the list of those expected, and what came of checking somebody in."""

from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import _, ngettext
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, shorten
from bot.conversation.times import dual
from bot.conversation.turn import Turn
from bot.domain.attendance import State
from bot.domain.door import PUT_RIGHT, Door, door_at
from db import checkins
from db.checkins import Expected
from db.models.events import Event
from handlers.events.card import LONGEST_LABEL, Organise, title_of
from handlers.events.checking_in import Scan, Verdict, headlines, name_of, note_seen, tally, with_guests
from handlers.events.organising import OpenDoor

PAGE = 6


@dataclass(frozen=True, slots=True)
class CheckIn(Callback, prefix="di"):
    """Here or not here. Says how it shall be, so that a double tap, or one on an old list, does nothing."""

    attendance: int
    here: bool
    page: int | None = None


@dataclass(frozen=True, slots=True)
class TypeCode(Callback, prefix="dc"):
    """Ask for the four digits or a name."""

    event: int


@dataclass(frozen=True, slots=True)
class WalkIn(Callback, prefix="dw"):
    """Somebody comes who has no seat."""

    event: int


@dataclass(frozen=True, slots=True)
class LetIn(Callback, prefix="dl"):
    """Let somebody in who answered but has no seat."""

    attendance: int


@dataclass(frozen=True, slots=True)
class TakeBack(Callback, prefix="db"):
    """They were not let in after all. `round` tells which letting in is meant; the rest is how it was before."""

    attendance: int
    round: int
    state: State
    line: int | None


def door_card(turn: Turn, event: Event, page: int, said: Markup | None = None) -> Reply:
    """Those not yet here first, six a page, each a button to tick."""
    everybody = sorted(checkins.expected(turn.session, event.id, State.YES), key=lambda one: one.here_since is not None)
    page = min(max(page, 0), max(len(everybody) - 1, 0) // PAGE)
    shown = everybody[page * PAGE : (page + 1) * PAGE]
    note_seen(turn, event.id, [one.number for one in shown])
    text = Markup("\n").join(_lines(turn, event, everybody))
    if said:
        text = Markup("{}\n\n{}").format(said, text)
    ticks = column(*(Button(_label(one), CheckIn(one.id, one.here_since is None, page)) for one in shown))
    return Reply(
        text,
        (
            *ticks,
            *leaves(partial(OpenDoor, event.id), page, more=(page + 1) * PAGE < len(everybody)),
            *_steps(turn, event, page),
        ),
    )


def _lines(turn: Turn, event: Event, everybody: list[Expected]) -> list[Markup]:
    lines = [Markup("<b>{}</b>").format(title_of(event))]
    lines.append(tally(everybody) if everybody else _("Nobody has said yes."))
    if event.walk_ins:
        lines.append(people_counted(event.walk_ins))
    if door_at(event.starts_at, event.ends_at, turn.now) is Door.AFTERWARDS:
        until = dual(event.ends_at + PUT_RIGHT, event.zone)
        lines.append(_("Was somebody here after all? Until {time} you can still tick them.").format(time=until))
    elif everybody:
        lines.append(_("A tap on a name checks somebody in; another tap takes it back."))
    return lines


def people_counted(people: int) -> Markup:
    """Those who came without an answer."""
    return ngettext(
        "Besides, {n} person came without an answer.", "Besides, {n} people came without an answer.", people
    ).format(n=people)


def _label(one: Expected) -> str:
    name = name_of(one.name, one.other)
    short = shorten(name, LONGEST_LABEL)
    return f"{'✓ ' if one.here_since else ''}{short}{f' +{one.guests}' if one.guests else ''}"


def _steps(turn: Turn, event: Event, page: int) -> Rows:
    last = (Button(_("Refresh"), OpenDoor(event.id, page)), Button(_("Organise"), Organise(event.id)))
    if door_at(event.starts_at, event.ends_at, turn.now) is not Door.OPEN:
        return (last,)
    return ((Button(_("Code or name"), TypeCode(event.id)), Button(_("Walk-in"), WalkIn(event.id))), last)


def scan_card(scan: Scan) -> Reply:
    """What came of it, and what can be done next."""
    return Reply(Markup("\n").join(scan_lines(scan)), _scan_rows(scan))


def scan_lines(scan: Scan) -> list[Markup]:
    """The verdict in words, then whom it is about."""
    lines = [Markup("<b>{}</b>").format(headlines()[scan.verdict])]
    if scan.who:
        lines.append(Markup("<b>{}</b>").format(scan.who))
    lines += [with_guests(scan.guests), scan.sentence]
    if scan.title:
        lines.append(Markup("{}").format(scan.title))
    return [line for line in (*lines, scan.tally) if line]


def _scan_rows(scan: Scan) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if scan.attendance is not None:
        rows += column(*_amends(scan, scan.attendance))
    if scan.event is None:
        return (*rows, (Button(_("My planning"), Go("planning")), Button(_("Menu"), Go("menu"))))
    if scan.verdict is not Verdict.CLOSED:
        rows.append((Button(_("Next person"), TypeCode(scan.event)), Button(_("Who is here"), OpenDoor(scan.event))))
    return (*rows, (Button(_("Organise"), Organise(scan.event)), Button(_("Menu"), Go("menu"))))


def _amends(scan: Scan, attendance: int) -> list[Button]:
    """How to take it back, or to do it all the same."""
    if scan.verdict is Verdict.NO_SEAT:
        return [Button(_("Let them in all the same"), LetIn(attendance))]
    if scan.verdict is Verdict.OUT:
        return [Button(_("Check in again"), CheckIn(attendance, True))]
    if scan.verdict is not Verdict.IN:
        return []
    if scan.before is None:
        return [Button(_("Undo"), CheckIn(attendance, False))]
    before = scan.before
    return [Button(_("Undo"), TakeBack(attendance, before.round, before.state, before.line))]
