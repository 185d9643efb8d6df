"""Those who attend have a ticket: a QR code and four digits. Whoever organises the event opens the link in it.

The link holds the id of the answer and a keyed hash of its nonce. A copy of the database opens nothing, since the
key is the installation's; a ticket of an earlier yes is void, since each yes has a nonce of its own. Whoever had
registered twice and holds two tickets has one seat, and either ticket leads to it.
"""

import hmac
import re
from dataclasses import replace
from secrets import token_hex
from typing import Any

from markupsafe import Markup

from bot.conversation.house import House
from bot.conversation.i18n import _
from bot.conversation.notices import Composing
from bot.conversation.reply import Button, Go, Recipe, Reply, column
from bot.conversation.routing import Made, Router
from bot.conversation.times import clocks
from bot.conversation.turn import Refused, Turn
from bot.domain.attendance import State
from bot.domain.door import STAYS_OPEN
from db import attendances, checkins, events
from db.models.events import Attendance, Event, EventState
from handlers.events.answering import open_event
from handlers.events.card import OpenEvent, ShowTicket, title_of
from handlers.events.checking_in import (
    NOTHING,
    Scan,
    Verdict,
    check_in,
    elsewhere,
    lock_answer,
    why_closed,
    with_guests,
)
from handlers.events.door_cards import scan_card
from handlers.pictures import draw_qr

# 96 bits, so that the whole link is at most 42 signs: it also fits into a button beside a language.
_SIGNS = 24
HIDDEN = "ticket_••••"
_TICKET = re.compile(rf"([0-9]{{1,10}})-([0-9a-f]{{{_SIGNS}}})")


def ticket_of(house: House, attendance: int, nonce: str) -> str:
    """What stands behind `ticket_` in the link."""
    return f"{attendance}-{house.digest('ticket', f'{attendance}:{nonce}')[:_SIGNS]}"


def show_ticket(turn: Turn, tap: ShowTicket) -> Reply:
    """For those who attend, until the door has closed."""
    event = events.load(turn.session, tap.event)
    mine = attendances.find(turn.session, tap.event, turn.me.id)
    if event is None or mine is None or mine.state != State.YES:
        raise Refused(_no_ticket(tap.event, _("Tickets are for those who attend. You do not attend this event.")))
    if event.state != EventState.PUBLISHED:
        raise Refused(_no_ticket(event.id, _("This event does not take place, so you need no ticket.")))
    if turn.now >= event.ends_at + STAYS_OPEN:
        raise Refused(_no_ticket(event.id, _("This event is over, so you need no ticket any more.")))
    mine.nonce = mine.nonce or token_hex(8)
    params = {"attendance": mine.id, "nonce": mine.nonce, "alt": _("The QR code of your ticket")}
    picture = Recipe("ticket", f"{event.slug}.png", params)
    rows = ((Button(_("Open the event"), OpenEvent(event.id)), Button(_("Menu"), Go("menu"))),)
    return Reply(Markup("\n").join(_caption(event, mine)), rows, picture=picture)


def _no_ticket(event: int, sentence: Markup) -> Reply:
    return Reply(sentence, column(Button(_("Open the event"), OpenEvent(event)), Button(_("Menu"), Go("menu"))))


def _caption(event: Event, mine: Attendance) -> list[Markup]:
    lines = [
        _("<b>Your ticket: {event}</b>").format(event=title_of(event)),
        *_times(event),
    ]
    if mine.code is not None:
        lines.append(_("Code: <b>{code}</b>").format(code=f"{mine.code:04d}"))
    lines += [line for line in [with_guests(mine.guests)] if line]
    lines.append(_("Please show the picture at the door, or say the four digits."))
    return lines


def make_ticket(at: Composing, params: dict[str, Any]) -> Made:
    """The picture, made when it is shown: no row holds the link."""
    link = at.house.web_link(f"ticket_{ticket_of(at.house, params['attendance'], params['nonce'])}")
    return Made("ticket.png", draw_qr(link), "image/png")


def read_ticket(turn: Turn, ticket: str) -> Attendance | None:
    """The answer a ticket names, genuine or not; that of one from before its owner's two records were joined is the one
    that is left."""
    read = _TICKET.fullmatch(ticket)
    found = checkins.with_ticket(turn.session, int(read[1])) if read else []
    return next((row for row in found if _is_genuine(turn, row, ticket)), found[0] if found else None)


def examine(turn: Turn, ticket: str) -> Scan:
    """What a ticket is to whoever scans it; nothing is done yet. Whether it is genuine learn only those who organise
    the event: to everybody else a forged one is the same as a good one."""
    row = read_ticket(turn, ticket)
    event, row = lock_answer(turn, row.id) if row is not None else (None, None)
    if row is None or event is None:
        return elsewhere()
    if not _is_genuine(turn, row, ticket):
        return Scan(Verdict.VOID, _void(), event.id, title_of(event))
    return why_closed(event, turn) or Scan(
        Verdict.READY, NOTHING, event.id, title_of(event), row.id, times=_times(event)
    )


def _times(event: Event) -> tuple[Markup, ...]:
    return tuple(clocks(event.starts_at, event.ends_at, event.zone))


def _is_genuine(turn: Turn, row: Attendance, ticket: str) -> bool:
    known = checkins.nonces_of(turn.session, row)
    return any(hmac.compare_digest(ticket, ticket_of(turn.house, named, nonce)) for named, nonce in known)


def _void() -> Markup:
    return _(
        "This ticket does not count. It may be from an earlier answer: whoever cancelled and came back has a new one, "
        "on the card of the event. The code and the name work as well."
    )


def scan_ticket(turn: Turn, ticket: str) -> Scan:
    """Check in whom this ticket belongs to."""
    scan = examine(turn, ticket)
    return check_in(turn, scan.attendance) if scan.attendance is not None else scan


def follow_ticket(turn: Turn, ticket: str) -> Reply:
    """The link was opened in the chat: by an organiser at the door, by its owner, or by somebody else."""
    # Where it was typed as a command, it does not stay in the page's history.
    turn.incoming = replace(turn.incoming, args=HIDDEN)
    row = read_ticket(turn, ticket)
    scan = scan_ticket(turn, ticket)
    own = row is not None and row.member_id == turn.me.id
    if row is not None and own and scan.verdict in (Verdict.ELSEWHERE, Verdict.CLOSED):
        return _own(turn, row, ticket)
    if scan.verdict is Verdict.ELSEWHERE:
        return _not_yours()
    return scan_card(scan)


def _own(turn: Turn, row: Attendance, ticket: str) -> Reply:
    card = open_event(turn, OpenEvent(row.event_id))
    if _is_genuine(turn, row, ticket):
        return card
    old = _("The ticket you opened is from an earlier answer and no longer counts.")
    return replace(card, text=Markup("{}\n\n{}").format(old, card.text))


def _not_yours() -> Reply:
    text = _(
        "This is the ticket of somebody else. Only those who organise the event can do something with it, at the door."
    )
    return Reply(text, column(Button(_("Events"), Go("events")), Button(_("Menu"), Go("menu"))))


def register(router: Router) -> None:
    router.tap(ShowTicket, show_ticket)
    router.link("ticket", follow_ticket)
    router.maker("ticket", make_ticket)
