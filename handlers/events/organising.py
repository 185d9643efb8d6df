"""Those who organise an event see how it stands, and do everything about it from one card."""

from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import LANGUAGES, N_, _, language, number, pgettext
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves
from bot.conversation.routing import Gate, Router
from bot.conversation.times import clocks
from bot.conversation.turn import Refused, Turn
from bot.domain.attendance import State
from bot.domain.door import Door, door_at
from db import attendances, events
from db.models.events import Event, EventState
from handlers.announcements.buttons import WriteAboutEvent
from handlers.events.card import OpenEvent, Organise, label_of, title_of

PAGE = 6


@dataclass(frozen=True, slots=True)
class NewEvent(Callback, prefix="ev"):
    """A new event, of this club where one is named."""

    club: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeEvent(Callback, prefix="ez"):
    event: int


@dataclass(frozen=True, slots=True)
class CloneEvent(Callback, prefix="ek"):
    """The same once more, on another day."""

    event: int


@dataclass(frozen=True, slots=True)
class RepeatEvent(Callback, prefix="er"):
    """The same again and again: every week, or every n-th weekday of the month."""

    event: int


@dataclass(frozen=True, slots=True)
class CancelEvent(Callback, prefix="ex"):
    event: int


@dataclass(frozen=True, slots=True)
class DiscardDraft(Callback, prefix="ed"):
    event: int


@dataclass(frozen=True, slots=True)
class Preview(Callback, prefix="ep"):
    """The event as a reader of this language sees it."""

    event: int
    language: str


@dataclass(frozen=True, slots=True)
class AskWhomToTell(Callback, prefix="ew"):
    event: int


@dataclass(frozen=True, slots=True)
class OpenDoor(Callback, prefix="do"):
    """Who is expected, who is here, and checking people in."""

    event: int
    page: int = 0


class Said(StrEnum):
    """The kinds of answers an organiser tells apart."""

    YES = "y"
    MAYBE = "m"
    WAITING = "w"
    NO = "n"


@dataclass(frozen=True, slots=True)
class ListAnswers(Callback, prefix="ol"):
    """Who answered so, by name."""

    event: int
    said: Said = Said.YES
    page: int = 0


@dataclass(frozen=True, slots=True)
class WriteToThem(Callback, prefix="ow"):
    """A message to those who answered in a certain way."""

    event: int


@dataclass(frozen=True, slots=True)
class InvitePeople(Callback, prefix="oi"):
    """Invite somebody by name."""

    event: int


@dataclass(frozen=True, slots=True)
class ExportAnswers(Callback, prefix="oe"):
    """The answers as a file."""

    event: int


@dataclass(frozen=True, slots=True)
class ShowResults(Callback, prefix="sr"):
    """What people said about it afterwards."""

    event: int


@dataclass(frozen=True, slots=True)
class ListOrganised(Callback, prefix="eg"):
    """The events somebody organises, drafts too."""

    page: int = 0


def may_organise_or_refuse(turn: Turn, event_id: int, *, lock: bool = False) -> Event:
    """The event, for those who organise it. The scope is the query, whatever button was tapped."""
    event = events.lock(turn.session, event_id) if lock else events.load(turn.session, event_id)
    if event is None:
        raise Refused(Reply(_("This event no longer exists."), column(Button(_("Events"), Go("events")))))
    if not events.may_organise(turn.session, turn.me.id, event):
        raise Refused(Reply(_("This is for those who organise the event."), column(Button(_("Menu"), Go("menu")))))
    return event


def organise(turn: Turn, tap: Organise, note: Markup | None = None) -> Reply:
    """How it stands, and everything one can do about it."""
    event = may_organise_or_refuse(turn, tap.event)
    text = Markup("\n").join([*_head(event), *_figures(turn, event)])
    if note is not None:
        text = Markup("{}\n\n{}").format(note, text)
    rows = _draft_rows(event) if event.state == EventState.DRAFT else _published_rows(turn, event)
    last = (Button(_("My planning"), ListOrganised()), Button(_("Menu"), Go("menu")))
    return Reply(text, (*rows, last))


def _head(event: Event) -> list[Markup]:
    states = {
        EventState.DRAFT: _("Draft: nobody sees it yet."),
        EventState.PUBLISHED: _("Published."),
        EventState.CANCELLED: _("Cancelled."),
    }
    title = Markup("<b>{}</b>").format(title_of(event))
    return [title, *clocks(event.starts_at, event.ends_at, event.zone), states[EventState(event.state)]]


def _figures(turn: Turn, event: Event) -> list[Markup]:
    """Live counts: told, coming, answers of each kind, seats, at the door."""
    if event.state == EventState.DRAFT:
        return []
    counts = attendances.counts(turn.session, event.id)
    coming = attendances.people_coming(turn.session, event.id)
    lines = [
        _("Told: {n}").format(n=number(events.count_told(turn.session, event.id))),
        _("Attend: {answers}, with guests {people}").format(
            answers=number(counts.get(State.YES, 0)), people=number(coming)
        ),
        _("Maybe: {n}").format(n=number(counts.get(State.MAYBE, 0))),
        _("Declined: {n}").format(n=number(counts.get(State.NO, 0))),
    ]
    waiting = counts.get(State.WAITING, 0) + counts.get(State.OFFERED, 0)
    if event.capacity is not None:
        free = attendances.seats(turn.session, event).free or 0
        lines.append(_("Free seats: {free} of {all}").format(free=number(free), all=number(event.capacity)))
    if waiting:
        lines.append(_("Waiting, or with a seat kept: {n}").format(n=number(waiting)))
    return lines


def _draft_rows(event: Event) -> Rows:
    shown = language() if language() in LANGUAGES else "en"
    return (
        (Button(_("Publish"), AskWhomToTell(event.id)),),
        (Button(_("Preview"), Preview(event.id, shown)), Button(_("Change"), ChangeEvent(event.id))),
        *(((Button(_("Invite people"), InvitePeople(event.id)),),) if event.invited_only else ()),
        (Button(_("Discard the draft"), DiscardDraft(event.id)),),
    )


def _published_rows(turn: Turn, event: Event) -> Rows:
    opened = Button(_("Open the event"), OpenEvent(event.id))
    again = (Button(_("Copy"), CloneEvent(event.id)), Button(_("Repeat"), RepeatEvent(event.id)))
    door = _door_row(turn, event)
    read = (Button(_("Answers"), ListAnswers(event.id)), Button(_("Write to them"), WriteToThem(event.id)))
    taken = Button(_("Export"), ExportAnswers(event.id))
    if event.state == EventState.CANCELLED or turn.now >= event.ends_at:
        results = ((Button(_("How it was"), ShowResults(event.id)),),) if event.state == EventState.PUBLISHED else ()
        return (*results, *door, read, (taken, opened), again)
    invite = (taken, Button(_("Invite people"), InvitePeople(event.id)))
    change = (Button(_("Change"), ChangeEvent(event.id)), Button(_("Cancel the event"), CancelEvent(event.id)))
    announce = Button(_("Announce"), WriteAboutEvent(event.id))
    return (*door, (announce, opened), read, invite, change, again)


def _door_row(turn: Turn, event: Event) -> Rows:
    """Checking people in, around the event; in the week after it, who was there."""
    door = door_at(event.starts_at, event.ends_at, turn.now)
    names = {Door.OPEN: pgettext("event", "Door"), Door.AFTERWARDS: _("Who was there")}
    if event.state != EventState.PUBLISHED or door not in names:
        return ()
    return ((Button(names[door], OpenDoor(event.id)),),)


def list_organised(turn: Turn, tap: ListOrganised) -> Reply:
    """/planning: drafts and coming events of one's clubs; coordinators their own, central ones all."""
    page = max(tap.page, 0)
    mine = events.organised_by(turn.session, turn.me.id)
    found = events.planned(turn.session, mine, turn.now, limit=PAGE + 1, offset=page * PAGE)
    rows = column(*(Button(label_of(event), Organise(event.id)) for event in found[:PAGE]))
    last = (Button(_("New event"), NewEvent()), Button(_("Menu"), Go("menu")))
    text = _("<b>What you organise</b>") if found else _("You have planned nothing yet.")
    return Reply(text, (*rows, *leaves(ListOrganised, page, more=len(found) > PAGE), last))


def discard_draft(turn: Turn, tap: DiscardDraft) -> Reply:
    """A draft goes without a trace: nobody has seen it."""
    event = may_organise_or_refuse(turn, tap.event, lock=True)
    if event.state != EventState.DRAFT:
        raise Refused(organise(turn, Organise(event.id), _("This event is published already.")))
    turn.session.delete(event)
    return Reply(
        _("The draft is gone."), column(Button(_("My planning"), ListOrganised()), Button(_("Menu"), Go("menu")))
    )


def register(router: Router) -> None:
    router.command(
        "planning",
        lambda turn: list_organised(turn, ListOrganised()),
        gate=Gate.AMBASSADOR,
        about=N_("Events you organise"),
    )
    router.tap(Organise, organise, gate=Gate.AMBASSADOR)
    router.tap(ListOrganised, list_organised, gate=Gate.AMBASSADOR)
    router.tap(DiscardDraft, discard_draft, gate=Gate.AMBASSADOR)
