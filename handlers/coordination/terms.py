"""Offices with an end are over when it comes, and their holders are thanked."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.notices import queue
from bot.conversation.routing import Router
from db import members, offices
from db.models.privacy import Audit
from handlers.coordination.offices import OfficeEnded

AT_ONCE = 20


def end_terms(session: Session, now: datetime, _house: House) -> bool:
    """The planner."""
    over = offices.run_out(session, now, AT_ONCE)
    for role in over:
        if role not in session:
            continue  # a deputy whose office went with the one before
        number = role.id
        for member in offices.end(session, role):
            subject = members.load(session, member).number
            session.add(Audit(at=now, actor=None, action="office_ended", subject=subject, details={"role": number}))
            queue(session, member, OfficeEnded(number), now)
    return len(over) == AT_ONCE


def register(router: Router) -> None:
    router.planner(end_terms, offices.next_end)
