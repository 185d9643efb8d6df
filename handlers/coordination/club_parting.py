"""Central coordinators undo the merging of two clubs, within a day: members, ambassadors and coming events go back."""

from dataclasses import dataclass

from markupsafe import Markup

from bot.conversation.i18n import _, named
from bot.conversation.notices import Composing, Notice, Switch
from bot.conversation.reply import Button, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from db import club_merging, club_parting, clubs, doors
from db.models.clubs import Club
from handlers.clubs import LeaveClub, OpenClub
from handlers.coordination.club_buttons import ManageClub, PartClub
from handlers.coordination.club_card import find_club, manage_club


@dataclass(frozen=True, slots=True)
class ClubParted(Notice, kind="club_parted"):
    """To everybody who is in the club that is one of its own again. `at` tells one time from the next (seconds)."""

    club: int
    at: int
    switch = Switch.CLUBS
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        club, row = at.session.get(Club, self.club), clubs.membership(at.session, at.member.id, self.club)
        if club is None or club.closed_at is not None or row is None or row.state != "in":
            return None
        text = _("{club} is a club of its own again, and you are a member there as before.")
        buttons = (Button(_("Open the club"), OpenClub(club.id)), Button(_("Leave"), LeaveClub(club.id)))
        return Reply(text.format(club=named(club.names)), (buttons,))


def part(turn: Turn, tap: PartClub) -> Reply:
    """Twice is once; a day later, or once the other has become part of a third club, it is too late."""
    old = find_club(turn, tap.club)
    clubs.lock_many(turn.session, [each for each in (old.id, old.merged_into) if each is not None])
    row = club_parting.find(turn.session, old.id, turn.now)
    if row is None:
        raise Refused(manage_club(turn, ManageClub(old.id), _("This can no longer be undone.")))
    if club_merging.is_sending(turn.session, row.into_id):
        raise Refused(manage_club(turn, ManageClub(old.id), club_is_speaking()))
    into = row.into_id
    for member in club_parting.part(turn.session, row):
        doors.reset_menus(turn.session, member)
    turn.notify_all(clubs.belonging(old.id, ("in",)), ClubParted(old.id, int(turn.now.timestamp())))
    turn.record("club_parted", club=old.id, into=into)
    text = _("{club} is a club of its own again. Its members are being told.").format(club=named(old.names))
    return manage_club(turn, ManageClub(old.id), text)


def club_is_speaking() -> Markup:
    """While an announcement goes out, its readers must not move."""
    return _("An announcement of this club is going out just now. Please try again in a few minutes.")


def register(router: Router) -> None:
    router.tap(PartClub, part, gate=Gate.CENTRAL)
    router.notice(ClubParted)
