"""Coordinators find out who is concerned by a breach of data, and until when what is due."""

from datetime import UTC, date, datetime
from typing import Any

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.i18n import N_, _, day, ngettext, number, when, zone
from bot.conversation.notices import Composing
from bot.conversation.questions import Answers, Form
from bot.conversation.reply import Button, Go, Recipe, Reply, Rows
from bot.conversation.routing import Gate, Made, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.breach import Breach, due
from db import breach_messages, breaches
from db.breaches import Case, Extent
from handlers.breaches import drafts
from handlers.breaches.buttons import OpenMessage, TakeDrafts, WriteToConcerned, case_of, start_of
from handlers.breaches.messages import last_rows
from handlers.breaches.questions import QUESTIONS
from handlers.breaches.wording import breach_names, country_names, data_concerned, steps_for

CHINA = "CN"


def begin(turn: Turn) -> Outcome:
    """/breach"""
    return forms.begin(turn, ASSESSING)


def assess(turn: Turn, answers: Answers) -> Reply:
    """The figures, recorded: kind and number of people."""
    case = _case(turn, answers)
    extent = breaches.extent(turn.session, case)
    turn.record("breach_assessed", kind=case.kind.name.lower(), people=extent.people)
    known = _known(turn, answers["known"])
    return Reply(Markup("\n\n").join(_lines(turn, case, extent, known)), _rows(turn, answers, case, extent, known))


def _rows(turn: Turn, answers: Answers, case: Case, extent: Extent, known: datetime) -> Rows:
    """The message to those concerned, where there are any; the drafts; the log."""
    days = answers.get("since") or "", answers.get("until") or ""
    drafts_button = Button(_("Drafts as a file"), TakeDrafts(case.kind, case.ref, *days, int(known.timestamp())))
    write = Button(_("Write to those concerned"), WriteToConcerned(case.kind, case.ref, *days))
    written = breach_messages.about(turn.session, case)
    begun = Button(_("The message to them"), OpenMessage(written.id)) if written is not None else write
    last = Button(_("Audit log"), Go("audit")), Button(_("Menu"), Go("menu"))
    return (*(((begun,),) if extent.people else ()), (drafts_button,), last)


def _lines(turn: Turn, case: Case, extent: Extent, known: datetime) -> list[Markup]:
    authority = turn.house.controller.authority or _("not named in the settings (PRIVACY_AUTHORITY)")
    lines = [
        Markup("<b>{}</b>").format(breach_names()[case.kind]),
        _concerned(case, extent),
        _("<b>Kinds of data:</b> {data}").format(data=data_concerned(turn.session, case)),
        _("<b>First:</b> {steps}").format(steps=steps_for(turn.session, case)),
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
    return lines


def _concerned(case: Case, extent: Extent) -> Markup:
    people = ngettext("<b>{n} person is concerned.</b>", "<b>{n} people are concerned.</b>", extent.people)
    lines = [people.format(n=number(extent.people))]
    if extent.people:
        lines.append(Markup("{}").format(country_names(extent.countries)))
    if extent.on_record:
        text = ngettext(
            "{n} of them is on record and not registered.", "{n} of them are on record and not registered.",
            extent.on_record,
        )  # fmt: skip
        lines.append(text.format(n=number(extent.on_record)))
    if extent.forgotten:
        text = ngettext(
            "{n} more person was on this list; who it was is no longer known, as codes are kept for a time only.",
            "{n} more people were on this list; who they were is no longer known, as codes are kept for a time only.",
            extent.forgotten,
        )
        lines.append(text.format(n=number(extent.forgotten)))
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
    return case_of(kind, int(ref or 0), answers.get("since") or "", answers.get("until") or "")


def _known(turn: Turn, answer: str) -> datetime:
    """Today is now; of an earlier day the beginning, so that the time is never too long."""
    known = date.fromisoformat(answer)
    return turn.now if known == turn.now.astimezone(zone()).date() else start_of(known)


def take_drafts(turn: Turn, tap: TakeDrafts) -> list[Reply]:
    """A file with figures and no names."""
    try:
        case = case_of(tap.kind, tap.ref, tap.since, tap.until)
        datetime.fromtimestamp(tap.known, UTC)
    except (ValueError, OverflowError, OSError):
        case = Case(tap.kind, 0)
    if not breaches.exists(turn.session, case):
        raise Refused(Reply(_("This is no longer there. Please begin again with /breach."), last_rows()))
    params = {"kind": tap.kind, "ref": tap.ref, "since": tap.since, "until": tap.until, "known": tap.known}
    file = Reply(
        _("Drafts for the authority and for those concerned"), new=True, file=Recipe("breach", "breach.md", params)
    )
    return [file, Reply(_("Please fill in what we cannot know (…), and have it checked."), last_rows(), new=True)]


def make_drafts(at: Composing, params: dict[str, Any]) -> Made:
    case = case_of(Breach(params["kind"]), params["ref"], params["since"], params["until"])
    known = datetime.fromtimestamp(params["known"], UTC)
    text = drafts.write(at.session, at.house, at.member.zone, case, known)
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
