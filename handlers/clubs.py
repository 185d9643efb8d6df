"""People join a club, leave it, mute it, and pass its link on."""

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import N_, _, language, listed, named, ngettext, number, pgettext
from bot.conversation.notices import Composing, Notice
from bot.conversation.reply import Button, Go, Recipe, Reply, Rows, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from db import clubs, consents, events, members, places, proposals, scopes
from db.models.clubs import Club, Membership
from db.models.members import Status
from db.models.privacy import Purpose
from handlers.coordination.club_buttons import ManageClub
from handlers.events.card import OpenEvent, club_line
from handlers.proposal_buttons import OpenOwnProposal, VolunteerFor

# With so many ambassadors a club needs no others.
ENOUGH_AMBASSADORS = 2


@dataclass(frozen=True, slots=True)
class OpenClub(Callback, prefix="cl"):
    club: int


@dataclass(frozen=True, slots=True)
class JoinClub(Callback, prefix="cj"):
    club: int


@dataclass(frozen=True, slots=True)
class LeaveClub(Callback, prefix="cx"):
    club: int


@dataclass(frozen=True, slots=True)
class MuteClub(Callback, prefix="cm"):
    club: int
    muted: bool


@dataclass(frozen=True, slots=True)
class ShareClub(Callback, prefix="cs"):
    club: int


@dataclass(frozen=True, slots=True)
class AnswerJoin(Callback, prefix="ca"):
    """An ambassador lets somebody in, or not. `asked` counts the requests, so that an old card answers none
    but its own."""

    club: int
    member: int
    asked: int
    welcome: bool


@dataclass(frozen=True, slots=True)
class JoinAsked(Notice, kind="join_asked"):
    """Somebody would like to join a club with approval: to its ambassadors, or to the central coordinators where it
    has none."""

    club: int
    member: int
    asked: int

    def compose(self, at: Composing) -> Reply | None:
        club = at.session.get(Club, self.club)
        row = clubs.membership(at.session, self.member, self.club)
        if club is None or row is None or row.state != "asked" or row.times_asked != self.asked:
            return None
        if not may_answer(at.session, at.member.id, self.club):
            return None
        asking = members.load(at.session, self.member)
        text = _("<b>{name}</b> would like to join {club}.").format(name=asking.full_name, club=named(club.names))
        rows = (
            (
                Button(_("Let in"), AnswerJoin(self.club, self.member, self.asked, True)),
                Button(pgettext("join request", "Decline"), AnswerJoin(self.club, self.member, self.asked, False)),
            ),
        )
        return Reply(text, rows)


@dataclass(frozen=True, slots=True)
class JoinAnswered(Notice, kind="join_answered"):
    """The ambassador's answer: to the person who asked."""

    club: int
    asked: int
    welcome: bool

    def compose(self, at: Composing) -> Reply | None:
        club = at.session.get(Club, self.club)
        row = clubs.membership(at.session, at.member.id, self.club)
        if club is None or row is None or row.state != ("in" if self.welcome else "declined"):
            return None
        if self.welcome:
            return Reply(
                _("Welcome to {club}! You are a member now.").format(club=named(club.names)),
                column(Button(_("Open the club"), OpenClub(self.club))),
            )
        return Reply(
            _("{club} cannot take you in at present. The alumni office is glad to help you find another club.").format(
                club=named(club.names)
            ),
            column(Button(_("Clubs"), Go("clubs")), Button(_("Contact"), Go("contact"))),
        )


def open_club(turn: Turn, tap: OpenClub) -> Reply:
    """A club's card; of one that became part of another, the other's."""
    club = clubs.load(turn.session, tap.club)
    if club is None or club.closed_at is not None:
        return _closed(turn, club)
    row = clubs.membership(turn.session, turn.me.id, club.id)
    text = _card(turn, club, row.state if row else None)
    if club.id != tap.club:
        text = Markup("{}\n\n{}").format(_part_of(turn.session.get_one(Club, tap.club), club), text)
    return Reply(text, _card_rows(turn, club, row))


def _part_of(old: Club, new: Club) -> Markup:
    return _("{old} has become part of {club}.").format(old=named(old.names), club=named(new.names))


def _closed(turn: Turn, club: Club | None) -> Reply:
    manage = [Button(_("Manage the club"), ManageClub(club.id))] if club is not None and turn.scope.central else []
    buttons = (*manage, Button(_("Clubs"), Go("clubs")), Button(_("Menu"), Go("menu")))
    return Reply(_("This club no longer exists."), column(*buttons))


def _card(turn: Turn, club: Club, state: str | None) -> Markup:
    place = places.load_place(turn.session, club.place_id)
    assert place is not None
    count = clubs.count_members(turn.session, club.id)
    lines = [
        Markup("<b>{}</b>").format(named(club.names)),
        Markup("{}").format(places.describe_place(place, language())),
        ngettext("{n} member", "{n} members", count).format(n=number(count)),
        *_ambassador_line(turn, club),
        club_line(turn.session, club.id, turn.now),
    ]
    notes = {
        "in": _("You are a member."),
        "asked": _("You have asked to join; the ambassador has not answered yet."),
    }
    if state in notes:
        lines.append(notes[state])
    elif club.admission == "approval":
        lines.append(_("The ambassador admits new members, and reads your name for that."))
    return Markup("\n").join(lines)


def _ambassador_line(turn: Turn, club: Club) -> list[Markup]:
    """The ambassador's name, if both agree to contact among alumni; whoever does not reaches the alumni office."""
    if turn.me.status is not Status.VERIFIED or not consents.is_given(turn.session, turn.me.id, Purpose.ALUMNI):
        return []
    shown = [person.full_name or "" for person in clubs.shown_ambassadors(turn.session, club.id)]
    return [_("Ambassador: {names}").format(names=listed(shown))] if shown else []


def _card_rows(turn: Turn, club: Club, row: Membership | None) -> Rows:
    first: tuple[Button, ...]
    if row is not None and row.state == "in":
        mute = (
            Button(_("Unmute"), MuteClub(club.id, False)) if row.muted else Button(_("Mute"), MuteClub(club.id, True))
        )
        first = (mute, Button(_("Leave"), LeaveClub(club.id)))
    elif row is not None and row.state == "asked":
        first = (Button(_("Withdraw request"), LeaveClub(club.id)),)
    else:
        first = (Button(_("Join"), JoinClub(club.id)),)
    second = (Button(_("Share"), ShareClub(club.id)), Button(_("My clubs"), Go("myclubs")))
    coming = events.next_of_club(turn.session, club.id, turn.now)
    opened = ((Button(_("Open the next meetup"), OpenEvent(coming.id)),),) if coming else ()
    last = (Button(_("All clubs"), Go("clubs")), Button(_("Menu"), Go("menu")))
    return (*opened, first, second, *_offer_rows(turn, club), last)


def _offer_rows(turn: Turn, club: Club) -> Rows:
    """Offering to lead it where it needs ambassadors; managing it for central coordinators."""
    leading = [person.id for person in clubs.ambassadors(turn.session, club.id)]
    offers: Rows = ()
    if turn.me.status is Status.VERIFIED and turn.me.id not in leading:
        mine = proposals.of_club(turn.session, turn.me.id, club.id)
        if mine is not None:
            offers = column(Button(_("My offer to lead it"), OpenOwnProposal(mine.id)))
        elif len(leading) < ENOUGH_AMBASSADORS:
            offers = column(Button(_("Volunteer as ambassador"), VolunteerFor(club.id)))
    manage = column(Button(_("Manage the club"), ManageClub(club.id))) if turn.scope.central else ()
    return (*offers, *manage)


def join_club(turn: Turn, tap: JoinClub) -> Reply:
    """Joining is for the club one tapped: one that it became part of is shown first."""
    club = clubs.load_to_enter(turn.session, tap.club)
    if club is None or club.closed_at is not None:
        raise Refused(_closed(turn, club))
    if club.id != tap.club:
        return open_club(turn, OpenClub(tap.club))
    row = clubs.membership(turn.session, turn.me.id, club.id)
    if row is not None and row.state in ("in", "asked"):
        return open_club(turn, OpenClub(club.id))
    state = "in" if club.admission == "open" else "asked"
    clubs.enter(turn.session, turn.me.id, club.id, state, turn.now)
    if state == "asked":
        tell_ambassadors(turn, club.id, turn.me.id)
    return open_club(turn, OpenClub(club.id))


def tell_ambassadors(turn: Turn, club: int, member: int) -> None:
    """Somebody asked to join. A club without an ambassador has the central coordinators: no request goes nowhere."""
    row = clubs.membership(turn.session, member, club)
    assert row is not None
    leading = [person.id for person in clubs.ambassadors(turn.session, club)]
    for person in leading or scopes.central_coordinators(turn.session):
        turn.notify(person, JoinAsked(club, member, row.times_asked))


def leave_club(turn: Turn, tap: LeaveClub) -> Reply:
    """Leaving is undone by joining again; nothing is asked twice."""
    row = clubs.standing(turn.session, turn.me.id, tap.club)
    if row is not None and row.state in ("in", "asked"):
        row.state, row.changed_at = "left", turn.now
    return open_club(turn, OpenClub(tap.club))


def mute_club(turn: Turn, tap: MuteClub) -> Reply:
    """No messages from this club; one stays a member."""
    row = clubs.standing(turn.session, turn.me.id, tap.club)
    if row is not None and row.state == "in":
        row.muted = tap.muted
    return open_club(turn, OpenClub(tap.club))


def share_club(turn: Turn, tap: ShareClub) -> Reply:
    """A link and a QR code to a page that offers both doors: t.me does not open in China."""
    club = clubs.load(turn.session, tap.club)
    if club is None or club.closed_at is not None:
        raise Refused(_closed(turn, club))
    url = turn.house.web_link(f"club_{club.slug}")
    text = _("With this link others find {club}, in the browser or on Telegram:\n{url}").format(
        club=named(club.names), url=url
    )
    picture = Recipe("qr", f"{club.slug}.png", {"url": url, "alt": named(club.names)})
    return Reply(text, column(Button(_("Open the club"), OpenClub(club.id))), picture=picture)


def answer_join(turn: Turn, tap: AnswerJoin) -> Reply:
    """The ambassador answers. Scope is the query: only clubs they lead."""
    club = turn.session.get(Club, tap.club)
    if club is None or not may_answer(turn.session, turn.me.id, tap.club):
        raise Refused(Reply(_("This is for the club's ambassador."), column(Button(_("Menu"), Go("menu")))))
    if club.closed_at is not None:
        raise Refused(_closed(turn, club))
    row = turn.session.get(Membership, (tap.member, tap.club), with_for_update=True)
    if row is None or row.state != "asked" or row.times_asked != tap.asked:
        return Reply(_("This request was answered already, or withdrawn."), column(Button(_("Menu"), Go("menu"))))
    row.state, row.changed_at = ("in" if tap.welcome else "declined"), turn.now
    turn.notify(tap.member, JoinAnswered(tap.club, tap.asked, tap.welcome))
    person = members.load(turn.session, tap.member)
    turn.record("join_answered", person.number, club=tap.club, welcome=tap.welcome)
    done = _("{name} is now a member of {club}.") if tap.welcome else _("You declined {name} for {club}.")
    return Reply(done.format(name=person.full_name, club=named(club.names)), column(Button(_("Menu"), Go("menu"))))


def may_answer(session: Session, member: int, club: int) -> bool:
    """Whether somebody leads a club; central coordinators lead all."""
    return club in members.led_clubs(session, member) or scopes.scope_of(session, member).central


def my_clubs(turn: Turn) -> Reply:
    """/myclubs"""
    mine = [club for club, _row in clubs.of_member(turn.session, turn.me.id, ("in", "asked")) if not club.closed_at]
    if not mine:
        return Reply(
            _("You are not in a club yet."), column(Button(_("Clubs"), Go("clubs")), Button(_("Menu"), Go("menu")))
        )
    buttons = [Button(named(club.names), OpenClub(club.id)) for club in mine]
    return Reply(
        _("Your clubs:"), (*column(*buttons), (Button(_("All clubs"), Go("clubs")), Button(_("Menu"), Go("menu"))))
    )


def follow_club_link(turn: Turn, slug: str) -> Reply:
    club = clubs.find(turn.session, slug)
    return open_club(turn, OpenClub(club.id)) if club else _closed(turn, None)


def register(router: Router) -> None:
    router.command("myclubs", my_clubs, about=N_("Your clubs"))
    router.tap(OpenClub, open_club, gate=Gate.ANYONE)
    router.tap(ShareClub, share_club, gate=Gate.ANYONE)
    router.tap(JoinClub, join_club)
    router.tap(LeaveClub, leave_club)
    router.tap(MuteClub, mute_club)
    router.tap(AnswerJoin, answer_join, gate=Gate.AMBASSADOR)
    router.link("club", follow_club_link, gate=Gate.ANYONE)
    router.notice(JoinAsked)
    router.notice(JoinAnswered)
