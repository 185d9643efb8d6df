"""The index of names: every way in which somebody's name may be typed, so that they are found by it.

A name is never split to be shown (family names come first or last); to be found it is taken apart as people would.
"""

from collections.abc import Iterable

from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.orm import Session

from bot.domain.folding import fold, fold_variants
from db.chinese_names import read_aloud, simplify, spoken
from db.models.members import Member
from db.models.people import MemberName
from db.models.places import LONGEST_FOLDED

FIRST_HAN, LAST_HAN = "\u3400", "\u9fff"
# How many ids the planner looks through at once, and how many people it indexes of them.
WINDOW, AT_ONCE = 5_000, 100


def words_of(typed: str) -> list[str]:
    """The words of what somebody typed, as the index has them."""
    return fold(simplify(typed)).split()


def keys_of(full_name: str, other_name: str | None = None) -> set[str]:
    """Every key by which somebody of this name is found: without spaces, of 1 to 64 characters."""
    found: set[str] = set()
    for name in filter(None, (full_name, other_name)):
        han = "".join(word for word in words_of(name) if _is_han(word))
        found |= _written(simplify(name)) | read_aloud(han)
    return {key[:LONGEST_FOLDED] for key in found}


def wholes_of(full_name: str, other_name: str | None = None) -> set[str]:
    """The keys of the whole names alone, as they are written: those of `keys_of` by which namesakes are found."""
    names = [simplify(name) for name in (full_name, other_name) if name]
    found = {"".join(spelling.split())[:LONGEST_FOLDED] for name in names for spelling in fold_variants(name)}
    return found - {""}


def spellings_of(full_name: str, other_name: str | None = None) -> tuple[set[str], set[str]]:
    """The whole names as they are written, folded, words parted by a space; and as the Chinese ones are read."""
    names = [simplify(name) for name in (full_name, other_name) if name]
    written = {spelling for name in names for spelling in fold_variants(name)}
    read = {spelling for name in names for spelling in spoken("".join(filter(_is_han, words_of(name))))}
    return written, read


def _is_han(word: str) -> bool:
    return all(FIRST_HAN <= sign <= LAST_HAN for sign in word)


def _written(name: str) -> set[str]:
    """Each word, and the whole name in one; two words in either order."""
    found: set[str] = set()
    for spelling in fold_variants(name):
        words = spelling.split()
        found |= {*words, "".join(words)}
        if len(words) == 2:
            found.add(words[1] + words[0])
    return found


def index(session: Session, member: Member) -> None:
    """Bring the keys of a member in line with their name; where that did not change, nothing is written."""
    held = set(session.scalars(select(MemberName.folded).where(MemberName.member_id == member.id)))
    wanted = keys_of(member.full_name, member.other_name) if member.full_name else set()
    if held - wanted:
        gone = delete(MemberName).where(MemberName.member_id == member.id, MemberName.folded.in_(held - wanted))
        session.execute(gone.execution_options(synchronize_session=False))
    _add(session, member.id, wanted - held)


def _add(session: Session, member: int, keys: Iterable[str]) -> None:
    rows = [{"folded": key, "member_id": member} for key in sorted(keys)]
    if rows:
        session.execute(insert(MemberName), rows)


def index_after(session: Session, member: int) -> int | None:
    """Index those who have a name and no key, some of the next thousands after this id. The id up to which nobody is
    left: the same again where there may be more, None where there is nobody after it."""
    last = session.scalar(select(func.max(Member.id)))
    if last is None or member >= last:
        return None
    end = min(member + WINDOW, last)
    unknown = ~exists().where(MemberName.member_id == Member.id)
    query = select(Member).where(Member.id > member, Member.id <= end, Member.full_name.is_not(None), unknown)
    keys = {
        row.id: keys_of(row.full_name or "", row.other_name)
        for row in session.scalars(query.order_by(Member.id).limit(AT_ONCE))
    }
    for row, found in keys.items():
        _add(session, row, found)
    return member if any(keys.values()) else end
