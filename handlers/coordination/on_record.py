"""Somebody on a list of the university who is not registered: coordinators see what is on record, and erase it when
they are asked to. Whoever was erased is not brought back by a later list."""

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import _, day, labelled, named
from bot.conversation.reply import Button, Go, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from db import erased, imports, records
from db.models.lists import Institution, Programme
from db.models.records import Record
from handlers.coordination.people import OpenOnRecord
from handlers.coordination.whom import not_yours


@dataclass(frozen=True, slots=True)
class EraseOnRecord(Callback, prefix="wx"):
    """They asked the office to be erased."""

    record: int
    sure: bool = False


def open_on_record(turn: Turn, tap: OpenOnRecord) -> Reply:
    """What the university's list says, and where it came from."""
    row = _find_or_refuse(turn, tap.record)
    turn.record("listed_viewed")
    names = " · ".join(filter(None, (row.full_name, row.other_name)))
    brought = imports.load(turn.session, row.import_id)
    lines = [
        Markup("<b>{}</b>").format(names),
        _("On a list of the university, not registered."),
        _studied(turn, row),
        *([labelled(_("E-mail"), row.email)] if row.email else []),
        *([_("The list came in on {day}.").format(day=day(brought.created_at))] if brought is not None else []),
    ]
    return Reply(Markup("\n").join(lines), ((Button(_("Erase on request"), EraseOnRecord(row.id)),), _last()))


def _studied(turn: Turn, row: Record) -> Markup:
    institution = turn.session.get_one(Institution, row.institution_id)
    programme = turn.session.get(Programme, row.programme_id) if row.programme_id else None
    years = "–".join(str(year) for year in (row.from_year, row.to_year) if year)
    parts = (named(institution.names), named(programme.names) if programme else "", years)
    return Markup(" · ").join(part for part in parts if part)


def erase(turn: Turn, tap: EraseOnRecord) -> Reply:
    """Asks once. All entries of this name at the institution go, since the list of erased people knows only names."""
    row = _find_or_refuse(turn, tap.record)
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


def _find_or_refuse(turn: Turn, record: int) -> Record:
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
