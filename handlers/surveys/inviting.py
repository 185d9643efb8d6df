"""Those of the audience are asked, and reminded once; when the last day is over it closes by itself. All of it is
planned inside the database, a piece of the members at a time, so that nobody who talks to the bot waits for it."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import _, ngettext, pgettext
from bot.conversation.notices import Composing, Lane, Notice, Switch, queue
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Router
from bot.conversation.times import short_start
from db import announcements, questionnaires, scopes, surveys
from db.models.members import Member
from db.models.surveys import Questionnaire, Survey
from db.outbox import ASKED
from handlers.announcements.planning import PIECES, due_by_clock
from handlers.surveys.buttons import AnswerSurvey, ListSurveys, ShowAnswers
from handlers.surveys.naming import language_for, privacy_line, title_of
from handlers.surveys.recipients import those_asked, those_silent


@dataclass(frozen=True, slots=True)
class SurveyAsked(Notice, kind=ASKED):
    """A coordinator asks many people."""

    questionnaire: int
    lane = Lane.UNASKED
    switch = Switch.SURVEYS
    unasked = True
    budgeted = True

    def compose(self, at: Composing) -> Reply | None:
        found = _waiting(at, self.questionnaire)
        if found is None:
            return None
        row, survey = found
        tag, n = language_for(row), len(row.questions)
        count = ngettext("{n} question, open until {time}.", "{n} questions, open until {time}.", n)
        lines = [
            Markup("<b>{}</b>").format(row.titles[tag]),
            *([Markup("{}").format(row.intros[tag])] if row.intros.get(tag) else []),
            count.format(n=n, time=short_start(survey.closes_at)),
            privacy_line(row, at.house.keep),
        ]
        return Reply(Markup("\n\n").join(lines), _buttons(row))


@dataclass(frozen=True, slots=True)
class SurveyAskedAgain(Notice, kind="questionnaire_again"):
    """The one reminder, to those who have not answered."""

    questionnaire: int
    lane = Lane.UNASKED
    switch = Switch.SURVEYS
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        found = _waiting(at, self.questionnaire)
        if found is None:
            return None
        row, survey = found
        text = _("A reminder: would you answer <b>{title}</b>? It is open until {time}.")
        title = row.titles[language_for(row)]
        return Reply(text.format(title=title, time=short_start(survey.closes_at)), _buttons(row))


@dataclass(frozen=True, slots=True)
class SurveyEnded(Notice, kind="questionnaire_ended"):
    """The last day of one's survey is over."""

    questionnaire: int

    def compose(self, at: Composing) -> Reply | None:
        row = questionnaires.find(at.session, self.questionnaire)
        if row is None or not questionnaires.may_see(scopes.scope_of(at.session, at.member.id), row):
            return None
        text = _("Your survey <b>{title}</b> has closed. Its results are final.").format(title=title_of(row))
        return Reply(text, column(Button(_("Results"), ShowAnswers(row.id)), Button(_("Surveys"), ListSurveys())))


def _waiting(at: Composing, questionnaire: int) -> tuple[Questionnaire, Survey] | None:
    """The survey, where this reader may still answer it and has not."""
    row = questionnaires.find(at.session, questionnaire)
    survey = questionnaires.survey_of(at.session, row) if row is not None else None
    if row is None or survey is None or not surveys.is_open(survey, at.now):
        return None
    return (row, survey) if surveys.participation(at.session, survey.id, at.member.id) == "asked" else None


def _buttons(row: Questionnaire) -> tuple[tuple[Button, ...], ...]:
    return column(
        Button(_("Answer the survey"), AnswerSurvey(row.id)),
        Button(pgettext("button", "Choose my messages"), Go("settings")),
    )


# --- planning --------------------------------------------------------------------------------------------------


def plan_surveys(session: Session, now: datetime, _house: House) -> bool:
    """A planner: the next piece of invitations or reminders. True while there may be more."""
    row = questionnaires.next_to_plan(session, now)
    if row is None:
        return False
    size = PIECES[session.get_bind().dialect.name]
    end = announcements.end_of_piece(session, row.cursor, size)
    piece = [Member.id > row.cursor, *([Member.id <= end] if end is not None else [])]
    if row.planned_at is None:
        assert row.survey_id is not None
        piece += those_asked(row)
        questionnaires.ask_members(session, row.survey_id, piece)
        _tell(session, SurveyAsked(row.id), piece, now)
    else:
        _tell(session, SurveyAskedAgain(row.id), [*piece, *those_silent(row, now)], now)
    questionnaires.go_on(row, end, now)
    return True


def _tell(session: Session, notice: Notice, piece: announcements.Conditions, now: datetime) -> None:
    """At once, or when they wake. A minute's grain, so that the same clocks are worked out once for all pieces."""
    begin = now.replace(second=0, microsecond=0)
    clocks = announcements.clocks_of(session, piece, holidays=False)
    dues = {clock: due_by_clock(clock, begin, morning=False) for clock in clocks}
    told = announcements.Told(notice.kind, notice.ref(), notice.params(), notice.lane)
    announcements.queue_for(session, told, dues, piece, holidays=False)


def close_surveys(session: Session, now: datetime, _house: House) -> None:
    """A planner: whose last day is over, is closed, and whoever made it is told."""
    for row in questionnaires.overdue(session, now):
        questionnaires.close(session, row, now)
        if row.author_id is not None:
            queue(session, row.author_id, SurveyEnded(row.id), now)


def register(router: Router) -> None:
    router.notice(SurveyAsked)
    router.notice(SurveyAskedAgain)
    router.notice(SurveyEnded)
    router.planner(close_surveys, questionnaires.next_due)
    router.planner(plan_surveys, questionnaires.next_due)
