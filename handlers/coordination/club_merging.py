"""Central coordinators merge two clubs: everybody comes along and is told once; old links lead to the new one."""

from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from bot.conversation.i18n import _, named, ngettext, number
from bot.conversation.notices import Composing, Notice, Switch
from bot.conversation.reply import Button, Reply, column, leaves, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from db import club_merging, club_parting, clubs, doors, places
from db.club_merging import Stock
from db.models.clubs import Club
from handlers.clubs import JoinAsked, LeaveClub, OpenClub
from handlers.coordination.ambassadors import Appointed, OfficeEnded
from handlers.coordination.club_buttons import ConfirmMerge, ManageClub, MergeClub, MergeInto, PartClub
from handlers.coordination.club_card import LONGEST_LABEL, PAGE, find_club, manage_club
from handlers.coordination.club_parting import club_is_speaking


@dataclass(frozen=True, slots=True)
class ClubMerged(Notice, kind="club_merged"):
    """To everybody who was in the old club, or had asked to be. `at` tells one time from the next (seconds)."""

    club: int
    at: int = 0
    switch = Switch.CLUBS
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        old, new = at.session.get(Club, self.club), clubs.load(at.session, self.club)
        if old is None or new is None or old.merged_into is None or new.closed_at is not None:
            return None
        row = clubs.membership(at.session, at.member.id, new.id)
        if row is None or row.state not in ("in", "asked"):
            return None
        first = _("{old} has become part of {club}.").format(old=named(old.names), club=named(new.names))
        second = _("You are a member there now.") if row.state == "in" else _("Your request to join goes on there.")
        leave = Button(_("Leave"), LeaveClub(new.id))
        return Reply(Markup("{} {}").format(first, second), ((Button(_("Open the club"), OpenClub(new.id)), leave),))


def choose_target(turn: Turn, tap: MergeClub) -> Reply:
    """The nearest first."""
    club, page = find_club(turn, tap.club, is_open=True), max(tap.page, 0)
    place = places.load_place(turn.session, club.place_id)
    assert place is not None
    near = clubs.nearest(turn.session, place.latitude, place.longitude)
    others = [one.club for one in near if one.club.id != club.id]
    shown = [
        Button(shorten(named(other.names), LONGEST_LABEL), MergeInto(club.id, other.id))
        for other in others[page * PAGE : (page + 1) * PAGE]
    ]
    text = (
        _("<b>Of which club shall {club} become part?</b>") if others else _("There is no club to merge {club} with.")
    )
    pages = leaves(partial(MergeClub, club.id), page, more=(page + 1) * PAGE < len(others))
    return Reply(
        text.format(club=named(club.names)), (*column(*shown), *pages, (Button(_("Back"), ManageClub(club.id)),))
    )


def _both(turn: Turn, old: int, new: int, *, lock: bool = False) -> tuple[Club, Club]:
    """Two open clubs, locked in the order of their ids."""
    if lock:
        clubs.lock_many(turn.session, [old, new])
    first, second = find_club(turn, old, is_open=True), find_club(turn, new, is_open=True)
    if first.id == second.id or club_merging.is_sending(turn.session, first.id):
        raise Refused(manage_club(turn, ManageClub(first.id), _why_not(first, second)))
    return first, second


def _why_not(first: Club, second: Club) -> Markup:
    if first.id == second.id:
        return _("A club cannot become part of itself.")
    return club_is_speaking()


def look_at(turn: Turn, tap: MergeInto) -> Reply:
    """What it would do, in numbers; and the one question."""
    old, new = _both(turn, tap.club, tap.into)
    found = club_merging.stock(turn.session, old.id, new.id, turn.now)
    names = {"old": named(old.names), "club": named(new.names)}
    lines = [_("<b>Merge {old} into {club}?</b>").format(**names), *_stock_lines(found)]
    lines.append(_("Links and segments of {old} mean {club} from then on. Everybody is told once.").format(**names))
    lines.append(
        _(
            "For 24 hours you can undo it on the card of {old}: members, ambassadors who came along and coming events "
            "go back. Offices that ended, announcements and offers to lead the club do not; and what people have read, "
            "they have read. After that it cannot be undone."
        ).format(**names)
    )
    leading = clubs.ambassadors(turn.session, old.id)
    if not leading:
        buttons = [Button(_("Merge"), ConfirmMerge(old.id, new.id, False))]
    else:
        lines.append(_("Shall the ambassadors of {old} lead {club} too?").format(**names))
        buttons = [
            Button(_("Merge, they lead it too"), ConfirmMerge(old.id, new.id, True)),
            Button(_("Merge, their office ends"), ConfirmMerge(old.id, new.id, False)),
        ]
    return Reply(Markup("\n").join(lines), column(*buttons, Button(_("Back"), MergeClub(old.id))))


def _stock_lines(found: Stock) -> list[Markup]:
    lines = [
        ngettext("{n} member comes along", "{n} members come along", found.members).format(n=number(found.members)),
        _("Of these already in both: {n}").format(n=number(found.both)),
        _("Waiting to be let in: {n}").format(n=number(found.asking)),
        _("Coming events: {n}").format(n=number(found.events)),
    ]
    if found.announcements:
        lines.append(
            ngettext(
                "{n} announcement that has not gone out becomes a draft again.",
                "{n} announcements that have not gone out become drafts again.",
                found.announcements,
            ).format(n=number(found.announcements))
        )
    return [Markup("• {}").format(line) for line in lines]


def merge(turn: Turn, tap: ConfirmMerge) -> Reply:
    old, new = _both(turn, tap.club, tap.into, lock=True)
    turn.notify_all(clubs.belonging(old.id), ClubMerged(old.id, int(turn.now.timestamp())))
    club_parting.remember(turn.session, old, new, turn.now)
    asking = {row.member_id for row in clubs.asking(turn.session, new.id)}
    leaders = club_merging.merge(turn.session, old, new, turn.now, with_ambassadors=tap.with_ambassadors)
    for member in leaders.come_along:
        turn.notify(member, Appointed(new.id))
    for member in leaders.ended:
        turn.notify(member, OfficeEnded(old.id, int(turn.now.timestamp())))
    for member in (*leaders.come_along, *leaders.ended):
        doors.reset_menus(turn.session, member)
    _ask_about_those_waiting(turn, new, asking)
    turn.record("club_merged", club=old.id, into=new.id, ambassadors=tap.with_ambassadors)
    note = _("{old} is part of {club} now. Everybody is being told.").format(
        old=named(old.names), club=named(new.names)
    )
    return manage_club(turn, ManageClub(new.id), note).with_row(Button(_("Undo the merging"), PartClub(old.id)))


def _ask_about_those_waiting(turn: Turn, club: Club, known: set[int]) -> None:
    """Who asked the old club asks the new one now: its ambassadors answer."""
    for row in clubs.asking(turn.session, club.id):
        for person in clubs.ambassadors(turn.session, club.id) if row.member_id not in known else ():
            turn.notify(person.id, JoinAsked(club.id, row.member_id, row.times_asked))


def register(router: Router) -> None:
    router.tap(MergeClub, choose_target, gate=Gate.CENTRAL)
    router.tap(MergeInto, look_at, gate=Gate.CENTRAL)
    router.tap(ConfirmMerge, merge, gate=Gate.CENTRAL)
    router.notice(ClubMerged)
