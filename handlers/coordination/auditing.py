"""Coordinators read the audit log: about a person, of a kind, of a day. Looking somebody up is itself recorded."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.callbacks import Callback
from bot.conversation.checks import check_choice
from bot.conversation.i18n import N_, _, zone
from bot.conversation.past_days import past_day_question
from bot.conversation.questions import Answers, Asking, Choice, Form, Question, Unfit
from bot.conversation.reply import Button, Go, Reply, leaves
from bot.conversation.routing import Gate, Router
from bot.conversation.times import long_day
from bot.conversation.turn import Outcome, Turn
from bot.domain.local_time import at_or_after
from db import audits
from db.audits import Wanted
from handlers.coordination.audit_wording import Group, actions_of, describe, group_names, name_and_number

PAGE = 6
FOUND = 6
FURTHEST_PAGE = 100_000
# Days in buttons count from here; 0: any day.
FIRST_DAY = date(2020, 1, 1)
LONGEST_NUMBER = 12


@dataclass(frozen=True, slots=True)
class ReadLog(Callback, prefix="xa"):
    """A page of the log: about or by the member of this number, of a group, of a day."""

    page: int = 0
    number: str = ""
    group: Group | None = None
    day: int = 0


@dataclass(frozen=True, slots=True)
class ChooseLines(Callback, prefix="xf"):
    """Choose which lines."""


def begin(turn: Turn) -> Reply:
    """/audit"""
    return read(turn, ReadLog())


def read(turn: Turn, tap: ReadLog) -> Reply:
    """A page, the newest first. Nobody reads of members they do not answer for."""
    tap = replace(tap, page=min(max(tap.page, 0), FURTHEST_PAGE), number=tap.number[:LONGEST_NUMBER])
    if tap.number:
        _record_look(turn, tap.number)
    may_see = audits.visible(turn.scope, turn.me.number)
    found = audits.read(turn.session, may_see, _wanted(tap), tap.page * PAGE, PAGE + 1)
    shown = found[:PAGE]
    known = audits.numbered(turn.session, {number for line in shown for number in (line.actor, line.subject) if number})
    lines = [describe(turn.session, line, known) for line in shown] or [_("There are no such lines.")]
    pages = leaves(lambda page: replace(tap, page=page), tap.page, more=len(found) > PAGE)
    everything = [Button(_("Everything"), ReadLog())] if tap != ReadLog(tap.page) else []
    rows = (*pages, (Button(_("Choose lines"), ChooseLines()), *everything), (Button(_("Menu"), Go("menu")),))
    return Reply(Markup("\n\n").join([_heading(turn, tap), *lines]), rows)


def _record_look(turn: Turn, number: str) -> None:
    """Once a day for each person looked up; whose data this is sees it. Only who may be seen is looked up."""
    may_see = audits.visible(turn.scope, turn.me.number)
    noted = audits.was_noted(turn.session, turn.me.number, "audit_viewed", number, turn.now)
    if number != turn.me.number and not noted and audits.is_known(turn.session, may_see, number):
        turn.record("audit_viewed", number)
        turn.flush()


def _wanted(tap: ReadLog) -> Wanted:
    since, until = _span(tap.day)
    return Wanted(tap.number, actions_of(tap.group) if tap.group else (), since, until)


def _span(day: int) -> tuple[datetime | None, datetime | None]:
    """A day by the reader's clock."""
    if day <= 0:
        return None, None
    first = FIRST_DAY + timedelta(days=min(day, 36_500))
    ends = (at_or_after(each, time(0), str(zone())) for each in (first, first + timedelta(days=1)))
    return next(ends), next(ends)


def _heading(turn: Turn, tap: ReadLog) -> Markup:
    lines = [_("<b>Audit log</b>")]
    if tap.number:
        person = audits.numbered(turn.session, [tap.number]).get(tap.number)
        lines.append(_("About {name}").format(name=name_and_number(person) if person else tap.number))
    if tap.group:
        lines.append(group_names()[tap.group])
    if tap.day > 0:
        lines.append(Markup("{}").format(long_day(FIRST_DAY + timedelta(days=min(tap.day, 36_500)))))
    if not turn.scope.central:
        lines.append(_("You see what you did, and what was done about members you answer for."))
    return Markup("\n").join(lines)


# --- choosing lines --------------------------------------------------------------------------------------------


def choose(turn: Turn, _tap: ChooseLines) -> Outcome:
    return forms.begin_anew(turn, CHOOSING)


def _search(asking: Asking, incoming: Any) -> list[Choice]:
    """By name, or by the number on a receipt, whose owner may have left."""
    turn, typed = asking.turn, str(incoming.text).strip()
    found = [
        Choice(person.number, str(name_and_number(person).unescape()))
        for person in audits.find_people(turn.session, turn.scope, typed, FOUND)
    ]
    number = typed.upper()[:LONGEST_NUMBER]
    if not found and audits.is_known(turn.session, audits.visible(turn.scope, turn.me.number), number):
        found = [Choice(number, number)]
    if not found:
        raise Unfit(_("We know nobody of this name or number among those you answer for."))
    return found


def _check_number(_asking: Asking, value: Any) -> str:
    number = str(value)
    if not number.isalnum() or len(number) > LONGEST_NUMBER:
        raise Unfit(_("Please write a name or a member number."))
    return number


def _groups(_asking: Asking) -> list[Choice]:
    return [Choice(group, name) for group, name in group_names().items()]


def _show_chosen(turn: Turn, answers: Answers) -> Reply:
    day = answers.get("day")
    count = max((date.fromisoformat(day) - FIRST_DAY).days, 0) if day else 0
    group = Group(answers["group"]) if answers.get("group") else None
    return read(turn, ReadLog(0, answers.get("person") or "", group, count))


CHOOSING = Form(
    name="auditlines",
    title=lambda: _("Lines of the audit log"),
    questions=(
        Question(
            name="person",
            label=lambda: _("Person"),
            prompt=lambda _asking: _("About whom? Please write a name or a member number. That you look is recorded."),
            check=_check_number,
            search=_search,
            optional=True,
        ),
        Question(
            name="group",
            label=lambda: _("Kind"),
            prompt=lambda _asking: _("Of which kind?"),
            check=check_choice(_groups),
            choices=_groups,
            per_page=len(Group),
            optional=True,
        ),
        past_day_question(
            "day", lambda: _("Day"), lambda _asking: _("Of which day? Tap one, or write it."), optional=True
        ),
    ),
    finish=_show_chosen,
)


def register(router: Router) -> None:
    router.command("audit", begin, gate=Gate.COORDINATOR, about=N_("Who looked at data or changed them"))
    router.tap(ReadLog, read, gate=Gate.COORDINATOR)
    router.tap(ChooseLines, choose, gate=Gate.COORDINATOR)
    router.form(CHOOSING, gate=Gate.COORDINATOR)
