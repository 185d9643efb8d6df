"""Not here yet."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation.routing import Router
from db.events import Task
from db.models.events import Event


def ask_everybody(session: Session, event: Event, task: Task, now: datetime) -> int | None:
    return None


ask_again = close_survey = ask_everybody


def register(router: Router) -> None:
    """Nothing yet."""
