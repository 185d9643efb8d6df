"""Central coordinators see everything about a club on one card, and do from there whatever is to be done about it."""

from functools import partial

from markupsafe import Markup

from bot.conversation.i18n import LANGUAGES, _, day, language, listed, name_language, named, ngettext, number
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from db import club_parting, clubs, places, proposals
from db.models.clubs import Club
from handlers.clubs import OpenClub
from handlers.coordination.club_buttons import (
    AppointTo,
    ChangeClub,
    CloseClub,
    ListClosedClubs,
    ManageClub,
    MergeClub,
    OpenOffice,
    PartClub,
    ReopenClub,
)
from handlers.proposal_buttons import ListProposals

PAGE = 6
LONGEST_LABEL = 40


def find_club(turn: Turn, club_id: int, *, lock: bool = False, is_open: bool = False) -> Club:
    """The club, not one it became part of; a friendly no where there is none, or it is not open and has to be."""
    club = clubs.lock_many(turn.session, [club_id]).get(club_id) if lock else turn.session.get(Club, club_id)
    if club is None:
        raise Refused(Reply(_("This club does not exist."), column(Button(_("Clubs"), Go("clubs")))))
    if is_open and club.closed_at is not None:
        raise Refused(manage_club(turn, ManageClub(club.id), _("This club has been closed meanwhile.")))
    return club


def admissions() -> dict[str, Markup]:
    """Who may join, in words for a button."""
    return {"open": _("Anybody verified may join"), "approval": _("The ambassador decides")}


def manage_club(turn: Turn, tap: ManageClub, note: Markup | None = None) -> Reply:
    """Names, figures, who leads it, whether it is closed and why; with a note above."""
    club = find_club(turn, tap.club)
    text = Markup("\n").join([*_head(turn, club), *_figures(turn, club)])
    if note is not None:
        text = Markup("{}\n\n{}").format(note, text)
    rows = _open_rows(turn, club) if club.closed_at is None else _closed_rows(turn, club)
    return Reply(text, (*rows, (Button(_("All clubs"), Go("clubs")), Button(_("Menu"), Go("menu")))))


def _head(turn: Turn, club: Club) -> list[Markup]:
    place = places.load_place(turn.session, club.place_id)
    where = [Markup("{}").format(places.describe_place(place, language()))] if place is not None else []
    names = [_("{language}: {name}").format(language=name_language(tag), name=club.names.get(tag) or "–")
             for tag in LANGUAGES]  # fmt: skip
    return [Markup("<b>{}</b>").format(named(club.names)), *where, *names, *_state(turn, club)]


def _state(turn: Turn, club: Club) -> list[Markup]:
    if club.closed_at is None:
        return [_("Admission: {how}").format(how=admissions()[club.admission])]
    if club.merged_into is not None:
        into = turn.session.get_one(Club, club.merged_into)
        return [_("It has become part of {club} ({day}).").format(club=named(into.names), day=day(club.closed_at))]
    return [_("Closed ({day}): “{reason}”").format(day=day(club.closed_at), reason=club.close_note or "–")]


def _figures(turn: Turn, club: Club) -> list[Markup]:
    if club.merged_into is not None:
        return []
    people = clubs.count_members(turn.session, club.id)
    asking = len(clubs.asking(turn.session, club.id))
    coming = clubs.coming_events(turn.session, club.id, turn.now)
    leading = [person.full_name or "–" for person in clubs.ambassadors(turn.session, club.id)]
    lines = [
        ngettext("{n} member", "{n} members", people).format(n=number(people)),
        *([_("Waiting to be let in: {n}").format(n=number(asking))] if asking else []),
        _("Coming events: {n}").format(n=number(coming)),
        _("Ambassadors: {names}").format(names=listed(leading)) if leading else _("It has no ambassador."),
    ]
    if club.closed_at is not None and leading:
        lines.append(_("Their office rests while the club is closed."))
    return lines


def _open_rows(turn: Turn, club: Club) -> Rows:
    leading = [
        Button(person.full_name or "–", OpenOffice(club.id, person.id))
        for person in clubs.ambassadors(turn.session, club.id)
    ]
    offers = len(proposals.about_club(turn.session, club.id))
    waiting = [Button(_("Offers to lead it ({n})").format(n=number(offers)), ListProposals())] if offers else []
    return (
        *column(*leading, *waiting),
        (Button(_("Change"), ChangeClub(club.id)), Button(_("New ambassador"), AppointTo(club.id))),
        (Button(_("Merge …"), MergeClub(club.id)), Button(_("Close …"), CloseClub(club.id))),
        (Button(_("Open the club"), OpenClub(club.id)),),
    )


def _closed_rows(turn: Turn, club: Club) -> Rows:
    closed = Button(_("Closed clubs"), ListClosedClubs())
    if club.merged_into is not None:
        undo = Button(_("Undo the merging"), PartClub(club.id))
        can_part = club_parting.find(turn.session, club.id, turn.now) is not None
        into = Button(_("Open the club"), ManageClub(club.merged_into))
        return (*(((undo,),) if can_part else ()), (into,), (closed,))
    return ((Button(_("Reopen"), ReopenClub(club.id)), closed),)


def list_closed(turn: Turn, tap: ListClosedClubs) -> Reply:
    """Closed clubs, and those that became part of another, the last first."""
    found, page = clubs.all_closed(turn.session), max(tap.page, 0)
    shown = [
        Button(shorten(named(club.names), LONGEST_LABEL), ManageClub(club.id))
        for club in found[page * PAGE : (page + 1) * PAGE]
    ]
    text = _("<b>Closed clubs</b>") if found else _("No club has been closed.")
    pages = leaves(partial(ListClosedClubs), page, more=(page + 1) * PAGE < len(found))
    return Reply(text, (*column(*shown), *pages, (Button(_("All clubs"), Go("clubs")), Button(_("Menu"), Go("menu")))))


def register(router: Router) -> None:
    router.tap(ManageClub, manage_club, gate=Gate.CENTRAL)
    router.tap(ListClosedClubs, list_closed, gate=Gate.CENTRAL)
