"""Coordinators issue codes: a personal one that verifies and prefills, a return key for somebody locked out;
and the first coordinator comes in by a code from the command line."""

from datetime import timedelta

from bot.conversation import forms
from bot.conversation.checks import check_choice, check_name
from bot.conversation.i18n import N_, _, named
from bot.conversation.questions import Answers, Asking, Choice, Form, Question
from bot.conversation.reply import Button, Go, Recipe, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.secrets import in_fours, new_code
from bot.conversation.turn import Outcome, Turn
from db import codes, doors, lists, members
from db.models.members import RoleKind
from handlers.choices import programmes_in_scope
from handlers.coordination.whom import PERSON, in_scope_or_refuse

CODE_LASTS = timedelta(days=180)
NONE = "0"


def issue(turn: Turn) -> Outcome:
    """/issue: a personal code."""
    return forms.begin(turn, ISSUING)


def _institutions(asking: Asking) -> list[Choice]:
    """Those of one's scope, and those it has a programme of."""
    session, scope = asking.turn.session, asking.turn.scope
    found = lists.institutions(session)
    if not scope.central:
        mine = scope.institutions | lists.institutions_of(session, scope.programmes)
        found = [row for row in found if row.id in mine]
    return [Choice(str(row.id), named(row.names)) for row in found]


def _programmes(asking: Asking) -> list[Choice]:
    institution, scope = asking.answers.get("institution"), asking.turn.scope
    none = [Choice(NONE, _("Another one, or none"))] if institution and scope.has(int(institution)) else []
    return [*programmes_in_scope(asking), *none]


def make_code(turn: Turn, answers: Answers) -> Reply:
    mark, secret = new_code(turn.house, "code")
    codes.issue(
        turn.session,
        "personal",
        turn.house.digest("code", secret),
        turn.now,
        issued_by=turn.me.number,
        prefill={key: answers[key] for key in ("name", "institution", "programme")},
        lasting=CODE_LASTS,
    )
    turn.record("code_issued")
    url = turn.house.web_link(f"code_{mark}")
    text = _(
        "Personal code for {name}: <code>{code}</code>\n\nLink that opens either door: {url}\n\nIt works once, within "
        "180 days. Whoever uses it is verified as this person, so please pass it on safely."
    ).format(name=answers["name"], code=in_fours(mark), url=url)
    rows = column(Button(_("Another code"), Go("issue")), Button(_("Menu"), Go("menu")))
    return Reply(text, rows, new=True, picture=Recipe("qr", "code.png", {"url": url}))


ISSUING = Form(
    name="issue",
    title=lambda: _("Personal code"),
    questions=(
        Question(
            name="name",
            label=lambda: _("Name"),
            prompt=lambda _asking: _("For whom? Please write the full name."),
            check=check_name,
        ),
        Question(
            name="institution",
            label=lambda: _("Institution"),
            prompt=lambda _asking: _("Of which institution?"),
            check=check_choice(_institutions),
            choices=_institutions,
        ),
        Question(
            name="programme",
            label=lambda: _("Programme"),
            prompt=lambda _asking: _("Of which programme?"),
            check=check_choice(_programmes),
            choices=_programmes,
        ),
    ),
    finish=make_code,
)


def replace_key(turn: Turn) -> Outcome:
    """/newkey: a return key for a verified person who lost theirs."""
    return forms.begin(turn, REPLACING)


def make_key(turn: Turn, answers: Answers) -> Reply:
    person = in_scope_or_refuse(turn, int(answers["person"]))
    mark, secret = new_code(turn.house, "key")
    codes.retire(turn.session, person.id, "return", turn.now)
    digest = turn.house.digest("code", secret)
    codes.issue(turn.session, "return", digest, turn.now, member=person.id, issued_by=turn.me.number)
    turn.record("return_key_issued", person.number)
    text = _(
        "New return key for {name}: <code>{key}</code>\n\nPlease make sure that it reaches this person and nobody "
        "else. Their older key no longer works."
    ).format(name=person.full_name, key=in_fours(mark))
    return Reply(text, column(Button(_("Menu"), Go("menu"))), new=True)


REPLACING = Form(
    name="newkey",
    title=lambda: _("New return key"),
    questions=(PERSON,),
    finish=make_key,
    summary=lambda _asking: _("<b>Is this the right person?</b> Their older return key then opens nothing any more."),
    confirm=lambda: _("Issue the key"),
)


def become_coordinator(turn: Turn, typed: str) -> Outcome:
    """The one-time code of `python -m bot coordinator`."""
    code = codes.find(turn.session, "coordinator", turn.house.digest("code", codes.normalise(typed)))
    if code is None or not codes.is_alive(code, turn.now) or not codes.may_try(turn.session, turn.me.id, turn.now):
        codes.note_wrong(turn.session, turn.me.id, turn.now)
        return Reply(
            _("This code is not valid, was used already, or has expired."), column(Button(_("Menu"), Go("menu")))
        )
    code.used_at = turn.now
    members.grant(turn.session, turn.me.id, RoleKind.COORDINATOR, turn.now)
    doors.reset_menus(turn.session, turn.me.id)
    turn.record("coordinator_granted", turn.me.number, code=code.id)
    return Reply(_("You are a coordinator now."), column(Button(_("Menu"), Go("menu"))))


def coordinate(turn: Turn) -> Outcome:
    """/coordinate CODE"""
    return become_coordinator(turn, turn.incoming.args)


def register(router: Router) -> None:
    router.command("issue", issue, gate=Gate.COORDINATOR, about=N_("Issue a personal code"))
    router.command("newkey", replace_key, gate=Gate.COORDINATOR, about=N_("New return key for a member"))
    router.command("coordinate", coordinate, gate=Gate.ANYONE)
    router.link("coordinate", become_coordinator, gate=Gate.ANYONE)
    router.form(ISSUING, gate=Gate.COORDINATOR)
    router.form(REPLACING, gate=Gate.COORDINATOR)
