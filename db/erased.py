"""The list of erased people: keyed hashes in a file of its own, kept apart from the database and its backups,
so that an import or a restore does not bring anybody back."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.folding import fold
from db.models.conversation import Door
from db.models.lists import Institution
from db.models.members import Affiliation, Member

Digest = Callable[[str], str]


def note(path: Path, digest: Digest, session: Session, member: Member) -> None:
    """Add a member's hashes to the list; on the disk before this returns. `digest` is keyed with a secret that
    is not in the database."""
    with path.open("a", encoding="ascii") as file:
        file.writelines(f"{digest(mark)}\n" for mark in marks_of(session, member))
        file.flush()
        os.fsync(file.fileno())


def is_erased(path: Path, digest: Digest, marks: Iterable[str]) -> bool:
    """Whether any of these marks is on the list."""
    listed = read_list(path)
    return any(digest(mark) in listed for mark in marks)


def read_list(path: Path) -> frozenset[str]:
    """All hashes of the list, to be asked many times."""
    return frozenset(path.read_text(encoding="ascii").split()) if path.exists() else frozenset()


def marks_of(session: Session, member: Member) -> list[str]:
    """By what an erased person would be known again: their doors, and each name with each institution."""
    doors = session.scalars(select(Door.external_id).where(Door.member_id == member.id, Door.channel == "telegram"))
    slugs = session.scalars(select(Institution.slug).join(Affiliation).where(Affiliation.member_id == member.id)).all()
    names = [name for name in (member.full_name, member.other_name) if name]
    return [f"telegram:{door}" for door in doors] + [name_mark(name, slug) for name in names for slug in slugs]


def name_mark(name: str, institution: str) -> str:
    """The mark of a name at an institution, however it is spelt."""
    return f"name:{fold(name)}@{institution}"
