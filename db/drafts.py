"""Forms people are in the middle of."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.models.base import table_of
from db.models.conversation import Draft

_draft = table_of(Draft)
_MINE = _draft.c.member_id == bindparam("member")
_THIS = _draft.c.form == bindparam("which")
_IS_ACTIVE = _draft.c.active.is_(True)
_FIND = select(_draft.c.form, _draft.c.question, _draft.c.answers).where(_MINE)
_FIND_ACTIVE = _FIND.where(_IS_ACTIVE)
_FIND_THIS = _FIND.where(_THIS)
_PARK = update(_draft).where(_MINE, _IS_ACTIVE).values(active=False).returning(_draft.c.form)
_PARK_OTHERS = update(_draft).where(_MINE, ~_THIS, _IS_ACTIVE).values(active=False)
_DROP = delete(_draft).where(_MINE, _THIS)


def _upsert(insert: Any) -> Any:
    statement = insert(_draft)
    rest = {name: statement.excluded[name] for name in ("question", "answers", "active", "expires_at")}
    return statement.on_conflict_do_update(index_elements=["member_id", "form"], set_=rest)


_KEEP = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}


@dataclass(slots=True)
class Filling:
    """A form half filled in: where somebody is (the question's name) and what they answered."""

    form: str
    question: str
    answers: dict[str, Any] = field(default_factory=dict)
    active: bool = False


def active(connection: Connection, member: int) -> Filling | None:
    """The form whose question was the last thing shown."""
    row = connection.execute(_FIND_ACTIVE, {"member": member}).one_or_none()
    return Filling(*row, active=True) if row else None


def find(connection: Connection, member: int, form: str) -> Filling | None:
    """A member's draft of this form, active or parked."""
    row = connection.execute(_FIND_THIS, {"member": member, "which": form}).one_or_none()
    return Filling(*row) if row else None


def keep(connection: Connection, member: int, filling: Filling, expires_at: datetime) -> None:
    """Write a draft and make it the active one; any other lies parked from now on."""
    if not filling.active:
        connection.execute(_PARK_OTHERS, {"member": member, "which": filling.form})
        filling.active = True
    values = {
        "member_id": member,
        "form": filling.form,
        "question": filling.question,
        "answers": filling.answers,
        "active": True,
        "expires_at": expires_at,
    }
    connection.execute(_KEEP[connection.dialect.name], values)


def park(connection: Connection, member: int) -> str | None:
    """Something else came between: no draft is active any more. The form that was, if any."""
    form: str | None = connection.scalar(_PARK, {"member": member})
    return form


def drop(connection: Connection, member: int, form: str) -> None:
    """Throw a draft away, finished or given up."""
    connection.execute(_DROP, {"member": member, "which": form})


def parked(connection: Connection, member: int) -> list[str]:
    """The forms somebody may come back to, by name; not those that were only laid out to be changed."""
    query = select(Draft.form).where(Draft.member_id == member, Draft.active.is_(False), Draft.question != "")
    return list(connection.scalars(query))
