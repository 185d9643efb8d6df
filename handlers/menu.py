"""Finding one's way: the menu, help, giving up, and an answer to words nobody asked for."""

from collections.abc import Collection

from markupsafe import Markup

from bot.conversation.form_steps import give_up
from bot.conversation.i18n import N_, _, number
from bot.conversation.incoming import Kind
from bot.conversation.questions import Move, Step
from bot.conversation.reply import Button, Go, Reply, Rows, column, pairs
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import drafts, members, registrations
from db.models.members import Status
from handlers.contact.inbox import waiting_count as questions_waiting


def menu(turn: Turn, router: Router) -> Reply:
    """/menu: what this person can do next."""
    buttons = {
        Status.GUEST: _guest_buttons,
        Status.PENDING: _pending_buttons,
        Status.DECLINED: _pending_buttons,
        Status.SUSPENDED: _pending_buttons,
        Status.VERIFIED: _member_buttons,
    }[turn.me.status]()
    rows = pairs(*buttons)
    coordinates = members.is_coordinator(turn.session, turn.me.id)
    if coordinates or members.led_clubs(turn.session, turn.me.id):
        rows = (*rows, *pairs(*_organiser_buttons(turn)))
    if coordinates:
        rows = (*rows, *pairs(*_coordinator_buttons(turn)))
    turn.parked = None
    return Reply(_menu_text(turn), (*_parked_rows(turn, router), *rows))


def _menu_text(turn: Turn) -> Markup:
    texts = {
        Status.GUEST: _("What would you like to do?"),
        Status.PENDING: _("Your registration is being checked by the alumni office. What would you like to do?"),
        Status.DECLINED: _("Your registration was not confirmed. The alumni office can tell you more."),
        Status.SUSPENDED: _(
            "The alumni office has closed the network for you for the time being. The contact person can tell you more."
        ),
        Status.VERIFIED: _("What would you like to do?"),
    }
    return texts[turn.me.status]


def _guest_buttons() -> list[Button]:
    return [
        Button(_("Register"), Go("join")),
        Button(_("I have a code"), Go("code")),
        Button(_("I was here before"), Go("return")),
        Button(_("Clubs"), Go("clubs")),
        Button(_("Privacy"), Go("privacy")),
        Button(_("Contact"), Go("contact")),
        Button(_("Language"), Go("language")),
        Button(_("Help"), Go("help")),
    ]


def _pending_buttons() -> list[Button]:
    return [
        Button(_("My profile"), Go("profile")),
        Button(_("Clubs"), Go("clubs")),
        Button(_("I have a code"), Go("code")),
        Button(_("Settings"), Go("settings")),
        Button(_("Privacy"), Go("privacy")),
        Button(_("Contact"), Go("contact")),
        Button(_("Other door"), Go("web")),
        Button(_("Help"), Go("help")),
    ]


def _member_buttons() -> list[Button]:
    return [
        Button(_("Events"), Go("events")),
        Button(_("Clubs"), Go("clubs")),
        Button(_("My clubs"), Go("myclubs")),
        Button(_("Find people"), Go("find")),
        Button(_("Find a mentor"), Go("mentors")),
        Button(_("Be a mentor"), Go("mentor")),
        Button(_("I offer / I seek"), Go("offers")),
        Button(_("My entry"), Go("entry")),
        Button(_("My profile"), Go("profile")),
        Button(_("Settings"), Go("settings")),
        Button(_("Privacy"), Go("privacy")),
        Button(_("Contact"), Go("contact")),
        Button(_("Other door"), Go("web")),
        Button(_("Calendar feed"), Go("calendar")),
        Button(_("Help"), Go("help")),
    ]


def _organiser_buttons(turn: Turn) -> list[Button]:
    led = members.led_clubs(turn.session, turn.me.id)
    own = [Button(_("My club"), Go("club"))] if led else []
    return [
        *own,
        Button(_("New event"), Go("event")),
        Button(_("My planning"), Go("planning")),
        Button(_("Announcements"), Go("announce")),
    ]


def _coordinator_buttons(turn: Turn) -> list[Button]:
    waiting = _("Registrations ({n})").format(n=number(registrations.count_waiting(turn.session, turn.scope)))
    return [
        Button(_("Desk"), Go("admin")),
        Button(waiting, Go("verify")),
        Button(_("Questions ({n})").format(n=number(questions_waiting(turn))), Go("inbox")),
    ]


def help_by_role(turn: Turn, router: Router) -> Reply:
    """/help: every command this person may use, one line each, by who may."""
    groups = {
        _("For everybody"): _ABOUT_ALL,
        _("For those who lead a club"): (Gate.AMBASSADOR,),
        _("For coordinators"): (Gate.COORDINATOR, Gate.CENTRAL),
    }
    told = {title: lines for title, gates in groups.items() if (lines := _commands(turn, router, gates))}
    parts = [
        Markup("\n").join([*([Markup("<b>{}</b>").format(title)] if len(told) > 1 else []), *lines])
        for title, lines in told.items()
    ]
    intro = _("You can use the buttons, or type these commands:")
    outro = _("If you get stuck: /cancel stops whatever you are doing, /contact reaches a person.")
    return Reply(Markup("\n\n").join([intro, *parts, outro]), column(Button(_("Menu"), Go("menu"))))


_ABOUT_ALL = (Gate.ANYONE, Gate.GUEST, Gate.REGISTERED, Gate.VERIFIED, Gate.NETWORK)


def _commands(turn: Turn, router: Router, gates: Collection[Gate]) -> list[Markup]:
    warden = router.warden
    return [
        Markup("/{} – {}").format(name, _(route.about))
        for name, route in router.commands.items()
        if route.about is not None and route.gate in gates and (warden is None or warden.admits(turn, route.gate))
    ]


def cancel(turn: Turn, router: Router) -> Reply:
    """/cancel works everywhere: it ends the form one is in."""
    name, turn.parked = turn.parked, None
    if name is None or name not in router.forms:
        return Reply(_("There is nothing to cancel."), column(Button(_("Menu"), Go("menu"))))
    return give_up(turn, router.forms[name][0])


def answer_words(turn: Turn, router: Router) -> Outcome:
    """Words, pictures or commands nobody asked for."""
    if turn.incoming.kind is Kind.COMMAND:
        text = _("We do not know the command /{command}.").format(command=turn.incoming.text[:32])
    elif turn.incoming.kind is Kind.TEXT:
        text = _("This is an automatic assistant, which cannot answer free text. Perhaps one of these helps:")
    else:
        text = _("Thank you, but we cannot do anything with this here. Perhaps one of these helps:")
    buttons = [Button(_("Menu"), Go("menu")), Button(_("Help"), Go("help")), Button(_("Contact"), Go("contact"))]
    turn.parked = None
    return Reply(text, (*_parked_rows(turn, router), *pairs(*buttons)))


def _parked_rows(turn: Turn, router: Router) -> Rows:
    """What somebody was in the middle of, a button each."""
    names = [name for name in drafts.parked(turn.connection, turn.me.id) if name in router.forms]
    titles = [(name, router.forms[name][0].title()) for name in names]
    return column(
        *(Button(_("Continue: {form}").format(form=title), Move(name, Step.RESUME)) for name, title in titles)
    )


def register(router: Router) -> None:
    router.otherwise = lambda turn: answer_words(turn, router)
    router.command("menu", lambda turn: menu(turn, router), gate=Gate.ANYONE, about=N_("What you can do here"))
    router.command("help", lambda turn: help_by_role(turn, router), gate=Gate.ANYONE, about=N_("All commands"))
    router.command("cancel", lambda turn: cancel(turn, router), gate=Gate.ANYONE, about=N_("Stop what you are doing"))
