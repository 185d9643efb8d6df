"""People answer an event with one tap: attend (with guests), maybe, decline; and change their mind until it starts."""

from secrets import randbelow, token_hex

from markupsafe import Markup

from bot.conversation.i18n import _, ngettext
from bot.conversation.reply import Button, Go, Recipe, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from bot.domain.attendance import HOLDING, NoRoom, State, decide, party
from db import attendances, events
from db.models.events import Attendance, Event, EventState
from handlers.events.card import (
    Attend,
    Decline,
    OpenEvent,
    SayMaybe,
    ShareEvent,
    event_card,
    is_open,
    reader_of,
    title_of,
)
from handlers.events.reminding import remind_of
from handlers.events.seats import settle

CODES = 10_000


def open_event(turn: Turn, tap: OpenEvent) -> Reply:
    """The card."""
    event = events.load(turn.session, tap.event)
    if event is None or not _may_see(turn, event):
        return gone()
    return event_card(reader_of(turn), event)


def _may_see(turn: Turn, event: Event) -> bool:
    """A draft is for its organisers, an event by invitation for those invited."""
    if event.state == EventState.PUBLISHED and not event.invited_only:
        return True
    if attendances.find(turn.session, event.id, turn.me.id) is not None:
        return True
    if event.state != EventState.DRAFT and events.is_invited(turn.session, event.id, turn.me.id):
        return True
    return events.may_organise(turn.session, turn.me.id, event)


def gone() -> Reply:
    return Reply(
        _("This event no longer exists."), column(Button(_("Events"), Go("events")), Button(_("Menu"), Go("menu")))
    )


def attend(turn: Turn, tap: Attend) -> Reply:
    """Yes, with so many guests: a seat, or a place on the waiting list."""
    event = _lock_open(turn, tap.event)
    row = attendances.find(turn.session, event.id, turn.me.id)
    _check_answer(turn, event, row)
    _check_guests(turn, event, row, tap.guests)
    before = State(row.state) if row is not None else None
    held = party(row.guests) if row is not None and before in HOLDING else 0
    try:
        state = decide(attendances.seats(turn.session, event), before, held, party(tap.guests))
    except NoRoom as full:
        raise Refused(_no_room(turn, event, full.free)) from None
    _write(turn, event, row, state, tap.guests)
    settle(turn.session, event, turn.now)
    return event_card(reader_of(turn), event, _note(before, state))


def _note(before: State | None, state: State) -> Markup | None:
    """What the tap led to, where that is not what was tapped."""
    if state is State.WAITING and before is not State.WAITING:
        return _("All seats are taken. You are on the waiting list now, and we tell you as soon as there is a seat.")
    return None


def _lock_open(turn: Turn, event_id: int) -> Event:
    """The event, locked; refused where it can no longer be answered."""
    event = events.lock(turn.session, event_id)
    if event is None or event.state == EventState.DRAFT:
        raise Refused(gone())
    if event.state == EventState.CANCELLED:
        raise Refused(event_card(reader_of(turn), event, _("This event was cancelled; nothing needs to be answered.")))
    if not is_open(event, turn.now):
        raise Refused(event_card(reader_of(turn), event, _("This event has begun; answers can no longer be changed.")))
    return event


def _check_answer(turn: Turn, event: Event, row: Attendance | None) -> None:
    """By invitation only those invited; after the last day for answers nobody new."""
    if event.invited_only and row is None and not events.is_invited(turn.session, event.id, turn.me.id):
        raise Refused(gone())
    late = event.answer_by is not None and turn.now > event.answer_by
    if late and (row is None or row.state not in (*HOLDING, State.WAITING)):
        text = _("The last day for answers is over. The organiser can tell you whether there is still a seat.")
        raise Refused(event_card(reader_of(turn), event, text))


def _check_guests(turn: Turn, event: Event, row: Attendance | None, guests: int) -> None:
    """Fewer than before is always fine, even where the organiser has lowered the number since."""
    most = max(event.guests_allowed, row.guests if row is not None else 0)
    if 0 <= guests <= most:
        return
    if not event.guests_allowed:
        text = _("This event is without guests; you are welcome yourself.")
    else:
        text = ngettext(
            "You may bring {n} guest at most.", "You may bring {n} guests at most.", event.guests_allowed
        ).format(n=event.guests_allowed)
    raise Refused(event_card(reader_of(turn), event, text))


def _no_room(turn: Turn, event: Event, free: int) -> Reply:
    text = (
        ngettext(
            "There is room for {n} more person only; your seat is kept.",
            "There is room for {n} more people only; your seat is kept.",
            free,
        ).format(n=free)
        if free
        else _("There is no further seat; yours is kept.")
    )
    return event_card(reader_of(turn), event, text)


def _write(turn: Turn, event: Event, row: Attendance | None, state: State, guests: int) -> None:
    """Bring one's row into a state. Saying yes anew is a new occasion, with a ticket and reminders of its own."""
    if row is None:
        row = Attendance(
            event_id=event.id, member_id=turn.me.id, state=State.NO, answered_at=turn.now, round=0, guests=0, replies={}
        )
        turn.session.add(row)
    before = row.state
    if state is State.WAITING and before != State.WAITING:
        row.line = attendances.next_line(turn.session, event.id)
    elif state is not State.WAITING:
        row.line = None
    row.state, row.guests, row.offer_until = state, guests, None
    if state != before:
        row.answered_at, row.confirmed_at = turn.now, None
    if state is State.YES and before != State.YES:
        row.round += 1
        _give_ticket(turn, event, row)
        turn.session.flush()
        remind_of(turn, event, row)


def _give_ticket(turn: Turn, event: Event, row: Attendance) -> None:
    """A nonce for the link and four digits that nobody else at this event has."""
    row.nonce = token_hex(8)
    if row.id is not None:
        attendances.void_former_tickets(turn.session, row.id)
    if row.code is None:
        taken = attendances.codes_of(turn.session, event.id)
        if len(taken) < CODES // 2:
            row.code = next(code for code in iter(lambda: randbelow(CODES), None) if code not in taken)


def say_maybe(turn: Turn, tap: SayMaybe) -> Reply:
    """Perhaps. It holds no seat."""
    return _leave_seat(turn, tap.event, State.MAYBE)


def decline(turn: Turn, tap: Decline) -> Reply:
    """No. Tapping Attend again undoes it, as long as there is a seat."""
    return _leave_seat(turn, tap.event, State.NO)


def _leave_seat(turn: Turn, event_id: int, state: State) -> Reply:
    event = _lock_open(turn, event_id)
    row = attendances.find(turn.session, event.id, turn.me.id)
    if event.invited_only and row is None and not events.is_invited(turn.session, event.id, turn.me.id):
        raise Refused(gone())
    _write(turn, event, row, state, 0)
    settle(turn.session, event, turn.now)
    return event_card(reader_of(turn), event)


def share_event(turn: Turn, tap: ShareEvent) -> Reply:
    """A link and a QR code to a page that offers both doors; a forwarded card would lose its buttons."""
    event = events.load(turn.session, tap.event)
    if event is None or event.state != EventState.PUBLISHED or event.invited_only:
        raise Refused(gone())
    url = turn.house.web_link(f"event_{event.slug}")
    text = _("With this link others find {event}, in the browser or on Telegram:\n{url}").format(
        event=title_of(event), url=url
    )
    picture = Recipe("qr", f"{event.slug}.png", {"url": url, "alt": title_of(event)})
    return Reply(text, column(Button(_("Open the event"), OpenEvent(event.id))), picture=picture)


def follow_event_link(turn: Turn, slug: str) -> Reply:
    event = events.by_slug(turn.session, slug)
    return open_event(turn, OpenEvent(event.id)) if event is not None else gone()


def register(router: Router) -> None:
    router.tap(OpenEvent, open_event, gate=Gate.ANYONE)
    router.tap(ShareEvent, share_event, gate=Gate.ANYONE)
    router.tap(Attend, attend)
    router.tap(SayMaybe, say_maybe)
    router.tap(Decline, decline)
    router.link("event", follow_event_link, gate=Gate.ANYONE)
