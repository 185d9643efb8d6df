"""/role: coordinators see who holds which office; central ones give and end them, everybody may name a deputy."""

from dataclasses import dataclass

from markupsafe import Markup

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import N_, _
from bot.conversation.notices import Composing, Notice
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from db import members, offices, scopes
from db.models.members import Member, Role, RoleKind
from handlers.coordination.office_wording import name_field, name_office, office_lines

PAGE = 6
LONGEST_LABEL = 48


@dataclass(frozen=True, slots=True)
class ListOffices(Callback, prefix="ul"):
    kind: RoleKind = RoleKind.COORDINATOR
    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenOffice(Callback, prefix="uo"):
    role: int


@dataclass(frozen=True, slots=True)
class GiveOffice(Callback, prefix="ug"):
    """A new office, to this person where one is named."""

    member: int | None = None


@dataclass(frozen=True, slots=True)
class NameDeputy(Callback, prefix="ud"):
    """Somebody to stand in for the holder of an office."""

    role: int


@dataclass(frozen=True, slots=True)
class SetTerm(Callback, prefix="ut"):
    """Until when an office is held."""

    role: int


@dataclass(frozen=True, slots=True)
class EndOffice(Callback, prefix="ue"):
    role: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class OfficeGiven(Notice, kind="office_given"):
    """To who holds an office from now on."""

    role: int

    def compose(self, at: Composing) -> Reply | None:
        role = offices.find(at.session, self.role)
        if role is None or role.member_id != at.member.id:
            return None
        lines = [
            _("The alumni office has given you an office. Thank you for taking it on!"),
            Markup("<b>{}</b>").format(name_office(at.session, role)),
            *office_lines(at.session, role),
        ]
        way = Button(_("My club"), Go("club")) if role.kind == RoleKind.AMBASSADOR else Button(_("Desk"), Go("admin"))
        return Reply(Markup("\n").join(lines), ((way, Button(_("Menu"), Go("menu"))),))


@dataclass(frozen=True, slots=True)
class OfficeEnded(Notice, kind="office_ended"):
    """To who held it. `role` names the occasion; the row is gone."""

    role: int

    def compose(self, at: Composing) -> Reply | None:
        text = _("An office you held for the network has ended. Thank you for your work! Your profile stays as it is.")
        return Reply(text, ((Button(_("Menu"), Go("menu")), Button(_("Contact"), Go("contact"))),))


def show_offices(turn: Turn) -> Outcome:
    """/role: the coordinators; with a name behind it, the offices of this person."""
    if not turn.incoming.args:
        return list_offices(turn, ListOffices())
    found = members.find_verified(turn.session, turn.incoming.args, PAGE)
    held = [(role, person) for person in found for role in offices.of_member(turn.session, person.id)]
    give = [Button(_("Office for {name}").format(name=each.full_name), GiveOffice(each.id)) for each in found]
    rows = (
        *column(*(_line(person, name_office(turn.session, role), role) for role, person in held)),
        *(column(*give) if turn.scope.central else ()),
        _last(),
    )
    if not found:
        return Reply(_("We know no verified member of this name."), rows)
    return Reply(_("Offices of those whose name begins like this:"), rows)


def list_offices(turn: Turn, tap: ListOffices, note: Markup | None = None) -> Reply:
    page = max(tap.page, 0)
    found = offices.holders(turn.session, tap.kind, limit=PAGE + 1, offset=page * PAGE)
    heads = {
        RoleKind.COORDINATOR: _("<b>Who coordinates</b>"),
        RoleKind.AMBASSADOR: _("<b>Who leads a club</b>"),
    }
    others = {
        RoleKind.COORDINATOR: Button(_("Ambassadors"), ListOffices(RoleKind.AMBASSADOR)),
        RoleKind.AMBASSADOR: Button(_("Coordinators"), ListOffices(RoleKind.COORDINATOR)),
    }
    give = [Button(_("Give an office"), GiveOffice())] if turn.scope.central else []
    text = heads[tap.kind] if found else Markup("{}\n{}").format(heads[tap.kind], _("Nobody yet."))
    rows = (
        *column(*(_line(holder, name_field(turn.session, role), role) for role, holder in found[:PAGE])),
        *leaves(lambda to: ListOffices(tap.kind, to), page, more=len(found) > PAGE),
        (*give, others[tap.kind]),
        _last(),
    )
    return Reply(Markup("{}\n\n{}").format(note, text) if note else text, rows)


def _line(holder: Member, what: Markup, role: Role) -> Button:
    label = f"{holder.full_name or '–'} · {what.unescape()}"
    return Button(shorten(label, LONGEST_LABEL), OpenOffice(role.id))


def _last() -> tuple[Button, ...]:
    return (Button(_("Desk"), Go("admin")), Button(_("Menu"), Go("menu")))


def office_or_refuse(turn: Turn, role: int, *, lock: bool = False) -> Role:
    """An office that is still held."""
    found = offices.find(turn.session, role, lock=lock)
    if found is None:
        raise Refused(Reply(_("This office has ended already."), ((Button(_("Offices"), ListOffices()),), _last())))
    return found


def may_decide(turn: Turn, role: Role) -> bool:
    """Central coordinators about every office; everybody about deputies of their own."""
    principal = offices.find(turn.session, role.deputy_for) if role.deputy_for is not None else None
    return turn.scope.central or (principal is not None and principal.member_id == turn.me.id)


def open_office(turn: Turn, tap: OpenOffice) -> Reply:
    return office_card(turn, office_or_refuse(turn, tap.role))


def office_card(turn: Turn, role: Role, note: Markup | None = None) -> Reply:
    """What the office is and what can be done about it."""
    holder = members.load(turn.session, role.member_id)
    lines = [
        *([note, Markup("")] if note else []),
        Markup("<b>{}</b>").format(holder.full_name or "–"),
        name_office(turn.session, role),
        *office_lines(turn.session, role),
    ]
    return Reply(Markup("\n").join(lines), (*_ways(turn, role), (Button(_("Offices"), ListOffices()),), _last()))


def _ways(turn: Turn, role: Role) -> Rows:
    mine = role.member_id == turn.me.id
    deputy = [Button(_("Name a deputy"), NameDeputy(role.id))] if role.deputy_for is None else []
    if not may_decide(turn, role):
        return (tuple(deputy),) if mine and deputy else ()
    term, end = Button(_("End date"), SetTerm(role.id)), Button(_("End the office"), EndOffice(role.id))
    return ((*deputy,), (term, end)) if deputy else ((term, end),)


def end_office(turn: Turn, tap: EndOffice) -> Reply:
    """Asks once. The last one who answers for everybody stays."""
    role = office_or_refuse(turn, tap.role, lock=tap.sure)
    if not may_decide(turn, role):
        raise Refused(office_card(turn, role, _("Only who answers for the whole network ends this office.")))
    refuse_to_end_the_last(turn, role)
    if not tap.sure:
        return _ask_to_end(turn, role)
    name = members.load(turn.session, role.member_id).full_name
    end_and_tell(turn, role)
    return list_offices(turn, ListOffices(), _("The office of {name} has ended.").format(name=name))


def refuse_to_end_the_last(turn: Turn, role: Role) -> None:
    """Somebody must be there who answers for everybody, for good."""
    if scopes.is_last_central(turn.session, role):
        text = _("This is the last office for the whole network without an end. Please give it to somebody else first.")
        raise Refused(office_card(turn, role, text))


def _ask_to_end(turn: Turn, role: Role) -> Reply:
    standing = len(offices.deputies(turn.session, role.id))
    text = _("<b>End this office?</b> {name} is told, and can be appointed again at any time.").format(
        name=members.load(turn.session, role.member_id).full_name
    )
    more = _("The deputies' offices end with it.") if standing else ""
    yes, no = Button(_("End the office"), EndOffice(role.id, True)), Button(_("Back"), OpenOffice(role.id))
    return Reply(Markup("{} {}").format(text, more), ((yes, no),))


def end_and_tell(turn: Turn, role: Role) -> None:
    """The office and those of its deputies are over; everybody concerned is told."""
    number, held = role.id, [role, *(each for each, _holder in offices.deputies(turn.session, role.id))]
    told = {each.member_id: each.id for each in held}
    offices.end(turn.session, role)
    for member, ended in told.items():
        turn.record("office_ended", members.load(turn.session, member).number, role=number)
        if member != turn.me.id:
            turn.notify(member, OfficeEnded(ended))


def register(router: Router) -> None:
    router.command("role", show_offices, gate=Gate.COORDINATOR, about=N_("Offices: who coordinates, who leads a club"))
    router.tap(ListOffices, list_offices, gate=Gate.COORDINATOR)
    router.tap(OpenOffice, open_office, gate=Gate.COORDINATOR)
    router.tap(EndOffice, end_office, gate=Gate.COORDINATOR)
    router.notice(OfficeGiven)
    router.notice(OfficeEnded)
