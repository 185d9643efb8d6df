"""The morning after, those who were there tell how it was, and nobody can see who said what; organisers see a
picture of all answers together, from five on."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import SystemRandom
from statistics import mean
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation import forms
from bot.conversation.callbacks import Callback
from bot.conversation.checks import check_choice, check_text
from bot.conversation.forms import Answers, Asking, Choice, Form, Question
from bot.conversation.i18n import _, ngettext, number, pgettext
from bot.conversation.incoming import Kind
from bot.conversation.notices import Composing, Lane, Notice, Switch, queue
from bot.conversation.reply import Button, Go, Recipe, Reply, column
from bot.conversation.routing import Gate, Made, Router, ToDraw
from bot.conversation.times import long_day
from bot.conversation.turn import Outcome, Turn
from bot.domain.anonymity import nps, publishable
from bot.domain.reminders import next_morning, survey_at
from bot.drawing.data import Comments, Drawing
from bot.drawing.data import Survey as Picture
from db import attendances, drafts, events, members, surveys
from db.events import Task
from db.models.events import Event, EventState
from db.models.surveys import Survey
from handlers.events.card import OpenEvent, Organise, title_of
from handlers.events.organising import ShowResults, may_organise_or_refuse
from handlers.events.reminding import hours_of, hours_of_member

CHUNK = 500
AGAIN_AFTER = timedelta(days=3)
SURVEY = "_survey"
HIDDEN = "••••"
MAX_COMMENT = 600
STATEMENTS = ("people", "topic", "organised")
MET = ("0", "1", "2", "3", "5", "8", "12")
# So many answers to a single question must there be, or it is kept back.
LEAST = 5


@dataclass(frozen=True, slots=True)
class TakeSurvey(Callback, prefix="sv"):
    """I would like to tell how it was."""

    survey: int


@dataclass(frozen=True, slots=True)
class SurveyInvitation(Notice, kind="survey_invited"):
    """How was it? Once a person and event, whatever roles they hold."""

    survey: int
    lane = Lane.UNASKED
    switch = Switch.SURVEYS
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        text = _(
            "How was <b>{event}</b>? Seven short questions, a minute with the thumb. It is anonymous: your answers "
            "are kept without your name and without a time, and nobody can join them to you."
        )
        return _asking(at, self.survey, text)


@dataclass(frozen=True, slots=True)
class SurveyReminder(Notice, kind="survey_again"):
    """The one reminder, to those who have not answered."""

    survey: int
    lane = Lane.UNASKED
    switch = Switch.SURVEYS
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        return _asking(at, self.survey, _("A last question about <b>{event}</b>: would you tell us how it was?"))


def _asking(at: Composing, survey_id: int, text: Markup) -> Reply | None:
    survey = at.session.get(Survey, survey_id)
    if survey is None or survey.event_id is None or not surveys.is_open(survey, at.now):
        return None
    event = events.load(at.session, survey.event_id)
    if event is None or event.state != EventState.PUBLISHED:
        return None
    if surveys.participation(at.session, survey_id, at.member.id) != "asked":
        return None
    return Reply(text.format(event=title_of(event)), column(Button(_("Tell how it was"), TakeSurvey(survey_id))))


# --- asking ----------------------------------------------------------------------------------------------------


def ask_everybody(session: Session, event: Event, task: Task, now: datetime) -> int | None:
    """An errand: ask the next of those who were there; where nobody was checked in, of those who said yes."""
    survey = surveys.open_for_event(session, event.id, now)
    if task.cursor == 0:
        events.plan_errand(session, event.id, "survey_again", "", now + AGAIN_AFTER)
        events.plan_errand(session, event.id, "survey_end", "", survey.closes_at)
    found = attendances.coming_after(session, event.id, task.cursor, CHUNK)
    there = attendances.checked_in(session, event.id, [one.id for one in found])
    if not surveys.was_anybody_checked_in(session, event.id):
        there = {one.id for one in found}
    surveys.ask(session, survey.id, [one.member for one in found if one.id in there])
    for one in found:
        if one.id in there:
            hours = hours_of(one.zone, one.quiet_from, one.quiet_to, one.country, one.region, event.ends_at)
            due = max(survey_at(event.ends_at, hours), now)
            queue(session, one.member, SurveyInvitation(survey.id), due)
    return found[-1].id if len(found) == CHUNK else None


def ask_again(session: Session, event: Event, task: Task, now: datetime) -> int | None:
    """An errand: remind the next of those who have not answered, each in their morning."""
    survey = surveys.of_event(session, event.id)
    if survey is None or not surveys.is_open(survey, now):
        return None
    found = surveys.silent_after(session, survey.id, task.cursor, CHUNK)
    for member in found:
        hours = hours_of_member(session, members.load(session, member), now)
        queue(session, member, SurveyReminder(survey.id), next_morning(now, hours))
    return found[-1] if len(found) == CHUNK else None


def close_survey(session: Session, event: Event, _task: Task, now: datetime) -> None:
    """An errand: two weeks are over."""
    survey = surveys.of_event(session, event.id)
    if survey is not None and survey.closed_at is None:
        surveys.close(session, survey, now)


# --- answering -------------------------------------------------------------------------------------------------


def take_survey(turn: Turn, tap: TakeSurvey) -> Outcome:
    survey = turn.session.get(Survey, tap.survey)
    if survey is None or not surveys.is_open(survey, turn.now):
        return _closed()
    state = surveys.participation(turn.session, survey.id, turn.me.id)
    if state != "asked":
        return _answered() if state == "answered" else _closed()
    drafts.drop(turn.connection, turn.me.id, SURVEYING.name)
    return forms.begin(turn, SURVEYING, {SURVEY: survey.id})


def _closed() -> Reply:
    return Reply(
        _("This survey is closed. Thank you for your interest; the alumni office is glad to hear from you directly."),
        column(Button(_("Contact"), Go("contact")), Button(_("Menu"), Go("menu"))),
    )


def _answered() -> Reply:
    return Reply(_("You have answered this survey already. Thank you!"), column(Button(_("Menu"), Go("menu"))))


def send(turn: Turn, answers: Answers) -> Reply:
    """The ballot goes into the urn; nothing here keeps whose it was."""
    survey = answers.pop(SURVEY)
    content = {name: value for name, value in answers.items() if value not in (None, "send")}
    if not surveys.cast(turn.session, survey, turn.me.id, content):
        state = surveys.participation(turn.session, survey, turn.me.id)
        return _answered() if state == "answered" else _closed()
    text = _("Thank you! Your answers are in, without your name.")
    return Reply(text, column(Button(_("Events"), Go("events")), Button(_("Menu"), Go("menu"))))


def _private(asking: Asking, typed: Any) -> str:
    """Words for the ballot only: they do not stay in the page's history."""
    turn = asking.turn
    text = str(check_text(MAX_COMMENT)(asking, typed))
    if turn.incoming.kind is Kind.TEXT:
        turn.incoming = replace(turn.incoming, text=HIDDEN)
    return text


def _scale(highest: int, least: int = 0) -> list[Choice]:
    return [Choice(str(n), str(n)) for n in range(least, highest + 1)]


def _zero_to_ten(_asking: Asking) -> list[Choice]:
    return _scale(10)


def _one_to_five(_asking: Asking) -> list[Choice]:
    return _scale(5, 1)


def _met(_asking: Asking) -> list[Choice]:
    return [Choice(n, n if n != MET[-1] else pgettext("people met", "12 or more")) for n in MET]


def _send(_asking: Asking) -> list[Choice]:
    return [Choice("send", _("Send anonymously"))]


def statement_texts() -> dict[str, Markup]:
    return {
        "people": _("I met people who matter to me."),
        "topic": _("What it was about was worth my time."),
        "organised": _("It was well organised."),
    }


def _statement(name: str) -> Question:
    return Question(
        name=name,
        label=lambda: statement_texts()[name],
        prompt=lambda _asking: _("“{statement}”\n\n1: not at all · 5: completely").format(
            statement=statement_texts()[name]
        ),
        check=check_choice(_one_to_five),
        choices=_one_to_five,
        columns=5,
        optional=True,
        typed=False,
        summed_up=False,
    )


def _comment(name: str, prompt: forms.Text) -> Question:
    return Question(
        name=name,
        label=prompt,
        prompt=lambda _asking: prompt(),
        check=_private,
        optional=True,
        summed_up=False,
    )


# Nothing of the answers is ever said back: a card would keep them in the page's history.
SURVEYING = Form(
    name="survey",
    title=lambda: _("Survey"),
    questions=(
        Question(
            name="recommend",
            label=lambda: _("Recommend"),
            prompt=lambda _asking: _(
                "How likely is it that you would recommend such an event to others?\n\n0: not at all · 10: certainly"
            ),
            check=check_choice(_zero_to_ten),
            choices=_zero_to_ten,
            columns=4,
            per_page=11,
            optional=True,
            typed=False,
            summed_up=False,
        ),
        *(_statement(name) for name in STATEMENTS),
        _comment("keep", lambda: _("What should we keep? A few words; you may skip this.")),
        _comment("change", lambda: _("What should we change? A few words; you may skip this.")),
        Question(
            name="met",
            label=lambda: _("New acquaintances"),
            prompt=lambda _asking: _("How many people did you meet for the first time? Only the number counts."),
            check=check_choice(_met),
            choices=_met,
            columns=4,
            per_page=len(MET),
            optional=True,
            typed=False,
            summed_up=False,
        ),
        Question(
            name="send",
            label=lambda: _("Send"),
            prompt=lambda _asking: _(
                "Ready? Once sent, your answers can no longer be changed or taken back: nobody knows which are yours."
            ),
            check=check_choice(_send),
            choices=_send,
            typed=False,
            summed_up=False,
        ),
    ),
    finish=send,
)


# --- results ---------------------------------------------------------------------------------------------------


def show_results(turn: Turn, tap: ShowResults) -> Outcome:
    """A picture of all answers; the same one until five more have come."""
    event = may_organise_or_refuse(turn, tap.event, lock=True)
    survey = surveys.of_event(turn.session, event.id)
    back = column(Button(_("Organise"), Organise(event.id)), Button(_("Open the event"), OpenEvent(event.id)))
    if survey is None:
        return Reply(_("The survey begins the morning after the event."), back)
    shown = publishable(surveys.count(turn.session, survey.id), survey.shown)
    if shown is None:
        return Reply(_("Results are shown from five answers on."), back)
    if shown != survey.shown:
        surveys.publish(turn.session, survey, shown)
    turn.record("survey_results_seen", event=event.id)
    alt = _("How it was: {event}").format(event=title_of(event))
    params = {"event": event.id, "alt": str(alt)}
    replies = [Reply(alt, picture=Recipe("survey", "survey.png", params), new=True)]
    if any(ballot.get("keep") or ballot.get("change") for ballot in surveys.published(turn.session, survey.id)):
        words = Recipe("survey_comments", "comments.png", params)
        replies.append(Reply(_("What people wrote, in random order"), picture=words, new=True))
    return [*replies, Reply(_("The results grow in steps of at least five answers."), back, new=True)]


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
            {"value": f"{round(100 * len(ballots) / max(asked, 1))} %", "label": str(_("Response rate"))},
            {"value": f"{nps(scores):+d}" if len(scores) >= LEAST else None, "label": str(_("Net promoter score"))},
            {"value": number(mean(met), 1) if len(met) >= LEAST else None, "label": str(_("New acquaintances each"))},
        ],
        "scores": {
            "title": str(_("Would you recommend such an event?")),
            "counts": [scores.count(n) for n in range(11)] if len(scores) >= LEAST else None,
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


def _drawn_statement(ballots: list[dict[str, Any]], name: str) -> Any:
    values = [int(ballot[name]) for ballot in ballots if ballot.get(name)]
    enough = len(values) >= LEAST
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
    router.tap(TakeSurvey, take_survey)
    router.tap(ShowResults, show_results, gate=Gate.AMBASSADOR)
    router.form(SURVEYING)
    router.notice(SurveyInvitation)
    router.notice(SurveyReminder)
    router.maker("survey", draw_results)
    router.maker("survey_comments", draw_comments)
