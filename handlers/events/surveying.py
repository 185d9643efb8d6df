"""The morning after, those who were there tell how it was, and nobody can see who said what; organisers see a
picture of all answers together, from five on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from random import SystemRandom
from statistics import mean
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation import forms
from bot.conversation.callbacks import Callback
from bot.conversation.checks import check_choice, check_text
from bot.conversation.forms import Answers, Asking, Choice, Form, Move, Question, Step, Unfit
from bot.conversation.i18n import _, ngettext, number
from bot.conversation.incoming import Kind
from bot.conversation.notices import Composing, Lane, Notice, Switch
from bot.conversation.reply import Button, Go, Recipe, Reply, column
from bot.conversation.routing import Gate, Made, Router, ToDraw
from bot.conversation.times import long_day
from bot.conversation.turn import Outcome, Turn
from bot.conversation.typed_numbers import read_number
from bot.domain.anonymity import MIN, nps
from bot.domain.reminders import next_morning, survey_at
from bot.drawing.data import Comments, Drawing
from bot.drawing.data import Survey as Picture
from db import attendances, drafts, entries, events, outbox, surveys
from db.attendances import Coming
from db.events import Task
from db.models.events import Event, EventState
from db.models.surveys import Survey
from db.models.web import Entry
from db.surveys import Silent
from handlers.events.card import OpenEvent, Organise, label_of, title_of
from handlers.events.organising import ShowResults, may_organise_or_refuse
from handlers.events.reminding import hours_of

CHUNK = 500
AGAIN_AFTER = timedelta(days=3)
HALF_A_DAY = timedelta(hours=12)
SURVEY = "_survey"
HIDDEN = "••••"
MAX_COMMENT = 600
STATEMENTS = ("people", "topic", "organised")
MET = ("0", "1", "2", "3", "4", "5", "6", "8", "10", "12", "15", "20")
MOST_MET = 50
ANSWERS = ("recommend", *STATEMENTS, "keep", "change", "met")


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
        return _asking(at, self.survey, _("A reminder: would you tell us how <b>{event}</b> was?"))


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
    asked = [one for one in found if one.id in there]
    surveys.ask(session, survey.id, [one.member for one in asked])
    notice = SurveyInvitation(survey.id)
    outbox.queue_many(session, [_row(one.member, notice, max(_morning(event, one), now)) for one in asked])
    return found[-1].id if len(found) == CHUNK else None


def ask_again(session: Session, event: Event, task: Task, now: datetime) -> int | None:
    """An errand: remind the next of those who have not answered, each in their morning, three days after they were
    asked: who was spared over holidays is not asked and reminded on the same day."""
    survey = surveys.of_event(session, event.id)
    if survey is None or not surveys.is_open(survey, now):
        return None
    found = surveys.silent_after(session, survey.id, task.cursor, CHUNK)
    notice = SurveyReminder(survey.id)
    outbox.queue_many(session, [_row(one.member, notice, _third_morning(event, one, now)) for one in found])
    return found[-1].member if len(found) == CHUNK else None


def _morning(event: Event, one: Coming | Silent) -> datetime:
    return _asked_at(event.ends_at, one.zone, one.quiet_from, one.quiet_to, one.country, one.region)


@lru_cache(maxsize=4096)
def _asked_at(
    end: datetime, zone: str, quiet_from: int, quiet_to: int, country: str | None, region: str | None
) -> datetime:
    """The same for everybody who lives by the same clock and holidays: worked out once."""
    return survey_at(end, hours_of(zone, quiet_from, quiet_to, country, region, end))


def _third_morning(event: Event, one: Silent, now: datetime) -> datetime:
    """Counted from half a day before: mornings are not always a multiple of 24 hours apart."""
    hours = hours_of(one.zone, one.quiet_from, one.quiet_to, one.country, one.region, now)
    return next_morning(max(now, _morning(event, one) + AGAIN_AFTER - HALF_A_DAY), hours)


def _row(member: int, notice: Notice, due: datetime) -> dict[str, Any]:
    return {
        "member_id": member,
        "kind": notice.kind,
        "ref": notice.ref(),
        "params": notice.params(),
        "lane": notice.lane,
        "due_at": due,
    }


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
    begun = drafts.find(turn.connection, turn.me.id, SURVEYING.name)
    if begun is not None and begun.answers.get(SURVEY) != survey.id:
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
    survey = answers[SURVEY]
    content = {name: answers[name] for name in ANSWERS if answers.get(name) is not None}
    if not surveys.cast(turn.session, survey, turn.me.id, content):
        state = surveys.participation(turn.session, survey, turn.me.id)
        return _answered() if state == "answered" else _closed()
    entries.take_out(turn.session, turn.me.id, turn.incoming.message, _is_question, HIDDEN)
    text = _("Thank you! Your answers are in, without your name.")
    return Reply(text, column(Button(_("Events"), Go("events")), Button(_("Menu"), Go("menu"))))


def _is_question(entry: Entry) -> bool:
    """A bubble that asks one of the questions; not one that only offers to go on with them."""
    cancel = Move(SURVEYING.name, Step.CANCEL).pack()
    return any(button.get("data") == cancel for row in entry.body.get("rows", ()) for button in row)


def _which_event(asking: Asking, _value: Any) -> Reply | None:
    """Whoever gave the form up and begins again says first which event it is about."""
    if SURVEY in asking.answers:
        return None
    waiting = surveys.waiting_for(asking.turn.session, asking.turn.me.id, asking.turn.now)
    buttons = column(*(Button(label_of(event), TakeSurvey(survey)) for survey, event in waiting))
    return Reply(_("Which event is it about?"), buttons) if waiting else _closed()


def _unseen(prompt: forms.Text) -> Callable[[Asking], Markup]:
    """A question. Whatever was typed before it, be it too long or an answer to something else, is for the ballot only:
    it does not stay in the page's history."""

    def ask(asking: Asking) -> Markup:
        turn = asking.turn
        if turn.incoming.kind is Kind.TEXT:
            turn.incoming = replace(turn.incoming, text=HIDDEN)
        return prompt()

    return ask


def _scale(highest: int, least: int = 0) -> list[Choice]:
    return [Choice(str(n), str(n)) for n in range(least, highest + 1)]


def _zero_to_ten(_asking: Asking) -> list[Choice]:
    return _scale(10)


def _one_to_five(_asking: Asking) -> list[Choice]:
    return _scale(5, 1)


def _met(_asking: Asking) -> list[Choice]:
    return [Choice(n, n) for n in MET]


def _check_met(_asking: Asking, value: Any) -> str:
    """A number as tapped or typed; of a person who says nothing else, no more than that."""
    met = read_number(str(value))
    if met is None or not 0 <= met <= MOST_MET:
        raise Unfit(_("Please tap a number, or type one from 0 to {n}.").format(n=MOST_MET))
    return str(met)


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
        prompt=_unseen(
            lambda: _("“{statement}”\n\n1: not at all · 5: completely").format(statement=statement_texts()[name])
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
        prompt=_unseen(prompt),
        check=check_text(MAX_COMMENT),
        optional=True,
        summed_up=False,
    )


# Nothing of the answers is ever said back: a card would keep them in the page's history. So there is no summary; going
# back is the way to correct something.
SURVEYING = Form(
    name="survey",
    title=lambda: _("Survey"),
    questions=(
        Question(
            name="recommend",
            label=lambda: _("Recommend"),
            prompt=_unseen(
                lambda: _(
                    "How likely is it that you would recommend such an event to others?\n\n"
                    "0: not at all · 10: certainly"
                )
            ),
            check=check_choice(_zero_to_ten),
            choices=_zero_to_ten,
            ends=_which_event,
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
            prompt=_unseen(
                lambda: _(
                    "How many people did you meet for the first time? Only the number counts; you may type it, too, up "
                    "to {n}."
                ).format(n=MOST_MET)
            ),
            check=_check_met,
            choices=_met,
            columns=4,
            per_page=len(MET),
            optional=True,
            summed_up=False,
        ),
        Question(
            name="send",
            label=lambda: _("Send"),
            prompt=_unseen(
                lambda: _(
                    "Ready? Once sent, your answers can no longer be changed or taken back: nobody knows which are "
                    "yours."
                )
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
    router.tap(TakeSurvey, take_survey)
    router.tap(ShowResults, show_results, gate=Gate.AMBASSADOR)
    router.form(SURVEYING)
    router.notice(SurveyInvitation)
    router.notice(SurveyReminder)
    router.maker("survey", draw_results)
    router.maker("survey_comments", draw_comments)
