"""Ambassadors see their club at a glance: its members (a count), who would like to join, what is planned."""

from dataclasses import dataclass

from markupsafe import Markup

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import N_, _, listed, named, ngettext, number
from bot.conversation.reply import Button, Go, Reply, Rows, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.scope import CENTRAL
from db import clubs, events, members, reachability
from db.models.clubs import Club
from db.models.events import Event
from handlers.announcements.buttons import WriteToClub
from handlers.clubs import AnswerJoin, OpenClub, may_answer
from handlers.coordination.club_words import act_on_club
from handlers.coordination.reaching import reached_of
from handlers.events.card import Organise, label_of
from handlers.events.organising import NewEvent

REQUESTS_SHOWN = 5
EVENTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class LeadClub(Callback, prefix="lc"):
    """The ambassador's page of a club."""

    club: int


@dataclass(frozen=True, slots=True)
class ShowRequest(Callback, prefix="lr"):
    """Somebody who would like to join, with the two answers."""

    club: int
    member: int


def lead(turn: Turn) -> Outcome:
    """/club: the page of the club one leads; of several, a choice. With words behind it central coordinators reach
    any club."""
    if turn.incoming.args and turn.scope.central:
        return act_on_club(turn, turn.incoming.args)
    led = [club for club in clubs.all_open(turn.session) if club.id in members.led_clubs(turn.session, turn.me.id)]
    if len(led) == 1:
        return lead_club(turn, LeadClub(led[0].id))
    buttons = [Button(named(club.names), LeadClub(club.id)) for club in led]
    text = _("Which club?") if led else _("You do not lead a club. Coordinators find all clubs under /clubs.")
    return Reply(text, (*column(*buttons), (Button(_("Clubs"), Go("clubs")), Button(_("Menu"), Go("menu")))))


def lead_club(turn: Turn, tap: LeadClub) -> Reply:
    club = _led_club(turn, tap.club)
    asking = clubs.asking(turn.session, club.id)
    count = clubs.count_members(turn.session, club.id)
    names = [person.full_name or "–" for person in clubs.shown_members(turn.session, club.id, limit=12)]
    lines = [
        Markup("<b>{}</b>").format(named(club.names)),
        ngettext("{n} member", "{n} members", count).format(n=number(count)),
        *_reach(turn, club.id),
        *([_("Among them: {names}").format(names=listed(names))] if names else []),
        ngettext("{n} person would like to join.", "{n} people would like to join.", len(asking)).format(
            n=number(len(asking))
        )
        if asking
        else _("Nobody is waiting to be let in."),
    ]
    return Reply(Markup("\n").join(lines), _rows(turn, club, [row.member_id for row in asking]))


def _reach(turn: Turn, club: int) -> list[Markup]:
    """To how many an announcement would get: a count, no names."""
    found = reachability.of_clubs(turn.session, [club], CENTRAL).get(club)
    if found is None:
        return []
    return [reached_of(found)]


def _rows(turn: Turn, club: Club, asking: list[int]) -> Rows:
    waiting = [
        Button(members.load(turn.session, each).full_name or "–", ShowRequest(club.id, each))
        for each in asking[:REQUESTS_SHOWN]
    ]
    coming = [
        Button(label_of(event), Organise(event.id))
        for event in events.planned(turn.session, Event.club_id == club.id, turn.now, limit=EVENTS_SHOWN)
    ]
    return (
        *column(*waiting, *coming),
        (Button(_("New event"), NewEvent(club.id)), Button(_("My planning"), Go("planning"))),
        (Button(_("Write to the members"), WriteToClub(club.id)),),
        (Button(_("Open the club"), OpenClub(club.id)), Button(_("Menu"), Go("menu"))),
    )


def _led_club(turn: Turn, club_id: int) -> Club:
    """The club, for those who lead it. The scope is the query, whatever button was tapped."""
    club = clubs.load(turn.session, club_id)
    if club is None or club.closed_at is not None or not may_answer(turn.session, turn.me.id, club.id):
        raise Refused(Reply(_("This is for the club's ambassador."), column(Button(_("Menu"), Go("menu")))))
    return club


def show_request(turn: Turn, tap: ShowRequest) -> Reply:
    club = _led_club(turn, tap.club)
    row = clubs.membership(turn.session, tap.member, club.id)
    if row is None or row.state != "asked":
        back = column(Button(_("Back"), LeadClub(club.id)), Button(_("Menu"), Go("menu")))
        return Reply(_("This request was answered already, or withdrawn."), back)
    person = members.load(turn.session, tap.member)
    text = _("<b>{name}</b> would like to join {club}.").format(name=person.full_name, club=named(club.names))
    answers = (
        Button(_("Let in"), AnswerJoin(club.id, person.id, row.times_asked, True)),
        Button(_("Not at present"), AnswerJoin(club.id, person.id, row.times_asked, False)),
    )
    return Reply(text, (answers, (Button(_("Back"), LeadClub(club.id)),)))


def register(router: Router) -> None:
    router.command("club", lead, gate=Gate.AMBASSADOR, about=N_("The club you lead"))
    router.tap(LeadClub, lead_club, gate=Gate.AMBASSADOR)
    router.tap(ShowRequest, show_request, gate=Gate.AMBASSADOR)
