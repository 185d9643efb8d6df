"""/member: coordinators look somebody up among those they answer for, and see what can be done."""

from dataclasses import dataclass

from markupsafe import Markup

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import N_, _, day, listed, name_language, named, pgettext
from bot.conversation.reply import Button, Go, Reply, Rows, column, pairs, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import clubs, consents, lookups, members, objections, offices, records, registrations
from db.models.members import Member, Status
from db.models.privacy import Came, Purpose
from db.models.records import Record
from handlers.cohorts import describe_studies
from handlers.coordination.likeness_buttons import FindSame
from handlers.coordination.office_wording import name_office
from handlers.coordination.offices import GiveOffice, OpenOffice
from handlers.coordination.reaching import OpenReach
from handlers.coordination.verifying import OpenRegistration
from handlers.coordination.whom import describe, in_scope_or_refuse
from handlers.objection_wording import objection_of
from handlers.registration.naming import relation_names

PAGE = 6
LONGEST_TYPED = 36


@dataclass(frozen=True, slots=True)
class OpenMember(Callback, prefix="wo"):
    member: int


@dataclass(frozen=True, slots=True)
class CorrectMember(Callback, prefix="wc"):
    member: int


@dataclass(frozen=True, slots=True)
class SuspendMember(Callback, prefix="ws"):
    member: int


@dataclass(frozen=True, slots=True)
class LiftSuspension(Callback, prefix="wl"):
    member: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class OpenOnRecord(Callback, prefix="wr"):
    """Somebody who is on a list of the university and not registered."""

    record: int


@dataclass(frozen=True, slots=True)
class EraseOnRequest(Callback, prefix="we"):
    """Somebody asked the office, by letter or telephone, to be erased."""

    member: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class NoteObjection(Callback, prefix="wi"):
    """Somebody objected to messages outside the chat, in this way."""

    member: int
    came: Came | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class UndoObjection(Callback, prefix="wu"):
    """That was noted by mistake."""

    member: int


@dataclass(frozen=True, slots=True)
class NoteListedObjection(Callback, prefix="wb"):
    """The same of somebody who is only on a list."""

    record: int
    came: Came | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class UndoListedObjection(Callback, prefix="wd"):
    record: int


def look_up(turn: Turn) -> Outcome:
    """/member NAME or NUMBER"""
    typed = turn.incoming.args.strip()
    if not typed:
        text = _(
            "Whom are you looking for? Please write /member and the name or number, for example:\n/member Chen Shibo"
        )
        return Reply(text, (_last(),))
    found = lookups.find(turn.session, typed, turn.scope, limit=PAGE + 1)
    listed_only = records.called(turn.session, typed, turn.scope, PAGE)
    turn.record("people_searched", found=len(found) + len(listed_only))
    if len(found) == 1 and not listed_only:
        return open_member(turn, OpenMember(found[0].id))
    if not found and not listed_only:
        text = _("Nobody you answer for has this name or number. Part of the name is enough, in any script.")
        return Reply(text, (_last(),))
    rows = column(
        *(Button(_label(turn, person), OpenMember(person.id)) for person in found[:PAGE]),
        *(Button(_label_of(each), OpenOnRecord(each.id)) for each in listed_only),
    )
    more = _("There are more: please write more of the name.") if len(found) > PAGE else ""
    return Reply(Markup("{} {}").format(_("Which one do you mean?"), more), (*rows, _last()))


def _label(turn: Turn, person: Member) -> str:
    label = describe(turn.session, person)
    return label if person.status == Status.VERIFIED else f"{label} ({status_names()[Status(person.status)]})"


def _label_of(record: Record) -> str:
    return str(_("{name} (only on a list)").format(name=shorten(record.full_name, LONGEST_TYPED)))


def status_names() -> dict[Status, Markup]:
    return {
        Status.GUEST: _("not registered"),
        Status.PENDING: _("in review"),
        Status.VERIFIED: _("verified"),
        Status.DECLINED: _("not confirmed"),
        Status.SUSPENDED: _("suspended"),
    }


def _last() -> tuple[Button, ...]:
    return (Button(_("Desk"), Go("admin")), Button(_("Menu"), Go("menu")))


def open_member(turn: Turn, tap: OpenMember) -> Reply:
    person = in_scope_or_refuse(turn, tap.member)
    turn.record("member_viewed", person.number)
    return member_card(turn, person)


def member_card(turn: Turn, person: Member, note: Markup | None = None) -> Reply:
    """Who it is, as the alumni office may know it; everything one can do."""
    lines = [*([note, Markup("")] if note else []), *facts_of(turn, person)]
    return Reply(Markup("\n").join(lines), (*_ways(turn, person), _last()))


def facts_of(turn: Turn, person: Member) -> list[Markup]:
    """Who it is, as the alumni office may know it."""
    head = _("<b>{name}</b> · {status} · {number}").format(
        name=describe(turn.session, person), status=status_names()[Status(person.status)], number=person.number
    )
    return [head, *_studies(turn, person), *_life(turn, person)]


def _studies(turn: Turn, person: Member) -> list[Markup]:
    relations = relation_names()
    held = members.relations_of(turn.session, person.id)
    lines = [listed([str(relations[key]) for key in relations if key in held])]
    lines += describe_studies(turn.session, person.id)
    work = " · ".join(part for part in (person.function, person.employer) if part)
    return [line for line in (*lines, Markup("{}").format(work)) if line]


def _life(turn: Turn, person: Member) -> list[Markup]:
    session = turn.session
    own = [named(club.names) for club, _row in clubs.of_member(session, person.id)]
    network = consents.is_given(session, person.id, Purpose.ALUMNI)
    answer = pgettext("consent", "yes") if network else pgettext("consent", "no")
    lines = [
        *([_("Clubs: {names}").format(names=listed(own))] if own else []),
        *(name_office(session, role) for role in offices.of_member(session, person.id)),
        _("Reads {language}; contact among alumni: {answer}").format(
            language=name_language(person.language or "en"), answer=answer
        ),
        *([_("Registered: {day}").format(day=day(person.registered_at))] if person.registered_at else []),
        _("Last seen: {day}").format(day=day(person.seen_at)),
    ]
    lines += objection_of(session, person)
    suspension = lookups.suspension_of(session, person.id)
    if suspension is not None:
        lines.append(_("Suspended since {day}: “{reason}”").format(day=day(suspension.at), reason=suspension.reason))
    if person.erase_at is not None:
        lines.append(_("Everything is erased on {day}.").format(day=day(person.erase_at)))
    return lines


def _ways(turn: Turn, person: Member) -> Rows:
    waiting = registrations.open_verification(turn.session, person.id)
    if person.id == turn.me.id:
        return ((Button(_("My profile"), Go("profile")),),)
    buttons = [
        *([Button(_("Registration"), OpenRegistration(waiting.id))] if waiting is not None else []),
        Button(_("Correct"), CorrectMember(person.id)),
        Button(_("Same person as …"), FindSame(person.id)),
    ]
    if person.status == Status.VERIFIED:
        buttons.append(Button(_("Reachability"), OpenReach(person.id)))
        if turn.scope.central:
            buttons.append(Button(_("Give an office"), GiveOffice(person.id)))
        buttons += [
            Button(shorten(name_office(turn.session, role).unescape(), LONGEST_TYPED), OpenOffice(role.id))
            for role in offices.of_member(turn.session, person.id)
        ]
    if person.status == Status.SUSPENDED:
        buttons.append(Button(_("Lift the suspension"), LiftSuspension(person.id)))
    else:
        buttons.append(Button(_("Suspend"), SuspendMember(person.id)))
    if person.objected_at is None:
        buttons.append(Button(_("Note an objection"), NoteObjection(person.id)))
    elif objections.may_be_undone(objections.noted(turn.session, person), turn.me.number, turn.now):
        buttons.append(Button(_("Undo the objection"), UndoObjection(person.id)))
    if person.erase_at is None:
        buttons.append(Button(_("Erase on request"), EraseOnRequest(person.id)))
    return pairs(*buttons)


def register(router: Router) -> None:
    router.command("member", look_up, gate=Gate.COORDINATOR, about=N_("Look somebody up, correct, suspend"))
    router.tap(OpenMember, open_member, gate=Gate.COORDINATOR)
