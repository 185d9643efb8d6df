"""People come in: they choose a language, read how we handle data, decide what to agree to, and register."""

import re
from dataclasses import dataclass, replace

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.callbacks import Callback
from bot.conversation.i18n import LANGUAGES, N_, _, negotiate, ngettext, number, speaking
from bot.conversation.questions import Answers, Asking, Form, Question
from bot.conversation.reply import Button, Go, Reply, Rows, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import codes, doors, inviting, members, places, registrations, scopes
from db.models.members import Code, RoleKind, Status
from db.models.records import Record
from handlers.agreements import ABOUT_YOU_AND_WHERE, AGREEMENTS
from handlers.cohorts import note_cohorts
from handlers.coordination.verifying import GoOn, RegistrationWaits, first_steps
from handlers.recognising import link_at_once, with_source
from handlers.registration.answers import answers_on_record, details_of
from handlers.signing_in import return_key_reply

CODE = "_code"
# What fits into a button beside a language; links of ours are shorter.
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,48}")


@dataclass(frozen=True, slots=True)
class ChooseLanguage(Callback, prefix="lg"):
    """A language, and the deep link somebody came with before they had one."""

    tag: str
    payload: str = ""


def ask_language(turn: Turn) -> Reply:
    """The first thing anybody reads; the only message in three languages at once."""
    is_link = turn.incoming.text == "start" and _PAYLOAD.fullmatch(turn.incoming.args)
    payload = turn.incoming.args if is_link else ""
    return Reply(Markup("Welcome · Willkommen · 欢迎"), _language_buttons(turn, payload))


def _language_buttons(turn: Turn, payload: str) -> Rows:
    """All three, the one their client speaks first."""
    guess = turn.me.language or negotiate(turn.incoming.tag)
    tags = sorted(LANGUAGES, key=lambda tag: tag != guess)
    return column(*(Button(LANGUAGES[tag], ChooseLanguage(tag, payload)) for tag in tags))


def change_language(turn: Turn) -> Reply:
    """/language"""
    return Reply(_("Which language shall we speak?"), _language_buttons(turn, ""))


def take_language(turn: Turn, tag: str) -> None:
    """Remember a language, for this turn too."""
    turn.member.language = tag
    turn.me = replace(turn.me, language=tag)
    doors.reset_menus(turn.session, turn.me.id)


def start(turn: Turn, router: Router) -> Outcome:
    """/start, with or without a deep link."""
    _appoint_first_coordinator(turn)
    return _arrive(turn, router, turn.incoming.args)


def _appoint_first_coordinator(turn: Turn) -> None:
    """COORDINATORS names Telegram ids; they count only while no coordinator exists."""
    if not turn.house.coordinators or members.coordinators(turn.session):
        return
    if doors.telegram_id(turn.session, turn.me.door_id) in turn.house.coordinators:
        members.grant(turn.session, turn.me.id, RoleKind.COORDINATOR, turn.now)
        doors.reset_menus(turn.session, turn.me.id)
        turn.record("coordinator_granted", turn.me.number, by="settings")


def newcomer(turn: Turn, router: Router) -> Outcome:
    """Whatever somebody without a language says first. On the web they have chosen it on the page."""
    if turn.incoming.chosen not in LANGUAGES:
        return ask_language(turn)
    take_language(turn, turn.incoming.chosen)
    with speaking(turn.incoming.chosen, turn.me.zone):
        return _arrive(turn, router, turn.incoming.args)


def choose_language(turn: Turn, tap: ChooseLanguage, router: Router) -> Outcome:
    if tap.tag not in LANGUAGES:
        return change_language(turn)
    is_new = turn.me.language is None
    take_language(turn, tap.tag)
    _appoint_first_coordinator(turn)
    with speaking(tap.tag, turn.me.zone):
        if is_new:
            return _arrive(turn, router, tap.payload)
        return Reply(_("We speak English with you from now on."), column(Button(_("Menu"), Go("menu"))))


def _arrive(turn: Turn, router: Router, payload: str) -> Outcome:
    """Go where a link leads, else greet."""
    if payload:
        outcome = router.follow(turn, payload)
        if outcome is not None:
            return outcome
        return Reply(
            _("This link leads nowhere any more. Everything you can do is in the menu."),
            column(Button(_("Menu"), Go("menu"))),
        )
    if turn.me.status is Status.GUEST:
        return welcome(turn)
    return router.commands["menu"].handler(turn)


def welcome(turn: Turn) -> Reply:
    text = _(
        "Welcome to {name}!\n\n"
        "Here you register once, join a regional club near you, and stay in touch with your university and with "
        "fellow alumni. It takes about two minutes."
    ).format(name=turn.house.name)
    rows = (
        (Button(_("Register"), Go("join")),),
        (Button(_("I have a code"), Go("code")), Button(_("I was here before"), Go("return"))),
        (Button(_("Clubs"), Go("clubs")), Button(_("Contact"), Go("contact"))),
    )
    return Reply(text, rows)


def join(turn: Turn) -> Outcome:
    """/join: the registration form."""
    if turn.me.status is not Status.GUEST:
        return Reply(
            _("You are registered already."),
            column(Button(_("My profile"), Go("profile")), Button(_("Menu"), Go("menu"))),
        )
    return forms.begin(turn, JOINING)


def join_with_code(turn: Turn, typed: str) -> Outcome:
    """A personal code, from a letter or a link: it verifies, and fills in what the alumni office knows."""
    if not codes.may_try(turn.session, turn.me.id, turn.now):
        return Reply(
            _("There were too many wrong codes. Please try again in an hour, or write to the alumni office."),
            column(Button(_("Contact"), Go("contact"))),
        )
    digest = turn.house.digest("code", codes.normalise(typed))
    code = codes.find(turn.session, "personal", digest)
    if code is None or not _opens(turn, code):
        return _dead_code(turn, code)
    if turn.me.status is Status.GUEST:
        return forms.begin(turn, JOINING, {**_prefilled(turn, code), CODE: code.id})
    return _verify_at_once(turn, code)


def _opens(turn: Turn, code: Code) -> bool:
    """Alive, and nobody else has turned out to be who it was made for."""
    return codes.is_alive(code, turn.now) and _claimed_by(turn, code) in (None, turn.me.id)


def _claimed_by(turn: Turn, code: Code) -> int | None:
    record = turn.session.get(Record, code.record_id, with_for_update=True) if code.record_id else None
    return record.member_id if record else None


def _dead_code(turn: Turn, code: Code | None) -> Reply:
    rows = column(
        Button(_("Try again"), Go("code")),
        Button(_("Register without a code"), Go("join")),
        Button(_("Contact"), Go("contact")),
    )
    if code is None:
        codes.note_wrong(turn.session, turn.me.id, turn.now)
        return Reply(_("We do not know this code. Please check it letter by letter."), rows)
    if code.used_at is not None or _claimed_by(turn, code) is not None:
        return Reply(_("This code was used already. If it was not you, please tell the alumni office."), rows)
    return Reply(_("This code has expired. The alumni office gives you a new one."), rows)


def _prefilled(turn: Turn, code: Code) -> Answers:
    """What the code says, or what is on record about whom it was made for."""
    record = turn.session.get(Record, code.record_id) if code.record_id else None
    known = answers_on_record(record) if record else code.prefill or {}
    found = {key: value for key, value in known.items() if value}
    return note_cohorts(turn.session, found) if "programme" in found else found


def _verify_at_once(turn: Turn, code: Code) -> Reply:
    """Somebody registered without a code, and has one now."""
    if turn.me.status is Status.VERIFIED:
        return link_at_once(turn, code)
    if turn.me.status is Status.SUSPENDED:
        return Reply(_("The alumni office has closed this for you for the time being; the code stays unused."), column(
            Button(_("Contact"), Go("contact")), Button(_("Menu"), Go("menu"))))  # fmt: skip
    code.used_at, code.prefill = turn.now, None
    if code.record_id is not None:
        turn.flush()
        inviting.claim(turn.session, code.record_id, turn.me.id, turn.now)
    waiting = registrations.open_verification(turn.session, turn.me.id)
    if waiting is not None:
        registrations.decide(turn.session, waiting.id, "approved", turn.me.number, turn.now)
    registrations.verify(turn.member, turn.now)
    doors.reset_menus(turn.session, turn.me.id)
    turn.record("verified_by_code", turn.me.number, code=code.id)
    return _verified(turn)


def _verified(turn: Turn) -> Reply:
    text = _("You are verified. Welcome, {name}! Now find the club near you.").format(name=turn.member.addressed_as)
    return Reply(with_source(text, turn.session, turn.house, turn.me.id), first_steps(turn.member))


def go_on(turn: Turn, _tap: GoOn, router: Router) -> Outcome:
    """What somebody tapped as a guest (join a club, attend an event) happens now."""
    wanted, turn.member.wanted = turn.member.wanted, None
    return router.tapped(turn, wanted) if wanted else router.commands["menu"].handler(turn)


def _summary(_asking: Asking) -> Markup:
    return _("<b>Is everything right?</b> Tap a line below to change it.")


def submit(turn: Turn, answers: Answers) -> Outcome:
    """The form is complete: the guest becomes a member who waits for verification, or is verified by a code."""
    details = details_of(answers, turn.now.year)
    place = places.load_place(turn.session, details.place)
    assert place is not None
    registrations.write(turn.session, turn.member, details, place.zone)
    waiting = registrations.ask_for_verification(turn.session, turn.member, turn.now)
    key = return_key_reply(turn)
    code = turn.session.get(Code, answers[CODE], with_for_update=True) if answers.get(CODE) else None
    if code is not None and _opens(turn, code):
        registrations.decide(turn.session, waiting.id, "approved", turn.me.number, turn.now)
        return [_verify_at_once(turn, code), key]
    doors.reset_menus(turn.session, turn.me.id)
    turn.flush()
    for coordinator in scopes.coordinators_for(turn.session, turn.me.id):
        turn.notify(coordinator, RegistrationWaits(waiting.id))
    return [_thanks(turn), key]


def _thanks(turn: Turn) -> Reply:
    days = turn.house.verify_days
    thanks = _("Thank you, {name}! Your registration has arrived.").format(name=turn.member.addressed_as)
    what_now = ngettext(
        "A person at the alumni office now checks that we know each other, usually within {n} working day. You get a "
        "message here as soon as that is done. Until then you can look at the clubs and see your data.",
        "A person at the alumni office now checks that we know each other, usually within {n} working days. You get a "
        "message here as soon as that is done. Until then you can look at the clubs and see your data.",
        days,
    ).format(n=number(days))
    return Reply(
        Markup("{}\n\n{}").format(thanks, what_now),
        ((Button(_("Clubs"), Go("clubs")), Button(_("My profile"), Go("profile"))), (Button(_("Menu"), Go("menu")),)),
    )


JOINING = Form(
    name="joining",
    title=lambda: _("Registration"),
    questions=(*AGREEMENTS, *ABOUT_YOU_AND_WHERE),
    finish=submit,
    summary=_summary,
    confirm=lambda: _("Everything is right"),
)

CODE_FORM = Form(
    name="code",
    title=lambda: _("Personal code"),
    questions=(
        Question(
            name="code",
            label=lambda: _("Code"),
            prompt=lambda _asking: _("Please write the code from your letter or e-mail, for example BCDF-GHJK-23."),
            check=lambda _asking, typed: codes.normalise(str(typed))[:40],
        ),
    ),
    finish=lambda turn, answers: join_with_code(turn, answers["code"]),
)


def enter_code(turn: Turn) -> Outcome:
    """/code, with the code or without."""
    return join_with_code(turn, turn.incoming.args) if turn.incoming.args else forms.begin(turn, CODE_FORM)


def register(router: Router) -> None:
    router.newcomer = lambda turn: newcomer(turn, router)
    router.command("start", lambda turn: start(turn, router), gate=Gate.ANYONE)
    router.command("join", join, gate=Gate.ANYONE)
    router.command("code", enter_code, gate=Gate.ANYONE, about=N_("Enter a personal code"))
    router.command("language", change_language, gate=Gate.ANYONE, about=N_("Change the language"))
    router.tap(ChooseLanguage, lambda turn, tap: choose_language(turn, tap, router), gate=Gate.ANYONE)
    router.tap(GoOn, lambda turn, tap: go_on(turn, tap, router))
    router.link("code", join_with_code, gate=Gate.ANYONE)
    router.form(JOINING, gate=Gate.GUEST)
    router.form(CODE_FORM, gate=Gate.ANYONE)
