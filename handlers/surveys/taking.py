"""Coordinators take the answers to a survey away as a file: with a reason, through a link for one browser
and a quarter of an hour."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.conversation import forms
from bot.conversation.i18n import _
from bot.conversation.questions import Answers, Form
from bot.conversation.reply import Button, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from db import questionnaires, scopes, surveys
from db.models.members import Code, Member
from db.models.privacy import Audit
from db.models.surveys import Questionnaire
from handlers.exports.files import FORMAT, REASON, table_file
from handlers.exports.links import About, Link, make, owner_of
from handlers.exports.listing import Listed, Listing
from handlers.surveys.buttons import OpenSurvey, ShowAnswers, TakeAnswers
from handlers.surveys.exporting import make_table
from handlers.surveys.naming import title_of

SURVEY = "_survey"


def begin_taking(turn: Turn, tap: TakeAnswers) -> Outcome:
    row = _shown_or_refuse(turn, tap.survey)
    return forms.begin_anew(turn, TAKING, {SURVEY: row.id})


def _shown_or_refuse(turn: Turn, survey: int) -> Questionnaire:
    """A survey of one's scope of which answers may be shown: of an anonymous one what is published, from five on."""
    row = questionnaires.find(turn.session, survey)
    if row is None or not questionnaires.may_see(turn.scope, row):
        raise Refused(Reply(_("This survey is for somebody else, or no longer kept."), ()))
    if row.survey_id is None or not _is_there_anything(turn.session, row):
        text = _("There are no answers to take away yet.")
        raise Refused(Reply(text, ((Button(_("Back"), OpenSurvey(row.id)),),)))
    return row


def _is_there_anything(session: Session, row: Questionnaire) -> bool:
    if row.survey_id is None:
        return False
    if row.anonymous:
        return surveys.publish(session, row.survey_id) is not None
    return bool(questionnaires.count_answered(session, row))


def make_link(turn: Turn, answers: Answers) -> Reply:
    row = _shown_or_refuse(turn, int(answers[SURVEY]))
    text = _(
        "The answers to <b>{survey}</b> are behind the link below. It works for 15 minutes, in one browser and for "
        "you alone; please do not pass it on. Delete the file as soon as you no longer need it."
    ).format(survey=title_of(row))
    download = Button(_("Download the list"), url=make(turn, About.SURVEY, row.id, answers))
    return Reply(text, ((download,), (Button(_("Back"), ShowAnswers(row.id)),)), new=True)


def title_for(session: Session, owner: Member, prefill: Any) -> str | None:
    """The survey's. Whoever no longer answers for everybody in it takes nothing away."""
    row = questionnaires.find(session, prefill["survey"])
    if row is None or row.survey_id is None or not questionnaires.may_see(scopes.scope_of(session, owner.id), row):
        return None
    return title_of(row)


def _make(session: Session, code: Code, link: Link, now: datetime) -> Listed:
    made = make_table(session, _survey_of(session, code))
    return Listed(table_file(made.title, made.header, made.rows, link.format, now))


def _note(session: Session, code: Code, link: Link, now: datetime, _last: int) -> None:
    """In the log, for everybody named in it as well."""
    row, owner = _survey_of(session, code), owner_of(session, code)
    details = {"survey": row.id, "format": link.format.value}
    session.add(Audit(at=now, actor=owner.number, action="survey_exported", subject=None, details=details))
    told = {"survey": row.id, "reason": (code.prefill or {}).get("reason", "")}
    session.add_all(
        Audit(at=now, actor=owner.number, action="exported", subject=number, details=told)
        for number in make_table(session, row).subjects
        if number != owner.number
    )


def _survey_of(session: Session, code: Code) -> Questionnaire:
    row = questionnaires.find(session, (code.prefill or {})["survey"])
    assert row is not None
    return row


TAKING = Form(
    name="surveyexport",
    title=lambda: _("Export"),
    questions=(REASON, FORMAT),
    finish=make_link,
    starts=None,
)


LIST = Listing(About.SURVEY, title_for, _make, _note)


def register(router: Router) -> None:
    router.tap(TakeAnswers, begin_taking, gate=Gate.COORDINATOR)
    router.form(TAKING, gate=Gate.COORDINATOR)
