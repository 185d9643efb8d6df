"""An event as people see it: when by their own clock, where, who comes, and what they can answer."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import LANGUAGES, SOURCE, _, language, listed, name_language, named, ngettext, number
from bot.conversation.notices import Composing
from bot.conversation.reply import Button, Go, Reply, Rows, shorten
from bot.conversation.times import clocks, dual, short_start
from bot.conversation.turn import Turn
from bot.domain.attendance import State
from db import attendances, clubs, consents, events, places
from db.models.clubs import Club
from db.models.events import Attendance, Event, EventKind, EventState
from db.models.lists import Names
from db.models.members import Status
from db.models.privacy import Purpose

NAMES_SHOWN = 12
LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True)
class OpenEvent(Callback, prefix="eo"):
    event: int


@dataclass(frozen=True, slots=True)
class Attend(Callback, prefix="ea"):
    """I come, with so many guests. Says how it shall be, so that a double tap does nothing."""

    event: int
    guests: int = 0


@dataclass(frozen=True, slots=True)
class SayMaybe(Callback, prefix="em"):
    event: int


@dataclass(frozen=True, slots=True)
class Decline(Callback, prefix="en"):
    event: int


@dataclass(frozen=True, slots=True)
class ShowTicket(Callback, prefix="et"):
    event: int


@dataclass(frozen=True, slots=True)
class SaveToCalendar(Callback, prefix="ec"):
    event: int


@dataclass(frozen=True, slots=True)
class ShareEvent(Callback, prefix="es"):
    event: int


@dataclass(frozen=True, slots=True)
class Organise(Callback, prefix="og"):
    """The organiser's view of an event."""

    event: int


@dataclass(frozen=True, slots=True)
class AnswerQuestions(Callback, prefix="eq"):
    """The short questions of the organiser."""

    event: int


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at an event, in a turn or in a notice."""

    session: Session
    id: int
    verified: bool
    now: datetime


def reader_of(turn: Turn) -> Reader:
    return Reader(turn.session, turn.me.id, turn.me.status is Status.VERIFIED, turn.now)


def reader_at(at: Composing) -> Reader:
    return Reader(at.session, at.member.id, at.member.status == Status.VERIFIED, at.now)


def kind_names() -> dict[EventKind, Markup]:
    return {
        EventKind.MEETUP: _("Club meetup"),
        EventKind.ALUMNI: _("Alumni event"),
        EventKind.LECTURE: _("Lecture or online talk"),
        EventKind.REFRESHER: _("Refresher programme"),
        EventKind.FOLLOW_UP: _("Follow-up event"),
        EventKind.DELEGATION: _("Delegation visit"),
        EventKind.REUNION: _("Reunion"),
    }


def nearest_text(texts: Names) -> tuple[str, str | None]:
    """A text in the reader's language; else in the nearest there is, with its tag. Empty where there is none."""
    if texts.get(language()):
        return texts[language()], None
    for tag in (SOURCE, *LANGUAGES):
        if texts.get(tag):
            return texts[tag], tag
    return "", None


def title_of(event: Event) -> str:
    return nearest_text(event.titles)[0]


def label_of(event: Event) -> str:
    """For a button: when, then what."""
    title = title_of(event)
    short = shorten(title, LONGEST_LABEL)
    cancelled = f"{_('Cancelled')} · " if event.state == EventState.CANCELLED else ""
    return f"{cancelled}{short_start(event.starts_at)} · {short}"


def event_card(reader: Reader, event: Event, note: Markup | None = None) -> Reply:
    """The card of an event for this reader, with a note above it."""
    mine = attendances.find(reader.session, event.id, reader.id)
    text = Markup("\n").join(event_lines(reader, event, mine))
    if note is not None:
        text = Markup("{}\n\n{}").format(note, text)
    return Reply(text, card_rows(reader, event, mine))


def event_lines(reader: Reader, event: Event, mine: Attendance | None) -> list[Markup]:
    """Everything on the card, line by line."""
    return [
        *_head(reader, event),
        *clocks(event.starts_at, event.ends_at, event.zone),
        *where_lines(reader, event, mine),
        *_seat_lines(reader, event),
        *_contact_lines(event),
        *_description(event),
        *_own_lines(reader, event, mine),
    ]


def _head(reader: Reader, event: Event) -> list[Markup]:
    club = reader.session.get(Club, event.club_id) if event.club_id else None
    kind = kind_names()[EventKind(event.kind)]
    about = Markup("{} · {}").format(kind, named(club.names)) if club else kind
    lines = [Markup("<b>{}</b>").format(title_of(event)), about]
    if club is not None and club.merged_into is not None:
        now = reader.session.get_one(Club, club.merged_into)
        lines.append(_("{old} has become part of {club}.").format(old=named(club.names), club=named(now.names)))
    elif club is not None and club.closed_at is not None:
        lines.append(_("This club has been closed. The alumni office is in charge of the event."))
    if event.state == EventState.CANCELLED:
        lines.append(_("<b>This event is cancelled.</b>"))
        if event.cancel_note:
            lines.append(Markup("{}").format(event.cancel_note))
    return lines


def where_lines(reader: Reader, event: Event, mine: Attendance | None) -> list[Markup]:
    """Place and online access; the link itself only for those who come."""
    lines = []
    place = places.load_place(reader.session, event.place_id) if event.place_id else None
    where = [part for part in (event.venue, places.describe_place(place, language()) if place else None) if part]
    if where:
        lines.append(Markup("{}").format(" · ".join(where)))
    if event.online_url:
        coming = mine is not None and mine.state == State.YES
        lines.append(
            _("Online: {url}").format(url=event.online_url)
            if coming
            else _("Online; those who attend receive the link.")
        )
    return lines


def _seat_lines(reader: Reader, event: Event) -> list[Markup]:
    """How many come; who of them, for those who also let themselves be seen; what is left."""
    coming = attendances.people_coming(reader.session, event.id)
    lines = [ngettext("{n} person attends", "{n} people attend", coming).format(n=number(coming))]
    if coming and reader.verified and consents.is_given(reader.session, reader.id, Purpose.ALUMNI):
        names = attendances.shown_names(reader.session, event.id, NAMES_SHOWN)
        if names:
            lines.append(_("Among them: {names}").format(names=listed(names)))
    if event.capacity is not None:
        free = attendances.seats(reader.session, event).free or 0
        waiting = attendances.counts(reader.session, event.id).get(State.WAITING, 0)
        lines.append(_("Free seats: {free} of {all}").format(free=number(free), all=number(event.capacity)))
        if waiting:
            lines.append(_("On the waiting list: {n}").format(n=number(waiting)))
    if event.answer_by is not None and reader.now < event.answer_by:
        lines.append(_("Please answer by {time}").format(time=dual(event.answer_by, event.zone)))
    return lines


def _contact_lines(event: Event) -> list[Markup]:
    return [_("Contact: {name}").format(name=event.contact)] if event.contact else []


def _description(event: Event) -> list[Markup]:
    text, other = nearest_text(event.descriptions)
    lines = [Markup("\n{}").format(text)] if text else []
    _title, title_other = nearest_text(event.titles)
    told = other or title_other
    if told is not None:
        lines.append(_("(Described in {language}.)").format(language=name_language(told)))
    return lines


def _own_lines(reader: Reader, event: Event, mine: Attendance | None) -> list[Markup]:
    """What the reader said, and where they stand."""
    if mine is None:
        return []
    return [Markup("\n<b>{}</b>").format(own_state(reader.session, event, mine))]


def own_state(session: Session, event: Event, mine: Attendance) -> Markup:
    """One sentence about one's own answer."""
    if mine.state == State.YES and mine.guests:
        return ngettext("You attend with {n} guest.", "You attend with {n} guests.", mine.guests).format(n=mine.guests)
    if mine.state == State.WAITING:
        return _(
            "You are number {n} on the waiting list. Seats go in this order; a party moves up when all of it fits."
        ).format(n=attendances.position(session, mine))
    if mine.state == State.OFFERED and mine.offer_until is not None:
        return _("A seat is kept for you until {time}.").format(time=dual(mine.offer_until, event.zone))
    return {
        State.YES: _("You attend."),
        State.MAYBE: _("You said maybe."),
        State.NO: _("You do not attend."),
        State.LAPSED: _("The seat kept for you has gone on to the next person."),
    }[State(mine.state)]


def card_rows(reader: Reader, event: Event, mine: Attendance | None) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if is_open(event, reader.now):
        rows.extend(answer_rows(event, mine))
    if mine is not None and mine.state == State.YES and event.state == EventState.PUBLISHED:
        rows.extend(_coming_rows(event, mine))
    rows.extend(_place_rows(reader.session, event))
    if reader.verified and events.may_organise(reader.session, reader.id, event):
        rows.append((Button(_("Organise"), Organise(event.id)),))
    rows.append((Button(_("Events"), Go("events")), Button(_("Menu"), Go("menu"))))
    return tuple(rows)


def is_open(event: Event, now: datetime) -> bool:
    """Whether one may still answer: published, and not begun."""
    return event.state == EventState.PUBLISHED and now < event.starts_at


def answer_rows(event: Event, mine: Attendance | None) -> Rows:
    """The answers that change something, and for those who come (or wait) one guest more or fewer."""
    state = State(mine.state) if mine is not None else None
    guests = mine.guests if mine is not None else 0
    if state is State.OFFERED:
        return ((Button(_("Take the seat"), Attend(event.id, guests)),), (Button(_("Decline"), Decline(event.id)),))
    yes = Button(_("Attend"), Attend(event.id, 0))
    maybe = Button(_("Maybe"), SayMaybe(event.id))
    no = Button(_("Decline"), Decline(event.id))
    if state not in (State.YES, State.WAITING):
        return ((yes,), tuple(each for each, said in ((maybe, State.MAYBE), (no, State.NO)) if state is not said))
    return (*_guest_row(event, guests), (maybe, no))


def _guest_row(event: Event, guests: int) -> Rows:
    fewer = [Button(_("− guest"), Attend(event.id, guests - 1))] if guests else []
    more = [Button(_("+ guest"), Attend(event.id, guests + 1))] if guests < event.guests_allowed else []
    return ((*fewer, *more),) if fewer or more else ()


def _coming_rows(event: Event, mine: Attendance) -> Rows:
    rows: Rows = ((Button(_("Ticket"), ShowTicket(event.id)), Button(_("Calendar"), SaveToCalendar(event.id))),)
    if event.questions:
        count = len(event.questions)
        label = ngettext("Answer {n} question", "Answer {n} questions", count).format(n=count)
        rows = ((Button(_("My answers") if mine.replies else label, AnswerQuestions(event.id)),), *rows)
    return rows


def _place_rows(session: Session, event: Event) -> Rows:
    share = Button(_("Share"), ShareEvent(event.id))
    if event.latitude is None or event.longitude is None or event.state != EventState.PUBLISHED:
        return ((share,),) if event.state == EventState.PUBLISHED and not event.invited_only else ()
    place = places.load_place(session, event.place_id) if event.place_id else None
    in_china = place is not None and place.country == "CN"
    url = map_url(event.latitude, event.longitude, event.venue or title_of(event), in_china)
    pin = Button(_("Map"), url=url)
    return ((pin,),) if event.invited_only else ((pin, share),)


def map_url(latitude: float, longitude: float, name: str, in_china: bool) -> str:
    """A map that opens where the venue is: in China one that works there."""
    if in_china:
        where = f"{longitude:.6f},{latitude:.6f}"
        return f"https://uri.amap.com/marker?position={where}&name={quote(name)}&coordinate=wgs84"
    here = f"mlat={latitude:.6f}&mlon={longitude:.6f}#map=17/{latitude:.5f}/{longitude:.5f}"
    return f"https://www.openstreetmap.org/?{here}"


def club_line(session: Session, club: int, now: datetime) -> Markup:
    """The next meetup of a club, for the club's card."""
    event = events.next_of_club(session, club, now)
    if event is None:
        return _("No meetup is planned yet.")
    return _("Next: {event}").format(event=label_of(event))


def my_club_ids(session: Session, member: int) -> list[int]:
    return [club.id for club, row in clubs.of_member(session, member) if not club.closed_at]
