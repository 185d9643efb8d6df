"""An event changes: those who answered are told what; a changed time asks whether they are still coming."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _
from bot.conversation.notices import Composing, Notice
from bot.conversation.reply import Button, Go, Reply, Rows, column
from bot.conversation.routing import Router
from bot.conversation.times import clocks
from bot.domain.attendance import State
from db import attendances, events, outbox
from db.events import Task
from db.models.events import Attendance, Errand, Event, EventState
from handlers.events.card import Decline, OpenEvent, reader_at, title_of, where_lines
from handlers.events.inviting import plan_chase
from handlers.events.reminding import StillComing, plan_reminders

CHUNK = 500
ANSWERED = (State.YES, State.MAYBE, State.WAITING, State.OFFERED)
# What people and their calendars must learn of, and the columns that say it.
TOLD: dict[str, tuple[str, ...]] = {
    "time": ("starts_at", "ends_at", "zone"),
    "place": ("place_id", "venue", "latitude", "longitude"),
    "online": ("online_url",),
    "title": ("titles",),
}


@dataclass(frozen=True, slots=True)
class EventChanged(Notice, kind="event_changed"):
    """To those who answered: what is different now. `what` lists it: "time,place"."""

    event: int
    sequence: int
    what: str

    def compose(self, at: Composing) -> Reply | None:
        event = events.load(at.session, self.event)
        mine = attendances.find(at.session, self.event, at.member.id)
        if event is None or mine is None or event.state != EventState.PUBLISHED or at.now >= event.ends_at:
            return None
        if event.sequence != self.sequence or mine.state not in ANSWERED:
            return None
        what = self.what.split(",")
        text = Markup("\n").join(
            [
                _("<b>{event}</b> has changed.").format(event=title_of(event)),
                *(_changes()[each] for each in what),
                *clocks(event.starts_at, event.ends_at, event.zone),
                *where_lines(reader_at(at), event, mine),
                *([_("Are you still coming?")] if "time" in what and mine.state == State.YES else []),
            ]
        )
        return Reply(text, _rows_after(event, mine, "time" in what))


def _changes() -> dict[str, Markup]:
    return {
        "time": _("The time is another one."),
        "place": _("The place is another one."),
        "online": _("The online access is another one."),
        "title": _("It is called differently now."),
    }


def _rows_after(event: Event, mine: Attendance, moved: bool) -> Rows:
    opening = (Button(_("Open the event"), OpenEvent(event.id)),)
    if mine.state == State.YES and moved:
        return (
            (Button(_("I am coming"), StillComing(event.id)), Button(_("I cannot come"), Decline(event.id))),
            opening,
        )
    return (opening,)


@dataclass(frozen=True, slots=True)
class EventCancelled(Notice, kind="event_cancelled"):
    """To everybody who answered, also those waiting: it does not take place. Nothing holds this back."""

    event: int
    waits = False

    def compose(self, at: Composing) -> Reply | None:
        event = events.load(at.session, self.event)
        if event is None or event.state != EventState.CANCELLED:
            return None
        lines = [
            _("<b>{event}</b> is cancelled.").format(event=title_of(event)),
            *clocks(event.starts_at, event.ends_at, event.zone),
        ]
        if event.cancel_note:
            lines.append(Markup("{}").format(event.cancel_note))
        lines.append(_("We are sorry. If you use our calendar feed, it disappears from your calendar by itself."))
        return Reply(Markup("\n").join(lines), column(Button(_("Events"), Go("events"))))


@dataclass(frozen=True, slots=True)
class EventMessage(Notice, kind="event_message"):
    """Words of the organiser to those who answered in a certain way."""

    event: int
    errand: int
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        event = events.load(at.session, self.event)
        errand = at.session.get(Errand, self.errand)
        mine = attendances.find(at.session, self.event, at.member.id)
        if event is None or errand is None or mine is None or mine.state not in errand.params["states"]:
            return None
        text = words_of_organiser(event, errand.params["text"])
        return Reply(text, column(Button(_("Open the event"), OpenEvent(event.id))))


def words_of_organiser(event: Event, text: str) -> Markup:
    """A message as those read it who receive it."""
    return _("From the organiser of <b>{event}</b>:\n\n{text}").format(event=title_of(event), text=text)


def tell_change(session: Session, event: Event, task: Task, _now: datetime) -> int | None:
    """An errand: the change, to the next of those who answered."""
    notice = EventChanged(event.id, event.sequence, task.params["what"])
    return _tell(session, event, task, ANSWERED, lambda _row: notice)


def tell_cancellation(session: Session, event: Event, task: Task, _now: datetime) -> int | None:
    """An errand: the cancellation, to the next of those who answered."""
    return _tell(session, event, task, ANSWERED, lambda _row: EventCancelled(event.id))


def pass_on(session: Session, event: Event, task: Task, _now: datetime) -> int | None:
    """An errand: the organiser's words, to the next of those who answered so."""
    states = [State(each) for each in task.params["states"]]
    return _tell(session, event, task, states, lambda _row: EventMessage(event.id, task.id))


def _tell(
    session: Session, event: Event, task: Task, states: Sequence[State], word: Callable[[Attendance], Notice]
) -> int | None:
    found = attendances.answered_after(session, event.id, states, task.cursor, CHUNK)
    rows: list[dict[str, Any]] = []
    for row in found:
        notice = word(row)
        rows.append(
            {
                "member_id": row.member_id,
                "kind": notice.kind,
                "ref": notice.ref(),
                "params": notice.params(),
                "lane": notice.lane,
                "due_at": task.due_at,
            }
        )
    outbox.queue_many(session, rows)
    return found[-1].id if len(found) == CHUNK else None


def what_changed(event: Event, before: dict[str, Any]) -> list[str]:
    """Which of the things people must learn of are different from `before` (column -> value)."""
    return [name for name, columns in TOLD.items() if any(getattr(event, each) != before[each] for each in columns)]


def as_it_is(event: Event) -> dict[str, Any]:
    """The columns whose changes are told, before a change."""
    return {column: getattr(event, column) for columns in TOLD.values() for column in columns}


def announce_change(session: Session, event: Event, before: dict[str, Any], now: datetime) -> list[str]:
    """After a change of a published event: calendars learn of it, errands are planned anew, people are told."""
    what = what_changed(event, before)
    if event.state != EventState.PUBLISHED or not what:
        return what
    event.sequence += 1
    session.flush()
    events.drop_errands(session, event.id, now, "changed")
    events.plan_errand(session, event.id, "changed", str(event.sequence), now, {"what": ",".join(what)})
    if "time" in what:
        events.drop_errands(session, event.id, now, "remind", "chase", "survey")
        attendances.unconfirm(session, event.id)
        plan_course(session, event, now)
        plan_chase(session, event, now)
    return what


def plan_course(session: Session, event: Event, now: datetime) -> None:
    """What happens by itself around every published event: reminders before it, a survey after it."""
    plan_reminders(session, event, now)
    events.plan_errand(session, event.id, "survey", str(int(event.ends_at.timestamp())), event.ends_at)


def cancel_event(session: Session, event: Event, now: datetime, note: str | None) -> None:
    """It does not take place: everybody who answered is told, whatever else was planned is dropped."""
    event.state, event.cancelled_at, event.cancel_note = EventState.CANCELLED, now, note
    event.sequence += 1
    events.drop_errands(session, event.id, now, "invite", "chase", "remind", "survey", "changed")
    events.plan_errand(session, event.id, "cancelled", "", now)


def register(router: Router) -> None:
    router.notice(EventChanged)
    router.notice(EventCancelled)
    router.notice(EventMessage)
