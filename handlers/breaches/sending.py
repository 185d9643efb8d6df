"""The message to those concerned goes out: doubts are said first, a minute is left to take it back, everybody gets it
once, and whoever sent it hears whom it did not reach."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import _, number
from bot.conversation.notices import Composing, Lane, Notice, Withdrawn, queue, queue_to
from bot.conversation.reply import Button, Go, Reply, Rows, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from db import breach_messages
from db.breach_messages import TOLD
from db.models.breaches import BreachMessage, MessageState
from handlers.announcements.ledger import Sums, figure_lines
from handlers.announcements.planning import PIECES
from handlers.breaches.buttons import ChangeMessage, ListUnreached, OpenMessage, SendMessage, StopMessage
from handlers.breaches.messages import card, crowds_of, doubt_lines, find_or_refuse, preview_rows, word
from handlers.breaches.wording import breach_names

UNDO = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ToldOfBreach(Notice, kind=TOLD):
    """Data of the reader may have come into wrong hands. Neither an objection nor a switch silences it (Art. 34)."""

    message: int
    lane = Lane.UNASKED

    def compose(self, at: Composing) -> Reply:
        row = breach_messages.find(at.session, self.message)
        if row is None or row.state == MessageState.STOPPED:
            raise Withdrawn
        return word(at.session, at.house, row, at.member.zone)


@dataclass(frozen=True, slots=True)
class ToldReport(Notice, kind="breach_told"):
    """Everybody has been tried."""

    message: int

    def compose(self, at: Composing) -> Reply | None:
        row = breach_messages.find(at.session, self.message)
        if row is None:
            return None
        counts = breach_messages.outcomes(at.session, row)
        text = _("Your message about the data breach has gone out: {sent} of {all} have it.").format(
            sent=number(counts["sent"]), all=number(counts.total())
        )
        return Reply(text, column(Button(_("How it went"), OpenMessage(row.id)), Button(_("Menu"), Go("menu"))))


def open_message(turn: Turn, tap: OpenMessage) -> Reply:
    row = find_or_refuse(turn, tap.message)
    return card(turn, row) if row.state == MessageState.DRAFT else ledger_card(turn, row)


def send(turn: Turn, tap: SendMessage) -> Reply:
    """Everything that speaks against it is said; then it is planned, a minute ahead. Sent twice is sent once."""
    row = find_or_refuse(turn, tap.message, lock=True)
    if row.state != MessageState.DRAFT:
        return ledger_card(turn, row)
    crowds = crowds_of(turn, breach_messages.case_of(row))
    doubts = doubt_lines(row, crowds)
    if doubts and not tap.accepted:
        anyway = Button(_("Send it anyway"), SendMessage(row.id, 1))
        rows = ((anyway, Button(_("Change"), ChangeMessage(row.id))), (Button(_("Back"), OpenMessage(row.id)),))
        return Reply(Markup("\n").join([*doubts, _("Add their language, or send it anyway?")]), rows)
    row.state, row.due_at, row.cursor, row.planned_at = MessageState.PLANNED, turn.now + UNDO, 0, None
    row.changed_at = turn.now
    people = sum(crowd.people for crowd in crowds)
    turn.record("breach_told", message=row.id, kind=breach_messages.case_of(row).kind.name.lower(), people=people)
    return ledger_card(turn, row)


def stop(turn: Turn, tap: StopMessage) -> Reply:
    """Before it begins it is a draft again; after that, whoever has it has it."""
    row = find_or_refuse(turn, tap.message, lock=True)
    row.changed_at = turn.now
    if row.state == MessageState.PLANNED:
        row.state, row.due_at = MessageState.DRAFT, None
        turn.record("breach_message_stopped", message=row.id)
        return card(turn, row, _("Taken back: nobody has been told."))
    if row.state == MessageState.SENDING:
        row.state, row.planned_at = MessageState.STOPPED, turn.now
        turn.record("breach_message_stopped", message=row.id)
    return ledger_card(turn, row)


def ledger_card(turn: Turn, row: BreachMessage) -> Reply:
    """How it stands now, and whom it did not reach."""
    counts = breach_messages.outcomes(turn.session, row)
    lines = [
        _("<b>{label}:</b> {answer}").format(
            label=_("Message to those concerned"), answer=breach_names()[breach_messages.case_of(row).kind]
        ),
        *_moment(row, turn.now),
        *figure_lines(Sums(Counter(counts), 0)),
    ]
    left = sum(breach_messages.count_left(turn.session, row)) if row.done_at is not None else 0
    if left:
        lines.append(_("To be told by letter or e-mail: {n}").format(n=number(left)))
    return Reply(Markup("\n").join(lines), _ledger_rows(row, left))


def _moment(row: BreachMessage, now: datetime) -> list[Markup]:
    if row.state == MessageState.PLANNED and row.due_at is not None and row.due_at > now:
        return [_("It begins to go out within a minute. Until then you can undo it.")]
    return [] if row.done_at is not None else [_("It is going out; in quiet hours it waits for the morning.")]


def _ledger_rows(row: BreachMessage, left: int) -> Rows:
    stops = Button(_("Undo") if row.state == MessageState.PLANNED else _("Stop it"), StopMessage(row.id))
    goes = row.state in (MessageState.PLANNED, MessageState.SENDING)
    return (
        *(((stops,),) if goes else ()),
        *(((Button(_("List for letters …"), ListUnreached(row.id)),),) if left else ()),
        *preview_rows(row),
        (Button(_("Refresh"), OpenMessage(row.id)), Button(_("Menu"), Go("menu"))),
    )


# --- the planner -----------------------------------------------------------------------------------------------


def plan_messages(session: Session, now: datetime, _house: House) -> bool:
    """The next piece of what is due. True while there may be more."""
    row = breach_messages.next_to_plan(session, now)
    if row is None:
        return _finish_some(session, now)
    row.state = MessageState.SENDING
    piece, end = breach_messages.next_piece(session, row, _size(session))
    queue_to(session, piece, ToldOfBreach(row.id), now)
    if end is None:
        row.planned_at = now
    else:
        row.cursor = end
    return True


def _size(session: Session) -> int:
    return PIECES[session.get_bind().dialect.name]


def _finish_some(session: Session, now: datetime) -> bool:
    """Of what was tried, those not reached are written down; then whoever sent it is told."""
    for row in breach_messages.unfinished(session):
        counts = breach_messages.outcomes(session, row)
        if counts["waiting"]:
            continue
        if breach_messages.note_unreached(session, row, PIECES["sqlite"]):
            return True
        row.counts, row.done_at = dict(counts), now
        if row.state == MessageState.SENDING:
            row.state = MessageState.DONE
        if row.author_id is not None:
            queue(session, row.author_id, ToldReport(row.id), now)
    return False


def register(router: Router) -> None:
    router.tap(OpenMessage, open_message, gate=Gate.CENTRAL)
    router.tap(SendMessage, send, gate=Gate.CENTRAL)
    router.tap(StopMessage, stop, gate=Gate.CENTRAL)
    router.notice(ToldOfBreach)
    router.notice(ToldReport)
    router.planner(plan_messages, breach_messages.next_due)
