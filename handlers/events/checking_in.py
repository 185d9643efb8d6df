"""What checking somebody in leads to, the same from a ticket, a code, the list or the page behind a QR code.

Each call says how it shall be, not what to change: scanned twice, tapped twice or by three people at once, somebody
is checked in exactly once, and the others are told when and by whom.
"""

from dataclasses import dataclass
from enum import Enum

from markupsafe import Markup

from bot.conversation.i18n import _, ngettext
from bot.conversation.times import dual
from bot.conversation.turn import Turn
from bot.domain.attendance import State
from bot.domain.door import OPENS_BEFORE, Door, door_at
from db import checkins, consents, members
from db.checkins import Expected
from db.models.events import Attendance, Event, EventState
from db.models.privacy import Purpose
from handlers.events.card import title_of

NOTHING = Markup("")


class Verdict(Enum):
    """READY: nothing done yet. VOID is a ticket, CLOSED the door; ELSEWHERE somebody else's event."""

    READY = "ready"
    IN = "in"
    ALREADY = "already"
    OUT = "out"
    NO_SEAT = "no_seat"
    VOID = "void"
    CLOSED = "closed"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Before:
    """How an answer stood before somebody was let in without a seat, so that it can be taken back."""

    round: int
    state: State
    line: int | None


@dataclass(frozen=True, slots=True)
class Scan:
    """What came of it: plain values for a card in the chat or a page. `who` and `guests` are for those who organise
    the event; `tally` says how many are here, `times` when the event is."""

    verdict: Verdict
    sentence: Markup
    event: int | None = None
    title: str = ""
    attendance: int | None = None
    who: str = ""
    guests: int = 0
    tally: Markup = NOTHING
    before: Before | None = None
    times: tuple[Markup, ...] = ()


def headlines() -> dict[Verdict, Markup]:
    """Each verdict in two or three words."""
    return {
        Verdict.READY: _("Check in"),
        Verdict.IN: _("Checked in"),
        Verdict.ALREADY: _("Already checked in"),
        Verdict.OUT: _("Not checked in any more"),
        Verdict.NO_SEAT: _("No seat"),
        Verdict.VOID: _("Ticket not valid"),
        Verdict.CLOSED: _("The door is closed"),
        Verdict.ELSEWHERE: _("Another event"),
    }


def check_in(turn: Turn, attendance: int) -> Scan:
    """Here, with all their guests. On the days after the event, too: they were here after all."""
    event, row = lock_answer(turn, attendance)
    if event is None or row is None:
        return elsewhere()
    closed = why_closed(event, turn, afterwards=True)
    return closed if closed is not None else write_here(turn, event, row)


def lock_answer(turn: Turn, attendance: int) -> tuple[Event | None, Attendance | None]:
    """An answer and its event, locked, for those who organise it; the answer is read after the lock was had."""
    row = checkins.find(turn.session, attendance)
    event = checkins.lock_organised(turn.session, turn.me.id, row.event_id) if row is not None else None
    return event, checkins.find(turn.session, attendance) if event is not None else row


def elsewhere() -> Scan:
    return Scan(Verdict.ELSEWHERE, _("This belongs to an event that you do not organise, or that no longer exists."))


def why_closed(event: Event, turn: Turn, *, afterwards: bool = False) -> Scan | None:
    """Why nobody can be checked in now; None while the door is open (or, if asked for, in the week after)."""
    door = door_at(event.starts_at, event.ends_at, turn.now)
    if event.state != EventState.PUBLISHED:
        sentence = _("This event does not take place; nobody needs to be checked in.")
    elif door is Door.EARLY:
        sentence = _("It is too early: the door opens three hours before the start, on {time}.").format(
            time=dual(event.starts_at - OPENS_BEFORE, event.zone)
        )
    elif door is Door.OPEN or (afterwards and door is Door.AFTERWARDS):
        return None
    elif door is Door.AFTERWARDS:
        sentence = _("This event is over. For a week you can still say on the list at the door who was there.")
    else:
        sentence = _("This event was more than a week ago; who was there can no longer be changed.")
    return Scan(Verdict.CLOSED, sentence, event.id, title_of(event))


def write_here(turn: Turn, event: Event, row: Attendance, before: Before | None = None) -> Scan:
    """Here, at an event that is locked and whose door is open. `before` is given for those let in without a seat."""
    if row.state != State.YES:
        return about(turn, event, row, Verdict.NO_SEAT, why_no_seat(event, row))
    if row.checked_in_at is not None:
        return about(turn, event, row, Verdict.ALREADY, _by_whom(turn, event, row))
    row.checked_in_at, row.checked_in_by = turn.now, turn.me.number
    note(turn, event, row, "let_in" if before else "checked_in")
    return about(turn, event, row, Verdict.IN, NOTHING, before)


def note(turn: Turn, event: Event, row: Attendance, action: str) -> None:
    """Write down what was done about somebody."""
    turn.record(action, members.load(turn.session, row.member_id).number, event=event.id)


def about(
    turn: Turn, event: Event, row: Attendance, verdict: Verdict, sentence: Markup, before: Before | None = None
) -> Scan:
    """A verdict about somebody, whose name the organiser now reads: that is noted, where nothing else is."""
    turn.session.flush()
    person = members.load(turn.session, row.member_id)
    if verdict is not Verdict.IN:
        note_seen(turn, event.id, [person.number])
    return Scan(
        verdict,
        sentence,
        event.id,
        title_of(event),
        row.id,
        name_of(person.full_name or "–", person.other_name),
        row.guests,
        tally(checkins.expected(turn.session, event.id, State.YES)),
        before,
    )


def name_of(name: str, other: str | None) -> str:
    """A name in both scripts."""
    return f"{name} · {other}" if other else name


def tally(everybody: list[Expected]) -> Markup:
    """Heads, guests included: "12 of 30 are here"."""
    coming = sum(1 + one.guests for one in everybody)
    here = sum(1 + one.guests for one in everybody if one.here_since is not None)
    return ngettext("{here} of {n} person is here.", "{here} of {n} people are here.", coming).format(
        here=here, n=coming
    )


def with_guests(guests: int) -> Markup:
    """How many come with somebody; empty for none."""
    if not guests:
        return NOTHING
    return ngettext("With {n} guest.", "With {n} guests.", guests).format(n=guests)


def note_seen(turn: Turn, event: int, numbers: list[str]) -> None:
    """The organiser read these names: one line each a day in the log, which the persons concerned can see."""
    known = checkins.already_noted(turn.session, turn.me.number, "attendee_seen", numbers, turn.now)
    for number in numbers:
        if number not in known and number != turn.me.number:
            turn.record("attendee_seen", number, event=event)


def why_no_seat(event: Event, row: Attendance) -> Markup:
    """How somebody stands to the event who does not attend it."""
    if row.state == State.OFFERED and row.offer_until is not None:
        return _("A seat is kept for this person until {time}, but they have not taken it yet.").format(
            time=dual(row.offer_until, event.zone)
        )
    return {
        State.WAITING: _("This person is on the waiting list and has no seat."),
        State.OFFERED: _("This person is on the waiting list and has no seat."),
        State.MAYBE: _("This person only said that they may come."),
        State.NO: _("This person has declined."),
        State.LAPSED: _("This person was offered a seat and did not take it in time."),
        State.YES: NOTHING,
    }[State(row.state)]


def _by_whom(turn: Turn, event: Event, row: Attendance) -> Markup:
    """When somebody was checked in and by whom: the role, and a name only of those who agreed to be seen."""
    assert row.checked_in_at is not None
    time = dual(row.checked_in_at, event.zone)
    if row.checked_in_by == turn.me.number:
        return _("Checked in already, by you: {time}").format(time=time)
    by = checkins.member_numbered(turn.session, row.checked_in_by or "")
    if by is None:
        return _("Checked in already: {time}").format(time=time)
    if consents.is_given(turn.session, by.id, Purpose.ALUMNI):
        return _("Checked in already, by {name}: {time}").format(name=by.full_name, time=time)
    if members.is_coordinator(turn.session, by.id):
        return _("Checked in already, by the alumni office: {time}").format(time=time)
    return _("Checked in already, by an ambassador: {time}").format(time=time)


def undo_check_in(turn: Turn, attendance: int) -> Scan:
    """Not here, or not yet."""
    event, row = lock_answer(turn, attendance)
    if event is None or row is None:
        return elsewhere()
    closed = why_closed(event, turn, afterwards=True)
    if closed is not None:
        return closed
    if row.checked_in_at is not None:
        row.checked_in_at = row.checked_in_by = None
        note(turn, event, row, "check_in_undone")
    return about(turn, event, row, Verdict.OUT, NOTHING)
