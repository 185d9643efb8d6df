"""What the audit log may hold: actions that have a sentence, ids and short codes, and nothing that somebody wrote."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.privacy import Audit
from handlers.coordination.audit_wording import ACTIONS

# Short codes are small letters, so that no name is taken for one; a member number has eight signs.
CODE = re.compile(r"[a-z_]{1,20}|[2-9B-Z]{8}")
# Whoever takes a list away says why, and everybody on it can read that together with their data; those who are invited
# are no members yet.
REASONS = {("attendees_exported", "reason"), ("exported", "reason"), ("invitations_taken", "reason")}
# As of when the database was restored.
TIMES = {("restored", "as_of")}


def faults(session: Session) -> list[str]:
    """What does not belong into the log."""
    rows = session.execute(select(Audit.action, Audit.details))
    return sorted({fault for action, details in rows for fault in faults_of(action, details)})


def faults_of(action: str, details: Mapping[str, Any]) -> Iterable[str]:
    if action not in ACTIONS:
        yield f"{action} has no sentence"
    for key, value in details.items():
        if (action, key) not in REASONS | TIMES and not _is_harmless(value):
            yield f"{action}.{key} holds more than an id"


def _is_harmless(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_harmless(each) for each in value)
    return value is None or isinstance(value, int) or (isinstance(value, str) and bool(CODE.fullmatch(value)))
