"""Members propose a club where there is none near them, or offer to lead one; and see what becomes of it."""

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.checks import check_choice, check_text
from bot.conversation.cities import check_city, search_cities, show_city
from bot.conversation.i18n import _, day, language, named
from bot.conversation.questions import Answers, Asking, Choice, Form, Question, Unfit
from bot.conversation.reply import Ask, Button, Go, Reply, column
from bot.conversation.routing import Router
from bot.conversation.turn import Outcome, Refused, Turn
from db import clubs, members, places, proposals, scopes
from db.models.clubs import Club, Proposal
from handlers.choices import yes_or_no
from handlers.clubs import OpenClub, open_club
from handlers.coordination.proposals import ProposalWaits, answer_of, name_proposal
from handlers.proposal_buttons import OpenOwnProposal, ProposeClub, VolunteerFor, WithdrawProposal

# In the form of somebody who offers to lead a club: which.
CLUB = "_club"


def _own_city(asking: Asking) -> list[Choice]:
    place_id = asking.turn.member.place_id
    place = places.load_place(asking.turn.session, place_id) if place_id is not None else None
    return [Choice(str(place.id), places.describe_place(place, language()))] if place is not None else []


def _check_city(asking: Asking, value: object) -> str:
    """A city, of which one has not proposed a club already."""
    place = str(check_city(asking, value))
    if proposals.of_place(asking.turn.session, asking.turn.me.id, int(place)) is not None:
        raise Unfit(_("You have proposed a club there already, and the alumni office has not answered yet."))
    return place


def propose(turn: Turn, answers: Answers) -> Reply:
    row = Proposal(
        kind="club",
        member_id=turn.me.id,
        place_id=int(answers["city"]),
        words=answers["why"],
        would_lead=answers["lead"] == "yes",
        made_at=turn.now,
    )
    return _hand_in(turn, row)


def _hand_in(turn: Turn, row: Proposal) -> Reply:
    turn.session.add(row)
    turn.session.flush()
    turn.record("proposal_made", turn.me.number, proposal=row.id)
    for coordinator in scopes.central_coordinators(turn.session):
        turn.notify(coordinator, ProposalWaits(row.id))
    return _own_card(turn, row, _("Thank you! The alumni office has your proposal, and you are told what it decides."))


PROPOSING = Form(
    name="proposeclub",
    title=lambda: _("Propose a club"),
    questions=(
        Question(
            name="city",
            label=lambda: _("City"),
            prompt=lambda _asking: _("In which city should there be a club? Tap it, or write another."),
            check=_check_city,
            choices=_own_city,
            search=search_cities,
            show=show_city,
            ask=Ask.LOCATION,
        ),
        Question(
            name="why",
            label=lambda: _("Why there"),
            prompt=lambda _asking: _(
                "Why there, and what could the club do? A few sentences help the alumni office to decide."
            ),
            check=check_text(proposals.LONGEST_WORDS),
        ),
        Question(
            name="lead",
            label=lambda: _("Would lead it"),
            prompt=lambda _asking: _(
                "Would you like to lead the club as its ambassador? The alumni office helps you with it."
            ),
            check=check_choice(yes_or_no),
            choices=yes_or_no,
        ),
    ),
    finish=propose,
    summary=lambda _asking: _("<b>Send this proposal?</b> The alumni office reads it with your name."),
    confirm=lambda: _("Send the proposal"),
)


def begin_proposing(turn: Turn, _tap: ProposeClub) -> Outcome:
    return forms.begin(turn, PROPOSING)


def volunteer(turn: Turn, tap: VolunteerFor) -> Outcome:
    """Offer to lead a club; of one that became part of another, the other."""
    club = _club_to_lead(turn, tap.club)
    return forms.begin_about(turn, VOLUNTEERING, CLUB, {CLUB: club.id})


def _club_to_lead(turn: Turn, club_id: int) -> Club:
    """An open club that one neither leads nor has offered to lead."""
    club = clubs.load(turn.session, club_id)
    if club is None or club.closed_at is not None:
        raise Refused(open_club(turn, OpenClub(club_id)))
    if club.id in members.led_clubs(turn.session, turn.me.id):
        raise Refused(open_club(turn, OpenClub(club.id)))
    mine = proposals.of_club(turn.session, turn.me.id, club.id)
    if mine is not None:
        raise Refused(_own_card(turn, mine))
    return club


def offer(turn: Turn, answers: Answers) -> Reply:
    club = _club_to_lead(turn, answers[CLUB])
    row = Proposal(
        kind="ambassador",
        member_id=turn.me.id,
        club_id=club.id,
        words=answers["why"],
        would_lead=True,
        made_at=turn.now,
    )
    return _hand_in(turn, row)


def _about(asking: Asking) -> Markup:
    club = clubs.load(asking.turn.session, asking.answers[CLUB])
    text = _(
        "Thank you for thinking of leading {club}! Ambassadors hold meetups, welcome new members and students, and "
        "make contacts in the region. Please tell the alumni office in a sentence or two why you would like to."
    )
    return text.format(club=named(club.names) if club is not None else "–")


VOLUNTEERING = Form(
    name="volunteer",
    title=lambda: _("Volunteer as ambassador"),
    questions=(
        Question(
            name="why",
            label=lambda: _("About you"),
            prompt=_about,
            check=check_text(proposals.LONGEST_WORDS),
        ),
    ),
    finish=offer,
    summary=lambda _asking: _("<b>Send this offer?</b> The alumni office reads it with your name."),
    confirm=lambda: _("Send the offer"),
    starts=None,
)


# --- what became of it -----------------------------------------------------------------------------------------


def open_own(turn: Turn, tap: OpenOwnProposal) -> Reply:
    return _own_card(turn, _own_or_refuse(turn, tap.proposal))


def _own_or_refuse(turn: Turn, proposal: int, *, lock: bool = False) -> Proposal:
    """Only one's own. The scope is the query, whatever button was tapped."""
    row = proposals.lock(turn.session, proposal) if lock else proposals.find(turn.session, proposal)
    if row is None or row.member_id != turn.me.id:
        raise Refused(Reply(_("This proposal no longer exists."), column(Button(_("Clubs"), Go("clubs")))))
    return row


def _own_card(turn: Turn, row: Proposal, note: Markup | None = None) -> Reply:
    states = {
        "open": _("The alumni office has not answered yet."),
        "withdrawn": _("You have withdrawn it."),
    }
    lines = [
        Markup("<b>{}</b> ({})").format(name_proposal(turn.session, row), day(row.made_at)),
        _("“{words}”").format(words=row.words),
        states[row.state] if row.state in states else answer_of(turn.session, row),
    ]
    text = Markup("\n").join(lines)
    withdraw = [Button(_("Withdraw it"), WithdrawProposal(row.id))] if row.state == "open" else []
    rows = column(*withdraw, Button(_("Clubs"), Go("clubs")), Button(_("Menu"), Go("menu")))
    return Reply(Markup("{}\n\n{}").format(note, text) if note is not None else text, rows)


def withdraw(turn: Turn, tap: WithdrawProposal) -> Reply:
    """Nothing is asked twice: it can be proposed again."""
    row = _own_or_refuse(turn, tap.proposal, lock=True)
    if row.state == "open":
        proposals.close(row, "withdrawn", turn.now, turn.me.number)
        turn.session.flush()
        turn.record("proposal_withdrawn", turn.me.number, proposal=row.id)
    return _own_card(turn, row)


def register(router: Router) -> None:
    router.tap(ProposeClub, begin_proposing)
    router.tap(VolunteerFor, volunteer)
    router.tap(OpenOwnProposal, open_own)
    router.tap(WithdrawProposal, withdraw)
    router.form(PROPOSING)
    router.form(VOLUNTEERING)
