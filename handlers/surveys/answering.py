"""Those who were asked answer: by the one form, whose questions come from the survey it is about."""

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.i18n import _, pgettext
from bot.conversation.questions import Answers, Asking, Form
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Router
from bot.conversation.times import short_start
from bot.conversation.turn import Outcome, Turn
from db import questionnaires, surveys
from db.models.surveys import Questionnaire, Survey
from handlers.balloting import SURVEY, cast_ballot, closed, open_ballot, sending
from handlers.surveys.asking import questions_for
from handlers.surveys.buttons import AnswerSurvey
from handlers.surveys.naming import language_for


def take(turn: Turn, tap: AnswerSurvey) -> Outcome:
    """Ask the questions; who has answered under their name sees what they said, and may change it."""
    row = questionnaires.find(turn.session, tap.questionnaire)
    survey = questionnaires.survey_of(turn.session, row) if row is not None else None
    if row is None or survey is None:
        return _gone()
    if not surveys.is_open(survey, turn.now):
        return closed()
    if surveys.participation(turn.session, survey.id, turn.me.id) is None:
        return _not_asked()
    if row.anonymous:
        return open_ballot(turn, ANSWERING, survey.id)
    mine = surveys.named_answer(turn.session, survey.id, turn.me.id)
    if mine is None:
        return forms.begin_about(turn, ANSWERING, SURVEY, {SURVEY: survey.id})
    return forms.begin_anew(turn, ANSWERING, {SURVEY: survey.id, **_all_of(row, mine.content)})


def _all_of(row: Questionnaire, content: dict[str, Any]) -> Answers:
    """Also what was left out, so that it is not asked again."""
    return {asked.key: content.get(asked.key) for asked in questionnaires.questions_of(row)}


def _gone() -> Reply:
    text = _("This survey no longer exists. Thank you for your interest!")
    return Reply(text, column(Button(_("Contact"), Go("contact")), Button(_("Menu"), Go("menu"))))


def _not_asked() -> Reply:
    text = _("This survey was sent to other people, so it is not open to you. Thank you for your interest!")
    return Reply(text, column(Button(_("Contact"), Go("contact")), Button(_("Menu"), Go("menu"))))


def lay_out(turn: Turn, answers: Answers) -> Form:
    """The form of the survey that it is about. Anonymous answers are never said back: no card sums them up."""
    row = questionnaires.of_survey(turn.session, answers.get(SURVEY) or 0)
    if row is None:
        return replace(ANSWERING, lays_out=None)
    asked = questions_for(questionnaires.questions_of(row), language_for(row), anonymous=row.anonymous)
    if row.anonymous:
        return replace(ANSWERING, lays_out=None, questions=(*asked, sending()))
    return replace(ANSWERING, lays_out=None, questions=asked, summary=_sum_up)


def _sum_up(_asking: Asking) -> Markup:
    return _("<b>Your answers</b>\nThey carry your name. Tap a line below to change it.")


def send(turn: Turn, answers: Answers) -> Reply:
    """Into the urn, or under one's name."""
    row = questionnaires.of_survey(turn.session, answers.get(SURVEY) or 0)
    survey = turn.session.get(Survey, row.survey_id) if row is not None else None
    if row is None or survey is None:
        return _gone()
    keys = [asked.key for asked in questionnaires.questions_of(row)]
    if row.anonymous:
        return cast_ballot(turn, ANSWERING.name, answers, keys)
    content = {key: answers[key] for key in keys if answers.get(key) not in (None, [])}
    if not surveys.answer(turn.session, survey.id, turn.me.id, content, turn.now):
        return closed()
    text = _("Thank you! Your answers are in. You can change them until {time}.").format(
        time=short_start(survey.closes_at)
    )
    again = Button(pgettext("button", "Change my answers"), AnswerSurvey(row.id))
    return Reply(text, column(again, Button(_("Menu"), Go("menu"))))


ANSWERING = Form(
    name="questionnaire",
    title=lambda: _("Survey"),
    questions=(),
    finish=send,
    confirm=lambda: _("Send with my name"),
    starts=None,
    lays_out=lay_out,
)


def register(router: Router) -> None:
    router.tap(AnswerSurvey, take)
    router.form(ANSWERING)
