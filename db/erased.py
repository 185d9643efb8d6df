"""The list of erased people: keyed hashes in a file of its own, kept apart from the database and its backups,
so that an import or a restore does not bring anybody back.

A line is a hash and when it was noted. An import asks for names (`name_mark`); a restore replays by the random number
of a member, which nobody else ever had, and never by a name: a namesake is somebody else.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.folding import fold
from db.models.conversation import Door
from db.models.lists import Institution
from db.models.members import Affiliation, Member

# A keyed hash, and since it is said when that was.
LINE = re.compile(r"([0-9a-f]{64})(?:\s+(\d{4}-\d\d-\d\dT[0-9:.]+\+00:00))?")
Digest = Callable[[str], str]
Listed = Mapping[str, datetime | None]


def note(path: Path, digest: Digest, session: Session, member: Member, now: datetime) -> None:
    """Add a member's hashes to the list; on the disk before this returns. `digest` is keyed with a secret that
    is not in the database."""
    note_marks(path, digest, marks_of(session, member), now)


def note_marks(path: Path, digest: Digest, marks: Iterable[str], now: datetime) -> None:
    """The same for these marks."""
    with path.open("a", encoding="ascii") as file:
        file.writelines(f"{digest(mark)} {now.astimezone(UTC).isoformat()}\n" for mark in marks)
        file.flush()
        os.fsync(file.fileno())


class NotTheList(Exception):
    """A file that holds something else; the number of the first line that no list has."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def read(path: Path) -> Listed:
    """Every hash on the list, with when it was last noted (None: by a version that did not say). Raises NotTheList."""
    if not path.exists():
        return {}
    found: dict[str, datetime | None] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        read_line = LINE.fullmatch(line.strip())
        if line.strip() and read_line is None:
            raise NotTheList(number)
        if read_line is not None:
            found[read_line[1]] = datetime.fromisoformat(read_line[2]) if read_line[2] else None
    return found


def is_erased(path: Path, digest: Digest, marks: Iterable[str]) -> bool:
    """Whether any of these marks is on the list."""
    listed = read(path)
    return any(digest(mark) in listed for mark in marks)


def brought_back(session: Session, listed: Listed, digest: Digest, since: datetime) -> list[int]:
    """Members of a database as it was at `since` who have been erased: by their number; or by a door that an erased
    person had and that was noted after `since` (their record was merged with this one and then erased). A door noted
    before is that of somebody who has come back."""
    numbers = session.execute(select(Member.id, Member.number)).all()
    gone = {member for member, number in numbers if digest(number_mark(number)) in listed}
    doors = session.execute(select(Door.member_id, Door.channel, Door.external_id)).all()
    for member, channel, external in doors:
        noted = listed.get(digest(door_mark(channel, external)))
        if noted is not None and noted > since:
            gone.add(member)
    return sorted(gone)


def marks_of(session: Session, member: Member) -> list[str]:
    """By what an erased person would be known again: their number, their doors, each name with each institution."""
    doors = session.execute(select(Door.channel, Door.external_id).where(Door.member_id == member.id)).all()
    slugs = session.scalars(select(Institution.slug).join(Affiliation).where(Affiliation.member_id == member.id)).all()
    names = [name for name in (member.full_name, member.other_name) if name]
    return [
        number_mark(member.number),
        *(door_mark(*door) for door in doors),
        *(name_mark(name, slug) for name in names for slug in slugs),
    ]


def number_mark(number: str) -> str:
    """The mark of a member's random number."""
    return f"member:{number}"


def door_mark(channel: str, external_id: str) -> str:
    """The mark of a chat or a browser."""
    return f"{channel}:{external_id}"


def name_mark(name: str, institution: str) -> str:
    """The mark of a name at an institution, however it is spelt."""
    return f"name:{fold(name)}@{institution}"
