"""Keeping the lists in the chat: adding, naming, ordering, closing an entry, or replacing it by another.

Nothing here touches what members chose, but for the years of a named cohort: whoever chose it has those. An entry that
is replaced points to the one that stands for it now, and whoever asks for one of the two finds both
(`db.lists.meaning_the_same`); so replacing can be undone, and nobody's studies are rewritten behind their back.
"""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.domain.folding import fold
from bot.domain.scope import Scope
from db.lists import follow_years, head_of
from db.models.lists import TABLES, Cohort, Entry, Institution, ListKind, Names, Programme
from db.models.members import Affiliation, MemberTopic, Role, RoleKind

LONGEST_NAME = 120
LONGEST_SLUG = {
    ListKind.INSTITUTION: 40,
    ListKind.FACULTY: 60,
    ListKind.PROGRAMME: 60,
    ListKind.COHORT: 80,
    ListKind.TOPIC: 40,
}
# Lists of which each institution or programme has its own.
OWNERS = {
    ListKind.FACULTY: ListKind.INSTITUTION,
    ListKind.PROGRAMME: ListKind.INSTITUTION,
    ListKind.COHORT: ListKind.PROGRAMME,
}
# Columns of a programme that is in no faculty, an entry that was not replaced, and the like.
_PART_OF = {ListKind.INSTITUTION: "institutions", ListKind.FACULTY: "faculties", ListKind.PROGRAMME: "programmes"}


def load(session: Session, kind: ListKind, entry: int) -> Entry | None:
    return session.get(TABLES[kind], entry)


def lock(session: Session, kind: ListKind, entry: int) -> Entry | None:
    """Read anew and locked: two coordinators who change it wait for each other."""
    return session.get(TABLES[kind], entry, with_for_update=True, populate_existing=True)


def lock_open_institutions(session: Session) -> None:
    """Before any of them is locked alone: of two who close the last two at once, one waits and is told."""
    query = select(Institution.id).where(Institution.closed.is_(False)).order_by(Institution.id)
    session.execute(query.with_for_update()).all()


def entries(session: Session, kind: ListKind, owner: int | None = None) -> list[Entry]:
    """A whole list in its order (an institution's or a programme's, where each has its own), what is closed at the
    end."""
    table = TABLES[kind]
    query: Any = select(table).filter_by(**_belongs_to(kind, owner))
    return list(session.scalars(query.order_by(table.closed, table.position, table.id)))


def _belongs_to(kind: ListKind, owner: int | None) -> dict[str, int | None]:
    """The column that says whose list an entry is in, and the owner."""
    return {f"{TABLES[OWNERS[kind]].__tablename__}_id": owner} if kind in OWNERS else {}


def owner_of(entry: Entry) -> int | None:
    """In whose list an entry stands; institutions and topics stand in the network's."""
    return next((getattr(entry, column) for column in _belongs_to(kind_of(entry), None)), None)


def institution_of(session: Session, kind: ListKind, owner: int | None) -> int | None:
    """To which institution a list belongs; the network's to none."""
    if kind is not ListKind.COHORT:
        return owner
    programme = session.get(Programme, owner) if owner is not None else None
    return programme.institution_id if programme is not None else None


def kind_of(entry: Entry) -> ListKind:
    return next(kind for kind, table in TABLES.items() if isinstance(entry, table))


def called(session: Session, kind: ListKind, owner: int | None, names: Names, own: int | None) -> Entry | None:
    """Another entry of the same list that one of these names is the name of, whatever the case of its letters."""
    wanted = {name.casefold() for name in names.values()}
    others = (row for row in entries(session, kind, owner) if row.id != own)
    return next((row for row in others if wanted & {name.casefold() for name in row.names.values()}), None)


def add(session: Session, kind: ListKind, owner: int | None, slug: str, names: Names, columns: dict[str, Any]) -> Entry:
    """A new entry at the end of its list."""
    before = entries(session, kind, owner)
    row = TABLES[kind](
        slug=slug,
        names=names,
        position=max((each.position for each in before), default=-1) + 1,
        closed=False,
        by_hand=True,
        **_belongs_to(kind, owner),
        **columns,
    )
    session.add(row)
    session.flush()
    return row


def free_slug(session: Session, kind: ListKind, owner: int | None, name: str) -> str:
    """The words of the name, behind the owner's; numbered when taken. Choose it before you look whether the name is
    `called` so already: of two who add the same at once, the second either gets the same slug, so that their turn runs
    again, or sees the name of the first."""
    words = "-".join(re.findall(r"[a-z0-9]+", fold(name))) or kind.name.lower()
    whose = load(session, OWNERS[kind], owner) if owner is not None else None
    base = (f"{whose.slug}-{words}" if whose is not None else words)[: LONGEST_SLUG[kind] - 4].strip("-")
    slug, n, table = base, 1, TABLES[kind]
    while session.scalar(select(table.id).where(table.slug == slug)) is not None:
        n += 1
        slug = f"{base}-{n}"
    return slug


def change(session: Session, row: Entry, names: Names, columns: dict[str, Any]) -> None:
    """Another name, the same meaning: the slug stays."""
    row.names, row.by_hand = names, True
    for name, value in columns.items():
        setattr(row, name, value)
    session.flush()
    if isinstance(row, Cohort):
        follow_years(session, row)


def place(session: Session, row: Entry, index: int) -> None:
    """Put an entry at this place of its list, counted from 0. What moves is kept by hand from now on."""
    others = entries(session, kind_of(row), owner_of(row))
    shown = [each for each in others if not each.closed and each.id != row.id]
    shown.insert(max(index, 0), row)
    for position, each in enumerate(shown):
        if each.position != position:
            each.position, each.by_hand = position, True
    session.flush()


def close(session: Session, row: Entry, successor: Entry | None = None) -> None:
    """It can no longer be chosen; with a successor it stands for that from now on, with what had been replaced by
    it."""
    row.closed, row.by_hand = True, True
    row.merged_into = successor.id if successor is not None else None
    if successor is not None:
        table = type(row)
        session.execute(update(table).where(table.merged_into == row.id).values(merged_into=successor.id))
    session.flush()


def reopen(session: Session, row: Entry) -> None:
    """It can be chosen again, and stands for itself."""
    row.closed, row.merged_into, row.by_hand = False, None, True
    session.flush()


# --- who is concerned ------------------------------------------------------------------------------------------


def count_chosen(session: Session, row: Entry) -> int:
    """How many people have chosen it; a faculty, by a programme of it."""
    member = func.count(func.distinct(Affiliation.member_id))
    kind = kind_of(row)
    if kind is ListKind.TOPIC:
        query: Any = select(func.count()).where(MemberTopic.topic_id == row.id)
    elif kind is ListKind.INSTITUTION:
        query = select(member).where(Affiliation.institution_id == row.id)
    elif kind is ListKind.PROGRAMME:
        query = select(member).where(Affiliation.programme_id == row.id)
    elif kind is ListKind.COHORT:
        query = select(member).where(Affiliation.cohort_id == row.id)
    else:
        query = select(member).join(Programme, Programme.id == Affiliation.programme_id)
        query = query.where(Programme.faculty_id == row.id)
    return session.scalar(query) or 0


def count_offices(session: Session, row: Entry) -> int:
    """How many coordinators answer for it by name."""
    part = _PART_OF.get(kind_of(row))
    scopes = session.scalars(select(Role.scope).where(Role.kind == RoleKind.COORDINATOR, Role.scope.is_not(None)))
    return sum(row.id in getattr(Scope.from_json(scope), part) for scope in scopes) if part is not None else 0


def replaced_by(session: Session, row: Entry) -> Sequence[Entry]:
    """What this entry stands for besides itself."""
    table = type(row)
    return session.scalars(select(table).where(head_of(table) == row.id, table.id != row.id).order_by(table.id)).all()
