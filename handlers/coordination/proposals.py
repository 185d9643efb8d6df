"""What members propose about clubs comes before the central coordinators, who accept or decline it; both are told."""

from dataclasses import dataclass, replace
from functools import partial

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import N_, _, day, kilometres, language, named, ngettext, number, pgettext
from bot.conversation.notices import Composing, Notice
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from db import clubs, members, places, proposals, scopes
from db.models.clubs import Club, Proposal
from db.models.members import Member, Status
from handlers.clubs import OpenClub
from handlers.coordination.ambassadors import give_office
from handlers.proposal_buttons import AcceptProposal, DeclineProposal, ListProposals, OpenProposal

PAGE = 6
LONGEST_LABEL = 40
# In the form by which a proposed club is founded: the proposal.
PROPOSAL = "_proposal"


@dataclass(frozen=True, slots=True)
class ProposalWaits(Notice, kind="proposal_waits"):
    """To the central coordinators."""

    proposal: int

    def compose(self, at: Composing) -> Reply | None:
        row = proposals.find(at.session, self.proposal)
        if row is None or row.state != "open" or not scopes.scope_of(at.session, at.member.id).central:
            return None
        return show_card(at.session, row)


@dataclass(frozen=True, slots=True)
class ProposalAnswered(Notice, kind="proposal_answered"):
    """To whoever proposed it."""

    proposal: int

    def compose(self, at: Composing) -> Reply | None:
        row = proposals.find(at.session, self.proposal)
        if row is None or row.state not in ("accepted", "declined"):
            return None
        club = clubs.load(at.session, row.club_id) if row.club_id is not None else None
        opened = [Button(_("Open the club"), OpenClub(club.id))] if club is not None and not club.closed_at else []
        return Reply(answer_of(at.session, row), column(*opened, Button(_("Contact"), Go("contact"))))


def answer_of(session: Session, row: Proposal) -> Markup:
    """What was decided, for whoever proposed it."""
    if row.state == "declined":
        text = _("Thank you for your proposal: {about}. The alumni office cannot take it up at present.")
        text = text.format(about=name_proposal(session, row))
        return Markup("{}\n\n{}").format(text, _("It says: “{reason}”").format(reason=row.note)) if row.note else text
    club = session.get(Club, row.club_id)
    name = named(club.names) if club is not None else "–"
    if row.kind == "club":
        return _("Your proposal is accepted: {club} exists now, and you are a member. Thank you!").format(club=name)
    return _("Your offer is accepted: you are ambassador of {club}. Thank you!").format(club=name)


def name_proposal(session: Session, row: Proposal) -> str:
    """ "Club in Dresden", "ambassador of Alumni Club Dresden" """
    if row.kind == "club":
        place = places.load_place(session, row.place_id) if row.place_id is not None else None
        city = places.name_place(place, language()) if place is not None else "–"
        return _("Club in {city}").format(city=city).unescape()
    club = session.get(Club, row.club_id)
    return _("Ambassador of {club}").format(club=named(club.names) if club is not None else "–").unescape()


# --- the queue -------------------------------------------------------------------------------------------------


def list_proposals(turn: Turn, tap: ListProposals) -> Reply:
    """Those that wait, the oldest first."""
    page = max(tap.page, 0)
    found = proposals.waiting(turn.session, limit=PAGE + 1, offset=page * PAGE)
    shown = [Button(_label(turn.session, row), OpenProposal(row.id)) for row in found[:PAGE]]
    text = (
        _("<b>Proposals</b> ({n}), the oldest first:").format(n=number(proposals.count_waiting(turn.session)))
        if found
        else _("No proposal is waiting.")
    )
    last = (Button(_("Clubs"), Go("clubs")), Button(_("Menu"), Go("menu")))
    return Reply(text, (*column(*shown), *leaves(partial(ListProposals), page, more=len(found) > PAGE), last))


def _label(session: Session, row: Proposal) -> str:
    who = members.load(session, row.member_id).full_name or "–"
    return shorten(f"{name_proposal(session, row)} · {who}", LONGEST_LABEL)


def find_or_refuse(turn: Turn, proposal: int) -> Proposal:
    row = proposals.find(turn.session, proposal)
    if row is None:
        raise Refused(Reply(_("This proposal no longer exists."), column(Button(_("Proposals"), Go("proposals")))))
    return row


def open_proposal(turn: Turn, tap: OpenProposal) -> Reply:
    return show_card(turn.session, find_or_refuse(turn, tap.proposal))


def show_card(session: Session, row: Proposal) -> Reply:
    """Who proposes what and why, what is there already; the answers while it is open."""
    person = members.load(session, row.member_id)
    lines = [
        Markup("<b>{}</b>").format(name_proposal(session, row)),
        _("{name} proposes it ({day}):").format(name=person.full_name, day=day(row.made_at)),
        _("“{words}”").format(words=row.words),
        *_facts(session, row),
        *_state_line(row),
    ]
    return Reply(Markup("\n").join(lines), _rows(row))


def _facts(session: Session, row: Proposal) -> list[Markup]:
    if row.kind == "ambassador":
        leading = len(clubs.ambassadors(session, row.club_id or 0))
        people = clubs.count_members(session, row.club_id or 0)
        return [
            ngettext("{n} member", "{n} members", people).format(n=number(people)),
            ngettext("{n} ambassador so far", "{n} ambassadors so far", leading).format(n=number(leading))
            if leading
            else _("No ambassador so far"),
        ]
    leads = _("Would lead it.") if row.would_lead else _("Would not lead it.")
    place = places.load_place(session, row.place_id) if row.place_id is not None else None
    near = clubs.nearest(session, place.latitude, place.longitude)[:1] if place is not None else []
    nearest = _("The nearest club: {club}, {distance}")
    return [leads, *(nearest.format(club=named(one.club.names), distance=kilometres(one.km or 0)) for one in near)]


def _state_line(row: Proposal) -> list[Markup]:
    states = {
        "accepted": _("Accepted."),
        "declined": _("Declined: “{reason}”").format(reason=row.note or "–"),
        "withdrawn": _("Withdrawn by whoever proposed it."),
    }
    return [states[row.state]] if row.state in states else []


def _rows(row: Proposal) -> Rows:
    back = (Button(_("Proposals"), ListProposals()), Button(_("Menu"), Go("menu")))
    if row.state != "open":
        return (back,)
    yes = Button(pgettext("proposal", "Accept"), AcceptProposal(row.id))
    return ((yes, Button(pgettext("proposal", "Decline"), DeclineProposal(row.id))), back)


# --- for those who decide -------------------------------------------------------------------------------------


def proposal_to_decide(turn: Turn, proposal: int) -> Proposal:
    """The proposal, locked and open. Of two coordinators at once one decides, the other is told."""
    row = proposals.lock(turn.session, proposal)
    if row is None or row.state != "open":
        card = show_card(turn.session, find_or_refuse(turn, proposal))
        note = _("This was decided already, or withdrawn.")
        raise Refused(replace(card, text=Markup("{}\n\n{}").format(note, card.text)))
    return row


def still_verified(turn: Turn, row: Proposal) -> Member:
    """Whoever proposed it, as long as they are one of us."""
    person = members.load(turn.session, row.member_id)
    if person.status != Status.VERIFIED:
        card = show_card(turn.session, row)
        note = _("{name} is not a verified member any more.").format(name=person.full_name)
        raise Refused(replace(card, text=Markup("{}\n\n{}").format(note, card.text)))
    return person


def realise(turn: Turn, row: Proposal, club: Club) -> Member:
    """The proposed club has been founded: whoever proposed it is in it, and leads it where they offered to."""
    person = still_verified(turn, row)
    row.club_id = club.id
    clubs.enter(turn.session, person.id, club.id, "in", turn.now)
    settle(turn, row, "accepted", person)
    if row.would_lead:
        give_office(turn, person, club)
    return person


def settle(turn: Turn, row: Proposal, state: str, person: Member, note: str | None = None) -> None:
    """It is decided, and whoever proposed it is told."""
    proposals.close(row, state, turn.now, turn.me.number, note)
    turn.session.flush()
    accepted = state == "accepted"
    turn.record("proposal_accepted" if accepted else "proposal_declined", person.number, proposal=row.id)
    turn.notify(row.member_id, ProposalAnswered(row.id))


def register(router: Router) -> None:
    router.command(
        "proposals",
        lambda turn: list_proposals(turn, ListProposals()),
        gate=Gate.CENTRAL,
        about=N_("What members propose about clubs"),
    )
    router.tap(ListProposals, list_proposals, gate=Gate.CENTRAL)
    router.tap(OpenProposal, open_proposal, gate=Gate.CENTRAL)
    router.notice(ProposalWaits)
    router.notice(ProposalAnswered)
