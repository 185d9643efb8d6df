"""People come who have no seat: members are let in by name, everybody else is counted."""

from collections import Counter
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.callbacks import Callback
from bot.conversation.i18n import _
from bot.conversation.incoming import Incoming
from bot.conversation.questions import Answers, Asking, Choice, Form, Question, Unfit
from bot.conversation.reply import Button, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.attendance import State
from db import attendances, checkins
from db.models.events import Attendance, Event
from db.models.members import Member, Status
from handlers.events.checking_in import (
    NOTHING,
    Before,
    Scan,
    Verdict,
    about,
    elsewhere,
    lock_answer,
    name_of,
    note,
    why_closed,
    write_here,
)
from handlers.events.door_cards import LetIn, TakeBack, WalkIn, door_card, people_counted, scan_card
from handlers.events.organising import OpenDoor
from handlers.events.seats import settle

EVENT = "_event"
ONE_MORE, BACK = "more", "door"
MOST_FOUND = 6


@dataclass(frozen=True, slots=True)
class CountPeople(Callback, prefix="dp"):
    """There are `wanted` people without an answer, where the organiser saw `seen`. So a double tap does nothing, and
    of two who count at the same instant the later one is told."""

    event: int
    seen: int
    wanted: int


def let_in(turn: Turn, event_id: int, member: int) -> Scan:
    """Somebody without a seat comes in and is checked in, in a full house too: the door decides."""
    event = checkins.lock_organised(turn.session, turn.me.id, event_id)
    if event is None:
        return elsewhere()
    closed = why_closed(event, turn)
    if closed is not None:
        return closed
    row = attendances.find(turn.session, event.id, member) or _new_answer(turn, event, member)
    return write_here(turn, event, row, _seat(turn, row))


def _new_answer(turn: Turn, event: Event, member: int) -> Attendance:
    row = Attendance(
        event_id=event.id, member_id=member, state=State.NO, guests=0, round=0, answered_at=turn.now, replies={}
    )
    turn.session.add(row)
    return row


def _seat(turn: Turn, row: Attendance) -> Before | None:
    """A yes from now on, with the ticket they hold. How it was before, or None where it was a yes already."""
    if row.state == State.YES:
        return None
    before = Before(row.round + 1, State(row.state), row.line)
    row.state, row.line, row.offer_until = State.YES, None, None
    row.round, row.nonce, row.answered_at = before.round, row.nonce or token_hex(8), turn.now
    return before


def let_answered_in(turn: Turn, attendance: int) -> Scan:
    """The same for somebody known by their answer."""
    row = checkins.find(turn.session, attendance)
    return let_in(turn, row.event_id, row.member_id) if row is not None else elsewhere()


def take_back(turn: Turn, tap: TakeBack) -> Reply:
    """The answer is again what it was, and a seat that becomes free goes on to those who wait."""
    event, row = lock_answer(turn, tap.attendance)
    if event is None or row is None:
        return scan_card(elsewhere())
    closed = why_closed(event, turn, afterwards=True)
    if closed is not None:
        return scan_card(closed)
    if row.state == State.YES and row.round == tap.round:
        _restore(turn, event, row, tap)
        note(turn, event, row, "let_in_undone")
        settle(turn.session, event, turn.now)
    sentence = _("The answer of this person is again what it was before.")
    return scan_card(about(turn, event, row, Verdict.OUT, sentence))


def _restore(turn: Turn, event: Event, row: Attendance, tap: TakeBack) -> None:
    """The place in line is the old one; how long an offer stood was lost, so it now stands until the start."""
    line = checkins.line_again(turn.session, event.id, tap.line) if tap.state is State.WAITING else None
    until = max(event.starts_at, turn.now) if tap.state is State.OFFERED else None
    row.state, row.line, row.offer_until = tap.state, line, until
    row.checked_in_at = row.checked_in_by = None


def begin_walk_in(turn: Turn, tap: WalkIn) -> Outcome:
    """Asks who it is."""
    _open_event(turn, tap.event)
    return forms.begin_anew(turn, WALKING_IN, {EVENT: tap.event})


def _open_event(turn: Turn, event_id: int) -> Event:
    """The event, locked, for those who organise it, while its door is open."""
    event = checkins.lock_organised(turn.session, turn.me.id, event_id)
    closed = why_closed(event, turn) if event is not None else elsewhere()
    if event is None or closed is not None:
        raise Refused(scan_card(closed or elsewhere()))
    return event


def _choices(_asking: Asking) -> list[Choice]:
    return [Choice(ONE_MORE, _("Count one more person")), Choice(BACK, _("Back to the list"))]


def _search(asking: Asking, incoming: Incoming) -> list[Choice]:
    """Members of exactly this name; namesakes are told apart by their number, which they find under /mydata."""
    found = checkins.with_full_name(asking.turn.session, incoming.text, MOST_FOUND)
    if not found:
        raise Unfit(
            _(
                "We know no verified member of this name. Please write the full name as they registered it, "
                "or count this person below."
            )
        )
    same = Counter(person.full_name for person in found)
    return [Choice(str(person.id), _describe(person, same[person.full_name] > 1)) for person in found]


def _describe(person: Member, numbered: bool) -> str:
    name = name_of(person.full_name or "–", person.other_name)
    return f"{name} · {person.number}" if numbered else name


def _check(asking: Asking, value: Any) -> str:
    """A member, or one of the two buttons."""
    if value in (ONE_MORE, BACK):
        return str(value)
    person = asking.turn.session.get(Member, int(value)) if str(value).isdecimal() else None
    if person is None or person.status != Status.VERIFIED:
        raise Unfit(_("Please write the name of a verified member."))
    return str(value)


def finish_walk_in(turn: Turn, answers: Answers) -> Reply:
    event_id, who = answers.get(EVENT, 0), answers["who"]
    if who == BACK:
        return door_card(turn, _open_event(turn, event_id), 0)
    if who == ONE_MORE:
        event = _open_event(turn, event_id)
        return count_people(turn, CountPeople(event.id, event.walk_ins, event.walk_ins + 1))
    return scan_card(let_in(turn, event_id, int(who)))


def count_people(turn: Turn, tap: CountPeople) -> Reply:
    """People nobody knows by name are a number only."""
    event = _open_event(turn, tap.event)
    said = NOTHING
    if event.walk_ins == tap.seen and abs(tap.wanted - tap.seen) == 1 and tap.wanted >= 0:
        event.walk_ins = tap.wanted
        turn.record("people_counted", event=event.id, people=tap.wanted)
    elif event.walk_ins != tap.wanted:
        said = _("The number has changed meanwhile. Please tap again if it should change once more.")
    return _counted(event, said)


def _counted(event: Event, said: Markup) -> Reply:
    now = event.walk_ins
    text = people_counted(now) if now else _("Nobody is counted who came without an answer.")
    fewer = [Button(_("One fewer"), CountPeople(event.id, now, now - 1))] if now else []
    more = Button(_("One more"), CountPeople(event.id, now, now + 1))
    last = (Button(_("Walk-in"), WalkIn(event.id)), Button(_("Who is here"), OpenDoor(event.id)))
    return Reply(Markup("{}\n\n{}").format(said, text) if said else text, ((*fewer, more), last))


WALKING_IN = Form(
    name="walkin",
    title=lambda: _("Walk-in"),
    questions=(
        Question(
            name="who",
            label=lambda: _("Person"),
            prompt=lambda _asking: _(
                "Who comes without a seat? If it is a member, please write the full name as registered. Everybody else "
                "is only counted."
            ),
            check=_check,
            choices=_choices,
            search=_search,
        ),
    ),
    finish=finish_walk_in,
)


def register(router: Router) -> None:
    router.tap(WalkIn, begin_walk_in, gate=Gate.AMBASSADOR)
    router.tap(LetIn, lambda turn, tap: scan_card(let_answered_in(turn, tap.attendance)), gate=Gate.AMBASSADOR)
    router.tap(TakeBack, take_back, gate=Gate.AMBASSADOR)
    router.tap(CountPeople, count_people, gate=Gate.AMBASSADOR)
    router.form(WALKING_IN, gate=Gate.AMBASSADOR)
