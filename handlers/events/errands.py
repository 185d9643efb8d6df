"""What there is to be done about events, in small pieces: a tick does one piece after the other, each in a
transaction of its own, so that nobody who talks to the bot waits for it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.road import log_fault
from bot.conversation.routing import Router
from db import events
from db.events import Task
from db.models.events import Event
from db.trouble import Trouble, classify
from handlers.events import changing, inviting, reminding, survey_invitations

Work = Callable[[Session, Event, Task, datetime], int | None]

# A piece with a fault of ours holds up no other; it is tried again later.
AFTER_A_FAULT = timedelta(minutes=10)

# Each does the next piece behind `task.cursor` and says how far it got; None when nothing is left.
WORK: dict[str, Work] = {
    "invite": inviting.invite,
    "chase": inviting.chase,
    "remind": reminding.queue_reminders,
    "changed": changing.tell_change,
    "cancelled": changing.tell_cancellation,
    "message": changing.pass_on,
    "survey": survey_invitations.ask_everybody,
    "survey_again": survey_invitations.ask_again,
    "survey_end": survey_invitations.close_survey,
}


def work_off(session: Session, now: datetime, _house: House) -> bool:
    """The planner: one piece of what is due longest. True while there may be more."""
    task = events.next_errand(session, now)
    if task is None:
        return False
    try:
        with session.begin_nested():
            _do(session, task, now)
    except Exception as error:
        if classify(error) is not Trouble.FAULT:
            raise
        log_fault(error)
        events.postpone(session, task.id, now + AFTER_A_FAULT)
    return True


def _do(session: Session, task: Task, now: datetime) -> None:
    event = events.load(session, task.event)
    cursor = WORK[task.kind](session, event, task, now) if event is not None else None
    events.advance(session, task.id, task.cursor if cursor is None else cursor, now if cursor is None else None)


def register(router: Router) -> None:
    router.planner(work_off, events.next_errand_due)
