"""Announcements: whom they reach, planned inside the database, and the ledger of what became of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    JSON,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    update,
    values,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models.announcements import Announcement, AnnouncementState
from db.models.base import table_of
from db.models.clubs import Club, Membership
from db.models.conversation import Door
from db.models.delivery import Outbox
from db.models.events import Attendance
from db.models.members import Member
from db.models.places import Place
from db.outbox import ANNOUNCED, BUDGETED
from db.types import UtcDateTime

Conditions = Sequence[ColumnElement[bool]]


def load(session: Session, announcement: int) -> Announcement | None:
    """The row. The session holds on to it: thousands of its notices are worded in one batch after the other."""
    found = session.get(Announcement, announcement)
    session.info[Announcement, announcement] = found
    return found


def lock(session: Session, announcement: int) -> Announcement | None:
    """The row, read anew, held until the end of the transaction."""
    return session.get(Announcement, announcement, with_for_update={"key_share": True}, populate_existing=True)


def written_by(
    session: Session, authors: Sequence[int], clubs: Sequence[int] | None, page: int, size: int
) -> tuple[list[Announcement], bool]:
    """A page of the announcements some people made or whose club they lead (None: all), the newest first; whether there
    are more."""
    query = select(Announcement).order_by(Announcement.id.desc()).offset(page * size).limit(size + 1)
    if clubs is not None:
        query = query.where(or_(Announcement.author_id.in_(authors), Announcement.club_id.in_(clubs)))
    found = list(session.scalars(query))
    return found[:size], len(found) > size


# --- planning --------------------------------------------------------------------------------------------------


class Hours(NamedTuple):
    """The clock and the quiet hours that readers share; where holidays matter, also where they live (else "")."""

    zone: str
    quiet_from: int
    quiet_to: int
    country: str = ""
    region: str = ""


def next_to_plan(session: Session, now: datetime) -> Announcement | None:
    """One whose notices are to be planned now, locked."""
    due = and_(Announcement.state == AnnouncementState.PLANNED, Announcement.due_at <= now)
    begun = and_(Announcement.state == AnnouncementState.SENDING, Announcement.planned_at.is_(None))
    query = select(Announcement.id).where(or_(due, begun)).order_by(Announcement.due_at, Announcement.id).limit(1)
    found = session.scalar(query)
    return lock(session, found) if found is not None else None


def next_due(session: Session, now: datetime) -> datetime | None:
    """When, after now, the next one begins."""
    query = select(func.min(Announcement.due_at)).where(Announcement.state == AnnouncementState.PLANNED)
    return session.scalar(query.where(Announcement.due_at > now))


def end_of_piece(session: Session, after: int, size: int) -> int | None:
    """The id with which a piece of so many members ends; None for the last piece."""
    return session.scalar(select(Member.id).where(Member.id > after).order_by(Member.id).offset(size - 1).limit(1))


def clocks_of(session: Session, conditions: Conditions, *, holidays: bool) -> list[Hours]:
    """The different clocks these members live by; with `holidays` also by where."""
    return [Hours(*row) for row in session.execute(_readers(conditions, holidays=holidays).distinct())]


def clock_counts(session: Session, conditions: Conditions) -> dict[Hours, int]:
    """How many of these members live by each clock."""
    columns = (Member.zone, Member.quiet_from, Member.quiet_to)
    query = select(*columns, func.count()).where(*conditions).group_by(*columns)
    return {Hours(*row[:3]): row[3] for row in session.execute(query)}


def last_due(session: Session, announcement: int) -> datetime | None:
    """When the last of those who wait gets it."""
    return session.scalar(select(func.max(Outbox.due_at)).where(*_of(announcement), Outbox.done_at.is_(None)))


def _readers(conditions: Conditions, *columns: Any, holidays: bool) -> Select[Any]:
    """These members by all that `Hours` has, with further columns before it."""
    query = select(*columns, Member.zone, Member.quiet_from, Member.quiet_to).where(*conditions)
    if not holidays:
        return query
    place = query.outerjoin(Place, Place.id == Member.place_id)
    return place.add_columns(func.coalesce(Place.country, ""), func.coalesce(Place.region, ""))


class Told(NamedTuple):
    """A notice as many get it: its kind, its occasion, its fields, its lane."""

    kind: str
    ref: str
    params: dict[str, int]
    lane: int


_COLUMNS = ("member_id", "kind", "ref", "params", "lane", "due_at", "attempts", "maybe_doubled", "parts")


def queue_for(
    session: Session, told: Told, dues: dict[Hours, datetime], conditions: Conditions, *, holidays: bool
) -> None:
    """A notice to each of these members, due when their clock says, in one statement; who has one keeps it."""
    instants = set(dues.values())
    if not instants:
        return
    if len(instants) == 1:
        query = select(*_row(told, Member.id, literal(instants.pop(), UtcDateTime))).where(*conditions)
    else:
        # Materialized, or PostgreSQL multiplies the clocks by the places first.
        readers = _readers(conditions, Member.id, holidays=holidays).cte("readers").prefix_with("MATERIALIZED")
        due = _due_table(dues)
        same = [mine == theirs for mine, theirs in zip([*readers.c][1:], due.c, strict=False)]
        query = select(*_row(told, readers.c.id, due.c.due_at)).join_from(readers, due, and_(*same))
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(make(table_of(Outbox)).from_select(_COLUMNS, query).on_conflict_do_nothing())


def _row(told: Told, member: Any, due: Any) -> tuple[Any, ...]:
    """A notice, in the order of _COLUMNS."""
    zero = literal(0)
    params = literal(told.params, JSON)
    return member, literal(told.kind), literal(told.ref), params, literal(told.lane), due, zero, zero, zero


def _due_table(dues: dict[Hours, datetime]) -> CTE:
    """The clocks as rows of a query, each with its instant last."""
    held = (
        column("zone", String),
        column("quiet_from", Integer),
        column("quiet_to", Integer),
        column("country", String),
        column("region", String),
        column("due_at", UtcDateTime),
    )
    return values(*held, name="due").data([(*hours, due) for hours, due in dues.items()]).cte("due")


def stop_some(session: Session, announcement: int, now: datetime, limit: int) -> int:
    """Take so many of the notices that still wait off the queue; how many."""
    waiting = select(Outbox.id).where(*_of(announcement), Outbox.done_at.is_(None), Outbox.holder.is_(None))
    stopped = (
        update(Outbox).where(Outbox.id.in_(waiting.limit(limit))).values(done_at=now, outcome="stopped", params={})
    )
    return int(session.execute(stopped.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def unfinished(session: Session) -> list[Announcement]:
    """Those that go out or were stopped, and are not known to be done."""
    states = (AnnouncementState.SENDING, AnnouncementState.STOPPED)
    query = select(Announcement).where(Announcement.state.in_(states), Announcement.done_at.is_(None))
    return list(session.scalars(query.where(Announcement.planned_at.is_not(None)).order_by(Announcement.id)))


def has_waiting(session: Session, announcement: int) -> bool:
    """Whether somebody has not been tried yet."""
    return session.scalar(select(exists().where(*_of(announcement), Outbox.done_at.is_(None)))) or False


def _of(announcement: int) -> tuple[ColumnElement[bool], ...]:
    return Outbox.kind == ANNOUNCED, Outbox.ref == str(announcement)


# --- counting --------------------------------------------------------------------------------------------------


class Crowd(NamedTuple):
    """So many readers of a language whom one kind of door reaches (telegram, web; None: none does)."""

    language: str
    door: str | None
    people: int


def _reaches(channel: str) -> ColumnElement[bool]:
    return exists().where(Door.member_id == Member.id, Door.channel == channel, Door.unreachable_since.is_(None))


DOOR = case((_reaches("telegram"), "telegram"), (_reaches("web"), "web"))


def crowds(session: Session, source: str, conditions: Conditions) -> list[Crowd]:
    """How many members these are, by language (`source` where none was chosen) and by how they are reached."""
    language = func.coalesce(Member.language, source)
    query = select(language, DOOR, func.count()).where(*conditions).group_by(language, DOOR)
    return [Crowd(*row) for row in session.execute(query)]


def count_sated(session: Session, budget: int, since: datetime, conditions: Conditions) -> int:
    """How many of these members were told so much since then that one more has to wait."""
    told = (
        select(Outbox.member_id)
        .where(Outbox.kind.in_(BUDGETED), Outbox.outcome.in_(("sent", "kept")), Outbox.done_at > since)
        .group_by(Outbox.member_id)
        .having(func.count() >= budget)
    )
    return session.scalar(select(func.count()).select_from(Member).where(Member.id.in_(told), *conditions)) or 0


class Line(NamedTuple):
    """So many notices of one outcome, to readers of one language in one club (0: in none)."""

    outcome: str
    language: str
    people: int
    doubtful: int


OUTCOME = case((Outbox.done_at.is_(None), "waiting"), else_=func.coalesce(Outbox.outcome, ""))


def ledger(session: Session, announcement: int, source: str) -> list[Line]:
    """What became of an announcement, by outcome and language. `doubtful` are those who may have it twice."""
    language = func.coalesce(Member.language, source)
    doubtful = func.sum(case((Outbox.maybe_doubled > 0, 1), else_=0))
    query = (
        select(OUTCOME, language, func.count(), doubtful)
        .select_from(Outbox)
        .join(Member, Member.id == Outbox.member_id)
        .where(*_of(announcement))
        .group_by(OUTCOME, language)
    )
    return [Line(*row) for row in session.execute(query)]


def by_club(session: Session, announcement: int, limit: int) -> list[tuple[Club, Counter[str]]]:
    """Outcomes in the clubs with most readers."""
    query = (
        select(Membership.club_id, OUTCOME, func.count())
        .select_from(Outbox)
        .join(Membership, and_(Membership.member_id == Outbox.member_id, Membership.state == "in"))
        .where(*_of(announcement))
        .group_by(Membership.club_id, OUTCOME)
    )
    found: dict[int, Counter[str]] = {}
    for club, outcome, people in session.execute(query):
        found.setdefault(club, Counter())[outcome] += people
    largest = sorted(found, key=lambda club: -found[club].total())[:limit]
    clubs = {club.id: club for club in session.scalars(select(Club).where(Club.id.in_(largest)))}
    return [(clubs[club], found[club]) for club in largest]


def count_answered(session: Session, announcement: int, event: int, since: datetime) -> int:
    """How many of those it went to have answered the event since."""
    query = (
        select(func.count())
        .select_from(Outbox)
        .join(Attendance, and_(Attendance.member_id == Outbox.member_id, Attendance.event_id == event))
        .where(*_of(announcement), Outbox.outcome.in_(("sent", "kept")), Attendance.answered_at >= since)
    )
    return session.scalar(query) or 0


def has_any(session: Session, member: int) -> bool:
    """Whether somebody has written one before."""
    return session.scalar(select(exists().where(Announcement.author_id == member))) or False


class Received(NamedTuple):
    """An announcement somebody was sent, and when."""

    announcement: Announcement
    at: datetime


def received_by(session: Session, member: int, limit: int) -> list[Received]:
    """What a member was sent, the newest first."""
    query = (
        select(Announcement, func.coalesce(Outbox.done_at, Outbox.due_at))
        .join(Outbox, and_(Outbox.kind == ANNOUNCED, Outbox.ref == cast(Announcement.id, String)))
        .where(Outbox.member_id == member, Outbox.outcome.in_(("sent", "kept")))
        .order_by(Outbox.done_at.desc())
        .limit(limit)
    )
    return [Received(*row) for row in session.execute(query)]
