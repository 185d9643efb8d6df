"""People on record who asked to be erased, or objected, are invited by nobody, and not counted among those who are. The
erased are known only by the keyed hash of a name, so every name has to be hashed to find them; whoever objected may
stand in a later list anew, so names are compared, too."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from bot.conversation.house import House
from db import erased, inviting, objections
from db.erased import Listed, name_mark
from db.models.records import Record

# Hashing and comparing two names each of so many takes less than a tenth of a second.
MOST_COMPARED = 1_000


def listed(house: House) -> Listed:
    """The marks of those who asked for erasure."""
    return erased.read(Path(house.erasure_list)) if house.erasure_list else {}


def is_gone(house: House, marks: Listed, names: Iterable[str | None], institution: str) -> bool:
    """Whether somebody of one of these names asked for erasure at an institution (its slug)."""
    return bool(marks) and any(house.digest("erasure", name_mark(name, institution)) in marks for name in names if name)


def to_invite(session: Session, house: House, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same condition without those who are kept out, where it is few enough people to look at each."""
    found = inviting.names_of(session, condition, MOST_COMPARED + 1)
    if len(found) > MOST_COMPARED:
        return condition
    marks = listed(house)
    gone = {each.record for each in found if is_gone(house, marks, (each.name, each.other_name), each.slug)}
    gone |= objections.namesakes(session, (objections.Listed(*each[:4]) for each in found))
    return condition & Record.id.not_in(gone) if gone else condition


def may_be_fewer(people: int) -> bool:
    """Whether so many people were counted without looking at each."""
    return people > MOST_COMPARED
