"""Somebody on a list of the university who is not registered: coordinators see what is on record, and whether they
objected, and erase it when they are asked to. Whoever was erased is not brought back by a later list."""

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import _, day, labelled, named
from bot.conversation.reply import Button, Go, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from db import erased, imports, objections, records
from db.models.lists import Institution, Programme
from db.models.privacy import Came
from db.models.records import Record
from handlers.coordination.people import NoteListedObjection, OpenOnRecord, UndoListedObjection
from handlers.coordination.whom import not_yours
from handlers.objection_wording import ways_it_came


@dataclass(frozen=True, slots=True)
class EraseOnRecord(Callback, prefix="wx"):
    """They asked the office to be erased."""

    record: int
    sure: bool = False


def open_on_record(turn: Turn, tap: OpenOnRecord) -> Reply:
    """What the university's list says, and where it came from."""
    row = find_or_refuse(turn, tap.record)
    turn.record("listed_viewed")
    return record_card(turn, row)


def record_card(turn: Turn, row: Record, note: Markup | None = None) -> Reply:
    """The same, without a line in the log; behind a note on what was done."""
    names = " · ".join(filter(None, (row.full_name, row.other_name)))
    brought = imports.load(turn.session, row.import_id)
    lines = [
        *([note, Markup("")] if note else []),
        Markup("<b>{}</b>").format(names),
        _("On a list of the university, not registered."),
        _studied(turn, row),
        *([labelled(_("E-mail"), row.email)] if row.email else []),
        *([_("The list came in on {day}.").format(day=day(brought.created_at))] if brought is not None else []),
        *_objection(turn, row),
    ]
    buttons = (*_about_objection(turn, row), Button(_("Erase on request"), EraseOnRecord(row.id)))
    return Reply(Markup("\n").join(lines), (buttons, _last()))


def _objection(turn: Turn, row: Record) -> list[Markup]:
    """Why nobody invites them, where that is so."""
    noted = objections.noted_of_listed(turn.session, row.id)
    if noted is not None:
        text = _("Objected: is neither invited nor written to. Noted on {day} ({how}).")
        return [text.format(day=day(noted.noted_at), how=ways_it_came()[Came(noted.came)])]
    called = records.called_of(row, turn.session.get_one(Institution, row.institution_id))
    if objections.namesakes(turn.session, [called]):
        return [_("Somebody of this name at the same institution has objected, so no invitation is sent.")]
    return []


def _about_objection(turn: Turn, row: Record) -> tuple[Button, ...]:
    noted = objections.noted_of_listed(turn.session, row.id)
    if noted is None:
        return (Button(_("Note an objection"), NoteListedObjection(row.id)),)
    if objections.may_be_undone(noted, turn.me.number, turn.now):
        return (Button(_("Undo the objection"), UndoListedObjection(row.id)),)
    return ()


def _studied(turn: Turn, row: Record) -> Markup:
    institution = turn.session.get_one(Institution, row.institution_id)
    programme = turn.session.get(Programme, row.programme_id) if row.programme_id else None
    years = "–".join(str(year) for year in (row.from_year, row.to_year) if year)
    parts = (named(institution.names), named(programme.names) if programme else "", years)
    return Markup(" · ").join(part for part in parts if part)


def erase(turn: Turn, tap: EraseOnRecord) -> Reply:
    """Asks once. All entries of this name at the institution go, since the list of erased people knows only names."""
    row = find_or_refuse(turn, tap.record)
    gone = records.unclaimed(turn.session, row.institution_id, row.full_name, row.other_name) | {row.id}
    if not tap.sure:
        text = _(
            "<b>Did {name} ask for this?</b> What lists say about this name at {institution} is erased at once "
            "(entries: {n}), and no later list brings it back. This cannot be undone."
        ).format(name=row.full_name, institution=_institution(turn, row), n=len(gone))
        return Reply(text, ((Button(_("Yes, erase"), EraseOnRecord(row.id, True)), _back(row)), _last()))
    _note(turn, row)
    records.forget(turn.session, gone)
    turn.record("listed_erased", entries=len(gone))
    return Reply(_("Erased. Please tell the person; nobody else is told."), (_last(),))


def _note(turn: Turn, row: Record) -> None:
    """On the list of erased people, which lies outside the database, first."""
    house, slug = turn.house, turn.session.get_one(Institution, row.institution_id).slug
    marks = [erased.name_mark(name, slug) for name in (row.full_name, row.other_name) if name]
    if house.erasure_list:
        erased.note_marks(Path(house.erasure_list), lambda mark: house.digest("erasure", mark), marks, turn.now)


def _institution(turn: Turn, row: Record) -> str:
    return named(turn.session.get_one(Institution, row.institution_id).names)


def find_or_refuse(turn: Turn, record: int) -> Record:
    row = records.find(turn.session, record, turn.scope)
    if row is None:
        raise Refused(Reply(not_yours(), (_last(),)))
    return row


def _back(row: Record) -> Button:
    return Button(_("Back"), OpenOnRecord(row.id))


def _last() -> tuple[Button, ...]:
    return (Button(_("Desk"), Go("admin")), Button(_("Menu"), Go("menu")))


def register(router: Router) -> None:
    router.tap(OpenOnRecord, open_on_record, gate=Gate.COORDINATOR)
    router.tap(EraseOnRecord, erase, gate=Gate.COORDINATOR)
