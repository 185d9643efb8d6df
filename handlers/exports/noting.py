"""Members' data leave the house: it stands in the log each time, and once who is in the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from bot.domain.exports import Purpose
from db import exports
from db.models.exports import Export
from db.models.members import Code, Member
from db.models.privacy import Audit
from handlers.exports.links import Format, owner_of

EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Contents:
    """What leaves, what for, and the condition on `Member` that says whose data they are."""

    purpose: Purpose
    parts: Sequence[str]
    whose: ColumnElement[bool]


def note_taken(session: Session, code: Code, kind: Format, contents: Contents, now: datetime) -> tuple[Export, bool]:
    """The export by this link, whose button was pressed; whether it is there from an earlier time. The same people are
    in it then."""
    owner = owner_of(session, code)
    earlier = session.get(Export, (code.prefill or {}).get(EXPORT, 0))
    export = earlier or _record(session, owner, code, kind, contents, now)
    details = {"export": export.id, "people": export.people, "purpose": export.purpose, "format": kind.value}
    session.add(Audit(at=now, actor=owner.number, action="members_exported", subject=None, details=details))
    return export, earlier is not None


def _record(session: Session, owner: Member, code: Code, kind: Format, contents: Contents, now: datetime) -> Export:
    """Everybody who is in it; the link remembers which export it was."""
    prefill = code.prefill or {}
    export = Export(
        at=now,
        actor_id=owner.id,
        purpose=contents.purpose,
        reason=prefill["reason"],
        parts=list(contents.parts),
        format=kind.value,
        people=0,
        named=owner.looks_named,
    )
    exports.record(session, export, contents.whose)
    code.prefill = {**prefill, EXPORT: export.id}
    return export
