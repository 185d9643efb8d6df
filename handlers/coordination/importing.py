"""Coordinators bring in the lists a university has of its people. The chat gives a link to a page and tells counts;
what stands in the list is seen on the page only."""

from markupsafe import Markup

from bot.conversation.i18n import N_, _, day, named, ngettext, number, pgettext
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, pairs, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.secrets import new_code
from bot.conversation.turn import Refused, Turn
from bot.domain.inviting import Whom
from db import codes, imports, inviting
from db.models.lists import Institution
from db.models.records import Import, ImportState
from handlers.coordination.import_buttons import (
    GiveUp,
    InviteListed,
    ListImports,
    NewImport,
    OpenImport,
    OpenPage,
    TakeOver,
)
from handlers.coordination.import_page import LINK_LASTS
from handlers.coordination.import_steps import GIVEN_UP_FROM, Refusal, give_up, may_open, take_over
from handlers.coordination.import_wording import fault_text, figures_text, plan_text, state_names

PAGE = 6
LONGEST_LABEL = 40
UNDER_WAY = frozenset({ImportState.READING, ImportState.CHECKING, ImportState.TAKING})


def open_lists(turn: Turn) -> Reply:
    """/import"""
    return list_imports(turn, ListImports())


def list_imports(turn: Turn, tap: ListImports, note: Markup | None = None) -> Reply:
    page = max(tap.page, 0)
    mine = imports.seen_by(turn.scope, turn.me.id)
    found = imports.newest(turn.session, mine, limit=PAGE + 1, offset=page * PAGE)
    head = _(
        "<b>Lists of people</b>\nBring in what the university knows about its people, as XLSX or CSV. From that come "
        "personal codes. Nothing counts before you have seen the report."
    )
    text = Markup("\n\n").join([*([note] if note else []), head, *([] if found else [_("No list has come in yet.")])])
    shown = column(*(Button(_label(turn, row), OpenImport(row.id)) for row in found[:PAGE]))
    last = (Button(_("New list"), NewImport()), Button(_("Menu"), Go("menu")))
    return Reply(text, (*shown, *leaves(ListImports, page, more=len(found) > PAGE), last))


def _label(turn: Turn, row: Import) -> str:
    institution = turn.session.get_one(Institution, row.institution_id)
    state = state_names()[row.state]
    return f"{shorten(named(institution.names), LONGEST_LABEL - 24)} · {day(row.created_at)} · {state}"


def begin(turn: Turn, tap: NewImport) -> Reply:
    """For which institution; with one to choose from, at once the link."""
    offered = imports.institutions(turn.session, turn.scope)
    chosen = [row for row in offered if tap.institution is None or row.id == tap.institution]
    if not chosen:
        raise Refused(Reply(_("You answer for no institution of which lists could come in."), _ways_on()))
    if len(chosen) > 1:
        rows = column(*(Button(shorten(named(row.names), LONGEST_LABEL), NewImport(row.id)) for row in chosen))
        return Reply(_("Whose people are in the list?"), (*rows, *_ways_on()))
    row = imports.create(turn.session, chosen[0].id, turn.me.id, turn.now)
    turn.record("import_begun", number=row.id)
    return _link(turn, row)


def _ways_on() -> Rows:
    return pairs(Button(pgettext("imports", "Lists"), ListImports()), Button(_("Menu"), Go("menu")))


def find_or_refuse(turn: Turn, import_id: int, *, lock: bool = False) -> Import:
    """The list; the same friendly no for one that is not there and one that is not theirs."""
    row = imports.lock(turn.session, import_id) if lock else imports.load(turn.session, import_id)
    if row is None or row.state == ImportState.GIVEN_UP or not may_open(turn.scope, turn.me.id, row):
        raise Refused(Reply(_("This list is not here any more, or not yours to open."), _ways_on()))
    return row


def open_import(turn: Turn, tap: OpenImport) -> Reply:
    return show_card(turn, find_or_refuse(turn, tap.number))


def show_card(turn: Turn, row: Import, note: Markup | None = None) -> Reply:
    """How far it is: counts, never names."""
    institution = turn.session.get_one(Institution, row.institution_id)
    lines = [
        Markup("<b>{}</b>").format(named(institution.names)),
        _("List of {day}: {state}").format(day=day(row.created_at), state=state_names()[row.state]),
        *_details(turn, row),
    ]
    text = Markup("\n\n").join([*([note] if note else []), Markup("\n").join(lines)])
    return Reply(text, (*_actions(turn, row), *_ways_on()))


def _details(turn: Turn, row: Import) -> list[Markup]:
    if row.state == ImportState.FAILED:
        return [Markup(""), fault_text(row.fault or {})]
    if row.state == ImportState.MAPPING:
        return [Markup(""), _("Please look on the page whether the columns were understood.")]
    if row.state in UNDER_WAY:
        done = _("{done} of about {total} lines").format(done=number(row.done), total=number(row.total))
        return [done] if row.total else []
    if row.state == ImportState.CHECKED:
        return [Markup(""), figures_text(turn.session, row), Markup(""), plan_text(turn.session, row)[0]]
    return [Markup(""), figures_text(turn.session, row)] if row.state == ImportState.TAKEN else []


def _actions(turn: Turn, row: Import) -> Rows:
    page, away = Button(_("Open the page"), OpenPage(row.id)), Button(_("Give it up"), GiveUp(row.id))
    if row.state in (ImportState.OPEN, ImportState.MAPPING):
        return ((page, away),)
    if row.state == ImportState.CHECKED:
        take = column(Button(_("Take the list over"), TakeOver(row.id))) if plan_text(turn.session, row)[1] else ()
        return (*take, (page, away))
    if row.state in UNDER_WAY:
        again = Button(_("Refresh"), OpenImport(row.id))
        return ((again, away),) if row.state in GIVEN_UP_FROM else ((again,),)
    if row.state == ImportState.TAKEN:
        return _invite_button(turn, row)
    return column(Button(_("New list"), NewImport())) if row.state == ImportState.FAILED else ()


def _invite_button(turn: Turn, row: Import) -> Rows:
    """For those of the list who are not registered, where there are any."""
    people = inviting.figures(turn.session, inviting.meant(Whom(row.id), turn.scope), turn.now).people
    label = ngettext("Invite {n} person", "Invite {n} people", people).format(n=number(people))
    return column(Button(label, InviteListed(row.id))) if people else ()


def open_page(turn: Turn, tap: OpenPage) -> Reply:
    return _link(turn, find_or_refuse(turn, tap.number))


def _link(turn: Turn, row: Import) -> Reply:
    """A link for whoever asked, to one list. Only its hash is stored; earlier ones lead nowhere from now on."""
    mark, secret = new_code(turn.house, "import")
    codes.retire(turn.session, turn.me.id, "import", turn.now)
    codes.issue(
        turn.session,
        "import",
        turn.house.digest("code", secret),
        turn.now,
        member=turn.me.id,
        prefill={"import": row.id},
        lasting=LINK_LASTS,
    )
    text = _(
        "The page for your list is behind the link below: choose the file there, at best on a computer. The link works "
        "once, within an hour, in one browser, and is for you alone. Please do not send lists of people through this "
        "chat."
    )
    page = Button(_("Open the page in a browser"), url=f"{turn.house.web_url}/import/{mark}")
    return Reply(
        text, ((page,), (Button(_("To the list"), OpenImport(row.id)), Button(_("Menu"), Go("menu")))), new=True
    )


def take(turn: Turn, tap: TakeOver) -> Reply:
    row = find_or_refuse(turn, tap.number, lock=True)
    refusal = take_over(turn.session, row, turn.member, turn.now)
    notes = {
        None: _("It has begun, and is finished whatever happens. You will hear when it is done."),
        Refusal.NOTHING: _("There is nothing to take over."),
        Refusal.OVERTAKEN: _(
            "Another list of this institution was taken over meanwhile. Please do the dry run once more, on the page."
        ),
    }
    return show_card(turn, row, notes.get(refusal))


def abandon(turn: Turn, tap: GiveUp) -> Reply:
    """Asks once."""
    row = find_or_refuse(turn, tap.number, lock=tap.sure)
    if row.state not in GIVEN_UP_FROM:
        return show_card(turn, row, _("This list can no longer be given up."))
    if not tap.sure:
        text = _("<b>Give this list up?</b> The file and everything found out about it are deleted.")
        sure = Button(_("Give it up"), GiveUp(row.id, True))
        return Reply(text, ((sure, Button(_("Back"), OpenImport(row.id))),))
    give_up(turn.session, row, turn.member, turn.now)
    return list_imports(turn, ListImports(), _("The list is given up; nothing of it is kept."))


def register(router: Router) -> None:
    router.command("import", open_lists, gate=Gate.COORDINATOR, about=N_("Bring in lists of people"))
    router.tap(ListImports, list_imports, gate=Gate.COORDINATOR)
    router.tap(NewImport, begin, gate=Gate.COORDINATOR)
    router.tap(OpenImport, open_import, gate=Gate.COORDINATOR)
    router.tap(OpenPage, open_page, gate=Gate.COORDINATOR)
    router.tap(TakeOver, take, gate=Gate.COORDINATOR)
    router.tap(GiveUp, abandon, gate=Gate.COORDINATOR)
