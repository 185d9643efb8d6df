"""/admin: the coordinators' desk, with everything they do behind a button, as far as they may."""

from functools import reduce
from operator import or_

from markupsafe import Markup

from bot.conversation.i18n import N_, _, number
from bot.conversation.reply import Button, Go, Reply, pairs
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from bot.domain.scope import Scope
from db import offices, proposals, registrations
from db.models.members import RoleKind
from handlers.contact.inbox import waiting_count
from handlers.coordination.office_wording import name_scope


def _labels() -> dict[str, Markup]:
    """Command -> button, in the order of the desk."""
    return {
        "verify": _("Registrations"),
        "member": _("People"),
        "announce": _("Announcements"),
        "event": _("New event"),
        "import": _("Lists of people"),
        "segments": _("Segments"),
        "stats": _("Statistics"),
        "export": _("Export"),
        "survey": _("Surveys"),
        "reach": _("Reachability"),
        "issue": _("Issue a code"),
        "newkey": _("New return key"),
        "role": _("Offices"),
        "inbox": _("Questions"),
        "found": _("Found a club"),
        "proposals": _("Proposals"),
        "lists": _("Lists"),
        "desk": _("Contact persons"),
        "mentoring": _("Mentoring"),
        "rounds": _("Matching rounds"),
        "health": _("State of the bot"),
        "audit": _("Audit log"),
        "retention": _("Retention"),
        "breach": _("Data breach"),
    }


def desk(turn: Turn, router: Router) -> Reply:
    """What waits, and what one may do."""
    warden = router.warden
    assert warden is not None
    labels = _labels() | _waiting(turn)
    buttons = [
        Button(label, Go(command))
        for command, label in labels.items()
        if command in router.commands and warden.admits(turn, router.commands[command].gate)
    ]
    text = _("<b>Alumni office</b>\nYou answer for: {scope}").format(scope=name_scope(turn.session, _granted(turn)))
    return Reply(text, (*pairs(*buttons), (Button(_("Menu"), Go("menu")),)))


def _waiting(turn: Turn) -> dict[str, Markup]:
    """What somebody waits for, with how many."""
    found = {
        "verify": (_("Registrations ({n})"), registrations.count_waiting(turn.session, turn.scope)),
        "inbox": (_("Questions ({n})"), waiting_count(turn)),
        "proposals": (_("Proposals ({n})"), proposals.count_waiting(turn.session)),
    }
    return {command: label.format(n=number(n)) for command, (label, n) in found.items() if n}


def _granted(turn: Turn) -> Scope:
    """As it was granted, without everything that belongs to it."""
    held = (role for role in offices.of_member(turn.session, turn.me.id) if role.kind == RoleKind.COORDINATOR)
    return reduce(or_, (offices.scope_of(turn.session, role) for role in held), Scope())


def register(router: Router) -> None:
    router.command("admin", lambda turn: desk(turn, router), gate=Gate.COORDINATOR, about=N_("The coordinators' desk"))
