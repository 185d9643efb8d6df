"""Coordinators go through their survey as its readers will, in any of their languages. Nothing is stored."""

from dataclasses import replace

from markupsafe import Markup

from bot.conversation.i18n import _, speaking
from bot.conversation.questions import Answers, Asking, Form
from bot.conversation.reply import Button, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from db import questionnaires
from handlers.balloting import sending
from handlers.surveys.asking import questions_for
from handlers.surveys.buttons import ListSurveys, OpenSurvey

QUESTIONNAIRE, LANGUAGE = "_questionnaire", "_language"


def lay_out(turn: Turn, answers: Answers) -> Form:
    """The same form as the real one, in the language that is tried."""
    row = questionnaires.find(turn.session, answers.get(QUESTIONNAIRE) or 0)
    tag = answers.get(LANGUAGE)
    if row is None or tag is None or questionnaires.missing_in(row, tag) or not questionnaires.may_see(turn.scope, row):
        return replace(TRYING, lays_out=None)
    asked = questions_for(questionnaires.questions_of(row), tag, anonymous=row.anonymous)
    if row.anonymous:
        return replace(TRYING, lays_out=None, language=tag, questions=(*asked, sending()))
    return replace(TRYING, lays_out=None, language=tag, questions=asked, summary=_sum_up)


def _sum_up(_asking: Asking) -> Markup:
    return _("<b>Your answers</b>\nThey carry your name. Tap a line below to change it.")


def end(turn: Turn, answers: Answers) -> Reply:
    """Back in the coordinator's own language."""
    with speaking(turn.me.language, turn.me.zone):
        card = Button(_("Back to the survey"), OpenSurvey(answers.get(QUESTIONNAIRE) or 0))
        text = _("That was the whole survey as its readers see it. Nothing of what you entered was stored.")
        return Reply(text, column(card, Button(_("Surveys"), ListSurveys())))


TRYING = Form(
    name="surveypreview",
    title=lambda: _("Preview of a survey"),
    questions=(),
    finish=end,
    confirm=lambda: _("Send with my name"),
    starts=None,
    lays_out=lay_out,
)


def register(router: Router) -> None:
    router.form(TRYING, gate=Gate.COORDINATOR)
