"""Central coordinators give offices with a scope and a term; who holds one names a deputy."""

from datetime import date, datetime, time, timedelta
from typing import Any

from bot.conversation import forms
from bot.conversation.checks import check_choice
from bot.conversation.dates import day_question, today
from bot.conversation.i18n import _
from bot.conversation.questions import Answers, Asking, Choice, Form, Question, Text
from bot.conversation.reply import Button, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.local_time import at_or_after
from bot.domain.scope import CENTRAL, Scope
from db import clubs, doors, members, offices
from db.models.members import Role, RoleKind
from handlers.choices import asked, list_clubs, list_faculties, list_institutions, list_programmes
from handlers.coordination.ambassadors import Appointed
from handlers.coordination.offices import (
    GiveOffice,
    ListOffices,
    NameDeputy,
    OfficeGiven,
    SetTerm,
    may_decide,
    office_card,
    office_or_refuse,
    refuse_to_end_the_last,
)
from handlers.coordination.whom import person_question

ROLE = "_role"


def _offices(_asking: Asking) -> list[Choice]:
    return [
        Choice("central", _("Coordination: the whole network")),
        Choice("institutions", _("Coordination: an institution")),
        Choice("faculties", _("Coordination: a faculty")),
        Choice("programmes", _("Coordination: a programme")),
        Choice("club", _("Ambassador of a club")),
    ]


def _which(office: str, label: Text, listing: Any) -> Question:
    return Question(
        name=office,
        label=label,
        prompt=lambda _asking: _("For which one?"),
        check=check_choice(asked(listing)),
        choices=asked(listing),
        when=lambda answers: answers.get("office") == office,
    )


def _tomorrow(asking: Asking) -> date:
    return today(asking) + timedelta(days=1)


UNTIL = day_question(
    "until",
    lambda: _("Until"),
    lambda _asking: _("Until when, this day included? Skip this if it is for good."),
    earliest=_tomorrow,
    optional=True,
)


def end_of(turn: Turn, answers: Answers) -> datetime | None:
    """The end of the last day, by the clock of who decides (UTC); None for good."""
    chosen = answers.get("until")
    if not chosen:
        return None
    return at_or_after(date.fromisoformat(chosen) + timedelta(days=1), time(), turn.me.zone)


def give(turn: Turn, answers: Answers) -> Outcome:
    """The office exists from now on, and its holder is told."""
    person = members.load(turn.session, int(answers["person"]))
    kind = RoleKind.AMBASSADOR if answers["office"] == "club" else RoleKind.COORDINATOR
    club = int(answers["club"]) if kind is RoleKind.AMBASSADOR else None
    given = members.grant(
        turn.session,
        person.id,
        kind,
        turn.now,
        club,
        scope=_scope(answers),
        by=turn.me.number,
        until=end_of(turn, answers),
    )
    if not given:
        text = _("{name} holds such an office already. Please end that one first, or choose another.")
        raise Refused(Reply(text.format(name=person.full_name), ((Button(_("Offices"), ListOffices(kind)),),)))
    turn.flush()
    role = offices.of_member(turn.session, person.id)[-1]
    if club is not None:
        clubs.enter(turn.session, person.id, club, "in", turn.now)
    return _told(turn, role, Appointed(club) if club is not None else OfficeGiven(role.id))


def _scope(answers: Answers) -> Scope:
    office = answers["office"]
    if office in ("central", "club"):
        return CENTRAL
    return Scope.from_json({office: [int(answers[office])]})


def _told(turn: Turn, role: Role, notice: Any) -> Reply:
    person = members.load(turn.session, role.member_id)
    doors.reset_menus(turn.session, person.id)
    turn.record("office_given", person.number, role=role.id)
    if person.id != turn.me.id:
        turn.notify(person.id, notice)
    return office_card(turn, role, _("Done. {name} has been told.").format(name=person.full_name))


GIVING = Form(
    name="office",
    title=lambda: _("Give an office"),
    questions=(
        person_question(),
        Question(
            name="office",
            label=lambda: _("Office"),
            prompt=lambda _asking: _("Which office?"),
            check=check_choice(_offices),
            choices=_offices,
            columns=1,
        ),
        _which("institutions", lambda: _("Institution"), list_institutions),
        _which("faculties", lambda: _("Faculty"), list_faculties),
        _which("programmes", lambda: _("Programme"), list_programmes),
        _which("club", lambda: _("Club"), list_clubs),
        UNTIL,
    ),
    finish=give,
    summary=lambda _asking: _("<b>Give this office?</b> The person is told at once."),
    confirm=lambda: _("Give the office"),
)


def begin_giving(turn: Turn, tap: GiveOffice) -> Outcome:
    known: Answers = {"person": str(tap.member)} if tap.member is not None else {}
    return forms.begin_anew(turn, GIVING, known)


# --- deputies --------------------------------------------------------------------------------------------------


def may_name_or_refuse(turn: Turn, role: int) -> Role:
    """The office somebody is to stand in for: one's own, and for central coordinators any."""
    found = office_or_refuse(turn, role)
    if found.deputy_for is not None or not (turn.scope.central or found.member_id == turn.me.id):
        raise Refused(office_card(turn, found, _("A deputy is named by who holds the office.")))
    return found


def begin_naming(turn: Turn, tap: NameDeputy) -> Outcome:
    role = may_name_or_refuse(turn, tap.role)
    return forms.begin_anew(turn, NAMING, {ROLE: role.id})


def name_deputy(turn: Turn, answers: Answers) -> Outcome:
    principal = may_name_or_refuse(turn, int(answers[ROLE]))
    person = members.load(turn.session, int(answers["person"]))
    if person.id == principal.member_id:
        raise Refused(office_card(turn, principal, _("Nobody can stand in for themselves. Please name somebody else.")))
    role = offices.add_deputy(
        turn.session, principal, person.id, turn.now, by=turn.me.number, until=end_of(turn, answers)
    )
    if role is None:
        text = _("{name} does this already.").format(name=person.full_name)
        raise Refused(office_card(turn, principal, text))
    return _told(turn, role, OfficeGiven(role.id))


NAMING = Form(
    name="deputy",
    title=lambda: _("Name a deputy"),
    questions=(
        person_question(
            prompt=lambda _asking: _("Who stands in? Please write the name of a verified member."),
        ),
        UNTIL,
    ),
    finish=name_deputy,
    summary=lambda _asking: _("<b>Name this deputy?</b> They may do everything this office may, until it ends."),
    confirm=lambda: _("Name the deputy"),
    starts=None,
)


# --- terms -----------------------------------------------------------------------------------------------------


def begin_term(turn: Turn, tap: SetTerm) -> Outcome:
    role = office_or_refuse(turn, tap.role)
    if not may_decide(turn, role):
        raise Refused(office_card(turn, role, _("Only who answers for the whole network decides this.")))
    return forms.begin_anew(turn, TERM, {ROLE: role.id})


def set_term(turn: Turn, answers: Answers) -> Outcome:
    role = office_or_refuse(turn, int(answers[ROLE]), lock=True)
    if not may_decide(turn, role):
        raise Refused(office_card(turn, role, _("Only who answers for the whole network decides this.")))
    until = end_of(turn, answers)
    if until is not None:
        refuse_to_end_the_last(turn, role)
    role.until = until
    turn.record("office_term_set", members.load(turn.session, role.member_id).number, role=role.id)
    return office_card(turn, role, _("Saved."))


TERM = Form(name="term", title=lambda: _("End date"), questions=(UNTIL,), finish=set_term, starts=None)


def register(router: Router) -> None:
    router.tap(GiveOffice, begin_giving, gate=Gate.CENTRAL)
    router.tap(NameDeputy, begin_naming, gate=Gate.COORDINATOR)
    router.tap(SetTerm, begin_term, gate=Gate.COORDINATOR)
    router.form(GIVING, gate=Gate.CENTRAL)
    router.form(NAMING, gate=Gate.COORDINATOR)
    router.form(TERM, gate=Gate.COORDINATOR)
