"""The morning after an event those who were there are asked how it was, and once more three days later."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _
from bot.conversation.notices import Composing, Lane, Notice, Switch, row_of
from bot.conversation.reply import Button, Reply, column
from bot.conversation.routing import Router
from bot.domain.reminders import next_morning, survey_at
from db import attendances, events, outbox, surveys
from db.attendances import Coming
from db.events import Task
from db.models.events import Event, EventState
from db.models.surveys import Survey
from db.surveys import Silent
from handlers.events.card import title_of
from handlers.events.reminding import hours_of
from handlers.events.surveying import TakeSurvey

CHUNK = 500
AGAIN_AFTER = timedelta(days=3)
HALF_A_DAY = timedelta(hours=12)


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
    outbox.queue_many(session, [row_of(one.member, notice, max(_morning(event, one), now)) for one in asked])
    return found[-1].id if len(found) == CHUNK else None


def ask_again(session: Session, event: Event, task: Task, now: datetime) -> int | None:
    """An errand: remind the next of those who have not answered, each in their morning, three days after they were
    asked: who was spared over holidays is not asked and reminded on the same day."""
    survey = surveys.of_event(session, event.id)
    if survey is None or not surveys.is_open(survey, now):
        return None
    found = surveys.silent_after(session, survey.id, task.cursor, CHUNK)
    notice = SurveyReminder(survey.id)
    outbox.queue_many(session, [row_of(one.member, notice, _third_morning(event, one, now)) for one in found])
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


def close_survey(session: Session, event: Event, _task: Task, now: datetime) -> None:
    """An errand: two weeks are over."""
    survey = surveys.of_event(session, event.id)
    if survey is not None and survey.closed_at is None:
        surveys.close(session, survey, now)


def register(router: Router) -> None:
    router.notice(SurveyInvitation)
    router.notice(SurveyReminder)
