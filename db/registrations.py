"""From guest to member: writing what somebody told us, and who decided about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.domain.scope import Scope
from db import lists, members, names
from db.models.lists import Cohort
from db.models.members import Affiliation, Member, Status, Verification
from db.scopes import within

WARNED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Details:
    """What a registration or a change of profile contains. Years are (from, to), either may be missing; of who chose a
    named cohort they are the cohort's."""

    full_name: str
    addressed_as: str
    relations: Sequence[str]
    institution: int
    years: tuple[int | None, int | None]
    place: int
    topics: Sequence[int]
    other_name: str | None = None
    programme: int | None = None
    cohort: int | None = None
    function: str | None = None
    employer: str | None = None
    visibility: dict[str, str] = field(default_factory=dict)


def write(session: Session, member: Member, details: Details, zone: str) -> None:
    """Bring a member's rows in line with `details`; `zone` is the place's, unless they chose another."""
    member.full_name, member.other_name = details.full_name, details.other_name
    member.addressed_as = details.addressed_as
    member.function, member.employer = details.function, details.employer
    member.place_id = details.place
    if not member.zone_chosen:
        member.zone = zone
    members.set_relations(session, member.id, details.relations)
    members.set_topics(session, member.id, details.topics)
    members.set_visibility(session, member.id, details.visibility)
    names.index(session, member)
    _write_affiliation(session, member, details)


def _write_affiliation(session: Session, member: Member, details: Details) -> None:
    """The first affiliation is the one the form asks for; further ones stay untouched."""
    query = select(Affiliation).where(Affiliation.member_id == member.id).order_by(Affiliation.id).limit(1)
    row = session.scalar(query) or Affiliation(member_id=member.id)
    row.institution_id, row.programme_id = details.institution, details.programme
    cohort = session.get_one(Cohort, details.cohort) if details.cohort is not None else None
    row.cohort_id = cohort.id if cohort is not None else None
    row.from_year, row.to_year = lists.years_of(cohort) if cohort is not None else details.years
    session.add(row)


def ask_for_verification(session: Session, member: Member, now: datetime) -> Verification:
    """The member waits for a coordinator from now on."""
    member.status, member.registered_at = Status.PENDING, now
    row = Verification(member_id=member.id, state="open", asked_at=now)
    session.add(row)
    session.flush()
    return row


def verify(member: Member, now: datetime) -> None:
    """The member is one of us."""
    member.status = Status.VERIFIED
    member.verified_at = now
    member.registered_at = member.registered_at or now


def open_verification(session: Session, member: int) -> Verification | None:
    """The registration of a member that waits for a decision."""
    query = select(Verification).where(Verification.member_id == member, Verification.state.in_(("open", "asked_back")))
    return session.scalar(query.order_by(Verification.id.desc()).limit(1))


def decide(session: Session, verification: int, state: str, by: str, now: datetime, note: str | None = None) -> bool:
    """Record a decision; False if somebody else decided first."""
    done = session.execute(
        update(Verification)
        .where(Verification.id == verification, Verification.state.in_(("open", "asked_back")))
        .values(state=state, decided_by=by, decided_at=now, note=note)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def waiting(session: Session, scope: Scope, limit: int, offset: int = 0) -> list[Verification]:
    """Registrations in a scope to decide about, the longest waiting first."""
    query = _waiting(scope, Verification).order_by(Verification.asked_at, Verification.id)
    return list(session.scalars(query.limit(limit).offset(offset)))


def count_waiting(session: Session, scope: Scope) -> int:
    """How many registrations in a scope wait for a decision."""
    return session.scalar(_waiting(scope, func.count(Verification.id))) or 0


def _waiting(scope: Scope, what: Any) -> Select[Any]:
    query = select(what).join(Member, Member.id == Verification.member_id)
    return query.where(Verification.state == "open", within(scope))


def find(session: Session, verification: int, scope: Scope, *, lock: bool = False) -> Verification | None:
    """A registration, for those in whose scope it lies."""
    query = select(Verification).join(Member, Member.id == Verification.member_id)
    query = query.where(Verification.id == verification, within(scope))
    return session.scalar(query.with_for_update(of=Verification) if lock else query)


def warn_lapsing(session: Session, now: datetime, silent_for: timedelta) -> list[int]:
    """Members never confirmed of whom nothing was heard for so long, and who were not told since: from now on they
    are. Their ids, some at a time."""
    later = aliased(Verification)
    query = (
        select(Verification)
        .join(Member, Member.id == Verification.member_id)
        .where(
            ~exists().where(later.member_id == Member.id, later.id > Verification.id),
            Member.status.in_((Status.PENDING, Status.DECLINED)),
            Member.erase_at.is_(None),
            Member.seen_at < now - silent_for,
            or_(Verification.warned_at.is_(None), Verification.warned_at < Member.seen_at),
        )
        .order_by(Verification.id)
        .limit(WARNED_AT_ONCE)
    )
    rows = session.scalars(query).all()
    for row in rows:
        row.warned_at = now
    return [row.member_id for row in rows]
