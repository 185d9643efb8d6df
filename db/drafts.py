"""Forms people are in the middle of."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models.base import table_of
from db.models.conversation import Draft

_draft = table_of(Draft)
_ACTIVE = select(_draft.c.form, _draft.c.question, _draft.c.answers)


@dataclass(slots=True)
class Filling:
    """A form half filled in: where somebody is (the question's name) and what they answered."""

    form: str
    question: str
    answers: dict[str, Any] = field(default_factory=dict)


def active(session: Session, member: int) -> Filling | None:
    """The form whose question was the last thing shown."""
    query = _ACTIVE.where(_draft.c.member_id == member, _draft.c.active.is_(True))
    row = session.connection().execute(query).one_or_none()
    return Filling(*row) if row else None


def find(session: Session, member: int, form: str) -> Filling | None:
    """A member's draft of this form, active or parked."""
    query = _ACTIVE.where(_draft.c.member_id == member, _draft.c.form == form)
    row = session.connection().execute(query).one_or_none()
    return Filling(*row) if row else None


def keep(session: Session, member: int, filling: Filling, expires_at: datetime) -> None:
    """Write a draft and make it the active one."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {
        "question": filling.question,
        "answers": filling.answers,
        "active": True,
        "expires_at": expires_at,
    }
    statement = insert(Draft).values(member_id=member, form=filling.form, **values)
    session.connection().execute(statement.on_conflict_do_update(index_elements=["member_id", "form"], set_=values))


def park(session: Session, member: int) -> str | None:
    """Something else came between: no draft is active any more. The form that was, if any."""
    parking = update(_draft).where(_draft.c.member_id == member, _draft.c.active.is_(True)).values(active=False)
    form: str | None = session.connection().scalar(parking.returning(_draft.c.form))
    return form


def drop(session: Session, member: int, form: str) -> None:
    """Throw a draft away, finished or given up."""
    session.connection().execute(delete(_draft).where(_draft.c.member_id == member, _draft.c.form == form))


def parked(session: Session, member: int) -> list[str]:
    """The forms somebody may come back to, by name; not those that were only laid out to be changed."""
    query = select(Draft.form).where(Draft.member_id == member, Draft.active.is_(False), Draft.question != "")
    return list(session.scalars(query))


def drop_expired(session: Session, now: datetime) -> None:
    """Forget drafts nobody came back to."""
    session.execute(delete(Draft).where(Draft.expires_at < now))
