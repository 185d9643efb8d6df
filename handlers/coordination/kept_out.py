"""People on record who asked to be erased, or objected, are invited by nobody, and not counted among those who are. The
erased are known only by the keyed hash of a name, so every name has to be hashed to find them; whoever objected may
stand in a later list anew, so names are compared, too."""

from pathlib import Path

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from bot.conversation.house import House
from db import erased, inviting, objections, operations
from db.erased import Listed, name_mark
from db.models.records import Record
from db.records import Called
from db.restored import LISTS_CLEARED

# Hashing and comparing two names each of so many takes less than a tenth of a second.
MOST_COMPARED = 1_000


def erased_marks(house: House) -> Listed:
    """The marks of those who asked for erasure."""
    return erased.read(Path(house.erasure_list)) if house.erasure_list else {}


def is_gone(house: House, marks: Listed, one: Called) -> bool:
    """Whether somebody of one of these names asked for erasure at that institution."""
    names = [name for name in (one.name, one.other_name) if name]
    return bool(marks) and any(house.digest("erasure", name_mark(name, one.slug)) in marks for name in names)


def to_invite(session: Session, house: House, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same condition without those who are kept out, where it is few enough people to look at each. Of more the
    erased have been forgotten, or `may_be_fewer` says that they may not have been yet."""
    found = inviting.names_of(session, condition, MOST_COMPARED + 1)
    if len(found) > MOST_COMPARED:
        return condition
    marks = erased_marks(house)
    gone = {each.record for each in found if is_gone(house, marks, each)}
    gone |= objections.namesakes(session, found)
    return condition & Record.id.not_in(gone) if gone else condition


def may_be_fewer(session: Session, house: House, people: int) -> bool:
    """Whether so many people were counted without looking at each, and some of them may be kept out: because somebody
    objected, or because lists were not yet cleared of those who were erased (`erased_on_record`)."""
    if people <= MOST_COMPARED:
        return False
    cleared = not erased_marks(house) or LISTS_CLEARED in operations.last_runs(session)
    return not cleared or objections.exist(session)
