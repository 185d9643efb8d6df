"""/club with words behind it, for those who know what they want: "/club chemnitz", "/club close chemnitz"."""

from collections.abc import Callable

from bot.conversation.i18n import _
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.turn import Outcome, Turn
from db import clubs
from handlers.coordination.ambassadors import appoint_to
from handlers.coordination.club_buttons import AppointTo, ChangeClub, CloseClub, ManageClub, MergeClub, ReopenClub
from handlers.coordination.club_card import manage_club
from handlers.coordination.club_closing import begin_closing, reopen
from handlers.coordination.club_merging import choose_target
from handlers.coordination.clubs import change_club

WORDS: dict[str, Callable[[Turn, int], Outcome]] = {
    "change": lambda turn, club: change_club(turn, ChangeClub(club)),
    "appoint": lambda turn, club: appoint_to(turn, AppointTo(club)),
    "merge": lambda turn, club: choose_target(turn, MergeClub(club)),
    "close": lambda turn, club: begin_closing(turn, CloseClub(club)),
    "reopen": lambda turn, club: reopen(turn, ReopenClub(club)),
}


def act_on_club(turn: Turn, words: str) -> Outcome:
    """The last word is the club's short name, the one of its link."""
    *first, slug = words.lower().split()
    club = clubs.find(turn.session, slug)
    if club is None or len(first) > 1 or (first and first[0] not in WORDS):
        text = _("Please write /club and the short name of a club, as its link has it; before the name perhaps one of "
                 "these: {words}.").format(words=", ".join(WORDS))  # fmt: skip
        return Reply(text, column(Button(_("Clubs"), Go("clubs")), Button(_("Menu"), Go("menu"))))
    return WORDS[first[0]](turn, club.id) if first else manage_club(turn, ManageClub(club.id))
