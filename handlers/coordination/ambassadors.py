"""Central coordinators appoint ambassadors, end an office, and hand one over from one person to another."""

from dataclasses import dataclass

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.checks import check_choice
from bot.conversation.i18n import N_, _, named
from bot.conversation.notices import Composing, Notice
from bot.conversation.questions import Answers, Asking, Form, Question, Unfit
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from db import clubs, doors, members
from db.models.clubs import Club
from db.models.members import Member, RoleKind, Status
from handlers.choices import asked, list_clubs
from handlers.clubs import JoinAsked, OpenClub
from handlers.coordination.club_buttons import AppointTo, EndOffice, HandOver, ManageClub, OpenOffice, RestoreOffice
from handlers.coordination.club_card import find_club, manage_club
from handlers.coordination.whom import PERSON


@dataclass(frozen=True, slots=True)
class Appointed(Notice, kind="ambassador_appointed"):
    """To the new ambassador."""

    club: int

    def compose(self, at: Composing) -> Reply | None:
        club = at.session.get(Club, self.club)
        if club is None or self.club not in members.led_clubs(at.session, at.member.id):
            return None
        text = _(
            "You are now ambassador of {club}. Thank you! People who would like to join an approval-only club appear "
            "here with two buttons. The alumni office is at your side at any time."
        ).format(club=named(club.names))
        return Reply(text, column(Button(_("Open the club"), OpenClub(self.club)), Button(_("Contact"), Go("contact"))))


@dataclass(frozen=True, slots=True)
class OfficeEnded(Notice, kind="ambassador_ended"):
    """To somebody who was ambassador. `at` tells one end from the next (seconds)."""

    club: int
    at: int

    def compose(self, at: Composing) -> Reply | None:
        club = at.session.get(Club, self.club)
        if club is None or self.club in members.led_clubs(at.session, at.member.id):
            return None
        text = _(
            "Your office as ambassador of {club} has ended. Thank you for all you have done for the club! You remain "
            "a member of it. If you have a question, the alumni office is glad to answer it."
        ).format(club=named(club.names))
        return Reply(text, column(Button(_("Open the club"), OpenClub(self.club)), Button(_("Contact"), Go("contact"))))


def give_office(turn: Turn, person: Member, club: Club) -> bool:
    """Make somebody ambassador: they are told, and asked about everybody who waits to be let in. False if they are
    already."""
    if not members.grant(turn.session, person.id, RoleKind.AMBASSADOR, turn.now, club.id, by=turn.me.number):
        return False
    clubs.enter(turn.session, person.id, club.id, "in", turn.now)
    doors.reset_menus(turn.session, person.id)
    turn.record("ambassador_appointed", person.number, club=club.id)
    turn.notify(person.id, Appointed(club.id))
    for waiting in clubs.asking(turn.session, club.id):
        turn.notify(person.id, JoinAsked(club.id, waiting.member_id, waiting.times_asked))
    return True


def take_office(turn: Turn, person: Member, club: Club) -> bool:
    """Somebody is ambassador no longer, and told so. False if they were not."""
    if not members.end_ambassador(turn.session, person.id, club.id):
        return False
    doors.reset_menus(turn.session, person.id)
    turn.record("ambassador_ended", person.number, club=club.id)
    turn.notify(person.id, OfficeEnded(club.id, int(turn.now.timestamp())))
    return True


# --- appointing ------------------------------------------------------------------------------------------------


def appoint(turn: Turn, answers: Answers) -> Reply:
    club = find_club(turn, int(answers["club"]), lock=True, is_open=True)
    person = members.load(turn.session, int(answers["person"]))
    given = give_office(turn, person, club)
    text = (
        _("{name} is now ambassador of {club} and has been told.")
        if given
        else _("{name} is ambassador of {club} already.")
    )
    rows = column(Button(_("Open the club"), OpenClub(club.id)), Button(_("Menu"), Go("menu")))
    return Reply(text.format(name=person.full_name, club=named(club.names)), rows)


APPOINTING = Form(
    name="appoint",
    title=lambda: _("Appoint an ambassador"),
    questions=(
        Question(
            name="club",
            label=lambda: _("Club"),
            prompt=lambda _asking: _("Of which club?"),
            check=check_choice(asked(list_clubs)),
            choices=asked(list_clubs),
        ),
        PERSON,
    ),
    finish=appoint,
    summary=lambda _asking: _("<b>Appoint this person?</b> They are told at once."),
    confirm=lambda: _("Appoint"),
)


def begin_appointing(turn: Turn) -> Outcome:
    return forms.begin(turn, APPOINTING)


def appoint_to(turn: Turn, tap: AppointTo) -> Outcome:
    club = find_club(turn, tap.club, is_open=True)
    return forms.begin_anew(turn, APPOINTING, {"club": str(club.id)})


# --- one ambassador --------------------------------------------------------------------------------------------


def open_office(turn: Turn, tap: OpenOffice) -> Reply:
    club, person = _office(turn, tap.club, tap.member)
    text = _("<b>{name}</b> is ambassador of {club}.").format(name=person.full_name, club=named(club.names))
    hand = Button(_("Hand over"), HandOver(club.id, person.id))
    end = Button(_("End the office"), EndOffice(club.id, person.id))
    rows = ((hand, end), (Button(_("Back"), ManageClub(club.id)), Button(_("Menu"), Go("menu"))))
    return Reply(text, rows)


def _office(turn: Turn, club_id: int, member_id: int, *, lock: bool = False) -> tuple[Club, Member]:
    """A club and one of its ambassadors; a friendly no where somebody else has ended the office meanwhile."""
    club = find_club(turn, club_id, lock=lock)
    person = next((each for each in clubs.ambassadors(turn.session, club.id) if each.id == member_id), None)
    if person is None:
        raise Refused(manage_club(turn, ManageClub(club.id), _("This person is not ambassador of the club any more.")))
    return club, person


def end_office(turn: Turn, tap: EndOffice) -> Reply:
    """Asks once, and can be undone."""
    club, person = _office(turn, tap.club, tap.member, lock=tap.sure)
    if not tap.sure:
        return _ask_to_end(turn, club, person)
    take_office(turn, person, club)
    note = _("{name} is ambassador no longer and is being told.").format(name=person.full_name)
    card = manage_club(turn, ManageClub(club.id), note)
    return Reply(card.text, ((Button(_("Undo"), RestoreOffice(club.id, person.id)),), *card.rows))


def _ask_to_end(turn: Turn, club: Club, person: Member) -> Reply:
    others = len(clubs.ambassadors(turn.session, club.id)) - 1
    text = _("<b>End the office of {name}?</b> They are told, and remain a member of {club}.").format(
        name=person.full_name, club=named(club.names)
    )
    if not others:
        text = Markup("{} {}").format(text, _("The club then has no ambassador: requests to join go to you."))
    sure = Button(_("End the office"), EndOffice(club.id, person.id, True))
    return Reply(text, ((sure, Button(_("Back"), OpenOffice(club.id, person.id))),))


def restore_office(turn: Turn, tap: RestoreOffice) -> Reply:
    club = find_club(turn, tap.club, lock=True, is_open=True)
    person = turn.session.get(Member, tap.member)
    if person is None or person.status != Status.VERIFIED:
        raise Refused(manage_club(turn, ManageClub(club.id), _("We know no verified member of this name.")))
    give_office(turn, person, club)
    note = _("{name} is now ambassador of {club} and has been told.")
    return manage_club(turn, ManageClub(club.id), note.format(name=person.full_name, club=named(club.names)))


# --- handing over ----------------------------------------------------------------------------------------------


def begin_handing(turn: Turn, tap: HandOver) -> Outcome:
    club, person = _office(turn, tap.club, tap.member)
    return forms.begin_anew(turn, HANDING, {"_club": club.id, "_from": person.id})


def hand_over(turn: Turn, answers: Answers) -> Reply:
    """One office ends and another begins, in one step."""
    club, before = _office(turn, answers["_club"], answers["_from"], lock=True)
    find_club(turn, club.id, is_open=True)
    after = members.load(turn.session, int(answers["person"]))
    take_office(turn, before, club)
    give_office(turn, after, club)
    note = _("{club} is in new hands: {new} instead of {old}. Both are told.").format(
        club=named(club.names), new=after.full_name, old=before.full_name
    )
    return manage_club(turn, ManageClub(club.id), note)


def _check_successor(asking: Asking, value: object) -> str:
    chosen = str(PERSON.check(asking, value))
    leading = [person.id for person in clubs.ambassadors(asking.turn.session, asking.answers["_club"])]
    if int(chosen) in leading:
        raise Unfit(_("This person is ambassador of the club already. Whom else?"))
    return chosen


def _about(asking: Asking) -> Markup:
    club = asking.turn.session.get_one(Club, asking.answers["_club"])
    before = asking.turn.session.get(Member, asking.answers["_from"])
    text = _("<b>Hand over {club}?</b> The office of {name} ends, and this person gets it. Both are told at once.")
    return text.format(club=named(club.names), name=(before.full_name if before is not None else None) or "–")


HANDING = Form(
    name="handclub",
    title=lambda: _("Hand over"),
    questions=(
        Question(
            name=PERSON.name,
            label=PERSON.label,
            prompt=lambda _asking: _("Who takes over? Please write the name, or the beginning of it."),
            check=_check_successor,
            search=PERSON.search,
            show=PERSON.show,
        ),
    ),
    finish=hand_over,
    summary=_about,
    confirm=lambda: _("Hand over"),
    starts=None,
)


def register(router: Router) -> None:
    router.command("appoint", begin_appointing, gate=Gate.CENTRAL, about=N_("Appoint an ambassador"))
    router.tap(AppointTo, appoint_to, gate=Gate.CENTRAL)
    router.tap(OpenOffice, open_office, gate=Gate.CENTRAL)
    router.tap(EndOffice, end_office, gate=Gate.CENTRAL)
    router.tap(RestoreOffice, restore_office, gate=Gate.CENTRAL)
    router.tap(HandOver, begin_handing, gate=Gate.CENTRAL)
    router.form(APPOINTING, gate=Gate.CENTRAL)
    router.form(HANDING, gate=Gate.CENTRAL)
    router.notice(Appointed)
    router.notice(OfficeEnded)
