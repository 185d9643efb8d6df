"""Coordinators decide who is one of us: approve, ask back, or decline with a reason."""

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import N_, _, language, listed, number, pgettext, when
from bot.conversation.notices import Composing, Notice
from bot.conversation.reply import Button, Go, Reply, Rows, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from bot.domain.scope import Scope
from db import doors, members, places, registrations, scopes
from db.models.members import Member, Verification
from handlers.cohorts import describe_studies
from handlers.coordination.likeness_wording import known_already, suggestions
from handlers.recognising import with_source
from handlers.registration.naming import relation_names


@dataclass(frozen=True, slots=True)
class OpenRegistration(Callback, prefix="vo"):
    verification: int


@dataclass(frozen=True, slots=True)
class Approve(Callback, prefix="va"):
    verification: int


@dataclass(frozen=True, slots=True)
class AskBack(Callback, prefix="vb"):
    verification: int


@dataclass(frozen=True, slots=True)
class Decline(Callback, prefix="vd"):
    verification: int


@dataclass(frozen=True, slots=True)
class AnswerQuestion(Callback, prefix="vq"):
    """The person answers what a coordinator asked back."""

    verification: int


@dataclass(frozen=True, slots=True)
class GoOn(Callback, prefix="gn"):
    """On with what I wanted before I was let in."""


@dataclass(frozen=True, slots=True)
class RegistrationWaits(Notice, kind="registration_waits"):
    """Somebody registered, or answered a question: to the coordinators. `round` counts the answers."""

    verification: int
    round: int = 0

    def compose(self, at: Composing) -> Reply | None:
        row = at.session.get(Verification, self.verification)
        scope = scopes.scope_of(at.session, at.member.id)
        if row is None or row.state != "open" or not scopes.covers(at.session, scope, row.member_id):
            return None
        return registration_card(at.session, row, scope)


@dataclass(frozen=True, slots=True)
class Decided(Notice, kind="registration_decided"):
    """The decision, to the person concerned. `state` names it; the words come from the row."""

    verification: int
    state: str
    round: int = 0

    def compose(self, at: Composing) -> Reply | None:
        row = at.session.get(Verification, self.verification)
        if row is None or row.state != self.state:
            return None
        return {"approved": _approved, "declined": _declined, "asked_back": _asked_back}[row.state](at, row)


def _approved(at: Composing, _row: Verification) -> Reply:
    text = _("Welcome, {name}! The alumni office has confirmed your registration. Now find the club near you.")
    text = text.format(name=at.member.addressed_as)
    return Reply(with_source(text, at.session, at.house, at.member.id), first_steps(at.member))


def _declined(_at: Composing, row: Verification) -> Reply:
    text = _(
        "The alumni office could not confirm your registration. The reason given: “{reason}”\n\nIf this is a "
        "misunderstanding, please write to the contact person; nothing you entered is lost."
    ).format(reason=row.note)
    return Reply(text, column(Button(_("Contact"), Go("contact")), Button(_("My profile"), Go("profile"))))


def _asked_back(_at: Composing, row: Verification) -> Reply:
    text = _("The alumni office has a question about your registration: “{question}”").format(question=row.note)
    return Reply(text, column(Button(_("Answer"), AnswerQuestion(row.id)), Button(_("Contact"), Go("contact"))))


def first_steps(member: Member) -> Rows:
    """For somebody who has just been let in: on with what they wanted, else to the clubs."""
    wanted = [Button(_("Continue where you left off"), GoOn())] if member.wanted else []
    return column(*wanted, Button(_("Clubs near me"), Go("clubs")), Button(_("Menu"), Go("menu")))


def queue(turn: Turn) -> Reply:
    """/verify: the longest waiting first."""
    waiting = registrations.waiting(turn.session, turn.scope, 6)
    if not waiting:
        return Reply(_("No registration is waiting."), column(Button(_("Menu"), Go("menu"))))
    buttons = [Button(name_of(turn.session, row), OpenRegistration(row.id)) for row in waiting]
    count = number(registrations.count_waiting(turn.session, turn.scope))
    text = _("Registrations that wait for a decision ({n}), the oldest first:").format(n=count)
    return Reply(text, (*column(*buttons), (Button(_("Menu"), Go("menu")),)))


def name_of(session: Session, row: Verification) -> str:
    return members.load(session, row.member_id).full_name or "–"


def open_registration(turn: Turn, tap: OpenRegistration) -> Reply:
    row = registrations.find(turn.session, tap.verification, turn.scope)
    if row is None:
        return gone()
    turn.record("registration_viewed", members.load(turn.session, row.member_id).number)
    return registration_card(turn.session, row, turn.scope)


def gone() -> Reply:
    """To whom there is no such registration."""
    return Reply(_("This registration no longer exists."), column(Button(_("Registrations"), Go("verify"))))


def registration_card(session: Session, row: Verification, scope: Scope) -> Reply:
    """Everything a coordinator needs to decide: likely matches in a `scope`, and the three decisions while it is
    open."""
    member = members.load(session, row.member_id)
    lines = [*_card_lines(session, member, row), *known_already(session, member.id)]
    text = Markup("\n").join(lines)
    if row.state not in ("open", "asked_back"):
        return Reply(text, column(Button(_("Registrations"), Go("verify")), Button(_("Menu"), Go("menu"))))
    likely, buttons = suggestions(session, member, row, scope)
    rows: Rows = (
        *buttons,
        (Button(_("Approve"), Approve(row.id)),),
        (Button(_("Ask back"), AskBack(row.id)), Button(pgettext("registration", "Decline"), Decline(row.id))),
        (Button(_("Registrations"), Go("verify")), Button(_("Menu"), Go("menu"))),
    )
    return Reply(Markup("\n").join([*lines, *likely]), rows)


def _card_lines(session: Session, member: Member, row: Verification) -> list[Markup]:
    lines = describe_registrant(session, member)
    lines.append(_("Registered: {time}").format(time=when(row.asked_at)))
    if row.answer:
        lines.append(_("Asked: “{question}”. Answered: “{answer}”").format(question=row.note, answer=row.answer))
    return [*lines, *_state_line(row)]


def describe_registrant(session: Session, member: Member) -> list[Markup]:
    """What somebody said about themselves."""
    relations = relation_names()
    place = places.load_place(session, member.place_id) if member.place_id else None
    other = f" · {member.other_name}" if member.other_name else ""
    lines = [
        _("<b>{name}</b>{other} would like to be verified.").format(name=member.full_name, other=other),
        listed([str(relations[key]) for key in relations if key in members.relations_of(session, member.id)]),
    ]
    lines += describe_studies(session, member.id)
    if place is not None:
        lines.append(Markup("{}").format(places.describe_place(place, language())))
    return lines


def _state_line(row: Verification) -> list[Markup]:
    states = {
        "approved": _("Approved."),
        "declined": _("Declined: “{reason}”").format(reason=row.note),
        "asked_back": _("Asked back: “{question}”").format(question=row.note),
        "merged": _("Nothing to decide: this person had registered before, and both records are joined."),
    }
    return [states[row.state]] if row.state in states else []


def approve(turn: Turn, tap: Approve) -> Reply:
    """Two coordinators at once: one wins, the other is told."""
    row = registrations.find(turn.session, tap.verification, turn.scope)
    if row is None:
        return gone()
    if not let_in(turn, row):
        return too_late(turn, row)
    return registration_card(turn.session, row, turn.scope)


def let_in(turn: Turn, row: Verification) -> bool:
    """The person is one of us and is told; False if somebody else decided first."""
    if not registrations.decide(turn.session, row.id, "approved", turn.me.number, turn.now, row.note):
        return False
    person = turn.session.get_one(Member, row.member_id, with_for_update={"key_share": True})
    registrations.verify(person, turn.now)
    doors.reset_menus(turn.session, person.id)
    turn.record("registration_approved", person.number)
    turn.notify(person.id, Decided(row.id, "approved"))
    turn.session.refresh(row)
    return True


def too_late(turn: Turn, row: Verification) -> Reply:
    """It is decided; how, shows the card."""
    turn.session.refresh(row)
    note = _("Somebody else has decided about this already.")
    card = registration_card(turn.session, row, turn.scope)
    return Reply(Markup("{}\n\n{}").format(note, card.text), card.rows)


def register(router: Router) -> None:
    router.command("verify", queue, gate=Gate.COORDINATOR, about=N_("Registrations that wait for a decision"))
    router.tap(OpenRegistration, open_registration, gate=Gate.COORDINATOR)
    router.tap(Approve, approve, gate=Gate.COORDINATOR)
    router.notice(RegistrationWaits)
    router.notice(Decided)
