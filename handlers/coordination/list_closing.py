"""Coordinators close an entry of a list, or replace it by another; what members chose stays as it is, and either can be
undone."""

from collections.abc import Iterator
from functools import partial

from markupsafe import Markup

from bot.conversation.i18n import _, named, ngettext, number
from bot.conversation.reply import Button, Reply, column, leaves, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from db import list_keeping
from db.list_keeping import owner_of
from db.models.lists import Cohort, Entry, Institution, ListKind
from handlers.coordination.list_buttons import ChooseSuccessor, CloseEntry, OpenEntry, ReopenEntry, ReplaceEntry
from handlers.coordination.list_cards import LONGEST_LABEL, PAGE, entry_card, find_to_keep


def close(turn: Turn, tap: CloseEntry) -> Reply:
    """Asks once, with the numbers."""
    row = _open_entry(turn, tap.kind, tap.entry, lock=tap.sure)
    if tap.sure:
        list_keeping.close(turn.session, row)
        turn.record("list_entry_closed", list=tap.kind.name.lower(), entry=row.id)
        return entry_card(turn, row, _("Closed. “Reopen” makes it as it was."))
    lines = [_("<b>Close “{name}”?</b> Nobody can choose it from then on.").format(name=named(row.names))]
    sure = Button(_("Close"), CloseEntry(tap.kind, row.id, True))
    return Reply(
        Markup("\n").join([*lines, *_concerned(turn, row)]),
        ((sure, Button(_("Back"), OpenEntry(tap.kind, row.id))),),
    )


def _open_entry(turn: Turn, kind: ListKind, entry: int, *, lock: bool) -> Entry:
    """One that can be closed: it is not closed yet, and people can still register without it."""
    if lock and kind is ListKind.INSTITUTION:
        list_keeping.lock_open_institutions(turn.session)
    row = find_to_keep(turn, kind, entry, lock=lock)
    if row.closed:
        raise Refused(entry_card(turn, row, _("It is closed already.")))
    if isinstance(row, Institution) and _is_last(turn, row):
        note = _("This is the only institution people can choose: without it nobody could register.")
        raise Refused(entry_card(turn, row, note))
    return row


def _is_last(turn: Turn, row: Institution) -> bool:
    open_ones = [each.id for each in list_keeping.entries(turn.session, ListKind.INSTITUTION) if not each.closed]
    return open_ones == [row.id]


def _concerned(turn: Turn, row: Entry) -> Iterator[Markup]:
    chosen, offices = list_keeping.count_chosen(turn.session, row), list_keeping.count_offices(turn.session, row)
    yield ngettext("{n} person has chosen it and keeps it.", "{n} people have chosen it and keep it.", chosen).format(
        n=number(chosen)
    )
    if isinstance(row, Institution):
        programmes = list_keeping.entries(turn.session, ListKind.PROGRAMME, row.id)
        still = sum(not each.closed for each in programmes)
        yield _("With it its programmes cannot be chosen either ({n}).").format(n=number(still))
    if offices:
        yield ngettext(
            "{n} coordinator answers for it, and goes on doing so for those who chose it.",
            "{n} coordinators answer for it, and go on doing so for those who chose it.",
            offices,
        ).format(n=number(offices))


def reopen(turn: Turn, tap: ReopenEntry) -> Reply:
    row = find_to_keep(turn, tap.kind, tap.entry, lock=True)
    if row.closed:
        list_keeping.reopen(turn.session, row)
        turn.record("list_entry_reopened", list=tap.kind.name.lower(), entry=row.id)
    return entry_card(turn, row, _("It can be chosen again."))


# --- replacing -------------------------------------------------------------------------------------------------


def choose_successor(turn: Turn, tap: ChooseSuccessor) -> Reply:
    """What can be chosen in the same list."""
    row = find_to_keep(turn, tap.kind, tap.entry)
    others, page = _others(turn, row), max(tap.page, 0)
    shown = [
        Button(shorten(named(other.names), LONGEST_LABEL), ReplaceEntry(tap.kind, row.id, other.id))
        for other in others[page * PAGE : (page + 1) * PAGE]
    ]
    text = (
        _("<b>By which entry is “{name}” replaced?</b> Please add a new one first if it is not here.")
        if others
        else _("There is nothing else in this list by which “{name}” could be replaced.")
    )
    pages = leaves(partial(ChooseSuccessor, tap.kind, row.id), page, more=(page + 1) * PAGE < len(others))
    back = (Button(_("Back"), OpenEntry(tap.kind, row.id)),)
    return Reply(text.format(name=named(row.names)), (*column(*shown), *pages, back))


def _others(turn: Turn, row: Entry) -> list[Entry]:
    kind = list_keeping.kind_of(row)
    found = list_keeping.entries(turn.session, kind, owner_of(row))
    return [each for each in found if not each.closed and each.id != row.id]


def replace(turn: Turn, tap: ReplaceEntry) -> Reply:
    """Asks once, and says what it means."""
    row = _open_entry(turn, tap.kind, tap.entry, lock=tap.sure)
    new = next((each for each in _others(turn, row) if each.id == tap.by), None)
    if new is None:
        raise Refused(entry_card(turn, row, _("The other entry cannot be chosen any more.")))
    if tap.sure:
        list_keeping.close(turn.session, row, new)
        turn.record("list_entry_replaced", list=tap.kind.name.lower(), entry=row.id, by=new.id)
        return entry_card(turn, row, _("Replaced. “Reopen” makes it as it was."))
    names = {"old": named(row.names), "new": named(new.names)}
    lines = [
        _("<b>Replace “{old}” by “{new}”?</b> Nobody can choose the old one from then on.").format(**names),
        *_concerned(turn, row),
        _what_it_means(row).format(**names),
    ]
    sure = Button(_("Replace"), ReplaceEntry(tap.kind, row.id, new.id, True))
    return Reply(Markup("\n").join(lines), ((sure, Button(_("Back"), ChooseSuccessor(tap.kind, row.id))),))


def _what_it_means(row: Entry) -> Markup:
    if isinstance(row, Cohort):
        return _("They go on reading “{old}”, and keep its years.")
    return _("Whoever looks for “{new}” finds them, too; segments and events for either mean both.")


def register(router: Router) -> None:
    router.tap(CloseEntry, close, gate=Gate.COORDINATOR)
    router.tap(ReopenEntry, reopen, gate=Gate.COORDINATOR)
    router.tap(ChooseSuccessor, choose_successor, gate=Gate.COORDINATOR)
    router.tap(ReplaceEntry, replace, gate=Gate.COORDINATOR)
