"""Who somebody may be: people on record and members whose names are alike, found by the indices of names.

Nobody is compared with everybody: those are looked at whose names begin alike, in either order of the words.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.likeness import Alike, Known, Studied, compare, compare_studies, turns
from bot.domain.scope import Scope
from db import records
from db.lists import head_of
from db.models.lists import Entry, Institution, Programme
from db.models.members import Affiliation, Member, Status
from db.models.people import MemberName
from db.models.records import Record, RecordName
from db.names import spellings_of
from db.people import LAST_CHARACTER
from db.scopes import within

MOST = 3
# So many keys are read of one beginning, so many beginnings of one name; so many people are compared in the end.
READ, BEGINNINGS, COMPARED = 250, 8, 24
# Keys less alike than this are not looked at any closer.
NEAR = 72
SHORTEST = 2


class OnRecord(NamedTuple):
    """Somebody on record who may be the person."""

    record: Record
    alike: Alike


class Twin(NamedTuple):
    """A member who may be the same person."""

    member: Member
    alike: Alike


@dataclass(frozen=True, slots=True)
class _Index:
    """One of the two indices of names: whose a key is."""

    folded: Any
    who: Any


_RECORDS = _Index(RecordName.folded, RecordName.record_id)
_MEMBERS = _Index(MemberName.folded, MemberName.member_id)


def on_record(session: Session, member: Member, scope: Scope) -> list[OnRecord]:
    """Up to three people on record in a scope, claimed by nobody, who may be this member: the likest first."""
    me = known(session, member)
    near = _near(session, _RECORDS, member)
    free = (Record.member_id.is_(None), records.counts(), records.within(scope))
    query = select(Record.id, Record.full_name, Record.other_name, Record.institution_id, Record.programme_id)
    query = query.add_columns(Record.from_year, Record.to_year).where(Record.id.in_(near), *free)
    rows = {row.id: row for row in session.execute(query)}
    studies = _studies_of(session, rows.values(), "id")
    found = _rank(me, near, {each: (row.full_name, row.other_name) for each, row in rows.items()}, studies)
    return [OnRecord(session.get_one(Record, each), alike) for each, alike in found]


def twins(session: Session, member: Member, scope: Scope) -> list[Twin]:
    """The same for members in a scope who may have registered twice."""
    me = known(session, member)
    near = _near(session, _MEMBERS, member)
    near.pop(member.id, None)
    query = select(Member.id, Member.full_name, Member.other_name).where(
        Member.id.in_(near), Member.status != Status.GUEST, Member.erase_at.is_(None), within(scope)
    )
    rows = session.execute(query).all()
    studies = _affiliations(session, [row.id for row in rows])
    found = _rank(me, near, {row.id: (row.full_name or "", row.other_name) for row in rows}, studies)
    return [Twin(session.get_one(Member, each), alike) for each, alike in found]


def known(session: Session, member: Member) -> Known:
    """A member as they are compared."""
    written, read = spellings_of(member.full_name or "", member.other_name)
    return Known(written, read, _affiliations(session, [member.id]).get(member.id, ()))


def compare_with_record(session: Session, member: Member, record: Record) -> Alike:
    """How alike a member and somebody on record are."""
    written, read = spellings_of(record.full_name, record.other_name)
    studies = _studies_of(session, [record], "id")[record.id]
    return compare(known(session, member), Known(written, read, studies))


def compare_members(session: Session, one: Member, other: Member) -> Alike:
    """How alike two members are."""
    return compare(known(session, one), known(session, other))


def _near(session: Session, index: _Index, member: Member) -> dict[int, float]:
    """Ids of those whose keys are alike, each with how alike; those of the same name are all among them."""
    written, read = spellings_of(member.full_name or "", member.other_name)
    mine = sorted({turned for spelling in written | read for turned in turns(spelling)})
    found: dict[int, float] = {}
    keys: dict[str, set[int]] = {}
    for key, who in _keys_like(session, index, mine, written | read):
        keys.setdefault(key, set()).add(who)
    for each in mine:
        near = process.extract(each, list(keys), scorer=fuzz.ratio, score_cutoff=NEAR, limit=None)
        for key, alike, _place in near:
            found |= {who: max(alike, found.get(who, 0.0)) for who in keys[key]}
    return found


def _keys_like(
    session: Session, index: _Index, wholes: Sequence[str], spellings: Collection[str]
) -> list[tuple[str, int]]:
    """The same names, as far as there is room; then names that begin alike."""
    same = select(index.folded, index.who).where(index.folded.in_(wholes)).limit(READ * BEGINNINGS)
    found = [(key, who) for key, who in session.execute(same)]
    for beginning in _beginnings(spellings):
        alike = select(index.folded, index.who).where(
            index.folded >= beginning, index.folded < beginning + LAST_CHARACTER
        )
        found += [(key, who) for key, who in session.execute(alike.order_by(index.folded).limit(READ))]
    return found


def _beginnings(spellings: Collection[str]) -> list[str]:
    """Of every spelling a word and the first sign of the next, whichever word comes first: one of them holds whichever
    word was mistyped. Of a name in one word all but its end."""
    found: dict[str, None] = {}
    for spelling in sorted(spellings, key=lambda each: (-len(each), each)):
        words = spelling.split()
        for word, following in zip(words, words[1:] + words[:1], strict=True):
            end = following[:1] if len(words) > 1 else ""
            found[(word if end else word[: max(SHORTEST, len(word) * 2 // 3)]) + end] = None
    return [beginning for beginning in found if len(beginning) >= SHORTEST][:BEGINNINGS]


def _rank(
    me: Known,
    near: dict[int, float],
    names: dict[int, tuple[str, str | None]],
    studies: dict[int, Sequence[Studied]],
) -> list[tuple[int, Alike]]:
    """The likest, by name and studies; the first look is cheap, the second is not taken at many."""

    def promising(who: int) -> tuple[int, int, int]:
        return -int(near[who] / 5), -compare_studies(me.studies, studies.get(who, ()))[0], who

    found = []
    for who in sorted(names, key=promising)[:COMPARED]:
        written, read = spellings_of(*names[who])
        alike = compare(me, Known(written, read, studies.get(who, ())))
        if alike.is_likely:
            found.append((who, alike))
    return sorted(found, key=lambda each: (-each[1].score, each[0]))[:MOST]


def _affiliations(session: Session, members: Collection[int]) -> dict[int, Sequence[Studied]]:
    query = select(Affiliation).where(Affiliation.member_id.in_(members)).order_by(Affiliation.id)
    return _studies_of(session, session.scalars(query).all(), "member_id")


def _studies_of(session: Session, rows: Iterable[Any], whose: str) -> dict[int, Sequence[Studied]]:
    """Studies by whose they are; entries of lists as what stands for them now."""
    rows = list(rows)
    institutions = _heads(session, Institution, {row.institution_id for row in rows})
    programmes = _heads(session, Programme, {row.programme_id for row in rows} - {None})
    found: dict[int, list[Studied]] = {}
    for row in rows:
        programme = programmes.get(row.programme_id)
        studied = Studied(institutions[row.institution_id], programme, row.from_year, row.to_year)
        found.setdefault(getattr(row, whose), []).append(studied)
    return {who: tuple(each) for who, each in found.items()}


def _heads(session: Session, table: type[Entry], ids: Collection[int]) -> dict[int, int]:
    query = select(table.id, head_of(table)).where(table.id.in_(ids))
    return {row[0]: row[1] for row in session.execute(query)} if ids else {}
