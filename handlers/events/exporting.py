"""Those who organise an event take its answers away as a file: with a reason, through a link for one browser and a
quarter of an hour (`handlers.exports.links`). That a list was taken away stands in the log, for everybody on it, too.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.conversation.i18n import _, pgettext, zone, zone_city
from bot.conversation.questions import Answers, Form
from bot.conversation.reply import Button, Reply
from bot.conversation.routing import Gate, Made, Router, ToDraw
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.attendance import State
from bot.drawing.data import Cell
from db import answers as db_answers
from db import events
from db.answers import Answer
from db.models.events import Event
from db.models.members import Code, Member
from db.models.privacy import Audit
from handlers.events.answers import count_said, question_numbers
from handlers.events.card import Organise, nearest_text, title_of
from handlers.events.organising import ExportAnswers, may_organise_or_refuse, organise
from handlers.events.which import NAME, ORGANISED, begin_about
from handlers.exports.files import FORMAT, REASON, table_file
from handlers.exports.links import About, Format, Link, make, owner_of
from handlers.exports.listing import Listed, Listing


def begin_exporting(turn: Turn, tap: ExportAnswers) -> Outcome:
    event = may_organise_or_refuse(turn, tap.event)
    _check_answers(turn, event)
    return begin_about(turn, EXPORTING, event)


def _check_answers(turn: Turn, event: Event) -> None:
    if not sum(count_said(turn, event).values()):
        note = _("Nobody has answered yet, so there is nothing to export.")
        raise Refused(organise(turn, Organise(event.id), note))


def make_link(turn: Turn, answers: Answers) -> Reply:
    event = may_organise_or_refuse(turn, int(answers[NAME]))
    _check_answers(turn, event)
    text = _(
        "The list of <b>{event}</b> is behind the link below. It works for 15 minutes, in one browser and for you "
        "alone; please do not pass it on. Delete the file as soon as you no longer need it: the people on it trust you "
        "with their names."
    ).format(event=title_of(event))
    download = Button(_("Download the list"), url=make(turn, About.EVENT, event.id, answers))
    return Reply(text, ((download,), (Button(_("Organise"), Organise(event.id)),)), new=True)


def title_for(session: Session, owner: Member, prefill: Any) -> str | None:
    """The event's. Whoever no longer organises it takes nothing away."""
    event = events.load(session, prefill["event"])
    return title_of(event) if event is not None and events.may_organise(session, owner.id, event) else None


def _make(session: Session, code: Code, link: Link, now: datetime) -> Listed:
    event = _event_of(session, code)
    found = db_answers.of_event(session, event.id)
    return Listed(_file(event, found, link.format, now), max((one.id for one in found), default=0))


def _note(session: Session, code: Code, link: Link, now: datetime, last: int) -> None:
    """In the log, for everybody on the list as well."""
    event = _event_of(session, code).id
    number, reason = owner_of(session, code).number, (code.prefill or {}).get("reason", "")
    details = {"event": event, "format": link.format.value, "reason": reason}
    session.add(Audit(at=now, actor=number, action="attendees_exported", subject=None, details=details))
    db_answers.note_exported(session, event, last, number, now, {"event": event, "reason": reason})


def _event_of(session: Session, code: Code) -> Event:
    event = events.load(session, (code.prefill or {})["event"])
    assert event is not None
    return event


def _file(event: Event, found: list[Answer], kind: Format, now: datetime) -> Made | ToDraw:
    return table_file(title_of(event), _header(event), [_row(event, one) for one in found], kind, now)


def _header(event: Event) -> list[str]:
    city = zone_city()
    first = [_("Name"), _("Name in another script"), pgettext("column", "Answer"), _("Guests")]
    asked = [nearest_text(each)[0] for each in event.questions]
    last = [_("Answered ({city} time)").format(city=city), _("Checked in ({city} time)").format(city=city)]
    return [str(each) for each in (*first, *asked, *last)]


def _row(event: Event, one: Answer) -> list[Cell]:
    said = [one.replies.get(key, "") for key in question_numbers(event)]
    state = str(_state_names()[one.state])
    return [one.name, one.other or "", state, one.guests, *said, _clock(one.answered_at), _clock(one.here_since)]


def _state_names() -> dict[State, str]:
    return {
        State.YES: pgettext("answers", "Attending"),
        State.MAYBE: pgettext("answers", "Maybe"),
        State.WAITING: pgettext("answers", "Waiting"),
        State.NO: pgettext("answers", "Declined"),
        State.OFFERED: pgettext("answers", "Seat offered"),
        State.LAPSED: pgettext("answers", "Offer lapsed"),
    }


def _clock(instant: datetime | None) -> str:
    """As tables sort it, by the organiser's clock."""
    return instant.astimezone(zone()).strftime("%Y-%m-%d %H:%M") if instant is not None else ""


EXPORTING = Form(
    name="eventexport",
    title=lambda: _("Export"),
    questions=(
        ORGANISED,
        REASON,
        FORMAT,
    ),
    finish=make_link,
)


LIST = Listing(About.EVENT, title_for, _make, _note)


def register(router: Router) -> None:
    router.tap(ExportAnswers, begin_exporting, gate=Gate.AMBASSADOR)
    router.form(EXPORTING, gate=Gate.AMBASSADOR)
