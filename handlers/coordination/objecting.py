"""Somebody objected to messages by letter, e-mail, telephone, or in person: a coordinator notes it, and it holds as if
they had said /stop. They alone end it; whoever noted it by mistake takes it back within a day."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import _, named
from bot.conversation.notices import Composing, Notice
from bot.conversation.reply import Button, Go, Reply, Rows, pairs
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from db import objections
from db.models.lists import Institution
from db.models.members import Member
from db.models.privacy import Came
from handlers.coordination.on_record import find_or_refuse, record_card
from handlers.coordination.people import (
    NoteListedObjection,
    NoteObjection,
    OpenMember,
    OpenOnRecord,
    UndoListedObjection,
    UndoObjection,
    member_card,
)
from handlers.coordination.whom import in_scope_or_refuse
from handlers.objection_wording import ways_it_came


@dataclass(frozen=True, slots=True)
class ObjectionNoted(Notice, kind="objection_noted"):
    """The one confirmation to the member. `at` in POSIX seconds."""

    at: int

    def compose(self, at: Composing) -> Reply | None:
        row = objections.noted(at.session, at.member)
        if row is None:
            return None
        text = _(
            "You told the alumni office that you wish to receive nothing unasked from us ({how}). This holds from now "
            "on: we only tell you if an event you said yes to is cancelled, and, as the law wants it, if data of yours "
            "got into wrong hands. If this is a mistake, or you change your mind, one tap is enough."
        ).format(how=ways_it_came()[Came(row.came)])
        return Reply(text, ((Button(_("Write to me again"), Go("resume")), Button(_("Contact"), Go("contact"))),))


@dataclass(frozen=True, slots=True)
class ObjectionUndone(Notice, kind="objection_undone"):
    """It was noted by mistake. `at` in POSIX seconds."""

    at: int

    def compose(self, at: Composing) -> Reply | None:
        if at.member.objected_at is not None:
            return None
        text = _(
            "The alumni office had noted by mistake that you wish to receive nothing unasked from us. That is taken "
            "back, and everything is as it was."
        )
        return Reply(text, ((Button(_("Settings"), Go("settings")), Button(_("Contact"), Go("contact"))),))


def note(turn: Turn, tap: NoteObjection) -> Reply:
    """How it came, then whether it is meant; done once, whoever taps."""
    person = in_scope_or_refuse(turn, tap.member)
    if person.objected_at is not None:
        return member_card(turn, person, _("This person has objected already."))
    back = OpenMember(person.id)
    if tap.came is None:
        return _ask_how(person.full_name, lambda came: NoteObjection(person.id, came), back)
    if not tap.sure:
        text = _(
            "<b>Note the objection of {name}?</b> ({how}) As with /stop, nothing unasked goes to this person any more, "
            "except about a cancelled event they said yes to and about a data breach. They are told, and only they can "
            "end it."
        ).format(name=person.full_name, how=ways_it_came()[tap.came])
        return Reply(text, _yes_or_back(NoteObjection(person.id, tap.came, True), back))
    return _note(turn, person, tap.came)


def _note(turn: Turn, person: Member, came: Came) -> Reply:
    turn.session.refresh(person, with_for_update={"key_share": True})
    if objections.note(turn.session, person, came, turn.me.number, turn.now):
        turn.record("objection_noted", person.number, came=came)
        turn.notify(person.id, ObjectionNoted(int(turn.now.timestamp())))
    return member_card(turn, person, _("Noted. The person has been told. For a day you can take this back."))


def undo(turn: Turn, tap: UndoObjection) -> Reply:
    """Only what one noted oneself, for a day; and not what the member has said since."""
    person = in_scope_or_refuse(turn, tap.member)
    turn.session.refresh(person, with_for_update={"key_share": True})
    if not objections.may_be_undone(objections.noted(turn.session, person), turn.me.number, turn.now):
        raise Refused(member_card(turn, person, _too_late()))
    objections.resume(turn.session, person)
    turn.record("objection_undone", person.number)
    turn.notify(person.id, ObjectionUndone(int(turn.now.timestamp())))
    return member_card(turn, person, _("Taken back. The person has been told."))


def note_listed(turn: Turn, tap: NoteListedObjection) -> Reply:
    """The same for somebody who is only on a list; there is no chat to tell them in."""
    row = find_or_refuse(turn, tap.record)
    if objections.noted_of_listed(turn.session, row.id) is not None:
        return record_card(turn, row, _("This person has objected already."))
    back = OpenOnRecord(row.id)
    if tap.came is None:
        return _ask_how(row.full_name, lambda came: NoteListedObjection(row.id, came), back)
    if not tap.sure:
        text = _(
            "<b>Note the objection of {name}?</b> ({how}) Nobody of this name at {institution} is invited or written "
            "to any more, whatever later lists bring. If they register all the same, it holds until they end it."
        ).format(
            name=row.full_name,
            how=ways_it_came()[tap.came],
            institution=named(turn.session.get_one(Institution, row.institution_id).names),
        )
        return Reply(text, _yes_or_back(NoteListedObjection(row.id, tap.came, True), back))
    objections.note_listed(turn.session, row.id, tap.came, turn.me.number, turn.now)
    turn.record("listed_objection_noted", came=tap.came)
    return record_card(turn, row, _("Noted. Please confirm it to the person. For a day you can take this back."))


def undo_listed(turn: Turn, tap: UndoListedObjection) -> Reply:
    row = find_or_refuse(turn, tap.record)
    if not objections.may_be_undone(objections.noted_of_listed(turn.session, row.id), turn.me.number, turn.now):
        raise Refused(record_card(turn, row, _too_late()))
    objections.undo_listed(turn.session, row.id)
    turn.record("listed_objection_undone")
    return record_card(turn, row, _("Taken back."))


def _ask_how(name: str | None, tap: Callable[[Came], Callback], back: Callback) -> Reply:
    text = _("<b>Did {name} object to messages?</b> How did that reach you?").format(name=name)
    return Reply(text, (*pairs(*(Button(way, tap(came)) for came, way in ways_it_came().items())), (_back(back),)))


def _yes_or_back(yes: Callback, back: Callback) -> Rows:
    return ((Button(_("Yes, note it"), yes), _back(back)),)


def _back(back: Callback) -> Button:
    return Button(_("Back"), back)


def _too_late() -> Markup:
    return _("Only whoever noted an objection can take it back, for a day. After that the person alone ends it.")


def register(router: Router) -> None:
    router.tap(NoteObjection, note, gate=Gate.COORDINATOR)
    router.tap(UndoObjection, undo, gate=Gate.COORDINATOR)
    router.tap(NoteListedObjection, note_listed, gate=Gate.COORDINATOR)
    router.tap(UndoListedObjection, undo_listed, gate=Gate.COORDINATOR)
    router.notice(ObjectionNoted)
    router.notice(ObjectionUndone)
