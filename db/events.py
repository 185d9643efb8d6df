"""Events: finding them, who may organise them, and what waits to be done about each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import choice
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.domain.audience import Audience, By, Facts
from db.doors import NUMBER_LETTERS
from db.members import led_clubs
from db.models.events import Attendance, Errand, Event, EventState, Invitation
from db.models.members import Member
from db.scopes import scope_of, stands_in

SLUG_LENGTH = 8
# How many coming events one page looks through for those that are for its reader.
LOOKED_THROUGH = 300
# Longer than any event: durations end at fourteen days.
LONGEST = timedelta(days=31)


def new_slug() -> str:
    """A short random name for links; unique by constraint."""
    return "".join(choice(NUMBER_LETTERS) for _ in range(SLUG_LENGTH)).lower()


def load(session: Session, event: int) -> Event | None:
    return session.get(Event, event)


def by_slug(session: Session, slug: str) -> Event | None:
    return session.scalar(select(Event).where(Event.slug == slug.lower()))


def lock(session: Session, event: int) -> Event | None:
    """The event, read anew and locked: who answers or organises waits for each other."""
    return session.get(Event, event, with_for_update={"key_share": True}, populate_existing=True)


def lock_many(session: Session, wanted: Sequence[int]) -> list[Event]:
    """Several events locked, in the order of their ids."""
    query = select(Event).where(Event.id.in_(wanted)).order_by(Event.id)
    return list(session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True)))


def may_organise(session: Session, member: int, event: Event) -> bool:
    """Central coordinators any event; those with a scope what they or whom they stand in for have made; ambassadors
    what is of their clubs, unless the club was closed."""
    if event.club_id is not None and event.club_id in led_clubs(session, member):
        return True
    scope = scope_of(session, member)
    return scope.central or (not scope.is_empty and event.organiser_id in stands_in(session, member))


def organised_by(session: Session, member: int) -> ColumnElement[bool]:
    """True for the events somebody may organise, by the same rule."""
    scope = scope_of(session, member)
    if scope.central:
        return true()
    clubs = Event.club_id.in_(led_clubs(session, member))
    return clubs if scope.is_empty else or_(clubs, Event.organiser_id.in_(stands_in(session, member)))


def is_invited(session: Session, event: int, member: int) -> bool:
    return session.get(Invitation, (event, member)) is not None


def audience_of(event: Event) -> Audience:
    return Audience.from_json(event.audience)


def _is_coming(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Not over yet. The start is what the index knows: nothing lasts longer than a month."""
    return (Event.state == EventState.PUBLISHED, Event.starts_at > now - LONGEST, Event.ends_at > now)


def _coming(now: datetime) -> Select[Event]:
    return select(Event).where(*_is_coming(now))


def mine(session: Session, member: int, now: datetime, *, limit: int, offset: int = 0) -> list[Event]:
    """Coming events one has said yes or maybe to, or waits for; a cancelled one stays until its day."""
    states = ("yes", "maybe", "waiting", "offered")
    query = (
        select(Event)
        .join(Attendance, Attendance.event_id == Event.id)
        .where(Attendance.member_id == member, Attendance.state.in_(states))
        .where(Event.state != EventState.DRAFT, Event.starts_at > now - LONGEST, Event.ends_at > now)
    )
    return list(session.scalars(query.order_by(Event.starts_at, Event.id).limit(limit).offset(offset)))


def of_clubs(session: Session, clubs: Sequence[int], now: datetime, *, limit: int, offset: int = 0) -> list[Event]:
    """Coming events of these clubs, but for those by invitation only."""
    query = _coming(now).where(Event.club_id.in_(clubs), Event.invited_only.is_(False))
    return list(session.scalars(query.order_by(Event.starts_at, Event.id).limit(limit).offset(offset)))


def all_coming_of(session: Session, club: int, now: datetime) -> list[Event]:
    """Every coming event of a club, whomever it is for."""
    return list(session.scalars(_coming(now).where(Event.club_id == club).order_by(Event.id)))


def next_of_club(session: Session, club: int, now: datetime) -> Event | None:
    found = of_clubs(session, [club], now, limit=1)
    return found[0] if found else None


def for_reader(
    session: Session, member: int, facts: Facts, now: datetime, *, limit: int, offset: int = 0, online: bool = False
) -> list[Event]:
    """Coming events that are for this reader: by the audience, or by an invitation of their own."""
    invited = exists().where(Invitation.event_id == Event.id, Invitation.member_id == member)
    query = select(Event.id, Event.invited_only, Event.audience).where(*_is_coming(now))
    query = query.where(or_(Event.invited_only.is_(False), invited))
    if online:
        query = query.where(Event.online_url.is_not(None))
    candidates = session.execute(query.order_by(Event.starts_at, Event.id).limit(LOOKED_THROUGH))
    found = [row.id for row in candidates if row.invited_only or Audience.from_json(row.audience).includes(facts)]
    page = select(Event).where(Event.id.in_(found[offset : offset + limit]))
    return list(session.scalars(page.order_by(Event.starts_at, Event.id)))


def admits(event: int) -> ColumnElement[bool]:
    """True for members an event is open to: everybody, or of one by invitation those who were invited."""
    by_invitation = exists().where(Event.id == event, Event.invited_only.is_(True))
    return or_(~by_invitation, exists().where(Invitation.event_id == event, Invitation.member_id == Member.id))


def planned(session: Session, whose: ColumnElement[bool], now: datetime, *, limit: int, offset: int = 0) -> list[Event]:
    """What is organised: drafts and coming events for which `whose` holds, then those of the last month."""
    query = select(Event).where(Event.state != EventState.CANCELLED, Event.ends_at > now - LONGEST, whose)
    is_over = Event.ends_at <= now
    return list(session.scalars(query.order_by(is_over, Event.starts_at, Event.id).limit(limit).offset(offset)))


@dataclass(frozen=True, slots=True)
class Task:
    """An errand that is due."""

    id: int
    event: int
    kind: str
    ref: str
    params: dict[str, Any]
    cursor: int
    due_at: datetime


def plan_errand(
    session: Session, event: int, kind: str, ref: str, due_at: datetime, params: dict[str, Any] | None = None
) -> None:
    """Something is to be done about an event; the same occasion again changes nothing."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {"event_id": event, "kind": kind, "ref": ref, "due_at": due_at, "params": params or {}, "cursor": 0}
    session.execute(insert(Errand).values(values).on_conflict_do_nothing())


def drop_errands(session: Session, event: int, now: datetime, *kinds: str) -> None:
    """What was planned of these kinds is not to be done any more."""
    open_ones = update(Errand).where(Errand.event_id == event, Errand.kind.in_(kinds), Errand.done_at.is_(None))
    session.execute(open_ones.values(done_at=now))


def next_errand(session: Session, now: datetime) -> Task | None:
    """The errand due longest."""
    query = select(Errand).where(Errand.done_at.is_(None), Errand.due_at <= now)
    row = session.scalar(query.order_by(Errand.due_at, Errand.id).limit(1))
    return Task(row.id, row.event_id, row.kind, row.ref, row.params, row.cursor, row.due_at) if row else None


def advance(session: Session, errand: int, cursor: int, done_at: datetime | None) -> None:
    """How far an errand has come; `done_at` when it is finished."""
    session.execute(update(Errand).where(Errand.id == errand).values(cursor=cursor, done_at=done_at))


def postpone(session: Session, errand: int, until: datetime) -> None:
    """Not before `until`."""
    session.execute(update(Errand).where(Errand.id == errand).values(due_at=until))


def next_errand_due(session: Session, now: datetime) -> datetime | None:
    return session.scalar(select(func.min(Errand.due_at)).where(Errand.done_at.is_(None), Errand.due_at > now))


def is_for_club_only(audience: Audience) -> bool:
    return [condition.by for condition in audience.conditions] == [By.CLUB]


def invite_many(session: Session, event: int, members: Sequence[int]) -> None:
    """Remember who was told of an event, or is among its invited; again changes nothing."""
    if members:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        rows = [{"event_id": event, "member_id": member} for member in members]
        session.execute(insert(Invitation).on_conflict_do_nothing(), rows)


def invite_to_all_of(session: Session, club: int, members: Select[int], now: datetime) -> int:
    """Coming events that were for the members of a club alone are for these by invitation instead; how many."""
    coming = [event for event in all_coming_of(session, club, now) if not event.invited_only]
    theirs = [event for event in coming if is_for_club_only(audience_of(event))]
    for event in theirs:
        event.audience, event.invited_only = {}, True
        _invite_to(session, event.id, members)
    return len(theirs)


def _invite_to(session: Session, event: int, members: Select[int]) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    found = members.subquery()
    query = select(literal(event), *found.c).where(true())
    session.execute(insert(Invitation).from_select(["event_id", "member_id"], query).on_conflict_do_nothing())


def count_told(session: Session, event: int) -> int:
    """How many were told of an event."""
    return session.scalar(select(func.count()).where(Invitation.event_id == event)) or 0
