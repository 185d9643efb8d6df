"""At the door those who organise an event check people in: by ticket, by code or name, or on the list; and everybody
sees for themselves how often they said yes and did not come."""

import unicodedata
from typing import Any

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.i18n import _, ngettext, number
from bot.conversation.incoming import Incoming
from bot.conversation.questions import Answers, Asking, Choice, Form, Question, Unfit
from bot.conversation.reply import Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain import no_shows
from bot.domain.attendance import State
from db import checkins
from db.checkins import Expected
from handlers.events.checking_in import (
    Scan,
    Verdict,
    check_in,
    elsewhere,
    headlines,
    name_of,
    note_seen,
    undo_check_in,
    why_closed,
    with_guests,
)
from handlers.events.door_cards import CheckIn, TypeCode, WalkIn, door_card, scan_card
from handlers.events.organising import OpenDoor
from handlers.events.walk_ins import begin_walk_in

EVENT = "_event"
WALK_IN, BACK = "walkin", "door"
CODE_LENGTH = 4
MOST_FOUND = 12


def open_door(turn: Turn, tap: OpenDoor, said: Markup | None = None) -> Reply:
    """How many are here, and the list."""
    event = checkins.lock_organised(turn.session, turn.me.id, tap.event)
    closed = why_closed(event, turn, afterwards=True) if event is not None else elsewhere()
    if event is None or closed is not None:
        raise Refused(scan_card(closed or elsewhere()))
    return door_card(turn, event, tap.page, said)


def tick(turn: Turn, tap: CheckIn) -> Reply:
    """A tap on the list, or on the button below what came of a scan."""
    scan = check_in(turn, tap.attendance) if tap.here else undo_check_in(turn, tap.attendance)
    if tap.page is None or scan.event is None or scan.verdict in (Verdict.CLOSED, Verdict.NO_SEAT):
        return scan_card(scan)
    return open_door(turn, OpenDoor(scan.event, tap.page), _said(scan))


def _said(scan: Scan) -> Markup:
    lines = [_("{verdict}: {name}").format(verdict=headlines()[scan.verdict], name=scan.who)]
    lines += [line for line in (with_guests(scan.guests), scan.sentence) if line]
    return Markup("\n").join(lines)


def ask_code(turn: Turn, tap: TypeCode) -> Outcome:
    """For a phone without a camera, and for those who have left the ticket at home."""
    event = checkins.lock_organised(turn.session, turn.me.id, tap.event)
    closed = why_closed(event, turn) if event is not None else elsewhere()
    if closed is not None:
        raise Refused(scan_card(closed))
    return forms.begin_anew(turn, CHECKING_IN, {EVENT: tap.event})


def _choices(_asking: Asking) -> list[Choice]:
    return [Choice(WALK_IN, _("Walk-in")), Choice(BACK, _("Back to the list"))]


def _search(asking: Asking, incoming: Incoming) -> list[Choice]:
    """Four digits, or the beginning of a name among those who answered this event."""
    turn, event = asking.turn, asking.answers.get(EVENT, 0)
    if checkins.lock_organised(turn.session, turn.me.id, event) is None:
        raise Unfit(elsewhere().sentence)
    found = _find(asking, unicodedata.normalize("NFKC", incoming.text))
    note_seen(turn, event, [one.number for one in found])
    return [Choice(str(one.id), _describe(one)) for one in found]


def _find(asking: Asking, typed: str) -> list[Expected]:
    session, event = asking.turn.session, asking.answers.get(EVENT, 0)
    digits = "".join(typed.split())
    if digits.isdecimal():
        found = checkins.by_code(session, event, int(digits)) if len(digits) == CODE_LENGTH else []
        if not found:
            raise Unfit(
                _("Nobody has this code at this event. Please check the four digits, or write the name instead.")
            )
        return found
    named = checkins.by_name(session, event, typed)
    if not named:
        raise Unfit(_("Nobody of this name has answered. Whoever comes without a seat is let in under “Walk-in”."))
    return sorted(named, key=lambda one: one.state is not State.YES)[:MOST_FOUND]


def _describe(one: Expected) -> str:
    name = name_of(one.name, one.other)
    if one.state is not State.YES:
        return f"{name} · {headlines()[Verdict.NO_SEAT]}"
    return f"✓ {name}" if one.here_since else name


def _check(asking: Asking, value: Any) -> str:
    """An answer to this event, or one of the two buttons."""
    if value in (WALK_IN, BACK):
        return str(value)
    row = checkins.find(asking.turn.session, int(value)) if str(value).isdecimal() else None
    if row is None or row.event_id != asking.answers.get(EVENT):
        raise Unfit(_("Please write the four digits of a ticket, or a name."))
    return str(value)


def finish_checking_in(turn: Turn, answers: Answers) -> Outcome:
    event = answers.get(EVENT, 0)
    if answers["who"] == WALK_IN:
        return begin_walk_in(turn, WalkIn(event))
    if answers["who"] == BACK:
        return open_door(turn, OpenDoor(event))
    return scan_card(check_in(turn, int(answers["who"])))


CHECKING_IN = Form(
    name="checkin",
    title=lambda: _("Check in"),
    questions=(
        Question(
            name="who",
            label=lambda: _("Person"),
            prompt=lambda _asking: _("Please write the four digits of the ticket, or the beginning of the name."),
            check=_check,
            choices=_choices,
            search=_search,
        ),
    ),
    finish=finish_checking_in,
)


def own_record(turn: Turn) -> list[Markup]:
    """For /mydata: how often one came where one had said yes. Nobody else is shown it."""
    found = checkins.occasions(turn.session, turn.me.id, turn.now)
    if not found:
        return []
    came = sum(one.came for one in found)
    line = _("Events of the last year you had said yes to: {n}; you came to: {came}").format(
        n=number(len(found)), came=number(came)
    )
    absences = no_shows.count(found, turn.now)
    if not absences:
        return [line]
    return [
        line,
        ngettext(
            "We count {n} absence: the first is forgiven, and coming twice makes up for one. Only you see this.",
            "We count {n} absences: the first is forgiven, and coming twice makes up for one. Only you see this.",
            absences,
        ).format(n=number(absences)),
    ]


def register(router: Router) -> None:
    router.tap(OpenDoor, open_door, gate=Gate.AMBASSADOR)
    router.tap(CheckIn, tick, gate=Gate.AMBASSADOR)
    router.tap(TypeCode, ask_code, gate=Gate.AMBASSADOR)
    router.form(CHECKING_IN, gate=Gate.AMBASSADOR)
