"""Queuing what two people read about a request for mentoring: the row a notice of `handlers.mentoring` makes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox
from db.models.delivery import Outbox
from db.models.mentoring import MentorRequest


class Told(StrEnum):
    """The kinds of the notices about a request (`handlers.mentoring`), which all carry its id. To the mentor: ASKED,
    REMINDED, and NO_MORE when nothing is expected any longer; the others to the mentee. GONE carries the search, too:
    with a mentor who is erased the request goes."""

    ASKED = "mentor_asked"
    REMINDED = "mentor_reminded"
    NO_MORE = "mentor_no_more"
    PROPOSED = "mentor_proposed"
    ACCEPTED = "mentor_accepted"
    DECLINED = "mentor_declined"
    LAPSED = "mentor_lapsed"
    GONE = "mentor_gone"


def tell(session: Session, member: int, told: Told, request: MentorRequest, due_at: datetime) -> None:
    """Queue it for this member; the same occasion again changes nothing."""
    params = {"request": request.id}
    if told is Told.GONE:
        params = {"search": request.search_id, **params}
    ref = ":".join(str(ident) for ident in params.values())
    outbox.queue(session, member_id=member, kind=told.value, ref=ref, params=params, lane=0, due_at=due_at)


def knows_of(session: Session, mentor: int, request: int) -> bool:
    """Whether the mentor was told that they are asked; in their quiet hours they were not yet."""
    query = select(Outbox.id).where(Outbox.kind == Told.ASKED, Outbox.ref == str(request), Outbox.member_id == mentor)
    return session.scalar(query.where(Outbox.outcome.in_(("sent", "kept")))) is not None
