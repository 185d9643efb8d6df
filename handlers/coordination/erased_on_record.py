"""People on record who asked to be erased are invited by nobody, and not counted among those who are. They are known
only by the keyed hash of a name, so every name has to be hashed to find them."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from bot.conversation.house import House
from db import erased, inviting
from db.erased import Listed, name_mark
from db.models.records import Record

# Hashing two names each of so many takes less than a tenth of a second.
MOST_HASHED = 3_000


def listed(house: House) -> Listed:
    """The marks of those who asked for erasure."""
    return erased.read(Path(house.erasure_list)) if house.erasure_list else {}


def is_gone(house: House, marks: Listed, names: Iterable[str | None], institution: str) -> bool:
    """Whether somebody of one of these names asked for erasure at an institution (its slug)."""
    return bool(marks) and any(house.digest("erasure", name_mark(name, institution)) in marks for name in names if name)


def without_erased(session: Session, house: House, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same condition without those who asked for erasure, where it is few enough people to look at each."""
    marks = listed(house)
    found = inviting.names_of(session, condition, MOST_HASHED + 1) if marks else []
    if len(found) > MOST_HASHED:
        return condition
    gone = [each.record for each in found if is_gone(house, marks, (each.name, each.other_name), each.institution)]
    return condition & Record.id.not_in(gone) if gone else condition


def may_be_fewer(house: House, people: int) -> bool:
    """Whether so many people were counted without looking at each."""
    return people > MOST_HASHED and bool(listed(house))
