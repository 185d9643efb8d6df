"""Coordinators see how mentoring is going: in numbers, and by the anonymous survey of the year."""

from random import SystemRandom
from statistics import mean
from typing import Any

from markupsafe import Markup

from bot.conversation.i18n import N_, _, ngettext, number, pgettext
from bot.conversation.notices import Composing
from bot.conversation.reply import Button, Go, Recipe, Reply, column
from bot.conversation.routing import Gate, Made, Router, ToDraw
from bot.conversation.turn import Outcome, Turn
from bot.domain.anonymity import MIN
from bot.drawing.data import Comments, Drawing
from db import members, mentoring_checks, mentorships, surveys
from db.models.surveys import Survey
from handlers.mentoring.surveying import STATEMENTS, statement_texts
from handlers.mentoring.together_buttons import ListCases, ShowMentoringResults

Ballots = list[dict[str, Any]]


def show_overview(turn: Turn) -> Reply:
    """/mentoring"""
    session = turn.session
    needy = mentoring_checks.count_help(session, turn.me.id, turn.scope)
    silent = mentoring_checks.count_silent(session, turn.me.id, turn.scope, turn.now)
    text = _(
        "<b>Mentoring</b>\nMentorships at present: {active}\nMentors: {mentors}\nLooking for a mentor: {searches}\n"
        "Asking for help: {needy}\nSilent on both sides: {silent}"
    ).format(
        active=number(mentorships.count_active(session)),
        mentors=number(mentorships.count_mentors(session)),
        searches=number(mentorships.count_searches(session)),
        needy=number(needy),
        silent=number(silent),
    )
    cases = [Button(_("All open cases"), ListCases())] if needy + silent else []
    rounds = [Button(pgettext("matching round", "Rounds"), Go("rounds"))] if turn.scope.central else []
    last = (*rounds, Button(_("Menu"), Go("menu")))
    return Reply(text, (*column(*cases, *_surveys(turn)), last))


def _surveys(turn: Turn) -> list[Button]:
    """The survey of this year and the one before, where there are any."""
    years = {
        year: surveys.of_occasion(turn.session, f"mentoring:{year}") for year in (turn.now.year, turn.now.year - 1)
    }
    return [
        Button(_("Survey {year}").format(year=year), ShowMentoringResults(survey.id))
        for year, survey in years.items()
        if survey is not None
    ]


def show_results(turn: Turn, tap: ShowMentoringResults) -> Outcome:
    """Averages of all answers together; the same ones until five more have come."""
    survey = turn.session.get(Survey, tap.survey)
    back = ((Button(_("Mentoring"), Go("mentoring")), Button(_("Menu"), Go("menu"))),)
    if survey is None or survey.occasion is None:
        return Reply(_("This survey is no longer kept."), back)
    # Nothing is noted: a time of it would divide those who answered into earlier and later.
    if surveys.publish(turn.session, survey.id) is None:
        return Reply(_("Results are shown from five answers on."), back)
    ballots = surveys.published(turn.session, survey.id)
    text = _averages(survey, ballots)
    if not any(ballot.get("keep") or ballot.get("change") for ballot in ballots):
        return Reply(text, back)
    alt = _("What people wrote, in random order")
    words = Recipe("mentoring_comments", "comments.png", {"survey": survey.id, "alt": str(alt)})
    return [Reply(text, new=True), Reply(alt, back, picture=words, new=True)]


def _averages(survey: Survey, ballots: Ballots) -> Markup:
    answered = ngettext("{n} anonymous answer", "{n} anonymous answers", len(ballots)).format(n=number(len(ballots)))
    return Markup("\n").join(
        [
            Markup("<b>{}</b>").format(_title(survey)),
            answered,
            *(_average(ballots, name) for name in STATEMENTS),
            _("1: not at all · 5: completely"),
            _("The results are updated in steps of at least five answers."),
        ]
    )


def _title(survey: Survey) -> Markup:
    return _("Mentoring {year}").format(year=(survey.occasion or "").partition(":")[2])


def _average(ballots: Ballots, name: str) -> Markup:
    values = [int(ballot[name]) for ballot in ballots if ballot.get(name)]
    value = number(mean(values), 1) if len(values) >= MIN else _("fewer than five")
    return _("“{statement}”: {value}").format(statement=statement_texts()[name], value=value)


def draw_comments(at: Composing, params: dict[str, Any]) -> Made | ToDraw:
    """What people wrote, for whoever is a coordinator at this moment."""
    survey = at.session.get(Survey, params["survey"])
    assert survey is not None and survey.occasion is not None and members.is_coordinator(at.session, at.member.id)
    heads = {"keep": _("Keep: {text}"), "change": _("Change: {text}")}
    ballots = surveys.published(at.session, survey.id)
    words = [
        head.format(text=ballot[name]).unescape()
        for name, head in heads.items()
        for ballot in ballots
        if ballot.get(name)
    ]
    # Shuffled by themselves, so that two words of one ballot do not stand together.
    SystemRandom().shuffle(words)
    data: Comments = {
        "title": _title(survey).unescape(),
        "comments": words,
        "more": str(_("… and {count} more")),
        "footer": str(_("Anonymous, in random order")),
    }
    return ToDraw("comments.png", Drawing.COMMENTS, data)


def register(router: Router) -> None:
    router.command("mentoring", show_overview, gate=Gate.COORDINATOR, about=N_("How mentoring is going"))
    router.tap(ShowMentoringResults, show_results, gate=Gate.COORDINATOR)
    router.maker("mentoring_comments", draw_comments)
