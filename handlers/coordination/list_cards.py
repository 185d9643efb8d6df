"""Coordinators look at the lists people choose from: central ones at all, others at those of their institutions."""

from collections.abc import Iterator
from functools import partial

from markupsafe import Markup

from bot.conversation.i18n import LANGUAGES, N_, _, language, listed, name_language, named, ngettext, number
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from db import list_keeping, places
from db.list_keeping import OWNERS, kind_of, owner_of
from db.models.lists import Cohort, Entry, Faculty, Institution, ListKind, Programme
from handlers.cohorts import name_cohort, name_years
from handlers.coordination.list_buttons import (
    AddEntry,
    ChangeEntry,
    ChooseSuccessor,
    CloseEntry,
    ListEntries,
    OpenEntry,
    PlaceEntry,
    ReopenEntry,
)

PAGE = 6
LONGEST_LABEL = 40


def list_names() -> dict[ListKind, Markup]:
    return {
        ListKind.INSTITUTION: _("Institutions"),
        ListKind.FACULTY: _("Faculties"),
        ListKind.PROGRAMME: _("Programmes"),
        ListKind.COHORT: _("Cohorts"),
        ListKind.TOPIC: _("Topics"),
    }


def directions() -> dict[str, Markup]:
    return {"to-germany": _("From China to Germany"), "to-china": _("From Germany to China")}


# --- who may ---------------------------------------------------------------------------------------------------


def may_keep(turn: Turn, kind: ListKind, owner: int | None) -> bool:
    """Central coordinators every list; others the faculties, programmes and cohorts of the institutions they answer
    for."""
    return turn.scope.central or (kind in OWNERS and _is_ones_own(turn, kind, owner))


def _is_ones_own(turn: Turn, kind: ListKind, owner: int | None) -> bool:
    return list_keeping.institution_of(turn.session, kind, owner) in turn.scope.institutions


def may_change(turn: Turn, row: Entry) -> bool:
    """An institution itself, too, by those who answer for it."""
    owner = row.id if isinstance(row, Institution) else owner_of(row)
    return turn.scope.central or _is_ones_own(turn, kind_of(row), owner)


def refuse_others(turn: Turn) -> Refused:
    text = _("These lists are kept by the coordinators who answer for the whole institution, or the whole network.")
    return Refused(Reply(text, column(Button(_("Lists"), Go("lists")), Button(_("Menu"), Go("menu")))))


def find_entry(turn: Turn, kind: ListKind, entry: int, *, lock: bool = False) -> Entry:
    """An entry one may change; a friendly no otherwise. The scope is the query, whatever button was tapped."""
    row = (list_keeping.lock if lock else list_keeping.load)(turn.session, kind, entry)
    if row is None:
        raise Refused(Reply(_("This entry does not exist."), column(Button(_("Lists"), Go("lists")))))
    if not may_change(turn, row):
        raise refuse_others(turn)
    return row


def find_to_keep(turn: Turn, kind: ListKind, entry: int, *, lock: bool = False) -> Entry:
    """The same of an entry one may order, close and replace: an institution or a topic is the whole network's."""
    row = find_entry(turn, kind, entry, lock=lock)
    if not may_keep(turn, kind, owner_of(row)):
        raise refuse_others(turn)
    return row


# --- lists -----------------------------------------------------------------------------------------------------


def open_lists(turn: Turn) -> Reply:
    """/lists"""
    return list_entries(turn, ListEntries(ListKind.INSTITUTION))


def list_entries(turn: Turn, tap: ListEntries, note: Markup | None = None) -> Reply:
    """In their order, what is closed at the end."""
    found = _visible(turn, tap)
    page = min(max(tap.page, 0), max(len(found) - 1, 0) // PAGE)
    shown = [Button(label_of(row), OpenEntry(tap.kind, row.id)) for row in found[page * PAGE : (page + 1) * PAGE]]
    pages = leaves(partial(ListEntries, tap.kind, tap.owner), page, more=(page + 1) * PAGE < len(found))
    text = Markup("\n\n").join([*([note] if note else []), *_heading(turn, tap, bool(found))])
    return Reply(text, (*column(*shown), *pages, *_list_rows(turn, tap)))


def _visible(turn: Turn, tap: ListEntries) -> list[Entry]:
    found = list_keeping.entries(turn.session, tap.kind, tap.owner)
    if tap.kind is ListKind.INSTITUTION:
        return [row for row in found if may_change(turn, row)]
    if not may_keep(turn, tap.kind, tap.owner):
        raise refuse_others(turn)
    return found


def label_of(row: Entry) -> str:
    label = name_cohort(row) if isinstance(row, Cohort) else named(row.names)
    if not row.closed:
        return shorten(label, LONGEST_LABEL)
    name = shorten(label, LONGEST_LABEL - 14)
    return _("{name} · closed").format(name=name).unescape()


def _heading(turn: Turn, tap: ListEntries, has_some: bool) -> Iterator[Markup]:
    head = Markup("<b>{}</b>").format(list_names()[tap.kind])
    above = OWNERS.get(tap.kind)
    owner = list_keeping.load(turn.session, above, tap.owner) if above is not None and tap.owner is not None else None
    yield Markup("{}\n{}").format(head, named(owner.names)) if owner is not None else head
    if tap.kind is ListKind.INSTITUTION and not has_some:
        yield _("You answer for a part of an institution. Its lists are kept by those who answer for the whole.")
    elif not has_some and tap.kind is ListKind.COHORT:
        yield _("There is none yet: whoever was in this programme writes the years instead.")
    elif not has_some:
        yield _("There is none yet.")
    elif tap.kind is ListKind.INSTITUTION:
        yield _("What people choose when they register. Whatever changes here, what they chose keeps its meaning.")


def _list_rows(turn: Turn, tap: ListEntries) -> Rows:
    topics = (Button(_("Topics"), ListEntries(ListKind.TOPIC)),) if turn.scope.central else ()
    add = Button(_("New entry"), AddEntry(tap.kind, tap.owner))
    menu = Button(_("Menu"), Go("menu"))
    if tap.kind is ListKind.INSTITUTION:
        return ((*topics, *([add] if turn.scope.central else [])), (menu,)) if turn.scope.central else ((menu,),)
    back = (
        OpenEntry(OWNERS[tap.kind], tap.owner)
        if tap.owner and tap.kind in OWNERS
        else ListEntries(ListKind.INSTITUTION)
    )
    return ((add, Button(_("Back"), back)), (menu,))


# --- one entry -------------------------------------------------------------------------------------------------


def open_entry(turn: Turn, tap: OpenEntry) -> Reply:
    return entry_card(turn, find_entry(turn, tap.kind, tap.entry))


def entry_card(turn: Turn, row: Entry, note: Markup | None = None) -> Reply:
    """Its names, what belongs to it, how many chose it, whether it is closed; and what can be done."""
    lines = [Markup("<b>{}</b>").format(named(row.names)), *_name_lines(row), *_details(turn, row), *_state(turn, row)]
    text = Markup("\n").join(lines)
    if note is not None:
        text = Markup("{}\n\n{}").format(note, text)
    return Reply(text, (*_parts(turn, row), *_actions(turn, row), *_ways_back(row)))


def _name_lines(row: Entry) -> Iterator[Markup]:
    for tag in LANGUAGES:
        name = row.names.get(tag)
        shown = name if name is not None else _("– (the English name is shown)")
        yield _("{language}: {name}").format(language=name_language(tag), name=shown)


def _details(turn: Turn, row: Entry) -> Iterator[Markup]:
    if isinstance(row, Institution):
        ways = [way for way in (row.contact_name, row.contact_email, row.contact_phone) if way]
        yield _("Contact person: {contact}").format(contact=" · ".join(ways) or "–")
    if isinstance(row, Programme):
        faculty = turn.session.get(Faculty, row.faculty_id) if row.faculty_id is not None else None
        parts = [
            *([named(faculty.names)] if faculty is not None else []),
            *([places.name_region(row.province, language()) or row.province] if row.province else []),
            *([directions()[row.direction]] if row.direction in directions() else []),
        ]
        if parts:
            yield Markup("{}").format(" · ".join(str(part) for part in parts))
    if isinstance(row, Cohort):
        programme = turn.session.get_one(Programme, row.programme_id)
        yield Markup("{}").format(f"{named(programme.names)} · {name_years(row)}")


def _state(turn: Turn, row: Entry) -> Iterator[Markup]:
    chosen = list_keeping.count_chosen(turn.session, row)
    yield ngettext("{n} person has chosen it.", "{n} people have chosen it.", chosen).format(n=number(chosen))
    if row.merged_into is not None:
        now = list_keeping.load(turn.session, kind_of(row), row.merged_into)
        text = (
            _("Closed, “{name}” is chosen instead. Whoever chose this one keeps it.")
            if isinstance(row, Cohort)
            else _("Closed. Whoever looks for “{name}” finds those who chose this, too.")
        )
        yield text.format(name=named(now.names) if now is not None else "–")
    elif row.closed:
        yield _("Closed: it can no longer be chosen. Whoever chose it keeps it.")
    stands_for = [named(each.names) for each in list_keeping.replaced_by(turn.session, row)]
    if stands_for:
        yield _("It stands for {names}, too.").format(names=listed(stands_for))


def _parts(turn: Turn, row: Entry) -> Rows:
    kinds = [kind for kind, owner in OWNERS.items() if owner is kind_of(row)]
    names = list_names()
    return (tuple(Button(names[kind], ListEntries(kind, row.id)) for kind in kinds),) if kinds else ()


def _actions(turn: Turn, row: Entry) -> Rows:
    kind = kind_of(row)
    change = Button(_("Change"), ChangeEntry(kind, row.id))
    if not may_keep(turn, kind, owner_of(row)):
        return ((change,),)
    if row.closed:
        return ((change, Button(_("Reopen"), ReopenEntry(kind, row.id))),)
    end = (Button(_("Replace …"), ChooseSuccessor(kind, row.id)), Button(_("Close …"), CloseEntry(kind, row.id)))
    return ((change,), *_moves(turn, row, kind), end)


def _moves(turn: Turn, row: Entry, kind: ListKind) -> Rows:
    ids = [each.id for each in list_keeping.entries(turn.session, kind, owner_of(row)) if not each.closed]
    here = ids.index(row.id)
    up = [Button(_("↑ Earlier"), PlaceEntry(kind, row.id, here - 1))] if here else []
    down = [Button(_("↓ Later"), PlaceEntry(kind, row.id, here + 1))] if here + 1 < len(ids) else []
    return ((*up, *down),) if up or down else ()


def _ways_back(row: Entry) -> Rows:
    kind = kind_of(row)
    return ((Button(list_names()[kind], ListEntries(kind, owner_of(row))), Button(_("Menu"), Go("menu"))),)


def place_entry(turn: Turn, tap: PlaceEntry) -> Reply:
    row = find_to_keep(turn, tap.kind, tap.entry, lock=True)
    if not row.closed:
        list_keeping.place(turn.session, row, tap.index)
    return entry_card(turn, row)


def register(router: Router) -> None:
    router.command("lists", open_lists, gate=Gate.COORDINATOR, about=N_("Institutions, programmes and topics"))
    router.tap(ListEntries, list_entries, gate=Gate.COORDINATOR)
    router.tap(OpenEntry, open_entry, gate=Gate.COORDINATOR)
    router.tap(PlaceEntry, place_entry, gate=Gate.COORDINATOR)
