"""Central coordinators accept what a member proposes, or decline it with a sentence."""

from bot.conversation import forms
from bot.conversation.checks import check_text
from bot.conversation.i18n import _, named, pgettext
from bot.conversation.questions import Answers, Asking, Form, Question
from bot.conversation.reply import Button, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import members, proposals
from db.models.clubs import Club
from handlers.coordination.ambassadors import give_office
from handlers.coordination.club_card import find_club
from handlers.coordination.clubs import FOUNDING
from handlers.coordination.proposals import PROPOSAL, proposal_to_decide, settle, show_card, still_verified
from handlers.proposal_buttons import AcceptProposal, DeclineProposal, OpenProposal


def accept(turn: Turn, tap: AcceptProposal) -> Outcome:
    """A club's names are asked for; an ambassador is appointed when it is meant."""
    row = proposal_to_decide(turn, tap.proposal)
    if row.kind == "club":
        return forms.begin_anew(turn, FOUNDING, {"city": str(row.place_id), PROPOSAL: row.id})
    club = find_club(turn, row.club_id or 0, lock=tap.sure, is_open=True)
    person = still_verified(turn, row)
    if not tap.sure:
        text = _("<b>Make {name} ambassador of {club}?</b> They are told at once.")
        sure = Button(pgettext("proposal", "Accept"), AcceptProposal(row.id, True))
        back = Button(_("Back"), OpenProposal(row.id))
        return Reply(text.format(name=person.full_name, club=named(club.names)), ((sure, back),))
    settle(turn, row, "accepted", person)
    give_office(turn, person, club)
    return show_card(turn.session, row)


def begin_declining(turn: Turn, tap: DeclineProposal) -> Outcome:
    """Words begun about one proposal are never taken up for another."""
    row = proposal_to_decide(turn, tap.proposal)
    return forms.begin_anew(turn, DECLINING, {PROPOSAL: row.id})


def decline(turn: Turn, answers: Answers) -> Reply:
    row = proposal_to_decide(turn, answers[PROPOSAL])
    settle(turn, row, "declined", members.load(turn.session, row.member_id), answers["note"])
    return show_card(turn.session, row)


def decline_all(turn: Turn, club: Club, note: str) -> None:
    """The club is closed: offers to lead it are answered with the same reason."""
    for row in proposals.about_club(turn.session, club.id):
        settle(turn, row, "declined", members.load(turn.session, row.member_id), note)


def _about_whom(asking: Asking) -> str:
    row = proposals.find(asking.turn.session, asking.answers[PROPOSAL])
    return members.load(asking.turn.session, row.member_id).full_name or "–" if row is not None else "–"


DECLINING = Form(
    name="declineprop",
    title=lambda: pgettext("proposal", "Decline"),
    questions=(
        Question(
            name="note",
            label=lambda: _("Reason"),
            prompt=lambda asking: _("Why not? One sentence is enough; {name} reads it exactly as you write it.").format(
                name=_about_whom(asking)
            ),
            check=check_text(proposals.LONGEST_WORDS),
        ),
    ),
    finish=decline,
    starts=None,
)


def register(router: Router) -> None:
    router.tap(AcceptProposal, accept, gate=Gate.CENTRAL)
    router.tap(DeclineProposal, begin_declining, gate=Gate.CENTRAL)
    router.form(DECLINING, gate=Gate.CENTRAL)
