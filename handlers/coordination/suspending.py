"""Coordinators suspend somebody with a reason, lift it again, and have somebody erased who asked the office for it."""

from dataclasses import dataclass

from bot.conversation import forms
from bot.conversation.checks import check_line
from bot.conversation.i18n import _, when
from bot.conversation.notices import Composing, Notice
from bot.conversation.questions import Answers, Asking, Form, Question
from bot.conversation.reply import Button, Go, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from db import doors, lookups, mentor_requests, offices, registrations
from db.models.members import Member, Status, Suspension
from handlers.coordination.offices import end_and_tell, refuse_to_end_the_last
from handlers.coordination.people import (
    EraseOnRequest,
    LiftSuspension,
    OpenMember,
    SuspendMember,
    member_card,
)
from handlers.coordination.whom import in_scope_or_refuse
from handlers.events.seats import seats_freed_by
from handlers.mentoring.closing import part_from_all
from handlers.privacy import TIME_TO_THINK, Keep

MEMBER = "_member"
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Suspended(Notice, kind="suspended"):
    """To the person, with the reason."""

    suspension: int

    def compose(self, at: Composing) -> Reply | None:
        row = at.session.get(Suspension, self.suspension)
        if row is None or row.lifted_at is not None:
            return None
        text = _(
            "The alumni office has closed the network for you for the time being. The reason given: “{reason}”\n\nYour "
            "data stay yours: /privacy shows, changes and erases them. If this is a misunderstanding, please write to "
            "the contact person."
        ).format(reason=row.reason)
        return Reply(text, ((Button(_("Contact"), Go("contact")), Button(_("Privacy"), Go("privacy"))),))


@dataclass(frozen=True, slots=True)
class SuspensionLifted(Notice, kind="suspension_lifted"):
    suspension: int

    def compose(self, at: Composing) -> Reply | None:
        row = at.session.get(Suspension, self.suspension)
        if row is None or row.lifted_at is None or at.member.status == Status.SUSPENDED:
            return None
        text = _("The network is open to you again. Answers to events and offices you had before are not restored.")
        return Reply(text, ((Button(_("Events"), Go("events")), Button(_("Menu"), Go("menu"))),))


@dataclass(frozen=True, slots=True)
class ErasureNoted(Notice, kind="erasure_noted"):
    """The office wrote down that somebody asked to be erased: they can still take it back. `at` in POSIX seconds."""

    at: int

    def compose(self, at: Composing) -> Reply | None:
        if at.member.erase_at is None:
            return None
        text = _(
            "You asked the alumni office to erase your data. Everything we hold about you will be erased on {time}. If "
            "you did not ask for this, please keep your data with the button below."
        ).format(time=when(at.member.erase_at))
        return Reply(text, ((Button(_("Keep my data"), Keep()), Button(_("Contact"), Go("contact"))),))


def begin_suspending(turn: Turn, tap: SuspendMember) -> Outcome:
    person = _somebody_else(turn, tap.member)
    _refuse_the_last(turn, person)
    return forms.begin_anew(turn, SUSPENDING, {MEMBER: person.id})


def _somebody_else(turn: Turn, member: int) -> Member:
    person = in_scope_or_refuse(turn, member)
    if person.id == turn.me.id:
        raise Refused(member_card(turn, person, _("You cannot do this to yourself. Please ask a colleague.")))
    if offices.of_member(turn.session, person.id) and not turn.scope.central:
        text = _("This person holds an office. Only who answers for the whole network can do this.")
        raise Refused(member_card(turn, person, text))
    return person


def _refuse_the_last(turn: Turn, person: Member) -> None:
    for role in offices.of_member(turn.session, person.id):
        refuse_to_end_the_last(turn, role)


def suspend(turn: Turn, answers: Answers) -> Outcome:
    """Closed at once: offices end, seats go on, mentorships end. Nothing of the record is lost."""
    person = _somebody_else(turn, int(answers[MEMBER]))
    if person.status == Status.SUSPENDED:
        raise Refused(member_card(turn, person, _("This person is suspended already.")))
    _refuse_the_last(turn, person)
    turn.session.refresh(person, with_for_update={"key_share": True})
    row = Suspension(member_id=person.id, reason=answers["reason"], before=person.status, at=turn.now)
    turn.session.add(row)
    _close(turn, person)
    person.status = Status.SUSPENDED
    turn.flush()
    doors.reset_menus(turn.session, person.id)
    turn.record("suspended", person.number)
    turn.notify(person.id, Suspended(row.id))
    return member_card(turn, person, _("Suspended. The person has been told, with your reason."))


def _close(turn: Turn, person: Member) -> None:
    """What others count on is settled first."""
    for role in offices.of_member(turn.session, person.id):
        if offices.find(turn.session, role.id) is not None:
            end_and_tell(turn, role)
    waiting = registrations.open_verification(turn.session, person.id)
    if waiting is not None:
        registrations.decide(turn.session, waiting.id, "declined", turn.me.number, turn.now)
    seats_freed_by(turn.session, person.id, turn.now)
    mentor_requests.drop_of(turn.session, person.id, turn.now)
    part_from_all(turn.session, person.id, turn.now)


def _about_whom(asking: Asking) -> str:
    """Somebody who may have been erased since."""
    person = asking.turn.session.get(Member, int(asking.answers[MEMBER]))
    return (person.full_name if person is not None else None) or "–"


SUSPENDING = Form(
    name="suspend",
    title=lambda: _("Suspend"),
    questions=(
        Question(
            name="reason",
            label=lambda: _("Reason"),
            prompt=lambda asking: _(
                "Why is {name} to be suspended? Your words are passed on exactly as you write them. The network closes "
                "for this person at once: offices end, seats and mentorships are given up. The record stays."
            ).format(name=_about_whom(asking)),
            check=check_line(LONGEST_REASON),
        ),
    ),
    finish=suspend,
    summary=lambda _asking: _("<b>Suspend this person?</b>"),
    confirm=lambda: _("Suspend"),
    starts=None,
)


def lift(turn: Turn, tap: LiftSuspension) -> Reply:
    """Back to what they were before."""
    person = _somebody_else(turn, tap.member)
    row = lookups.suspension_of(turn.session, person.id)
    if person.status != Status.SUSPENDED or row is None:
        return member_card(turn, person, _("This person is not suspended."))
    person.status, row.lifted_at = row.before, turn.now
    doors.reset_menus(turn.session, person.id)
    turn.record("suspension_lifted", person.number)
    turn.notify(person.id, SuspensionLifted(row.id))
    return member_card(turn, person, _("The suspension is lifted, and the person has been told."))


def erase_on_request(turn: Turn, tap: EraseOnRequest) -> Reply:
    """Asks once; then the person has the same time to take it back as with /forget."""
    person = _somebody_else(turn, tap.member)
    if not tap.sure:
        text = _(
            "<b>Did {name} ask for this?</b> Everything about this person is then erased after 48 hours; until then "
            "they can take it back."
        ).format(name=person.full_name)
        yes, no = Button(_("Yes, erase"), EraseOnRequest(person.id, True)), Button(_("Back"), OpenMember(person.id))
        return Reply(text, ((yes, no),))
    _refuse_the_last(turn, person)
    if person.erase_at is None:
        person.erase_at = turn.now + TIME_TO_THINK
        turn.record("erasure_noted", person.number)
        turn.notify(person.id, ErasureNoted(int(turn.now.timestamp())))
    return member_card(turn, person, _("Noted. The person has been told."))


def register(router: Router) -> None:
    router.tap(SuspendMember, begin_suspending, gate=Gate.COORDINATOR)
    router.tap(LiftSuspension, lift, gate=Gate.COORDINATOR)
    router.tap(EraseOnRequest, erase_on_request, gate=Gate.COORDINATOR)
    router.form(SUSPENDING, gate=Gate.COORDINATOR)
    for kind in (Suspended, SuspensionLifted, ErasureNoted):
        router.notice(kind)
