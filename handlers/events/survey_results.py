"""Organisers see a picture of all answers to a survey together, from five on."""

from random import SystemRandom
from statistics import mean
from typing import Any

from bot.conversation.i18n import _, ngettext, number
from bot.conversation.notices import Composing
from bot.conversation.reply import Button, Recipe, Reply, column
from bot.conversation.routing import Gate, Made, Router, ToDraw
from bot.conversation.times import long_day
from bot.conversation.turn import Outcome, Turn
from bot.domain.anonymity import MIN, nps
from bot.drawing.data import Comments, Drawing
from bot.drawing.data import Survey as Picture
from db import events, surveys
from db.models.events import Event
from db.models.surveys import Survey
from handlers.events.card import OpenEvent, Organise, title_of
from handlers.events.organising import ShowResults, may_organise_or_refuse
from handlers.events.surveying import STATEMENTS, statement_texts


def show_results(turn: Turn, tap: ShowResults) -> Outcome:
    """A picture of all answers; the same one until five more have come."""
    event = may_organise_or_refuse(turn, tap.event)
    survey = surveys.of_event(turn.session, event.id)
    back = column(Button(_("Organise"), Organise(event.id)), Button(_("Open the event"), OpenEvent(event.id)))
    if survey is None:
        return Reply(_("The survey begins the morning after the event."), back)
    # Nothing is noted: a time of it would divide those who answered into earlier and later.
    if surveys.publish(turn.session, survey.id) is None:
        return Reply(_("Results are shown from five answers on."), back)
    alt = _("How it was: {event}").format(event=title_of(event))
    params = {"event": event.id, "alt": str(alt)}
    replies = [Reply(alt, picture=Recipe("survey", "survey.png", params), new=True)]
    if any(ballot.get("keep") or ballot.get("change") for ballot in surveys.published(turn.session, survey.id)):
        words = Recipe("survey_comments", "comments.png", params)
        replies.append(Reply(_("What people wrote, in random order"), picture=words, new=True))
    return [*replies, Reply(_("The results are updated in steps of at least five answers."), back, new=True)]


def _results(at: Composing, params: dict[str, Any]) -> tuple[Event, Survey, list[dict[str, Any]]]:
    """The published ballots, for who may organise the event at this moment."""
    event = events.load(at.session, params["event"])
    survey = surveys.of_event(at.session, params["event"])
    assert event is not None and survey is not None
    assert events.may_organise(at.session, at.member.id, event)
    return event, survey, surveys.published(at.session, survey.id)


def draw_results(at: Composing, params: dict[str, Any]) -> Made | ToDraw:
    event, survey, ballots = _results(at, params)
    asked = surveys.asked(at.session, survey.id)
    scores = [int(ballot["recommend"]) for ballot in ballots if ballot.get("recommend")]
    met = [int(ballot["met"]) for ballot in ballots if ballot.get("met")]
    data: Picture = {
        "title": title_of(event),
        "subtitle": [long_day(event.starts_at.date())],
        "figures": [
            {"value": f"{_per_cent(len(ballots), asked)} %", "label": str(_("Response rate"))},
            {"value": f"{nps(scores):+d}" if len(scores) >= MIN else None, "label": str(_("Net promoter score"))},
            {"value": number(mean(met), 1) if len(met) >= MIN else None, "label": str(_("New acquaintances each"))},
        ],
        "scores": {
            "title": str(_("Would you recommend such an event?")),
            "counts": [scores.count(n) for n in range(11)] if len(scores) >= MIN else None,
            "groups": [str(_("Detractors")), str(_("Passives")), str(_("Promoters"))],
        },
        "statements_title": str(_("Three statements")),
        "statements": [_drawn_statement(ballots, name) for name in STATEMENTS],
        "scale": [str(_("1: not at all")), str(_("5: completely"))],
        "suppressed": str(_("fewer than five")),
        "footer": str(
            ngettext("{n} anonymous answer", "{n} anonymous answers", len(ballots)).format(n=number(len(ballots)))
        ),
    }
    return ToDraw("survey.png", Drawing.SURVEY, data)


def _per_cent(answered: int, asked: int) -> int:
    """Ballots of people who were erased since still count, their having been asked does not."""
    return round(100 * answered / max(asked, answered, 1))


def _drawn_statement(ballots: list[dict[str, Any]], name: str) -> Any:
    values = [int(ballot[name]) for ballot in ballots if ballot.get(name)]
    enough = len(values) >= MIN
    return {
        "label": str(statement_texts()[name]),
        "counts": [values.count(n) for n in range(1, 6)] if enough else None,
        "mean": number(mean(values), 1) if enough else None,
    }


def draw_comments(at: Composing, params: dict[str, Any]) -> Made | ToDraw:
    event, _survey, ballots = _results(at, params)
    heads = {"keep": _("Keep: {text}"), "change": _("Change: {text}")}
    words = [
        head.format(text=ballot[name]).unescape()
        for name, head in heads.items()
        for ballot in ballots
        if ballot.get(name)
    ]
    # Shuffled by themselves, so that two words of one ballot do not stand together.
    SystemRandom().shuffle(words)
    data: Comments = {
        "title": title_of(event),
        "comments": words,
        "more": str(_("… and {count} more")),
        "footer": str(_("Anonymous, in random order")),
    }
    return ToDraw("comments.png", Drawing.COMMENTS, data)


def register(router: Router) -> None:
    router.tap(ShowResults, show_results, gate=Gate.AMBASSADOR)
    router.maker("survey", draw_results)
    router.maker("survey_comments", draw_comments)
