"""At the door: who is expected, who is here, and who is meant by four digits or a name.

Whoever writes any of it holds the event's lock, which only those who organise the event are given here.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from bot.domain.attendance import State
from bot.domain.folding import expand_umlauts, fold, fold_variants
from bot.domain.no_shows import RECENT, Occasion
from db import attendances, events
from db.models.events import Attendance, Event, EventState, FormerTicket
from db.models.members import Member, Status
from db.models.privacy import Audit

LARGEST_ID = 2**31 - 1
_SPELT_OUT = re.compile("[aou]e")
# What parts words, and what has a meaning of its own in a pattern.
_NOT_IN_NAMES = str.maketrans("", "", ",;，、%_\\")


class Expected(NamedTuple):
    """Somebody who answered an event, by the id of the answer. `number` is the member's own."""

    id: int
    member: int
    number: str
    name: str
    other: str | None
    state: State
    guests: int
    here_since: datetime | None


def lock_organised(session: Session, member: int, event: int) -> Event | None:
    """The event, read anew and locked, if this member organises it: the scope of everything done at a door."""
    found = events.lock(session, event)
    return found if found is not None and events.may_organise(session, member, found) else None


def find(session: Session, attendance: int) -> Attendance | None:
    """An answer by its id, which may come from a link that anybody can write, as it is now."""
    return session.get(Attendance, attendance, populate_existing=True) if 0 < attendance <= LARGEST_ID else None


def with_ticket(session: Session, ticket: int) -> list[Attendance]:
    """The answers that a ticket with this id in its link may belong to: the one that has this id, and any with which
    one that had it was joined."""
    if not 0 < ticket <= LARGEST_ID:
        return []
    joined = select(FormerTicket.attendance_id).where(FormerTicket.ticket == ticket)
    query = select(Attendance).where(or_(Attendance.id == ticket, Attendance.id.in_(joined)))
    return list(session.scalars(query.order_by(Attendance.id != ticket, Attendance.id)))


def nonces_of(session: Session, answer: Attendance) -> list[tuple[int, str]]:
    """What makes the links that lead to an answer: (id in the link, nonce)."""
    query = select(FormerTicket.ticket, FormerTicket.nonce).where(FormerTicket.attendance_id == answer.id)
    known = [(answer.id, answer.nonce), *((row[0], row[1]) for row in session.execute(query))]
    return [(ticket, nonce) for ticket, nonce in known if nonce is not None]


def line_again(session: Session, event: int, line: int | None) -> int:
    """A place on the waiting list that somebody had, if nobody has it now; else the one behind everybody."""
    taken = select(Attendance.id).where(Attendance.event_id == event, Attendance.line == line)
    if line is None or session.scalar(taken) is not None:
        return attendances.next_line(session, event)
    return line


def expected(session: Session, event: int, *states: State) -> list[Expected]:
    """Those who answered an event in one of these ways (none named: in any), by name."""
    query = (
        select(
            Attendance.id,
            Member.id,
            Member.number,
            Member.full_name,
            Member.other_name,
            Attendance.state,
            Attendance.guests,
            Attendance.checked_in_at,
        )
        .join(Member, Member.id == Attendance.member_id)
        .where(Attendance.event_id == event)
    )
    if states:
        query = query.where(Attendance.state.in_([state.value for state in states]))
    found = [
        Expected(row[0], row[1], row[2], row[3] or "–", row[4], State(row[5]), row[6], row[7])
        for row in session.execute(query)
    ]
    return sorted(found, key=lambda one: (fold(one.name), one.id))


def by_code(session: Session, event: int, code: int) -> list[Expected]:
    """Whose four digits these are: one person or nobody."""
    query = (
        select(Attendance.id)
        .outerjoin(FormerTicket, FormerTicket.attendance_id == Attendance.id)
        .where(Attendance.event_id == event, or_(Attendance.code == code, FormerTicket.code == code))
    )
    wanted = session.scalar(query.limit(1))
    return [one for one in expected(session, event) if one.id == wanted]


def by_name(session: Session, event: int, typed: str) -> list[Expected]:
    """Those who answered an event and have, for each word typed, a word in their names that begins so."""
    words = fold_words(typed)
    return [one for one in expected(session, event) if words and _begins(words, (one.name, one.other))]


def fold_words(typed: str) -> list[frozenset[str]]:
    """Each word in all the ways it may be spelt."""
    return [variants for word in typed.split() if (variants := fold_variants(word))]


def _begins(words: Sequence[frozenset[str]], names: Iterable[str | None]) -> bool:
    known = [spelling for word in fold_words(" ".join(filter(None, names))) for spelling in word]
    return all(any(_leads_to(one, each) for one in word for each in known) for word in words)


def _leads_to(typed: str, known: str) -> bool:
    """A Chinese name is one word: its second sign may be the given name's first."""
    return known.startswith(typed) or (not typed.isascii() and typed in known)


def with_full_name(session: Session, typed: str, limit: int) -> list[Member]:
    """Verified members of just this name: two words of it at least, or all there is. Whoever does not know the
    name finds nobody, so that no door can be used to leaf through the members."""
    words = fold_words(typed)
    if not words:
        return []
    matches = [or_(*_holds(word)) for word in typed.split() if fold(word)]
    query = select(Member).where(Member.status == Status.VERIFIED, *matches).order_by(Member.full_name, Member.id)
    return [member for member in session.scalars(query.limit(100)) if _is_called(member, words)][:limit]


def _holds(word: str) -> list[ColumnElement[bool]]:
    """SQL's rough sieve: SQLite folds the case of ASCII letters only, and an umlaut may be spelt out."""
    plain = word.translate(_NOT_IN_NAMES)
    spellings = {plain, plain.title(), expand_umlauts(plain), _SPELT_OUT.sub("_", plain)}
    return [name.ilike(f"%{each}%") for name in (Member.full_name, Member.other_name) for each in spellings if each]


def _is_called(member: Member, words: Sequence[frozenset[str]]) -> bool:
    names = [fold_words(name) for name in (member.full_name, member.other_name) if name]
    return any(
        all(any(word & known for known in name) for word in words) and len(words) >= min(2, len(name)) for name in names
    )


def already_noted(session: Session, actor: str, action: str, numbers: Sequence[str], now: datetime) -> set[str]:
    """For which of these members the log has said so of this actor within a day."""
    query = select(Audit.subject).where(
        Audit.subject.in_(numbers), Audit.at > now - timedelta(days=1), Audit.actor == actor, Audit.action == action
    )
    return {number for number in session.scalars(query) if number is not None}


def member_numbered(session: Session, number: str) -> Member | None:
    """Whose random number this is; None for somebody who has been erased or joined to another record."""
    return session.scalar(select(Member).where(Member.number == number))


def occasions(session: Session, member: int, now: datetime) -> list[Occasion]:
    """Events of the last year that somebody had a seat at, and whether they came. An event at which nobody was
    checked in says nothing about anybody."""
    anybody = Attendance.__table__.alias("anybody")
    checked = exists().where(anybody.c.event_id == Event.id, anybody.c.checked_in_at.is_not(None))
    over = and_(Event.state == EventState.PUBLISHED, Event.ends_at <= now, Event.ends_at > now - RECENT)
    query = (
        select(Event.ends_at, Attendance.checked_in_at)
        .join(Attendance, Attendance.event_id == Event.id)
        .where(Attendance.member_id == member, Attendance.state == State.YES, over, checked)
    )
    return [Occasion(ended_at, here_at is not None) for ended_at, here_at in session.execute(query)]
