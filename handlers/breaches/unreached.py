"""Those concerned whom no message reached, as a list for letters and e-mails: with a reason, through a link that works
in one browser. It stands in the log, and each member in it can read it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.conversation import forms
from bot.conversation.i18n import _
from bot.conversation.questions import Answers, Form
from bot.conversation.reply import Button, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.exports import OFFERED, Purpose
from bot.domain.inviting import guess_language
from bot.drawing.data import Cell
from db import breach_messages, exports, scopes
from db.breach_messages import Addressed
from db.exports import Studied
from db.inviting import OnRecord
from db.models.breaches import BreachMessage
from db.models.members import Code, Member, Status
from handlers.breaches.buttons import ListUnreached, OpenMessage
from handlers.breaches.messages import find_or_refuse
from handlers.exports.files import FORMAT, REASON, table_file
from handlers.exports.links import About, Link, make
from handlers.exports.listing import Listed, Listing
from handlers.exports.noting import Contents, note_taken
from handlers.exports.table import header, rows, studied_text

MESSAGE = "_message"
PARTS = OFFERED[Purpose.BREACH]


def begin(turn: Turn, tap: ListUnreached) -> Outcome:
    row = _left_or_refuse(turn, tap.message)
    return forms.begin_anew(turn, LISTING, {MESSAGE: row.id})


def _left_or_refuse(turn: Turn, message: int) -> BreachMessage:
    row = find_or_refuse(turn, message)
    if row.done_at is None or not any(breach_messages.count_left(turn.session, row)):
        text = _("There is nobody to be told by letter.")
        raise Refused(Reply(text, column(Button(_("Back"), OpenMessage(row.id)))))
    return row


def make_link(turn: Turn, answers: Answers) -> Reply:
    row = _left_or_refuse(turn, int(answers[MESSAGE]))
    text = _(
        "The list is behind the link below. It is valid for 15 minutes, in one browser; please do not pass it on. "
        "Members who are in it will see in “My data” that it was taken, and what for. Delete it once everybody has "
        "been told."
    )
    download = Button(_("Download the list"), url=make(turn, About.UNREACHED, row.id, answers))
    return Reply(text, ((download,), (Button(_("Back"), OpenMessage(row.id)),)), new=True)


def title_for(session: Session, owner: Member, prefill: Any) -> str | None:
    """What the file is called. Whoever no longer answers for the whole network takes nothing away."""
    row = breach_messages.find(session, prefill[About.UNREACHED.value])
    if row is None or owner.status != Status.VERIFIED or not scopes.scope_of(session, owner.id).central:
        return None
    return str(_("To be told by letter"))


def _make(session: Session, code: Code, link: Link, now: datetime) -> Listed:
    row = _message_of(session, code)
    head = [*header(PARTS), str(_("E-mail on record"))]
    table = [*_members(session, row), *(_on_record(each) for each in breach_messages.left_on_record(session, row))]
    return Listed(table_file(link.title, head, table, link.format, now))


def _note(session: Session, code: Code, link: Link, now: datetime, _last: int) -> None:
    """Who is in it is written down, too."""
    whose = breach_messages.left(_message_of(session, code))
    note_taken(session, code, link.format, Contents(Purpose.BREACH, PARTS, whose), now)


def _message_of(session: Session, code: Code) -> BreachMessage:
    row = breach_messages.find(session, (code.prefill or {})[About.UNREACHED.value])
    assert row is not None
    return row


def _members(session: Session, row: BreachMessage) -> list[list[Cell]]:
    left: list[Addressed] = breach_messages.left_members(session, row)
    email = {each.id: each.email or "" for each in left}
    people = exports.people(session, list(email), PARTS)
    return [[*cells, email[person.id]] for person, cells in zip(people, rows(people, PARTS), strict=True)]


def _on_record(each: OnRecord) -> list[Cell]:
    """In the columns of `header`: names, studies, no place, a language."""
    record, institution, programme = each
    years = record.from_year, record.to_year
    studied = studied_text(Studied(institution.names, programme.names if programme else None, None, *years))
    language = guess_language((record.full_name, record.other_name), record.email)
    return [record.full_name, record.other_name or "", "", studied, "", "", "", "", language, record.email or ""]


LISTING = Form(
    name="breachlist",
    title=lambda: _("List for letters"),
    questions=(REASON, FORMAT),
    finish=make_link,
    starts=None,
)


LIST = Listing(About.UNREACHED, title_for, _make, _note)


def register(router: Router) -> None:
    router.tap(ListUnreached, begin, gate=Gate.CENTRAL)
    router.form(LISTING, gate=Gate.CENTRAL)
