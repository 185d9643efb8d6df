"""Once a mentorship is over both tell how it was, in the survey of that year, and nobody can see who said what."""

from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import _
from bot.conversation.questions import Answers, Asking, Form, Question
from bot.conversation.reply import Button, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import surveys
from db.models.mentoring import Mentorship
from db.models.surveys import Survey
from handlers.balloting import (
    SURVEY,
    cast_ballot,
    closed,
    open_ballot,
    sending,
    statement,
    what_to_change,
    what_to_keep,
)
from handlers.mentoring.buttons import ListMentorships
from handlers.mentoring.together import survey_occasion
from handlers.mentoring.together_buttons import TakeMentoringSurvey

STATEMENTS = ("helped", "time", "again")
ANSWERS = (*STATEMENTS, "keep", "change")


def ask_both(session: Session, mentorship: Mentorship, now: datetime) -> Survey:
    """The two of a mentorship that has ended may answer the survey of the year; it closes with the January after."""
    closes_at = datetime((mentorship.ended_at or now).year + 1, 2, 1, tzinfo=UTC)
    survey = surveys.open_for_occasion(session, survey_occasion(mentorship), now, closes_at)
    surveys.ask(session, survey.id, [mentorship.mentor_id, mentorship.mentee_id])
    return survey


def take_survey(turn: Turn, tap: TakeMentoringSurvey) -> Outcome:
    survey = turn.session.get(Survey, tap.survey)
    return open_ballot(turn, SURVEYING, tap.survey) if survey is not None and survey.occasion else closed()


def _take_up(turn: Turn) -> Answers:
    """Whoever gave the form up and begins again means the newest survey they have not answered."""
    years = (turn.now.year, turn.now.year - 1)
    found = [surveys.of_occasion(turn.session, f"mentoring:{year}") for year in years]
    waiting = [
        each.id
        for each in found
        if each is not None and surveys.participation(turn.session, each.id, turn.me.id) == "asked"
    ]
    return {SURVEY: waiting[0]} if waiting else {}


def _must_be_asked(asking: Asking, _value: Any) -> Reply | None:
    return None if SURVEY in asking.answers else closed()


def send(turn: Turn, answers: Answers) -> Reply:
    """The ballot goes into the urn; nothing here keeps whose it was."""
    return cast_ballot(turn, SURVEYING.name, answers, ANSWERS, Button(_("My mentorships"), ListMentorships()))


def statement_texts() -> dict[str, Markup]:
    return {
        "helped": _("The mentoring helped me."),
        "time": _("We found the time for it."),
        "again": _("I would do it again."),
    }


def _statement(name: str, **more: Any) -> Question:
    return statement(name, lambda: statement_texts()[name], **more)


SURVEYING = Form(
    name="mentoring_survey",
    title=lambda: _("Survey on mentoring"),
    questions=(
        _statement(STATEMENTS[0], ends=_must_be_asked),
        *(_statement(name) for name in STATEMENTS[1:]),
        what_to_keep(),
        what_to_change(),
        sending(),
    ),
    finish=send,
    starts=_take_up,
)


def close_surveys(session: Session, now: datetime, _house: House) -> None:
    """A planner: the year's last day for answers is over."""
    for survey in surveys.overdue(session, now):
        surveys.close(session, survey, now)


def register(router: Router) -> None:
    router.tap(TakeMentoringSurvey, take_survey, gate=Gate.NETWORK)
    router.form(SURVEYING, gate=Gate.NETWORK)
    router.planner(close_surveys, surveys.next_end)
