"""Coordinators find out who is concerned by a breach of data, and until when what is due."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.callbacks import Callback
from bot.conversation.forms import Answers, Form
from bot.conversation.i18n import N_, _, day, ngettext, number, when, zone
from bot.conversation.notices import Composing
from bot.conversation.reply import Button, Go, Recipe, Reply
from bot.conversation.routing import Gate, Made, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.breach import SPANNED, Breach, due
from bot.domain.local_time import at_or_after
from db import breaches
from db.breaches import Case, Extent
from handlers.breaches import drafts
from handlers.breaches.questions import QUESTIONS
from handlers.breaches.wording import breach_names, country_names, first_steps, kinds_of_data

OFFERED = 24
CHINA = "CN"


@dataclass(frozen=True, slots=True)
class TakeDrafts(Callback, prefix="xb"):
    """The drafts for a case: its kind, what it refers to, two days, and when it became known (seconds)."""

    kind: Breach
    ref: int
    since: str
    until: str
    known: int


def begin(turn: Turn) -> Outcome:
    """/breach"""
    return forms.begin(turn, ASSESSING)


def assess(turn: Turn, answers: Answers) -> Reply:
    """The figures, recorded: kind and number of people."""
    case = _case(turn, answers)
    extent = breaches.extent(turn.session, case)
    turn.record("breach_assessed", kind=case.kind.name.lower(), people=extent.people)
    known = _known(turn, answers["known"])
    tap = TakeDrafts(
        case.kind, case.ref, answers.get("since") or "", answers.get("until") or "", int(known.timestamp())
    )
    rows = ((Button(_("Drafts as a file"), tap),), (Button(_("Audit log"), Go("audit")), Button(_("Menu"), Go("menu"))))
    return Reply(Markup("\n\n").join(_lines(turn, case, extent, known)), rows)


def _lines(turn: Turn, case: Case, extent: Extent, known: datetime) -> list[Markup]:
    authority = turn.house.controller.authority or _("not named in the settings (PRIVACY_AUTHORITY)")
    lines = [
        Markup("<b>{}</b>").format(breach_names()[case.kind]),
        _concerned(case, extent),
        _("<b>Kinds of data:</b> {data}").format(data=kinds_of_data()[case.kind]),
        _("<b>First:</b> {steps}").format(steps=first_steps()[case.kind]),
        _(
            "<b>Authority:</b> {authority}. It must know within 72 hours, by {due}, unless a risk to people is "
            "unlikely (Art. 33 GDPR). Where the risk is high, those concerned are told without delay (Art. 34). "
            "Please decide this with your data protection officer."
        ).format(authority=authority, due=when(due(known))),
    ]
    if turn.now > due(known):
        lines.append(_("The 72 hours are over: notify at once, and give the reason for the delay."))
    if any(country == CHINA for country, _people in extent.countries):
        lines.append(
            _("People in China are among them: by PIPL, Art. 57, they and the authority there are told without delay.")
        )
    lines.append(
        _(
            "A message to exactly these people cannot be sent from here yet. /announce reaches clubs, countries and "
            "events."
        )
    )
    return lines


def _concerned(case: Case, extent: Extent) -> Markup:
    people = ngettext("<b>{n} person is concerned.</b>", "<b>{n} people are concerned.</b>", extent.people)
    lines = [people.format(n=number(extent.people))]
    if extent.people:
        lines.append(Markup("{}").format(country_names(extent.countries)))
    if case.since is not None and case.until is not None:
        lines.append(
            _(
                "Between {since} and {until}, by the audit log. Of lists it keeps only how many names were shown, so "
                "there may be more: at most everybody they could look up."
            ).format(since=day(case.since), until=day(case.until))
        )
    return Markup("\n").join(lines)


def _case(turn: Turn, answers: Answers) -> Case:
    kind = Breach(answers["kind"])
    ref = {
        Breach.DEVICE: answers.get("coordinator"),
        Breach.ACCESS: answers.get("person"),
        Breach.EXPORT: answers.get("export"),
        Breach.ANNOUNCEMENT: answers.get("announcement"),
    }.get(kind)
    return _case_of(kind, int(ref or 0), answers.get("since") or "", answers.get("until") or "")


def _case_of(kind: Breach, ref: int, since: str, until: str) -> Case:
    if kind not in SPANNED:
        return Case(kind, ref)
    first, last = sorted(date.fromisoformat(each) for each in (since, until))
    return Case(kind, ref, _start(first), _start(last + timedelta(days=1)) - timedelta(seconds=1))


def _start(day: date) -> datetime:
    return at_or_after(day, time(0), str(zone()))


def _known(turn: Turn, answer: str) -> datetime:
    """Today is now; of an earlier day the beginning, so that the time is never too long."""
    known = date.fromisoformat(answer)
    return turn.now if known == turn.now.astimezone(zone()).date() else _start(known)


def take_drafts(turn: Turn, tap: TakeDrafts) -> list[Reply]:
    """A file with figures and no names."""
    try:
        case = _case_of(tap.kind, tap.ref, tap.since, tap.until)
        datetime.fromtimestamp(tap.known, UTC)
    except (ValueError, OverflowError, OSError):
        case = Case(tap.kind, 0)
    if not breaches.exists(turn.session, case):
        raise Refused(Reply(_("This is no longer there. Please begin again with /breach."), _ways()))
    params = {"kind": tap.kind, "ref": tap.ref, "since": tap.since, "until": tap.until, "known": tap.known}
    file = Reply(
        _("Drafts for the authority and for those concerned"), new=True, file=Recipe("breach", "breach.md", params)
    )
    return [file, Reply(_("Please fill in what we cannot know (…), and have it checked."), _ways(), new=True)]


def _ways() -> tuple[tuple[Button, ...], ...]:
    return ((Button(_("Data breach"), Go("breach")), Button(_("Menu"), Go("menu"))),)


def make_drafts(at: Composing, params: dict[str, Any]) -> Made:
    case = _case_of(Breach(params["kind"]), params["ref"], params["since"], params["until"])
    known = datetime.fromtimestamp(params["known"], UTC)
    text = drafts.write(at.house, at.member.zone, case, known, breaches.extent(at.session, case))
    return Made("breach.md", text.encode(), "text/markdown; charset=utf-8")


ASSESSING = Form(
    name="breach",
    title=lambda: _("Data breach"),
    questions=QUESTIONS,
    finish=assess,
)


def register(router: Router) -> None:
    router.command("breach", begin, gate=Gate.CENTRAL, about=N_("When data got into wrong hands"))
    router.tap(TakeDrafts, take_drafts, gate=Gate.CENTRAL)
    router.form(ASSESSING, gate=Gate.CENTRAL)
    router.maker("breach", make_drafts)
