"""Whom a survey asks: its audience, which its maker's scope has narrowed, as far as they want to be asked."""

from datetime import datetime

from sqlalchemy import ColumnElement

from bot.conversation.notices import Switch
from db import questionnaires
from db.models.surveys import Questionnaire


def those_asked(row: Questionnaire) -> tuple[ColumnElement[bool], ...]:
    return questionnaires.those_asked(row, Switch.SURVEYS)


def those_silent(row: Questionnaire, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Those who were asked and have not answered; for anonymous surveys that is all that is known."""
    return questionnaires.those_silent(row, Switch.SURVEYS, now)
